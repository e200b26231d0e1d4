"""Whatever can be asked by an address: what is hidden answers as what is not there.

Every registered page and address is asked (they come from the application itself), by every
method, with the headers that make servers tell more than they should.
"""

from __future__ import annotations

import re

import pytest

from hoso.testing.permission_addresses import Addresses
from hoso.testing.permission_doors import Doors
from hoso.testing.permission_stage import set_stage
from hoso.testing.sites import sitting

HIDDEN = ("unit beside", "marked secret", "above clearance in an open dossier", "walled")
READERS = ("of-clerk", "of-auditor", "of-account-admin")


@pytest.fixture
def asked(site):
    """Call it with a login for (door, situation, hidden address, address of nothing)."""
    with sitting(site, "officer") as desk:
        stage = set_stage(desk)
        desk.connection.transaction_manager.commit()
        desk.connection.transaction_manager.begin()
        doors = Doors(site, drawn=True)
        doors.sign_in(*READERS)
        yield doors, [*_pairs(doors, Addresses(stage, (*HIDDEN, "unknown")))]


def _pairs(doors, addresses):
    for door in doors.all():
        found = list(addresses.of(door))
        nowhere = {kind_of(said): address for said, address in found if said.endswith("unknown")}
        for said, address in found:
            if not said.endswith("unknown") and said:
                yield door, said, address, nowhere[kind_of(said)]


def kind_of(said):
    return said.rpartition(", ")[0]


def told(answer, address):
    """Everything that comes back, less the address itself and what is drawn by lot."""
    body = answer.text if answer.charset else repr(answer.body)
    for shape in (address, address.rstrip("/"), address.replace("/", "%2F")):
        body = body.replace(shape, "…")
    body = re.sub(r'(name="(?:csrf_token|once)" value=")[^"]*', r"\1", body)
    headers = ((name, _header(name, value, address)) for name, value in answer.headerlist)
    # The page repeats the address; its length is that of the page without it.
    kept = [(n, str(len(body)) if n == "Content-Length" else v) for n, v in headers]
    return answer.status, sorted(kept), body


def _header(name, value, address):
    drawn = re.sub(r"=[^;]*", "=", value, count=1) if name == "Set-Cookie" else value
    return drawn.replace(address, "…").replace(address.replace("/", "%2F"), "…")


def differing(asked, login, **how):
    doors, pairs = asked
    if how or login != READERS[0]:
        # Each address once, in two situations; the first reader asks at every door.
        pairs = {p[2]: p for p in pairs if p[1].endswith(HIDDEN[:2])}.values()
    found = []
    for door, said, hidden, nowhere in pairs:
        one = doors.ask(door, hidden, login=login, **how)
        other = doors.ask(door, nowhere, login=login, **how)
        if told(one, hidden) != told(other, nowhere):
            found.append((door.title, said, one.status, other.status))
        elif one.status_int < 400 and one.status_int != 303:
            found.append((door.title, said, "was answered", one.status))
    return found


def test_there_are_addresses_to_ask(asked):
    assert len(asked[1]) > 100


def test_what_is_hidden_is_answered_as_what_is_not_there(asked):
    assert {login: differing(asked, login) for login in READERS} == {key: [] for key in READERS}


def test_no_other_method_tells_more(asked):
    methods = ("HEAD", "OPTIONS", "PUT")

    assert {m: differing(asked, "of-clerk", method=m) for m in methods} == {
        key: [] for key in methods
    }


HEADERS = (
    {"Range": "bytes=0-7"},
    {"If-None-Match": "*", "If-Modified-Since": "Mon, 02 Mar 2026 02:00:00 GMT"},
    {"Accept": "application/json", "Accept-Language": "en", "X-Requested-With": "XMLHttpRequest"},
)


def test_no_header_makes_a_page_tell_more(asked):
    """RFC 9110: ranges, conditions, negotiation."""
    assert [differing(asked, "of-clerk", headers=headers) for headers in HEADERS] == [[], [], []]
