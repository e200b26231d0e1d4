"""Papers at levels 2 to 4 where the installation is not approved for secrets: stubs.

Such a paper is kept as its description, with the place of the sheet in the paper store.  What
bytes came in before anybody could know are sealed (``records.sealing``): nobody is shown them,
no index or package holds them, and nothing destroys them; a head who may determine secrets
opens the seal once the paper is no secret, or the installation is approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.access.facts import protected
from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.describing import description, statement
from hoso.desk.desk import Desk
from hoso.desk.interfaces import House
from hoso.desk.mark_register import note_seal, to_seal
from hoso.ingest import queue
from hoso.kernel.errors import Fault, Invalid
from hoso.records import filing
from hoso.records.events import DocumentChanged, Moved, RecordEvent
from hoso.records.marking import SECRET, level_of
from hoso.records.model import Document, Dossier, Reason
from hoso.records.sealing import has_sealed_bytes, seal, unseal
from hoso.workflow.machine import move

__all__ = [
    "SEALED",
    "is_approved",
    "is_secret",
    "keep_apart",
    "level_faults",
    "make",
    "open_all",
    "open_seal",
    "openable",
    "seal_faults",
    "why_not_opened",
]

#: Said of a paper whose bytes are sealed.
SEALED = Reason(
    "secret",
    "This paper is at level 2 or above, and this installation is not approved for state secrets. "
    "Its file is sealed: nobody is shown it, it is not read, not searched and in no package. "
    "Nothing is deleted. Describe the paper from the sheet itself and file it as a stub; where it "
    "is no secret, who may determine secrets says so and opens the seal.",
)
_OPEN = {"received", "reading", "waiting"}


def is_approved(rulebook: Rulebook) -> bool:
    """Say whether the profile says that this installation is approved for state secrets."""
    return bool(rulebook.profile.settings["secrecy"]["approved_for_secrets"])


def is_secret(house: House, document: Document) -> bool:
    """Say whether a paper is at levels 2 to 4 today, by itself or by its dossier."""
    return protected(document, on=house.clock.today()).level >= SECRET


def keep_apart(house: House, root: Any, event: RecordEvent) -> None:
    """Seal what has become a secret on an installation that may not hold it; a listener."""
    if is_approved(house.rulebook):
        return
    record = event.record
    if isinstance(record, Document):
        _keep_apart(house, root, record)
    elif isinstance(record, Dossier) and isinstance(event, Moved):
        # Most dossiers have no secret, and who hands one over should not wait for all its papers.
        level = protected(record, on=house.clock.today()).level
        for document in to_seal(root, record, every=level >= SECRET):
            _keep_apart(house, root, document)


def _keep_apart(house: House, root: Any, document: Document) -> None:
    if document.state == "refused" or not (document.stub or is_secret(house, document)):
        return
    reading = queue.reading_of(root, document)
    if reading is not None and reading.plan and document.state in _OPEN:
        # It is being split, or is a new page of another paper: each part is judged by itself.
        return
    note_seal(root, document, sealed=True)
    # Asked of every paper that is secret, also where the seal is on: a filing that was undone
    # lies in the tray again.
    if seal(document) or document.state in _OPEN:
        queue.remove(root, document)
        queue.copy_is_made(root, document)
        if reading is not None:
            reading.proposals, reading.type_proposal = "", ""
        if all(reason.code != SEALED.code for reason in document.reasons):
            document.reasons = (*document.reasons, SEALED)
        if document.dossier is None and document.state in _OPEN:
            move(house.rulebook.workflows["document"], document, "quarantined")


def level_faults(desk: Desk, document: Document, typed: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the fault of who would type a stub to be no secret: that is decided, not typed."""
    level = level_of(document, desk.today)
    if document.stub and str(typed.get("level", "")).strip() in {str(n) for n in range(level)}:
        message = "This was taken in at level {level}. Who may determine secrets lowers it."
        yield Fault("level", message, {"level": level})


