"""The model is taken from the cache, checked, and never half written."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from hoso.ingest.tools import vietnamese_model
from hoso.ingest.tools.vietnamese_model import ACCEPTED, NAME, install, main


def test_what_the_build_fetched_is_one_of_the_accepted_files(model):
    digest = hashlib.sha256((model / NAME).read_bytes()).hexdigest()

    assert digest in ACCEPTED


def test_a_cached_model_needs_no_network(model, tmp_path, monkeypatch):
    monkeypatch.setattr(vietnamese_model, "_SOURCES", ())
    monkeypatch.setattr(vietnamese_model, "_installed", list)
    cache = tmp_path / "cache"
    cache.mkdir()
    shutil.copyfile(model / NAME, cache / NAME)
    (tmp_path / "home").mkdir()

    known = install(tmp_path / "home", cache=cache)

    assert known in ACCEPTED.values()
    assert (tmp_path / "home" / NAME).read_bytes() == (model / NAME).read_bytes()
    assert json.loads((tmp_path / "home" / "model.json").read_text())["model"] == known


def test_a_model_of_another_checksum_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(vietnamese_model, "_SOURCES", ())
    monkeypatch.setattr(vietnamese_model, "_installed", list)
    (tmp_path / NAME).write_bytes(b"something else")

    with pytest.raises(SystemExit, match="apt-get install tesseract-ocr-vie"):
        install(tmp_path / "home", cache=tmp_path)


def test_without_a_folder_the_command_says_how_it_is_used(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
