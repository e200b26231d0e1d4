"""Kill the executor of destruction, fifty times: every line is wholly there or wholly gone.

``bin/py bench/kill_disposal.py [--quick] [--kills N] [--lines N] [--seed N]``

A site of the profile ``test`` with an approved list.  A process opens it and carries out; it gets
SIGKILL after up to a quarter of a second, half of the times on the way into the bin and half on
the way out of it.  After each kill the site is opened and every line is looked at: its dossier
lies in the tree or in the bin with every file there was, or it is gone, with its certificate, its
entries in the journal, and no file but those that wait to be removed.  Then it goes on to the end,
twice.  Ends with status 1 where anything is neither the one nor the other.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))

from hoso.kernel.clock import FrozenClock
from hoso.testing import disposal_kills
from hoso.testing.sites import NOW, Prepared

#: Longest wait before a kill, in seconds: a few lines' worth.
_SPAN = 0.25


def main() -> int:
    """Make a list, kill, look; then go on and look again."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="eight kills, six lines")
    asked = parser.parse_args()
    kills, lines = (8, 6) if asked.quick else (asked.kills, asked.lines)
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        house = Prepared(Path(name) / "prepared").copy(Path(name) / "site", FrozenClock(NOW))
        number, seen = disposal_kills.begin(house, lines)
        house.close()
        began = time.monotonic()
        waits = [draw.uniform(0, _SPAN) * draw.random() for _ in range(kills)]
        half = kills // 2
        found = disposal_kills.run(house, number, seen, into=waits[:half], out=waits[half:])
        took = time.monotonic() - began
    files = sum(len(one.oids) for one in seen.values())
    rows = [
        ("dossiers on the list, one single paper; their files", f"{lines - 1} + 1; {files}"),
        ("kills", found.kills),
        ("runs that ended before the kill came", found.finished),
        ("looks at a line after a kill", sum(found.there.values())),
        *((f"  {state}", count) for state, count in sorted(found.there.items())),
        ("  of the destroyed: files waiting to be removed", found.between),
        ("lines neither wholly there nor wholly gone (target: 0)", len(found.faults)),
        ("seconds", f"{took:.0f}"),
    ]
    table("The executor of destruction, killed", ("", ""), rows)
    print(machine())
    for one in found.faults:
        print(f"WRONG: {one}")
    return int(bool(found.faults))


if __name__ == "__main__":
    raise SystemExit(main())
