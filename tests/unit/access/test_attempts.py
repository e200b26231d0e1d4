"""Guessing: the guesser waits longer and longer, and shuts out nobody but himself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hoso.access.attempts import Guess, drop_old, note_right, note_wrong, seconds_to_wait
from hoso.access.devices import device_name, known_device, remember

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LAN = Guess("lan", "203.0.113.7")


@pytest.fixture
def root():
    return {"secret": "s"}


def wrong(root, guess, times, *, now=NOW):
    for _ in range(times):
        note_wrong(root, guess, now=now)


@pytest.mark.parametrize(
    ("times", "seconds"),
    [(4, 0), (5, 5), (6, 10), (7, 20), (10, 160), (12, 640), (13, 900), (40, 900)],
)
def test_each_wrong_password_after_five_doubles_the_pause_up_to_a_quarter_of_an_hour(
    root, times, seconds
):
    wrong(root, LAN, times)

    assert seconds_to_wait(root, LAN, now=NOW) == seconds


def test_a_pause_passes(root):
    wrong(root, LAN, 6)

    assert seconds_to_wait(root, LAN, now=NOW + timedelta(seconds=9)) == 1
    assert seconds_to_wait(root, LAN, now=NOW + timedelta(seconds=10)) == 0


def test_a_stranger_elsewhere_does_not_make_the_owner_wait(root):
    wrong(root, LAN, 15)

    assert seconds_to_wait(root, Guess("lan", "198.51.100.9"), now=NOW) == 0
    assert seconds_to_wait(root, Guess("minh", LAN.address), now=NOW) == 0


def test_many_strangers_at_one_login_make_strangers_wait(root):
    for number in range(20):
        wrong(root, Guess("lan", f"198.51.100.{number}"), 1)

    assert seconds_to_wait(root, Guess("lan", "192.0.2.1"), now=NOW) == 30


def test_a_browser_that_is_known_never_waits_for_what_strangers_did(root):
    cookie = remember("s", "", "lan")
    mine = Guess("lan", LAN.address, known_device("s", cookie, "lan"))
    wrong(root, LAN, 200)

    assert seconds_to_wait(root, LAN, now=NOW) == 900
    assert seconds_to_wait(root, mine, now=NOW) == 0
    wrong(root, mine, 5)
    assert seconds_to_wait(root, mine, now=NOW) == 5


def test_an_office_behind_one_address_has_a_hundred_wrong_ones_and_then_one_in_ten_seconds(root):
    for number in range(100):
        wrong(root, Guess(f"can-bo-{number}", LAN.address), 1)

    other = Guess("nguoi-khac", LAN.address)
    assert seconds_to_wait(root, other, now=NOW) == 10
    assert seconds_to_wait(root, other, now=NOW + timedelta(seconds=10)) == 0


def test_the_right_password_clears_the_count_but_not_that_of_the_address(root):
    wrong(root, LAN, 6)
    note_right(root, LAN)

    assert seconds_to_wait(root, LAN, now=NOW) == 0
    for number in range(94):
        wrong(root, Guess(f"can-bo-{number}", LAN.address), 1)
    assert seconds_to_wait(root, LAN, now=NOW) == 10


def test_one_subscriber_has_one_count_for_a_whole_ipv6_network(root):
    """RFC 6177: a site has at least a /64 of addresses to change among."""
    for number in range(100):
        wrong(root, Guess(f"can-bo-{number}", f"2001:db8:1:2::{number:x}"), 1)

    assert seconds_to_wait(root, Guess("x", "2001:db8:1:2:ffff::1"), now=NOW) == 10
    assert seconds_to_wait(root, Guess("x", "2001:db8:1:3::1"), now=NOW) == 0


def test_a_login_nobody_has_waits_like_any_other(root):
    wrong(root, Guess("khong-co-ai", LAN.address), 5)

    assert seconds_to_wait(root, Guess("khong-co-ai", LAN.address), now=NOW) == 5


def test_a_clock_set_back_keeps_nobody_out_for_longer_than_the_longest_pause(root):
    wrong(root, LAN, 13, now=NOW + timedelta(days=400))

    assert seconds_to_wait(root, LAN, now=NOW) == 900


def test_what_was_typed_as_a_login_is_not_kept(root):
    wrong(root, Guess("mat-khau-cua-toi", LAN.address), 1)

    assert "mat-khau" not in repr(list(root["accounts"].attempts.items()))


def test_counts_of_yesterday_are_forgotten(root):
    wrong(root, LAN, 12)
    later = NOW + timedelta(days=1, seconds=1)

    assert seconds_to_wait(root, LAN, now=later) == 0
    assert drop_old(root, now=later) == 3
    assert not list(root["accounts"].attempts)


def test_a_device_cookie_is_good_for_who_signed_in_and_for_this_site():
    cookie = remember("s", "", "lan")

    assert known_device("s", cookie, "lan")
    assert not known_device("s", cookie, "minh")
    assert not known_device("another site", cookie, "lan")
    assert not known_device("s", cookie[:-1] + "0", "lan") or cookie[-1] == "0"
    assert not known_device("s", "ả" * 10, "lan")


def test_a_shared_desk_is_known_for_its_last_five():
    cookie = ""
    logins = [f"can-bo-{number}" for number in range(7)]
    for login in [*logins, "can-bo-6"]:
        cookie = remember("s", cookie, login)

    assert [bool(known_device("s", cookie, login)) for login in logins] == [False] * 2 + [True] * 5


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:138.0) Gecko/20100101 Firefox/138.0", "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("", ""),
        ("<script>", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_a_person_would_call_it(header, name):
    assert device_name(header) == name
