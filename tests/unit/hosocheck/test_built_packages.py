"""Packages as they are built: sound, and refused after one byte, name, date or count is changed.

A forger here is careful: he writes texts of the same length and makes every digest right again
that he can reach: METS, PREMIS, our own description, manifests and tag manifests.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

import pytest

from hoso.preservation import schemas
from hoso.preservation.formats.bagit import BagIt
from hoso.preservation.formats.eark import EarkSip
from hoso.preservation.formats.tt05 import TT05
from hoso.preservation.package import Description, Kept, Package, PackagedFile, Parties
from hoso.preservation.schemas import Schemas
from hosocheck import Expected, Paper, check

AT = "2026-03-02T18:30:00.000000Z"
SCAN, COPY, TEXT, BORN = b"jpeg of a scan", b"%PDF-1.7 its copy", b"words", b"%PDF-1.7 born digital"


def a_file(name, content, document, **more):
    return PackagedFile(
        name,
        lambda: io.BytesIO(content),
        len(content),
        hashlib.sha256(content).hexdigest(),
        hashlib.sha512(content).hexdigest(),
        document=document,
        made_at=AT,
        made_by="canbo",
        **{"mime": "application/pdf", **more},
    )


def a_document(uid, number, title, day, **more):
    iso = "-".join(reversed(day.split("/")))
    return Description(
        uid,
        {"title": (title,), "date": (iso,)},
        {"title": title, "date": iso, "pages": 2},
        {
            "docId": uid,
            "docCode": f"H26.19.1998.M-1.{number:07}",
            "maintenance": "01",
            "typeName": "02",
            "codeNumber": "14",
            "codeNotation": "QĐ-M",
            "issuedDate": day,
            "organName": "Sở Nội vụ",
            "subject": title,
            "language": "01",
            "numberOfPage": "2",
            "inforSign": "",
            "keyword": "",
            "mode": "02",
            "confidenceLevel": "02",
            "autograph": "",
            "format": "01",
            "riskRecovery": "0",
            "riskRecoveryStatus": "",
            "process": "0",
            "description": "",
            **more,
        },
    )


PACKAGE = Package(
    identifier="0abcdefghjkmn",
    code="HS-2026",
    title="Nguyễn Văn Mẫu",
    agency="Sở Nội vụ",
    frozen_at=AT,
    software="hoso 0.1",
    dossier=Description(
        "0abcdefghjkmn",
        {"title": ("Nguyễn Văn Mẫu",), "language": ("vi",)},
        {"birth_date": "1966-02-28", "ended": "2025-12-31", "code": "HS-2026"},
        {
            "fileCode": "H26.19.1998.M-1",
            "title": "Hồ sơ công chức: Nguyễn Văn Mẫu",
            "maintenance": "01",
            "mode": "02",
            "language": "01",
            "startDate": "05/09/2001",
            "endDate": "31/12/2025",
            "keyword": "",
            "totalDoc": "2",
            "numberOfPaper": "3",
            "numberOfPage": "4",
            "format": "01",
            "inforSign": "",
            "confidenceLevel": "03",
            "paperFileCode": "M-1",
            "riskRecovery": "0",
            "riskRecoveryStatus": "",
            "description": "",
        },
    ),
    documents=(
        a_document("d1", 1, "Quyết định nâng bậc", "05/09/2001"),
        a_document("d2", 2, "Đơn xin nghỉ hưu", "07/10/2015", confidenceLevel="01"),
    ),
    files=(
        a_file("a/original.jpg", SCAN, "d1", mime="image/jpeg", given_name="Quyết định.jpg"),
        a_file("a/copy.pdf", COPY, "d1", kind="copy"),
        a_file("a/text.txt", TEXT, "d1", kind="text", mime="text/plain"),
        a_file("b/original.pdf", BORN, "d2", puid="fmt/276"),
    ),
    events=(
        {"type": "ingestion", "at": AT, "by": "canbo", "document": "d1"},
        {"type": "ingestion", "at": AT, "by": "canbo", "document": "d2"},
    ),
    rights=({"kind": "confidentiality", "level": 1, "label": "Nội bộ", "source": "TT 11/2012"},),
    parties=Parties("Sở Nội vụ", "H26.19", "Lưu trữ lịch sử", "LTLS-26", "P01", "TTNL-1"),
    kept=Kept("permanent", "TT 10/2022/TT-BNV", "65"),
)


def kept(*contents):
    return tuple((hashlib.sha256(one).hexdigest(), len(one)) for one in contents)


CATALOGUE = Expected(
    "0abcdefghjkmn",
    2,
    kept(SCAN, COPY, TEXT, BORN),
    code="HS-2026",
    title="Nguyễn Văn Mẫu",
    dates=(("birth_date", "1966-02-28"), ("ended", "2025-12-31")),
    papers=(
        Paper("d1", "Quyết định nâng bậc", "2001-09-05", kept(SCAN, COPY, TEXT)),
        Paper("d2", "Đơn xin nghỉ hưu", "2015-10-07", kept(BORN)),
    ),
)
PROFILES = ("bagit", "eark-sip-2.2.0", "tt05-sip-hoso", "tt05-aip-hoso")


@pytest.fixture(scope="module")
def known(home):
    folders = schemas.folders(home)
    if schemas.missing(schemas.place(home)):
        pytest.skip("NOT RUN: the XML schemas are not installed. Type: make parts/schemas")
    return folders


@pytest.fixture(scope="module")
def built(known, home, tmp_path_factory):
    """A folder of each profile."""
    carried = Schemas(schemas.place(home))
    formats = (BagIt(), EarkSip(carried), TT05(carried), TT05(carried, kind="AIP"))
    folder = tmp_path_factory.mktemp("built")
    return {one.profile: one.build(PACKAGE, folder).path for one in formats}


@pytest.fixture
def package(built, tmp_path, request):
    path = built[request.param]
    return request.param, Path(shutil.copytree(path, tmp_path / path.name))


def every(test):
    return pytest.mark.parametrize("package", PROFILES, indirect=True)(test)


def files_of(top):
    return sorted(path for path in top.rglob("*") if path.is_file())


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_built_is_sound_by_every_schema_and_rule(built, known, profile):
    verdict = check(built[profile], expected=CATALOGUE, schemas=known)

    assert (profile, ()) == (verdict.profile, verdict.wrong)


@pytest.mark.parametrize(
    ("profile", "known_ones"),
    [
        ("bagit", set()),
        ("eark-sip-2.2.0", set()),
        ("tt05-sip-hoso", {"CSIP107", "SIP2", "SIP15", "CSIPSTR16"}),
        ("tt05-aip-hoso", {"CSIP107", "CSIPSTR16"}),
    ],
)
def test_a_profile_departs_from_the_rules_its_law_departs_from_and_no_other(
    built, profile, known_ones
):
    verdict = check(built[profile])

    assert known_ones == {one.rule for one in verdict.departures}
    if not profile.startswith("tt05"):
        assert verdict.findings == ()


@every
def test_one_byte_changed_in_any_file_is_refused(package):
    profile, top = package
    missed = []
    for path in files_of(top):
        content = path.read_bytes()
        at = len(content) // 2
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        if check(top, profile=profile).is_sound:
            missed.append(path.relative_to(top).as_posix())
        path.write_bytes(content)

    # Nothing stands above the root METS of the circular's folder but the digest that was noted.
    if profile.startswith("tt05"):
        missed = [one for one in missed if one != "METS.xml"]
    assert missed == []


@every
def test_one_file_missing_or_under_another_name_is_refused(package):
    profile, top = package
    missed = []
    for path in files_of(top):
        aside = path.with_name(f"{path.stem}x{path.suffix}")
        path.rename(aside)
        if check(top, profile=profile).is_sound:
            missed.append(path.relative_to(top).as_posix())
        aside.rename(path)

    assert missed == []


def forged(top, found, old, new):
    """Change a text in the files *found*, then every digest of them, and of those again."""
    assert len(old.encode()) == len(new.encode())
    texts = {path: path.read_bytes() for path in files_of(top)}
    waiting = {}
    for path in found:
        assert old.encode() in texts[path], path
        waiting[path] = texts[path].replace(old.encode(), new.encode(), 1)
    while waiting:
        path, content = waiting.popitem()
        swaps = []
        for algorithm in ("sha256", "sha512"):
            before = hashlib.new(algorithm, texts[path]).hexdigest()
            after = hashlib.new(algorithm, content).hexdigest()
            swaps += [(before, after), (before.upper(), after.upper())]
        texts[path] = content
        for other, said in {**texts, **waiting}.items():
            if other == path:
                continue
            changed = said
            for before, after in swaps:
                changed = changed.replace(before.encode(), after.encode())
            if changed != said:
                waiting[other] = changed
    for path, content in texts.items():
        path.write_bytes(content)


FORGERIES = [
    ("bagit", "dossier.json", "2001-09-05", "2001-09-06"),
    ("bagit", "dossier.json", "1966-02-28", "1966-02-27"),
    ("bagit", "dossier.json", "Quyết định nâng", "Quyết định năng"),
    ("bagit", "dossier.json", "HS-2026", "HS-2025"),
    ("eark-sip-2.2.0", "hoso-dossier.json", "2015-10-07", "2015-10-08"),
    ("eark-sip-2.2.0", "hoso-dossier.json", "2025-12-31", "2025-12-30"),
    ("eark-sip-2.2.0", "ead3.xml", "2001-09-05", "2001-09-06"),
    ("eark-sip-2.2.0", "ead3.xml", "Đơn xin nghỉ hưu", "Đơn xin nghỉ hũu"),
    ("eark-sip-2.2.0", "ead3.xml", "Nguyễn Văn Mẫu", "Nguyễn Văn Mậu"),
    ("eark-sip-2.2.0", "vn-hoso.xml", "05/09/2001</", "06/09/2001</"),
    ("eark-sip-2.2.0", "vn-hoso.xml", ">2</", ">3</"),
    ("tt05-sip-hoso", "EAD.xml", "<totalDoc>2<", "<totalDoc>3<"),
    ("tt05-sip-hoso", "EAD.xml", "Nguyễn Văn Mẫu", "Nguyễn Văn Mậu"),
    ("tt05-sip-hoso", "EAD_DOC_d1.xml", "05/09/2001", "06/09/2001"),
    ("tt05-sip-hoso", "EAD_DOC_d2.xml", "Đơn xin nghỉ hưu", "Đơn xin nghỉ hũu"),
    ("tt05-aip-hoso", "EAD_DOC_d2.xml", "07/10/2015", "07/10/2016"),
    ("tt05-aip-hoso", "PREMIS_rep1.xml", "<premis:size>", "<premis:sise>"),
]


@pytest.mark.parametrize(
    ("package", "name", "old", "new"),
    FORGERIES,
    indirect=["package"],
)
def test_a_fact_changed_with_every_digest_made_right_is_refused(package, known, name, old, new):
    profile, top = package
    found = [path for path in files_of(top) if path.name == name]
    forged(top, found, old, new)

    verdict = check(top, expected=CATALOGUE, profile=profile, schemas=known)

    assert not verdict.is_sound
    assert all(not one.rule.startswith(("BAG-", "READ")) for one in verdict.wrong)


@every
def test_a_paper_changed_with_every_digest_made_right_is_refused(package):
    profile, top = package
    born = next(path for path in files_of(top) if path.read_bytes() == BORN)
    forged(top, [born], "born digital", "bred digital")

    verdict = check(top, expected=CATALOGUE, profile=profile)

    assert "CAT-FILE" in {one.rule for one in verdict.wrong}


@every
def test_a_sound_package_of_another_dossier_is_refused(package):
    profile, top = package
    other = Expected(
        "0abcdefghjkmz", 1, kept(BORN), title="Trần Thị Mẫu", papers=CATALOGUE.papers[1:]
    )

    verdict = check(top, expected=other, profile=profile)

    assert {"CAT-NAME", "CAT-COUNT", "CAT-FILE"} <= {one.rule for one in verdict.wrong}


def test_the_digest_noted_at_building_covers_what_no_rule_reads(built, tmp_path):
    top = Path(shutil.copytree(built["tt05-sip-hoso"], tmp_path / built["tt05-sip-hoso"].name))
    noted = hashlib.sha256((top / "METS.xml").read_bytes()).hexdigest()
    expected = Expected.from_data({**CATALOGUE.as_data(), "digest": noted})
    assert check(top, expected=expected).is_sound
    text = (top / "METS.xml").read_bytes()
    (top / "METS.xml").write_bytes(text.replace(b"?>\n", b"?> ", 1))

    assert {"CAT-DIGEST"} == {one.rule for one in check(top, expected=expected).wrong}
