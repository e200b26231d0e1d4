"""Written consent: ask, decide, end; who was let into a dossier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import consent as desk_consent
from hoso.desk.consent import ConsentView
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.records.marking import level_of
from hoso.records.model import Document, Dossier
from hoso.records.units import all_units
from hoso.web import papers
from hoso.web.deeds import person_named
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb, Fact

__all__ = ["includeme", "state_badge"]

_ASKED = ("what", "purpose", "reason", "authority", "unit", "papers", "valid_from", "valid_to")
_GIVEN = ("dossier", "number", "decided_on", "scan", "valid_from", "valid_to", "note")


def state_badge(request: Any, view: ConsentView) -> Badge:
    """Return where a consent stands today, as a badge."""
    say = request.language.say
    text, tone = {
        "asked": (say("Waits for a decision"), "warn"),
        "refused": (say("Refused"), "bad"),
        "withdrawn": (say("Taken back"), ""),
        "lapsed": (say("Lapsed without a decision"), ""),
        "coming": (say("Given, begins later"), "good"),
        "in-force": (say("In force"), "good"),
        "over": (say("Over"), ""),
        "ended": (say("Ended early"), "bad"),
    }[view.state]
    return Badge(text, tone)


def listing(request: Any) -> Any:
    """Show one's own requests and, to a head, those to decide."""
    today = request.language.date(request.desk.today)
    return _listing(request, Form({"valid_from": today}), ())


def _listing(request: Any, form: Form, ticked: tuple[str, ...]) -> dict[str, Any]:
    desk, say = request.desk, request.language.say
    heads = offers(request, Permission.CONSENT_DECIDE)
    pending = desk_consent.pending(desk, desk.site) if heads else []
    return {
        "crumbs": (Crumb(say("Consent to read")),),
        "pending": [_line(request, view) for view in pending] if heads else None,
        "mine": [_line(request, view) for view in desk_consent.mine(desk, desk.site)],
        "form": Form(form.values, form.faults, form.message, _choices(request)),
        "sections": _sections(request, ticked),
    }


def _choices(request: Any) -> dict[str, tuple[Choice, ...]]:
    language = request.language
    terms = request.house.rulebook.vocabularies[desk_consent.PURPOSES].terms.values()
    return {
        "purpose": (
            Choice("", language.say("– choose –")),
            *(Choice(term.code, language.label(term.label)) for term in terms),
        ),
        # Names of units are no secret; what each keeps is.
        "unit": unit_choices(
            all_units(request.desk.site), any_=language.say("– whoever keeps the dossier –")
        ),
    }


def _sections(request: Any, ticked: tuple[str, ...]) -> list[dict[str, Any]]:
    label = request.language.label
    return [
        {"letter": one.key, "label": label(one.label), "ticked": one.key in ticked}
        for one in request.house.rulebook.sections.values()
    ]


def _line(request: Any, view: ConsentView) -> dict[str, Any]:
    consent, language = view.consent, request.language
    found = [f"{one.code} – {one.name}" for one in view.matches]
    return {
        "number": consent.number,
        "url": request.route_path("consent", uid=consent.uid),
        "what": consent.what,
        "purpose": _purpose(request, consent.purpose),
        "by": person_named(request, consent.asked_by),
        "at": language.moment(consent.asked_at),
        "from": language.date((consent.decided or consent).valid_from),
        "to": language.date((consent.decided or consent).valid_to),
        "matches": found,
        "document": consent.decided.number if consent.decided is not None else "",
        "state": state_badge(request, view),
    }


def _purpose(request: Any, code: str) -> str:
    term = request.house.rulebook.vocabularies[desk_consent.PURPOSES].terms.get(code)
    return request.language.label(term.label) if term is not None else code


def ask(request: Any) -> Any:
    """Send a request; the answer is the same whatever there is."""
    values = typed(request, _ASKED)
    letters = tuple(one for one in request.POST.getall("sections") if isinstance(one, str))
    try:
        made = desk_consent.ask(request.desk, request.desk.site, sections=letters, **values)
    except Invalid as error:
        request.response.status_int = 422
        return _listing(request, Form().refuse(values, error, request.language), letters)
    return HTTPSeeOther(done(request.route_path("consent", uid=made.uid), "consent-asked"))


def one(request: Any) -> Any:
    """Show one consent."""
    return _one(request, {})


