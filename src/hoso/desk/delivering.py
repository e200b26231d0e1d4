"""Packages that leave: freeze one, take it, send it to an archive, end it.

A package is frozen with the papers that who orders it may read.  From then on it is the same
bytes; whoever takes or sends it must be able to read every paper in it on that day.  It goes out
only after code that did not build it has read it through (``app.delivering``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import Second, act
from hoso.desk.desk import Desk
from hoso.desk.packaging import package_of, papers_of
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import nfc, one_line
from hoso.preservation.check import expected_of
from hoso.preservation.delivery import register
from hoso.preservation.delivery.destinations import Destination
from hoso.preservation.delivery.model import Export, Sending
from hoso.preservation.freeze import fill, spool_made
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.package import Package
from hoso.preservation.segments import segments_of
from hoso.preservation.writing import scratch_in
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
#: States in which the bytes of a package may be given out.
_GIVEN = frozenset({"ready", "rejected"})


@dataclass(frozen=True)
class ExportView:
    """A package as somebody sees it who may build packages of its dossier.

    ``unreadable`` counts papers in it that this person may not read today: he may neither take
    nor send it.  ``open_to`` are the destinations it was not sent to yet.
    """

    export: Export
    dossier: Dossier
    unreadable: int
    may_take: bool
    may_send: bool
    may_cancel: bool
    open_to: tuple[Destination, ...]


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
    given = export.state in _GIVEN
    unreadable = _unreadable(desk, export) if given else 0
    sends = given and not unreadable and desk.may(dossier, Permission.EXPORT_SEND)
    open_to = tuple(
        one
        for one in desk.house.destinations
        if one.name not in export.sendings or export.sendings[one.name].state == "stopped"
    )
    return ExportView(
        export,
        dossier,
        unreadable,
        given and not unreadable,
        sends,
        export.state not in register.OVER,
        open_to if sends else (),
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
    """Return the packages of a dossier, the newest first."""
    return [_view(desk, one, dossier) for one in register.of_dossier(desk.root, dossier.uid)]


@act("package.all-listed", Permission.EXPORT_BUILD, told=False)
def listing(desk: Desk, _site: Site, *, before: str = "") -> list[ExportView]:
    """Return packages of dossiers one may build packages of, the newest first, a page of them.

    :param before: the instant behind which the page begins, that of the last one shown.
    """
    return [view for view, _ in zip(_all(desk, before), range(AT_ONCE), strict=False)]


def _all(desk: Desk, before: str) -> Iterator[ExportView]:
    for export in register.newest(desk.root, before=before):
        dossier = desk.site.by_id.get(ids.from_text(export.dossier) or 0)
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

    :param reason: what it is made for; it stays with the package.
    :raises Invalid: where the profile cannot take the dossier, with every fault.
    """
    reason = one_line(nfc(reason))
    faults = [] if reason else [Fault("reason", "State what the package is made for.")]
    if profile not in profiles(desk):
        faults.append(Fault("profile", "There is no such profile; choose one of the list."))
    if faults:
        raise Invalid(faults)
    papers, stubs = papers_of(desk, dossier)
    package = package_of(desk, dossier, papers, profile=profile)
    _fits_into_one(desk, package, profile)
    format_ = desk.house.plugins.get(IPackageFormat, profile)
    with scratch_in(desk.house.spool) as scratch:
        layout = format_.layout(package, scratch)
        made = spool_made(layout, desk.house.spool)
    payload = layout.payload
    export = Export(
        dossier=dossier.uid,
        code=dossier.code,
        title=package.title,
        profile=profile,
        top=layout.top,
        identifier=layout.identifier,
        frozen_at=package.frozen_at,
        software=package.software,
        papers=tuple(paper.uid for paper in papers),
        left_out=stubs,
        files=len(payload),
        octets=sum(entry.size for entry in payload),
        why=reason,
        by=desk.identity.login,
        at=desk.now,
    )
    export.expected = json.dumps(expected_of(dossier, papers).as_data()).encode()
    fill(export, layout, made, papers=papers, connection=desk.connection)
    register.put(desk.root, export)
    desk.say(
        package=export.uid,
        profile=profile,
        files=export.files,
        bytes=export.octets,
        stubs=export.left_out,
        sha256=export.covering256,
        why=reason,
    )
    return export


def _fits_into_one(desk: Desk, package: Package, profile: str) -> None:
    """Refuse what an archive does not take in one deposit; a plain bag has no limit."""
    files, octets = _setting(desk, "segment_files"), _setting(desk, "segment_bytes")
    if profile != "bagit" and segments_of(package, most_files=files, most_octets=octets)[1:]:
        raise Invalid(
            [
                Fault(
                    "profile",
                    "The dossier is too large for one package of this kind: at most {files} files or "
                    "{size} MB. Agree with the archive on several deposits, or freeze a bag.",
                    {"files": files, "size": octets >> 20},
                )
            ]
        )


# Taking and sending --------------------------------------------------------------------------


def _to_give(desk: Desk, dossier: Dossier, uid: str) -> Export:
    """Return a package whose bytes this person may have; say why not where he may not."""
    export = of_its_dossier(desk, dossier, uid)
    if export.state not in _GIVEN:
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
    found = of_its_dossier(desk, dossier, export)
    return bool(to) and found.files > _setting(desk, "files_alone")


@act(
    "package.sent",
    Permission.EXPORT_SEND,
    second=Second(Permission.EXPORT_CONFIRM, when=_is_bulk),
)
def send(desk: Desk, dossier: Dossier, *, export: str, to: str) -> Sending:
    """Have a package brought to a destination of the installation; that is tried until it is there.

    :param to: the name of the destination.
    """
    found = _to_give(desk, dossier, export)
    if to not in {one.name for one in desk.house.destinations}:
        raise Invalid([Fault("to", "There is no such destination; choose one of the list.")])
    sending = register.order_sending(desk.root, found, to, by=desk.identity.login, at=desk.now)
    desk.say(package=found.uid, to=to)
    return sending


def _sending(desk: Desk, dossier: Dossier, uid: str, to: str) -> tuple[Export, Sending]:
    export = of_its_dossier(desk, dossier, uid)
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
    """End a package before its time; its bytes are given up, what was done stays known."""
    found = of_its_dossier(desk, dossier, export)
    reason = one_line(nfc(reason))
    if not reason:
        raise Invalid([Fault("reason", "State why the package is cancelled.")])
    register.end(desk.root, found, "cancelled", at=desk.now, by=desk.identity.login, why=reason)
    desk.say(package=found.uid, why=reason)
    return found
