"""Addresses of a site's doors: where the records of the stage are found in each situation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from hoso.kernel import ids
from hoso.records.model import Document, Dossier
from hoso.retention.disposing.model import Destroyed
from hoso.testing.permission_doors import Door
from hoso.testing.permission_stage import Stage

__all__ = ["KINDS", "Addresses"]

#: What an act's record is called in its signature, and which kinds of record that is here.
KINDS: Mapping[str, tuple[str, ...]] = {
    "Site": ("site",),
    "Unit": ("unit",),
    "Dossier": ("dossier",),
    "Document": ("filed paper", "waiting paper"),
    "Batch": ("batch",),
    "Place": ("place",),
    "Count": ("count",),
    "DisposalList": ("disposal list",),
    "Destroyed": ("destroyed dossier",),
    "Any": ("dossier", "filed paper"),
}


class Addresses:
    """Where each kind of record is found, in each situation that doors are asked in."""

    def __init__(
        self, stage: Stage, situations: tuple[str, ...] = ("own unit", "unit beside", "unknown")
    ) -> None:
        self.situations = situations
        self._records = {
            (kind, one.situation): one.record
            for kind, examples in stage.records.items()
            for one in examples
        }

    def of(self, door: Door) -> Iterator[tuple[str, str]]:
        """Yield (situation, address) for a door."""
        if not door.is_route:
            for kind in KINDS[door.place]:
                for situation in self._situations_of(kind):
                    yield f"{kind}, {situation}", self._traversed(kind, situation) + door.name
            return
        if "{" not in door.place:
            yield "", door.place
            return
        first = door.place.partition("{")[2].partition("}")[0]
        for situation in self._situations_of(_kind_of(door, first)):
            yield situation, re.sub(r"\{(\w+)\}", self._word(door, situation), door.place)

    def _situations_of(self, kind: str) -> list[str]:
        if kind in {"account", "nothing"}:
            return [one for one in self.situations if one in {"own unit", "unit beside", "unknown"}]
        return [one for one in self.situations if one == "unknown" or (kind, one) in self._records]

    def _traversed(self, kind: str, situation: str) -> str:
        if situation == "unknown":
            nowhere = ids.to_text(12345)
            return {
                "dossier": "/dossiers/P-9999/",
                "destroyed dossier": "/dossiers/P-9999/",
                "filed paper": f"/dossiers/P-9999/{nowhere}/",
                "waiting paper": f"/tray/{nowhere}/",
                "unit": "/units/goc/khong/",
                "batch": f"/batches/{nowhere}/",
            }[kind]
        record = self._records[kind, situation]
        if isinstance(record, Document) and record.dossier is not None:
            return f"/dossiers/{record.dossier.code}/{record.uid}/"
        if isinstance(record, Dossier | Destroyed):
            return f"/dossiers/{record.code}/"
        if kind == "unit":
            return f"/units/goc/{record.key}/" if record.key != "goc" else "/units/goc/"
        return f"/{ {'waiting paper': 'tray', 'batch': 'batches'}[kind] }/{record.uid}/"

    def _word(self, door: Door, situation: str) -> Callable[[re.Match[str]], str]:
        """Return what gives the words of an address for those of its pattern."""

        def word(found: re.Match[str]) -> str:
            kind = _kind_of(door, found[1])
            if kind == "account":
                logins = {"own unit": "of-clerk", "unit beside": "beside"}
                return logins.get(situation, "khong-co")
            if situation == "unknown" or kind == "nothing":
                return "khong-co"
            record = self._records[kind, situation]
            told = {
                "place": "code",
                "unit": "key",
                "saved search": "key",
                "disposal list": "number",
            }.get(kind, "uid")
            return str(getattr(record, told))

        return word


def _kind_of(door: Door, name: str) -> str:
    kind = _ABOUT.get((door.place, name)) or _ABOUT.get(("", name))
    if kind is None:
        raise LookupError(f"{door.place}: say in _ABOUT what {{{name}}} is")
    return kind


#: What the words of addresses mean; by the whole pattern where a word means several things.
_ABOUT: Mapping[tuple[str, str], str] = {
    ("", "login"): "account",
    ("", "code"): "place",
    ("", "uid"): "dossier",
    ("", "batch"): "batch",
    ("", "unit"): "unit",
    ("", "document"): "filed paper",
    ("", "loan"): "nothing",
    ("", "id"): "nothing",
    ("", "day"): "nothing",
    ("", "name"): "nothing",
    ("", "key"): "saved search",
    ("", "check"): "nothing",
    ("", "number"): "nothing",
    ("", "rendition"): "nothing",
    ("/fixity/{uid}/{rendition}/read", "uid"): "filed paper",
    ("/fixity/{uid}/{rendition}/repair", "uid"): "filed paper",
    ("/fixity/{uid}/{rendition}/lost", "uid"): "filed paper",
    ("/consents/{uid}", "uid"): "consent",
    ("/disposals/{number}", "number"): "disposal list",
    ("/disposals/{number}/papers/{name}", "number"): "disposal list",
    ("/disposals/{number}/file.zip", "number"): "disposal list",
    ("/destroyed/{uid}", "uid"): "destroyed dossier",
    ("/api/v1/destroyed/{record}", "record"): "destroyed dossier",
    ("/packages/{uid}", "uid"): "package",
    ("/packages/{uid}/file", "uid"): "package",
    ("/second/{uid}", "uid"): "permit",
    ("/paper/counts/{uid}", "uid"): "count",
    ("/paper/counts/{uid}/table.csv", "uid"): "count",
}
