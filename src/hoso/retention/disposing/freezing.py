"""Freeze what was decided of a record, so that it can be read and held against today (pure).

An explanation keeps its msgids and the values it rests on, so each reader is told in his own
language, in the words of that day, whatever became of rules and records since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from hoso.definitions.values import Text
from hoso.records.model import Document, Dossier
from hoso.retention.disposing.model import Frozen, FrozenStep
from hoso.retention.explaining import Step, lines, written
from hoso.retention.schedule import Decision, Law

__all__ = ["Contents", "contents_of", "explanation", "freeze", "steps_of", "thawed"]


@dataclass(frozen=True)
class Contents:
    """What a dossier was on a day: its state, digests of its standings and of its papers."""

    state: str
    standing: str
    papers: str
    count: int


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def contents_of(record: Dossier | Document) -> Contents:
    """Return what a council decides about: which papers, in which state, of whose standing.

    Of a single paper its dossier's state and standing: its period rests on them.
    """
    dossier = record if isinstance(record, Dossier) else record.dossier
    if dossier is None:
        # A paper that was taken back into the tray since: it is not what anybody decided about.
        return Contents("", "", "", 0)
    standing = [(event.status, event.effective) for event in dossier.status_events]
    papers = [record] if isinstance(record, Document) else list(dossier.values())
    lines = sorted((one.uid, one.sha256, one.state, one.type, one.date) for one in papers)
    around = [dossier.uid] if isinstance(record, Document) else []
    return Contents(
        dossier.state,
        _digest([standing, dossier.ended]),
        _digest([*lines, *around]),
        len(papers),
    )


def freeze(
    law: Law,
    decision: Decision,
    contents: Contents,
    *,
    on: date,
    digest: str,
    transfer_first: bool = False,
) -> Frozen:
    """Return a decision as plain values.

    :param digest: of the rulebook it was decided under.
    :param transfer_first: whether an archive had to take it over before.
    """
    rule = law.retention_rules.get(decision.rule) if decision.rule else None
    return Frozen(
        state=decision.state,
        rule=decision.rule or "",
        label=rule.label.in_("vi") if rule is not None else "",
        instrument=decision.instrument or "",
        item=rule.item if rule is not None else "",
        trigger=decision.trigger or "",
        counted_from=str(decision.from_) if decision.from_ is not None else "",
        period=decision.period or "",
        expires=decision.expires.isoformat() if decision.expires else "",
        digest=digest,
        on=on.isoformat(),
        steps=tuple(steps_of(decision.explanation)),
        record_state=contents.state,
        standing=contents.standing,
        papers=contents.papers,
        paper_count=contents.count,
        transfer_first=transfer_first,
    )


def steps_of(step: Step, depth: int = 0) -> Iterator[FrozenStep]:
    """Yield the sentences of an explanation from the conclusion down, as plain values."""
    yield depth, step.text, tuple((name, _plain(value)) for name, value in step.facts.items())
    for child in step.children:
        yield from steps_of(child, depth + 1)


def _plain(value: Any) -> str | tuple[str, str]:
    if isinstance(value, Text):
        return value.in_("vi"), value.in_("en")
    # As a page writes it: days and partial dates read the same in both languages.
    return written(Step("{value}", {"value": value}))


def thawed(steps: Iterable[FrozenStep]) -> Step:
    """Return a frozen explanation as the tree it was, to be shown by ``retention.explaining``."""
    root, *rest = steps
    return _grown(root, rest)


def _grown(frozen: FrozenStep, below: list[FrozenStep]) -> Step:
    depth, text, facts = frozen
    begun = [n for n, one in enumerate(below) if one[0] == depth + 1]
    children = [
        _grown(below[start], below[start + 1 : end])
        for start, end in pairwise([*begun, len(below)])
    ]
    return Step(text, {name: _live(value) for name, value in facts}, tuple(children))


def _live(value: str | tuple[str, str]) -> Any:
    return value if isinstance(value, str) else Text(vi=value[0], en=value[1])


def explanation(frozen: Frozen, *, language: str, translate: Any) -> list[tuple[int, str]]:
    """Return the frozen explanation as (depth, sentence) in a reader's language."""
    return list(lines(thawed(frozen.steps), language=language, translate=translate))
