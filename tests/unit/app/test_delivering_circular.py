"""Packages of the circular on their way: what they have beside them, since nothing may be inside."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from archives import answer, seen, signer_for

from hoso.app.delivering import deliver_due, prepare
from hoso.desk import archive_receipts, delivering
from hoso.preservation.delivery.destinations import Folder
from hoso.records.model import Dossier
from hoso.testing.service import let_stand
from hoso.testing.sites import sitting
from hoso.testing.things import a_dossier, a_filed_paper
from hosocheck import check

PAPER = {
    "title": "Quyết định nâng bậc lương",
    "number": "14",
    "symbol": "QĐ-SNV",
    "date": "2001-05-04",
    "agency": "Sở Nội vụ",
    "pages": 1,
}


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def house(site, archive):
    """An agency that has a code and a fonds, and a dossier of somebody who retired in 2022."""
    site.settings = replace(site.settings, destinations=(Folder("kho", archive),))
    profile = site.rulebook.profile
    said = {**profile.settings["archive"], "agency_code": "H99", "fonds": "P99"}
    settings = MappingProxyType({**profile.settings, "archive": said})
    site.rulebook = replace(site.rulebook, profile=replace(profile, settings=settings))
    with sitting(site, "officer") as desk:
        dossier = a_dossier(desk, ended="2022-06-30")
        let_stand(desk, dossier, status="NGHI_HUU", effective="2022-06-30")
        a_filed_paper(desk, dossier, words="một", **PAPER)
        a_filed_paper(desk, dossier, words="hai", **PAPER)
    return site


def ask(house, deed, **words):
    with sitting(house, "archivist") as desk:
        found = deed(desk, desk.find("T-0002", Dossier), **words)
        return getattr(found, "uid", found)


@pytest.mark.parametrize("profile", ["tt05-sip-hoso", "tt05-aip-hoso"])
def test_it_arrives_with_its_signature_beside_it_and_is_answered_by_its_mets(
    house, archive, tmp_path, clock, profile
):
    uid = ask(house, delivering.freeze, profile=profile, reason="Nộp lưu 2026")
    prepare(house)
    ask(house, delivering.send, export=uid, to="kho")

    assert deliver_due(house) == 1

    name, covering = seen(house, uid, lambda one: (one.top, one.covering))
    path = archive / f"{name}.zip"
    assert {one.name for one in archive.iterdir()} == {
        path.name, f"{path.name}.sha256", f"{name}.METS.xml.p7s",
    }  # fmt: skip
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (archive / f"{path.name}.sha256").read_text() == f"{digest}  {path.name}\n"
    assert check(path, profile=profile).wrong == ()
    with zipfile.ZipFile(path) as found:
        mets = found.read(f"{name}/{covering}")
        assert not [one for one in found.namelist() if one.endswith(".p7s")]
    (tmp_path / "METS.xml").write_bytes(mets)
    assert signed_by_openssl(archive / f"{name}.METS.xml.p7s", tmp_path / "METS.xml")
    assert not signed_by_openssl(archive / f"{name}.METS.xml.p7s", path)

    clock.advance(timedelta(hours=1))
    content = answer(house, uid, received=clock.now().isoformat())
    sign = signer_for(house)
    ask(house, archive_receipts.take, export=uid, content=content, signature=sign(content))
    assert seen(house, uid, lambda one: one.state) == "accepted"


def signed_by_openssl(signature, content):
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content",
         content, "-noverify", "-purpose", "any", "-out", "/dev/null"],
        capture_output=True,
        check=False,
    )  # fmt: skip
    return done.returncode == 0
