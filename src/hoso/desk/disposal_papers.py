"""The destruction file (hồ sơ hủy): every paper made at its moment, kept, and taken as one bag.

A paper is set in type in the transaction of the deed it tells of and never written again: its
SHA-256 stands in the journal, in the same commit.  The certificate also carries the signature of
the site, and names every paper before it by its SHA-256: one signature vouches for the whole file.  A deed done again (a decision taken anew after its days were
over) makes another paper beside the first.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import disposal_forms
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Missing
from hoso.kernel.text import safe_file_name
from hoso.preservation.formats.bagging import bagged
from hoso.preservation.layout import Entry
from hoso.preservation.virtual_zip import VirtualZip
from hoso.records.model import Rendition
from hoso.retention.disposing.model import Destroyed, DisposalList
from hoso.retention.forms.values import Form
from hoso.storage.blobs import blob_of, spool_bytes

__all__ = ["KINDS", "conclude", "file_of", "papers_of", "take_file", "take_paper", "write"]

#: Kinds of paper in the order of the file, with what each is called.
KINDS = {
    "listing": "Danh mục và bản thuyết minh",
    "council": "Quyết định thành lập Hội đồng xét hủy",
    "minutes": "Biên bản họp Hội đồng xét hủy",
    "submission": "Tờ trình",
    "decision": "Quyết định hủy",
    "hand-over": "Biên bản bàn giao",
    "destruction": "Biên bản hủy",
    "certificate": "Giấy chứng nhận hủy",
}
_ORDER = {kind: number for number, kind in enumerate(KINDS, start=1)}


def write(
    desk: Desk, list_: DisposalList, *kinds: str, gone: tuple[Destroyed, ...] = ()
) -> dict[str, str]:
    """Make and keep papers of a list as it stands now; return their digests by name.

    :param gone: what was destroyed under it, for the minutes and the certificate.
    """
    made = [_written(desk, list_, kind, gone) for kind in kinds]
    for one in made:
        desk.tell(
            "disposal.paper-written",
            list_,
            number=list_.number,
            paper=one.name,
            sha256=one.sha256,
            size=one.size,
        )
    return {one.name: one.sha256 for one in made}


def conclude(
    desk: Desk, list_: DisposalList, gone: Sequence[Destroyed], *, anew: bool = False
) -> None:
    """Write minutes and certificate over what was destroyed since the last ones.

    A list that is closed and of which nothing went has minutes that say why.

    :param anew: write further minutes of a list that is closed for good: of what stayed, and why.
    """
    last = max(
        (one.made_at for name, one in list_.renditions.items() if _kind(name) == "destruction"),
        default="",
    )
    if any(one.destroyed_at > last for one in gone):
        write(desk, list_, "destruction", "certificate", gone=tuple(gone))
    elif list_.state == "closed" and list_.executor and (anew or not last):
        write(desk, list_, "destruction", gone=tuple(gone))


def _form(desk: Desk, list_: DisposalList, kind: str, gone: tuple[Destroyed, ...]) -> Form:
    match kind:
        case "listing":
            return disposal_forms.listing(desk, list_)
        case "council":
            return disposal_forms.council_decision(desk, list_)
        case "minutes":
            return disposal_forms.minutes(desk, list_)
        case "submission":
            return disposal_forms.submission(desk, list_)
        case "decision":
            return disposal_forms.destruction_decision(desk, list_)
        case "hand-over":
            return disposal_forms.hand_over(desk, list_)
        case "destruction":
            return disposal_forms.destruction_minutes(desk, list_, gone)
        case "certificate":
            return disposal_forms.certificate(desk, list_, gone, beside=papers_of(list_))
    raise ValueError(f"no paper is called {kind}")


def _written(desk: Desk, list_: DisposalList, kind: str, gone: tuple[Destroyed, ...]) -> Rendition:
    # Typesetter and signer are not needed to start.
    from hoso.retention.forms.setting import typeset

    content = typeset(_form(desk, list_, kind, gone), at=desk.house.clock.now())
    if kind == "certificate":
        from hoso.ingest.receipts.signing import sign

        reason = desk.house.in_vietnamese("Certificate of destruction")
        content = sign(content, desk.house.signing, reason=reason)
    spooled = spool_bytes(content, desk.house.spool)
    count = sum(_kind(name) == kind for name in list_.renditions) + 1
    made = Rendition(
        name=f"{_ORDER[kind]:02}-{kind}" if count == 1 else f"{_ORDER[kind]:02}-{kind}-{count}",
        blob=blob_of(spooled, desk.connection),
        mime="application/pdf",
        made_at=desk.now,
        made_by=desk.identity.login,
    )
    made.size, made.sha256, made.sha512 = spooled.size, spooled.sha256, spooled.sha512
    list_.renditions[made.name] = made
    return made


def _kind(name: str) -> str:
    """Return the kind of a paper by its name: ``05-decision-2`` is a decision."""
    kind = name[3:]
    stem, _, count = kind.rpartition("-")
    return stem if count.isdigit() else kind


def papers_of(list_: DisposalList) -> list[tuple[str, Rendition]]:
    """Return the papers of a list in the order of the file, each with what it is called."""
    return [(_called(name), one) for name, one in list_.renditions.items()]


def _called(name: str) -> str:
    kind = _kind(name)
    again = name[3:].removeprefix(kind).strip("-")
    return f"{KINDS[kind]} (lần {again})" if again else KINDS[kind]


@act("disposal.paper-taken", Permission.DISPOSAL_VIEW)
def take_paper(desk: Desk, list_: DisposalList, *, name: str) -> Rendition:
    """Return one paper of the destruction file."""
    found: Rendition | None = list_.renditions.get(name)
    if found is None:
        raise Missing
    desk.say(paper=name, sha256=found.sha256)
    return found


@act("disposal.file-taken", Permission.DISPOSAL_VIEW)
def take_file(desk: Desk, list_: DisposalList) -> tuple[str, bytes]:
    """Return the name and the bytes of the destruction file: a BagIt 1.0 bag as a zip.

    The papers of a list of ten thousand dossiers are some twenty megabytes: small enough
    to be made at hand.
    """
    if not list_.renditions:
        raise Missing
    name, content = file_of(desk, list_)
    desk.say(papers=len(list_.renditions), size=len(content))
    return name, content


def file_of(desk: Desk, list_: DisposalList) -> tuple[str, bytes]:
    """Make the bag: the same papers give the same bytes."""
    top = safe_file_name(f"ho-so-huy-{list_.number}")
    newest = max(one.made_at for one in list_.renditions.values())
    info = {
        "Bagging-Date": civil_day(newest),
        "External-Description": list_.title,
        "External-Identifier": list_.uid,
        "Internal-Sender-Identifier": list_.number,
        "Source-Organization": list_.unit.name,
    }
    with tempfile.TemporaryDirectory(dir=desk.house.spool) as scratch:
        entries = bagged(_entries(list_), info, scratch=Path(scratch))
        return f"{top}.zip", b"".join(VirtualZip(top, entries).stream())


def _entries(list_: DisposalList) -> Iterator[Entry]:
    for name, paper in list_.renditions.items():
        with paper.blob.open("r") as stream:
            content = stream.read()
        yield Entry(
            f"data/{name}.pdf",
            paper.size,
            paper.sha256,
            paper.sha512,
            partial(_opened, content),
            crc32=zlib.crc32(content),
            mime=paper.mime,
        )


def _opened(content: bytes) -> Any:
    return BytesIO(content)
