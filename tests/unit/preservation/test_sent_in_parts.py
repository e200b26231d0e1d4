"""A dossier in parts on its way over HTTP and over SSH: the master arrives when its parts have."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from test_sent_over_http import server as http  # noqa: F401 - a fixture
from test_sent_over_ssh import at as over_ssh
from test_sent_over_ssh import key, server  # noqa: F401 - fixtures

from hoso.app.delivering import deliver_due, prepare
from hoso.desk import delivering
from hoso.preservation.delivery import register
from hoso.preservation.delivery.destinations import Rest
from hoso.preservation.delivery.together import way_of
from hoso.records.model import Dossier
from hoso.testing.sites import CODE, sitting
from hoso.testing.things import a_filed_paper
from hosocheck import check, check_together


@pytest.fixture
def master(site, http, server):  # noqa: F811 - fixtures
    """A dossier of two papers in two parts and a master, ready to go two ways."""
    rest = Rest("rest", http.url, seconds=10.0)
    ssh = replace(over_ssh(server), name="ssh")
    site.settings = replace(site.settings, destinations=(rest, ssh))
    profile = site.rulebook.profile
    packages = {**profile.settings["packages"], "segment_files": 2}
    said = MappingProxyType({**profile.settings, "packages": packages})
    site.rulebook = replace(site.rulebook, profile=replace(profile, settings=said))
    with sitting(site, "officer") as desk:
        for words in ("một", "hai"):
            a_filed_paper(desk, desk.site.dossiers[CODE], words=words, date="2024-09-05")
    with sitting(site, "archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        uid = delivering.freeze(desk, dossier, profile="eark-sip-2.2.0", reason="Nộp lưu").uid
    prepare(site)
    with sitting(site, "archivist") as desk:
        for to in ("rest", "ssh"):
            delivering.send(desk, desk.find(CODE, Dossier), export=uid, to=to)
    return uid


def ways(site, uid):
    with site.databases.connection() as connection:
        root = connection.root()
        found = register.members(root, register.export_of(root, uid))
        return way_of(found, "rest"), way_of(found, "ssh")


def test_a_set_arrives_each_way_by_itself_its_master_last(
    site,
    master,
    http,  # noqa: F811
    server,  # noqa: F811
    clock,
    tmp_path,
):
    """The first upload over HTTP is refused; what goes over SSH does not wait for it."""
    refusals = [503]

    def twist(method, status, headers):
        return (refusals.pop() if method == "POST" and refusals else status), headers

    http.twist = twist
    deliver_due(site)
    deliver_due(site)
    assert ways(site, master) == ("under-way", "sent")
    clock.advance(timedelta(minutes=2))
    deliver_due(site)
    deliver_due(site)

    assert ways(site, master) == ("sent", "sent")
    # Beside each its sum; what was refused left an empty upload.
    arrived = [one for one in http.uploads.values() if one[2] and one[0].endswith(".zip")]
    names = [name for name, _size, _content in arrived]
    assert [name.endswith("-bag.zip") for name in names] == [True] * 3
    assert [re.search(r"-\d{4}-bag", name) is None for name in names] == [False, False, True]
    over_http = tmp_path / "http"
    over_http.mkdir()
    for name, size, content in arrived:
        assert len(content) == size
        assert (server.root / name).read_bytes() == content
        (over_http / name).write_bytes(content)
    verdicts = [check(over_http / name) for name in names]
    assert [one.wrong for one in verdicts] == [()] * 3
    assert check_together(verdicts) == ()
