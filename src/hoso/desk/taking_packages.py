"""Take packages in: one's own, those of the archive's circular, foreign ones, plain bags.

The package is read once, judged while it is read, and taken in whole or not at all.  One of
our own becomes the dossier it was; of any other the papers wait in the tray, and everything else
that was in it is kept beside, as it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.preservation.taking.believing import faults_of
from hoso.preservation.taking.contents import Contents, contents_of
from hoso.preservation.taking.model import ForeignFile, TakenPackage, TakenPackages
from hoso.preservation.taking.restoring import here_already, lacking, restore
from hoso.preservation.taking.together import faults_between, is_of_several, whole_of
from hoso.preservation.taking.unpacking import Unpacked
from hoso.records import filing
from hoso.records.events import DocumentChanged, DossierChanged
from hoso.records.model import Dossier, Unit
from hoso.retention.disposing.book import book_if_any, destroyed_of, is_taken
from hoso.storage.blobs import Spooled, blob_of

__all__ = ["Taken", "listing", "take"]

_KEY = "taken_packages"
_OWN = ("metadata/dossier.json", "metadata/other/hoso-dossier.json")
#: More faults than a person reads at once are counted, not listed.
_FAULTS = 50


@dataclass(frozen=True)
class Taken:
    """What became of a package: the dossier it was, or how many papers wait in the tray.

    Of a dossier in parts ``package`` is the master, ``parts`` are the others, and the counts those of
    all of them.
    """

    package: TakenPackage
    dossier: Dossier | None
    papers: int
    foreign: int
    parts: tuple[TakenPackage, ...] = ()


@act("package.taken", Permission.PACKAGE_TAKE)
def take(desk: Desk, unit: Unit, *, package: Unpacked, others: Sequence[Unpacked] = ()) -> Taken:
    """Take an unpacked package into the care of *unit*; refuse it with all its faults.

    :param others: the further packages of a dossier in parts: all of them, or none is taken in.
    """
    packages = [package, *others]
    for one in packages:
        _sound(one)
        _not_here(desk, one)
    if is_of_several(packages):
        return _taken_together(desk, unit, packages)
    contents = contents_of(package)
    _wanted(desk, package, contents)
    kept = _kept(desk, unit, package)
    dossier = None
    if contents.own is not None:
        dossier = _restored(desk, unit, contents.own, package.files, base=contents.base)
        _of_dossier(kept, package, contents, dossier)
    else:
        _laid_in_tray(desk, unit, package, contents, kept)
    _keep(desk, package, kept)
    _say(desk, [kept])
    return Taken(kept, dossier, len(kept.papers), len(kept.foreign))


def _taken_together(desk: Desk, unit: Unit, packages: Sequence[Unpacked]) -> Taken:
    """Take the packages of one dossier in as that dossier; each is kept for itself."""
    faults = list(faults_between(packages))
    if faults:
        raise Invalid(
            faults[:_FAULTS],
            "These are not all packages of one dossier that was cut into parts, and nothing was "
            "taken in. Take the master and every part in at once.",
        )
    whole = whole_of(packages)
    _believed(desk, whole.said, whole.files, base="")
    together = [_kept(desk, unit, one) for one in whole.packages]
    dossier = _restored(desk, unit, whole.said, whole.files, base="")
    for kept, one, contents in zip(together, whole.packages, whole.contents, strict=True):
        _of_dossier(kept, one, contents, dossier)
        _keep(desk, one, kept)
    _say(desk, together)
    papers, foreign = (
        sum(map(len, found))
        for found in zip(*((kept.papers, kept.foreign) for kept in together), strict=True)
    )
    return Taken(together[0], dossier, papers, foreign, tuple(together[1:]))


def _not_here(desk: Desk, package: Unpacked) -> None:
    """Refuse what was taken in before, where one may know of it."""
    before = _packages(desk.root)
    uid = before.by_digest.get(package.digest) if before is not None else None
    if before is not None and uid is not None and desk.sees(before.by_uid[uid].unit):
        known = before.by_uid[uid]
        raise Conflict("This package was taken in on {at} by {by}.", at=known.at, by=known.by)


def _kept(desk: Desk, unit: Unit, package: Unpacked) -> TakenPackage:
    """Return the record of a package."""
    kept = TakenPackage(
        ids.to_text(ids.new_id()),
        name=package.name,
        unit=unit,
        at=desk.now,
        by=desk.identity.login,
    )
    kept.digest, kept.profile = package.digest, package.verdict.profile
    kept.identifier = package.verdict.identifier
    kept.files, kept.bytes = len(package.files), sum(one.size for one in package.files.values())
    kept.findings = tuple((one.rule, one.path, one.what) for one in package.verdict.findings)[:500]
    # Its blobs must have a database before they have bytes.
    desk.connection.add(kept)
    return kept


def _keep(desk: Desk, package: Unpacked, kept: TakenPackage) -> None:
    """Keep everything of a package that became no paper, and its record."""
    for path, file in sorted(package.files.items()):
        if path not in kept.papers:
            kept.foreign[path] = ForeignFile(
                blob_of(file, desk.connection), size=file.size, sha256=file.sha256
            )
    register = _packages(desk.root)
    if register is None:
        register = desk.root[_KEY] = TakenPackages()
    register.by_uid[kept.uid] = kept
    register.by_digest[kept.digest] = kept.uid


def _say(desk: Desk, together: Sequence[TakenPackage]) -> None:
    first = together[0]
    parts = {"parts": len(together) - 1} if len(together) > 1 else {}
    desk.say(
        package=first.identifier or first.name,
        profile=first.profile,
        sha256=first.digest,
        files=sum(one.files for one in together),
        bytes=sum(one.bytes for one in together),
        papers=sum(len(one.papers) for one in together),
        **parts,
    )


@act("package.taken-listed", Permission.PACKAGE_TAKE, told=False)
def listing(desk: Desk, unit: Unit, *, limit: int = 100) -> list[TakenPackage]:
    """Return the packages taken in for units one may see, the newest first."""
    register = _packages(desk.root)
    found: Iterator[TakenPackage] = iter(register.by_uid.values() if register is not None else ())
    mine = [one for one in found if one.unit is unit or desk.may(one.unit, Permission.PACKAGE_TAKE)]
    return sorted(mine, key=lambda one: one.at, reverse=True)[:limit]


def _packages(root: Any) -> TakenPackages | None:
    """Return the register; a site that never took a package in has none."""
    found: TakenPackages | None = root.get(_KEY)
    return found


def _sound(package: Unpacked) -> None:
    """Refuse what cannot be believed; of a package of ours any fault at all.

    Other programs' packages often break rules of form; those are noted and stand beside it.
    """
    verdict = package.verdict
    own = any(name.endswith(_OWN) for name in package.files)
    wrong = verdict.wrong if own else verdict.broken
    if not wrong:
        return
    faults = [
        Fault(one.path or package.name, "{rule}: {what}", {"rule": one.rule, "what": one.what})
        for one in wrong[:_FAULTS]
    ]
    raise Invalid(
        faults,
        "The package has {count} faults and was not taken in. Ask whoever sent it for a sound one.",
        count=len(wrong),
    )


def _wanted(desk: Desk, package: Unpacked, contents: Contents) -> None:
    """Refuse what cannot be kept here, before anything is written."""
    said = contents.own
    if said is None:
        if not any(package.files[one.path].size for one in contents.papers):
            raise Invalid([Fault(package.name, "There is no paper in this package.")])
        return
    _believed(desk, said, package.files, base=contents.base)


def _believed(
    desk: Desk, said: Mapping[str, Any], files: Mapping[str, Spooled], *, base: str
) -> None:
    """Refuse a description of ours that says what cannot be kept here."""
    faults = faults_of(desk.rulebook, said, clearance=desk.identity.clearance)
    if not faults:
        faults = [
            *lacking(said, files, base),
            *here_already(desk.site, said),
            *_gone_from_here(desk, said),
        ]
    if faults:
        raise Invalid(
            faults[:_FAULTS],
            "The package describes a dossier that cannot be kept here, and was not taken in.",
        )


def _gone_from_here(desk: Desk, said: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what lies in the bin or was destroyed: no package brings it back, nor its number.

    In the words of what is here and hidden: that something was destroyed is not everybody's.
    """
    known = book_if_any(desk.root)
    if known is None:
        return
    if is_taken(desk.root, said["code"]):
        yield Fault("code", "There is a dossier {code} already.", {"code": said["code"]})
    binned = [one for one in known.bin.values() if isinstance(one, Dossier)]
    for uid in (said["identifier"], *(one["uid"] for one in said["documents"])):
        number = ids.from_text(uid) or 0
        is_gone = number in known.bin or destroyed_of(desk.root, number) is not None
        if is_gone or any(uid in dossier for dossier in binned):
            yield Fault("uid", "The record {uid} is here already.", {"uid": uid})


