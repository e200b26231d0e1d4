"""How well and how fast papers are read: fields, characters, and time beside pdfminer.six.

    bin/py bench/extract.py [fields] [invented] [letters] [time]

``fields``: precision and recall of each proposed field over the labelled papers beside what is
aimed at, and every miss; the signer also with a register of people who sign (those of the
papers among as many who do not).  ``invented``: the same over papers the rules were not tuned
to (tests/unit/ingest/invented.toml), set in type, spoilt as recognition spoils, and scanned.  ``letters``: character error rate on pages transcribed by eye.  ``time``: reading all
born-digital papers (gate, previews, text, layout, proposals) beside pdfminer.six's own
``extract_text`` of the same files divided by the cores.  The papers lie beside the clone or
in HOSO_SHARED.  Nothing here is asserted; tests/unit/ingest/test_corpus.py holds the floors.
"""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from hoso.ingest.classifiers import plain
from hoso.ingest.reading import Reader, Reading
from hoso.ingest.sandbox import Sandbox

REPOSITORY = Path(__file__).resolve().parents[1]
CORES = os.cpu_count() or 1
_SPOKEN = re.compile(r"^\W*(?:V/v|Về việc|VỀ VIỆC|về việc)\s*")
# field: precision, recall aimed at
TARGETS = {
    **dict.fromkeys(("type", "symbol", "number", "date", "agency"), (0.97, 0.93)),
    "subject": (0.95, 0.90),
    "signer": (0.90, 0.80),
    "signer, register": (0.97, 0.90),
}
_PLACE = re.compile(r" tỉnh Kiên Giang|, Sở Y tế Kiên Giang| tỉnh An Giang")


def shared_folder() -> Path:
    """Return where the shared papers lie."""
    return Path(os.environ.get("HOSO_SHARED", REPOSITORY.parent / "shared"))


@dataclass
class Score:
    """Of one field: how many were proposed, how many of those right, how many there are."""

    proposed: int = 0
    right: int = 0
    there: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0


@dataclass(frozen=True)
class Paper:
    """A file with the label a person gave it."""

    path: Path
    label: dict[str, Any]
    signed_page_read: bool = True


def labelled(shared: Path) -> tuple[list[Paper], list[Paper], list[Paper]]:
    """Return scans, born-digital papers, and first pages made to look like scans."""
    corpus = shared / "corpus"
    labels = json.loads((corpus / "labels.json").read_text(encoding="utf-8"))
    by_stem = {Path(each["file"]).stem: each for each in labels}
    by_stem["seed001"] = next(each for stem, each in by_stem.items() if stem.startswith("001_"))
    scans = [Paper(corpus / each["file"], each) for each in labels if each["kind"] == "scan"]
    folder = corpus / "synthetic"
    digital = [Paper(path, by_stem[path.stem]) for path in sorted(folder.glob("*.pdf"))]
    degraded = [
        Paper(path, by_stem[path.name.partition("_p1_")[0]], signed_page_read=False)
        for path in sorted((*folder.glob("*_p1_*.jpg"), *folder.glob("*_p1_*.tif")))
    ]
    return scans, digital, degraded


def typed(shared: Path) -> list[Paper]:
    """Return the papers that are plain text."""
    corpus = shared / "corpus"
    labels = json.loads((corpus / "labels.json").read_text(encoding="utf-8"))
    return [Paper(corpus / each["file"], each) for each in labels if each["kind"] == "text"]


def is_right(name: str, value: Any, label: dict[str, Any]) -> bool:
    """Tell whether a proposed value is what the label says; small differences of form aside."""
    if name == "number":
        return str(value).lstrip("0") == (label["number"] or "").lstrip("0")
    if name == "symbol":
        tidy = re.compile(r"[\s.,]")
        return tidy.sub("", value).upper() == tidy.sub("", label["symbol"] or "").upper()
    if name == "agency":
        meant = plain(_PLACE.sub("", label["agency"])).replace("uy ban nhan dan", "ubnd")
        said = plain(value).replace("uy ban nhan dan", "ubnd")
        return max(fuzz.partial_ratio(meant, said), fuzz.token_set_ratio(meant, said)) >= 90
    if name == "subject":
        meant, said = (plain(_SPOKEN.sub("", each)) for each in (label["subject"], value))
        return fuzz.ratio(meant, said) >= 90
    if name == "signer":
        return any(fuzz.ratio(plain(each), plain(value)) >= 90 for each in label["signer"])
    return bool(value == label[name])


