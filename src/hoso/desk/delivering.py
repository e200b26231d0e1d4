"""Packages that leave: freeze one, take it, send it to an archive, end it.

A package is frozen with the papers that who orders it may read.  From then on it is the same
bytes; whoever takes or sends it must be able to read every paper in it on that day.  It goes out
only after code that did not build it has read it through (``app.delivering``).  A dossier in parts
is several packages: each is taken by itself, but sent, stopped and cancelled with its master.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import Second, act
from hoso.desk.desk import Desk
from hoso.desk.freezing import frozen
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import nfc, one_line
from hoso.preservation.delivery import register
from hoso.preservation.delivery.destinations import Destination
from hoso.preservation.delivery.model import Export, Sending
from hoso.preservation.delivery.together import state_of
from hoso.preservation.interfaces import IPackageFormat
from hoso.records.model import Document, Dossier, Site

__all__ = [
    "ExportView",
    "again",
    "cancel",
    "download",
    "find",
    "freeze",
    "listing",
    "look",
    "of_dossier",
    "of_its_dossier",
    "profiles",
    "send",
    "stop",
]

#: Packages on one page of the list.
AT_ONCE = 50


@dataclass(frozen=True)
class ExportView:
    """A package as somebody sees it who may build packages of its dossier.

    ``unreadable`` counts papers in it that this person may not read today: he may neither take
    nor send it.  ``open_to`` are the destinations it was not sent to yet.  ``together`` are the
    packages it goes with, the master first, or itself.
    """

    export: Export
    dossier: Dossier
    unreadable: int
    may_take: bool
    may_send: bool
    may_answer: bool
    may_cancel: bool
    open_to: tuple[Destination, ...]
    together: tuple[Export, ...]


def profiles(desk: Desk) -> list[str]:
    """Return the names of the profiles a package can have."""
    return list(desk.house.plugins.names(IPackageFormat))


def _setting(desk: Desk, name: str) -> int:
    return int(desk.rulebook.profile.settings["packages"][name])


def _unreadable(desk: Desk, export: Export) -> int:
    """Count papers of a package that are no more, or are not for this person to read."""
    count = 0
    for uid in export.papers:
        paper = desk.site.by_id.get(ids.from_text(uid) or 0)
        fine = (
            isinstance(paper, Document)
            and not paper.stub
            and desk.may(paper, Permission.DOCUMENT_READ)
        )
        count += not fine
    return count


def _view(desk: Desk, export: Export, dossier: Dossier) -> ExportView:
    given = export.state in register.GIVEN
    unreadable = _unreadable(desk, export) if given else 0
    readable = given and not unreadable
    hands_over = readable and desk.may(dossier, Permission.EXPORT_SEND)
    together = tuple(register.members(desk.root, export))
    sends = hands_over and not export.is_part and state_of(together) in register.GIVEN
    cancels = export.state not in register.OVER and not export.is_part
    open_to = tuple(
        one
        for one in desk.house.destinations
        if one.name not in export.sendings or export.sendings[one.name].state == "stopped"
    )
    return ExportView(
        export,
        dossier,
        unreadable,
        readable,
        sends,
        (hands_over and export.state != "answered") or (cancels and export.state == "rejected"),
        cancels,
        open_to if sends else (),
        together,
    )


def find(desk: Desk, uid: str) -> tuple[Export, Dossier]:
    """Return a package and its dossier, where this person may know of it; else ``Missing``."""
    export = register.export_of(desk.root, uid)
    dossier = desk.find(export.dossier, Dossier)
    if not desk.may(dossier, Permission.EXPORT_BUILD):
        raise Missing
    return export, dossier


def of_its_dossier(desk: Desk, dossier: Dossier, uid: str) -> Export:
    """Return a package of a dossier by uid; that of another is not there."""
    export = register.export_of(desk.root, uid)
    if export.dossier != dossier.uid:
        raise Missing
    return export


# Looking -------------------------------------------------------------------------------------


@act("package.listed", Permission.EXPORT_BUILD, told=False)
def of_dossier(desk: Desk, dossier: Dossier) -> list[ExportView]:
    """Return the packages of a dossier, the newest first; of one in parts the master."""
    kept = register.of_dossier(desk.root, dossier.uid)
    return [_view(desk, one, dossier) for one in kept if not one.is_part]


@act("package.all-listed", Permission.EXPORT_BUILD, told=False)
def listing(desk: Desk, _site: Site, *, before: str = "") -> list[ExportView]:
    """Return packages of dossiers one may build packages of, the newest first, a page of them.

    :param before: the instant behind which the page begins, that of the last one shown.
    """
    return [view for view, _ in zip(_all(desk, before), range(AT_ONCE), strict=False)]


def _all(desk: Desk, before: str) -> Iterator[ExportView]:
    for export in register.newest(desk.root, before=before):
        dossier = desk.site.by_id.get(ids.from_text(export.dossier) or 0)
        if export.is_part:
            continue
        if isinstance(dossier, Dossier) and desk.may(dossier, Permission.EXPORT_BUILD):
            yield _view(desk, export, dossier)


@act("package.looked-at", Permission.EXPORT_BUILD, told=False)
def look(desk: Desk, dossier: Dossier, *, export: str) -> ExportView:
    """Return one package of a dossier."""
    return _view(desk, of_its_dossier(desk, dossier, export), dossier)


# Freezing ------------------------------------------------------------------------------------


@act("package.frozen", Permission.EXPORT_BUILD)
def freeze(desk: Desk, dossier: Dossier, *, profile: str, reason: str) -> Export:
    """Freeze a package of a dossier as it is now, with the papers one may read.

    Of a dossier that is too large for one it is several; the master is returned.

    :param reason: what it is made for; it stays with the package.
    :raises Invalid: where the profile cannot take the dossier, with every fault.
    """
    reason = one_line(nfc(reason))
    faults = [] if reason else [Fault("reason", "State what the package is made for.")]
    if profile not in profiles(desk):
        faults.append(Fault("profile", "There is no such profile; choose one of the list."))
    if faults:
        raise Invalid(faults)
    exports = frozen(desk, dossier, profile=profile, why=reason)
    export = register.put_together(desk.root, exports)
    desk.say(
        package=export.uid,
        profile=profile,
        parts=len(exports) - 1,
        files=sum(one.files for one in exports),
        bytes=sum(one.octets for one in exports),
        stubs=export.left_out,
        sha256=export.covering256,
        why=reason,
    )
    return export


# Taking and sending --------------------------------------------------------------------------


def _to_give(desk: Desk, dossier: Dossier, uid: str) -> Export:
    """Return a package whose bytes this person may have; say why not where he may not."""
    export = of_its_dossier(desk, dossier, uid)
    if export.state not in register.GIVEN:
        raise Conflict(_WHY_NOT.get(export.state, "The package is not ready."))
    unreadable = _unreadable(desk, export)
    if unreadable:
        raise Forbidden(
            reason="There are papers in it that you may not read, or that are no more. Freeze a "
            "package anew."
        )
    return export


_WHY_NOT = {
    "frozen": "The package is still being read through. Come back in a moment.",
    "blocked": "Something in the package is not as it should be; it goes nowhere. See what it is.",
    "accepted": "The archive has taken the package over; its bytes are kept there.",
    "cancelled": "The package was cancelled. Freeze a new one.",
    "expired": "The package was not fetched in its time. Freeze a new one.",
}


@act("package.downloaded", Permission.EXPORT_BUILD)
def download(desk: Desk, dossier: Dossier, *, export: str, first: int = 0) -> Export:
    """Return a package whose bytes are to be given out.

    :param first: the byte from which on they are asked for.
    """
    found = _to_give(desk, dossier, export)
    desk.say(package=found.uid, etag=found.etag, first=first)
    return found


def _is_bulk(desk: Desk, dossier: Dossier, *, export: str, to: str) -> bool:
    together = register.members(desk.root, of_its_dossier(desk, dossier, export))
    return bool(to) and sum(one.files for one in together) > _setting(desk, "files_alone")


def _no_part(export: Export) -> None:
    """Refuse to do with a part what is done with all of them."""
    if export.is_part:
        number, count = export.place
        raise Conflict(
            "This is part {number} of {count}; do it on the page of its master, for all of them.",
            number=number,
            count=count,
        )


@act(
    "package.sent",
    Permission.EXPORT_SEND,
    second=Second(Permission.EXPORT_CONFIRM, when=_is_bulk),
)
def send(desk: Desk, dossier: Dossier, *, export: str, to: str) -> Sending:
    """Have a package brought to a destination of the installation; that is tried until it is there.

    With a master go its parts; it follows when they are there.

    :param to: the name of the destination.
    """
    _no_part(of_its_dossier(desk, dossier, export))
    found = _to_give(desk, dossier, export)
    if to not in {one.name for one in desk.house.destinations}:
        raise Invalid([Fault("to", "There is no such destination; choose one of the list.")])
    sending = register.order_sending(desk.root, found, to, by=desk.identity.login, at=desk.now)
    desk.say(package=found.uid, to=to)
    return sending


def _sending(desk: Desk, dossier: Dossier, uid: str, to: str) -> tuple[Export, Sending]:
    export = of_its_dossier(desk, dossier, uid)
    _no_part(export)
    found = export.sendings.get(to)
    if found is None:
        raise Missing
    return export, found


@act("package.sending-retried", Permission.EXPORT_SEND)
def again(desk: Desk, dossier: Dossier, *, export: str, to: str) -> Sending:
    """Try again at once, what waits or is stuck: somebody has looked."""
    found, sending = _sending(desk, dossier, export, to)
    _to_give(desk, dossier, export)
    register.queue_again(desk.root, found, sending, at=desk.now)
    desk.say(package=found.uid, to=to)
    return sending


@act("package.sending-stopped", Permission.EXPORT_SEND)
def stop(desk: Desk, dossier: Dossier, *, export: str, to: str) -> Sending:
    """Try no more to bring a package to a destination."""
    found, sending = _sending(desk, dossier, export, to)
    register.stop_sending(desk.root, found, sending)
    desk.say(package=found.uid, to=to)
    return sending


@act("package.cancelled", Permission.EXPORT_BUILD)
def cancel(desk: Desk, dossier: Dossier, *, export: str, reason: str) -> Export:
    """End a package before its time; its bytes are given up, what was done stays known.

    With a master its parts.
    """
    found = of_its_dossier(desk, dossier, export)
    _no_part(found)
    reason = one_line(nfc(reason))
    if not reason:
        raise Invalid([Fault("reason", "State why the package is cancelled.")])
    for one in register.members(desk.root, found):
        register.end(desk.root, one, "cancelled", at=desk.now, by=desk.identity.login, why=reason)
    desk.say(package=found.uid, why=reason)
    return found
