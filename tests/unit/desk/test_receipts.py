"""The receipt of a batch, read again by programs that did not write it."""

from __future__ import annotations

import io
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from hoso.desk import batches, intake, receipts
from hoso.ingest.receipts.keys import signer_of
from hoso.ingest.receipts.place import KeyPlace
from hoso.ingest.receipts.setting import SHOWN, printable, typeset
from hoso.ingest.receipts.signing import fingerprint, sign
from hoso.ingest.receipts.words import Entry, Receipt
from hoso.kernel.errors import Forbidden, Invalid, Missing, NotReady
from hoso.records.model import Dropped, Source
from hoso.testing.things import a_filed_paper, a_waiting_paper, spooled
from hoso.web.receipts import reason, teller

NAMES = (b"a.pdf", "Quyết định số 14 về việc nâng bậc lương.pdf".encode(), b"\xff\xfe.pdf")


@pytest.fixture
def place(tmp_path):
    return KeyPlace(tmp_path / "keys", "UBND tỉnh Mẫu")


@pytest.fixture
def closed(as_):
    """Id of a closed batch: a filed paper, a waiting one, one refused, one split, one too large."""
    with as_("officer") as desk:
        typed = {"title": "Hộp 3", "sheets": "9", "dpi": "300", "colour": "COLOUR"}
        batch = batches.open_(desk, desk.unit("nhanh"), typed=typed)
        got = [
            intake.receive(
                desk, batch.unit, spooled=spooled(desk, str(n)), name=name, batch=batch
            ).document
            for n, name in enumerate(NAMES)
        ]
        dossier = desk.site.dossiers["T-0001"]
        filed = a_filed_paper(desk, dossier, words="khác")
        intake.receive(
            desk, batch.unit, spooled=spooled(desk, "khác"), name="đã có.pdf".encode(), batch=batch
        )
        batches.turn_away(desk, batch, name=b"to.tif", size=10**10, reason="The file is too large.")
        got[0].state, got[0].pages = "waiting", 2
        got[1].state, got[1].pages = "refused", 0
        got[2].state, got[2].pages = "split", 5
        got[2].dropped = (Dropped("original", 1, "separator"),)
        parts = [a_waiting_paper(desk, words=word) for word in ("x", "y")]
        for part, pages in zip(parts, ((2, 3), (4, 5)), strict=True):
            part.source = Source(got[2].uid, got[2].sha256, pages)
        got[2].parts = tuple(part.uid for part in parts)
        assert filed.state == "filed"
        batches.close(desk, batch, because="Một tờ là bìa hồ sơ", revision=None)
        return batch.id


def made(desk, number):
    batch = desk.site.by_id[number]
    return receipts.make(desk, batch, told=teller(desk.house), reason=reason())


def bytes_in(rendition):
    with rendition.blob.open("r") as stream:
        return stream.read()


def validated(content, place):
    found = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[signer_of(place).signing_cert])
    # In a thread of its own: a browser that ran before may have left a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        return found, apart.submit(validate_pdf_signature, found, context).result()