def _one(request: Any, forms: Mapping[str, Form]) -> dict[str, Any]:
    desk, language, say = request.desk, request.language, request.language.say
    view = desk_consent.look(desk, request.matchdict["uid"])
    consent = view.consent
    may_decide = (
        view.state == "asked"
        and offers(request, Permission.CONSENT_DECIDE)
        and consent.asked_by != desk.identity.login
    )
    give = forms.get("give") or Form(
        {
            "valid_from": language.date(consent.valid_from),
            "valid_to": language.date(consent.valid_to),
            "dossier": view.matches[0].uid if len(view.matches) == 1 else "",
        }
    )
    matched = [
        Choice(one.uid, f"{one.code} – {one.name} ({one.unit.name})") for one in view.matches
    ]
    ticked = tuple(one for one in request.POST.getall("sections") if isinstance(one, str))
    chosen = ticked if forms else consent.sections
    return {
        "crumbs": (
            Crumb(say("Consent to read"), request.route_path("consents")),
            Crumb(consent.number),
        ),
        "number": consent.number,
        "state": state_badge(request, view),
        "asked": list(_asked(request, view)),
        "answer": list(_answer(request, view)),
        "may_decide": may_decide,
        "may_withdraw": consent.state == "asked" and consent.asked_by == desk.identity.login,
        "may_end": view.may_end,
        "dossier_url": request.resource_path(view.dossier) if view.dossier is not None else "",
        "scan_missing": consent.decided is not None and not consent.decided.scan,
        "give": Form(give.values, give.faults, give.message, {"dossier": tuple(matched)}),
        "sections": [
            one
            for one in _sections(request, chosen)
            if not consent.sections or one["letter"] in consent.sections
        ],
        "cleared": desk_consent.clearance_of(desk, consent) if may_decide else None,
        "highest": max((level_of(one, desk.today) for one in view.matches), default=0),
        "refuse": forms.get("refuse", Form()),
        "end": forms.get("end", Form()),
        "attach": forms.get("attach", Form()),
    }


def _asked(request: Any, view: ConsentView) -> Iterator[Fact]:
    consent, language, say = view.consent, request.language, request.language.say
    labels = {one["letter"]: one["label"] for one in _sections(request, ())}
    yield Fact(say("Whose dossier, as it was asked"), consent.what)
    scope = ", ".join(f"{letter} {labels.get(letter, '')}" for letter in consent.sections)
    yield Fact(say("How much of it"), scope or say("The whole dossier"))
    if consent.papers:
        yield Fact(say("Papers named"), consent.papers)
    yield Fact(say("Purpose"), _purpose(request, consent.purpose))
    yield Fact(say("Needed for"), consent.reason)
    yield Fact(say("Request or letter of introduction"), consent.authority)
    if consent.unit:
        unit = request.desk.site.unit_by_number.get(consent.unit)
        yield Fact(say("Addressed to"), unit.name if unit is not None else "")
    yield Fact(
        say("Period asked for"),
        f"{language.date(consent.valid_from)} – {language.date(consent.valid_to)}",
    )
    yield Fact(say("Asked by"), person_named(request, consent.asked_by))
    yield Fact(say("Asked at"), language.moment(consent.asked_at))


def _answer(request: Any, view: ConsentView) -> Iterator[Fact]:
    consent, language, say = view.consent, request.language, request.language.say
    if consent.decided_by:
        yield Fact(say("Decided by"), person_named(request, consent.decided_by))
        yield Fact(say("Decided at"), language.moment(consent.decided_at))
    if consent.note:
        yield Fact(say("Reason or remark"), consent.note)
    decided = consent.decided
    if decided is None:
        return
    yield Fact(
        say("Consent document"),
        say("No. {number} of {date}", number=decided.number, date=language.date(decided.date)),
    )
    yield _scan(request, decided.scan)
    if view.dossier is not None:
        shown = f"{view.dossier.code} – {view.dossier.name}"
        yield Fact(say("Dossier"), shown, request.resource_path(view.dossier))
    if decided.papers:
        yield Fact(say("Opens"), language.count("{n} paper", "{n} papers", len(decided.papers)))
        for paper in view.papers:
            yield Fact("", papers.title_of(paper, language), request.resource_path(paper))
    else:
        yield Fact(say("Opens"), say("The whole dossier, as far as the reader's clearance goes"))
    yield Fact(
        say("In force"),
        f"{language.date(decided.valid_from)} – {language.date(decided.valid_to)}",
    )
    if consent.ended_by:
        yield Fact(say("Ended early by"), person_named(request, consent.ended_by))
        yield Fact(say("Ended at"), language.moment(consent.ended_at))
        yield Fact(say("Why"), consent.ended_why)


def _scan(request: Any, uid: str) -> Fact:
    say = request.language.say
    if not uid:
        return Fact(say("Its scan"), badge=Badge(say("Still missing"), "warn"))
    try:
        paper = request.desk.find(uid, Document)
    except Missing:
        return Fact(say("Its scan"), uid, code=True)
    title = papers.title_of(paper, request.language)
    return Fact(say("Its scan"), title, request.resource_path(paper))


def _refused(
    request: Any, name: str, values: Mapping[str, str], error: Invalid | Conflict | Forbidden
) -> Any:
    if isinstance(error, Invalid):
        request.response.status_int = 422
        return _one(request, {name: Form().refuse(values, error, request.language)})
    request.response.status_int = 409 if isinstance(error, Conflict) else 403
    return _one(request, {name: Form(values, message=request.language.error(error))})


