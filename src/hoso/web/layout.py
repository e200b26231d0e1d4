"""The frame every page stands in: menu, reader, language, what was done a moment ago.

The frame is drawn also round error pages, after the transaction has ended; it therefore
asks the database for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyramid.csrf import get_csrf_token
from pyramid.events import BeforeRender

from hoso.access.identity import NOBODY, Identity
from hoso.access.permissions import Permission
from hoso.http.once import new_word
from hoso.web.language import LANGUAGES, Language, chosen
from hoso.web.words import DONE, Word

__all__ = ["done", "includeme", "offers"]


@dataclass(frozen=True)
class Item:
    """One line of the menu; the first of a group that is not the first one begins it."""

    label: str
    url: str
    current: bool
    begins: bool = False


@dataclass(frozen=True)
class Reader:
    """Who is signed in, as the frame shows it."""

    name: str
    account_url: str
    keys_url: str
    sign_out_url: str


@dataclass(frozen=True)
class Notice:
    """One line at the top of a page."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Other:
    """The language one may change to."""

    code: str
    label: str


# Route, word, what one must be allowed somewhere to be shown the way (none: everybody); by what
# belongs together: finding, taking in, people, how long, proof, the house itself.
_MENU: tuple[tuple[tuple[str, Word, Permission | None], ...], ...] = (
    (
        ("home", Word("What waits for you"), None),
        ("search", Word("Search"), Permission.SEARCH),
        ("dossiers", Word("Dossiers"), Permission.DOSSIER_LIST),
        ("units", Word("Units"), Permission.UNIT_VIEW),
    ),
    (
        ("batches", Word("Batches"), Permission.INTAKE_WORK),
        ("intake", Word("Intake"), Permission.INTAKE_WORK),
        ("imports", Word("Bulk import"), Permission.INTAKE_WORK),
        ("packages-in", Word("Packages taken in"), Permission.PACKAGE_TAKE),
        ("paper", Word("Paper store"), Permission.PAPER_VIEW),
    ),
    (
        ("deadlines", Word("What runs out when"), Permission.DOSSIER_LIST),
        ("forecast", Word("Retirement forecast"), Permission.CAREER_FORECAST),
        ("checklists", Word("Who left"), Permission.CAREER_FORECAST),
        ("custody", Word("Handovers"), Permission.CUSTODY_RECEIVE),
        ("consents", Word("Consent to read"), Permission.CONSENT_ASK),
        ("marks", Word("Secrecy"), Permission.MARK_VIEW),
    ),
    (
        ("due", Word("Due for disposal"), Permission.RETENTION_VIEW),
        ("holds", Word("Holds"), Permission.RETENTION_HOLD),
        ("disposals", Word("Disposal lists"), Permission.DISPOSAL_VIEW),
        ("packages", Word("Packages"), Permission.EXPORT_BUILD),
    ),
    (
        ("compliance", Word("Compliance"), Permission.COMPLIANCE_VIEW),
        ("fixity", Word("Whole files"), Permission.FIXITY_VIEW),
        ("journal", Word("Journal"), Permission.JOURNAL_VIEW),
        ("access", Word("Who could see what"), Permission.ACCESS_EXPLAIN),
    ),
    (
        ("accounts", Word("Accounts"), Permission.ACCOUNT_VIEW),
        ("present", Word("Who is here"), Permission.PRESENCE_VIEW),
        ("about", Word("About this site"), None),
    ),
)
_OTHER = {"vi": Other("en", "English"), "en": Other("vi", "Tiếng Việt")}


def offers(request: Any, permission: Permission | None) -> bool:
    """Say whether the reader holds a permission anywhere: what menus go by."""
    identity = reader_of(request)
    if permission is None:
        return identity.is_somebody
    house = request.registry.house
    policy, today = house.policy, house.clock.today()
    return bool(policy.anywhere(identity, permission, on=today, granted=identity.granted))


def reader_of(request: Any) -> Identity:
    """Return who asks, as looked up when the request began; never looks again."""
    identity: Identity = request.__dict__.get("identity_here", NOBODY)
    return identity


def done(address: str, what: str) -> str:
    """Return *address* with a note of what was done, said at the top of that page."""
    path, hash_, anchor = address.partition("#")
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}done={what}{hash_}{anchor}"


def _menu(request: Any, language: Language) -> Iterator[Item]:
    if not reader_of(request).is_somebody or reader_of(request).must_first:
        return
    here = _path(request)
    for number, group in enumerate(_MENU):
        offered = [one for one in group if offers(request, one[2])]
        for place, (route, label, _permission) in enumerate(offered):
            url = request.route_path(route)
            current = here == url or (url != "/" and here.startswith(f"{url}/"))
            yield Item(
                language.say(label.text),
                url,
                current or (route == "intake" and "/tray/" in here),
                begins=place == 0 < number,
            )


def _path(request: Any) -> str:
    """Return the path asked for; "/" where its bytes are no text."""
    try:
        return str(request.path)
    except UnicodeDecodeError:
        return "/"


def _here(request: Any) -> str:
    """Return the address to come back to after a change of language."""
    path = _path(request)
    query = request.query_string if request.method == "GET" else ""
    return f"{path}?{query}" if query else path


def _notices(request: Any, language: Language) -> Iterator[Notice]:
    word = DONE.get(request.GET.get("done", ""))
    if word is not None:
        yield Notice(language.say(word.text), "good")


def _frame(event: Any) -> None:
    """Give a template what the frame needs; the view's own values go before these."""
    request = event.get("request")
    if request is None or not str(event.get("renderer_name", "")).endswith(".jinja2"):
        return
    language: Language = request.language
    reader = reader_of(request)
    profile = request.registry.house.rulebook.profile
    may_search = offers(request, Permission.SEARCH) and not reader.must_first
    event.update(
        {
            "_": language.say,
            "_n": language.count,
            "num": language.number,
            "lang": language.code,
            "static": lambda path: request.static_path(f"hoso.web:static/{path}"),
            "site_title": language.label(profile.title),
            "home_url": request.route_path("home"),
            "sign_in_url": request.route_path("sign-in"),
            "language_url": request.route_path("language"),
            "other_language": _OTHER[language.code],
            "here": _here(request),
            "csrf_token": get_csrf_token(request),
            "once_word": new_word(),
            "nav": list(_menu(request, language)),
            "me": _reader(request, reader),
            "messages": list(_notices(request, language)),
            "crumbs": (),
            "search_url": request.route_path("search") if may_search else "",
            "suggest_url": request.route_path("suggest") if may_search else "",
            "finder_text": "",
            "finder_keeps": (),
        }
    )


def _reader(request: Any, reader: Identity) -> Reader | None:
    if not reader.is_somebody:
        return None
    return Reader(
        reader.name or reader.login,
        request.route_path("own-account"),
        request.route_path("keys"),
        request.route_path("sign-out"),
    )


def includeme(config: Any) -> None:
    if set(_OTHER) != set(LANGUAGES):
        raise ValueError("the language switch knows other languages than the catalogs")
    config.add_request_method(chosen, "language", reify=True)
    config.add_subscriber(_frame, BeforeRender)
