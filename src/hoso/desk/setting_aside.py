"""What a tray sets aside: into quarantine by hand, out of it again, refused by the gate."""

from __future__ import annotations

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.intake import in_tray
from hoso.desk.stubs import seal_faults
from hoso.ingest import queue
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import shown_name
from hoso.records import filing
from hoso.records.events import DocumentChanged
from hoso.records.model import Document, Reason

__all__ = ["refuse", "release", "set_aside"]


def _why(text: str, *, wanting: str) -> str:
    faults: list[Fault] = []
    line = statement("why", text, faults, wanting=wanting)
    if faults:
        raise Invalid(faults)
    return line


@act("intake.released", Permission.INTAKE_RELEASE)
def release(desk: Desk, document: Document, *, why: str, revision: int) -> None:
    """Take a paper out of quarantine after a person looked at the reasons."""
    in_tray(document, revision)
    if document.state != "quarantined":
        raise Invalid([Fault("why", "This paper is not in quarantine.")])
    if document.stub:
        raise Invalid(seal_faults(document, "why"))
    why = _why(why, wanting="State why the paper may be taken in.")
    desk.move(document, "received", reason=why)
    document.released = why
    filing.touch(document, at=desk.now, by=desk.identity.login)
    queue.enqueue(desk.root, document)
    desk.say(why=why)
    desk.notify([DocumentChanged(document)])


@act("intake.quarantined", Permission.INTAKE_WORK)
def set_aside(desk: Desk, document: Document, *, why: str, revision: int) -> None:
    """Put a waiting paper into quarantine by hand, with a reason."""
    in_tray(document, revision)
    why = _why(why, wanting="State why the paper is set aside.")
    desk.move(document, "quarantined")
    document.reasons = (
        *document.reasons,
        Reason("set-aside", "Set aside by hand: {why}", (("why", why),)),
    )
    filing.touch(document, at=desk.now, by=desk.identity.login)
    queue.remove(desk.root, document)
    desk.say(why=why)
    desk.notify([DocumentChanged(document)])


@act("intake.refused", Permission.INTAKE_WORK)
def refuse(desk: Desk, document: Document, *, reasons: tuple[Reason, ...]) -> None:
    """Leave a file out: the log keeps name, size, digest and reasons; the bytes go.

    Only the gate refuses (a program, a bomb, an empty file): such bytes are no paper.
    """
    in_tray(document, None)
    desk.move(document, "refused", reason="; ".join(map(str, reasons)))
    document.reasons = reasons
    for name in list(document.renditions):
        del document.renditions[name]
    filing.forget_bytes(desk.site, document)
    queue.remove(desk.root, document)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.say(
        name=shown_name(document.given_name),
        sha256=document.sha256,
        size=document.size,
        why="; ".join(map(str, reasons)),
    )
    desk.notify([DocumentChanged(document)])
