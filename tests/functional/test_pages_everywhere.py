"""What holds for every page: a title, labels, no inline code, headers, no leaks."""

from __future__ import annotations

import re
from functools import cache

import pytest

from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper
from hoso.web.locale.compile import catalog

PAGES = {
    "officer": (
        "/", "/dossiers", "/open", "/units", "/units/goc/nhanh", "/intake", "/search",
        "/search?q=l%C6%B0%C6%A1ng", "/due", "/about", "/password", "/dossiers/T-0001",
        "/dossiers/T-0001/why", "/intake/sheets", "/intake/sent-back", "{filed}pages", "{waiting}pages", "{filed}", "{filed}edit", "{filed}withdraw", "{filed}why", "{waiting}",
        "/marks", "{filed}mark", "{waiting}mark", "/dossiers/T-0001/mark", "/dossiers/T-0001/stub", "{filed}open-seal",
    ),
    "auditor": ("/", "/journal", "/journal?of=T-0001", "/accounts"),
    "admin": ("/", "/accounts", "/accounts/clerk"),
    "": ("/sign-in",),
}  # fmt: skip
ALL = [(login, page) for login, pages in PAGES.items() for page in pages]


@pytest.fixture
def page(browse, as_, follow, site):
    """Call it with a login and an address for the page there."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        filed = a_filed_paper(desk, dossier, words="Nâng bậc lương", number="14", symbol="QĐ-M")
        waiting = a_waiting_paper(desk, words="Giấy khác", proposals=PROPOSALS)
        places = {
            "filed": f"/dossiers/T-0001/{filed.uid}/",
            "waiting": f"/tray/{waiting.uid}/",
        }
    follow()

    def get(login, address):
        return browse(login).get(address.format(**places), expect_errors=True)

    return get


PROPOSALS = {
    "number": {"value": "14", "confidence": 0.98, "page": 1, "box": [0.1, 0.2, 0.3, 0.22], "rule": "n"},
    "subject": {"value": "Về việc <b>nâng</b> lương", "confidence": 0.6, "page": 1, "box": None, "rule": "s"},
    "type": {"value": "QUYẾT ĐỊNH", "confidence": 0.9, "page": 1, "box": None, "rule": "t"},
    "date": {"value": "2019-03-15", "confidence": 0.9, "page": 1, "box": None, "rule": "d"},
}  # fmt: skip


@pytest.mark.parametrize(("login", "address"), ALL)
def test_a_page_is_well_made(page, login, address):
    """One request, many rules: a page is dear to make and cheap to look at."""
    answer = page(login, address)
    html = answer.html

    assert answer.status_int == 200
    assert {rule.__doc__: wrong for rule in RULES if (wrong := rule(answer, html))} == {}


def _says_what_it_is(_answer, html):
    """The title names the page and the site; there is one heading; the language is said."""
    title = html.title.text.strip()
    wrong = [] if title.endswith("– Thử nghiệm") and len(title) > 13 else [title]
    return (
        wrong
        + [str(h) for h in html.find_all("h1")[1:]]
        + [t for t in ["vi"] if html.html["lang"] != t]
    )


def _lets_one_past_the_menu(_answer, html):
    """The skip link leads to something."""
    target = html.select_one("a.skip")["href"][1:]
    return [] if html.find(id=target) else [target]


def _names_every_field(_answer, html):
    """Each control that is shown has a label."""
    fields = [
        field
        for field in html.find_all(["input", "select", "textarea"])
        if field.get("type") not in {"hidden", "submit"} and not field.has_attr("hidden")
    ]
    return [str(field) for field in fields if not _name_of(html, field)]


def _name_of(html, field):
    if field.find_parent("label") or field.get("aria-label"):
        return True
    return field.get("id") and html.find("label", attrs={"for": field["id"]})


def _gives_each_id_once(_answer, html):
    """No id stands twice."""
    ids = [tag["id"] for tag in html.find_all(id=True)]
    return sorted({one for one in ids if ids.count(one) > 1})


def _holds_nothing_inline(_answer, html):
    """No script, style or handler in the page itself."""
    scripts = [str(script) for script in html.find_all("script") if not script.get("src")]
    styles = [str(tag)[:80] for tag in html.find_all("style") + html.find_all(style=True)]
    handlers = [t.name for t in html.find_all() if any(a.startswith("on") for a in t.attrs)]
    return scripts + styles + handlers


def _says_so_in_its_headers(answer, _html):
    """The policy allows nothing inline; no shared cache keeps the page."""
    policy = answer.headers["Content-Security-Policy"]
    strict = "default-src 'self'" in policy and "unsafe" not in policy
    return [] if strict and answer.headers["Cache-Control"] == "no-store" else [policy]


def _marks_its_forms(_answer, html):
    """Every form that changes something carries its mark against other sites."""
    return [
        str(form)[:80]
        for form in html.find_all("form", method="post")
        if not form.find("input", attrs={"name": "csrf_token", "value": True})
    ]


def _is_all_vietnamese(_answer, html):
    """No sentence of the catalog stands on the page in English."""
    return sorted({text.strip() for text in html.stripped_strings} & _english())


@cache
def _english():
    return frozenset(
        m.id
        for m in catalog("vi")
        if isinstance(m.id, str) and " " in m.id and "{" not in m.id and m.id != m.string
    )


RULES = (
    _says_what_it_is,
    _lets_one_past_the_menu,
    _names_every_field,
    _gives_each_id_once,
    _holds_nothing_inline,
    _says_so_in_its_headers,
    _marks_its_forms,
    _is_all_vietnamese,
)


def test_what_a_paper_says_is_never_markup(page):
    answer = page("officer", "{waiting}")

    assert "<b>nâng</b>" not in answer.text
    assert "&lt;b&gt;nâng&lt;/b&gt;" in answer.text


def test_an_unknown_and_a_hidden_dossier_answer_alike(browse, as_):
    with as_("officer") as desk:
        a_dossier(desk, code="T-0009", unit="goc")
    browser = browse("clerk")

    hidden = browser.get("/dossiers/T-0009", status=404)
    unknown = browser.get("/dossiers/T-9999", status=404)

    assert _plain(unknown) == _plain(hidden)


def _plain(answer):
    """The page without what differs by address and by form."""
    return re.sub(r'value="[^"]*"', "", answer.text)


@pytest.mark.parametrize(
    "address",
    [
        "/dossiers/%00", "/dossiers/T-0001/zzz", "/tray/0000000000000",
        "/units/khong", "/dossiers/T-0001/khong-co/page/page-0001", "/accounts/khong-co",
        "/search?page=99999999&q=a", "/dossiers?page=-1", "/journal?day=31/02/2019",
        "/due?on=hom-nay", "/search?q=%22abc", "/search?q=n%C4%83m:abc", "/journal?of=zzz",
    ],
)  # fmt: skip
def test_nonsense_in_an_address_is_answered_never_an_accident(browse, follow, address):
    follow()

    for login in ("officer", "auditor", "admin"):
        assert browse(login).get(address, expect_errors=True).status_int < 500


def test_an_address_that_is_no_text_is_a_bad_request(site):
    """The client library cannot ask this; a scanner on the network can."""
    from webob import Request

    from hoso.app.wsgi import application

    request = Request.blank("/")
    request.environ["PATH_INFO"] = "/dossiers/\xff"

    assert request.get_response(application(site)).status_int == 400
