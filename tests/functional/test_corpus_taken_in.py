"""Real papers of every kind in the corpus, handed in at the command line: each is taken in, the
counts add up, each is found again.  ``bench/corpus.py`` does the same with all files."""

from __future__ import annotations

from collections import Counter

import pytest

from hoso.app.house import open_house
from hoso.desk.documents import text_of
from hoso.kernel import ids
from hoso.records.model import Document
from hoso.testing.command_line import a_phrase, found, take_in

#: Of each kind some that are read quickly; scans of a single page.
CHOSEN = (
    "README.md",
    "labels.json",
    "gt/regions.json",
    "gt/1979_syt_tccb__p1.txt",
    "seeds/000_cd1c2efeb53a8d99.txt",
    "seeds/001_987060301274f9bb.txt",
    "seeds/002_0ab2d87e30f66d34.txt",
    "text/01bf9d04a5b9e2c8.txt",
    "text/1894fbabcd1b75f6.txt",
    "text/fe168907f6107711.txt",
    "scans/1979_syt_tccb.pdf",
    "synthetic/seed001.pdf",
    "synthetic/5e4a9784909432f8.pdf",
    "synthetic/seed001_p1_bilevel.tif",
    "synthetic/056a116c77fe4047_p1_mid.jpg",
)


@pytest.fixture
def corpus(shared):
    folder = shared / "corpus"
    missing = [name for name in CHOSEN if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"NOT RUN: the corpus in {folder} lacks {missing}")
    return folder


def test_each_paper_is_taken_in_and_found_by_its_own_words(site, corpus):
    site.close()
    files = [corpus / name for name in CHOSEN]

    # The last is there already: the same bytes twice are one document.
    lines = take_in(site.path, [*files, files[0]], login="archivist")

    outcomes = Counter(line["outcome"] for line in lines)
    assert {"waiting": len(files) - 2, "quarantined": 2, "duplicate": 1} == outcomes
    by_path = {line["path"]: line for line in lines[:-1]}
    assert set(map(str, files)) == set(by_path)
    with open_house(site.path) as house, house.databases.connection() as connection:
        known = connection.root()["site"].by_id
        assert len(files) == sum(isinstance(one, Document) for one in known.values())
        queries = {
            path: a_phrase(text_of(known[ids.from_text(line["document"])]))
            or path.rpartition("/")[2]
            for path, line in by_path.items()
        }
    for path, query in queries.items():
        hits = found(site.path, query, login="archivist")
        assert by_path[path]["document"] in hits, (path, query)


def test_a_paper_kept_aside_is_found_by_its_name_and_says_what_to_do(site, corpus):
    site.close()

    (line,) = take_in(site.path, [corpus / "labels.json"], login="archivist")

    assert "quarantined" == line["outcome"]
    assert "Print it to PDF" in line["reason"]
    assert line["document"] in found(site.path, "labels.json", login="archivist")


def test_what_a_typed_paper_says_stands_in_its_line_and_on_its_page(site, corpus):
    site.close()
    (line,) = take_in(site.path, [corpus / "text/1894fbabcd1b75f6.txt"], login="archivist")

    proposed = {name: one and one["value"] for name, one in line["proposals"].items()}
    with open_house(site.path) as house:
        page = open_page(house, line["document"])

    assert ("39992", "CHQ-GSQL", "2025-12-03", "Công văn") == tuple(
        proposed[name] for name in ("number", "symbol", "date", "type")
    )
    assert "Trả lời công văn số" in page.html.select_one("figure.paper pre").text
    assert "CHQ-GSQL" == page.html.select_one("[name=symbol]")["value"]


def open_page(house, uid):
    from webtest import TestApp

    from hoso.app.wsgi import application
    from hoso.testing.passwords import PASSWORD

    browser = TestApp(application(house))
    form = browser.get("/sign-in").forms[0]
    form["login"], form["password"] = "archivist", PASSWORD
    form.submit(status=303)
    return browser.get(f"/tray/{uid}/")
