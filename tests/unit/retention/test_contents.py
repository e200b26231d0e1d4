"""What lies in a dossier is known without reading it, wherever a paper is moved to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hoso.retention.contents import dossier_of, forget, kinds_of, lay_down, put, take_out
from hoso.retention.model import Contents

_deeds = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.none() | st.integers(1, 3),
        st.sampled_from(["A01", "D05"]),
        st.sampled_from(["", "2020"]),
    ),
    max_size=30,
)


@given(_deeds)
def test_what_is_noted_is_what_lies_there(deeds):
    kept, truth = Contents(), {}
    for paper, dossier, type_, date in deeds:
        before = truth.get(paper)
        if dossier is None:
            truth.pop(paper, None)
            touched = take_out(kept, paper)
            assert touched == ({before[0]} if before else set())
        else:
            truth[paper] = (dossier, type_, date)
            touched = put(kept, paper, dossier=dossier, type_=type_, date=date)
            changed = before != truth[paper]
            assert touched == ({dossier} | ({before[0]} if before else set()) if changed else set())

    for dossier in (1, 2, 3):
        wanted = {(type_, date) for where, type_, date in truth.values() if where == dossier}
        assert sorted(wanted) == list(kinds_of(kept, dossier))


def test_a_dossier_is_noted_anew_and_says_whether_it_was_wrong():
    kept = Contents()
    put(kept, 1, dossier=7, type_="A01", date="")
    put(kept, 2, dossier=8, type_="A01", date="")

    assert lay_down(kept, 7, [(1, "A01", ""), (2, "D05", "")])
    assert not lay_down(kept, 7, [(1, "A01", ""), (2, "D05", "")])
    assert (7, [("A01", ""), ("D05", "")]) == (dossier_of(kept, 2), list(kinds_of(kept, 7)))
    forget(kept, 7)
    assert (list(kinds_of(kept, 7)), dossier_of(kept, 1)) == ([], 0)
