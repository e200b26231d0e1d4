"""One site, two ways to keep it: by one process, and by a server several share."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hoso.app.house import open_house
from hoso.audit import verifying
from hoso.audit.journal import read
from hoso.desk import documents, dossiers
from hoso.desk.documents import text_of
from hoso.desk.within import permitted
from hoso.records.events import DossierChanged
from hoso.search.language import parse
from hoso.storage.databases import journal_connection
from hoso.testing.sites import sitting
from hoso.testing.situations import a_day_of_work
from hoso.testing.things import a_dossier, a_filed_paper

SERVER = """
import sys; sys.path[:] = sys.argv[3:]
from pathlib import Path
from hoso.storage.server import serve_databases
serve_databases(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture
def server(site, home):
    """The databases of the site, served by a process of its own."""
    site.close()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(home / "etc" / "zeo.conf"), str(site.path), *sys.path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(site.path.parent)},
    )
    yield process
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def shared(server, site, home, clock):
    """The same site, opened through the server; the client itself waits for it."""
    house = open_house(site.path, config=home / "etc" / "hoso-zeo.ini", clock=clock)
    yield house
    house.close()


def what_stands(house):
    """Everything of the day that does not differ from run to run."""
    with sitting(house, "archivist") as desk:
        dossier = desk.find("T-0100")
        view = dossiers.look(desk, dossier)
        papers = [
            (d.type, d.title, d.date, d.state, d.sha256, text_of(d), len(d.renditions))
            for d in dossier.values()
        ]
        return {
            "dossier": (
                dossier.name,
                dossier.unit.key,
                dossier.revision,
                dossier.status_events[0][:2],
            ),
            "standing": view.standing.status,
            "keeping": (view.keeping.decision.state, len(view.keeping.holds)),
            "papers": papers,
            "tray": sorted(d.sha256 for d in desk.site.tray.values()),
            "journal": sorted((w.entry.verb, w.entry.actor) for w in read(desk.journal, limit=999)),
        }


def test_a_days_work_comes_out_the_same_both_ways(site, prepared, clock, tmp_path, request):
    alone = prepared.copy(tmp_path / "alone", clock)
    a_day_of_work(alone)
    expected = what_stands(alone)
    alone.close()

    together = request.getfixturevalue("shared")
    a_day_of_work(together)

    assert what_stands(together) == expected


def test_what_one_process_commits_another_sees(shared, site, home, clock):
    with open_house(site.path, config=home / "etc" / "hoso-zeo.ini", clock=clock) as other:
        a_day_of_work(shared)

        assert what_stands(other)["dossier"][0] == "Lê Văn Mẫu"


def test_originals_and_the_journal_are_whole_through_the_server(shared):
    a_day_of_work(shared)

    with sitting(shared, "archivist") as desk:
        (paper,) = desk.find("T-0100").values()
        with documents.file_of(documents.original(desk, paper).blob) as stream:
            import hashlib

            assert hashlib.sha256(stream.read()).hexdigest() == paper.sha256
    with shared.databases.connection() as connection:
        assert verifying.verify(journal_connection(connection).root()).difference is None


def test_a_site_worked_on_through_the_server_opens_alone_afterwards(server, site, home, clock):
    with open_house(site.path, config=home / "etc" / "hoso-zeo.ini", clock=clock) as house:
        a_day_of_work(house)
    server.terminate()
    server.wait(30)

    with open_house(site.path, clock=clock) as alone:
        assert what_stands(alone)["standing"] == "NGHI_HUU"


def test_what_one_process_takes_from_sight_another_counts_no_more(shared, site, home, clock):
    with sitting(shared, "officer") as desk:
        a_filed_paper(desk, a_dossier(desk, code="T-0900"))
    shared.follower.catch_up()
    found = []
    with open_house(site.path, config=home / "etc" / "hoso-zeo.ini", clock=clock) as other:
        for walled in (False, True) * 5:
            with sitting(shared, "officer") as desk:
                dossier = desk.site.dossiers["T-0900"]
                dossier.walled = walled
                desk.notify([DossierChanged(dossier)])
            with sitting(other, "officer") as desk:
                page = other.engine.search(parse(""), permitted(desk), facets=True)
                found.append((page.total, sum(page.facets["type"].values())))

    # The paper and its dossier, beside the one dossier every site has.
    assert found == [(3, 3), (1, 1)] * 5
