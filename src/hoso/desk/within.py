"""What somebody may find, at this moment: the tokens of the person, and what the index is late with.

The index finds candidates, the record decides.  For hits that is done one by one; totals, facets
and suggestions are counted by the engine, so what it does not know yet is told to it with every
question: records noted as changed that it has not taken in, and records that the passing of a
day opens or closes.  A dossier that moved, was walled, granted or marked is judged once for all
its papers, by what they say of themselves (``access.tokens.papers_within``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from hoso.access import days, tokens
from hoso.access.permissions import Permission
from hoso.desk.desk import Desk
from hoso.desk.entries import code_of, is_found
from hoso.records.model import Document, Dossier
from hoso.search import changes
from hoso.search.interfaces import Generation, Late, Limited, Papers, Permitted

__all__ = ["finds", "permitted"]

_KINDS = {None: "fwd", Permission.DOCUMENT_READ: "fw", Permission.DOSSIER_VIEW: "d"}


def permitted(desk: Desk, read: Permission | None = None) -> Permitted:
    """Return what this identity may find.

    :param read: ``document:read`` for papers, ``dossier:view`` for dossiers; ``None`` for both.
    """
    kinds = _KINDS[read]
    reach = tokens.reach_of(
        desk.identity, desk.house.policy, kinds=kinds, closed=desk.closed_types, on=desk.today
    )
    return Permitted(reach.tokens, _coded(reach.limited), partial(_late, desk, kinds))


def finds(desk: Desk, record: Any, *, kinds: str = "fwd") -> bool:
    """Say whether this identity may find *record*; what the index says by tokens, of one."""
    if isinstance(record, Document):
        kind = "f" if record.dossier is not None else "w"
    elif isinstance(record, Dossier):
        kind = "d"
    else:
        return False
    return kind in kinds and is_found(record) and desk.may(record, tokens.OPENS[kind])


def _late(desk: Desk, kinds: str, generation: Generation) -> Late:
    noted = set(days.changing(desk.root, desk.today))
    for _change, seen in changes.unseen(desk.root, generation.cursor):
        noted.update(seen)
    if not noted:
        return Late()
    by_id = desk.site.by_id
    ids = frozenset(abs(known) for known in noted)
    dossiers = frozenset(-known for known in noted if known < 0)
    return Late(
        ids=ids,
        found=frozenset(known for known in ids if finds(desk, by_id.get(known), kinds=kinds)),
        dossiers=dossiers,
        papers=_papers(desk, dossiers) if "f" in kinds else (),
    )


def _papers(desk: Desk, numbers: Iterable[int]) -> tuple[Papers, ...]:
    alike: dict[Limited, set[int]] = defaultdict(set)
    for number in numbers:
        dossier = desk.site.by_id.get(number)
        if isinstance(dossier, Dossier):
            ways = tokens.papers_within(
                desk.identity,
                desk.facts(dossier),
                desk.house.policy,
                closed=desk.closed_types,
                on=desk.today,
            )
            for limited in _coded(ways):
                alike[limited].add(number)
    return tuple(Papers(frozenset(inside), limited) for limited, inside in alike.items())


def _coded(limited: Iterable[tokens.Limited]) -> tuple[Limited, ...]:
    return tuple(
        Limited(one.tokens, frozenset(code_of(type_) for type_ in one.without)) for one in limited
    )
