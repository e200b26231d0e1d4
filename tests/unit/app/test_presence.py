"""Last use of sessions reaches the database once a minute, whatever pages are asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.access import sessions
from hoso.access.accounts import accounts_of
from hoso.app.presence import write_presence
from hoso.kernel.clock import stamp


def test_many_pages_are_one_write(site, clock):
    token = site.databases.attempt(
        lambda c: sessions.begin(c.root(), "clerk", now=clock.now()), note="in"
    )
    for _page in range(50):
        clock.advance(timedelta(seconds=1))
        with site.databases.connection() as connection:
            sessions.identity_behind(connection.root(), token, now=clock.now(), seen=site.seen)
            assert not connection._registered_objects

    assert write_presence(site) == 1
    assert write_presence(site) == 0
    with site.databases.connection() as connection:
        (kept,) = accounts_of(connection.root()).sessions.values()
        assert kept.seen_at == stamp(clock.now())


def test_what_could_not_be_written_is_written_at_the_next_round(site, clock, monkeypatch):
    site.seen.note("x", stamp(clock.now()))

    def fails(*_words, **_more):
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(type(site.databases), "attempt", fails)
        with pytest.raises(OSError, match="no space"):
            write_presence(site)

    assert site.seen.last("x") == stamp(clock.now())
