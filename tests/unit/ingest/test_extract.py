"""``hoso extract``: a line of JSON for each file, whatever the file is."""

from __future__ import annotations

import argparse
import io
import json
import os
from pathlib import Path

import hostile
import pytest

from hoso.cli.commands import extract
from hoso.cli.output import Output

KEYS = {"path", "mime", "puid", "pages", "sha256", "outcome", "reason", "text", "proposals"}
FIELDS = {"type", "number", "symbol", "date", "agency", "subject", "signer", "person", "level",
          "section"}  # fmt: skip


@pytest.fixture
def printed(monkeypatch):
    monkeypatch.setenv("HOSO_HOME", str(Path(__file__).resolve().parents[3]))

    def run(*files: object) -> tuple[int, list[dict[str, object]]]:
        parser = argparse.ArgumentParser()
        extract.add(parser.add_subparsers())
        args = parser.parse_args(["extract", "--json", *map(os.fspath, files)])
        out = io.StringIO()
        status = args.run(args, Output(as_json=True, stdout=out, stderr=io.StringIO()))
        return status, [json.loads(line) for line in out.getvalue().splitlines()]

    return run


def test_a_line_for_each_file_in_the_order_given(printed, tmp_path):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(hostile.one_page())
    bad.write_bytes(hostile.one_page(catalog="/OpenAction << /S /JavaScript /JS (1) >>"))

    status, lines = printed(good, bad, tmp_path / "missing.pdf", tmp_path)

    assert status == 1
    assert [line["path"] for line in lines] == [
        str(good), str(bad), str(tmp_path / "missing.pdf"), str(tmp_path)
    ]  # fmt: skip
    assert [line["outcome"] for line in lines] == ["accepted", "quarantined", "refused", "refused"]
    for line in lines:
        assert set(line) >= KEYS
        assert set(line["proposals"]) == FIELDS
        assert (line["reason"] is None) == (line["outcome"] == "accepted")


def test_what_was_read_is_told(printed, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(hostile.one_page())

    status, (line,) = printed(path)

    assert status == 0
    assert (line["mime"], line["puid"], line["pages"]) == ("application/pdf", "fmt/276", 1)
    assert line["text"] == "Hello"
    assert len(line["sha256"]) == 64


def test_a_name_that_is_no_text_is_shown_escaped(printed, tmp_path):
    path = os.fsencode(tmp_path) + b"/quy\xeat_dinh.pdf"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(hostile.one_page())

    status, (line,) = printed(os.fsdecode(path))

    assert status == 0
    assert line["path"].endswith("quy\\xeat_dinh.pdf")