def _restored(
    desk: Desk, unit: Unit, said: Mapping[str, Any], files: Mapping[str, Spooled], *, base: str
) -> Dossier:
    dossier = restore(desk.site, said, files, base=base, unit=unit)
    desk.about(dossier)
    desk.notify([DossierChanged(dossier), *(DocumentChanged(paper) for paper in dossier.values())])
    return dossier


def _of_dossier(
    kept: TakenPackage, package: Unpacked, contents: Contents, dossier: Dossier
) -> None:
    """Note which files of a package became papers of the dossier."""
    for one in (contents.own or {}).get("files", ()):
        for path in (f"{contents.base}{one['path']}", one["path"]):
            if path in package.files:
                kept.papers[path] = one["document"]
                break
    kept.dossier = dossier.uid


def _laid_in_tray(
    desk: Desk, unit: Unit, package: Unpacked, contents: Contents, kept: TakenPackage
) -> None:
    """Lay the papers of a foreign package into the tray, where readers and people find them."""
    for one in contents.papers:
        file = package.files[one.path]
        if not file.size:
            continue  # an empty file is no paper; it is kept beside
        document = filing.receive(
            desk.site,
            file,
            unit=unit,
            given_name=one.name.encode(),
            at=desk.now,
            by=desk.identity.login,
        )
        filing.describe(document, {key: value for key, value in one.fields.items() if value})
        queue.enqueue(desk.root, document)
        desk.notify([DocumentChanged(document)])
        kept.papers[one.path] = document.uid
