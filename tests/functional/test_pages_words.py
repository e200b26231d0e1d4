"""Every sentence a person may read is there in Vietnamese, whole."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import hoso.desk
from hoso.access.permissions import Permission
from hoso.desk.act import ACTS
from hoso.records.model import Document
from hoso.web import words
from hoso.web.language import Language
from hoso.web.locale.compile import LANGUAGES, catalog, faults
from hoso.web.locale.messages import collect, untranslated
from hoso.web.permissions import PERMISSIONS


@pytest.fixture(scope="module")
def said():
    """Every sentence of the code, read once."""
    return collect()


def test_every_sentence_of_code_and_templates_has_its_vietnamese(said):
    """``bin/py -m hoso.web.locale.update`` brings new sentences into the catalog."""
    assert untranslated("vi", said) == []


def test_no_translation_loses_or_invents_a_placeholder():
    assert [fault for language in LANGUAGES for fault in faults(language)] == []


def test_the_collector_finds_what_errors_templates_and_counts_say(said):
    assert "This paper is not in quarantine." in said
    assert "Skip to the content" in said
    assert said["{n} paper"].plural == "{n} papers"


def test_every_act_of_the_desk_has_a_word_in_the_journal():
    for module in pkgutil.iter_modules(hoso.desk.__path__):
        importlib.import_module(f"hoso.desk.{module.name}")

    assert set() == set(ACTS) - set(words.VERBS)


def test_every_permission_has_a_word():
    assert {str(permission) for permission in Permission} == set(PERMISSIONS)


def test_every_state_of_a_paper_has_a_word(site):
    assert set(site.rulebook.workflows["document"].states) <= set(words.STATES)
    assert Document.state in words.STATES


def test_dates_numbers_and_instants_are_written_as_in_vietnam():
    vietnamese = Language("vi")

    # 17:30 in UTC is half past midnight of the next day in Vietnam.
    assert vietnamese.moment("2026-03-01T17:30:00.000000Z") == "02/03/2026 00:30"
    assert [vietnamese.date(text) for text in ("2024-09-05", "2024-09", "2024", "")] == [
        "05/09/2024",
        "09/2024",
        "2024",
        "",
    ]
    assert vietnamese.number(1234.5) == "1.234,5"
    assert Language("en").number(1234.5) == "1,234.5"


def test_a_share_is_never_rounded_up_to_the_whole():
    assert Language("vi").percent(0.999) == "99%"


def test_english_counts_one_and_many_apart():
    english = Language("en")

    assert [english.count("{n} paper", "{n} papers", n) for n in (1, 2)] == ["1 paper", "2 papers"]


def test_vietnamese_sentences_are_composed_text():
    """Decomposed marks (NFD) look the same and match nothing."""
    text = "".join(str(m.string) for m in catalog("vi"))

    assert None is re.search("[\u0300-\u0309\u0323\u031b\u0302\u0306]", text)


def test_what_the_gate_found_is_said_in_vietnamese_and_what_people_wrote_is_left_alone():
    vietnamese = Language("vi")

    damaged = vietnamese.say("The file is damaged ({what}).", what="its end is missing")

    assert "thiếu phần cuối" in damaged
    assert "Hiện đang ghi: Search" == vietnamese.say("Now it says: {value}", value="Search")
