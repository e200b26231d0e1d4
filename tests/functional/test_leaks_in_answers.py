"""What one may not see leaves nothing in answers about other things.

Two sites, one with hidden records and one without: everything the clerk can ask must answer
byte for byte the same in both.
"""

from __future__ import annotations

import random
import re
from datetime import timedelta
from functools import partial

import pytest
from webtest import TestApp

from hoso.access import keys
from hoso.app.wsgi import application
from hoso.kernel import ids
from hoso.kernel.clock import FrozenClock
from hoso.testing.passwords import PASSWORD
from hoso.testing.sites import NOW, sitting
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

SECRET = "Nguyễn Thị Giấu"
#: Everything a clerk can look at that is about more than one record.
QUESTIONS = (
    "/",
    "/dossiers",
    "/dossiers?text=Nguy%E1%BB%85n",
    "/dossiers?text=T-09",
    "/units",
    "/units/goc/nhanh",
    "/units/goc/ben",
    "/batches",
    "/intake",
    "/intake/progress",
    "/intake/dossiers?q=giau",
    "/intake/sent-back",
    "/compare",
    "/due",
    "/due?on=31/12/2090",
    "/paper",
    "/paper/loans",
    "/paper/counts",
    "/search?q=giau",
    "/search?q=luong",
    "/search?q=Nguy%E1%BB%85n&sort=date",
    "/search?q=n%C3%A2ng+b%E1%BA%ADc&page=2",
    "/search/suggest?q=giau",
    "/search/suggest?q=Nguy",
    "/search/suggest?q=77",
    "/consents",
    "/second",
    "/dossiers/T-0001",
    "/dossiers/T-0001/why",
    "/api/v1/search?q=luong",
)


@pytest.fixture
def pair(prepared, tmp_path, monkeypatch):
    """Two houses: the first with things the clerk may not see, the second without."""
    houses = []
    for name in ("with", "without"):
        house = prepared.copy(tmp_path / name, FrozenClock(NOW))
        # What is alike stands in the order of ids, which are drawn by lot: the same for both.
        lots = random.Random(1)
        monkeypatch.setattr(ids, "new_id", partial(lots.randrange, 1, 1 << 62))
        with sitting(house, "archivist") as desk:
            seen = a_dossier(desk, code="T-0500", unit="nhanh", name="Nguyễn Văn Thấy")
            a_filed_paper(desk, seen, words="Về việc nâng bậc lương", number="12", symbol="QĐ-M")
            # Lists go by the moment, and equal moments by chance.
            house.clock.advance(timedelta(minutes=1))
        with sitting(house, "archivist") as desk:
            a_filed_paper(desk, desk.site.dossiers["T-0001"], words="Quyết định tuyển dụng")
            house.clock.advance(timedelta(minutes=1))
            a_waiting_paper(desk, words="Về việc nâng bậc lương chờ")
            if name == "with":
                _hide(desk)
        house.follower.catch_up()
        houses.append(house)
    yield houses
    for house in houses:
        house.close()


def _hide(desk):
    """Beside, above, walled; filed, waiting, in an open dossier."""
    for at, facts in enumerate(
        (
            {"unit": "ben"},
            {"level": 3},
            {"walled": True},
            {"unit": "goc"},
            {"unit": "ben", "level": 4},
        )
    ):
        dossier = a_dossier(desk, code=f"T-090{at}", name=SECRET, **facts)
        a_filed_paper(
            desk,
            dossier,
            words=f"Về việc nâng bậc lương {SECRET} {at}",
            number="777",
            symbol="QĐ-GIAU",
            agency="Sở Giấu",
            date="1999",
        )
    own = desk.site.dossiers["T-0001"]
    a_filed_paper(desk, own, words=f"lương {SECRET}", level=4, type_="B01", number="778")
    a_waiting_paper(desk, unit="ben", words=f"lương {SECRET} chờ")
    a_waiting_paper(desk, words=f"lương {SECRET} mật", level=3)


class Clerk:
    """A clerk at a browser and with a program."""

    def __init__(self, house):
        made = []
        house.databases.attempt(lambda c: made.append(_key(house, c.root())))
        self._key = made[-1]
        self._browser = TestApp(application(house))
        form = self._browser.get("/sign-in").forms[0]
        form["login"], form["password"] = "clerk", PASSWORD
        form.submit(status=303)

    def ask(self, address):
        headers = {"Authorization": f"Bearer {self._key}"} if address.startswith("/api/") else {}
        return self._browser.get(address, headers=headers, expect_errors=True)


def _key(house, root):
    return keys.issue(root, "clerk", label="x", days=2, now=house.clock.now())


#: What is drawn by lot or by the moment: marks of forms, ids, how long it took.
_DRAWN = re.compile(
    r'(?<=name="csrf_token" value=")[^"]*|\b[0-9a-z]{13}\b|[0-9,.]+ (?=ms\b)|(?<="took":)[^,}]*|(?<=name="once" value=")[^"]*'
)


def _told(answer):
    body = _DRAWN.sub("…", answer.text)
    kept = [(n, v) for n, v in answer.headerlist if n not in {"Set-Cookie", "Content-Length"}]
    return answer.status, sorted(kept), body


def test_nothing_hidden_changes_any_answer(pair):
    clerks = [Clerk(house) for house in pair]
    differing = []
    for address in QUESTIONS:
        one, other = (_told(clerk.ask(address)) for clerk in clerks)
        if one != other:
            differing.append(address)
        assert "Giấu" not in one[2], address
        assert one[0][0] in "234", address

    assert differing == []
