"""E-ARK and TT 05/2025 packages: what validators, schemas and bag tools of others say of ours."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from archive_packages import AT, CODE, FILES, SCHEMAS, a_deposit, fields
from large_packages import built_in, inside
from lxml import etree
from zope.interface.verify import verifyObject

from hoso.kernel.errors import Fault, Invalid
from hoso.preservation import schemas
from hoso.preservation.formats.eark import PROFILE_IDENTIFIER, EarkSip
from hoso.preservation.formats.tt05 import TT05
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.package import Part
from hoso.testing.commons_ip import judge

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDERS = schemas.folders(REPOSITORY)
EARK, SIP, AIP = EarkSip(SCHEMAS), TT05(SCHEMAS, kind="SIP"), TT05(SCHEMAS, kind="AIP")
FORMATS = {one.profile: one for one in (EARK, SIP, AIP)}
METS = {"m": "http://www.loc.gov/METS/", "x": "http://www.w3.org/1999/xlink"}
PREMIS = {"p": "http://www.loc.gov/premis/v3"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Each profile's package as a folder, made once: the folder with the root METS."""
    found = {}
    for profile, one in FORMATS.items():
        path = one.build(a_deposit(), tmp_path_factory.mktemp("archive")).path
        inside = path / "data"
        found[profile] = next(inside.iterdir()) if inside.is_dir() else path
    return found


@pytest.fixture(scope="module")
def judged(built, tmp_path_factory):
    """What commons-ip says of all of them, and of a dossier in parts, by one start of Java."""
    several = built_in(tmp_path_factory.mktemp("several"))
    paths = {**built, **{str(number): inside(bag) for number, bag in enumerate(several)}}
    said = judge(list(paths.values()))
    return {profile: said[path] for profile, path in paths.items()}


@pytest.mark.parametrize("one", FORMATS.values(), ids=list(FORMATS))
def test_a_format_keeps_its_promise(one):
    assert verifyObject(IPackageFormat, one)


def test_commons_ip_finds_no_fault_and_no_warning_in_an_e_ark_package(judged):
    said = judged["eark-sip-2.2.0"]

    assert (True, 0, 0) == (said.valid, said.errors, said.warnings), (said.failed, said.warned)


def test_commons_ip_calls_a_master_and_every_part_of_a_large_dossier_valid(judged):
    """Of the master, which has no representations, it says that one SHOULD have some."""
    told = [
        (judged[one].valid, judged[one].errors, set(judged[one].failed), set(judged[one].warned))
        for one in "0123"
    ]

    assert told == [(True, 0, set(), {"CSIPSTR9"})] + [(True, 0, set(), set())] * 3


def test_a_package_of_the_circular_departs_in_what_the_circular_departs_in_and_nothing_else(judged):
    """The law names CSIP's profile, no submitting agent, and a division that is no folder."""
    said = judged["tt05-sip-hoso"]

    assert {"CSIP107", "SIP2", "SIP15"} == set(said.failed)
    assert {"CSIPSTR16"} == set(said.warned)


def test_an_aip_departs_in_its_name_and_the_division_that_is_no_folder(judged):
    """An OBJID with colons, which the folder writes as low lines; judged as AIP, not as SIP."""
    said = judged["tt05-aip-hoso"]

    assert {"CSIP1", "CSIP107"} == set(said.failed)
    assert {"CSIPSTR16"} == set(said.warned)


# Schemas -------------------------------------------------------------------------------------

DESCRIBED = (
    ("eark-sip-2.2.0", "METS.xml", "mets.xsd"),
    ("eark-sip-2.2.0", "representations/rep1/METS.xml", "mets.xsd"),
    ("eark-sip-2.2.0", "representations/rep2/METS.xml", "mets.xsd"),
    ("eark-sip-2.2.0", "metadata/preservation/premis.xml", "premis-v3-0.xsd"),
    ("eark-sip-2.2.0", "representations/rep1/metadata/preservation/premis.xml", "premis-v3-0.xsd"),
    ("eark-sip-2.2.0", "representations/rep2/metadata/preservation/premis.xml", "premis-v3-0.xsd"),
    ("eark-sip-2.2.0", "metadata/descriptive/ead3.xml", "ead3.xsd"),
    ("eark-sip-2.2.0", "metadata/descriptive/dc.xml", "dc.xsd"),
    ("eark-sip-2.2.0", "metadata/descriptive/vn-hoso.xml", "vn-hoso.xsd"),
    ("tt05-sip-hoso", "METS.xml", "mets.xsd"),
    ("tt05-sip-hoso", "representations/rep1/METS.xml", "mets.xsd"),
    ("tt05-sip-hoso", "metadata/descriptive/EAD.xml", "ead.xsd"),
    ("tt05-sip-hoso", "representations/rep1/metadata/descriptive/EAD_DOC_d1.xml", "ead_doc.xsd"),
    ("tt05-aip-hoso", "METS.xml", "mets.xsd"),
    ("tt05-aip-hoso", "metadata/preservation/PREMIS.xml", "premis-v3-0.xsd"),
    (
        "tt05-aip-hoso",
        "representations/rep1/metadata/preservation/PREMIS_rep1.xml",
        "premis-v3-0.xsd",
    ),
    ("tt05-aip-hoso", "metadata/descriptive/EAD.xml", "aip_ead.xsd"),
    (
        "tt05-aip-hoso",
        "representations/rep1/metadata/descriptive/EAD_DOC_d2.xml",
        "aip_ead_doc.xsd",
    ),
)


