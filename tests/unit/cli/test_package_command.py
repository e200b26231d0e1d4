"""``hoso package``: judged by the exit status, taken in with all faults told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "hosocheck"))

from trees import an_eark, edited, written

from hoso.cli.main import main


def test_a_package_is_judged_and_the_status_says_how(tmp_path, capsys):
    good = written(tmp_path, an_eark())
    assert main(["package", "check", str(good), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (lines[-1]["sound"], lines[-1]["profile"]) == (True, "eark-sip-2.2.0")

    bad = written(tmp_path / "2", edited(an_eark(), "METS.xml", 'OBJID="hoso', 'OBJID="x'))
    assert main(["package", "check", str(bad)]) == 1
    assert "error  CSIP1  METS.xml: calls itself x-hs-1" in capsys.readouterr().out
    assert main(["package", "check", str(good), "--profile", "zip"]) == 1
    assert main(["package", "check", str(tmp_path / "nothing")]) == 1


def test_a_package_is_taken_in_once_and_a_broken_one_is_not(site, tmp_path, capsys):
    site.close()
    good = written(tmp_path, an_eark())
    take = ["--site", str(site.path), "package", "take", "--as", "archivist", "--unit", "nhanh"]

    assert main([*take, str(good), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["papers"], said["dossier"], said["profile"]) == (2, "", "eark-sip-2.2.0")
    assert main([*take, str(good)]) == 1
    assert "was taken in on" in capsys.readouterr().err
    sign = ["--site", str(site.path), "package", "answer", "--as", "archivist"]
    assert main([*sign, said["id"], "--to", str(tmp_path / "back"), "--json"]) == 0
    capsys.readouterr()
    assert {path.suffix for path in (tmp_path / "back").iterdir()} == {".json", ".p7s", ".pem"}
    assert main([*sign, "0" * 13, "--to", str(tmp_path / "back")]) == 1
    capsys.readouterr()
    (good / "documentation/readme.txt").write_bytes(b"Another")
    (good / "representations/rep1/data/a.pdf").unlink()
    assert main([*take, str(good)]) == 1
    told = capsys.readouterr().err
    assert "CSIP71" in told
    assert "CSIP79" in told
