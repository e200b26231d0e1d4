"""Random sites in motion, and an independent word on who may find what at every moment.

``World`` carries one site through random deeds: papers filed, taken back, marked; dossiers moved,
walled, granted; roles given and ended; types closed; days that pass either way; an index that
follows at once, in small steps, or not at all.  ``World.compare`` then holds the answer of the
search against the decision, against the addresses of pages and of the REST channel, and against
``allowed``: the rule written anew from docs/security.md, which shares no code with the policy.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tantivy import FieldType, Query
from webtest import TestApp

from hoso.access import keys, sessions
from hoso.access.accounts import accounts_of, identity_of
from hoso.access.grants import index as index_grants
from hoso.access.identity import Held
from hoso.access.model import Account
from hoso.access.permissions import Permission
from hoso.app.house import House
from hoso.app.housekeeping import begin_day
from hoso.app.wsgi import application
from hoso.desk.desk import Desk
from hoso.desk.within import finds, permitted
from hoso.http.security import COOKIE
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.kernel.clock import FrozenClock
from hoso.kernel.errors import NotReady
from hoso.records import filing
from hoso.records.events import DocumentChanged, DossierChanged, Moved
from hoso.records.model import Document, Dossier, Grant, Mark
from hoso.search.interfaces import Permitted
from hoso.search.language import parse
from hoso.search.place import View, open_view
from hoso.search.verifying import verify
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

__all__ = ["Facts", "World", "allowed", "matrix_of"]

UNITS = ("goc", "nhanh", "la", "ben")
LOGINS = ("an", "binh", "chi", "dung", "giang", "hoa")
ROLES = ("clerk", "unit-head", "records-officer", "archivist", "auditor", "consented", "operator")
TYPES = ("D05", "D05", "G02", "G03")
#: What the catalogs say, and more: a type closed to whoever else reads it.
CLOSED = MappingProxyType({"G02": ("subject",), "G03": ("subject", "clerk", "consented")})
MOST_PAPERS, MOST_DOSSIERS = 28, 7


# The rule, written anew ------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """Raw facts of a record, copied out of the tree with no help of the house."""

    kind: str
    levels: tuple[tuple[int, tuple[Mark, ...]], ...]
    units: tuple[str, ...]
    grants: tuple[Grant, ...]
    walled: bool
    dossier: int
    type: str
    gone: bool


def facts_of(record: Any) -> Facts:
    """Copy what is stored of a paper or a dossier."""
    around = record.__parent__ if isinstance(record.__parent__, Dossier) else None
    outer = record if isinstance(record, Dossier) else around
    place, units = (outer or record).unit, []
    while hasattr(place, "number"):
        units.append(place.key)
        place = place.__parent__
    inside = [record] if outer in (None, record) else [record, outer]
    return Facts(
        kind="dossier" if outer is record else "filed" if outer is not None else "waiting",
        levels=tuple((one.level, one.marks) for one in inside),
        units=tuple(units),
        grants=tuple(grant for one in inside for grant in one.grants),
        walled=bool(outer is not None and outer.walled),
        dossier=outer.id if outer is not None else 0,
        type=getattr(record, "type", "") if outer is not record else "",
        gone=record.state in ("refused", "split"),
    )


def _level(level: int, marks: tuple[Mark, ...], day: str) -> int:
    """A mark holds to the last day of its term unless lifted; then the record's own level does."""
    if marks and marks[-1].act != "lifted" and (marks[-1].until == "" or day <= marks[-1].until):
        return max(level, marks[-1].level)
    return level


def allowed(
    account: Account,
    facts: Facts,
    permission: str,
    *,
    day: str,
    matrix: dict[str, set[str]],
    closed: dict[str, tuple[str, ...]],
) -> bool:
    """Say by the rule whether somebody may do something to a record on a day."""
    if facts.gone:
        return False
    if any(_level(level, marks, day) > account.clearance for level, marks in facts.levels):
        return False
    ways = set()
    for grant in facts.grants:
        open_ = (grant.valid_from or "0") <= day <= (grant.valid_to or "9")
        if grant.principal == "user:" + account.login and open_:
            ways.add(grant.role)
    if not facts.walled:
        for held in account.roles:
            if not (held.valid_from or "0") <= day <= (held.valid_to or "9"):
                continue
            if held.unit == 0 or _KEY_OF.get(held.unit) in facts.units:
                ways.add(held.role)
    if facts.dossier and facts.dossier == account.dossier:
        ways.add("subject")
    if facts.kind == "filed":
        ways -= set(closed.get(facts.type, ()))
    return any(permission in matrix.get(role, ()) for role in ways)


