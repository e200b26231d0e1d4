"""Text of the old Vietnamese encodings: TCVN3 (.VnTime) and VNI (VNI-Times).

Papers typed before Unicode come out of a PDF as ``Céng hßa x· héi``: the fonts put
Vietnamese letters where Western code pages have others.  TCVN 5712:1993 (VN3) has one
byte a letter and no capital vowels with tone (fonts named ``.Vn...H`` show capitals); VNI
writes a base letter and a mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from hoso.ingest.pages.quality import quality

__all__ = ["TCVN3", "VNI", "convert", "detect"]

TCVN3 = "tcvn3"
VNI = "vni"

# TCVN 5712:1993 VN3, as the bytes show in Windows-1252, in the order of the standard.
_TCVN3_PAIRS = (
    "µà ¸á ¶ả ·ã ¹ạ ¨ă »ằ ¾ắ ¼ẳ ½ẵ Æặ ©â Çầ Êấ Èẩ Éẫ Ëậ ®đ Ìè Ðé Îẻ Ïẽ Ñẹ ªê Òề Õế Óể Ôễ Öệ "
    "×ì Ýí Øỉ Üĩ Þị ßò ãó áỏ âõ äọ «ô åồ èố æổ çỗ éộ ¬ơ êờ íớ ëở ìỡ îợ ïù óú ñủ òũ ôụ "
    "\u00adư õừ øứ öử ÷ữ ùự úỳ ýý ûỷ üỹ þỵ ¡Ă ¢Â §Đ £Ê ¤Ô ¥Ơ ¦Ư"
)
_TCVN3_TABLE = {ord(pair[0]): pair[1] for pair in _TCVN3_PAIRS.split(" ")}

# VNI: marks after a, e, o, y and the marked letters; i and a few others stand alone.
_TONE_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOF_MARKS = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE_MARKS = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {
    "ô": "ơ",
    "ö": "ư",
    "ñ": "đ",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = dict(_VNI_ALONE)
    for base, shown in (*zip("aeouy", "aeouy", strict=True), ("ô", "ơ"), ("ö", "ư")):
        for mark, tone in _TONE_MARKS.items():
            table[base + mark] = _composed(shown + tone)
    for base in "aeo":
        for mark, tone in _ROOF_MARKS.items():
            table[base + mark] = _composed(base + "\u0302" + tone)
    for mark in "ùø":  # some VNI fonts write í and ì with marks, too
        table["i" + mark] = _composed("i" + _TONE_MARKS[mark])
    for mark, tone in _BREVE_MARKS.items():
        table["a" + mark] = _composed("a\u0306" + tone)
    upper = {key.upper(): value.upper() for key, value in table.items()}
    # Capitals are often typed with the small mark behind them.
    mixed = {key[0].upper() + key[1]: value.upper() for key, value in table.items() if len(key) > 1}
    return {**mixed, **upper, **table}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_VNI_TABLE = _vni_table()
_VNI_TOKEN = re.compile("|".join(sorted(map(re.escape, _VNI_TABLE), key=len, reverse=True)))
_TCVN3_FONT = re.compile(r"(?:^|[+.])\.?Vn[A-Z]")
_TCVN3_CAPITALS = re.compile(r"\.?Vn\w*H(?:$|[,\-+])")
_VNI_FONT = re.compile(r"(?:^|\+)VNI[-\s_]", re.IGNORECASE)


def convert(text: str, encoding: str, *, capitals: bool = False) -> str:
    """Return *text* of the old *encoding* in Unicode (NFC)."""
    if encoding == TCVN3:
        converted = text.translate(_TCVN3_TABLE)
        return _composed(converted.upper() if capitals else converted)
    if encoding == VNI:
        return _composed(_VNI_TOKEN.sub(lambda found: _VNI_TABLE[found[0]], text))
    raise ValueError(f"no such encoding: {encoding}")


def detect(text: str, fonts: Iterable[str] = ()) -> str | None:
    """Return the old encoding *text* is in, or None: the text is Unicode or not Vietnamese.

    Font names are the first evidence; without them the conversion itself must turn noise
    into Vietnamese.
    """
    before = quality(text)
    if before.words < 4 or before.is_vietnamese:
        return None
    named = _named(fonts)
    best, best_score = None, before.score
    for encoding in (TCVN3, VNI):
        after = quality(convert(text, encoding))
        needed = (0.7, 0.3) if encoding == named else (0.85, 0.45)
        if after.well_formed < needed[0] or after.marked < needed[1]:
            continue
        if after.score > best_score + 0.15:
            best, best_score = encoding, after.score
    return best


def has_capitals_font(fonts: Iterable[str]) -> bool:
    """Tell whether all fonts named are TCVN3's fonts of capitals."""
    names = list(fonts)
    return bool(names) and all(_TCVN3_CAPITALS.search(name) for name in names)


def _named(fonts: Iterable[str]) -> str | None:
    for name in fonts:
        if _TCVN3_FONT.search(name):
            return TCVN3
        if _VNI_FONT.search(name):
            return VNI
    return None
