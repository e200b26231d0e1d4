"""Trees as RFC 9162 has them; the writer's and the proof's, which share no code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.audit import merkle
from hoso.audit.hoso_verify_journal import climb, tree

# The reference inputs and roots of certificate-transparency (RFC 6962), of 1 to 8 leaves.
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size):
    assert [merkle.root(INPUTS[:size]).hex(), tree(INPUTS[:size]).hex()] == [ROOTS[size - 1]] * 2


def test_the_root_over_nothing_is_the_digest_of_nothing():
    assert [merkle.root([]).hex(), tree([]).hex()] == [NOTHING] * 2


@given(st.integers(1, 200), st.data())
def test_every_path_leads_to_the_root_and_to_no_other_place(size, data):
    leaves = [bytes([n]) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))

    path = merkle.path(leaves, index)

    root = merkle.root(leaves)
    assert climb(leaves[index], index, size, path) == root == tree(leaves)
    assert climb(b"other", index, size, path) != root
    assert climb(leaves[index], index, size, [*path, b"\0" * 32]) != root
    assert climb(leaves[index], size, size, path) is None
    if size > 1:
        assert climb(leaves[index], (index + 1) % size, size, path) != root
        assert climb(leaves[index], index, size, path[:-1]) != root