def _back(request: Any, said: str) -> HTTPSeeOther:
    address = request.route_path("consent", uid=request.matchdict["uid"])
    return HTTPSeeOther(done(address, said))


def give(request: Any) -> Any:
    """Give the consent, for all that was asked or for less."""
    desk, uid, values = request.desk, request.matchdict["uid"], typed(request, _GIVEN)
    letters = [one for one in request.POST.getall("sections") if isinstance(one, str)]
    try:
        dossier = _dossier(desk, values["dossier"])
        desk_consent.give(
            desk,
            dossier,
            consent=uid,
            sections=() if len(letters) == len(request.house.rulebook.sections) else letters,
            **{name: value for name, value in values.items() if name != "dossier"},
        )
    except (Invalid, Conflict, Forbidden) as error:
        if "entry" in error.facts:
            raise
        return _refused(request, "give", values, error)
    return _back(request, "consent-given")


def _dossier(desk: Any, key: str) -> Dossier:
    try:
        found: Dossier = desk.find(key.strip(), Dossier)
    except Missing:
        fault = Fault("dossier", "Choose the dossier, or write the code of one you keep.")
        raise Invalid([fault]) from None
    return found


def refuse(request: Any) -> Any:
    """Refuse the request, with the reason."""
    desk, values = request.desk, typed(request, ("note",))
    try:
        desk_consent.refuse(desk, desk.site, consent=request.matchdict["uid"], note=values["note"])
    except (Invalid, Conflict) as error:
        return _refused(request, "refuse", values, error)
    return _back(request, "consent-refused")


def end(request: Any) -> Any:
    """End the consent before its time."""
    values = typed(request, ("why",))
    try:
        desk_consent.end(
            request.desk, _opened(request), consent=request.matchdict["uid"], why=values["why"]
        )
    except (Invalid, Conflict) as error:
        return _refused(request, "end", values, error)
    return _back(request, "consent-ended")


def attach(request: Any) -> Any:
    """Say which paper is the scan of the consent document."""
    values = typed(request, ("scan",))
    try:
        desk_consent.attach_scan(
            request.desk, _opened(request), consent=request.matchdict["uid"], scan=values["scan"]
        )
    except Invalid as error:
        return _refused(request, "attach", values, error)
    return _back(request, "saved")


def _opened(request: Any) -> Dossier:
    view = desk_consent.look(request.desk, request.matchdict["uid"])
    if view.dossier is None:
        raise Missing
    return view.dossier


def withdraw(request: Any) -> Any:
    """Take one's own request back."""
    desk, uid = request.desk, request.matchdict["uid"]
    try:
        desk_consent.withdraw(desk, desk.site, consent=uid)
    except Conflict as error:
        return _refused(request, "refuse", {}, error)
    return HTTPSeeOther(done(request.route_path("consents"), "consent-withdrawn"))


def of_dossier(dossier: Dossier, request: Any) -> Any:
    """Show who was let into a dossier by consent, to who keeps it."""
    return _of_dossier(request, dossier, desk_consent.of_dossier(request.desk, dossier))


def opened_to(dossier: Dossier, request: Any) -> Any:
    """Show the same to the person the dossier is about."""
    return _of_dossier(request, dossier, desk_consent.opened_to(request.desk, dossier))


def _of_dossier(request: Any, dossier: Dossier, views: list[ConsentView]) -> dict[str, Any]:
    say = request.language.say
    return {
        "crumbs": (
            Crumb(say("Dossiers"), request.route_path("dossiers")),
            Crumb(dossier.code, request.resource_path(dossier)),
            Crumb(say("Who was let in")),
        ),
        "title": f"{dossier.code} – {dossier.name}",
        "lines": [_line(request, view) for view in views],
    }


def includeme(config: Any) -> None:
    many = {"route_name": "consents", "renderer": "consent/list.jinja2"}
    config.add_act_view(desk_consent.mine, listing, request_method="GET", **many)
    config.add_act_view(desk_consent.ask, ask, request_method="POST", **many)
    sheet = {"route_name": "consent", "renderer": "consent/consent.jinja2"}
    config.add_member_view(one, request_method="GET", **sheet)
    for name, act, view in (
        ("give", desk_consent.give, give),
        ("refuse", desk_consent.refuse, refuse),
        ("end", desk_consent.end, end),
        ("attach", desk_consent.attach_scan, attach),
        ("withdraw", desk_consent.withdraw, withdraw),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **sheet)
    inside = {"context": Dossier, "renderer": "consent/of-dossier.jinja2"}
    config.add_act_view(desk_consent.of_dossier, of_dossier, name="consents", **inside)
    config.add_act_view(desk_consent.opened_to, opened_to, name="let-in", **inside)
