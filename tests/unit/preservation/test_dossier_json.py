"""The canonical text of a dossier's facts is what Python's own writer of JSON makes of them."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.preservation.metadata.dossier_json import canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cf"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_it_is_what_the_standard_library_writes(value):
    expected = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)

    assert canonical(value).decode() == f"{expected}\n"


def test_what_is_no_text_is_written_as_its_escape():
    assert json.loads(canonical({"a\udc80": "b\udc81"})) == {"a\\udc80": "b\\udc81"}


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"x", {"a": 2.0}])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)
