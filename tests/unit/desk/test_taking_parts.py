"""A dossier that came in several packages: taken in as the one dossier it is, or not at all."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from hoso.app.delivering import prepare
from hoso.cli.main import main
from hoso.desk import archive_receipts, delivering, exporting, taking_packages
from hoso.kernel.clock import FrozenClock
from hoso.kernel.errors import Conflict, Invalid
from hoso.preservation.delivery import register
from hoso.preservation.freeze import archive_of
from hoso.preservation.taking.unpacking import unpacked
from hoso.records.model import Dossier
from hoso.testing.sites import NOW, sitting
from hoso.testing.things import a_dossier, a_filed_paper

CODE = "T-0002"
EARK = "eark-sip-2.2.0"


def with_limit(house, files):
    profile = house.rulebook.profile
    packages = {**profile.settings["packages"], "segment_files": files}
    said = MappingProxyType({**profile.settings, "packages": packages})
    house.rulebook = replace(house.rulebook, profile=replace(profile, settings=said))


@pytest.fixture
def other(prepared, clock, tmp_path):
    """Another site with the same units; the dossier T-0002 is not there."""
    house = prepared.copy(tmp_path / "other", clock)
    with_limit(house, 4)
    yield house
    house.close()


def frozen_in(house, folder, *, name=""):
    """Freeze the dossier, write its packages as zips; return them, the master first."""
    with sitting(house, "archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        uid = delivering.freeze(desk, dossier, profile=EARK, reason=f"Nộp lưu{name}").uid
    prepare(house)
    folder.mkdir(exist_ok=True)
    found = []
    with house.databases.connection() as connection:
        root = connection.root()
        for one in register.members(root, register.export_of(root, uid)):
            found.append((folder / f"{one.top}.zip", one.state, one.covering512))
            found[-1][0].write_bytes(b"".join(archive_of(one).stream()))
    assert {state for _, state, _ in found} == {"ready"}
    return found


@pytest.fixture(scope="module")
def laid(prepared, tmp_path_factory):
    """A site with a dossier of three papers, and its packages as zips, made once."""
    folder = tmp_path_factory.mktemp("laid")
    made = copy(prepared)
    made.folder = folder / "site"
    house = prepared.copy(made.folder, FrozenClock(NOW))
    with_limit(house, 4)
    with sitting(house, "officer") as desk:
        dossier = a_dossier(desk, name="Trần Thị Mẫu {lạ}", ended="2025")
        for words in ("một", "hai", "ba"):
            a_filed_paper(desk, dossier, words=words, title=f"Văn bản {words}", date="2001-05")
    found = frozen_in(house, folder / "out")
    house.close()
    shutil.rmtree(made.folder / "index", ignore_errors=True)
    return made, found


@pytest.fixture
def site_of(laid, clock, tmp_path):
    """The site the packages are of."""
    house = laid[0].copy(tmp_path / "site", clock)
    with_limit(house, 4)
    yield house
    house.close()


@pytest.fixture
def frozen(laid):
    """The zips, the master first, with their states and digests."""
    return laid[1]


def taken(house, paths, unit="nhanh"):
    with ExitStack() as stack:
        first, *others = [stack.enter_context(unpacked(one, house.spool)) for one in paths]
        desk = stack.enter_context(sitting(house, "archivist"))
        return taking_packages.take(desk, desk.unit(unit), package=first, others=others)


def bag_of(house, folder):
    with sitting(house, "archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        return exporting.export(desk, dossier, profile="bagit", to=folder, zipped=True).path


def nothing_there(house):
    with sitting(house, "archivist") as desk:
        assert list(desk.site.dossiers) == ["T-0001"]
        assert list(desk.site.tray) == []
        assert desk.root.get("taken_packages") is None
    assert not house.spool.is_dir() or list(house.spool.iterdir()) == []
    return True


def test_a_dossier_comes_back_from_its_parts_byte_for_byte(site_of, frozen, other, tmp_path):
    """In whatever order they are named; only the extract of the journal is another site's."""
    paths = [path for path, _, _ in frozen]

    got = taken(other, paths[::-1])

    assert (got.dossier.code, got.package.identifier) == (CODE, paths[0].stem[: -len("-bag")])
    one, same = bag_of(site_of, tmp_path / "a"), bag_of(other, tmp_path / "b")
    assert (one.name, one.read_bytes()) == (same.name, same.read_bytes())
    again = frozen_in(other, tmp_path / "again")
    assert [sha for _, _, sha in again[1:]] == [sha for _, _, sha in frozen[1:]]


