"""From records to the neutral package: what is kept of a dossier and its papers.

Everything comes from facts of the records, as of their last change; nothing from today but the
levels of the day, so the same dossier gives the same package.  Who asks decides which papers are in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, BinaryIO

from hoso.definitions.rulebook import Rulebook
from hoso.kernel.clock import civil_day
from hoso.preservation.archival import lacking, of_document, of_dossier
from hoso.preservation.package import Description, Kept, Package, PackagedFile, Parties
from hoso.records.filing import is_scan
from hoso.records.marking import highest, level_of
from hoso.records.model import Document, Dossier, Rendition
from hoso.records.units import path_of

__all__ = ["SOFTWARE", "Around", "frozen_at", "gather", "in_order"]

SOFTWARE = "hoso 0.1"

_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
}


@dataclass(frozen=True)
class Around:
    """What a package says that does not stand in the records of the dossier.

    :ivar sides: sides of a sheet that were scanned, by uid of batch.
    :ivar journal: files of the dossier's extract of the journal, by name.
    """

    parties: Parties = field(default_factory=Parties)
    kept: Kept | None = None
    sides: Mapping[str, int] = field(default_factory=dict)
    journal: Mapping[str, bytes] = field(default_factory=dict)


def gather(
    rulebook: Rulebook,
    dossier: Dossier,
    documents: Iterable[Document],
    *,
    on: date,
    around: Around | None = None,
) -> Package:
    """Return the package of a dossier with the given papers of it.

    :param on: the day whose levels are stated; a mark of secrecy ends by date.
    """
    around = around or Around()
    papers = in_order(documents)
    archival = of_dossier(
        rulebook,
        dossier,
        papers,
        parties=around.parties,
        kept=around.kept,
        sides=around.sides,
        on=on,
    )
    described = tuple(
        replace(
            _of_document(rulebook, paper, on=on),
            archival=of_document(
                rulebook,
                paper,
                ordinal=number,
                file_code=archival["fileCode"],
                kept=around.kept,
                level=highest([dossier, paper], on),
            ),
        )
        for number, paper in enumerate(papers, start=1)
    )
    return Package(
        identifier=dossier.uid,
        code=dossier.code,
        title=dossier.name,
        agency=" / ".join(path_of(dossier.unit)),
        frozen_at=frozen_at(dossier, papers),
        software=SOFTWARE,
        dossier=replace(
            _of_dossier(rulebook, dossier, {paper.uid for paper in papers}, on=on),
            archival=archival,
        ),
        documents=described,
        files=tuple(file for paper in papers for file in _files(paper)),
        events=tuple(event for paper in papers for event in _events(paper)),
        rights=tuple(_rights(rulebook, dossier, papers, on=on)),
        parties=around.parties,
        kept=around.kept,
        journal=around.journal,
        lacking=(
            *lacking(rulebook, "file", archival, names=[dossier.code]),
            *(
                fault
                for number, one in enumerate(described, start=1)
                for fault in lacking(
                    rulebook, "doc", one.archival, names=[str(number), one.archival["subject"]]
                )
            ),
        ),
    )


def in_order(documents: Iterable[Document]) -> list[Document]:
    """Return papers as they stand in a package: by type, date and uid."""
    return sorted(documents, key=lambda d: (d.type, d.date or "9999", d.uid))


def frozen_at(dossier: Dossier, papers: Iterable[Document]) -> str:
    """Return the instant of the last change of a dossier or of a paper of it."""
    return max([dossier.changed_at, *(paper.changed_at for paper in papers)])


def _of_dossier(
    rulebook: Rulebook, dossier: Dossier, given: Collection[str], *, on: date
) -> Description:
    kind = rulebook.dossier_types[dossier.type]
    history = [
        {
            "status": event.status,
            "label": rulebook.statuses[event.status].label.vi
            if event.status in rulebook.statuses
            else event.status,
            "effective": event.effective,
            # A paper that is not given out is not named either.
            "evidence": event.evidence if event.evidence in given else "",
            "recorded": event.recorded,
        }
        for event in dossier.status_events
    ]
    facts: dict[str, Any] = {
        "code": dossier.code,
        "type": dossier.type,
        "type_label": kind.label.vi,
        "name": dossier.name,
        "birth_date": dossier.birth_date,
        "gender": dossier.gender,
        "unit": dossier.unit.key,
        "unit_name": dossier.unit.name,
        "level": level_of(dossier, on),
        "marks": _marks(dossier),
        "state": dossier.state,
        "ended": dossier.ended,
        "opened_at": dossier.opened_at,
        "standing": history,
    }
    elements = {
        "title": (f"{kind.label.vi}: {dossier.name}",),
        "identifier": (dossier.code, dossier.uid),
        "creator": (dossier.unit.name,),
        "type": ("Collection",),
        "language": ("vi",),
        "date": (civil_day(dossier.opened_at),) if dossier.opened_at else (),
    }
    return Description(dossier.uid, elements, facts)


def _of_document(rulebook: Rulebook, paper: Document, *, on: date) -> Description:
    kind = rulebook.document_types.get(paper.type)
    form = rulebook.forms.get(paper.form)
    number = "/".join(part for part in (paper.number, paper.symbol) if part)
    facts: dict[str, Any] = {
        "type": paper.type,
        "type_label": kind.label.vi if kind is not None else "",
        "form": paper.form,
        "form_label": form.label.vi if form is not None else "",
        "title": paper.title,
        "number": paper.number,
        "symbol": paper.symbol,
        "date": paper.date,
        "agency": paper.agency,
        "signer": paper.signer,
        "person": paper.person,
        "level": level_of(paper, on),
        "marks": _marks(paper),
        "state": paper.state,
        "pages": paper.pages,
        "mime": paper.mime,
        "puid": paper.puid,
        "size": paper.size,
        "sha256": paper.sha256,
        "sha512": paper.sha512,
        "given_name": paper.given_name.decode("utf-8", "backslashreplace"),
        "checked_at": paper.checked_at,
        "checked_by": paper.checked_by,
        "notes": [str(note) for note in paper.notes],
        "compared_at": paper.compared_at,
        "compared_by": paper.compared_by,
        "serial": paper.serial,
        "identified": [list(one) for one in paper.identified],
        "signatures": [str(one) for one in paper.signatures],
        "leaves": [list(leaf) for leaf in paper.leaves],
        "dropped": [[one.scan, one.page, one.why] for one in paper.dropped],
        "source": (
            {"sha256": paper.source.sha256, "pages": list(paper.source.pages)}
            if paper.source is not None
            else None
        ),
    }
    elements = {
        "title": (paper.title,) if paper.title else (),
        "identifier": tuple(part for part in (number, paper.uid) if part),
        "creator": (paper.agency,) if paper.agency else (),
        "contributor": (paper.signer,) if paper.signer else (),
        "date": (paper.date,) if paper.date else (),
        "type": tuple(part for part in ("Text", facts["form_label"], facts["type_label"]) if part),
        "format": (paper.mime,) if paper.mime else (),
        "language": ("vi",),
    }
    return Description(paper.uid, elements, facts)


def _marks(record: Dossier | Document) -> list[dict[str, Any]]:
    """Return the decisions on secrecy, in order; papers they rest on go by their numbers."""
    return [
        {
            "act": mark.act,
            "level": mark.level,
            "until": mark.until,
            "basis": mark.basis,
            "determiner": mark.determiner,
            "decided": mark.decided,
            "decision": mark.decision,
            "recorded": mark.at,
        }
        for mark in record.marks
    ]


def _opener(rendition: Rendition) -> Any:
    def opened() -> BinaryIO:
        stream: BinaryIO = rendition.blob.open("r")
        return stream

    return opened


def _taken(paper: Document) -> Iterable[tuple[str, str]]:
    """Yield which renditions leave with a paper: every scan, the preservation copy, the text."""
    yield "original", _ENDINGS.get(paper.mime, ".bin")
    for name, rendition in paper.renditions.items():
        if is_scan(name) and name != "original":
            yield name, _ENDINGS.get(rendition.mime, ".bin")
    yield "copy", ".pdf"
    yield "text", ".txt"


def _files(paper: Document) -> Iterable[PackagedFile]:
    head = f"{paper.type or 'X'} {paper.date or '0000'} {paper.title or 'paper'}"[:70]
    given = paper.given_name.decode("utf-8", "backslashreplace")
    for name, ending in _taken(paper):
        rendition = paper.renditions.get(name)
        if rendition is not None:
            yield PackagedFile(
                name=f"{head} {paper.uid}/{name}{ending}",
                open=_opener(rendition),
                size=rendition.size,
                sha256=rendition.sha256,
                sha512=rendition.sha512,
                mime=rendition.mime,
                document=paper.uid,
                kind=name,
                given_name=given if name == "original" else "",
                puid=paper.puid if name == "original" else "",
                made_at=rendition.made_at,
                made_by=rendition.made_by,
                crc32=rendition.crc32,
            )


def _events(paper: Document) -> Iterable[Mapping[str, Any]]:
    """Yield what happened to a paper, in the words of the PREMIS event types."""
    told = (
        ("ingestion", paper.received_at, paper.received_by),
        ("accession", paper.filed_at, paper.filed_by),
        ("validation", paper.checked_at, paper.checked_by),
        ("validation", paper.compared_at, paper.compared_by),
        *(
            ("migration", copy.made_at, copy.made_by)
            for copy in (paper.renditions.get("copy"),)
            if copy is not None
        ),
    )
    for what, at, by in told:
        if at:
            yield {"type": what, "at": at, "by": by, "document": paper.uid}


def _rights(
    rulebook: Rulebook, dossier: Dossier, papers: Iterable[Document], *, on: date
) -> Iterable[Mapping[str, Any]]:
    level = highest([dossier, *papers], on)
    known = rulebook.levels[level]
    yield {
        "kind": "confidentiality",
        "level": level,
        "label": known.label.vi,
        "source": known.source,
    }
    kept = rulebook.retention_classes[rulebook.dossier_types[dossier.type].retention]
    for key in kept.rules:
        rule = rulebook.retention_rules[key]
        yield {
            "kind": "retention",
            "rule": rule.key,
            "instrument": rule.instrument,
            "item": rule.item,
            "period": rule.period,
            "valid_from": rule.valid_from or "",
            "valid_to": rule.valid_to or "",
        }
