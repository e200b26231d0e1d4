"""Of which records somebody may know how long they are kept, when a search is asked for it.

Reading a paper does not include knowing when it is due; the roles say who may.  A search for
states of retention is therefore narrowed to where both hold, and states are counted only where
that is everywhere one finds anything.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from hoso.access.grants import given_to
from hoso.access.permissions import Permission
from hoso.desk.desk import Desk
from hoso.records.model import Document, Dossier
from hoso.records.units import subtree
from hoso.search.interfaces import Filters

__all__ = ["knows_all_retention", "knows_retention", "within_scope"]


def _units_with(desk: Desk, permission: Permission) -> frozenset[int]:
    tops = desk.house.policy.units_of(desk.identity, permission, on=desk.today)
    if 0 in tops:
        return frozenset(desk.site.unit_by_number)
    held = (desk.site.unit_by_number.get(number) for number in tops)
    return frozenset(below.number for unit in held if unit is not None for below in subtree(unit))


def knows_retention(desk: Desk) -> bool:
    """Say whether states of retention are this identity's business at any unit."""
    return bool(desk.house.policy.units_of(desk.identity, Permission.RETENTION_VIEW, on=desk.today))


def knows_all_retention(desk: Desk) -> bool:
    """Say whether they are its business wherever it finds anything."""
    if desk.identity.own_dossier or any(given_to(desk.root, desk.identity.login)):
        return False
    reads = _units_with(desk, Permission.DOCUMENT_READ)
    return knows_retention(desk) and reads <= _units_with(desk, Permission.RETENTION_VIEW)


def within_scope(desk: Desk, filters: Filters) -> Filters:
    """Narrow a question that asks for retention to records of which one may know it."""
    if filters.retention is None and not filters.without.get("retention"):
        return filters
    units = _units_with(desk, Permission.RETENTION_VIEW)
    inside = units if filters.unit is None else units & filters.unit
    # A written consent opens a walled dossier to be read, and says nothing of its dates.
    shut = filters.without.get("dossier", frozenset()) | _read_otherwise(desk)
    without = MappingProxyType({**filters.without, "dossier": shut})
    return replace(filters, unit=inside, without=without)


def _read_otherwise(desk: Desk) -> frozenset[int]:
    """Return dossiers one reads on other grounds than an office: the own one, granted ones."""
    given = {number for number, _grant in given_to(desk.root, desk.identity.login)}
    given |= {desk.identity.own_dossier} - {0}
    shut = set()
    for number in given:
        record = desk.site.by_id.get(number)
        dossier = record.dossier if isinstance(record, Document) else record
        if isinstance(dossier, Dossier) and not desk.may(dossier, Permission.RETENTION_VIEW):
            shut.add(dossier.id)
    return frozenset(shut)
