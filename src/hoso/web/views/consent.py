"""Written consent: ask, decide, end; who was let into a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.permissions import Permission
from hoso.desk import consent as desk_consent
from hoso.desk import consenting
from hoso.desk.consent_views import ConsentView
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.records.marking import level_of
from hoso.records.model import Dossier
from hoso.records.units import all_units
from hoso.web.consents import answer_of, asked_of, line_of, sections_of, state_badge
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done, offers
from hoso.web.places import unit_choices
from hoso.web.shapes import Crumb

__all__ = ["includeme"]

_ASKED = ("what", "purpose", "reason", "authority", "unit", "papers", "valid_from", "valid_to")
_GIVEN = ("dossier", "number", "decided_on", "scan", "valid_from", "valid_to", "note")


def listing(request: Any) -> Any:
    """Show one's own requests and, to a head, those to decide."""
    today = request.language.date(request.desk.today)
    return _listing(request, Form({"valid_from": today}), ())


def _listing(request: Any, form: Form, ticked: tuple[str, ...]) -> dict[str, Any]:
    desk, say = request.desk, request.language.say
    heads = offers(request, Permission.CONSENT_DECIDE)
    pending = consenting.pending(desk, desk.site) if heads else []
    return {
        "crumbs": (Crumb(say("Consent to read")),),
        "pending": [line_of(request, view) for view in pending] if heads else None,
        "mine": [line_of(request, view) for view in desk_consent.mine(desk, desk.site)],
        "form": Form(form.values, form.faults, form.message, _choices(request)),
        "sections": sections_of(request, ticked),
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
        "asked": list(asked_of(request, view)),
        "answer": list(answer_of(request, view)),
        "may_decide": may_decide,
        "may_withdraw": consent.state == "asked" and consent.asked_by == desk.identity.login,
        "may_end": view.may_end,
        "dossier_url": request.resource_path(view.dossier) if view.dossier is not None else "",
        "scan_missing": consent.decided is not None and not consent.decided.scan,
        "give": Form(give.values, give.faults, give.message, {"dossier": tuple(matched)}),
        "sections": [
            one
            for one in sections_of(request, chosen)
            if not consent.sections or one["letter"] in consent.sections
        ],
        "cleared": consenting.clearance_of(desk, consent) if may_decide else None,
        "highest": max((level_of(one, desk.today) for one in view.matches), default=0),
        "refuse": forms.get("refuse", Form()),
        "end": forms.get("end", Form()),
        "attach": forms.get("attach", Form()),
    }


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
        consenting.give(
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
        consenting.refuse(desk, desk.site, consent=request.matchdict["uid"], note=values["note"])
    except (Invalid, Conflict) as error:
        return _refused(request, "refuse", values, error)
    return _back(request, "consent-refused")


def end(request: Any) -> Any:
    """End the consent before its time."""
    values = typed(request, ("why",))
    try:
        consenting.end(
            request.desk, _opened(request), consent=request.matchdict["uid"], why=values["why"]
        )
    except (Invalid, Conflict) as error:
        return _refused(request, "end", values, error)
    return _back(request, "consent-ended")


def attach(request: Any) -> Any:
    """Say which paper is the scan of the consent document."""
    values = typed(request, ("scan",))
    try:
        consenting.attach_scan(
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
        "lines": [line_of(request, view) for view in views],
    }


def includeme(config: Any) -> None:
    many = {"route_name": "consents", "renderer": "consent/list.jinja2"}
    config.add_act_view(desk_consent.mine, listing, request_method="GET", **many)
    config.add_act_view(desk_consent.ask, ask, request_method="POST", **many)
    sheet = {"route_name": "consent", "renderer": "consent/consent.jinja2"}
    config.add_member_view(one, request_method="GET", **sheet)
    for name, act, view in (
        ("give", consenting.give, give),
        ("refuse", consenting.refuse, refuse),
        ("end", consenting.end, end),
        ("attach", consenting.attach_scan, attach),
        ("withdraw", desk_consent.withdraw, withdraw),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **sheet)
    inside = {"context": Dossier, "renderer": "consent/of-dossier.jinja2"}
    config.add_act_view(desk_consent.of_dossier, of_dossier, name="consents", **inside)
    config.add_act_view(desk_consent.opened_to, opened_to, name="let-in", **inside)