def seal_faults(document: Document, field: str) -> list[Fault]:
    """Return the fault of who would work on the pages of a stub."""
    if not document.stub:
        return []
    message = "The file of this paper is sealed; who may determine secrets opens the seal."
    return [Fault(field, message)]


@act("stub.made", Permission.INTAKE_FILE)
def make(desk: Desk, dossier: Dossier, *, typed: Mapping[str, Any]) -> Document:
    """Describe a secret paper that is not scanned; only its description is kept.

    Where the sheet lies is stated in the paper store, as for every paper.
    """
    faults: list[Fault] = []
    if dossier.state != "open":
        faults.append(Fault("type", "The dossier {code} is closed.", {"code": dossier.code}))
    values: dict[str, Any] = {}
    try:
        values = description(
            desk.rulebook,
            typed,
            clearance=desk.identity.clearance,
            complete=True,
            dossier_type=dossier.type,
            level=min(dossier.level, 1),
        )
    except Invalid as error:
        faults = [*error.faults, *faults]
    if not faults and values["level"] < SECRET:
        faults.append(
            Fault("level", "A stub is for papers at levels 2 to 4; scan and take in any other.")
        )
    if faults:
        raise Invalid(faults)
    document = filing.stub(desk.site, dossier, at=desk.now, by=desk.identity.login)
    filing.describe(document, values)
    document.checked_at, document.checked_by = desk.now, desk.identity.login
    desk.about(document)
    desk.say(into=dossier.code, type=document.type, level=document.level)
    desk.notify([DocumentChanged(document)])
    return document


def why_not_opened(desk: Desk, document: Document) -> str:
    """Return why the seal of a stub cannot be opened now; "" where it can."""
    if not document.stub:
        return "This paper is not sealed."
    if not has_sealed_bytes(document):
        return "There is no file behind this description; the sheet itself was never scanned."
    if is_secret(desk.house, document) and not is_approved(desk.rulebook):
        return (
            "The paper is at level 2 or above, and this installation is not approved for state "
            "secrets. Have the mark lifted first."
        )
    return ""


@act("stub.opened", Permission.MARK_DETERMINE)
def open_seal(desk: Desk, document: Document, *, why: str, revision: int) -> None:
    """Put the bytes of a stub back where papers have theirs; they are then read as any other."""
    filing.check_revision(document, revision)
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the file may be opened.")
    why_not = why_not_opened(desk, document)
    if why_not:
        faults.append(Fault("why", why_not))
    if faults:
        raise Invalid(faults)
    _open(desk, document, why=why)
    desk.say(why=why)


def _open(desk: Desk, document: Document, *, why: str) -> None:
    unseal(document)
    note_seal(desk.root, document, sealed=False)
    document.reasons = tuple(one for one in document.reasons if one.code != SEALED.code)
    if document.dossier is None and document.state == "quarantined":
        desk.move(document, "received", reason=why)
        document.released = why
    if document.state in {"received", "filed"}:
        queue.enqueue(desk.root, document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.notify([DocumentChanged(document)])


def openable(desk: Desk, dossier: Dossier) -> list[Document]:
    """Return the sealed papers of a dossier that this reader may open now."""
    return [
        document
        for document in dossier.values()
        if document.stub
        and desk.may(document, Permission.MARK_DETERMINE)
        and not why_not_opened(desk, document)
    ]


@act("stub.all-opened", Permission.MARK_DETERMINE)
def open_all(desk: Desk, dossier: Dossier, *, why: str) -> int:
    """Open the seals of all papers of a dossier that are no secret any more; return how many.

    A dossier that becomes a secret seals all that is in it; when it is none, nobody should have to
    open them one by one.  Each is told under its own record.
    """
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the files may be opened.")
    found = openable(desk, dossier)
    if not found:
        faults.append(Fault("why", "There is no seal in this dossier that can be opened now."))
    if faults:
        raise Invalid(faults)
    for document in found:
        _open(desk, document, why=why)
        desk.tell("stub.opened", document, why=why)
    desk.say(why=why, papers=len(found))
    return len(found)
