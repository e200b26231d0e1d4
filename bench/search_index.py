"""Build, or let grow, the index bench/search.py asks: ``bin/py bench/search_index.py DIR COUNT``.

It goes on where an earlier run stopped, and says what a paper costs, drawing left out.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.search.place import new_directory, open_view, point_to, read_pointer
from hoso.search.values import Entry, Generation
from hoso.search.writing import Writer
from search_corpus import Papers, paper

__all__ = ["grow", "kept", "size_of"]

_CHUNK = 20_000
_HEAP = 200_000_000


def kept(path: Path) -> int:
    """Return how many papers the index at *path* holds."""
    if read_pointer(path) is None:
        return 0
    state = path / "papers.json"
    return int(json.loads(state.read_text())["papers"]) if state.exists() else 0


def grow(path: Path, count: int, *, texts: bool = True) -> tuple[float, float]:
    """Bring the index at *path* to *count* papers; return processor seconds a paper, and wall.

    :param texts: without, papers have what stands in their heads only: enough for typing ahead.
    """
    done, pointer = kept(path), read_pointer(path)
    directory = pointer.directory if pointer else new_directory(path)
    writer = Writer(path / directory, heap=_HEAP, new=pointer is None)
    used, wall, added = 0.0, 0.0, 0
    while done < count:
        until = min(done + _CHUNK, count)
        entries = _entries(done, until, texts=texts)
        began, clock = time.process_time(), time.perf_counter()
        for entry in entries:
            writer.put(entry)
        writer.commit(Generation(directory, until // _CHUNK, 1, {}))
        used += time.process_time() - began
        wall += time.perf_counter() - clock
        added += until - done
        done = until
        point_to(path, directory)
        (path / "papers.json").write_text(json.dumps({"papers": done}))
    began, clock = time.process_time(), time.perf_counter()
    writer.close()
    used += time.process_time() - began
    wall += time.perf_counter() - clock
    return used / max(added, 1), wall / max(added, 1)


def _entries(done: int, until: int, *, texts: bool) -> list[Entry]:
    papers, made = Papers(until), []
    for number in range(done + 1, until + 1):
        drawn = paper(number, texts=texts)
        made.append(drawn)
        if number % 20 == 1:
            made.append(papers.read_entry(None, 1_000_000_001 + (number - 1) // 20))
    return [entry for entry in made if entry is not None]


def size_of(path: Path) -> int:
    """Return the bytes of the index in use."""
    directory = open_view(path)[2].generation.directory
    return sum(f.stat().st_size for f in (path / directory).rglob("*") if f.is_file())


if __name__ == "__main__":
    cpu, wall = grow(Path(sys.argv[1]), int(sys.argv[2]), texts="heads" not in sys.argv)
    print(
        f"{kept(Path(sys.argv[1]))} papers; {1 / max(cpu, 1e-9):.0f} a processor second, {1 / max(wall, 1e-9):.0f} a second"
    )
