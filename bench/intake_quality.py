"""How right the reading of scans is: letters, the condition of pages, proposed fields.

``bin/py bench/intake_quality.py [letters] [condition] [fields] [--quick]``

``letters``: character error rate on pages transcribed by eye and on the pages made to look like
bad scans, with tone marks and without, before and after ``pages.spelling``; the body of each
page, as the transcriptions mark it.  ``condition``: every finding on the corpus's scans, which
a person has looked at: all but the duplicate are false.  ``fields``: precision and recall of the
proposals on labelled papers, with the misses.  The papers lie beside the clone or in HOSO_SHARED.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from rapidfuzz.distance import Levenshtein

from extract import Paper, Score, labelled, read_all, scored, typed
from hoso.ingest.classifiers import plain
from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox
from machine import HOME, machine, table, target

os.environ.setdefault("HOSO_HOME", str(HOME))

MODEL = HOME / "parts" / "tessdata"
CLASSIFIERS = HOME / "catalogs" / "classifiers"
#: Most, in per cent: with tone marks, without.
LETTERS = {"real": (1.4, 0.75), "hard": (3.6, None)}
#: At least: precision, recall.
FIELDS = {
    **dict.fromkeys(("type", "symbol", "number", "date", "agency"), (0.97, 0.93)),
    "subject": (0.95, 0.90),
    "signer": (0.90, 0.80),
}
_ALIKE = (("[‐‑–—−]", "-"), ("[“”„«»]", '"'), ("[’‘`´]", "'"))


@dataclass(frozen=True)
class Written:
    """A page with what is written on it between two heights (fractions of the page)."""

    kind: str
    path: Path
    text: str
    top: float
    bottom: float = 1.0


def main() -> None:
    """Print what is asked for, or all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help="letters condition fields")
    parser.add_argument("--quick", action="store_true", help="samples")
    asked = parser.parse_args()
    shared = Path(os.environ.get("HOSO_SHARED", HOME.parent / "shared"))
    if not shared.is_dir():
        print(f"NOT RUN: no papers in {shared}; set HOSO_SHARED", file=sys.stderr)
        return
    parts = {"letters": letters, "condition": condition, "fields": fields}
    unknown = set(asked.parts) - set(parts)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for name in asked.parts or parts:
        parts[name](shared, quick=asked.quick)
    print(machine())


# --- letters ---------------------------------------------------------------------------------


def letters(shared: Path, *, quick: bool) -> None:
    """Print the character error rate of each page and of each kind of pages."""
    pages = list(written(shared / "corpus"))
    if quick:
        pages = [page for page in pages if page.kind == "real" or "p1_hard" in page.path.name][:6]
    rows: list[tuple[str, ...]] = []
    by_kind: dict[str, list[list[float]]] = {}
    for page in pages:
        before, after = _read(page)
        rates = [*_rates(page.text, after), *_rates(page.text, before)]
        by_kind.setdefault(page.kind, []).append(rates)
        rows.append((page.path.name, *(f"{rate:.2f}" for rate in rates)))
    means = {
        kind: [mean(column) for column in zip(*rates, strict=True)]
        for kind, rates in by_kind.items()
    }
    rows += [(f"{kind}, mean of {len(by_kind[kind])}", *(f"{rate:.2f}" for rate in rates))
             for kind, rates in means.items()]  # fmt: skip
    heads = ("CER %", "with marks", "without", "dashes alike", "engine's own", "without", "alike")
    table("Letters misread", heads, rows)
    for kind, most in LETTERS.items():
        for name, limit, found in zip(
            ("with tone marks", "without"), most, means.get(kind, ()), strict=False
        ):
            if limit is not None:
                target(f"{kind} {name}, %", found, limit)


def written(corpus: Path) -> Iterator[Written]:
    """Yield the pages whose text is known."""
    regions = json.loads((corpus / "gt" / "regions.json").read_text(encoding="utf-8"))
    for name, (top, bottom) in regions.items():
        whole = (corpus / "gt" / f"{name}__p1.txt").read_text(encoding="utf-8")
        body = whole.split("{body}")[1].split("{sig}")[0]
        yield Written("real", corpus / "scans" / f"{name}.pdf", _tidy(body), top, bottom)
    folder = corpus / "synthetic"
    for paper in json.loads((folder / "gt.json").read_text(encoding="utf-8")):
        for page in paper["pages"]:
            if any(part == "sig" for part, _ in page["lines"]):
                continue  # what lies beside the recipients has no order of its own
            body = _tidy(" ".join(line for part, line in page["lines"] if part == "body"))
            for kind, name in page["images"].items():
                if (folder / name).exists():
                    # A line that is level with the border belongs to the body: 8 pixels of 2339.
                    yield Written(kind, folder / name, body, page["body_y"] - 8 / 2339)


