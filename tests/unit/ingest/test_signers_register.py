"""Who signed a filed paper is known again; one name is kept once, a single word never."""

from __future__ import annotations

from hoso.ingest.signers import known_signers, note_signer


def test_nobody_is_known_at_first():
    assert known_signers({}) == ()


def test_a_name_is_kept_once_however_it_is_typed():
    root = {}

    note_signer(root, "Lê Văn Mẫu")
    note_signer(root, "  LE  VAN MAU ")
    note_signer(root, "Trần Thị Thử")

    assert known_signers(root) == ("Lê Văn Mẫu", "Trần Thị Thử")


def test_what_is_no_full_name_is_not_kept():
    root = {}

    for name in ("", "Mẫu", "   "):
        note_signer(root, name)

    assert known_signers(root) == ()
