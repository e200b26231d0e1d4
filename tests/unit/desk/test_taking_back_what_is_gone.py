"""A package of a dossier that was destroyed, or lies in the bin, does not bring it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.app import executing as job
from hoso.desk import disposal_papers, exporting, taking_packages
from hoso.kernel.errors import Invalid
from hoso.preservation.taking.unpacking import unpacked
from hoso.testing.disposals import a_due_dossier, a_second_head, approved_list, carried_out
from hoso.testing.sites import sitting


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def package(site, tmp_path):
    with sitting(site, "archivist") as desk:
        a_second_head(desk)
        dossier = a_due_dossier(desk, "H-1")
        return exporting.export(
            desk, dossier, profile="bagit", to=tmp_path / "out", zipped=True
        ).path


def take(site, path):
    with unpacked(path, site.spool) as got, sitting(site, "archivist") as desk:
        return taking_packages.take(desk, desk.unit("nhanh"), package=got)


@pytest.mark.parametrize("days", [0, 11])
def test_what_is_in_the_bin_or_gone_is_not_brought_back_by_its_package(site, clock, package, days):
    carried_out(site, approved_list(site, ["H-1"]))
    clock.advance(timedelta(days=days))
    assert job.destroy_due(site) == bool(days)

    with pytest.raises(Invalid) as error:
        take(site, package)

    assert {fault.field for fault in error.value.faults} == {"code", "uid"}
    with sitting(site, "archivist") as desk:
        assert "H-1" not in desk.site.dossiers
