"""A sound package of something else is no sound package: every fact is compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from trees import an_ead, an_eark, edited, rehashed, written

from hosocheck import Expected, Paper, check
from hosocheck.__main__ import main

ONE, TWO = b"%PDF-1.7 one", b"%PDF-1.7 two"


def kept(content):
    return hashlib.sha256(content).hexdigest(), len(content)


PAPERS = (
    Paper("d1", "Quyết định", "2001-05-03", (kept(ONE),)),
    Paper("d2", "Đơn", "", (kept(TWO),)),
)
CATALOGUE = Expected("0abc", 2, (kept(ONE), kept(TWO)), title="Nguyễn Văn Mẫu", papers=PAPERS)


def found(folder, files, expected=CATALOGUE):
    verdict = check(written(folder, files), expected=expected, profile="eark-sip-2.2.0")
    return {one.rule for one in verdict.wrong}


def test_a_package_of_just_these_papers_is_sound(tmp_path):
    assert set() == found(tmp_path, an_eark())


@pytest.mark.parametrize(
    ("ead", "rule"),
    [
        (an_ead([("Quyết định", "2001-05-03")]), "CAT-COUNT"),
        (an_ead([("Quyết định", "2001-05-03"), ("Đơn", ""), ("Đơn", "")]), "CAT-COUNT"),
        (an_ead([("Quyết định", "2001-05-04"), ("Đơn", "")]), "CAT-DATE"),
        (an_ead([("Quyết định", ""), ("Đơn", "")]), "CAT-DATE"),
        (an_ead([("Quyết định", "2001-05-03"), ("Đơn", "2001")]), "CAT-DATE"),
        (an_ead([("Quyết dịnh", "2001-05-03"), ("Đơn", "")]), "CAT-NAME"),
        (an_ead([("Quyết định", "2001-05-03"), ("Đơn", "")], "Nguyễn Văn Mậu"), "CAT-NAME"),
    ],
    ids=["one less", "one more", "a day", "no day", "a day too many", "a title", "the dossier"],
)
def test_a_description_made_anew_with_all_digests_right_is_found(tmp_path, ead, rule):
    assert rule in found(tmp_path, an_eark(ead=ead))


@pytest.mark.parametrize(
    "papers",
    [
        [("a.pdf", ONE)],
        [("a.pdf", ONE), ("b.pdf", TWO), ("c.pdf", b"%PDF-1.7 three")],
        [("a.pdf", ONE), ("b.pdf", TWO), ("c.pdf", TWO)],
        [("a.pdf", ONE), ("b.pdf", b"%PDF-1.7 twO")],
    ],
    ids=["one less", "one more", "one twice", "one byte"],
)
def test_other_files_with_all_digests_right_are_found(tmp_path, papers):
    assert {"CAT-FILE"} == found(tmp_path, an_eark(papers=papers))


@pytest.mark.parametrize(
    "change",
    [
        {"documents": 3},
        {"title": "Trần Thị Mẫu"},
        {"files": (kept(ONE),)},
        {"files": (kept(ONE), (kept(TWO)[0], 13))},
        {"digest": "0" * 64},
        {"papers": (PAPERS[0], replace(PAPERS[1], date="1999-01-01"))},
        {"papers": (PAPERS[0], replace(PAPERS[1], title="Thư"))},
    ],
    ids=["count", "title", "a file", "a size", "digest", "a date", "a document's title"],
)
def test_a_sound_package_of_something_else_is_refused(tmp_path, change):
    assert found(tmp_path, an_eark(), replace(CATALOGUE, **change))


def with_json(change=None):
    """Add our own description of everything, and name it in the METS."""
    said = {
        "identifier": "0abc",
        "code": "HS-1",
        "title": "Nguyễn Văn Mẫu",
        "dossier": {"birth_date": "1966-02-28", "ended": ""},
        "documents": [
            {"uid": "d1", "title": "Quyết định", "date": "2001-05-03"},
            {"uid": "d2", "title": "Đơn", "date": ""},
        ],
        "files": [
            {
                "path": f"representations/rep1/data/{name}",
                "size": 12,
                "sha256": hashlib.sha256(content).hexdigest(),
                "sha512": hashlib.sha512(content).hexdigest(),
            }
            for name, content in (("a.pdf", ONE), ("b.pdf", TWO))
        ],
    }
    if change is not None:
        change(said)
    path = "metadata/other/hoso-dossier.json"
    files = {**an_eark(), path: json.dumps(said).encode()}
    text = files["METS.xml"].decode()
    section = text[text.index("<dmdSec") : text.index("</dmdSec>") + len("</dmdSec>")]
    again = section.replace('ID="dmd"', 'ID="dmd2"').replace("m-1", "m-9")
    again = again.replace("metadata/descriptive/ead3.xml", path).replace(
        'MDTYPE="EAD"', 'MDTYPE="OTHER" OTHERMDTYPE="hoso"'
    )
    again = again.replace('MIMETYPE="application/xml"', 'MIMETYPE="application/json"')
    text = text.replace(section, section + again).replace('DMDID="dmd"', 'DMDID="dmd dmd2"')
    files["METS.xml"] = text.encode()
    return rehashed(files, path, files["metadata/descriptive/ead3.xml"])


FULL = replace(CATALOGUE, code="HS-1", dates=(("birth_date", "1966-02-28"),))


def test_our_own_description_is_compared_by_uid(tmp_path):
    assert set() == found(tmp_path, with_json(), FULL)


def _set(*path):
    *keys, value = path

    def change(said):
        at = said
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_set("identifier", "0abd"), "CAT-NAME"),
        (_set("code", "HS-2"), "CAT-NAME"),
        (_set("title", "Ai"), "CAT-NAME"),
        (_set("dossier", "birth_date", "1966-02-27"), "CAT-DATE"),
        (_set("documents", 0, "date", "2001-05-02"), "CAT-DATE"),
        (_set("documents", 0, "title", "Thư"), "CAT-NAME"),
        (_set("documents", 0, "uid", "d3"), "CAT-COUNT"),
        (_set("files", 0, "size", 11), "CAT-FILE"),
        (_set("files", 0, "sha256", "0" * 64), "CAT-FILE"),
        (_set("files", 0, "sha512", "0" * 128), "CAT-FILE"),
        (_set("files", 0, "path", "representations/rep1/data/b.pdf"), "CAT-FILE"),
        (_set("documents", []), "CAT-COUNT"),
        (_set("documents", None), "OWN-JSON"),
        (_set("files", "many"), "OWN-JSON"),
    ],
)
def test_a_fact_changed_in_our_own_description_is_found(tmp_path, change, rule):
    assert rule in found(tmp_path, with_json(change), FULL)


def test_titles_that_differ_only_in_how_they_are_composed_are_the_same(tmp_path):
    import unicodedata

    plain = replace(CATALOGUE, title=unicodedata.normalize("NFD", CATALOGUE.title))

    assert set() == found(tmp_path, an_eark(), plain)


def test_what_is_expected_is_written_and_read_again():
    assert FULL == Expected.from_data(json.loads(json.dumps(FULL.as_data())))
    with pytest.raises(ValueError, match="no list of what to expect"):
        Expected.from_data({"identifier": "x"})


def test_the_shell_is_told_by_the_exit_status(tmp_path, capsys):
    top = str(written(tmp_path, an_eark()))
    (tmp_path / "e.json").write_text(json.dumps(CATALOGUE.as_data()), encoding="utf-8")

    assert main([top, "--expect", str(tmp_path / "e.json")]) == 0
    assert "sound: eark-sip-2.2.0, 9 files" in capsys.readouterr().out
    written(tmp_path, edited(an_eark(), "METS.xml", 'OBJID="hoso-hs-1"', 'OBJID="x"'))
    assert main([top, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [{"CSIP1", "CSIP86"}, False] == [
        {one["rule"] for one in told["findings"]},
        told["sound"],
    ]
    with pytest.raises(SystemExit) as stopped:
        main([top, "--expect", str(tmp_path / "nothing.json")])
    assert stopped.value.code == 2