def located(address):
    name = str(address).rsplit("/", 1)[-1]
    return next((f"{folder / name}" for folder in FOLDERS if (folder / name).is_file()), "")


class _Here(etree.Resolver):
    def resolve(self, url, _public, context):
        return self.resolve_filename(located(url), context)


@pytest.fixture(scope="module")
def schema_of():
    """Schemas by name as lxml reads them, each loaded once."""
    loaded = {}

    def one(name):
        if name not in loaded:
            parser = etree.XMLParser(no_network=True)
            parser.resolvers.add(_Here())
            loaded[name] = etree.XMLSchema(etree.parse(located(name), parser))
        return loaded[name]

    return one


_SECOND = """
import json, sys, warnings
from pathlib import Path
import xmlschema
folders, asked = json.load(sys.stdin)
def located(address):
    name = str(address).rsplit("/", 1)[-1]
    return next((f"{one}/{name}" for one in folders if (Path(one) / name).is_file()), address)
warnings.simplefilter("ignore")
known = {}
for path, schema in asked:
    if schema not in known:
        known[schema] = xmlschema.XMLSchema(located(schema), allow="local", uri_mapper=located)
    print(known[schema].is_valid(path, use_location_hints=False))
"""


@pytest.fixture(scope="module")
def second_opinion(built):
    """What xmlschema says, in a process of its own: zope.interface leaves marks it trips over."""
    asked = [(f"{built[profile] / path}", schema) for profile, path, schema in DESCRIBED]
    done = subprocess.run(
        [sys.executable, "-c", _SECOND],
        input=json.dumps([[f"{one}" for one in FOLDERS], asked]),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(DESCRIBED, done.stdout.split(), strict=True))


@pytest.mark.parametrize("described", DESCRIBED, ids=[f"{one[0]}/{one[1]}" for one in DESCRIBED])
def test_two_engines_accept_a_description(built, schema_of, second_opinion, described):
    profile, path, schema = described
    known = schema_of(schema)

    assert known.validate(etree.parse(str(built[profile] / path))), known.error_log
    assert "True" == second_opinion[described]


# What is where -------------------------------------------------------------------------------


def tree_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_where_things_lie_in_an_e_ark_package(built):
    folder = built["eark-sip-2.2.0"]

    assert folder.name == "hoso-hs-2026-001-0abcdefghjkmn"
    assert folder.parents[1].name == "hoso-hs-2026-001-0abcdefghjkmn-bag"
    content = tree_of(folder)
    assert {path for path in content if "/data/" in path} == {
        "representations/rep1/data/0001_v1.pdf",
        "representations/rep1/data/0002_v1.tiff",
        "representations/rep1/data/0002_v2.tiff",
        "representations/rep2/data/0001.pdf",
        "representations/rep2/data/0001.txt",
        "representations/rep2/data/0002.pdf",
    }
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", path) for path in content)
    assert b"#\n" == content["metadata/other/journal/hoso_verify_journal.py"]
    assert "Bảo quản vĩnh viễn." in content["documentation/retention.txt"].decode()


@pytest.mark.parametrize("profile", list(FORMATS))
def test_every_file_is_referenced_once_with_its_size_and_digest(built, profile):
    folder, seen = built[profile], []
    for mets in (folder / "METS.xml", *folder.glob("representations/*/METS.xml")):
        tree = etree.parse(str(mets))
        ids = [one.get("ID") for one in tree.iter() if one.get("ID")]
        assert len(ids) == len(set(ids))
        for name in ("DMDID", "ADMID", "FILEID"):
            used = {i for one in tree.iter() for i in (one.get(name) or "").split()}
            assert used <= set(ids)
        for one in (*tree.iter("{*}file"), *tree.iter("{*}mdRef")):
            place = one.find("m:FLocat", METS) if one.tag.endswith("file") else one
            path = mets.parent / place.get(f"{{{METS['x']}}}href")
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            assert one.get("SIZE") == str(len(content))
            assert one.get("CHECKSUM") == (digest if profile.startswith("eark") else digest.upper())
            seen.append(path.relative_to(folder).as_posix())
    there = set(tree_of(folder)) - {"METS.xml"}
    assert sorted(seen) == sorted(there)


