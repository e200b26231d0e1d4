"""``hoso sheets`` and ``hoso split``, on a paper of several pages that was typed."""

from __future__ import annotations

import json

import pypdfium2
import pytest
import typst
import zxingcpp

from hoso.cli.main import main
from hoso.ingest.sheets.codes import Separator, read

PAGE = """#grid(columns: (1fr, 1fr), align: center,
[ỦY BAN NHÂN DÂN \\ TỈNH MẪU \\ Số: {n}/QĐ-UBND],
[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \\ Độc lập - Tự do - Hạnh phúc])
#align(center)[QUYẾT ĐỊNH \\ Về việc nâng bậc lương thường xuyên đối với công chức]
"""
REST = (
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng chịu trách nhiệm thi hành."
)


@pytest.fixture
def run(site, capsys):
    """Run a command on the site; return its status, its JSON lines and its words."""
    site.close()

    def command(*words):
        capsys.readouterr()
        status = main(["--site", str(site.path), *map(str, words)])
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.fixture
def scan(run, tmp_path):
    """Two decisions typed into one file, of two pages and one, taken in."""
    source = "\n#pagebreak()\n".join([PAGE.format(n=14), REST, PAGE.format(n=15)])
    path = tmp_path / "hai quyết định.pdf"
    fonts = typst.Fonts(include_system_fonts=False)
    path.write_bytes(typst.compile(source.encode(), format="pdf", font_paths=fonts))
    _, (line,), _ = run("intake", path, "--as", "clerk", "--json")
    return line["document"]


def test_a_scan_is_split_where_papers_begin_and_joined_again(run, scan):
    status, proposed, _ = run("split", scan, "--dry-run", "--as", "clerk", "--json")
    assert (status, [line["pages"] for line in proposed]) == (0, [[1, 2], [3]])

    status, lines, _ = run("split", scan, "--at", "3", "--as", "clerk", "--json")
    *parts, said = lines
    assert status == 0
    assert [(line["pages"], line["state"]) for line in parts] == [
        ([1, 2], "waiting"),
        ([3], "waiting"),
    ]
    assert (said["scan"], said["state"], said["apart"]) == (scan, "split", {})

    status, (said,), _ = run("split", scan, "--join", "Nhầm", "--as", "clerk", "--json")
    assert (status, said["state"]) == (0, "waiting")


def test_pages_that_are_left_out_are_told(run, scan):
    _, lines, _ = run("split", scan, "--at", "3", "--drop", "2", "--json")

    assert [line["pages"] for line in lines[:-1]] == [[1], [3]]
    assert lines[-1]["apart"] == {"2": "dropped"}


@pytest.mark.parametrize("wrong", [("--at", "x"), ("--at", "1"), ("--drop", "9")])
def test_what_cannot_be_split_so_is_told_and_nothing_changes(run, scan, wrong):
    status, lines, err = run("split", scan, *wrong, "--json")

    assert (status, lines) == (1, [])
    assert "page" in err


def test_sheets_and_labels_are_written_to_a_file(run, tmp_path):
    target = tmp_path / "to.pdf"
    status, (line,), _ = run(
        "sheets", "--dossier", "T-0001", "--type", "D05", "--sides", 2, "--to", target, "--json"
    )
    assert (status, line["path"]) == (0, str(target))
    with pypdfium2.PdfDocument(target) as document:
        pictures = [page.render(scale=2).to_pil().convert("L") for page in document]
    assert [{read(c.text) for c in zxingcpp.read_barcodes(one)} for one in pictures] == [
        {Separator("T-0001", "D05", 2)}
    ] * 2

    status, (line,), _ = run("sheets", "--labels", "24", "--as", "clerk", "--to", target, "--json")
    assert (status, len(line["serials"])) == (0, 24)

    status, _, err = run("sheets", "--dossier", "T-9", "--to", tmp_path / "none.pdf", "--json")
    assert (status, (tmp_path / "none.pdf").exists()) == (1, False)
    assert "T-9" in err