_KEY_OF: dict[int, str] = {}


def matrix_of(home: Path, profile: str) -> dict[str, set[str]]:
    """Read what roles may do from the file a lawyer reads, the profile's own over the base's."""
    found: dict[str, set[str]] = {}
    for name in ("base", profile):
        path = home / "profiles" / name / "roles.csv"
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for role, said in row.items():
                    if role != "permission":
                        found.setdefault(role, set()).discard(row["permission"])
                        if said == "A":
                            found[role].add(row["permission"])
    return found


_OPENS = {"filed": "document:read", "waiting": "intake:work", "dossier": "dossier:view"}


# The site in motion ----------------------------------------------------------------------


class World:
    """A site of the profile ``test`` in random motion.

    :param web: at so many addresses of pages and REST each comparison knocks.
    """

    def __init__(self, house: House, clock: FrozenClock, *, seed: int, web: int = 2) -> None:
        self.house, self.clock, self.web = house, clock, web
        self.draw = random.Random(seed)  # noqa: S311 - a site, not a secret
        self.said: list[str] = []
        # In the order they were made, so that equal seeds are equal sites.
        self._made: list[int] = []
        self._close_types()
        self.matrix = matrix_of(house.home, "test")
        self._browser = TestApp(application(house))
        self._key = {}
        with self._desk() as desk:
            for login in LOGINS:
                account = Account(login, f"Tài khoản {login}")
                account.must_change, account.issued_at = False, desk.now
                accounts_of(desk.root).by_login[login] = account
                self._key[login] = keys.issue(
                    desk.root, login, label="thử", days=366, now=clock.now()
                )
            _KEY_OF.update({u.number: u.key for u in desk.site.unit_by_key.values()})
            for number in range(4):
                self._new_dossier(desk, number)
            for _ in range(14):
                self._new_paper(desk)
            for _ in range(3 * len(LOGINS)):
                self._roles(desk)
                self._clearance(desk)
        house.follower.catch_up()
        self._deeds: tuple[tuple[int, Callable[[Desk], None]], ...] = (
            (6, self._new_paper),
            (2, self._new_item),
            (3, self._transfer),
            (2, self._wall),
            (4, self._grant_dossier),
            (4, self._grant_paper),
            (3, self._level),
            (4, self._mark),
            (2, self._type),
            (2, self._take_back),
            (1, self._refuse),
            (5, self._roles),
            (2, self._clearance),
            (2, self._own),
            (1, self._open),
            (1, self._rename),
        )

    def _close_types(self) -> None:
        rulebook = self.house.rulebook
        types = {
            key: replace(one, closed_to=CLOSED.get(key, ()))
            for key, one in rulebook.document_types.items()
        }
        self.house.rulebook = replace(rulebook, document_types=MappingProxyType(types))

    @contextmanager
    def _desk(self, login: str = "") -> Iterator[Desk]:
        with self.house.databases.connection() as connection:
            account = accounts_of(connection.root()).by_login.get(login or "archivist")
            yield Desk(self.house, connection, identity_of(account), via="test")
            connection.transaction_manager.commit()

    def move(self, deeds: int) -> None:
        """Do random deeds, let days pass, let the index follow or not."""
        for _ in range(deeds):
            kinds = [deed for often, deed in self._deeds for _ in range(often)]
            deed = self.draw.choice(kinds)
            with self._desk() as desk:
                deed(desk)
            self.said.append(deed.__name__.strip("_"))
        if self.draw.random() < 0.35:
            days = self.draw.choice([-3, -1, 1, 1, 2, 4])
            self.clock.advance(timedelta(days=days))
            self.said.append(f"{days:+} days")
        if self.draw.random() < 0.2:
            begin_day(self.house)
            self.said.append("day begun")
        chance = self.draw.random()
        if chance < 0.3:
            self.house.follower.catch_up()
            self.said.append("followed")
        elif chance < 0.6:
            self.house.follower.step(limit=1)
            self.said.append("a step followed")

    def settle(self) -> None:
        """Let the index follow to the end, and prove that it is the database."""
        self.house.follower.catch_up()
        _, _, view = open_view(self.house.index_path)
        with self.house.databases.connection() as connection:
            difference = verify(view, self.house.entries, connection.root())
        if difference:
            raise AssertionError(f"index and database differ: {difference}")

    # Deeds ---------------------------------------------------------------------------

    def _papers(self, desk: Desk, *, filed: bool | None = None) -> list[Document]:
        papers = list(map(desk.site.by_id.__getitem__, self._made))
        return [p for p in papers if filed is None or (p.dossier is not None) == filed]

    def _dossiers(self, desk: Desk) -> list[Dossier]:
        return list(desk.site.dossiers.values())

    def _one(self, records: list[Any]) -> Any:
        return self.draw.choice(records) if records else None

    def _when(self) -> tuple[str, str]:
        """Draw the first and the last day of a right; half of them are open at both ends."""
        if self.draw.random() < 0.5:
            return "", ""
        today = self.clock.today()
        days = ["", *((today + timedelta(days=n)).isoformat() for n in (-4, -2, -1, 0, 1, 2, 4))]
        return self.draw.choice(days), self.draw.choice(days)

    def _grants(self) -> tuple[Grant, ...]:
        return tuple(
            Grant(
                f"user:{self.draw.choice(LOGINS)}",
                self.draw.choice(ROLES),
                *self._when(),
                "15/QĐ-M",
            )
            for _ in range(self.draw.choice([0, 1, 1, 2, 3]))
        )

    def _new_dossier(self, desk: Desk, number: int) -> None:
        a_dossier(
            desk,
            code=f"W-{number:04d}",
            unit=self.draw.choice(UNITS),
            name=f"Lê Thị Mẫu {number}",
            level=self.draw.choice([0, 1, 1, 2]),
        )

    def _open(self, desk: Desk) -> None:
        count = len(self._dossiers(desk))
        if count < MOST_DOSSIERS:
            self._new_dossier(desk, count)

    def _new_paper(self, desk: Desk) -> None:
        if len(self._made) < MOST_PAPERS:
            number = self.draw.randrange(10**9)
            paper = a_filed_paper(
                desk,
                self._one(self._dossiers(desk)),
                words=f"Quyết định mẫu {number}",
                type_=self.draw.choice(TYPES),
                level=self.draw.choice([0, 1, 1, 2, 3]),
            )
            self._made.append(paper.id)

    def _new_item(self, desk: Desk) -> None:
        if len(self._made) < MOST_PAPERS:
            paper = a_waiting_paper(
                desk,
                unit=self.draw.choice(UNITS),
                words=f"Đơn mẫu {self.draw.randrange(10**9)}",
                level=self.draw.choice([0, 1, 2]),
            )
            self._made.append(paper.id)

    def _transfer(self, desk: Desk) -> None:
        dossier = self._one(self._dossiers(desk))
        unit = desk.site.unit_by_key[self.draw.choice(UNITS)]
        filing.transfer(dossier, unit, at=desk.now, by="test")
        desk.notify([Moved(dossier)])

    def _rename(self, desk: Desk) -> None:
        # Words are found as the index knows them: names that differ begin alike.
        dossier = self._one([one for one in self._dossiers(desk) if one.name.startswith("Lê")])
        dossier.name = f"Lê Thị Mẫu {self.draw.randrange(100)}"
        desk.notify([Moved(dossier)])

    def _wall(self, desk: Desk) -> None:
        dossier = self._one(self._dossiers(desk))
        dossier.walled = self.draw.random() < 0.4
        desk.notify([DossierChanged(dossier)])

    def _grant_dossier(self, desk: Desk) -> None:
        dossier = self._one(self._dossiers(desk))
        dossier.grants = self._grants()
        index_grants(desk.root, dossier)
        desk.notify([DossierChanged(dossier)])

    def _grant_paper(self, desk: Desk) -> None:
        if paper := self._one(self._papers(desk)):
            paper.grants = self._grants()
            index_grants(desk.root, paper)
            desk.notify([DocumentChanged(paper)])

    def _level(self, desk: Desk) -> None:
        record = self._one([*self._dossiers(desk), *self._papers(desk)])
        record.level = self.draw.choice([0, 1, 1, 2, 3, 4])
        event = DossierChanged if isinstance(record, Dossier) else DocumentChanged
        desk.notify([event(record)])

    def _mark(self, desk: Desk) -> None:
        record = self._one([*self._dossiers(desk), *self._papers(desk)])
        act = self.draw.choice(["determined", "determined", "lowered", "lifted"])
        mark = Mark(
            act,
            self.draw.choice([0, 2, 3, 4]),
            self._when()[1],
            "mục 1",
            "UBND",
            "2020",
            "1/QĐ",
            "",
            desk.now,
            "test",
        )
        record.marks = (*record.marks, mark)
        event = DossierChanged if isinstance(record, Dossier) else DocumentChanged
        desk.notify([event(record)])

    def _type(self, desk: Desk) -> None:
        if paper := self._one(self._papers(desk)):
            paper.type = self.draw.choice(TYPES)
            desk.notify([DocumentChanged(paper)])

    def _take_back(self, desk: Desk) -> None:
        if paper := self._one(self._papers(desk, filed=True)):
            before = paper.dossier
            filing.take_back(desk.site, paper, at=desk.now, by="test")
            if self.draw.random() < 0.7:
                to = self._one(self._dossiers(desk))
                filing.file_document(desk.site, paper, to, at=desk.now, by="test")
                desk.notify([DocumentChanged(paper), DossierChanged(before), DossierChanged(to)])
            else:
                desk.notify([DocumentChanged(paper), DossierChanged(before)])

    def _refuse(self, desk: Desk) -> None:
        waiting = [p for p in self._papers(desk, filed=False) if p.state != "refused"]
        if paper := self._one(waiting):
            paper.state = "refused"
            queue.remove(desk.root, paper)
            desk.notify([DocumentChanged(paper)])

    def _account(self, desk: Desk) -> Account:
        account: Account = accounts_of(desk.root).by_login[self.draw.choice(LOGINS)]
        return account

    def _roles(self, desk: Desk) -> None:
        numbers = [0, 0, *(unit.number for unit in desk.site.unit_by_key.values())]
        self._account(desk).roles = tuple(
            Held(
                self.draw.choice(ROLES),
                self.draw.choice(numbers),
                *self._when(),
                "14/QĐ-M",
            )
            for _ in range(self.draw.choice([0, 1, 2, 2, 3]))
        )

    def _clearance(self, desk: Desk) -> None:
        self._account(desk).clearance = self.draw.choice([0, 1, 2, 2, 3, 3, 4])

    def _own(self, desk: Desk) -> None:
        self._account(desk).dossier = self.draw.choice([0, self._one(self._dossiers(desk)).id])

    # Comparing -----------------------------------------------------------------------

    def compare(self) -> int:
        """Compare all answers for one person at this moment; return how many records he finds.

        Raises ``AssertionError`` with what was done since the last comparison.
        """
        login = self.draw.choice(LOGINS)
        with self._desk(login) as desk:
            known = _indexed(self.house.index_path)
            by_rule = self._by_rule(desk, login)
            self._same(login, "decision", by_rule, _decided(desk))
            found = {kind: numbers & known for kind, numbers in by_rule.items()}
            self._compare_search(desk, login, found)
            doors = [door for one in self._sample(desk) for door in self._doors(desk, login, one)]
        if self.web:
            self._knock(login, self.draw.sample(doors, min(self.web, len(doors))))
        self.said.clear()
        return sum(len(numbers) for numbers in by_rule.values())

    def _by_rule(self, desk: Desk, login: str) -> dict[str, set[int]]:
        account = accounts_of(desk.root).by_login[login]
        found: dict[str, set[int]] = {"filed": set(), "waiting": set(), "dossier": set()}
        for record in desk.site.by_id.values():
            if isinstance(record, Document | Dossier):
                facts = facts_of(record)
                if self._may(account, facts, _OPENS[facts.kind]):
                    found[facts.kind].add(record.id)
        return found

    def _may(self, account: Account, facts: Facts, permission: str) -> bool:
        day = self.clock.today().isoformat()
        closed = dict(CLOSED)
        return allowed(account, facts, permission, day=day, matrix=self.matrix, closed=closed)

    def _same(self, login: str, what: str, expected: Any, found: Any) -> None:
        if expected != found:
            raise AssertionError(
                f"{what} of {login}: by the rule {expected}, found {found}; since the last"
                f" comparison: {', '.join(self.said)}"
            )

    def _compare_search(self, desk: Desk, login: str, found: dict[str, set[int]]) -> None:
        engine = self.house.engine
        papers = permitted(desk, Permission.DOCUMENT_READ)
        for name, may, expected in (
            ("papers", papers, found["filed"] | found["waiting"]),
            ("dossiers", permitted(desk, Permission.DOSSIER_VIEW), found["dossier"]),
            ("everything", permitted(desk), set().union(*found.values())),
        ):
            for typed in ("", "mau") if name == "papers" else ("",):
                page = engine.search(parse(typed), may, limit=200)
                self._same(login, f"{name} {typed!r}", expected, {hit.id for hit in page.hits})
                self._same(login, f"total of {name}", len(expected), page.total)
                for facet in ("type", "unit", "level"):
                    counted = sum(page.facets[facet].values())
                    self._same(login, f"facet {facet} of {name}", len(expected), counted)
        listed: Permitted = permitted(desk, Permission.DOSSIER_VIEW)
        total, hits = engine.dossiers("", listed, limit=200)
        self._same(login, "list", found["dossier"], {hit.id for hit in hits})
        self._same(login, "total of list", len(found["dossier"]), total)
        named = {hit.id for hit in engine.suggest("le thi", listed, limit=50)}
        mau = {known for known in found["dossier"] if _person(desk, known).startswith("Lê")}
        self._same(login, "suggestions", mau, named)

    def _sample(self, desk: Desk) -> list[Any]:
        records = [*self._dossiers(desk), *self._papers(desk)]
        return self.draw.sample(records, min(2, len(records)))

    def _doors(self, desk: Desk, login: str, record: Any) -> list[tuple[str, str, bool]]:
        """Return (channel, address, open by the rule) of a record."""
        account, facts = accounts_of(desk.root).by_login[login], facts_of(record)
        if facts.kind == "dossier":
            return [("web", f"/dossiers/{record.code}", self._may(account, facts, "dossier:view"))]
        uid = ids.to_text(record.id)
        rest = f"/api/v1/documents/{uid}"
        if facts.kind == "waiting":
            may = self._may(account, facts, "intake:work")
            # What was refused stays to be looked at by who works at the tray.
            if facts.gone:
                return []
            return [("web", f"/tray/{uid}", may), ("rest", rest, may)]
        at = f"/dossiers/{record.dossier.code}/{uid}"
        view = self._may(account, facts, "document:view")
        read = self._may(account, facts, "document:read")
        return [("web", at, view), ("rest", rest, view), ("web", f"{at}/page/page-0001", read)]

    def _knock(self, login: str, doors: list[tuple[str, str, bool]]) -> None:
        with self._desk() as desk:
            token = sessions.begin(desk.root, login, now=self.clock.now())
        for channel, address, open_ in doors:
            self._browser.reset()
            headers = {}
            if channel == "web":
                self._browser.set_cookie(COOKIE, token)
            else:
                headers["Authorization"] = f"Bearer {self._key[login]}"
            answer = self._browser.get(address, headers=headers, expect_errors=True)
            if answer.status_int not in (200, 403, 404):
                raise AssertionError(f"{address} for {login}: {answer.status}")
            self._same(login, f"{channel} {address}", open_, answer.status_int == 200)


def _decided(desk: Desk) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"filed": set(), "waiting": set(), "dossier": set()}
    for record in desk.site.by_id.values():
        if isinstance(record, Document | Dossier) and finds(desk, record):
            kind = "dossier" if isinstance(record, Dossier) else "filed" if record.dossier else ""
            found[kind or "waiting"].add(record.id)
    return found


def _person(desk: Desk, number: int) -> str:
    return str(desk.site.by_id[number].name)


def _indexed(path: Path) -> set[int]:
    """Return the ids the index holds, whoever may find them."""
    try:
        _, _, view = open_view(path)
    except NotReady:
        return set()
    return set(_ids(view))


def _ids(view: View) -> Iterator[int]:
    everything = Query.range_query(view.document_schema, "id", FieldType.Unsigned, 1, None)
    found = view.documents.search(everything, 10_000)
    places = [place for _, place in found.hits]
    yield from view.documents.fast_field_values("id", places) if places else ()