def test_names_people_gave_and_sources_stand_in_premis(built):
    folder = built["eark-sip-2.2.0"]
    first = etree.parse(f"{folder}/representations/rep1/metadata/preservation/premis.xml")
    second = etree.parse(f"{folder}/representations/rep2/metadata/preservation/premis.xml")

    names = first.xpath("//p:object/p:originalName/text()", namespaces=PREMIS)
    assert "Quyết định số 14 <nâng bậc> & phụ lục.pdf" in names
    sources = second.xpath(
        "//p:relationship[p:relationshipSubType='has source']//p:relatedObjectIdentifierValue/text()",
        namespaces=PREMIS,
    )
    known = first.xpath(
        "//p:object/p:objectIdentifier/p:objectIdentifierValue/text()", namespaces=PREMIS
    )
    # The copy of the second paper is made of its rescan, which is newer.
    assert {source.rpartition("/")[2] for source in sources} == {"0001_v1.pdf", "0002_v2.tiff"}
    assert set(sources) <= set(known)


def test_what_was_done_to_many_files_is_one_event_with_its_agent(built):
    premis = etree.parse(
        f"{built['eark-sip-2.2.0']}/representations/rep1/metadata/preservation/premis.xml"
    )

    events = premis.xpath("//p:event[p:eventType='ingestion']", namespaces=PREMIS)
    assert [3] == [len(one.findall("p:linkingObjectIdentifier", PREMIS)) for one in events]
    agents = set(
        premis.xpath("//p:agent/p:agentIdentifier/p:agentIdentifierValue/text()", namespaces=PREMIS)
    )
    linked = set(premis.xpath("//p:linkingAgentIdentifierValue/text()", namespaces=PREMIS))
    assert linked <= agents
    digests = premis.xpath("//p:messageDigest/text()", namespaces=PREMIS)
    assert {f.sha256 for f in FILES if f.is_scan} <= set(digests)


def test_all_fields_of_the_circular_stand_in_one_description(built):
    tree = etree.parse(f"{built['eark-sip-2.2.0']}/metadata/descriptive/vn-hoso.xml").getroot()

    head, *papers = tree
    assert 18 == len(head)
    assert [21, 21] == [
        len([one for one in paper if not one.tag.endswith("tepTin")]) for paper in papers
    ]
    assert CODE == head[0].text
    named = [one.get("sha256") for paper in papers for one in paper if one.tag.endswith("tepTin")]
    assert sorted(named) == sorted(f.sha256 for f in FILES)


# The bag around ------------------------------------------------------------------------------


def test_bagit_and_the_bag_profile_accept_the_bag(built):
    import bagit
    import bagit_profile

    bag = bagit.Bag(str(built["eark-sip-2.2.0"].parents[1]))
    bag.validate()
    said = json.loads((REPOSITORY / "docs" / "eark-bag-profile.json").read_bytes())
    profile = bagit_profile.Profile(PROFILE_IDENTIFIER, profile=said)

    assert profile.validate(bag), profile.report.errors


# TT 05/2025 ----------------------------------------------------------------------------------


def test_ids_times_and_digests_are_written_as_the_circular_has_them(built):
    folder = built["tt05-sip-hoso"]
    root = etree.parse(f"{folder}/METS.xml").getroot()
    inside = etree.parse(f"{folder}/representations/rep1/METS.xml").getroot()

    assert root.get("OBJID") == folder.name
    assert str(uuid.UUID(folder.name.removeprefix("uuid-"))).upper() == folder.name[5:]
    # 18:30 UTC is 01:30 of the next day in Vietnam.
    assert "2026-03-03T01:30:00.000+07:00" == root.find("m:metsHdr", METS).get("CREATEDATE")
    assert all(one.get("ID").startswith("ID-") for one in inside.iter(f"{{{METS['m']}}}file"))
    links = inside.xpath("//m:div[@LABEL='MetadataLink/File']", namespaces=METS)
    assert 2 == len(links)
    assert not (folder / "metadata" / "preservation").exists()
    assert root.find("m:amdSec", METS) is not None


def test_digitised_paper_is_deposited_as_its_copy_and_born_digital_as_it_came(built):
    data = built["tt05-sip-hoso"] / "representations" / "rep1" / "data"

    assert b"%PDF-1.7 one" * 50 == (data / "d1.pdf").read_bytes()
    assert b"%PDF-1.7 sly" == (data / "d2.pdf").read_bytes()


