"""A folder and a list become filed papers: told before, counted after, and never twice."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from hoso.cli.main import main
from hoso.records.model import Dossier
from hoso.testing.things import a_dossier, bytes_of

HEADINGS = ("Tên tệp", "Số hồ sơ", "Họ và tên", "Thành phần", "Số, ký hiệu", "Ngày ban hành", "Trích yếu", "Độ mật", "Ghi chú")  # fmt: skip


def row(file, dossier="T-0002", **said):
    values = {
        "Tên tệp": file, "Số hồ sơ": dossier, "Thành phần": "D05", "Số, ký hiệu": "14/QĐ-M",
        "Ngày ban hành": "05/09/2024", "Trích yếu": "Nâng bậc lương", **said,
    }  # fmt: skip
    return [values.get(heading, "") for heading in HEADINGS]


@pytest.fixture
def office(site, as_, tmp_path):
    """A folder with six papers, dossiers, two people of one name, and a way to write lists."""
    with as_("officer") as desk:
        a_dossier(desk, code="T-0002", name="Trần Thị Mẫu")
        a_dossier(desk, code="T-0003", name="Lê Văn Đôi", birth_date="1980-05")
        a_dossier(desk, code="T-0004", name="Lê Văn Đôi", birth_date="1990")
        a_dossier(desk, code="T-0005", name="Phạm Thị Đóng", state="closed")
        a_dossier(desk, code="T-0900", name="Ngô Văn Xa", unit="ben")
    site.follower.catch_up()
    files = tmp_path / "papers"
    (files / "hs1").mkdir(parents=True)
    for n in range(1, 7):
        (files / "hs1" / f"{n}.pdf").write_bytes(bytes_of(f"paper {n}"))

    def write(*rows, name="list.csv", headings=HEADINGS):
        out = io.StringIO()
        csv.writer(out).writerows([headings, *rows])
        path = tmp_path / name
        path.write_text(out.getvalue(), "utf-8")
        return path

    write.files = files
    return write


@pytest.fixture
def run(site, capsys):
    """Run ``hoso import`` as the clerk; return status, lines, words on standard error."""
    site.close()

    def command(path, *words, files=None, login="clerk"):
        capsys.readouterr()
        folder = files or path.parent / "papers"
        status = main(["--site", str(site.path), "import", str(path), "--files", str(folder),
                       "--as", login, "--json", *words])  # fmt: skip
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.fixture
def records(site):
    """Open the site again, once its commands are done, and ask its records."""
    from hoso.app.house import open_house

    def ask(question):
        with open_house(site.path, clock=site.clock) as house, house.databases.connection() as one:
            return question(one.root()["site"])

    return ask


def filed(site):
    return {
        code: [(d.number, d.symbol, d.date, d.title, d.checked_by) for d in dossier.values()]
        for code, dossier in site.dossiers.items()
        if isinstance(dossier, Dossier) and list(dossier.values())
    }


def papers(site):
    return len(site.by_digest)


def test_a_dry_run_says_every_fault_at_once_and_writes_no_record(office, run, records):
    (office.files / "hs1" / "trống.pdf").write_bytes(b"")
    (office.files / "out.pdf").symlink_to("/etc/passwd")
    path = office(
        row("hs1/1.pdf"),
        row("hs1/2.pdf", "T-9999"),
        row("hs1/nope.pdf"),
        row("../list.csv"),
        row("out.pdf"),
        row("hs1/1.pdf"),
        row("hs1/1.pdf", "T-0003"),
        row("hs1/3.pdf", **{"Ngày ban hành": "31/02/2019", "Thành phần": "Z99", "Độ mật": "Tuyệt mật"}),
        row("hs1/trống.pdf"),
        [""] * 9,
        row("hs1/4.pdf", "", **{"Họ và tên": "Lê Văn Đôi"}),
        row("hs1/5.pdf", "T-0005"),
        row("hs1/5.pdf", "T-0002", **{"Họ và tên": "Lê Văn Đôi"}),
        row("hs1/6.pdf", "T-0900", **{"Thành phần": ""}),
        row("", ""),
    )  # fmt: skip

    status, lines, _ = run(path, "--dry-run")

    told, *found, counts = lines
    assert told["mapping"]["Số, ký hiệu"] == "reference"
    stops = [(one["row"], one["field"]) for one in found if one["severity"] == "stop"]
    assert stops == [
        (3, "dossier"), (4, "file"), (5, "file"), (6, "file"), (7, "file"), (8, "file"),
        (9, "type"), (9, "date"), (9, "level"), (10, "file"), (13, "dossier"), (14, "person"), (14, "file"),
        (15, "dossier"), (16, "file"),
    ]  # fmt: skip
    waits = [(one["row"], one["field"]) for one in found if one["severity"] == "wait"]
    assert waits == [(12, "person"), (15, "type"), (16, "dossier")]
    notes = [
        (one["row"], one["column"], one["value"]) for one in found if one["severity"] == "note"
    ]
    assert notes == [(0, "Ghi chú", ""), (11, "", "")]
    assert counts == {"rows": 14, "ready": 1, "waiting": 1, "left-out": 12, "notes": 2}
    assert status == 1
    assert records(papers) == 0
    assert records(lambda site: "imports" in site._p_jar.root()) is False


def test_the_files_no_row_names_are_told(office, run):
    _, lines, _ = run(office(row("hs1/1.pdf")), "--dry-run")

    assert sorted(one["value"] for one in lines if one.get("severity") == "note" and not one["column"]) == [
        f"hs1/{n}.pdf" for n in range(2, 7)
    ]  # fmt: skip


def test_faults_go_out_as_a_table_a_spreadsheet_opens(office, run, tmp_path):
    path = office(row("=cmd|x.pdf", "T-0002"))

    run(path, "--dry-run", "--faults", str(tmp_path / "faults.csv"))

    table = list(csv.reader(io.StringIO((tmp_path / "faults.csv").read_text("utf-8-sig"))))
    assert table[0] == ["Row", "Column", "Value", "Severity", "What"]
    assert ["2", "Tên tệp", "'=cmd|x.pdf", "stop", "There is no such file in the folder."] in table


def test_rows_are_filed_wait_or_are_left_out_and_the_sum_is_right(office, run, records):
    path = office(
        row("hs1/1.pdf"),
        row("hs1/2.pdf", "T-0003", **{"Độ mật": "Mật"}),
        row("hs1/3.pdf", "", **{"Họ và tên": "le van doi"}),
        row("hs1/4.pdf", "T-9999"),
        row("hs1/5.pdf", "", **{"Họ và tên": "Trần Thị Mẫu", "Thành phần": "Bổ nhiệm ngạch"}),
        row("hs1/6.pdf", "T-0002", **{"Trích yếu": ""}),
    )

    status, lines, _ = run(path)

    _, *rows, counts = lines
    assert [line["outcome"] for line in rows][:4] == ["filed", "filed", "waiting", "left-out"]
    assert rows[3]["said"] == ["There is no dossier T-9999 you may file into."]
    assert status == 1
    ended = {key: counts[key] for key in ("filed", "waiting", "left-out") if key in counts}
    assert sum(ended.values()) == counts["rows"] == 6
    assert counts["state"] == "done"
    there = records(filed)
    assert there["T-0002"][0] == ("14", "QĐ-M", "2024-09-05", "Nâng bậc lương", "")
    assert records(lambda site: {d.title for d in site.tray.values()}) >= {"Nâng bậc lương"}
    assert records(lambda s: [d.level for d in s.dossiers["T-0003"].values()]) == [2]
    meant = records(lambda site: [d.into for d in site.tray.values() if not d.title])
    assert meant == ["T-0002"]


def test_the_journal_has_the_import_once_and_each_filing(office, run, records):
    run(office(row("hs1/1.pdf"), row("hs1/2.pdf")))

    from collections import Counter

    from hoso.audit.journal import read
    from hoso.storage.databases import journal_connection

    def verbs(site):
        return Counter(
            one.entry.verb
            for one in read(journal_connection(site._p_jar).root(), limit=1000)
            if one.entry.actor == "clerk"
        )

    said = records(verbs)
    assert {verb: said[verb] for verb in ("import.begun", "import.started", "import.ended")} == {
        "import.begun": 1, "import.started": 1, "import.ended": 1,
    }  # fmt: skip
    assert (said["intake.received"], said["document.filed"]) == (2, 2)


def test_the_same_list_again_changes_nothing(office, run, records):
    path = office(row("hs1/1.pdf"), row("hs1/2.pdf", "T-0003"))
    run(path)
    before = records(filed)

    status, lines, _ = run(path)

    assert [line["outcome"] for line in lines[1:-1]] == ["here", "here"]
    assert status == 0
    assert records(filed) == before
    assert records(papers) == 2


def test_a_corrected_list_files_what_waited(office, run, records):
    run(office(row("hs1/1.pdf", "", **{"Họ và tên": "Lê Văn Đôi"})))

    _, lines, _ = run(office(row("hs1/1.pdf", "T-0004")))

    assert lines[1]["outcome"] == "filed"
    assert list(records(filed)) == ["T-0004"]


def test_bytes_that_lie_in_another_dossier_are_not_filed_again(office, run, records):
    (office.files / "copy.pdf").write_bytes(bytes_of("paper 1"))

    _, lines, _ = run(office(row("hs1/1.pdf", "T-0002"), row("copy.pdf", "T-0003")))

    assert [line["outcome"] for line in lines[1:-1]] == ["filed", "elsewhere"]
    assert "T-0002" in lines[2]["said"][0]
    assert records(papers) == 1


def test_a_mapping_is_written_corrected_and_kept_for_the_unit(office, run, tmp_path):
    odd = ("Cột 1", "Cột 2", "Loại", "Nội dung chính")
    path = office(["hs1/1.pdf", "T-0002", "D05", "Nâng lương"], headings=odd)
    mapping = tmp_path / "mapping.toml"
    run(path, "--write-mapping", str(mapping))
    text = mapping.read_text("utf-8")
    assert '"Cột 1" = ""' in text
    for heading, key in zip(odd, ("file", "dossier", "type", "title"), strict=True):
        text = "\n".join(
            f'"{heading}" = "{key}"' if line.startswith(f'"{heading}"') else line
            for line in text.splitlines()
        )
    mapping.write_text(text, "utf-8")

    refused, _, words = run(path)
    status, lines, _ = run(path, "--mapping", str(mapping), "--keep-mapping", "Sổ cũ")
    again, said, _ = run(path, "--mapping", "sổ cũ")

    assert (refused, status, again) == (1, 0, 0)
    assert "Say which column names the file" in words
    assert (lines[1]["outcome"], said[1]["outcome"]) == ("filed", "here")


def test_a_workbook_is_imported_as_it_is(office, run, records, tmp_path):
    from datetime import date

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADINGS)
    book.active.append(
        ["hs1/1.pdf", "T-0002", None, "D05", "14/QĐ-M", date(2024, 9, 5), "Nâng lương"]
    )
    book.active["F2"].number_format = "dd/mm/yyyy"
    book.active.append(["hs1/2.pdf", "T-0002", None, "D05", "=A1", 2019, "Nâng lương"])
    book.save(tmp_path / "list.xlsx")

    _, lines, _ = run(tmp_path / "list.xlsx")

    assert [line["outcome"] for line in lines[1:-1]] == ["filed", "left-out"]
    assert "formula" in lines[2]["said"][0]
    assert records(filed)["T-0002"][0][2] == "2024-09-05"


def test_a_file_the_gate_would_refuse_is_left_out_where_that_is_asked(office, run, home):
    if not (home / "parts" / "tessdata").is_dir():
        pytest.skip("NOT RUN: the language model is not built")
    (office.files / "tool.pdf").write_bytes(b"MZ" + b"\x00" * 200)

    _, unasked, _ = run(office(row("tool.pdf")), "--dry-run")
    _, asked, _ = run(office(row("tool.pdf")), "--dry-run", "--check-files")

    assert unasked[-1]["ready"] == 1
    assert asked[-1]["left-out"] == 1


@pytest.mark.parametrize("login", ["head", "auditor"])
def test_who_takes_nothing_in_imports_nothing(office, run, records, login):
    status, _, _ = run(office(row("hs1/1.pdf")), login=login)

    assert status == 1
    assert records(papers) == 0


def test_a_list_that_is_none_is_refused_with_what_to_do(office, run, tmp_path):
    path = tmp_path / "list.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)

    status, lines, words = run(path)

    assert (status, lines) == (1, [])
    assert "Save it as .xlsx" in words


# Stopping and going on ------------------------------------------------------------------


def test_an_import_goes_on_behind_the_last_row_it_did(
    office, site, as_, monkeypatch, records, capsys
):
    """Stopped after each chunk: as many runs as chunks, each row once, no paper twice."""
    for n in range(7, 60):
        (office.files / "hs1" / f"{n}.pdf").write_bytes(bytes_of(f"paper {n}"))
    path = office(*(row(f"hs1/{n}.pdf", "T-0002" if n % 9 else "T-9999") for n in range(1, 60)))
    site.close()
    words = ["--site", str(site.path), "import", str(path), "--files", str(office.files), "--as", "clerk", "--json"]  # fmt: skip

    class Stopped(threading.Event):
        def is_set(self):
            return True

    rows, states = [], []
    with monkeypatch.context() as patched:
        patched.setattr("hoso.cli.commands.importing.threading.Event", Stopped)
        for more in ([], ["--resume"], ["--resume"], ["--resume"]):
            capsys.readouterr()
            main([*words, *more])
            lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            rows += [line["row"] for line in lines if "outcome" in line]
            states.append((lines[-1]["state"], lines[-1]["row"]))

    assert rows == list(range(2, 61))
    assert states == [("stopped", 17), ("stopped", 33), ("stopped", 49), ("stopped", 60)]
    main([*words, "--resume"])
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["state"] == "done"
    assert records(papers) == 59 - 59 // 9
    report = next((site.path / "imports").glob("*/report.jsonl")).read_text("utf-8").splitlines()
    assert [json.loads(line)["row"] for line in report] == list(range(2, 61))


def test_a_changed_list_is_not_gone_on_with(office, run, monkeypatch):
    path = office(row("hs1/1.pdf"))

    class Stopped(threading.Event):
        def is_set(self):
            return True

    monkeypatch.setattr("hoso.cli.commands.importing.threading.Event", Stopped)
    run(path)
    office(row("hs1/1.pdf"), row("hs1/2.pdf"))

    status, _, words = run(path, "--resume")

    assert status == 1
    assert "has changed since row 2" in words


def test_a_killed_import_is_gone_on_with_and_nothing_is_twice(office, site, records, tmp_path):
    """SIGKILL in the middle, for real; then to the end."""
    for n in range(7, 120):
        (office.files / "hs1" / f"{n}.pdf").write_bytes(bytes_of(f"paper {n}"))
    path = office(*(row(f"hs1/{n}.pdf") for n in range(1, 120)))
    site.close()
    code = "import sys; from hoso.cli.main import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "--site", str(site.path), "import", str(path),
             "--files", str(office.files), "--as", "clerk", "--json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    seen = 0
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) as process:
        for line in process.stdout:
            seen += b'"outcome"' in line
            if seen == 40:
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.read()

    done = subprocess.run([*words, "--resume"], capture_output=True, env=environment, check=False)

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["state"] == "done"
    assert lines[-1]["rows"] == lines[-1]["filed"] == 119
    assert records(papers) == 119
    assert len(records(filed)["T-0002"]) == 119
