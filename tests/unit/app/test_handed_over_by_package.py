"""One agency hands a dossier over to another by a package; the receiver's receipt goes back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from hoso.app.delivering import prepare
from hoso.audit.journal import read
from hoso.desk import archive_receipts, delivering, handing_over, handover_receipts, taking_packages
from hoso.kernel.errors import Forbidden, Invalid, Missing
from hoso.preservation.freeze import archive_of
from hoso.preservation.taking.unpacking import Sent, unpacked
from hoso.storage.databases import journal_connection
from hoso.testing.service import let_stand
from hoso.testing.sites import NOW, sitting
from hoso.testing.things import a_dossier, a_filed_paper
from hoso.web import handovers

CODE = "T-0500"


@pytest.fixture
def other(prepared, clock, tmp_path):
    """The site of another agency, where the dossier is not known."""
    house = prepared.copy(tmp_path / "other", clock)
    yield house
    house.close()


@pytest.fixture
def sent(site, other, clock, tmp_path):
    """A dossier that goes to another agency: the uid of its package here, and there."""
    # The key of a site is made by the machine's clock, which is not the frozen one.
    clock.advance(datetime.now(UTC) - NOW + timedelta(minutes=5))
    with sitting(site, "officer") as desk:
        dossier = a_dossier(desk, code=CODE, name="Trần Thị Mẫu")
        a_filed_paper(desk, dossier, words="một", date="2001-05-04", title="Một")
        let_stand(desk, dossier, status="CHUYEN_DI", effective=desk.today.isoformat())
        handing_over.send(
            desk, desk.unit("nhanh"), codes=[CODE], agency="Sở Y tế tỉnh Mẫu", decision="7/QĐ",
            envelope="", told=handovers.teller(site), reason=handovers.reason(),
        )  # fmt: skip
    with sitting(site, "archivist") as desk:
        dossier = desk.site.dossiers[CODE]
        uid = delivering.freeze(desk, dossier, profile="bagit", reason="Chuyển hồ sơ").uid
    prepare(site)
    path = tmp_path / "package.zip"
    path.write_bytes(content_of(site, uid))
    with (
        unpacked(Sent(path, "package.zip"), other.spool) as package,
        sitting(other, "archivist") as desk,
    ):
        taken = taking_packages.take(desk, desk.unit("nhanh"), package=package)
        return uid, taken.package.uid


def content_of(house, uid):
    with house.databases.connection() as connection:
        found = next(one for one in connection.root()["exports"].by_id.values() if one.uid == uid)
        return b"".join(archive_of(found).stream())


def answered(other, uid, who="archivist"):
    with sitting(other, who) as desk:
        return handover_receipts.answer(desk, desk.unit("nhanh"), package=uid)


def taken_back(site, uid, made):
    with sitting(site, "archivist") as desk:
        return archive_receipts.take(
            desk,
            desk.site.dossiers[CODE],
            export=uid,
            content=made.content,
            signature=made.signature,
        )


def told(house, verb):
    with house.databases.connection() as connection:
        written = read(journal_connection(connection).root(), limit=10_000)
    return next(one.entry.details for one in written if one.entry.verb == verb)


def test_two_sites_hand_over_and_their_journals_name_the_same_digests(site, other, sent):
    here, there = sent
    made = answered(other, there)
    # Whom nobody knows is not believed; the certificate comes by another way.
    with pytest.raises(Invalid):
        taken_back(site, here, made)
    site.archive_certificates.mkdir()
    (site.archive_certificates / "so-y-te.pem").write_bytes(made.certificate)
    receipt = taken_back(site, here, made)

    assert (receipt.outcome, receipt.aip, receipt.accession) == ("accepted", CODE, there)
    frozen, back = told(site, "package.frozen"), told(site, "package.receipt-taken")
    gone = told(other, "package.answered")
    assert gone["covering"] == frozen["sha256"]
    assert gone["receipt"] == back["sha256"] == hashlib.sha256(made.content).hexdigest()
    with sitting(site, "officer") as desk:
        # What goes to another agency is no deposit in an archive.
        assert desk.site.dossiers[CODE].status_events[-1].status == "CHUYEN_DI"
        assert delivering.find(desk, here)[0].state == "accepted"


def test_a_receipt_is_signed_once_and_each_byte_of_it_counts(site, other, sent):
    here, there = sent
    made = answered(other, there)
    site.archive_certificates.mkdir()
    (site.archive_certificates / "so-y-te.pem").write_bytes(made.certificate)
    again = answered(other, there)
    assert (again.content, again.signature) == (made.content, made.signature)

    changed = made.content.replace(b'"accepted"', b'"rejected"')
    with pytest.raises(Invalid, match="refused"):
        taken_back(site, here, handover_receipts.SignedAnswer("x", changed, made.signature, b""))
    with pytest.raises(Forbidden):
        answered(other, there, who="clerk")
    with pytest.raises(Missing):
        answered(other, "0" * 13)
