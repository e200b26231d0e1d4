"""A package is sent by the page: taken in, or refused with every fault, and seen by nobody else."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from webtest import Upload

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "hosocheck"))

from trees import an_eark


def zipped(files, top="hoso-hs-1"):
    out = io.BytesIO()
    # Small: of larger bodies WebOb keeps a file open, and tests hear of it.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(f"{top}/{path}", content)
    return out.getvalue()


@pytest.fixture
def send(browse):
    def sent(content, status, name="gói tin.zip"):
        form = next(
            f
            for f in browse("archivist").get("/packages-in").forms.values()
            if "package" in f.fields
        )
        form["package"] = [Upload(name, content)]
        form["unit"] = "nhanh"
        return form.submit(status=status)

    return sent


def test_a_foreign_package_is_taken_in_and_listed_with_what_it_became(send, site, as_):
    page = send(zipped(an_eark()), 303).follow()

    row = page.html.find("table").get_text(" ")
    assert all(one in row for one in ("hoso-hs-1", "eark-sip-2.2.0", "gói tin.zip"))
    form = next(f for f in page.forms.values() if f.action.endswith("/receipt.zip"))
    receipt = form.submit(status=200)
    with zipfile.ZipFile(io.BytesIO(receipt.body)) as archive:
        said = json.loads(archive.read(next(n for n in archive.namelist() if n.endswith("json"))))
    assert (said["objid"], said["outcome"]) == ("hoso-hs-1", "accepted")
    with as_("archivist") as desk:
        assert {b"a.pdf", b"b.pdf"} == {one.given_name for one in desk.site.tray.values()}


def test_a_package_with_faults_is_refused_with_all_of_them_on_the_page(send, as_):
    files = an_eark()
    files["METS.xml"] = files["METS.xml"].replace(b'SIZE="7"', b'SIZE="8"')
    files["representations/rep1/data/a.pdf"] += b"x"

    page = send(zipped(files), 422)

    told = page.html.find(id="f-package-fault").get_text("\\n")
    assert "documentation/readme.txt" in told
    assert "representations/rep1/data/a.pdf" in told
    with as_("archivist") as desk:
        assert list(desk.site.tray.values()) == []
        assert "taken_packages" not in desk.root


def test_what_is_no_zip_and_nothing_at_all_are_refused(send, browse):
    assert send(b"no zip at all", 422).html.find(id="f-package-fault")
    form = next(
        f for f in browse("archivist").get("/packages-in").forms.values() if "package" in f.fields
    )
    assert form.submit(status=422).html.find(id="f-package-fault")


def test_the_same_package_again_is_told_apart(send):
    send(zipped(an_eark()), 303)

    assert send(zipped(an_eark()), 409).html.find(id="f-package-fault")


def test_who_takes_no_packages_in_has_no_such_page(browse):
    for login in ("clerk", "officer", "auditor"):
        browse(login).get("/packages-in", status=403)


def a_bag(content):
    """The smallest bag with one paper."""
    digest = hashlib.sha256(content).hexdigest()
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": f"{digest}  data/a.pdf\n".encode(),
        "data/a.pdf": content,
    }


def test_packages_that_are_no_parts_of_one_dossier_are_not_taken_in_together(browse, as_):
    form = next(
        f for f in browse("archivist").get("/packages-in").forms.values() if "package" in f.fields
    )
    form["package"] = [
        Upload("một.zip", zipped(a_bag(b"%PDF-1.7 a"))),
        Upload("hai.zip", zipped(a_bag(b"%PDF-1.7 b"))),
    ]
    form["unit"] = "nhanh"

    page = form.submit(status=422)

    assert "SET-FOREIGN" in page.html.find(id="f-package-fault").get_text(" ")
    with as_("archivist") as desk:
        assert "taken_packages" not in desk.root
