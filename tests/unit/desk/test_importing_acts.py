"""Acts of a bulk import: whose it is, what a row means, and that no row is taken twice."""

from __future__ import annotations

import pytest

from hoso.access.accounts import accounts_of
from hoso.desk import importing, shelving
from hoso.desk.listed_rows import Judge, judge
from hoso.desk.taking_rows import take
from hoso.ingest.bulk.mapping import ColumnMap, settle
from hoso.ingest.bulk.rows import Row
from hoso.ingest.bulk.values import Line
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.stacks import places
from hoso.testing.things import a_dossier, bytes_of, spooled

FIELDS = ("file", "dossier", "person", "birth_date", "type", "form", "date", "title", "level",
          "number", "symbol", "box", "position")  # fmt: skip
MAPPING = ColumnMap({field: field for field in FIELDS}, 1)
COLUMNS = settle(MAPPING, [Line(1, FIELDS)], columns=len(FIELDS))
GOOD = {"file": "a.pdf", "dossier": "T-0001", "type": "D05", "title": "Nâng bậc lương"}


def a_row(**said):
    return Row(2, {**dict.fromkeys(FIELDS, ""), **GOOD, **said})


@pytest.fixture
def people(site, as_):
    with as_("officer") as desk:
        a_dossier(desk, code="T-0002", name="Trần Thị Mẫu", birth_date="1980-05")
        a_dossier(desk, code="T-0003", name="Lê Văn Đôi", birth_date="1980-05-07")
        a_dossier(desk, code="T-0004", name="Lê Văn Đôi", birth_date="1990")
        a_dossier(desk, code="T-0005", name="Lê Văn Đóng", state="closed")
        a_dossier(desk, code="T-0900", name="Ngô Văn Xa", unit="ben")
        a_dossier(desk, code="V-0001", name="Vụ việc mẫu", type_="complaint")
    site.follower.catch_up()


@pytest.fixture
def judged(site, as_, people):
    """Say what a row means to the clerk, who works at one unit."""

    def run(who="clerk", **said):
        with as_(who) as desk:
            by = Judge(desk.rulebook, COLUMNS)
            (one,) = judge(desk, desk.unit("nhanh"), rows=[a_row(**said)], by=by)
        return one

    return run


def told(one):
    return [(found.field, found.severity) for found in one.findings]


def test_a_complete_row_has_nothing_wrong(judged):
    one = judged()

    assert (one.dossier, told(one), one.is_complete) == ("T-0001", [], True)


