"""Stock-taking: what lies in a place against what should (pure, but for opening and closing).

A label is read as it lies: first that of a box, then those of what is in it.  Whoever reads
no label of a place means "somewhere in the place that is counted".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.kernel.text import one_line
from hoso.stacks.model import Count, Finding, Place, Scan, Stacks

__all__ = [
    "BACK",
    "ELSEWHERE",
    "FINDINGS",
    "FOUND",
    "LENT",
    "LONGEST_CONCLUSION",
    "LONGEST_SCAN",
    "MISSING",
    "UNKNOWN",
    "Expected",
    "Outcome",
    "Read",
    "close_count",
    "compare",
    "judge",
    "open_count",
    "read_label",
]

#: Should lie here, was not read.
MISSING = "missing"
#: Was read here, belongs elsewhere (or nowhere yet).
ELSEWHERE = "elsewhere"
#: Was read here although it is lent out.
BACK = "back"
#: Nothing goes by this label.
UNKNOWN = "unknown"
#: Should lie here and is lent out: no fault.
LENT = "lent"
#: Lies where it should.
FOUND = "found"
#: In the order of a mismatch list.
FINDINGS = (MISSING, ELSEWHERE, BACK, UNKNOWN, LENT, FOUND)

LONGEST_SCAN = 200
LONGEST_CONCLUSION = 1000


@dataclass(frozen=True)
class Expected:
    """A box or a record that the stacks say lies in the place that is counted."""

    kind: str
    key: str
    place: str
    lent_to: str = ""


@dataclass(frozen=True)
class Read:
    """A label that was read: what it means ("" kind: nothing known), where it was read.

    ``belongs`` is the code of the place the stacks give for it, "" for none.
    """

    text: str
    kind: str = ""
    key: str = ""
    here: str = ""
    belongs: str = ""
    lent_to: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a stock-take so far: a line for each thing expected or read."""

    lines: tuple[Finding, ...]

    def count(self, what: str) -> int:
        """Return how many papers (or labels) a finding was made of; places are not counted."""
        return sum(1 for line in self.lines if line.what == what and line.kind != "place")

    @property
    def mismatches(self) -> tuple[Finding, ...]:
        """What a person must look into, places included."""
        return tuple(line for line in self.lines if line.what not in {FOUND, LENT})

    @property
    def agrees(self) -> bool:
        """Whether nothing is wrong: what is lent is no fault."""
        return not self.mismatches


def compare(
    expected: Iterable[Expected], reads: Iterable[Read], *, inside: Mapping[str, str]
) -> Outcome:
    """Compare what should lie in a place with the labels read there.

    :param inside: codes of the place counted and of all in it, each with its parent's code.
    """
    wanted = {(one.kind, one.key): one for one in expected}
    given = list(reads)
    read = {(one.kind, one.key): one for one in given if one.kind}
    lines = [judge(one, inside) for one in given if not one.kind]
    lines += [judge(one, inside) for one in read.values()]
    there = _places_there(read, inside)
    for key, one in wanted.items():
        if key not in read:
            what = LENT if one.lent_to else MISSING
            if one.kind == "place" and one.key in there:
                what = FOUND
            lines.append(Finding(what, one.kind, one.key, one.place, "", one.lent_to))
    lines.sort(key=lambda line: (FINDINGS.index(line.what), line.belongs, line.kind, line.key))
    return Outcome(tuple(lines))


def judge(one: Read, inside: Mapping[str, str]) -> Finding:
    """Return what is to be said of one label that was read."""
    if not one.kind:
        return Finding(UNKNOWN, "label", one.text, "", one.here, "")
    what = FOUND
    if one.kind == "place":
        if one.key not in inside or (one.here and one.here != inside[one.key]):
            what = ELSEWHERE
    elif one.lent_to:
        what = BACK
    elif one.belongs not in inside or (one.here and one.here != one.belongs):
        what = ELSEWHERE
    return Finding(what, one.kind, one.key, one.belongs, one.here, one.lent_to)


def _places_there(read: Mapping[tuple[str, str], Read], inside: Mapping[str, str]) -> set[str]:
    """Return the places that are there: their label was read, or that of something in them."""
    here = {key for kind, key in read if kind == "place" and key in inside}
    here |= {one.here for one in read.values() if one.here}
    here |= {one.belongs for one in read.values() if one.kind != "place" and not one.here}
    touched: set[str] = set()
    for code in here:
        step = code
        while step in inside and step not in touched:
            touched.add(step)
            step = inside[step]
    return touched


def open_count(stacks: Stacks, place: Place, *, at: str, by: str) -> Count:
    """Begin to take stock of a place; one at a time."""
    known = stacks.opened.get(place.id)
    if known is not None:
        said = "A stock-take of {code} is under way since {at}. Go on with that one."
        raise Invalid(
            [Fault("place", said, {"code": place.code, "at": stacks.counts[known].opened_at})]
        )
    if not place.is_used:
        said = "The place {code} is not used any more."
        raise Invalid([Fault("place", said, {"code": place.code})])
    count = Count(place, at=at, by=by)
    stacks.counts[count.id] = count
    stacks.opened[place.id] = count.id
    return count


def read_label(count: Count, text: str, *, here: str, at: str, by: str) -> Scan:
    """Keep a label that was read; the same label again is the same scan, at its last place."""
    if not count.is_open:
        raise Conflict(by=count.closed_by, at=count.closed_at)
    scan = Scan(text, here, at, by)
    count.scans[text] = scan
    return scan


def close_count(
    stacks: Stacks,
    count: Count,
    outcome: Outcome,
    *,
    conclusion: str,
    witness: str,
    at: str,
    by: str,
) -> None:
    """Close a stock-take with its findings as they are now; nothing is added afterwards."""
    if not count.is_open:
        raise Conflict(by=count.closed_by, at=count.closed_at)
    faults = []
    conclusion, witness = one_line(conclusion), one_line(witness)
    if not conclusion:
        faults.append(Fault("conclusion", "Say what follows from it, or that all is in order."))
    if not witness:
        faults.append(Fault("witness", "Name the second person who was there."))
    for name, line in (("conclusion", conclusion), ("witness", witness)):
        if len(line) > LONGEST_CONCLUSION:
            said = "Use at most {most} characters."
            faults.append(Fault(name, said, {"most": LONGEST_CONCLUSION}))
    if faults:
        raise Invalid(faults)
    count.conclusion, count.witness = conclusion, witness
    count.lines.update(dict(enumerate(outcome.lines)))
    count.closed_at, count.closed_by = at, by
    del stacks.opened[count.place.id]
