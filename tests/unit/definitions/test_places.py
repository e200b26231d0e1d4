"""Where a value stands in its file."""

from __future__ import annotations

import pytest

from hoso.definitions.places import Place, line_of

TEXT = '''# a comment
key = "one" # [not.a.table]
"quoted key" = 1

[table]
list = [
  "first", # with a ] in a comment
  "second]",
  "third",
]
after = { vi = "[x]", en = "y" }
long = """
after = "not here"
[not]
"""
last = true

[[row]]
name = "a"

[[row]]
name = "b"
inner.deep = 2

[[row.part]]
kind = "x"

[table.sub]
'quoted' = "z"
'''


@pytest.mark.parametrize(
    ("keys", "value", "line"),
    [
        (("key",), None, 2),
        (("quoted key",), None, 3),
        (("table",), None, 5),
        (("table", "list"), None, 6),
        (("table", "list"), "second]", 8),
        (("table", "list"), "third", 9),
        (("table", "list"), "absent", 6),
        (("table", "after"), None, 11),
        (("table", "after", "vi"), None, 11),
        (("table", "last"), None, 16),
        (("row", 0, "name"), None, 19),
        (("row", 1), None, 21),
        (("row", 1, "name"), None, 22),
        (("row", 1, "inner", "deep"), None, 23),
        (("row", 1, "part", 0, "kind"), None, 26),
        (("table", "sub", "quoted"), None, 29),
        (("row", 1, "missing"), None, 21),
        (("nothing",), None, 1),
        ((), None, 1),
    ],
)
def test_the_line_is_that_of_the_nearest_key_there_is(keys, value, line):
    assert line == line_of(TEXT, Place("a.toml", keys=keys, value=value))


def test_a_place_with_a_line_has_that_line():
    assert line_of("", Place("a.csv", 7)) == 7


def test_a_place_inside_another_keeps_the_way():
    place = Place("a.toml").at("rule", "09-052").at("period")

    assert Place("a.toml", 0, ("rule", "09-052", "period")) == place