@pytest.mark.parametrize(
    ("said", "findings"),
    [
        ({"dossier": "T-9999"}, [("dossier", "stop")]),
        ({"dossier": "T-0900"}, [("dossier", "stop")]),
        ({"dossier": "T-0005"}, [("dossier", "stop")]),
        ({"person": "Ai Đó Khác"}, [("person", "stop")]),
        ({"person": "nguyen van mau"}, []),
        ({"dossier": "V-0001", "type": "K05", "person": "Ai Đó Khác"}, []),
        ({"dossier": "T-0002", "birth_date": "12/05/1980"}, []),
        ({"dossier": "T-0002", "birth_date": "06/1980"}, [("birth_date", "stop")]),
        ({"birth_date": "khoảng 1980"}, [("birth_date", "stop")]),
        ({"dossier": ""}, [("dossier", "wait")]),
        ({"dossier": "", "person": "Lê Văn Đôi"}, [("person", "wait")]),
        ({"dossier": "", "person": "Lê Văn Đôi", "birth_date": "1985"}, [("birth_date", "stop")]),
        ({"dossier": "", "person": "Không Có Ai"}, [("person", "stop")]),
        ({"dossier": "", "person": "Ngô Văn Xa"}, [("person", "stop")]),
        ({"dossier": "", "person": "Lê Văn Đóng"}, [("person", "stop")]),
        ({"type": ""}, [("type", "wait")]),
        ({"title": ""}, [("title", "wait")]),
        ({"type": "Z99", "date": "32/01/2020", "level": "4"}, [("type", "stop"), ("date", "stop"), ("level", "stop")]),
        ({"type": "K05"}, [("type", "stop")]),
        ({"form": "quyet dinh"}, []),
        ({"level": "Mật"}, []),
        ({"box": "H-99"}, [("box", "stop")]),
        ({"position": "3"}, [("position", "note")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told_by_field(judged, said, findings):
    assert told(judged(**said)) == findings


@pytest.mark.parametrize(
    ("birth_date", "code"),
    [("07/05/1980", "T-0003"), ("05/1980", "T-0003"), ("1990", "T-0004"), ("03/1990", "T-0004")],
)
def test_a_birth_date_tells_two_people_of_one_name_apart(judged, birth_date, code):
    one = judged(dossier="", person="Lê Văn Đôi", birth_date=birth_date)

    assert (one.dossier, told(one)) == (code, [])


def test_words_of_a_list_become_the_keys_of_the_catalogs(judged, site):
    label = site.rulebook.document_types["D05"].label.vi

    one = judged(type=label.upper(), form="Quyết định", level="TỐI MẬT", who="archivist")

    assert (one.typed["type"], one.typed["form"], one.typed["level"]) == ("D05", "QĐ", "3")


# Taking rows ------------------------------------------------------------------------------


@pytest.fixture
def taken(site, as_, people):
    """Take a row whose file has these words; return how it ended."""

    def run(words="a", who="clerk", **said):
        with as_(who) as desk:
            unit = desk.unit("nhanh")
            (one,) = judge(desk, unit, rows=[a_row(**said)], by=Judge(desk.rulebook, COLUMNS))
            return take(desk, unit, one, spooled=spooled(desk, words), name=b"a.pdf")

    return run


def test_a_row_is_filed_under_what_the_list_says_unchecked_and_unread(taken, as_):
    end = taken(date="05/09/2024", number="14", symbol="QĐ-M")

    with as_("clerk") as desk:
        document = desk.find(end.document)
        assert (document.dossier.code, document.state, document.checked_by) == (
            "T-0001",
            "filed",
            "",
        )
        assert (document.number, document.symbol, document.date) == ("14", "QĐ-M", "2024-09-05")
        assert document.given_name == b"a.pdf"


def test_the_same_row_twice_is_here_already(taken):
    first, again = taken(), taken()

    assert (first.kind, again.kind, again.document) == ("filed", "here", first.document)


def test_what_waited_is_filed_by_a_better_row_and_a_worse_one_changes_nothing(taken, as_):
    waiting = taken(dossier="")
    worse = taken(dossier="", title="Khác hẳn")
    filed = taken()

    assert (waiting.kind, worse.kind, filed.kind) == ("waiting", "here", "filed")
    assert waiting.document == filed.document
    with as_("clerk") as desk:
        assert desk.find(filed.document).title == "Nâng bậc lương"


def test_bytes_in_another_dossier_are_not_filed_twice(taken):
    first = taken()
    other = taken(dossier="T-0002")

    assert (other.kind, other.dossier, other.document) == ("elsewhere", "T-0001", first.document)


def test_bytes_one_may_not_see_are_not_told_of(taken, as_, site):
    """A paper of another unit: who may not know of it files his own."""
    with as_("officer") as desk:
        unit = desk.unit("ben")
        (one,) = judge(desk, unit, rows=[a_row(dossier="T-0900")], by=Judge(desk.rulebook, COLUMNS))
        hidden = take(desk, unit, one, spooled=spooled(desk, "a"), name=b"a.pdf")

    mine = taken()

    assert (hidden.kind, mine.kind) == ("filed", "filed")
    assert hidden.document != mine.document


def test_a_paper_lies_in_the_box_its_row_names(taken, as_):
    with as_("officer") as desk:
        kept = shelving.stacks(desk)
        store = places.add_place(
            kept, code="K1", kind="store", label="Kho", parent=None, unit=desk.unit("nhanh"),
            at=desk.now, by="test", faults=[],
        )  # fmt: skip
        places.add_place(
            kept, code="H-01", kind="box", label="Hộp 1", parent=store, unit=desk.unit("nhanh"),
            at=desk.now, by="test", faults=[],
        )  # fmt: skip

    end = taken(box="h-01", position="7")

    with as_("officer") as desk:
        place, position, own = shelving.home_of(desk, desk.find(end.document))
        assert (place.code, position, own) == ("H-01", 7, True)


# The import itself ------------------------------------------------------------------------


@pytest.fixture
def begun(site, as_):
    with as_("clerk") as desk:
        job = importing.begin(
            desk, desk.unit("nhanh"), spooled=spooled(desk, "list"), name=b"list.csv",
            folder="/x", mapping=MAPPING, rows=3,
        )  # fmt: skip
        return job.uid


def test_an_import_is_of_who_began_it(begun, as_):
    for other in ("officer", "archivist"):
        with as_(other) as desk:
            assert importing.listing(desk, desk.unit("nhanh")) == []
            with pytest.raises(Missing):
                importing.look(desk, desk.unit("nhanh"), uid=begun)
            with pytest.raises(Missing):
                importing.unit_of(desk, begun)
    with pytest.raises((Forbidden, Missing)), as_("head") as desk:
        importing.look(desk, desk.unit("nhanh"), uid=begun)


def test_the_list_is_kept_as_it_came(begun, as_):
    with as_("clerk") as desk:
        job = importing.look(desk, desk.unit("nhanh"), uid=begun)
        with job.list.open("r") as stream:
            assert stream.read() == bytes_of("list")


def advance(as_, uid, *, since, row):
    with as_("clerk") as desk:
        return importing.advance(
            desk, desk.unit("nhanh"), uid=uid, since=since, row=row, ended={"filed": 1}, report=9
        )


def test_rows_are_done_once_by_one_runner(begun, as_):
    with as_("clerk") as desk:
        importing.start(desk, desk.unit("nhanh"), uid=begun)
    assert advance(as_, begun, since=0, row=2) is True

    with pytest.raises(Conflict):
        advance(as_, begun, since=0, row=2)

    with as_("clerk") as desk:
        importing.stop(desk, desk.unit("nhanh"), uid=begun)
    assert advance(as_, begun, since=2, row=3) is False
    with as_("clerk") as desk:
        job = importing.look(desk, desk.unit("nhanh"), uid=begun)
        assert (job.state, job.progress.row, job.progress.counts) == ("stopped", 3, (("filed", 2),))


def test_what_is_over_is_not_started_again(begun, as_):
    with as_("clerk") as desk:
        unit = desk.unit("nhanh")
        importing.start(desk, unit, uid=begun)
        importing.end(desk, unit, uid=begun)
        with pytest.raises(Invalid):
            importing.start(desk, unit, uid=begun)
        with pytest.raises(Invalid):
            importing.settle(desk, unit, uid=begun, mapping=MAPPING, revision=None, rows=3)


def test_two_who_settle_the_columns_the_second_is_told(begun, as_):
    with as_("clerk") as desk:
        unit = desk.unit("nhanh")
        importing.settle(desk, unit, uid=begun, mapping=MAPPING, revision=1, rows=3)
        with pytest.raises(Conflict):
            importing.settle(desk, unit, uid=begun, mapping=MAPPING, revision=1, rows=3)


def test_mappings_are_the_unit_s(as_):
    with as_("clerk") as desk:
        importing.keep_mapping(desk, desk.unit("nhanh"), name="Sổ  cũ", mapping=MAPPING)
        importing.keep_mapping(
            desk, desk.unit("nhanh"), name="sổ CŨ", mapping=ColumnMap({"a": "file"})
        )
    with as_("officer") as desk:
        assert importing.mappings(desk, desk.unit("nhanh")) == {"sổ CŨ": ColumnMap({"a": "file"})}
        assert importing.mappings(desk, desk.unit("ben")) == {}
        importing.forget_mapping(desk, desk.unit("nhanh"), name="Sổ cũ")
        with pytest.raises(Missing):
            importing.forget_mapping(desk, desk.unit("nhanh"), name="Sổ cũ")


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_mapping_has_a_name_of_its_own(as_, name):
    with as_("clerk") as desk, pytest.raises(Invalid):
        importing.keep_mapping(desk, desk.unit("nhanh"), name=name, mapping=MAPPING)


def test_an_import_that_fails_says_why_to_its_owner(begun, as_):
    from hoso.desk.desk import Desk
    from hoso.desk.reading import MACHINE

    with as_("clerk") as desk:
        importing.start(desk, desk.unit("nhanh"), uid=begun, wanted=True)
        machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
        importing.fail(
            machine, desk.unit("nhanh"), uid=begun, why="No {what}.", facts={"what": "x"}
        )
        job = importing.look(desk, desk.unit("nhanh"), uid=begun)

        assert (job.state, job.problem) == ("stopped", ("No {what}.", (("what", "x"),)))
        assert list(importing.imports_of(desk.root).wanted) == []
        assert accounts_of(desk.root)
