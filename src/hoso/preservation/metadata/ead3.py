"""EAD3 1.1.1: the dossier as a file, its documents as items, with dates, levels and their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from hoso.kernel.clock import civil_day
from hoso.preservation.metadata.xml import El, Space, utc, xml_of
from hoso.preservation.package import Description, Package

__all__ = ["Ead3", "write_ead3"]

EAD = Space("http://ead3.archivists.org/schema/")


@dataclass(frozen=True)
class Ead3:
    """What the finding aid says.

    :ivar files: paths of a document's files, as seen from the METS, by uid.
    :ivar numbers: id of each document in the finding aid, by uid.
    """

    package: Package
    objid: str
    files: Mapping[str, Sequence[str]]
    numbers: Mapping[str, str]


def write_ead3(out: IO[bytes], said: Ead3) -> None:
    """Write the finding aid of one dossier."""
    package = said.package
    with xml_of(out, EAD("ead"), spaces={None: EAD.address}) as xml:
        xml.put(_control(said))
        with xml.inside(EAD("archdesc"), {"level": "file"}):
            xml.put(
                _did(
                    package.code,
                    package.title,
                    dates=_dates(
                        _of(package.dossier, "startDate"), _of(package.dossier, "endDate")
                    ),
                    origin=package.agency,
                )
            )
            xml.put(_restricted(package))
            if package.documents:
                with xml.inside(EAD("dsc")):
                    for one in package.documents:
                        xml.put(_item(said, one))


def _control(said: Ead3) -> El:
    package = said.package
    agency = package.parties.agency_name or package.agency
    at = utc(package.frozen_at)
    return El(
        EAD("control"),
        El(EAD("recordid"), text=said.objid),
        El(
            EAD("filedesc"),
            El(EAD("titlestmt"), El(EAD("titleproper"), text=package.title)),
        ),
        El(EAD("maintenancestatus"), attributes={"value": "new"}),
        El(EAD("maintenanceagency"), El(EAD("agencyname"), text=agency)),
        El(
            EAD("languagedeclaration"),
            El(EAD("language"), text="Tiếng Việt", attributes={"langcode": "vie"}),
            El(EAD("script"), text="Latin", attributes={"scriptcode": "Latn"}),
        ),
        El(
            EAD("maintenancehistory"),
            El(
                EAD("maintenanceevent"),
                El(EAD("eventtype"), attributes={"value": "created"}),
                El(EAD("eventdatetime"), text=at, attributes={"standarddatetime": at}),
                El(EAD("agenttype"), attributes={"value": "machine"}),
                El(EAD("agent"), text=package.software),
            ),
        ),
    )


def _did(number: str, title: str, *, dates: El | None, origin: str = "") -> El:
    name = El(EAD("corpname"), El(EAD("part"), text=origin)) if origin else None
    return El(
        EAD("did"),
        El(EAD("unitid"), text=number) if number else None,
        El(EAD("unittitle"), text=title),
        dates,
        El(EAD("origination"), name) if name is not None else None,
        El(
            EAD("langmaterial"),
            El(EAD("language"), text="Tiếng Việt", attributes={"langcode": "vie"}),
        ),
    )


def _item(said: Ead3, one: Description) -> El:
    title = next(iter(one.elements.get("title", ())), "") or str(one.facts.get("type_label") or "")
    paths = said.files.get(one.uid, ())
    return El(
        EAD("c"),
        El(
            EAD("did"),
            El(EAD("unitid"), text=_of(one, "docCode") or one.uid),
            El(EAD("unittitle"), text=title or one.uid),
            _dates(_of(one, "issuedDate"), ""),
            _files(paths) if paths else None,
        ),
        attributes={"level": "item", "id": said.numbers[one.uid]},
    )


def _files(paths: Iterable[str]) -> El:
    objects = [El(EAD("dao"), attributes={"daotype": "borndigital", "href": one}) for one in paths]
    # A set has two or more (EAD3 tag library).
    return objects[0] if len(objects) == 1 else El(EAD("daoset"), *objects)


def _dates(first: str, last: str) -> El | None:
    if not (first or last):
        return None
    if not last or first == last:
        single = El(EAD("datesingle"), text=first, attributes={"standarddate": _standard(first)})
        return El(EAD("unitdatestructured"), single)
    span = El(
        EAD("daterange"),
        El(EAD("fromdate"), text=first, attributes={"standarddate": _standard(first)}),
        El(EAD("todate"), text=last, attributes={"standarddate": _standard(last)}),
    )
    return El(EAD("unitdatestructured"), span)


def _standard(vietnamese: str) -> str:
    """Return DD/MM/YYYY, or what is known of it, as ISO 8601."""
    return "-".join(reversed(vietnamese.split("/")))


def _restricted(package: Package) -> El | None:
    labels = [str(one.get("label")) for one in package.rights if one.get("label")]
    if package.kept is not None and package.kept.period:
        until = civil_day(package.kept.until) if package.kept.until else ""
        said = f"Thời hạn lưu trữ: {package.kept.period}" + (f" ({until})" if until else "")
        labels.append(said)
    if not labels:
        return None
    return El(EAD("accessrestrict"), *(El(EAD("p"), text=label) for label in labels))


def _of(one: Description, name: str) -> str:
    return one.archival.get(name, "")