FIELDS = (
    "type", "number", "symbol", "date", "agency", "subject", "signer", "signer, register",
)  # fmt: skip


def scored(papers: Iterable[tuple[Paper, Reading]]) -> dict[str, Score]:
    """Score the proposals; numbers and days written by hand are fields of their own."""
    scores: dict[str, Score] = {}
    for paper, reading in papers:
        hand = paper.label.get("handwritten") or {}
        for name in FIELDS:
            field_of = name.partition(",")[0]
            if name not in reading.proposals or not paper.label[field_of]:
                continue
            if field_of == "signer" and not paper.signed_page_read:
                continue
            by_hand = hand.get("number" if name == "number" else "day" if name == "date" else "")
            score = scores.setdefault(f"{name}, by hand" if by_hand else name, Score())
            proposal = reading.proposals[name]
            score.there += 1
            if proposal is not None:
                score.proposed += 1
                if is_right(field_of, proposal["value"], paper.label):
                    score.right += 1
                    continue
            if proposal is not None or not by_hand:
                said = proposal["value"] if proposal else None
                score.misses.append(
                    f"{paper.path.name}: {paper.label[field_of]!r} read as {said!r}"
                )
    return scores


def read_all(
    reader: Reader,
    papers: Iterable[Paper],
    *,
    files_at_once: int = 2,
    register: Sequence[str] = (),
) -> Iterator[tuple[Paper, Reading]]:
    """Read papers as the intake does, some at once; with a *register*, the signer twice."""

    def read(paper: Paper) -> tuple[Paper, Reading]:
        with tempfile.TemporaryDirectory() as folder:
            verdict, out = reader.inspect(paper.path), Path(folder) / "out"
            found = reader.read(paper.path, verdict, out)
            if register:
                again = reader.read(paper.path, verdict, out, signers=register)
                known = {"signer, register": again.proposals["signer"]}
                found = replace(found, proposals={**found.proposals, **known})
            return paper, found

    with ThreadPoolExecutor(files_at_once) as threads:
        yield from threads.map(read, papers)


def register_of(papers: Iterable[Paper]) -> list[str]:
    """Return who signs the papers, among as many and more who do not (the demo's people)."""
    signers = {name for paper in papers for name in paper.label["signer"] or ()}
    with (REPOSITORY / "profiles" / "demo" / "people.csv").open(encoding="utf-8") as file:
        others = {row["name"] for row in csv.DictReader(file) if row["name"]}
    return sorted(signers | others)


def fields(reader: Reader, shared: Path) -> None:
    """Print precision and recall per field and kind of paper."""
    names = ("real scans", "born-digital", "degraded first pages", "plain text")
    sets = (*labelled(shared), typed(shared))
    register = register_of(sets[0])
    for name, papers in zip(names, sets, strict=True):
        known = register if name == "real scans" else ()
        show(name, len(papers), scored(read_all(reader, papers, register=known)))


def show(name: str, count: int, scores: Mapping[str, Score]) -> None:
    """Print one table, and every miss."""
    print(f"\n{name}: {count} papers\n{'field':18} precision recall")
    for key, score in scores.items():
        counts = f"({score.right} right of {score.proposed} proposed, {score.there} there)"
        aimed = ""
        if key in TARGETS:
            least = TARGETS[key]
            reached = score.precision >= least[0] and score.recall >= least[1]
            aimed = f"  aim {least[0]:.2f}/{least[1]:.2f}: {'reached' if reached else 'MISSED'}"
        print(f"{key:18} {score.precision:9.3f} {score.recall:6.3f}  {counts}{aimed}")
    for key, score in scores.items():
        for miss in score.misses:
            print(f"    {key}: {miss}")


