"""What may be done to a dossier from its page: each act a form, each refused form shown again.

An act is offered where the desk says it may be done; the desk asks again when it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.desk import dossiers, exporting, holding, permits
from hoso.desk.dossiers import DossierView
from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Dossier
from hoso.web import papers
from hoso.web.forms import Choice, Form, revision_of, typed
from hoso.web.layout import done

__all__ = ["acts_on", "add_acts"]


@dataclass(frozen=True)
class Control:
    """One field of an act's form."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Offered:
    """An act as the page offers it."""

    name: str
    label: str
    button: str
    url: str
    fields: tuple[Control, ...]
    form: Form
    note: str = ""
    tone: str = "main"
    open: bool = False


def is_personal(request: Any, dossier: Dossier) -> bool:
    """Say whether a dossier is about a person, or else about a piece of work."""
    known = request.house.rulebook.dossier_types.get(dossier.type)
    return known is None or known.personal


def acts_on(
    request: Any, view: DossierView, *, refused: str = "", form: Form | None = None
) -> list[Offered]:
    """Return the acts one may perform, the refused one open and as it was typed."""
    shown = []
    for offered in _offers(request, view):
        if offered.name == refused and form is not None:
            kept = Form(
                {**offered.form.values, **form.values}, form.faults, "", offered.form.choices
            )
            shown.append(Offered(**{**vars(offered), "form": kept, "open": True}))
        else:
            shown.append(offered)
    return shown


def _offers(request: Any, view: DossierView) -> Iterator[Offered]:
    say, dossier, may = request.language.say, view.dossier, view.may
    when = say("dd/mm/yyyy, mm/yyyy or yyyy")

    def url(name: str) -> str:
        return str(request.resource_path(dossier, name))

    personal = is_personal(request, dossier)
    if may["edit"] and not personal:
        yield Offered(
            "edit",
            say("Correct the subject"),
            say("Save"),
            url("edit"),
            (Control("name", say("Subject"), required=True),),
            Form({"name": dossier.name}),
        )
    if may["edit"] and personal:
        yield Offered(
            "edit",
            say("Correct the person's facts"),
            say("Save"),
            url("edit"),
            (
                Control("name", say("Full name"), required=True),
                Control("birth_date", say("Date of birth"), hint=when),
                Control("gender", say("Gender"), "select"),
            ),
            Form(
                {
                    "name": dossier.name,
                    "birth_date": request.language.date(dossier.birth_date),
                    "gender": dossier.gender,
                },
                choices={"gender": _genders(request)},
            ),
        )
    if may["status"] and personal:
        yield Offered(
            "status",
            say("Record a change of status"),
            say("Record the change"),
            url("status"),
            (
                Control("status", say("New status"), "select", required=True),
                Control("effective", say("In force from"), hint=when),
                Control("evidence", say("By the decision"), "select"),
            ),
            Form(choices={"status": _statuses(request), "evidence": _evidence(request, view)}),
            note=say(
                "For changes within service, and for who comes back. That somebody leaves is "
                "recorded under “Leaving service”."
            ),
        )
    if may["hold"]:
        yield Offered(
            "hold",
            say("Place a hold"),
            say("Place the hold"),
            url("hold"),
            (
                Control("reason", say("Reason"), required=True),
                Control(
                    "authority",
                    say("Ordered by"),
                    required=True,
                    hint=say("Who ordered it, and the number of the paper."),
                ),
            ),
            Form(),
            note=say("While a hold is in force nothing in the dossier may be destroyed."),
            tone="",
        )
    if may["export"]:
        yield Offered(
            "export",
            say("Export the dossier"),
            say("Download the package"),
            url("export"),
            (Control("profile", say("Kind of package"), "select"),),
            Form({"profile": "bagit"}, choices={"profile": _profiles(request)}),
            note=say(
                "One zip with every paper you may read, its description and checksums; read again "
                "before it is given out."
            ),
        )
    if may["edit"] and dossier.state == "open":
        yield Offered(
            "close",
            say("Close the dossier"),
            say("Close the dossier"),
            url("close"),
            (Control("ended", say("The work ended on"), hint=when),),
            Form(),
            note=say("A closed dossier takes no more papers; its period of retention begins."),
            tone="grave",
        )


def _genders(request: Any) -> tuple[Choice, ...]:
    language = request.language
    terms = request.house.rulebook.vocabularies["gender"].terms.values()
    return (
        Choice("", language.say("– not stated –")),
        *(Choice(term.code, language.label(term.label)) for term in terms),
    )


