"""E-ARK packages written by hand for the tests: every byte stands here, no builder is asked.

The form is that of the "minimal" packages of the public test corpus: one representation with a
METS of its own, schemas and documentation that are only names, and digests that are right.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
NAMESPACES = (
    'xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" '
    f'xmlns:csip="{CSIP}"'
)
PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml"
TIME = "2026-03-02T18:30:00Z"
TYPE = (
    'csip:CONTENTINFORMATIONTYPE="OTHER" '
    'csip:OTHERCONTENTINFORMATIONTYPE="hoso-personnel-dossier-1.0"'
)


def described(path, content, mime="application/xml"):
    digest = hashlib.sha256(content).hexdigest()
    return (
        f'MIMETYPE="{mime}" SIZE="{len(content)}" CREATED="{TIME}" CHECKSUM="{digest}" '
        'CHECKSUMTYPE="SHA-256"'
    ), f'LOCTYPE="URL" xlink:type="simple" xlink:href="{path}"'


def a_file(number, path, content, mime="application/xml"):
    said, link = described(path, content, mime)
    return f'<file ID="f-{number}" {said}><FLocat {link}/></file>'


def a_reference(number, path, content, kind, more=""):
    said, link = described(path, content)
    return f'<mdRef ID="m-{number}" {link} MDTYPE="{kind}" {more} {said}/>'


HEADER = f"""<metsHdr CREATEDATE="{TIME}" LASTMODDATE="{TIME}" RECORDSTATUS="NEW" \
csip:OAISPACKAGETYPE="SIP"><agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="SOFTWARE">\
<name>hoso</name><note csip:NOTETYPE="SOFTWARE VERSION">0.1</note></agent>%s</metsHdr>"""
AGENTS = """<agent ROLE="ARCHIVIST" TYPE="ORGANIZATION"><name>Sở Nội vụ</name>\
<note csip:NOTETYPE="IDENTIFICATIONCODE">H26</note></agent>\
<agent ROLE="CREATOR" TYPE="ORGANIZATION"><name>Sở Nội vụ</name></agent>\
<agent ROLE="PRESERVATION" TYPE="ORGANIZATION"><name>Lưu trữ lịch sử</name></agent>\
<altRecordID TYPE="SUBMISSIONAGREEMENT">TTNL-1</altRecordID>"""

PREMIS = """<?xml version="1.0" encoding="UTF-8"?>
<premis xmlns="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
version="3.0">%s<agent><agentIdentifier><agentIdentifierType>local</agentIdentifierType>\
<agentIdentifierValue>hoso</agentIdentifierValue></agentIdentifier><agentName>hoso</agentName>\
<agentType>software</agentType></agent></premis>
"""
ENTITY = """<object xsi:type="intellectualEntity"><objectIdentifier><objectIdentifierType>local\
</objectIdentifierType><objectIdentifierValue>hs</objectIdentifierValue></objectIdentifier>\
</object>"""
EVENT = """<event><eventIdentifier><eventIdentifierType>local</eventIdentifierType>\
<eventIdentifierValue>e-%s</eventIdentifierValue></eventIdentifier><eventType>ingestion</eventType>\
<eventDateTime>2026-01-05T08:00:00Z</eventDateTime><eventOutcomeInformation>\
<eventOutcome>success</eventOutcome></eventOutcomeInformation><linkingAgentIdentifier>\
<linkingAgentIdentifierType>local</linkingAgentIdentifierType><linkingAgentIdentifierValue>hoso\
</linkingAgentIdentifierValue></linkingAgentIdentifier><linkingObjectIdentifier>\
<linkingObjectIdentifierType>local</linkingObjectIdentifierType><linkingObjectIdentifierValue>%s\
</linkingObjectIdentifierValue></linkingObjectIdentifier></event>"""


def premis_file(name, content):
    return (
        '<object xsi:type="file"><objectIdentifier><objectIdentifierType>local'
        f"</objectIdentifierType><objectIdentifierValue>{name}</objectIdentifierValue>"
        "</objectIdentifier><objectCharacteristics><fixity><messageDigestAlgorithm>SHA-256"
        f"</messageDigestAlgorithm><messageDigest>{hashlib.sha256(content).hexdigest()}"
        f"</messageDigest></fixity><size>{len(content)}</size><format><formatDesignation>"
        "<formatName>PDF</formatName></formatDesignation><formatRegistry><formatRegistryName>"
        "PRONOM</formatRegistryName><formatRegistryKey>fmt/276</formatRegistryKey>"
        "</formatRegistry></format></objectCharacteristics></object>"
    )


def a_mets(identifier, header, sections, files, divisions):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mets {NAMESPACES} OBJID="{identifier}" TYPE="Textual works – Digital" PROFILE="{PROFILE}" {TYPE}>
{header}
{sections}
<fileSec ID="filesec">
{files}
</fileSec>
<structMap ID="map" TYPE="PHYSICAL" LABEL="CSIP"><div ID="d-main" LABEL="{identifier}">
{divisions}
</div></structMap>
</mets>
"""


