"""What a column of a list may be, and the headings it goes under.

Headings are those of Vietnamese indexes of papers (mục lục văn bản, hồ sơ: Thông tư
16/2023/TT-BNV, Nghị định 30/2020/NĐ-CP annex V), of personnel lists, and their English names.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FIELDS", "FIELDS_BY_KEY", "Field"]


@dataclass(frozen=True)
class Field:
    """One thing a row may say.

    :ivar key: as a mapping names it.
    :ivar headings: folded, without punctuation.
    """

    key: str
    headings: tuple[str, ...]


FIELDS = (
    Field("file", (
        "tep", "ten tep", "tep tin", "ten tep tin", "tap tin", "ten tap tin", "file", "ten file",
        "duong dan", "duong dan tep", "path", "filename", "file name", "file path", "ban quet",
        "tep quet", "ten tep quet", "scan",
    )),
    Field("dossier", (
        "so ho so", "ma ho so", "ho so so", "ho so", "so va ky hieu ho so", "so ky hieu ho so",
        "ma nhan su", "ma cong chuc", "so hieu cong chuc", "ma can bo", "so hieu can bo",
        "ma vien chuc", "so hieu vien chuc", "ma nhan vien", "ma cbcc", "dossier", "dossier code",
        "dossier number", "person code", "personnel code", "employee code", "staff code",
    )),
    Field("person", (
        "ho va ten", "ho ten", "ho ten can bo", "ho va ten can bo", "ten can bo",
        "ho va ten cong chuc", "ho va ten nhan vien", "nguoi co ho so", "full name", "name",
        "person", "person concerned", "employee name",
    )),
    Field("birth_date", (
        "ngay sinh", "ngay thang nam sinh", "nam sinh", "sinh ngay", "date of birth",
        "birth date", "birthday", "born", "dob",
    )),
    Field("type", (
        "thanh phan", "ma thanh phan", "thanh phan ho so", "ma thanh phan ho so",
        "loai tai lieu", "ma loai", "ma loai tai lieu", "loai giay to", "nhom tai lieu",
        "component", "type", "document type", "kind", "kind of paper",
    )),
    Field("form", (
        "loai van ban", "ten loai", "ten loai van ban", "the thuc", "hinh thuc van ban", "loai vb",
        "form", "form of paper",
    )),
    Field("reference", (
        "so ky hieu", "so va ky hieu", "so ky hieu van ban", "so va ky hieu van ban",
        "so hieu van ban", "so van ban", "so hieu", "so ki hieu", "so quyet dinh", "reference",
        "number and symbol", "document number",
    )),
    Field("number", ("so", "number", "no", "so cua van ban")),
    Field("symbol", ("ky hieu", "ki hieu", "ky hieu van ban", "symbol")),
    Field("date", (
        "ngay", "ngay ban hanh", "ngay van ban", "ngay thang", "ngay thang nam",
        "ngay thang nam van ban", "ngay thang van ban", "ngay ky", "ngay quyet dinh",
        "ngay cua van ban", "thoi gian", "date", "document date", "date of paper", "issued on",
    )),
    Field("agency", (
        "co quan", "co quan ban hanh", "noi ban hanh", "don vi ban hanh", "tac gia",
        "tac gia van ban", "ten co quan ban hanh", "agency", "issued by", "issuer",
    )),
    Field("title", (
        "trich yeu", "trich yeu noi dung", "noi dung", "noi dung trich yeu",
        "trich yeu noi dung van ban", "ten loai va trich yeu noi dung",
        "ten loai va trich yeu noi dung van ban", "tieu de", "ten tai lieu", "ten van ban",
        "subject", "title", "abstract",
    )),
    Field("signer", (
        "nguoi ky", "ho ten nguoi ky", "ho va ten nguoi ky", "signer", "signed by", "signatory",
    )),
    Field("level", (
        "do mat", "muc do mat", "muc mat", "muc do", "che do su dung", "level", "confidentiality",
        "confidentiality level", "secrecy",
    )),
    Field("box", ("hop", "hop so", "so hop", "box", "box number")),
    Field("position", (
        "vi tri", "vi tri trong hop", "cap", "cap so", "position", "folder", "position in box",
    )),
)  # fmt: skip

FIELDS_BY_KEY = {field.key: field for field in FIELDS}
