"""Who retires when: the forecast by month."""

from __future__ import annotations

from typing import Any

from hoso.access.permissions import Permission
from hoso.desk import forecasting, units
from hoso.desk.forecasting import Line
from hoso.kernel.errors import Invalid, NotReady
from hoso.personnel.retirement_age import Month
from hoso.records.model import Dossier
from hoso.web import careers
from hoso.web.forms import Form, whole_number
from hoso.web.places import unit_choices
from hoso.web.shapes import Badge, Crumb

__all__ = ["includeme"]

_MONTHS = "12"


def listing(request: Any) -> Any:
    """Show who reaches the age of retirement, month by month."""
    language = request.language
    say, desk = language.say, request.desk
    asked = {name: request.GET.get(name, "").strip() for name in ("first", "months", "unit")}
    values = {
        "first": asked["first"] or f"{desk.today:%m/%Y}",
        "months": asked["months"] or _MONTHS,
        "unit": asked["unit"],
    }
    mine = units.choices(desk, Permission.CAREER_FORECAST)
    form = Form(values, choices={"unit": unit_choices(mine, any_=say("All units"))})
    shown: dict[str, Any] = {
        "crumbs": (Crumb(say("Retirement forecast")),),
        "filters": form,
        "months": [],
        "passed": [],
        "unknown": [],
        "total": 0,
        "wait": "",
    }
    try:
        found = forecasting.listed(
            desk,
            desk.site,
            first=_month(values["first"]),
            months=whole_number(values["months"]),
            unit=values["unit"],
        )
    except Invalid as error:
        request.response.status_int = 422
        return {**shown, "filters": form.refuse(values, error, language)}
    except ValueError:
        request.response.status_int = 422
        faults = {"first": (say("Write the month as 05/2026."),)}
        return {**shown, "filters": Form(values, faults, choices=form.choices)}
    except NotReady as error:
        return {**shown, "wait": language.error(error)}
    return {
        **shown,
        "total": found.total,
        "months": [
            {
                "label": f"{month.month:02d}/{month.year}",
                "lines": [_line(request, line) for line in lines],
            }
            for month, lines in found.months
        ],
        "passed": [_line(request, line) for line in found.passed],
        "unknown": [_person(request, dossier) for dossier in found.unknown],
    }


def _month(text: str) -> Month:
    month, _, year = text.partition("/")
    if not (month.isascii() and month.isdigit() and year.isascii() and year.isdigit()):
        raise ValueError(text)
    if len(year) != 4 or not 1 <= int(month) <= 12:
        raise ValueError(text)
    if not 1900 <= int(year) <= 2200:
        raise ValueError(text)
    return Month(int(year), int(month))


def _person(request: Any, dossier: Dossier) -> dict[str, Any]:
    language = request.language
    gender = request.house.rulebook.vocabularies["gender"].terms.get(dossier.gender)
    unknown = language.say("not known")
    return {
        "name": dossier.name,
        "code": dossier.code,
        "url": request.resource_path(dossier),
        "unit": dossier.unit.name,
        "born": language.date(dossier.birth_date) or unknown,
        "gender": language.label(gender.label) if gender is not None else unknown,
    }


def _line(request: Any, line: Line) -> dict[str, Any]:
    language = request.language
    return {
        **_person(request, line.dossier),
        "leaving_url": request.resource_path(line.dossier, "leaving"),
        "day": language.date(line.moment.day),
        "age": careers.age(request, line),
        "stated": line.stated.reason if line.stated is not None else "",
        "notice_by": language.date(line.notice_by),
        "decision_by": language.date(line.decision_by),
        "state": _state(request, line),
        "assumed": line.moment.assumed,
    }


def _state(request: Any, line: Line) -> Badge:
    say, today = request.language.say, request.desk.today
    if line.leaving is not None:
        return Badge(say("Recorded"), "good")
    if line.moment.day < today:
        return Badge(say("Past the age, in service"), "bad")
    if line.decision_by < today:
        return Badge(say("Decision due"), "bad")
    if line.notice_by < today:
        return Badge(say("Notice due"), "warn")
    return Badge(say("To come"))


def includeme(config: Any) -> None:
    config.add_act_view(
        forecasting.listed, listing, route_name="forecast", renderer="leaving/forecast.jinja2"
    )