def an_eark(
    name="hoso-hs-1",
    papers=(("a.pdf", b"%PDF-1.7 one"), ("b.pdf", b"%PDF-1.7 two")),
    ead=None,
):
    """Return a sound SIP 2.2.0 by path; *papers* are the files of its one representation."""
    ead = ead if ead is not None else an_ead([("Quyết định", "2001-05-03"), ("Đơn", "")])
    files = {
        "metadata/descriptive/ead3.xml": ead.encode(),
        "metadata/preservation/premis.xml": (PREMIS % (ENTITY + EVENT % ("1", "hs"))).encode(),
        "documentation/readme.txt": b"Readme\n",
        "schemas/mets.xsd": b"<schema/>",
    }
    rep = "representations/rep1/"
    objects = "".join(premis_file(path, content) for path, content in papers)
    event = EVENT % ("2", papers[0][0]) if papers else ""
    files[f"{rep}metadata/preservation/premis.xml"] = (PREMIS % (objects + event)).encode()
    for path, content in papers:
        files[f"{rep}data/{path}"] = content
    premis = "metadata/preservation/premis.xml"
    files[f"{rep}METS.xml"] = a_mets(
        "rep1",
        HEADER % "",
        f'<amdSec ID="amd"><digiprovMD ID="prov" CREATED="{TIME}" STATUS="CURRENT">'
        f"{a_reference(1, premis, files[rep + premis], 'PREMIS')}</digiprovMD></amdSec>",
        f'<fileGrp ID="g-data" USE="Data" {TYPE}>'
        + "".join(
            a_file(number, f"data/{path}", content, "application/pdf")
            for number, (path, content) in enumerate(papers)
        )
        + "</fileGrp>",
        '<div ID="d-md" LABEL="Metadata" ADMID="prov"/>'
        '<div ID="d-data" LABEL="Data"><fptr FILEID="g-data"/></div>',
    ).encode()
    files["METS.xml"] = a_mets(
        name,
        HEADER % AGENTS,
        f'<dmdSec ID="dmd" CREATED="{TIME}" STATUS="CURRENT">'
        + a_reference(1, "metadata/descriptive/ead3.xml", ead.encode(), "EAD")
        + f'</dmdSec><amdSec ID="amd"><digiprovMD ID="prov" CREATED="{TIME}" STATUS="CURRENT">'
        + a_reference(2, premis, files[premis], "PREMIS")
        + "</digiprovMD></amdSec>",
        f'<fileGrp ID="g-doc" USE="Documentation" {TYPE}>'
        + a_file("d", "documentation/readme.txt", files["documentation/readme.txt"], "text/plain")
        + f'</fileGrp><fileGrp ID="g-xsd" USE="Schemas" {TYPE}>'
        + a_file("s", "schemas/mets.xsd", files["schemas/mets.xsd"])
        + f'</fileGrp><fileGrp ID="g-rep" USE="Representations" {TYPE}>'
        + a_file("r", f"{rep}METS.xml", files[f"{rep}METS.xml"])
        + "</fileGrp>",
        '<div ID="d-md" LABEL="Metadata" ADMID="prov" DMDID="dmd"/>'
        '<div ID="d-doc" LABEL="Documentation"><fptr FILEID="g-doc"/></div>'
        '<div ID="d-xsd" LABEL="Schemas"><fptr FILEID="g-xsd"/></div>'
        '<div ID="d-reps" LABEL="Representations"><fptr FILEID="g-rep"/></div>'
        '<div ID="d-rep1" LABEL="Representations/rep1"><mptr LOCTYPE="URL" xlink:type="simple" '
        f'xlink:href="{rep}METS.xml" xlink:title="g-rep"/></div>',
    ).encode()
    return files


CONTROL = (
    "<control><recordid>hs-1</recordid><filedesc><titlestmt><titleproper>%s</titleproper>"
    '</titlestmt></filedesc><maintenancestatus value="new"/><maintenanceagency>'
    "<agencyname>Mẫu</agencyname></maintenanceagency><maintenancehistory><maintenanceevent>"
    '<eventtype value="created"/><eventdatetime/><agenttype value="machine"/><agent>hoso</agent>'
    "</maintenanceevent></maintenancehistory></control>"
)


def an_ead(papers, title="Nguyễn Văn Mẫu"):
    items = "".join(
        f'<c level="item" id="doc{number}"><did><unittitle>{name}</unittitle>'
        + (
            f'<unitdatestructured><datesingle standarddate="{day}">{day}</datesingle>'
            "</unitdatestructured>"
            if day
            else ""
        )
        + "</did></c>"
        for number, (name, day) in enumerate(papers)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ead xmlns="http://ead3.archivists.org/schema/">'
        + CONTROL % title
        + f'<archdesc level="file"><did><unittitle>{title}</unittitle></did><dsc>{items}</dsc>'
        "</archdesc></ead>\n"
    )


def written(root: Path, files, name="hoso-hs-1") -> Path:
    """Write a package as a folder."""
    top = root / name
    for path, content in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(content)
    return top


def edited(files, path, old, new, *, again=True):
    """Replace a text in one file; make right the digest its METS has of it, as a forger would."""
    changed = dict(files)
    before = files[path]
    assert old.encode() in before, old
    changed[path] = before.replace(old.encode(), new.encode(), 1)
    return rehashed(changed, path, before) if again else changed


def rehashed(files, path, before):
    """Make the METS files that name *path* name its new size and digest."""
    holder = "METS.xml"
    if path.startswith("representations/rep1/") and not path.endswith("rep1/METS.xml"):
        holder = "representations/rep1/METS.xml"
    if path == "METS.xml":
        return files
    old = files[holder]
    here = path.removeprefix(holder.removesuffix("METS.xml"))
    text = old.decode()
    at = text.index(f'xlink:href="{here}"')
    start, end = text.rfind("<file ", 0, at), text.find("</file>", at)
    if "mdRef" in text[text.rfind("<", 0, at) : at]:
        start, end = text.rfind("<mdRef", 0, at), text.find("/>", at)
    part = text[start:end]
    part = part.replace(f'SIZE="{len(before)}"', f'SIZE="{len(files[path])}"').replace(
        hashlib.sha256(before).hexdigest(), hashlib.sha256(files[path]).hexdigest()
    )
    files = {**files, holder: (text[:start] + part + text[end:]).encode()}
    return files if holder == "METS.xml" else rehashed(files, holder, old)
