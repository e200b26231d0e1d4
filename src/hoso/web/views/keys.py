"""One's own access keys, for scanners and programs that hand papers in."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.keys import LONGEST_DAYS
from hoso.desk import keys
from hoso.kernel.errors import Invalid
from hoso.web.forms import Form, text_of, typed, whole_number
from hoso.web.layout import done
from hoso.web.shapes import Crumb

__all__ = ["includeme"]


def listing(request: Any) -> Any:
    """Show one's keys."""
    return _listing(request, Form({"days": "90"}))


def _listing(request: Any, form: Form, token: str = "") -> dict[str, Any]:
    language = request.language
    return {
        "crumbs": (Crumb(language.say("Access keys")),),
        "form": form,
        "token": token,
        "most": LONGEST_DAYS,
        "keys": [
            {
                "name": key.name,
                "label": key.label,
                "begun": language.moment(key.begun_at),
                "ends": language.moment(key.ends_at),
            }
            for key in keys.own_keys(request.desk)
        ],
    }


def issue(request: Any) -> Any:
    """Make a key; it is shown in this answer and nowhere else."""
    values = typed(request, ("label", "days"))
    try:
        token = keys.issue_key(
            request.desk,
            label=values["label"],
            days=whole_number(values["days"]),
            password=text_of(request, "password"),
        )
    except Invalid as error:
        request.response.status_int = 422
        return _listing(request, Form().refuse(values, error, request.language))
    return _listing(request, Form({"days": "90"}), token)


def take_back(request: Any) -> Any:
    """End a key."""
    keys.take_back_key(request.desk, name=typed(request, ("name",))["name"])
    return HTTPSeeOther(done(request.route_path("keys"), "key-taken-back"))


def includeme(config: Any) -> None:
    sheet = {"route_name": "keys", "renderer": "people/keys.jinja2"}
    config.add_member_view(listing, request_method="GET", **sheet)
    config.add_member_view(issue, request_method="POST", **sheet)
    config.add_member_view(take_back, route_name="key-take-back", request_method="POST")
