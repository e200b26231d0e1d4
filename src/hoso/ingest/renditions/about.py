"""What a preservation copy says of itself: PDF/A part 2, level B; title, language, when made.

One XMP packet and the document information, which must agree (ISO 19005-2, 6.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pikepdf

from hoso.ingest.renditions.colour import srgb
from hoso.ingest.renditions.writing import Raw, Reference, Writer, written

__all__ = ["MAKER", "About", "declare", "declare_again"]

MAKER = "hoso"

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{made_at}</xmp:CreateDate>
<xmp:ModifyDate>{made_at}</xmp:ModifyDate>
<xmp:MetadataDate>{made_at}</xmp:MetadataDate>
<xmp:CreatorTool>{maker}</xmp:CreatorTool>
<pdf:Producer>{maker}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class About:
    """Title, instant (it knows its zone) and language of a copy."""

    title: str
    made_at: datetime
    language: str = "vi"

    @property
    def heading(self) -> str:
        """The title without signs nobody sees; never empty."""
        return "".join(each for each in self.title if each.isprintable()).strip() or "-"

    @property
    def packet(self) -> bytes:
        """The XMP packet."""
        instant = self.made_at.isoformat(timespec="seconds")
        return _PACKET.format(title=escape(self.heading), made_at=instant, maker=MAKER).encode()

    @property
    def information(self) -> dict[str, Any]:
        """The document information."""
        moment = self.made_at.strftime("D:%Y%m%d%H%M%S") + _zone(self.made_at)
        return {
            "/Title": self.heading,
            "/Creator": MAKER,
            "/Producer": MAKER,
            "/CreationDate": Raw(f"({moment})".encode("ascii")),
            "/ModDate": Raw(f"({moment})".encode("ascii")),
        }


def declare(writer: Writer, about: About, pages: Reference) -> tuple[Reference, Reference]:
    """Write the catalog of *pages* and the information; return both.

    Nothing but *about* depends on the clock: the same pages give the same bytes.
    """
    metadata = writer.add_stream({"/Type": "/Metadata", "/Subtype": "/XML"}, about.packet)
    intent = {
        "/Type": "/OutputIntent",
        "/S": "/GTS_PDFA1",
        "/OutputConditionIdentifier": Raw(b"(sRGB)"),
        "/Info": Raw(b"(sRGB IEC61966-2-1)"),
        "/DestOutputProfile": writer.add_stream({"/N": 3}, srgb(), pack=True),
    }
    root = writer.add(
        {
            "/Type": "/Catalog",
            "/Pages": pages,
            "/Metadata": metadata,
            "/Lang": Raw(f"({about.language})".encode("ascii")),
            "/ViewerPreferences": {"/DisplayDocTitle": True},
            "/OutputIntents": [writer.add(intent)],
        }
    )
    return root, writer.add(about.information)


def declare_again(document: Any, about: About) -> None:
    """Put back what pikepdf changed: it notes itself and the hour."""
    metadata = document.make_stream(about.packet)
    metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    document.Root.Metadata = metadata
    document.trailer.Info = document.make_indirect(pikepdf.Object.parse(written(about.information)))


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}'"
