"""Words that METS 1.12 and the vocabularies of the DILCIS Board allow."""

from __future__ import annotations

import re

__all__ = [
    "CHECKSUM_TYPES",
    "CONTENT_CATEGORIES",
    "DIGESTS",
    "MD_TYPES",
    "PACKAGE_TYPES",
    "RECORD_STATUSES",
    "is_category",
    "is_content_information_type",
]

CONTENT_CATEGORIES = frozenset(
    {
        "Textual works – Print",
        "Textual works – Digital",
        "Textual works – Electronic Serials",
        "Digital Musical Composition (score-based representations)",
        "Musical Scores - Print",
        "Musical Scores - Digital",
        "Photographs – Print",
        "Photographs – Digital",
        "Other Graphic Images – Print",
        "Other Graphic Images – Digital",
        "Microforms",
        "Audio – On Tangible Medium (digital or analog)",
        "Audio – Media-independent (digital)",
        "Motion Pictures – Digital and Physical Media",
        "Video – File-based and Physical Media",
        "Software",
        "Software and Video Games",
        "Email",
        "Datasets",
        "Geospatial Data",
        "Geographic Information System (GIS) - Vector Data",
        "GIS Raster and Georeferenced Images",
        "GIS Vector and Raster Combined",
        "Non-GIS Cartographic",
        "2D and 3D Computer Aided Design",
        "Design (schematics, architectural drawings) - Print",
        "Scanned 3D Objects (output from photogrammetry scanning)",
        "Databases",
        "Websites",
        "Web Archives",
        "Collection",
        "Event",
        "Image",
        "Interactive resource",
        "Moving image",
        "Sound",
        "Still image",
        "Text",
        "Physical object",
        "Service",
        "Mixed",
        "Other",
        "OTHER",
    }
)
#: The vocabulary writes dashes of two lengths; packages write whichever their keyboard has.
_PLAIN = frozenset(one.replace("–", "-") for one in CONTENT_CATEGORIES)
PACKAGE_TYPES = frozenset({"SIP", "AIP", "DIP", "AIU", "AIC"})
# The vocabulary spells one of them wrongly; both spellings are in use.
RECORD_STATUSES = frozenset(
    {"NEW", "SUPPLEMENT", "REPLACEMENT", "REPLEACEMENT", "TEST", "VERSION", "DELETE", "OTHER"}
)
MD_TYPES = frozenset(
    [
        "MARC",
        "MODS",
        "EAD",
        "DC",
        "NISOIMG",
        "LC-AV",
        "VRA",
        "TEIHDR",
        "DDI",
        "FGDC",
        "LOM",
        "PREMIS",
        "PREMIS:OBJECT",
        "PREMIS:AGENT",
        "PREMIS:RIGHTS",
        "PREMIS:EVENT",
        "TEXTMD",
        "METSRIGHTS",
        "EAC-CPF",
        "LIDO",
        "OTHER",
    ]
) | {"ISO 19115:2003 NAP", "ISO 19115:2003"}
CHECKSUM_TYPES = frozenset(
    [
        "Adler-32",
        "CRC32",
        "HAVAL",
        "MD5",
        "MNP",
        "SHA-1",
        "SHA-256",
        "SHA-384",
        "SHA-512",
        "TIGER",
        "WHIRLPOOL",
    ]
)
#: How many hexadecimal digits a checksum of a type has.
DIGESTS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}

_TYPES = frozenset(
    {"ERMS", "SIARD1", "SIARD2", "SIARDDK", "GeoData", "MIXED", "OTHER", "SIARD", "GEODATA"}
)
_CITS = re.compile(r"cits[a-z]+_v\d+_\d+")


def is_category(text: str) -> bool:
    return text.replace("–", "-") in _PLAIN


def is_content_information_type(text: str) -> bool:
    return text in _TYPES or _CITS.fullmatch(text) is not None