def invented(reader: Reader, _shared: Path) -> None:
    """Print the same over papers made up for it."""
    sys.path.insert(0, str(REPOSITORY / "tests" / "unit" / "ingest"))
    import invented as made_up

    from hoso.demo.scans import scan
    from hoso.ingest.classifiers import load
    from hoso.ingest.propose.lines import sheet_of_words
    from hoso.ingest.propose.rules import as_dicts, propose

    data = load(REPOSITORY / "catalogs" / "classifiers")
    papers = [paper for paper in made_up.papers() if paper["said"]]
    nothing = dict.fromkeys(FIELDS)
    clean, spoilt, scans = [], [], []
    with tempfile.TemporaryDirectory() as name:
        for number, paper in enumerate(papers):
            labelled_paper = Paper(Path(paper["key"]), nothing | paper["said"])
            pages = made_up.pages_of(paper, Path(name))
            for kept, read in ((clean, pages), (spoilt, made_up.spoilt(pages, number))):
                found = propose([sheet_of_words(page) for page in read], data)
                kept.append((labelled_paper, Reading((), as_dicts(found))))
            if number % 4 == 0:
                path = Path(name) / f"{number}.pdf"
                path.write_bytes(scan(made_up.pdf_of(paper), kind="pdf", seed=number))
                scans.append(replace(labelled_paper, path=path))
        show("invented, set in type", len(clean), scored(clean))
        show("invented, one word of eight spoilt", len(spoilt), scored(spoilt))
        show("invented, every fourth scanned", len(scans), scored(read_all(reader, scans)))


def letters(reader: Reader, shared: Path) -> None:
    """Print the character error rate on pages transcribed by eye."""
    corpus = shared / "corpus"
    regions = json.loads((corpus / "gt" / "regions.json").read_text(encoding="utf-8"))
    print(f"\n{'transcribed page':22} CER %  without marks %")
    for name, (top, bottom) in regions.items():
        written = (corpus / "gt" / f"{name}__p1.txt").read_text(encoding="utf-8")
        body = " ".join(written.split("{body}")[1].split("{sig}")[0].split())
        path = corpus / "scans" / f"{name}.pdf"
        with tempfile.TemporaryDirectory() as folder:
            verdict = reader.inspect(path)
            page = reader.read(path, verdict, Path(folder) / "out").pages[0]
        said = " ".join(
            word[0] for word in page.words if top <= (word[2][1] + word[2][3]) / 2 <= bottom
        )
        rates = [
            100 * Levenshtein.distance(one, other) / len(one)
            for one, other in ((body, said), (plain(body), plain(said)))
        ]
        print(f"{name:22} {rates[0]:5.2f}  {rates[1]:5.2f}")


def timing(reader: Reader, shared: Path) -> None:
    """Print our time beside pdfminer.six's, the second time round (imports done)."""
    from pdfminer.high_level import extract_text

    _, papers, _ = labelled(shared)
    list(read_all(reader, papers[:2]))
    begun, used = time.perf_counter(), time.process_time()
    for paper in papers:
        extract_text(paper.path)
    theirs, their_cpu = time.perf_counter() - begun, time.process_time() - used
    begun, used = time.perf_counter(), _cpu()
    pages = sum(len(reading.pages) for _, reading in read_all(reader, papers))
    ours = time.perf_counter() - begun
    our_cpu = _cpu() - used
    print(f"\n{len(papers)} born-digital papers, {pages} pages, {CORES} cores")
    print(f"pdfminer.six extract_text: {theirs:.2f} s wall, {their_cpu:.2f} s processor")
    print(f"ours, all of it:           {ours:.2f} s wall, {our_cpu:.2f} s processor")
    print(f"wall / (pdfminer.six wall / cores): {ours / (theirs / CORES):.2f}")
    print(f"processor / pdfminer.six processor: {our_cpu / their_cpu:.2f}")


def _cpu() -> float:
    """Return the processor time of this process and of its living children."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(facts[1]) == os.getpid():
            total += (int(facts[11]) + int(facts[12])) / ticks
    return total


def main(chosen: list[str]) -> int:
    """Run what is asked for, or everything."""
    shared = shared_folder()
    if not shared.is_dir():
        print(f"no shared papers in {shared}; set HOSO_SHARED", file=sys.stderr)
        return 1
    parts = {"fields": fields, "invented": invented, "letters": letters, "time": timing}
    with Sandbox(workers=2) as sandbox:
        sandbox.warm()
        reader = Reader(
            sandbox, REPOSITORY / "catalogs" / "classifiers", REPOSITORY / "parts" / "tessdata"
        )
        for name in chosen or list(parts):
            parts[name](reader, shared)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
