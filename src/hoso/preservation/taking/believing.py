"""Does our own description, come from elsewhere, say what can be kept here.

It was written by a program like this one, or by somebody who wants to be taken for one: each
fact is looked at as if typed by a stranger, and all faults are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from hoso.definitions.rulebook import Rulebook
from hoso.kernel import ids
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault
from hoso.kernel.text import nfc

__all__ = ["faults_of"]

_DOSSIER = ("code", "type", "name", "birth_date", "gender", "unit", "state", "ended", "opened_at")
_PAPER = [
    "type",
    "form",
    "title",
    "number",
    "symbol",
    "date",
    "agency",
    "signer",
    "person",
    "state",
    "mime",
    "puid",
    "sha256",
    "sha512",
    "given_name",
    "checked_at",
    "checked_by",
    "compared_at",
    "compared_by",
    "serial",
]
_LISTS = ("marks", "notes", "identified", "signatures", "leaves", "dropped")
_STATES = {"filed", "withdrawn"}
_LONGEST = 20_000


class _Faults:
    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.found.append(fault)

    def texts(self, field: str, said: Mapping[str, Any], names: Iterable[str]) -> bool:
        """Say whether every name has a plain text, composed and not endless."""
        wrong = [
            name
            for name in names
            if not isinstance(said.get(name), str)
            or said[name] != nfc(said[name])
            or len(said[name]) > _LONGEST
        ]
        for name in wrong:
            self.add(Fault(f"{field}.{name}", "This is not a text as it should be."))
        return not wrong

    def day(self, field: str, text: Any) -> None:
        try:
            if text:
                PartialDate.parse(text)
        except (ValueError, TypeError):
            self.add(Fault(field, "{day} is not a date.", {"day": str(text)[:40]}))

    def instant(self, field: str, text: Any) -> None:
        """Refuse what is neither empty nor a day nor an instant that says its zone."""
        try:
            if text and len(text) > len("2026-03-02"):
                if datetime.fromisoformat(text).tzinfo is None:
                    raise ValueError(text)
            elif text:
                date.fromisoformat(text)
        except (ValueError, TypeError):
            self.add(Fault(field, "{day} is not a date.", {"day": str(text)[:40]}))


def faults_of(rulebook: Rulebook, said: Mapping[str, Any], *, clearance: int) -> list[Fault]:
    """Return all that is wrong with a description of a dossier; nothing is wrong with an empty list.

    :param clearance: the highest level the person taking it in may handle.
    """
    faults = _Faults()
    dossier, papers = said.get("dossier"), said.get("documents")
    if not isinstance(dossier, dict) or not isinstance(papers, list):
        faults.add(Fault("dossier", "This is no description of a dossier."))
        return faults.found
    if faults.texts("", said, ("identifier", "code", "title", "agency", "frozen_at")) and (
        faults.texts("dossier", dossier, _DOSSIER)
    ):
        _dossier(faults, rulebook, said, dossier)
    _level(faults, rulebook, "dossier", dossier, clearance)
    _marks(faults, rulebook, "dossier", dossier.get("marks"), clearance)
    _standing(faults, rulebook, dossier.get("standing"))
    uids: set[str] = set()
    for number, paper in enumerate(papers, start=1):
        field = f"documents[{number}]"
        if not isinstance(paper, dict):
            faults.add(Fault(field, "This is no description of a paper."))
            continue
        uid = paper.get("uid")
        if not isinstance(uid, str) or ids.from_text(uid) is None or uid != uid.lower():
            faults.add(Fault(f"{field}.uid", "This is not the number of a record."))
        elif uid in uids:
            faults.add(Fault(f"{field}.uid", "Two papers have the number {uid}.", {"uid": uid}))
        else:
            uids.add(uid)
        _paper(faults, rulebook, field, paper)
        _level(faults, rulebook, field, paper, clearance)
        _marks(faults, rulebook, field, paper.get("marks"), clearance)
    _files(faults, said.get("files"), uids)
    _events(faults, said.get("events"), uids)
    return faults.found


def _dossier(
    faults: _Faults, rulebook: Rulebook, said: Mapping[str, Any], dossier: Mapping[str, Any]
) -> None:
    if ids.from_text(said["identifier"]) is None or dossier.get("uid") != said["identifier"]:
        faults.add(Fault("identifier", "This is not the number of a record."))
    code = dossier["code"]
    if not code or not all(c.isalnum() or c in "-." for c in code) or len(code) > 40:
        faults.add(Fault("code", "Write the dossier number with letters, digits, dots and dashes."))
    if code != said["code"] or dossier["name"] != said["title"]:
        faults.add(Fault("dossier", "The description says two different things of the dossier."))
    if dossier["type"] not in rulebook.dossier_types:
        faults.add(
            Fault(
                "dossier.type",
                "There is no dossier of the kind {key} here.",
                {"key": dossier["type"]},
            )
        )
    if dossier["gender"] and dossier["gender"] not in rulebook.vocabularies["gender"].terms:
        faults.add(Fault("dossier.gender", "There is no such gender in the list."))
    if dossier["state"] not in {"open", "closed"}:
        faults.add(Fault("dossier.state", "There is no such state."))
    faults.instant("frozen_at", said["frozen_at"])
    faults.instant("dossier.opened_at", dossier["opened_at"])
    faults.day("dossier.birth_date", dossier["birth_date"])
    faults.day("dossier.ended", dossier["ended"])


def _level(
    faults: _Faults, rulebook: Rulebook, field: str, said: Mapping[str, Any], clearance: int
) -> None:
    level = said.get("level")
    if not isinstance(level, int) or isinstance(level, bool) or level not in rulebook.levels:
        faults.add(Fault(f"{field}.level", "There is no such level."))
    elif level > clearance:
        faults.add(Fault(f"{field}.level", "This is of a level above what you may handle."))


def _marks(faults: _Faults, rulebook: Rulebook, field: str, marks: Any, clearance: int) -> None:
    names = ("act", "until", "basis", "determiner", "decided", "decision", "recorded")
    for mark in _list(faults, f"{field}.marks", marks):
        if isinstance(mark, dict) and faults.texts(f"{field}.marks", mark, names):
            faults.day(f"{field}.marks.until", mark["until"])
            faults.day(f"{field}.marks.decided", mark["decided"])
            faults.instant(f"{field}.marks.recorded", mark["recorded"])
            _level(faults, rulebook, f"{field}.marks", mark, clearance)
            if mark["act"] not in {"determined", "extended", "raised", "lowered", "lifted"}:
                faults.add(Fault(f"{field}.marks.act", "There is no such act on secrecy."))
        elif not isinstance(mark, dict):
            faults.add(Fault(f"{field}.marks", "This is not an act on secrecy."))


def _standing(faults: _Faults, rulebook: Rulebook, standing: Any) -> None:
    for event in _list(faults, "dossier.standing", standing):
        if not isinstance(event, dict):
            faults.add(Fault("dossier.standing", "This is not a change of standing."))
        elif faults.texts(
            "dossier.standing", event, ("status", "effective", "evidence", "recorded")
        ):
            faults.day("dossier.standing.effective", event["effective"])
            faults.instant("dossier.standing.recorded", event["recorded"])
            if event["status"] not in rulebook.statuses:
                faults.add(
                    Fault(
                        "dossier.standing",
                        "There is no standing {key} here.",
                        {"key": event["status"]},
                    )
                )


def _paper(faults: _Faults, rulebook: Rulebook, field: str, paper: Mapping[str, Any]) -> None:
    if not faults.texts(field, paper, _PAPER):
        return
    if paper["type"] and paper["type"] not in rulebook.document_types:
        faults.add(
            Fault(f"{field}.type", "There is no kind of paper {key} here.", {"key": paper["type"]})
        )
    if paper["form"] and paper["form"] not in rulebook.forms:
        faults.add(Fault(f"{field}.form", "There is no form {key} here.", {"key": paper["form"]}))
    if paper["state"] not in _STATES:
        faults.add(
            Fault(
                f"{field}.state",
                "A paper in a dossier cannot be in the state {key}.",
                {"key": paper["state"]},
            )
        )
    faults.day(f"{field}.date", paper["date"])
    for name in ("checked_at", "compared_at"):
        faults.instant(f"{field}.{name}", paper[name])
    for name in ("pages", "size"):
        if not isinstance(paper.get(name), int) or paper[name] < 0:
            faults.add(Fault(f"{field}.{name}", "This is not a number as it should be."))
    for name in _LISTS:
        _list(faults, f"{field}.{name}", paper.get(name))
    if not all(
        isinstance(one, str) for name in ("notes", "signatures") for one in paper.get(name) or ()
    ):
        faults.add(Fault(f"{field}.notes", "This is not a text as it should be."))
    shapes = (
        ("identified", (str, str, str)),
        ("leaves", (str, int, int)),
        ("dropped", (str, int, str)),
    )
    for name, shape in shapes:
        for one in paper.get(name) or ():
            if not isinstance(one, list) or tuple(type(part) for part in one) != shape:
                faults.add(Fault(f"{field}.{name}", "This is not as it should be."))
    source = paper.get("source")
    if source is not None and not (
        isinstance(source, dict)
        and isinstance(source.get("sha256"), str)
        and isinstance(source.get("pages"), list)
        and all(isinstance(page, int) for page in source["pages"])
    ):
        faults.add(Fault(f"{field}.source", "This is not as it should be."))


def _files(faults: _Faults, files: Any, uids: set[str]) -> None:
    kinds: set[tuple[str, str]] = set()
    for file in _list(faults, "files", files):
        if not isinstance(file, dict) or not faults.texts(
            "files", file, ("path", "name", "document", "mime", "sha256", "sha512")
        ):
            faults.add(Fault("files", "This is not as it should be."))
        elif file["document"] not in uids:
            faults.add(Fault("files", "{path} belongs to no paper.", {"path": file["path"]}))
        else:
            kind = (file["document"], str(file.get("kind") or file["name"].rpartition("/")[2]))
            if kind in kinds:
                faults.add(Fault("files", "{path} is there twice.", {"path": file["path"]}))
            kinds.add(kind)


def _events(faults: _Faults, events: Any, uids: set[str]) -> None:
    for event in _list(faults, "events", events):
        if not isinstance(event, dict) or not faults.texts("events", event, ("type", "at", "by")):
            faults.add(Fault("events", "This is not an event."))
        elif event.get("document") not in uids:
            faults.add(Fault("events", "An event is of a paper that is not there."))
        else:
            faults.instant("events.at", event["at"])


def _list(faults: _Faults, field: str, said: Any) -> list[Any]:
    if isinstance(said, list):
        return said
    faults.add(Fault(field, "This should be a list."))
    return []
