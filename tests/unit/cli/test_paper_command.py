"""``hoso paper``: the store from a shell, one JSON line each, exit status 1 where it disagrees."""

from __future__ import annotations

import json

import pypdfium2
import pytest
import zxingcpp

from hoso.cli.main import main
from hoso.testing.things import a_dossier


@pytest.fixture
def run(site, as_, capsys):
    """Run ``paper`` on a site with T-0001 and T-0002; return status, JSON lines, words."""
    with as_("officer") as desk:
        a_dossier(desk)
    site.close()

    def command(*words):
        capsys.readouterr()
        status = main(["--site", str(site.path), "paper", *words, "--as", "archivist", "--json"])
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.fixture
def store(run):
    """A store, a shelf and a box with both dossiers in it."""
    for code, kind, inside in (("K1", "store", ""), ("G1", "shelf", "K1"), ("H1", "box", "G1")):
        words = ("--kind", kind, "--label", f"Nơi {code}", "--unit", "nhanh", "--in", inside)
        assert run("place", code, *words)[0] == 0
    for code in ("T-0001", "T-0002"):
        assert run("move", code, "H1")[0] == 0
    return run


LOAN = (
    "--to", "Trần Mẫu", "--of", "Thanh tra", "--purpose", "Xác minh", "--authority", "12/CV-TTr",
)  # fmt: skip


def test_where_a_paper_is_and_what_lies_in_a_box(store):
    _, [paper], _ = store("where", "T-0002")
    _, [box], _ = store("where", "hoso:place:H1")

    assert (paper["way"], paper["position"], paper["lent_to"]) == (["K1", "G1", "H1"], 2, None)
    assert [(one["position"], one["code"]) for one in box["papers"]] == [
        (1, "T-0001"),
        (2, "T-0002"),
    ]


def test_what_is_not_there_is_said_with_status_one(store):
    status, lines, words = store("where", "X-1")

    assert (status, lines) == (1, [])
    assert "Not found" in words


def test_lent_overdue_and_back(store):
    status, [loan], _ = store(
        "lend", "T-0001", *LOAN, "--handed-on", "2020-02-03", "--due", "2020-02-10"
    )
    assert (status, loan["due"]) == (0, "2020-02-10")
    assert [line["dossier"] for line in store("overdue")[1]] == ["T-0001"]
    assert store("overdue")[1][0]["days_late"] > 2000
    assert store("lend", "T-0001", *LOAN)[0] == 1

    _, [longer], _ = store("extend", "T-0001", "--authority", "CV 20", "--due", "2020-02-20")
    assert longer["due"] == "2020-02-20"
    assert store("return", "T-0001", "--condition", "Nguyên vẹn")[0] == 0
    assert store("overdue")[1] == store("lent")[1] == []
    assert store("return", "T-0001", "--condition", "Nguyên vẹn")[0] == 1


def test_all_that_is_wrong_with_a_loan_is_said_at_once(store):
    status, _, words = store(
        "lend",
        "T-0001",
        "--to",
        "",
        "--of",
        "",
        "--purpose",
        "x",
        "--authority",
        "",
        "--due",
        "mai",
    )

    assert status == 1
    assert [
        f"  {field}:" in words for field in ("borrower", "organisation", "authority", "due")
    ] == [True] * 4


def test_a_stock_take_from_a_list_is_gone_on_with_and_closed(store, tmp_path):
    labels = tmp_path / "scan.txt"
    labels.write_text("\ufeffhoso:place:H1\r\nT-0001\r\n8934563138165\r\n", encoding="utf-8")
    status, lines, _ = store("count", "H1", str(labels))

    assert status == 1
    assert [(line["finding"], line["code"] or line["key"]) for line in lines[:-1]] == [
        ("missing", "T-0002"),
        ("unknown", "8934563138165"),
    ]
    assert (lines[-1]["open"], lines[-1]["found"], lines[-1]["missing"]) == (True, 1, 1)

    labels.write_text("T-0002\n", encoding="utf-8")
    words = ("--conclusion", "Đủ", "--witness", "Lê Mẫu")
    status, again, _ = store("count", "H1", str(labels), *words)
    assert (again[-1]["count"], again[-1]["open"]) == (lines[-1]["count"], False)
    assert (again[-1]["found"], again[-1]["missing"], again[-1]["unknown"]) == (2, 0, 1)
    assert store("count", "H1", str(tmp_path / "none"))[0] == 1


def test_labels_are_written_to_a_file(store, tmp_path):
    to = tmp_path / "labels.pdf"
    status, [line], _ = store("labels", "H1", "--to", str(to), "--what", "all", "--start", "2")

    document = pypdfium2.PdfDocument(to)
    picture = document[0].render(scale=2).to_pil().convert("L")
    document.close()
    assert (status, line["labels"], len(zxingcpp.read_barcodes(picture))) == (0, 3, 3)
