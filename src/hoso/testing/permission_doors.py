"""Every page and address of a site, asked by each reader: what its door answers.

The application is the real one: routes, traversal, sign-in, permissions.  Unless pages are
wanted as they are drawn, only what stands behind the door is exchanged for an empty answer, so that nothing is done, and error pages are
not drawn.  Where the page itself looks up what it is about, it is asked in earnest, and undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webob import Request, Response

from hoso.access import keys, sessions
from hoso.access.accounts import accounts_of
from hoso.app.house import House
from hoso.app.wsgi import application
from hoso.http.errors import STATUS
from hoso.http.rates import Rates
from hoso.http.security import COOKIE
from hoso.kernel.errors import HosoError

__all__ = ["Door", "Doors"]

#: Set in the environment of a request that shall be let in at no door.
_ONLY_ASK = "hoso.testing.only-ask"
_MARK = "a-mark-of-this-form-0123456789"
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
_BY_STATUS = {401: "sign in", 403: "no", 404: "-"}


@dataclass(frozen=True)
class Door:
    """One registered view.

    :ivar place: the pattern of its route, or the kind of record it belongs to.
    :ivar looks_up: whether the view finds its record itself, by a word of its address.
    """

    method: str
    place: str
    name: str
    permission: str
    param: str
    is_route: bool
    looks_up: bool

    @property
    def title(self) -> str:
        """The line it has in the table."""
        where = self.place if self.is_route else f"{self.place}/{self.name}"
        return f"{self.method} {where}{f' {self.param}' if self.param else ''}"


class Doors:
    """The application of a site, and readers who are signed in to it."""

    def __init__(self, house: House, *, drawn: bool = False) -> None:
        self._app = application(house, _undone if drawn else _only_doors)
        self._house = house
        self._tokens: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def sign_in(self, *logins: str) -> None:
        """Give each login a session and an access key."""

        def work(connection: Any) -> None:
            now = self._house.clock.now()
            for login in logins:
                if login not in accounts_of(connection.root()).by_login:
                    continue
                self._tokens[login] = sessions.begin(connection.root(), login, now=now)
                self._keys[login] = keys.issue(
                    connection.root(), login, label="table", days=9, now=now
                )

        self._house.databases.attempt(work)

    def all(self) -> Iterator[Door]:
        """Yield every registered view but those that draw errors or static files."""
        introspector = self._app.registry.introspector
        patterns = {
            one["introspectable"]["name"]: one["introspectable"]["pattern"]
            for one in introspector.get_category("routes")
        }
        for one in introspector.get_category("views"):
            view = one["introspectable"]
            if _draws_errors(view["context"]) or "static" in str(view["route_name"] or ""):
                continue
            route = view["route_name"] or ""
            place = patterns[route] if route else view["context"].__name__
            methods = view["request_methods"] or ("GET",)
            methods = (methods,) if isinstance(methods, str) else methods
            permission = _permission(introspector, view)
            for method in methods:
                yield Door(
                    method,
                    place,
                    view["name"],
                    permission,
                    str(view["request_param"] or ""),
                    bool(route),
                    looks_up="{" in place and not place.startswith("/api/"),
                )

    def answer(self, door: Door, address: str, *, login: str) -> str:
        """Return what a reader (``""``: a stranger) is told at a door."""
        answer = self.ask(door, address, login=login)
        location = answer.headers.get("Location", "")
        if answer.status_int == 303 and re.search(r"/(sign-in|password)\b", location):
            return "sign in"
        if answer.status_int < 400 or answer.status_int in {409, 422}:
            return "yes"
        return _BY_STATUS.get(answer.status_int, str(answer.status_int))

    def ask(
        self,
        door: Door,
        address: str,
        *,
        login: str,
        method: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the answer itself."""
        method = method or door.method
        said = door.param.split("=", 1) if door.param else []
        typed = {said[0]: said[1]} if len(said) == 2 and method in _WITH_BODY else None
        request = Request.blank(
            address,
            method=method,
            headers={**self._headers(login, method), **(headers or {})},
            **({"POST": typed} if typed is not None else {}),
        )
        request.environ[_ONLY_ASK] = not door.looks_up
        answer = request.get_response(self._app)
        getattr(answer.app_iter, "close", bool)() if method == "HEAD" else answer.body
        return answer

    def _headers(self, login: str, method: str) -> Mapping[str, str]:
        headers = {"Host": "localhost", "X-CSRF-Token": _MARK}
        if method in _WITH_BODY:
            headers["Origin"] = "http://localhost"
        cookies = [f"hoso_form={_MARK}"]
        if login in self._tokens:
            cookies.append(f"{COOKIE}={self._tokens[login]}")
            headers["Authorization"] = f"Bearer {self._keys[login]}"
        return {**headers, "Cookie": "; ".join(cookies)}


def _undone(config: Any) -> None:
    # Nothing that is asked here is kept, whatever it answers.
    config.add_settings({"tm.commit_veto": lambda _request, _response: True})
    # A reader asks more here in a minute than in a year.
    config.registry.rates = Rates.of(searches=0, makings=0, misses=0)


def _only_doors(config: Any) -> None:
    _undone(config)
    config.add_view_deriver(_doorkeeper, name="doorkeeper")
    config.add_renderer(".jinja2", _Blank)


def _draws_errors(context: Any) -> bool:
    if isinstance(context, type):
        return issubclass(context, Exception)
    return getattr(context, "__name__", "") == "IExceptionResponse"


def _permission(introspector: Any, view: Any) -> str:
    related = introspector.related(view) or []
    return next((str(r["value"]) for r in related if r.category_name == "permissions"), "")


def _doorkeeper(view: Any, info: Any) -> Any:
    def refuse(context: Any, request: Any) -> Any:
        if isinstance(context, HosoError):
            # Neither drawn nor journalled: four thousand times is what a test can afford.
            return Response(status=STATUS[context.kind])
        return view(context, request)

    def answer(context: Any, request: Any) -> Any:
        if request.environ.get(_ONLY_ASK):
            return Response(status=200)
        return view(context, request)

    return refuse if info.exception_only else answer


_doorkeeper.options = ()  # type: ignore[attr-defined]


class _Blank:
    """A renderer that draws nothing."""

    def __init__(self, _info: Any) -> None:
        """Take what Pyramid gives."""

    def __call__(self, _value: Any, _system: Any) -> str:
        return ""