def _read(page: Written) -> tuple[str, str]:
    """Return the body as the engine read it, and as it was put right."""
    from hoso.ingest.pages.limits import limits_in
    from hoso.ingest.pages.raster import page_raster
    from hoso.ingest.pages.spelling import respelt
    from hoso.ingest.pages.vocabulary import vocabulary_in
    from hoso.ingest.pages.work import look_at

    mime = {".pdf": "application/pdf", ".jpg": "image/jpeg"}.get(page.path.suffix, "image/tiff")
    raster = page_raster(str(page.path), mime, 1)
    seen = look_at(raster, str(MODEL), limits_in(str(CLASSIFIERS)))
    after, _ = respelt(seen.words, vocabulary_in(str(CLASSIFIERS)))
    return _body(page, seen.words), _body(page, after)


def _body(page: Written, words: Sequence[Any]) -> str:
    if page.bottom == 1.0:
        inside = [word[0] for word in words if word[2][1] >= page.top]
    else:
        inside = [
            word[0] for word in words if page.top <= (word[2][1] + word[2][3]) / 2 <= page.bottom
        ]
    return _tidy(" ".join(inside))


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _alike(text: str) -> str:
    for signs, one in _ALIKE:
        text = re.sub(signs, one, text)
    return text


def _rates(meant: str, said: str) -> list[float]:
    """Return the error in per cent: as written, without marks, with all dashes alike."""
    pairs = ((meant, said), (plain(meant), plain(said)), (_alike(meant), _alike(said)))
    return [100 * Levenshtein.distance(one, other) / len(one) for one, other in pairs]


# --- condition -------------------------------------------------------------------------------


def condition(shared: Path, *, quick: bool) -> None:
    """Print every finding and code on the scans of the corpus."""
    scans = sorted((shared / "corpus" / "scans").glob("*.pdf"))
    scans = scans[::6] if quick else scans
    found: Counter[str] = Counter()
    lines, pages = [], 0
    with _reader() as reader:
        for paper, reading in read_all(reader, [Paper(path, {}) for path in scans]):
            for page in reading.pages:
                pages += 1
                for each in page.findings:
                    found[each["code"]] += 1
                    lines.append(f"{paper.path.name} {page.number}: {each['code']} {each['value']}")
                lines += [f"{paper.path.name} {page.number}: {code}" for code in page.codes]
    rows = [(code, count) for code, count in found.most_common()]
    table(f"Findings on {pages} pages of {len(scans)} scans", ("", "pages"), rows)
    for line in lines:
        print(f"    {line}")


# --- fields ----------------------------------------------------------------------------------


def fields(shared: Path, *, quick: bool) -> None:
    """Print precision and recall of each field, and every miss."""
    names = ("real scans", "born-digital", "degraded first pages", "plain text")
    with _reader() as reader:
        for name, papers in zip(names, (*labelled(shared), typed(shared)), strict=True):
            some = papers[::6] if quick else papers
            _print_scores(f"{name}: {len(some)} papers", scored(read_all(reader, some)))


def _print_scores(title: str, scores: dict[str, Score]) -> None:
    rows = []
    for field, score in scores.items():
        least = FIELDS.get(field)
        reached = ""
        if least is not None:
            good = score.precision >= least[0] and score.recall >= least[1]
            reached = f"{least[0]:.2f} / {least[1]:.2f}: {'reached' if good else 'NOT REACHED'}"
        counts = f"{score.right} of {score.proposed}, {score.there} there"
        rows.append((field, f"{score.precision:.3f}", f"{score.recall:.3f}", counts, reached))
    table(title, ("", "precision", "recall", "right of proposed", "at least"), rows)
    for field, score in scores.items():
        for miss in score.misses:
            print(f"    {field}: {miss}")


@contextmanager
def _reader() -> Iterator[Reader]:
    """Give a reader for as long as it is needed."""
    with Sandbox(workers=2) as sandbox:
        sandbox.warm()
        yield Reader(sandbox, CLASSIFIERS, MODEL)


if __name__ == "__main__":
    main()