def text_of(content):
    """All words of the receipt, by another reader than the one that is tested for."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
    finally:
        document.close()
    # Long names are broken at any letter.
    return " ".join(" ".join(pages).replace("\u200b", "").replace("\ufffe", "").split())


def test_the_receipt_is_one_signed_pdf_that_says_it_is_pdf_a_2b(site, as_, closed):
    with as_("officer") as desk:
        made(desk, closed)
    with as_("officer") as desk:
        content = bytes_in(receipts.receipts_of(desk.site.by_id[closed])[0])

    with pikepdf.open(io.BytesIO(content)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata.pdfa_status, metadata["dc:title"]) == (
                "2B",
                "Biên nhận đợt số hóa 2026-nhanh-001",
            )
        fonts = [
            font["/DescendantFonts"][0]["/FontDescriptor"]
            for page in pdf.pages
            for font in page.Resources.Font.values()
        ]
        assert fonts
        assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)
    found, status = validated(content, site.signing)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert str(found.sig_object["/SubFilter"]) == "/ETSI.CAdES.detached"


def test_the_receipt_says_what_was_declared_what_came_and_where_it_is(as_, closed):
    with as_("officer") as desk:
        batch = desk.site.by_id[closed]
        digests = [arrival.sha256 for arrival in batch.arrivals.values() if arrival.sha256]
        made(desk, closed)
    with as_("officer") as desk:
        said = text_of(bytes_in(receipts.receipts_of(desk.site.by_id[closed])[0]))

    # Counted by hand: 2 waiting, 5 of the split scan, 1 here already; three files unknown.
    for words in (
        "BIÊN NHẬN ĐỢT SỐ HÓA",
        "2026-nhanh-001",
        "9 tờ, một mặt",
        "300 dpi · Màu",
        "Khai: 9 trang. Đã quét: 8. Đã lưu: 8.",
        "Thiếu 1 trang · còn 2 tệp chưa biết số trang.",
        "Giải trình của officer: Một tờ là bìa hồ sơ",
        "Còn 3 tài liệu chờ người kiểm tra.",
        "Quyết định số 14 về việc nâng bậc lương.pdf",
        "\\xff\\xfe.pdf",
        "Trang 2, 3 của bản quét",
        "to.tif",
        "T-0001",
        "1 / 1",
    ):
        assert words in said, words
    solid = said.replace(" ", "")
    assert digests
    for digest in digests:
        assert digest in solid


def test_an_independent_judge_takes_the_signed_receipt_for_pdf_a_2b(as_, closed, tmp_path):
    from hoso.testing.pdfa import judge

    with as_("officer") as desk:
        made(desk, closed)
    path = tmp_path / "receipt.pdf"
    with as_("officer") as desk:
        path.write_bytes(bytes_in(receipts.receipts_of(desk.site.by_id[closed])[0]))

    assert judge([path]) == {path: []}


def test_one_byte_changed_breaks_the_signature(site, as_, closed):
    with as_("officer") as desk:
        made(desk, closed)
    with as_("officer") as desk:
        content = bytearray(bytes_in(receipts.receipts_of(desk.site.by_id[closed])[0]))

    at = content.index(b"/Creator")
    content[at + 10] ^= 1

    _, status = validated(bytes(content), site.signing)
    assert not status.bottom_line


def test_the_journal_keeps_the_digest_of_each_receipt(as_, closed, entries):
    with as_("officer") as desk:
        first = made(desk, closed).sha256
    with as_("officer") as desk:
        second = made(desk, closed).sha256
        batch = desk.site.by_id[closed]
        assert [one.name for one in receipts.receipts_of(batch)] == ["receipt-2", "receipt-1"]
        assert receipts.take(desk, batch).sha256 == second
        assert receipts.take(desk, batch, name="receipt-1").sha256 == first
        with pytest.raises(Missing):
            receipts.take(desk, batch, name="receipt-3")

    assert [e.details["sha256"] for e in entries("batch.receipt-made")] == [first, second]
    assert len(entries("batch.receipt-taken")) == 2


def test_there_is_no_receipt_of_an_open_batch(as_, closed):
    with as_("officer") as desk:
        batch = desk.site.by_id[closed]
        batches.reopen(desk, batch, why="Còn một tờ", revision=None)
        with pytest.raises(Invalid, match="Close it first"):
            made(desk, closed)


def test_who_may_not_file_makes_no_receipt(as_, closed):
    from hoso.desk.reading import MACHINE

    with pytest.raises(Forbidden), as_(MACHINE) as desk:
        made(desk, closed)


# Keys ------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_nobody_else_reads_it(place):
    one = fingerprint(place)

    assert fingerprint(place) == one
    (path,) = place.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    certificate = signer_of(place).signing_cert
    assert certificate.subject.native == {"common_name": "UBND tỉnh Mẫu"}
    assert certificate.key_usage_value.native == {"digital_signature", "non_repudiation"}


def test_an_agency_signs_with_its_own_key(place, tmp_path):
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    signer_of(place)
    (path,) = place.folder.iterdir()
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    packed = pkcs12.serialize_key_and_certificates(
        b"co quan", key, certificate, None, serialization.BestAvailableEncryption(b"mau")
    )
    (tmp_path / "agency.p12").write_bytes(packed)
    (tmp_path / "password").write_text("mau\n")
    theirs = KeyPlace(tmp_path / "none", "x", tmp_path / "agency.p12", tmp_path / "password")

    signed = sign(typeset(EMPTY, at=AT), theirs, reason="x")

    assert validated(signed, theirs)[1].bottom_line
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [None, b"", b"no key", b"-----BEGIN CERTIFICATE-----\nx"])
def test_a_key_that_cannot_be_used_is_told_with_its_place(place, tmp_path, content):
    given = tmp_path / "agency.p12"
    place.folder.mkdir()
    if content is not None:
        given.write_bytes(content)
        (place.folder / "receipts.pem").write_bytes(content)
        with pytest.raises(NotReady, match=r"receipts\.pem"):
            signer_of(place)

    with pytest.raises(NotReady, match=r"agency\.p12"):
        signer_of(KeyPlace(place.folder, "x", given))


# Setting ---------------------------------------------------------------------------------

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
EMPTY = Receipt("vi", "", "", "h", "n", "", (), "", ("a", "b"), (), ("", ""), (), "", ("",) * 6, (), (), ("x",), "")  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        '#import "/etc/passwd"',
        "$x^2$ *đậm* _nghiêng_ `mã` @nhãn <nhãn> \\ // #{1+1}",
        "x" * 4000,
        "\U0001f5c4 档案 dosar א",
        "a\u202eb\u0000c",
        "",
    ],
)
def test_whatever_a_file_is_called_the_receipt_is_set(name):
    """What no font has is written as its code, never a failure; what looks like code is text."""
    import dataclasses

    entry = Entry("1", name, "0" * 64, "1 B", "?", "o", name)

    content = typeset(dataclasses.replace(EMPTY, files=[entry]), at=AT)

    assert content.startswith(b"%PDF-1.7")
    if name.startswith("#import"):
        assert name in text_of(content)


def test_every_letter_that_is_not_written_as_a_code_has_its_glyph():
    """PDF/A forbids a missing one, and the typesetter then refuses the whole receipt."""
    import dataclasses

    entry = Entry("1", "".join(sorted(SHOWN)), "", "", "", "", "")

    assert typeset(dataclasses.replace(EMPTY, files=[entry]), at=AT)
    vietnamese = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA)))
    assert printable(vietnamese) == vietnamese
    assert printable(["档", {"a": "e\u0301"}]) == ["\\u6863", {"a": "é"}]
