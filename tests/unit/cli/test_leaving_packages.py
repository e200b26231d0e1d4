"""``hoso package freeze|list|download|deliver|receipt``, with a destination of an ini file."""

from __future__ import annotations

import json
import zipfile

from hoso.cli.main import main
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.testing.sites import CODE
from hoso.testing.things import a_filed_paper


def test_a_package_goes_from_a_dossier_to_the_folder_of_an_archive(site, home, tmp_path, capsys):
    with site.databases.connection() as connection:
        desk = Desk(site, connection, MACHINE, via="test")
        a_filed_paper(desk, desk.site.dossiers[CODE], words="một")
        connection.transaction_manager.commit()
    site.close()
    (tmp_path / "archive").mkdir()
    settings = tmp_path / "hoso.ini"
    settings.write_text(
        f"[hoso]\nzodb = {home}/etc/zodb.conf\n[deliver kho]\nkind = folder\npath = archive\n",
        encoding="utf-8",
    )

    def run(*words, status=0):
        given = ["--site", str(site.path), "--config", str(settings), "package", *words]
        assert main([*given, "--as", "archivist", "--json"]) == status
        said = capsys.readouterr()
        return [json.loads(line) for line in said.out.splitlines()] or said.err

    (made,) = run("freeze", CODE, "--reason", "Nộp lưu 2026")
    assert (made["state"], made["profile"]) == ("ready", "bagit")
    assert "becomes “Đã nộp vào lưu trữ lịch sử”" in made.pop("when_accepted")
    assert run("list") == run("list", "--dossier", CODE) == [made]
    run("download", made["package"], "--to", str(tmp_path / "mine.zip"))
    with zipfile.ZipFile(tmp_path / "mine.zip") as found:
        assert found.testzip() is None
    (sent,) = run("deliver", made["package"], "--to", "kho")
    assert sent["sent"] == "kho: sent"
    (there,) = (tmp_path / "archive").glob("*.zip")
    assert there.read_bytes() == (tmp_path / "mine.zip").read_bytes()
    assert run("deliver") == [{"tries": 0}]
    (tmp_path / "receipt.json").write_text("OK")
    (tmp_path / "receipt.p7s").write_bytes(b"")
    said = run(
        "receipt", made["package"], str(tmp_path / "receipt.json"), str(tmp_path / "receipt.p7s"),
        status=1,
    )  # fmt: skip
    assert "cannot be read as a receipt" in said


def test_a_destination_that_cannot_work_is_told_when_the_site_is_opened(
    site, home, tmp_path, capsys
):
    site.close()
    head = f"[hoso]\nzodb = {home}/etc/zodb.conf\n"
    for wrong in (
        "[deliver kho]\nkind = ftp\n",
        "[deliver Kho]\nkind = folder\npath = x\n",
        "[deliver kho]\nkind = folder\n",
        "[deliver kho]\nkind = rest\nurl = http://archive.example.vn/in\n",
        "[deliver kho]\nkind = sftp\nhost = h\nuser = u\nhost-key = k v\npath = /\n",
        "[deliver kho]\nkind = sftp\nhost = h\nuser = u\nhost-key = ssh-rsa\npath = /\n",
    ):
        settings = tmp_path / "hoso.ini"
        settings.write_text(head + wrong, encoding="utf-8")

        assert main(["--site", str(site.path), "--config", str(settings), "package", "list"]) == 1
        assert "deliver" in capsys.readouterr().err