def test_every_package_is_kept_for_itself_and_nothing_of_it_is_dropped(frozen, other):
    got = taken(other, [path for path, _, _ in frozen])

    with sitting(other, "archivist") as desk:
        kept = desk.root["taken_packages"].by_uid.values()
        assert len(list(kept)) == 3
        assert {one.dossier for one in kept} == {got.dossier.uid}
        assert sorted(len(one.papers) for one in kept) == [0, 2, 4]
        assert all("tagmanifest-sha256.txt" in one.foreign for one in kept)
        assert got.papers == 6
        assert got.foreign == sum(len(one.foreign) for one in kept)


def test_a_part_alone_is_no_dossier(frozen, other):
    paths = [path for path, _, _ in frozen]
    for some, rule in ((paths[1:2], "SET-MASTER"), (paths[:1], "SET-MISSING"),
                       (paths[:2], "SET-MISSING"), (paths[1:], "SET-MASTER")):  # fmt: skip
        with pytest.raises(Invalid, match="Take the master and every part in at once") as told:
            taken(other, some)
        assert rule in {fault.facts["rule"] for fault in told.value.faults}
    assert nothing_there(other)


def test_a_part_of_another_freeze_is_foreign_and_a_changed_one_is_found(
    site_of, frozen, other, tmp_path, clock
):
    paths = [path for path, _, _ in frozen]
    clock.advance(timedelta(hours=1))
    with sitting(site_of, "officer") as desk:
        a_filed_paper(desk, desk.find(CODE, Dossier), words="bốn", title="Sau", date="2002")
    later = [path for path, _, _ in frozen_in(site_of, tmp_path / "later", name=" 2")]
    with pytest.raises(Invalid) as told:
        taken(other, [*paths[:2], later[2]])
    assert {"SET-DIGEST", "SET-SAME"} <= {fault.facts["rule"] for fault in told.value.faults}

    changed = tmp_path / "changed.zip"
    shutil.copy(paths[2], changed)
    content = changed.read_bytes()
    changed.write_bytes(content.replace(b"%PDF-1.7", b"%PDF-1.6"))
    with pytest.raises(Invalid):
        taken(other, [*paths[:2], changed])
    assert nothing_there(other)


def test_what_was_taken_in_is_not_taken_in_again_in_any_part(frozen, other):
    paths = [path for path, _, _ in frozen]
    taken(other, paths)

    for some in (paths, paths[1:2]):
        with pytest.raises(Conflict, match="was taken in on"):
            taken(other, some)


def test_another_site_signs_for_each_and_the_sender_has_them_taken_over(
    site_of, frozen, other, clock, tmp_path, capsys
):
    """From one hoso to another by the command line: checked, taken in, answered, receipts read."""
    paths = [str(path) for path, _, _ in frozen]
    # The command line goes by the clock of the machine.
    clock.advance(datetime.now(UTC) - clock.now() + timedelta(hours=1))
    home = ["--site", str(other.path), "package"]
    other.close()
    assert main(["package", "check", *paths, "--json"]) == 0
    assert main(["package", "check", *paths[:2], "--json"]) == 1
    capsys.readouterr()
    assert main([*home, "take", "--as", "archivist", "--unit", "nhanh", "--json", *paths[:2]]) == 1
    capsys.readouterr()
    # Its limits are those of the profile again: nothing depends on them here.
    assert main([*home, "take", "--as", "archivist", "--unit", "nhanh", "--json", *paths]) == 0
    taken_in = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["package"] for one in taken_in] == [Path(one).stem[:-4] for one in paths]
    for one in taken_in:
        folder = tmp_path / one["package"]
        assert main([*home, "answer", one["id"], "--as", "archivist", "--to", str(folder)]) == 0

    site_of.archive_certificates.mkdir()
    with sitting(site_of, "archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        for export in register.of_dossier(desk.root, dossier.uid):
            files = {path.suffix: path for path in (tmp_path / export.identifier).iterdir()}
            (site_of.archive_certificates / "other.pem").write_bytes(files[".pem"].read_bytes())
            archive_receipts.take(
                desk,
                dossier,
                export=export.uid,
                content=files[".json"].read_bytes(),
                signature=files[".p7s"].read_bytes(),
            )
        states = [one.state for one in register.of_dossier(desk.root, dossier.uid)]
    assert states == ["accepted"] * 3
