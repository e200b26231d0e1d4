"""What a preservation copy says of itself: PDF/A part 2, level B; title, language, when made.

One XMP packet and the document information, which must agree (ISO 19005-2, 6.6).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name

from hoso.ingest.renditions.colour import srgb

__all__ = ["MAKER", "declare"]

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


def declare(document: Any, *, title: str, made_at: datetime, language: str = "vi") -> None:
    """Write metadata and output intent into *document*; *made_at* knows its zone.

    Nothing else of it depends on the clock: the same pages give the same bytes.
    """
    clean = "".join(each for each in title if each.isprintable()).strip() or "-"
    instant = made_at.isoformat(timespec="seconds")
    packet = _PACKET.format(title=escape(clean), made_at=instant, maker=MAKER)
    metadata = document.make_stream(packet.encode())
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    root = document.Root
    root.Metadata = metadata
    root.Lang = pikepdf.String(language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    profile = document.make_stream(srgb(), N=3)
    root.OutputIntents = Array(
        [
            document.make_indirect(
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFA1,
                    OutputConditionIdentifier=pikepdf.String("sRGB"),
                    Info=pikepdf.String("sRGB IEC61966-2-1"),
                    DestOutputProfile=profile,
                )
            )
        ]
    )
    moment = made_at.strftime("D:%Y%m%d%H%M%S") + _zone(made_at)
    document.trailer.Info = document.make_indirect(
        Dictionary(
            Title=pikepdf.String(clean),
            Creator=pikepdf.String(MAKER),
            Producer=pikepdf.String(MAKER),
            CreationDate=pikepdf.String(moment),
            ModDate=pikepdf.String(moment),
        )
    )


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}'"
