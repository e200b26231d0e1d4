"""Everything the second reader can say is known to the pages, in both languages, with its facts."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from hoso.preservation.check import Told
from hoso.web.language import Language
from hoso.web.second_reader import known
from hoso.web.second_reader_words import SENTENCES
from hosocheck import Finding, Level

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hosocheck"
SAYS = {"error", "warn", "say", "_say", "add"}
FACT = re.compile(r"\{([a-z])\}")


def text_of(node):
    """A literal or an f-string with its facts as letters; ``None`` for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    letters = iter(string.ascii_lowercase)
    return "".join(
        one.value if isinstance(one, ast.Constant) else f"{{{next(letters)}}}"
        for one in node.values
    )


def said():
    """Every sentence that is handed to what collects findings; of one word are only paths."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                texts = map(text_of, node.args[1:]) if name in SAYS else ()
                yield from (text for text in texts if text and " " in text)


def test_every_sentence_of_the_second_reader_is_known_and_no_other():
    """Red? Bring ``hoso.web.second_reader_words`` up to what ``hosocheck`` says, and translate it."""
    assert set(SENTENCES) == set(said())


def put_into(text, facts):
    return FACT.sub(lambda found: facts[found[1]], text)


@pytest.mark.parametrize("code", ["vi", "en"])
def test_each_is_said_with_its_facts(code):
    language = Language(code)
    for one in SENTENCES:
        facts = {letter: f"<{letter}>" for letter in FACT.findall(one)}
        spoken = language.finding(put_into(one, facts))

        assert all(fact in spoken for fact in facts.values()), one
        assert FACT.search(spoken) is None, one


def test_a_sentence_is_known_again_by_its_own_words():
    for one in SENTENCES:
        sentence = put_into(one, {letter: f"x{letter}" for letter in string.ascii_lowercase})
        text, facts = known(sentence)
        assert (text, put_into(text, facts)) == (one, sentence)


def test_what_nobody_knows_is_told_as_it_is():
    assert Language("vi").finding("the moon fell on it") == "the moon fell on it"


def test_an_export_that_is_refused_says_why_in_the_reader_s_language():
    found = Told(
        [Finding("BAG-3", Level.ERROR, "data/a.pdf", "does not have the digest listed in m")]
    )

    assert str(found) == "data/a.pdf: does not have the digest listed in m"
    told = Language("vi").say("{wrong}", wrong=found)
    assert told == "data/a.pdf: không đúng mã băm ghi trong m"
