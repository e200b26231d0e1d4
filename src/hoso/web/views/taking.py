"""Packages that come in: send one, see what it became."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import handover_receipts, intake, taking_packages, units
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Invalid, NotReady
from hoso.kernel.text import shown_name
from hoso.preservation.taking.model import TakenPackage
from hoso.preservation.taking.unpacking import Sent, Unpacked, unpacked
from hoso.records.model import Unit
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import done
from hoso.web.shapes import Crumb

__all__ = ["includeme"]


def _mine(request: Any) -> list[Unit]:
    return units.choices(request.desk, Permission.PACKAGE_TAKE)


def listing(request: Any, form: Form | None = None) -> dict[str, Any]:
    """Show the form for a package, and the packages that were taken in."""
    language, mine = request.language, _mine(request)
    taken = taking_packages.listing(request.desk, mine[0]) if mine else []
    shown = form or Form()
    choices = {"unit": tuple(Choice(unit.key, unit.name) for unit in mine)}
    return {
        "crumbs": (Crumb(language.say("Packages taken in")),),
        "form": Form(shown.values, shown.faults, shown.message, choices),
        "take_url": request.route_path("packages-in"),
        "lines": [_line(request, one) for one in taken],
    }


def _line(request: Any, one: TakenPackage) -> dict[str, Any]:
    language = request.language
    dossier = request.desk.site.by_id.get(ids.from_text(one.dossier)) if one.dossier else None
    seen = dossier if dossier is not None and request.desk.sees(dossier) else None
    return {
        "name": one.identifier or shown_name(one.name.encode()),
        "sent": shown_name(one.name.encode()),
        "profile": one.profile,
        "at": language.moment(one.at),
        "by": one.by,
        "unit": one.unit.name,
        "code": seen.code if seen is not None else "",
        "url": request.resource_path(seen) if seen is not None else request.route_path("intake"),
        "papers": language.number(len(one.papers)),
        "foreign": language.number(len(one.foreign)),
        "remarks": [
            f"{rule}  {path}: {language.finding(what)}" for rule, path, what in one.findings[:100]
        ],
        "count": language.number(len(one.findings)),
        "digest": one.digest,
        "answer_url": request.route_path("package-answer", uid=one.uid),
        "answered": language.moment(one.answered_at),
    }


def take(request: Any) -> Any:
    """Take in what was sent, one package or all of a dossier in parts; faults stand above the form."""
    language = request.language
    values = typed(request, ("unit",))
    sent = [one for one in request.POST.getall("package") if getattr(one, "file", None)]
    faults: dict[str, tuple[str, ...]] = {}
    if not sent:
        faults["package"] = (language.say("Choose the package, as a zip."),)
    if values["unit"] not in {unit.key for unit in _mine(request)}:
        faults["unit"] = (language.say("Choose the unit that keeps it."),)
    if faults:
        request.response.status_int = 422
        return listing(request, Form(values, faults, language.say("Some fields need correction.")))
    request.add_response_callback(lambda asked, _answer: _close(asked, sent))
    stack = ExitStack()
    # The files lie on the spool until the transaction has taken them, or has not.
    request.add_finished_callback(lambda _request: stack.close())
    try:
        first, *others = [stack.enter_context(_unpacked(request, one)) for one in sent]
        taken = taking_packages.take(
            request.desk, request.desk.unit(values["unit"]), package=first, others=others
        )
    except Invalid as error:
        request.response.status_int = 422
        told = tuple(f"{fault.field}: {language.error(fault)}" for fault in error.faults)
        return listing(request, Form(values, {"package": told}, language.error(error)))
    except (Conflict, NotReady) as error:
        request.response.status_int = 409
        return listing(request, Form(values, {"package": (language.error(error),)}))
    if taken.dossier is not None:
        return HTTPSeeOther(done(request.resource_path(taken.dossier), "package-taken"))
    return HTTPSeeOther(done(request.route_path("packages-in"), "package-taken"))


def answer(request: Any) -> Any:
    """Send the signed receipt for a package, to be given to whoever sent it."""
    uid = request.matchdict["uid"]
    unit = handover_receipts.taken_package(request.desk, uid).unit
    made = handover_receipts.answer(request.desk, unit, package=uid)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as folder:
        for ending, content in (
            ("json", made.content),
            ("p7s", made.signature),
            ("pem", made.certificate),
        ):
            folder.writestr(ZipInfo(f"{made.name}.{ending}"), content)
    return Response(
        out.getvalue(),
        content_type="application/zip",
        content_disposition=f'attachment; filename="{made.name}.zip"',
    )


@contextmanager
def _unpacked(request: Any, sent: Any) -> Iterator[Unpacked]:
    # A request that met another writer comes again with what is left of its body.
    sent.file.seek(0)
    spooled = intake.spool_in(request.desk, sent.file)
    try:
        with unpacked(Sent(spooled.path, str(sent.filename)), request.house.spool) as package:
            yield package
    finally:
        spooled.discard()


def _close(request: Any, sent: Sequence[Any]) -> None:
    """Give the uploaded files back, unless the request met another writer and comes again."""
    if request.exception is None:
        for one in sent:
            one.file.close()


def includeme(config: Any) -> None:
    config.add_act_view(
        handover_receipts.answer, answer, route_name="package-answer", request_method="POST"
    )
    config.add_act_view(
        taking_packages.listing,
        listing,
        route_name="packages-in",
        renderer="taking/packages.jinja2",
    )
    config.add_act_view(
        taking_packages.take,
        take,
        route_name="packages-in",
        request_method="POST",
        renderer="taking/packages.jinja2",
    )