def _profiles(request: Any) -> tuple[Choice, ...]:
    """Return the profiles of packages, those that other programs of the house add by their names."""
    say = request.language.say
    known = {
        "bagit": say("BagIt 1.0 (RFC 8493): for any reader"),
        "eark-sip-2.2.0": say("E-ARK SIP 2.2.0: for an archive abroad or a repository"),
        "tt05-aip-hoso": say("AIP_hoso (Circular 05/2025): for the archive, same system"),
        "tt05-sip-hoso": say("SIP_hoso (Circular 05/2025): for the archive, another system"),
    }
    names = exporting.profiles(request.desk)
    return tuple(Choice(name, known.get(name, name)) for name in names)


def _statuses(request: Any) -> tuple[Choice, ...]:
    """Return the standings one sets by oneself; how somebody leaves has a page of its own."""
    language, rulebook = request.language, request.house.rulebook
    leaving = {way.status for way in rulebook.leaving.values()}
    return (
        Choice("", language.say("– choose –")),
        *(
            Choice(term.code, language.label(term.label))
            for term in rulebook.statuses.values()
            if term.code not in leaving
        ),
    )


def _evidence(request: Any, view: DossierView) -> tuple[Choice, ...]:
    language = request.language
    found = [d for section in view.sections for type_ in section.types for d in type_.documents]
    return (
        Choice("", language.say("– no paper in this dossier –")),
        *(
            Choice(
                document.uid,
                " · ".join(
                    part
                    for part in (
                        papers.number_of(document),
                        language.date(document.date),
                        papers.short(papers.title_of(document, language)),
                    )
                    if part
                ),
            )
            for document in found
        ),
    )


Deed = Callable[[Any, Dossier, Mapping[str, str], int], Any]
Show = Callable[..., Any]


def _view(name: str, fields: tuple[str, ...], deed: Deed, *, said: str, show: Show) -> Any:
    """Return the view that performs one act and, refused, shows the page with its form."""

    def perform(dossier: Dossier, request: Any) -> Any:
        values = typed(request, fields)
        try:
            otherwise = deed(request.desk, dossier, values, revision_of(request))
        except Invalid as error:
            request.response.status_int = 422
            form = Form().refuse(values, error, request.language)
        except Conflict as error:
            request.response.status_int = 409
            form = Form(values, message=request.language.error(error))
        else:
            return HTTPSeeOther(done(request.resource_path(dossier), otherwise or said))
        return show(request, dossier, refused=name, form=form)

    return perform


def _edit(desk: Any, dossier: Dossier, values: Mapping[str, str], revision: int) -> None:
    dossiers.edit(
        desk,
        dossier,
        name=values["name"],
        birth_date=values["birth_date"],
        gender=values["gender"],
        revision=revision,
    )


def _status(desk: Any, dossier: Dossier, values: Mapping[str, str], revision: int) -> None:
    dossiers.change_status(
        desk,
        dossier,
        status=values["status"],
        effective=values["effective"],
        evidence=values["evidence"],
        revision=revision,
    )


def _close(desk: Any, dossier: Dossier, values: Mapping[str, str], revision: int) -> None:
    dossiers.close(desk, dossier, ended=values["ended"], revision=revision)


def _hold(desk: Any, dossier: Dossier, values: Mapping[str, str], _revision: int) -> None:
    holding.place_hold(desk, dossier, reason=values["reason"], authority=values["authority"])


def _lift(desk: Any, dossier: Dossier, values: Mapping[str, str], _revision: int) -> str | None:
    words = {"hold": values["hold"], "reason": values["reason"]}
    if permits.is_needed(desk, dossier, function=holding.lift_hold, words=words):
        permits.ask(desk, dossier, function=holding.lift_hold, words=words, reason=values["reason"])
        return "second-asked"
    holding.lift_hold(desk, dossier, **words)
    return None


def add_acts(config: Any, show: Show) -> None:
    """Add the views of all acts; *show* draws the dossier's page again, with a refused form."""
    for name, act, fields, deed, said in (
        ("edit", dossiers.edit, ("name", "birth_date", "gender"), _edit, "saved"),
        ("status", dossiers.change_status, ("status", "effective", "evidence"), _status, "status"),
        ("close", dossiers.close, ("ended",), _close, "closed"),
        ("hold", holding.place_hold, ("reason", "authority"), _hold, "held"),
        ("lift", holding.lift_hold, ("hold", "reason"), _lift, "lifted"),
    ):
        config.add_act_view(
            act,
            _view(name, fields, deed, said=said, show=show),
            context=Dossier,
            name=name,
            request_method="POST",
            renderer="dossiers/dossier.jinja2",
        )
