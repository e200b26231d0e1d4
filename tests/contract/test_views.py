"""Every page needs a permission, and takes it from the act it performs."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from hoso.app.wsgi import application
from hoso.desk.act import ACTS

#: Pages anybody may open, each with its reason.
PUBLIC = {
    "sign-in": "there is no other way in",
    "sign-in-code": "the second step of signing in, after the password",
    "sign-in-passkey": "a passkey stands for login, password and code",
    "sign-in-passkey-options": "what a browser needs to ask for a passkey; it names nobody",
    "sign-in-provider": "leads to the identity provider, where the site has one",
    "sign-in-provider-back": "where the provider sends the browser back to",
    "language": "who cannot read the sign-in page must be able to change its language",
    "about": "says what the product is and nothing of the site",
    "home": "leads who is not signed in to the sign-in page",
    "static": "style, scripts and pictures of the product",
}


class View(NamedTuple):
    """One registered page: its route or context, its name, who may, how it is asked."""

    place: str
    name: str
    permission: str
    methods: frozenset[str]


@pytest.fixture
def views(site):
    """The pages of the application; what draws errors is left out."""
    introspector = application(site).registry.introspector
    found = (one["introspectable"] for one in introspector.get_category("views"))
    return [_view(introspector, one) for one in found if not _draws_errors(one["context"])]


def _draws_errors(context):
    if isinstance(context, type):
        return issubclass(context, Exception)
    return getattr(context, "__name__", "") == "IExceptionResponse"


def _view(introspector, one):
    related = introspector.related(one) or []
    permission = next((str(r["value"]) for r in related if r.category_name == "permissions"), "")
    methods = one["request_methods"] or ("any",)
    methods = frozenset([methods] if isinstance(methods, str) else methods)
    route = one["route_name"] or ""
    place = "static" if "static" in route else route or getattr(one["context"], "__name__", "")
    return View(place, one["name"], permission, methods)


def test_there_are_pages(views):
    assert len(views) > 30


def test_every_page_has_a_permission(views):
    assert [view for view in views if not view.permission] == []


def test_public_pages_are_the_listed_ones(views):
    public = {v.place for v in views if v.permission in {"public", "__no_permission_required__"}}

    assert public - set(PUBLIC) == set()


def test_every_other_page_is_for_an_act_or_for_who_is_signed_in(views):
    asked = {view.permission for view in views}
    asked -= {"public", "own", "signed-in", "__no_permission_required__"}

    assert asked <= {f"act:{verb}" for verb in ACTS}


def test_what_changes_something_is_never_behind_a_bare_link(views):
    """Acts that write are posted, so that no link and no picture of another site does them."""
    writing = {
        "dossier.opened",
        "dossier.described",
        "dossier.status-changed",
        "career.left-recorded",
        "custody.received",
        "dossier.closed",
        "document.described",
        "document.withdrawn",
        "document.filed",
        "intake.corrected",
        "intake.received",
        "intake.released",
        "intake.quarantined",
        "intake.joined",
        "document.rescanned",
        "page.accepted",
        "page.replacement-sent",
        "serials.printed",
        "retention.hold-placed",
        "retention.hold-lifted",
        "account.created",
        "account.role-given",
        "account.role-taken",
        "account.password-reissued",
        "account.locked",
        "account.unlocked",
        "account.clearance-raised",
        "account.second-factor-reset",
        "account.linked",
        "account.unlinked",
        "account.tied",
        "account.moved",
        "account.goes-on",
        "account.sessions-ended",
        "unit.added",
        "batch.opened",
        "batch.corrected",
        "batch.closed",
        "batch.reopened",
        "batch.receipt-made",
        "paper.place-added",
        "paper.place-described",
        "paper.place-moved",
        "paper.place-ended",
        "paper.moved",
        "paper.lent",
        "paper.returned",
        "paper.loan-extended",
        "paper.count-opened",
        "paper.labels-read",
        "paper.count-closed",
    }
    bare = [v for v in views if v.permission.removeprefix("act:") in writing and "any" in v.methods]

    assert bare == []
