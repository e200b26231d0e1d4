"""A dossier is exported from its page and from the command line: the same package."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import bagit
import pytest


def test_page_and_command_give_equal_bytes_and_bagit_accepts_them(browse, office, tmp_path):
    reader = browse("tccb")
    reader.go("/dossiers/M-0030")
    reader.page.click("#act-export summary")
    reader.shoot("dossier")
    with reader.page.expect_download() as waiting:
        reader.page.click("#act-export button")
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    made = office.hoso(
        "export",
        "M-0030",
        "--profile",
        "bagit",
        "--to",
        tmp_path / "by-command",
        "--zip",
        "--as",
        "tccb",
    )[0]

    assert saved.suffix == ".zip"
    assert Path(made["path"]).read_bytes() == saved.read_bytes()
    with zipfile.ZipFile(saved) as package:
        package.extractall(tmp_path / "bag")
    (folder,) = (tmp_path / "bag").iterdir()
    bag = bagit.Bag(str(folder))
    bag.validate()

    # The paper in it is the one of the site, and one flipped byte is refused.
    paper = office.hoso("dossier", "show", "M-0030")[0]["documents"][0]
    inside = [path for path in (folder / "data").rglob("*") if path.is_file()]
    assert paper["sha256"] in {hashlib.sha256(path.read_bytes()).hexdigest() for path in inside}
    flipped = next(path for path in inside if path.suffix == ".pdf")
    content = bytearray(flipped.read_bytes())
    content[100] ^= 1
    flipped.write_bytes(content)
    with pytest.raises(bagit.BagValidationError):
        bag.validate()


def test_who_may_not_export_is_offered_no_button(browse, office):
    reader = browse("kiemtra")
    reader.go("/dossiers/M-0030")

    assert reader.page.locator("#act-export").count() == 0
    office.hoso("export", "M-0030", "--to", office.folder / "none", "--as", "kiemtra", status=1)
