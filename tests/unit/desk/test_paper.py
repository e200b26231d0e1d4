"""Paper through the desk: where it lies, who has it, what a stock-take tells, who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.desk import arranging, labelling, lending, shelving, stocktaking
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.records.model import Dossier
from hoso.testing.things import a_dossier, a_filed_paper, a_paper

SAID = {
    "borrower": "Trần Văn Mẫu",
    "organisation": "Thanh tra huyện",
    "purpose": "Xác minh bằng cấp",
    "authority": "CV 12/CV-TTr ngày 27/02/2026",
}


@pytest.fixture
def store(as_):
    """A store of the root with a shelf, two boxes of the branch and one of its neighbour."""
    with as_("archivist") as desk:
        goc, nhanh, ben = (desk.unit(key) for key in ("goc", "nhanh", "ben"))
        arranging.add(desk, goc, code="K1", kind="store", label="Kho lưu trữ")
        arranging.add(desk, goc, code="K1.G1", kind="shelf", label="Giá 1", parent="K1")
        for code, unit in (("H1", nhanh), ("H2", nhanh), ("B1", ben)):
            label = f"Hộp {code}"
            arranging.add(desk, unit, code=code, kind="box", label=label, parent="k1.g1")
        for code in ("T-0002", "T-0003"):
            a_dossier(desk, code=code)
        a_dossier(desk, code="T-0900", unit="ben")
        for code, box in (("T-0001", "H1"), ("T-0002", "H1"), ("T-0003", "H2"), ("T-0900", "B1")):
            shelving.move(desk, desk.find(code), place=box)


def faults_of(error):
    return {fault.field for fault in error.value.faults}


def where(desk, text):
    view = shelving.see(desk, shelving.paper_of(desk, text))
    return [step.place.code for step in view.way], view.position


# Where it is -------------------------------------------------------------------------------


def test_a_dossier_is_found_by_its_number_its_label_and_its_uid(as_, store):
    with as_("clerk") as desk:
        uid = desk.find("T-0002").uid
        for text in ("T-0002", uid, f"hoso:dossier:{uid}", f" HOSO:DOSSIER:{uid}\n"):
            assert where(desk, text) == (["K1", "K1.G1", "H1"], 2)


def test_a_paper_is_found_by_the_serial_code_on_it_and_lies_in_its_dossier(as_, store):
    """The code of ingest.sheets: what a scanner sees on the sheet, and what a person types."""
    from hoso.ingest.sheets.codes import Label, payload

    with as_("archivist") as desk:
        paper = a_filed_paper(desk, desk.find("T-0002"), serial="ABCDEFGH12")
        desk.site.by_serial["ABCDEFGH12"] = paper.uid
        for text in (payload(Label("ABCDEFGH12")), "abcde-fgh12", f"hoso:document:{paper.uid}"):
            assert shelving.paper_of(desk, text) is paper
            assert where(desk, text) == (["K1", "K1.G1", "H1"], 2)


def test_one_paper_may_lie_apart_from_its_dossier_and_go_back(as_, store):
    with as_("archivist") as desk:
        paper = a_filed_paper(desk, desk.find("T-0002"))
        shelving.move(desk, paper, place="H2", position="7", why="Tài liệu khổ lớn")
        assert where(desk, paper.uid) == (["K1", "K1.G1", "H2"], 7)
        shelving.move(desk, paper, place="")
        assert where(desk, paper.uid) == (["K1", "K1.G1", "H1"], 2)


def test_all_that_is_wrong_with_a_move_is_said_at_once(as_, store):
    with as_("clerk") as desk:
        with pytest.raises(Invalid) as wrong:
            shelving.move(
                desk, desk.find("T-0001"), place="B1", position="x", why="x" * 501, revision=1
            )
        assert faults_of(wrong) == {"place", "position", "why"}


def test_two_people_who_move_one_dossier_do_not_overwrite_each_other(as_, store):
    with as_("clerk") as desk:
        seen = shelving.see(desk, desk.find("T-0001")).revision
        shelving.move(desk, desk.find("T-0001"), place="H2", revision=seen)
    with as_("archivist") as desk, pytest.raises(Conflict) as told:
        shelving.move(desk, desk.find("T-0001"), place="K1.G1", revision=seen)
    assert told.value.facts["by"] == "clerk"


def test_a_box_of_another_unit_is_not_there(as_, store):
    with as_("clerk") as desk:
        for text in ("B1", "hoso:place:B1", "NEVER"):
            with pytest.raises(Missing):
                shelving.place_named(desk, text)
            assert shelving.resolve(desk, text) is None
        assert shelving.resolve(desk, "T-0900") is None
        codes = [node.place.code for node in arranging.tree(desk, desk.site)]
        assert codes == ["H1", "H2"]
    with as_("archivist") as desk:
        top = arranging.tree(desk, desk.site)
        assert [node.place.code for node in top] == ["K1"]
        assert [node.place.code for node in top[0].below] == ["K1.G1"]


def test_a_secret_dossier_leaves_no_trace_in_its_box(as_, store):
    with as_("archivist") as desk:
        secret = a_dossier(desk, code="T-0666", level=3)
        shelving.move(desk, secret, place="H1", position="9")
        uid = secret.uid

    with as_("clerk") as desk:
        view = arranging.look(desk, shelving.place_named(desk, "H1"))
        assert [kept.record.code for kept in view.contents] == ["T-0001", "T-0002"]
        with pytest.raises(Missing):
            shelving.paper_of(desk, f"hoso:dossier:{uid}")
        count = stocktaking.open_(desk, view.place)
        stocktaking.scan(desk, count, texts=["T-0001", "T-0002", f"hoso:dossier:{uid}"])
        lines = stocktaking.look(desk, count).lines
        assert [(line.what, line.thing) for line in lines if line.what != "found"] == [
            ("unknown", None)
        ]


def test_a_paper_in_the_tray_has_no_place_in_the_store(as_, store):
    with as_("archivist") as desk:
        waiting = a_paper(desk, words="Chưa vào hồ sơ")
        for act in (shelving.see, shelving.move, lending.lend):
            words = {"place": "H1"} if act is shelving.move else SAID if act is lending.lend else {}
            with pytest.raises(Missing):
                act(desk, waiting, **words)


def test_who_changes_a_place_sees_what_it_was(as_, store, entries):
    with as_("officer") as desk:
        place = shelving.place_named(desk, "H2")
        arranging.describe(desk, place, label="Hộp thôi việc", unit="goc", revision=place.revision)
    with as_("clerk") as desk, pytest.raises(Missing):
        shelving.place_named(desk, "H2")
    told = entries("paper.place-described")[-1]
    assert (told.details["before"], told.details["after"]) == ("Hộp H2|nhanh", "Hộp thôi việc|goc")


def test_all_that_is_wrong_with_a_new_place_is_said_at_once(as_, store):
    with as_("clerk") as desk, pytest.raises(Invalid) as wrong:
        arranging.add(desk, desk.unit("nhanh"), code="Hộp", kind="x", label="", parent="K1")
    assert faults_of(wrong) == {"code", "kind", "label", "parent"}
    with as_("clerk") as desk, pytest.raises(Invalid) as wrong:
        arranging.add(desk, desk.unit("nhanh"), code="T-0001", kind="store", label="Kho")
    assert faults_of(wrong) == {"code"}


# Lending -----------------------------------------------------------------------------------


def test_a_loan_is_for_ten_working_days_unless_a_day_is_stated(as_, store):
    """From Monday 2 March 2026, counted by hand: Monday 16 March."""
    with as_("archivist") as desk:
        loan = lending.lend(desk, desk.find("T-0001"), **SAID)
        other = lending.lend(desk, desk.find("T-0002"), **SAID, due="05/03/2026")
        assert (loan.due, other.due) == ("2026-03-16", "2026-03-05")
        # Handed over on Friday 13 February: nine days of Tết lie between.
        late = lending.lend(desk, desk.find("T-0003"), **SAID, handed_on="13/02/2026")
        assert late.due == "2026-03-06"


def test_what_is_lent_is_neither_lent_nor_moved_until_it_is_back(as_, store):
    with as_("archivist") as desk:
        dossier = desk.find("T-0001")
        loan = lending.lend(desk, dossier, **SAID)
        with pytest.raises(Conflict):
            lending.lend(desk, dossier, **SAID)
        with pytest.raises(Invalid) as wrong:
            shelving.move(desk, dossier, place="H2")
        assert "Trần Văn Mẫu" in str(wrong.value)
        lending.give_back(desk, dossier, loan=loan.uid, condition="Nguyên vẹn")
        shelving.move(desk, dossier, place="H2")
        with pytest.raises(Conflict):
            lending.give_back(desk, dossier, loan=loan.uid, condition="Nguyên vẹn")


def test_the_papers_of_a_lent_dossier_are_out_with_it_but_for_those_kept_apart(as_, store):
    with as_("archivist") as desk:
        dossier = desk.find("T-0001")
        inside = a_filed_paper(desk, dossier, words="trong")
        apart = a_filed_paper(desk, dossier, words="riêng")
        shelving.move(desk, apart, place="H2")
        loan = lending.lend(desk, dossier, **SAID)
        assert loan.without == (apart.id,)
        with pytest.raises(Invalid) as wrong:
            lending.lend(desk, inside, **SAID)
        assert faults_of(wrong) == {"paper"}
        assert lending.lend(desk, apart, **SAID).is_out
        assert [p.id for p in lending.look(desk, dossier, loan=loan.uid).without] == [apart.id]


@pytest.mark.parametrize("state", ["withdrawn", "destroyed"])
def test_what_is_withdrawn_or_destroyed_is_not_lent(as_, store, state):
    with as_("archivist") as desk:
        paper = a_filed_paper(desk, desk.find("T-0001"), state=state)
        with pytest.raises(Invalid) as wrong:
            lending.lend(desk, paper, **{**SAID, "authority": ""})
        assert faults_of(wrong) == {"paper", "authority"}


def test_the_reminder_list_names_what_is_late_and_how_late(as_, store, clock, entries):
    with as_("archivist") as desk:
        lending.lend(desk, desk.find("T-0001"), **SAID, due="03/03/2026")
        lending.lend(desk, desk.find("T-0900"), **SAID, due="03/03/2026")
        lending.lend(desk, desk.find("T-0002"), **SAID, due="30/03/2026")
    clock.advance(timedelta(days=3))
    with as_("clerk") as desk:
        late = lending.overdue(desk, desk.site)
        assert [(view.record.code, view.late) for view in late] == [("T-0001", 2)]
        out = lending.listed(desk, desk.site)
        assert [view.record.code for view in out] == ["T-0001", "T-0002"]
    assert entries("paper.overdue-listed")[-1].details["lines"] == 1


def test_an_extension_without_a_day_is_for_the_usual_working_days_from_today(as_, store, clock):
    """From Thursday 5 March 2026 ten working days: Thursday 19 March."""
    with as_("archivist") as desk:
        loan = lending.lend(desk, desk.find("T-0001"), **SAID, due="04/03/2026").uid
        revision = shelving.see(desk, desk.find("T-0001")).revision
    clock.advance(timedelta(days=3))
    with as_("archivist") as desk:
        dossier = desk.find("T-0001")
        lending.extend(desk, dossier, loan=loan, due="", authority="CV 20", revision=revision)
        assert lending.look(desk, dossier, loan=loan).loan.due == "2026-03-19"
        with pytest.raises(Conflict):
            lending.extend(desk, dossier, loan=loan, due="", authority="CV 20", revision=revision)
        assert lending.overdue(desk, desk.site) == []


def test_days_that_are_none_are_refused_with_all_else(as_, store):
    with as_("archivist") as desk, pytest.raises(Invalid) as wrong:
        words = {**SAID, "borrower": "", "due": "mai", "handed_on": "2026"}
        lending.lend(desk, desk.find("T-0001"), **words)
    assert faults_of(wrong) == {"borrower", "due", "handed_on"}


# Taking stock ------------------------------------------------------------------------------


def taken(desk, count):
    view = stocktaking.look(desk, count)
    return {
        (line.what, line.key if line.thing is None else _name(line.thing)) for line in view.lines
    }


def _name(thing):
    return thing.code


def test_a_shelf_is_counted_box_by_box_and_ends_with_what_does_not_agree(as_, store):
    with as_("archivist") as desk:
        lending.lend(desk, desk.find("T-0003"), **SAID)
        a_dossier(desk, code="T-0004")
        count = stocktaking.open_(desk, shelving.place_named(desk, "K1.G1"))
        found = desk.find("T-0002", Dossier).uid
        labels = [
            "hoso:place:H1", "T-0001", "T-0004",
            "hoso:place:H2", f"hoso:dossier:{found}", "8934563138165",
        ]  # fmt: skip
        answer = stocktaking.scan(desk, count, texts=labels)
        again = stocktaking.scan(desk, count, texts=["8934563138165"])

        assert (answer.read, answer.new, again.new) == (6, 6, 0)
        assert taken(desk, count) == {
            ("found", "H1"),
            ("found", "H2"),
            ("found", "T-0001"),
            ("elsewhere", "T-0002"),  # belongs in H1, read in H2
            ("elsewhere", "T-0004"),  # has no place yet
            ("lent", "T-0003"),
            ("missing", "B1"),
            ("missing", "T-0900"),
            ("unknown", "8934563138165"),
        }


def test_a_stock_take_is_gone_on_with_by_another_person_and_closed_by_two_names(as_, store):
    with as_("clerk") as desk:
        uid = stocktaking.open_(desk, shelving.place_named(desk, "H1")).uid
        stocktaking.scan(desk, stocktaking.count_named(desk, uid), texts=["T-0001"])
    with as_("archivist") as desk:
        count = stocktaking.count_named(desk, uid)
        assert [one.uid for one in stocktaking.listed(desk, desk.site)] == [uid]
        stocktaking.scan(desk, count, texts=["T-0002"])
        with pytest.raises(Conflict):
            stocktaking.close(desk, count, conclusion="Đủ", witness="Lê Mẫu", scans=1)
        outcome = stocktaking.close(desk, count, conclusion="Đủ", witness="Lê Mẫu", scans=2)
        assert outcome.agrees
        # What happens afterwards does not change what was found.
        shelving.move(desk, desk.find("T-0001"), place="H2")
        assert taken(desk, count) == {("found", "T-0001"), ("found", "T-0002")}
        with pytest.raises(Conflict):
            stocktaking.scan(desk, count, texts=["T-0003"])


def test_a_lent_dossier_that_lies_in_its_box_is_told(as_, store):
    with as_("archivist") as desk:
        lending.lend(desk, desk.find("T-0001"), **SAID)
        count = stocktaking.open_(desk, shelving.place_named(desk, "H1"))
        stocktaking.scan(desk, count, texts=["T-0001", "T-0002"])
        assert ("back", "T-0001") in taken(desk, count)


def test_a_keyboard_in_vietnamese_mode_is_told_from_an_unknown_label(as_, store):
    """Telex turns "hoso:place" into "hóo:place" as a scanner types it."""
    with as_("archivist") as desk:
        count = stocktaking.open_(desk, shelving.place_named(desk, "H1"))
        assert stocktaking.scan(desk, count, texts=["hóo:place:H1"]).marked
        assert not stocktaking.scan(desk, count, texts=["123"]).marked
        with pytest.raises(Invalid) as wrong:
            stocktaking.scan(desk, count, texts=[" "])
        assert faults_of(wrong) == {"text"}


def test_a_box_on_the_wrong_shelf_is_told_where_shelves_are_read(as_, store):
    with as_("archivist") as desk:
        goc = desk.unit("goc")
        arranging.add(desk, goc, code="K1.G2", kind="shelf", label="Giá 2", parent="K1")
        count = stocktaking.open_(desk, shelving.place_named(desk, "K1"))
        stocktaking.scan(desk, count, texts=["K1.G1", "H1", "K1.G2", "H2"])
        lines = {
            line.thing.code: (line.what, line.belongs, line.found)
            for line in stocktaking.look(desk, count).lines
            if line.kind == "place"
        }
        assert lines["H1"] == ("found", "K1.G1", "K1.G1")
        assert lines["H2"] == ("elsewhere", "K1.G1", "K1.G2")


# Labels ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "labels"),
    [
        ("own", ["hoso:place:H1"]),
        ("papers", ["dossier", "dossier"]),
        ("all", ["dossier", "dossier", "hoso:place:H1"]),
    ],
)
def test_whose_labels_are_printed(as_, store, what, labels):
    import pypdfium2
    import zxingcpp

    with as_("clerk") as desk:
        box = shelving.place_named(desk, "H1")
        made = labelling.print_labels(desk, box, layout="small", what=what, say=str)
    document = pypdfium2.PdfDocument(made.pdf)
    picture = document[0].render(scale=2).to_pil().convert("L")
    document.close()

    read = sorted(one.text for one in zxingcpp.read_barcodes(picture))
    assert [text if "place" in text else text.split(":")[1] for text in read] == labels
    assert made.count == len(labels)


def test_the_back_of_a_secret_dossier_says_a_number_and_no_name(as_, store):
    import pypdfium2

    with as_("archivist") as desk:
        secret = a_dossier(desk, code="T-0666", level=2, name="Nguyễn Thị Kín")
        open_ = desk.find("T-0002")
        texts = []
        for dossier in (secret, open_):
            made = labelling.print_labels(desk, dossier, layout="large", say=str)
            document = pypdfium2.PdfDocument(made.pdf)
            texts.append(document[0].get_textpage().get_text_range())
            document.close()

    assert "T-0666" in texts[0]
    assert "Kín" not in texts[0]
    assert "Mật" in texts[0]
    assert "Trần Thị Mẫu (1980)" in texts[1]


# Who may -----------------------------------------------------------------------------------


def _counted(desk):
    kept = shelving.stacks(desk)
    return next(iter(kept.counts.values()))


REFUSED = {
    "paper.place-described": ("place", arranging.describe, {"label": "X", "unit": "nhanh", "revision": None}),
    "paper.place-moved": ("place", arranging.relocate, {"parent": "K1", "why": "", "revision": None}),
    "paper.place-ended": ("place", arranging.end, {"revision": None}),
    "paper.moved": ("dossier", shelving.move, {"place": "H2"}),
    "paper.loan-extended": ("dossier", lending.extend, {"loan": "", "due": "", "authority": "1"}),
    "paper.returned": ("dossier", lending.give_back, {"loan": "", "condition": "Nguyên vẹn"}),
    "paper.count-opened": ("place", stocktaking.open_, {}),
    "paper.labels-read": ("count", stocktaking.scan, {"texts": ["x"]}),
    "paper.count-closed": ("count", stocktaking.close, {"conclusion": "Đủ", "witness": "Mẫu"}),
}  # fmt: skip


@pytest.mark.parametrize("verb", REFUSED)
def test_an_auditor_sees_and_changes_nothing_and_that_is_journalled(as_, store, entries, verb):
    on, act, words = REFUSED[verb]
    with as_("archivist") as desk:
        stocktaking.open_(desk, shelving.place_named(desk, "H1"))
        lending.lend(desk, desk.find("T-0001"), **SAID)

    with pytest.raises(Forbidden), as_("auditor") as desk:
        record = {
            "place": lambda: shelving.place_named(desk, "H1"),
            "dossier": lambda: desk.find("T-0001"),
            "count": lambda: _counted(desk),
        }[on]()
        act(desk, record, **words)

    told = [entry for entry in entries(verb) if entry.actor == "auditor"]
    assert [entry.outcome for entry in told] == ["refused"]


def test_each_act_is_in_the_journal_under_what_it_was_done_to(as_, store, entries):
    with as_("archivist") as desk:
        box, dossier = shelving.place_named(desk, "H1"), desk.find("T-0001")
        loan = lending.lend(desk, dossier, **SAID)
        lending.give_back(desk, dossier, loan=loan.uid, condition="Rách bìa")
        arranging.relocate(desk, box, parent="K1", why="Sửa giá", revision=box.revision)
        count = stocktaking.open_(desk, box)
        stocktaking.scan(desk, count, texts=["T-0001", "T-0002"])
        stocktaking.exported(desk, count)
        stocktaking.close(desk, count, conclusion="Đủ", witness="Mẫu")
        uids = {"box": box.uid, "dossier": dossier.uid, "count": count.uid}

    told = {
        verb: (entry.record, entry.details)
        for verb in (
            "paper.lent", "paper.returned", "paper.place-moved",
            "paper.count-opened", "paper.labels-read", "paper.count-closed",
        )
        for entry in entries(verb)[-1:]
    }  # fmt: skip
    assert {verb: record for verb, (record, _) in told.items()} == {
        "paper.lent": uids["dossier"],
        "paper.returned": uids["dossier"],
        "paper.place-moved": uids["box"],
        "paper.count-opened": uids["count"],
        "paper.labels-read": uids["count"],
        "paper.count-closed": uids["count"],
    }
    assert told["paper.returned"][1]["condition"] == "Rách bìa"
    assert told["paper.place-moved"][1]["before"] == "K1.G1"
    assert told["paper.count-closed"][1]["found"] == 2


def test_an_empty_box_is_ended_and_its_code_is_never_given_again(as_, store):
    with as_("archivist") as desk:
        box = shelving.place_named(desk, "H2")
        with pytest.raises(Invalid):
            arranging.end(desk, box, revision=box.revision)
        shelving.move(desk, desk.find("T-0003"), place="H1")
        arranging.end(desk, box, revision=box.revision)
        with pytest.raises(Invalid) as wrong:
            arranging.add(
                desk, desk.unit("nhanh"), code="h2", kind="box", label="Mới", parent="K1.G1"
            )
        assert faults_of(wrong) == {"code"}


def test_another_persons_loan_is_not_found_under_a_record(as_, store):
    with as_("archivist") as desk:
        loan = lending.lend(desk, desk.find("T-0001"), **SAID).uid
        for text in (loan, "0000000000000", "x"):
            with pytest.raises(Missing):
                lending.look(desk, desk.find("T-0002"), loan=text)
            with pytest.raises(Missing):
                lending.give_back(desk, desk.find("T-0002"), loan=text, condition="Nguyên vẹn")