def test_an_aip_has_the_code_of_the_archive_the_ordinals_and_premis(built):
    folder = built["tt05-aip-hoso"]

    assert folder.name.startswith("urn_P99_uuid-")
    root = etree.parse(f"{folder}/METS.xml").getroot()
    assert root.get("OBJID").startswith("urn:P99:uuid-")
    ead = etree.parse(f"{folder}/metadata/descriptive/EAD.xml").getroot()
    assert ["arcFileCode", "fileCode"] == [one.tag for one in ead][:2]
    paper = etree.parse(
        f"{folder}/representations/rep1/metadata/descriptive/EAD_DOC_d2.xml"
    ).getroot()
    assert 19 == len(paper)
    assert ("docOrdinal", "2") == (paper[0].tag, paper[0].text)
    premis = (folder / "representations/rep1/metadata/preservation/PREMIS_rep1.xml").read_text()
    assert "<premis:eventType>transfer<" in premis
    whole = (folder / "metadata/preservation/PREMIS.xml").read_text()
    assert "<premis:eventType>information package creation<" in whole


def told(package, one=SIP):
    with pytest.raises(Invalid) as refused:
        one.build(package, Path("/nonexistent"))
    return {fault.field for fault in refused.value.faults}


def test_everything_that_keeps_an_archive_from_taking_it_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    package = a_deposit()
    head = {**package.dossier.archival, "maintenance": "02"}
    bad = replace(
        package,
        dossier=replace(package.dossier, archival=head),
        documents=(
            replace(package.documents[0], archival=fields(1, "d1", docCode=f"{CODE}.1")),
            replace(package.documents[1], archival=fields(1, "d2")),
            replace(package.documents[1], uid="d3", archival=fields(1, "d3")),
        ),
        lacking=(Fault("1.issuedDate", "Not known to the day."),),
        parties=replace(package.parties, agency_code="", fonds=""),
        part=Part(1, 2),
    )

    with pytest.raises(Invalid) as refused:
        AIP.build(bad, tmp_path)

    assert {
        "1.issuedDate",
        "archive.agency_code",
        "archive.fonds",
        "maintenance",
        "part",
        "1.docCode",
        "3.docCode",
        "3.file",
    } == {fault.field for fault in refused.value.faults}
    assert not list(tmp_path.iterdir())


def test_a_dossier_without_papers_is_no_package(tmp_path):
    for one in FORMATS.values():
        with pytest.raises(Invalid):
            one.build(a_deposit(files=(), documents=()), tmp_path)

    assert not list(tmp_path.iterdir())


# The same bytes ------------------------------------------------------------------------------

_MAKE = """
import locale, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from archive_packages import FILES, SCHEMAS, a_deposit
from hoso.preservation.formats.eark import EarkSip
from hoso.preservation.formats.tt05 import TT05
files = FILES if sys.argv[3] == "forwards" else FILES[::-1]
for one in (EarkSip(SCHEMAS), TT05(SCHEMAS), TT05(SCHEMAS, kind='AIP')):
    print(one.build(a_deposit(files=files), Path(sys.argv[1]), zipped=True).sha256)
"""


def test_the_same_dossier_gives_the_same_package_in_any_time_zone_and_hash_seed(tmp_path):
    said = []
    for number, (seed, zone, language, order) in enumerate(
        (("1", "UTC", "C", "forwards"), ("777", "America/St_Johns", "vi_VN.UTF-8", "backwards"))
    ):
        done = subprocess.run(
            [sys.executable, "-c", _MAKE, tmp_path / str(number), Path(__file__).parent, order],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "LC_ALL": language,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.split())

    assert said[0] == said[1]
    assert 3 == len(set(said[0]))


def test_the_bytes_of_a_package_are_as_they_were_when_this_was_written(built):
    """A golden digest: whoever changes what packages say changes this line, and says why."""
    content = (built["eark-sip-2.2.0"].parents[1] / "tagmanifest-sha256.txt").read_bytes()
    others = [
        (built[name] / "METS.xml").read_bytes() for name in ("tt05-sip-hoso", "tt05-aip-hoso")
    ]

    assert GOLDEN == [hashlib.sha256(one).hexdigest()[:16] for one in (content, *others)]


GOLDEN = ["08845522569ccd50", "01d0829c867534c8", "7c500470906a37bb"]


def test_the_time_of_a_package_is_that_of_the_last_change(built):
    root = etree.parse(f"{built['eark-sip-2.2.0']}/METS.xml").getroot()

    assert AT[:19] + "Z" == root.find("m:metsHdr", METS).get("CREATEDATE")
    info = (built["eark-sip-2.2.0"].parents[1] / "bag-info.txt").read_text(encoding="utf-8")
    assert "Bagging-Date: 2026-03-03\n" in info
