"""Stock-takes: open one, read labels, look at what does not agree, close it, take it away."""

from __future__ import annotations

import csv
import io
from typing import Any, BinaryIO

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import shelving, stocktaking
from hoso.desk.stocktaking import CountView, Line
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.kernel.text import nfc
from hoso.records.model import Document, Dossier
from hoso.stacks.model import Count, Place
from hoso.stacks.stocktaking import FINDINGS, FOUND
from hoso.web import paper
from hoso.web.forms import Form, typed, whole_number
from hoso.web.layout import done, offers
from hoso.web.shapes import Badge, Crumb, Fact
from hoso.web.words import Word, badge

__all__ = ["TELLING", "includeme", "texts_of"]

#: What each finding is called, in the order of the list.
TELLING = {
    "missing": Word("Missing", "bad"),
    "elsewhere": Word("Belongs elsewhere", "bad"),
    "back": Word("Here, though lent", "warn"),
    "unknown": Word("Unknown label", "warn"),
    "lent": Word("Lent"),
    "found": Word("In its place", "good"),
}
_KINDS = {
    "place": Word("Place"),
    "dossier": Word("Dossier"),
    "document": Word("Paper"),
    "label": Word("Label"),
}
_HEADS = (
    Word("Finding"),
    Word("Kind"),
    Word("What it is"),
    Word("Code or id"),
    Word("Belongs in"),
    Word("Read in"),
    Word("Lent to"),
)
#: What needs no further look.
_PLAIN = frozenset({FOUND, "lent"})
#: Most lines of a kind on the page; the table has all of them.
_SHOWN = 500
#: A list of labels is some hundred bytes a line at most.
_LARGEST_LIST = 2 << 20
#: What a spreadsheet would take for a formula (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def listing(request: Any) -> Any:
    """Show the stock-takes, those under way first."""
    return _listing(request, Form({"place": request.GET.get("place", "").strip()}))


def _listing(request: Any, form: Form) -> dict[str, Any]:
    say = request.language.say
    found = stocktaking.listed(request.desk, request.desk.site)
    return {
        "crumbs": (
            Crumb(say("Paper store"), request.route_path("paper")),
            Crumb(say("Stock-takes")),
        ),
        "form": form if offers(request, Permission.PAPER_COUNT) else None,
        "counts": [
            {
                "url": _url(request, count),
                "place": f"{count.place.code} – {count.place.label}",
                "opened": request.language.moment(count.opened_at),
                "by": count.opened_by,
                "closed": request.language.moment(count.closed_at),
                "conclusion": count.conclusion,
                "state": _state(request, count),
            }
            for count in found
        ],
    }


def _state(request: Any, count: Count) -> Badge:
    say = request.language.say
    return Badge(say("Under way"), "warn") if count.is_open else Badge(say("Closed"), "good")


def _url(request: Any, count: Count) -> str:
    return str(request.route_path("paper-count", uid=count.uid))


def open_(request: Any) -> Any:
    """Begin to take stock of a place."""
    values = typed(request, ("place",))
    try:
        try:
            place = shelving.place_named(request.desk, values["place"])
        except Missing:
            wrong = Fault("place", "There is no place {code}.", {"code": values["place"]})
            raise Invalid([wrong]) from None
        made = stocktaking.open_(request.desk, place)
    except Invalid as error:
        request.response.status_int = 422
        return _listing(request, Form().refuse(values, error, request.language))
    return HTTPSeeOther(done(_url(request, made), "count-opened"))


def _count(request: Any) -> Count:
    return stocktaking.count_named(request.desk, request.matchdict["uid"])


def look(request: Any) -> Any:
    """Show a stock-take: the field for labels, what was read last, what does not agree."""
    return _page(request, _count(request), {})


def _page(request: Any, count: Count, forms: dict[str, Form], *, read: str = "") -> dict[str, Any]:
    whole = request.GET.get("list", "") == "whole"
    view = stocktaking.look(request.desk, count, whole=whole)
    language, say = request.language, request.language.say
    wrong = [line for line in view.lines if line.what not in _PLAIN]
    plain = [line for line in view.lines if line.what in _PLAIN]
    outcome = view.outcome
    return {
        "crumbs": (
            Crumb(say("Paper store"), request.route_path("paper")),
            Crumb(say("Stock-takes"), request.route_path("paper-counts")),
            Crumb(count.place.code),
        ),
        "count": {
            "code": count.place.code,
            "label": count.place.label,
            "place_url": request.route_path("paper-place", code=count.place.code),
            "is_open": count.is_open,
            "state": _state(request, count),
            "scans": view.scans,
            "here": view.here,
            "facts": _facts(request, view),
            "compared": outcome is not None,
        },
        "whole_url": f"{_url(request, count)}?list=whole",
        "figures": [
            {
                "n": outcome.count(what),
                "label": say(TELLING[what].text),
                "tone": TELLING[what].tone,
            }
            for what in FINDINGS
        ]
        if outcome is not None
        else [],
        "mismatches": [_line(request, line) for line in wrong[:_SHOWN]],
        "rest": [_line(request, line) for line in plain[:_SHOWN]],
        "more": len(wrong) > _SHOWN or len(plain) > _SHOWN,
        "counted": len(plain),
        "latest": [
            {
                **_line(request, line),
                "here": scan.here,
                "at": language.moment(scan.at),
                "by": scan.by,
            }
            for scan, line in view.latest
        ],
        "scan": forms.get("scan", Form()),
        "upload": forms.get("upload", Form()),
        "close": forms.get("close", Form()),
        "read": read,
        "may_count": view.may_count and count.is_open,
        "table_url": request.route_path("paper-count-table", uid=count.uid),
    }


def _facts(request: Any, view: CountView) -> tuple[Fact, ...]:
    count, say, moment = view.count, request.language.say, request.language.moment
    told = (
        (
            Fact(say("Closed"), f"{moment(count.closed_at)} – {count.closed_by}"),
            Fact(say("Second person"), count.witness),
            Fact(say("Conclusion"), count.conclusion),
        )
        if not count.is_open
        else ()
    )
    return (
        Fact(say("Place"), f"{count.place.code} – {count.place.label}"),
        Fact(say("Papers of"), count.unit.name),
        Fact(say("Opened"), f"{moment(count.opened_at)} – {count.opened_by}"),
        Fact(say("Labels read"), request.language.number(view.scans)),
        *told,
    )


def _named(request: Any, thing: Place | Dossier | Document) -> str:
    if isinstance(thing, Place):
        return f"{paper.kind_of(thing, request.language)} {thing.code} – {thing.label}"
    return paper.name_of(thing, request.language)[0]


def _line(request: Any, line: Line) -> dict[str, Any]:
    thing = line.thing
    url = ""
    if isinstance(thing, Place):
        url = request.route_path("paper-place", code=thing.code)
    elif thing is not None:
        url = paper.record_url(request, thing)
    return {
        "what": line.what,
        "state": badge(TELLING, line.what, request.language),
        "kind": request.language.say(_KINDS[line.kind].text),
        "name": line.key if thing is None else _named(request, thing),
        "url": url,
        "belongs": line.belongs,
        "found": line.found,
        "lent_to": line.lent_to,
    }


def scan(request: Any) -> Any:
    """Take one label; the page comes back with the cursor in the field for the next."""
    count, values = _count(request), typed(request, ("text",))
    try:
        answer = stocktaking.scan(request.desk, count, texts=[values["text"]])
    except (Invalid, Conflict) as error:
        return _refused(request, count, "scan", values, error)
    say = request.language.say
    if answer.marked:
        wrong = say(
            "The keyboard seems to be in Vietnamese mode and changes what the scanner types. "
            "Switch it to English and read the label again."
        )
    elif answer.last is None:
        wrong = say("Nothing goes by {text}, among what is open to you.", text=answer.text)
    else:
        wrong = ""
    if wrong:
        # It is kept as an unknown label: the answer is a success and is committed.
        return _page(request, count, {"scan": Form({}, {"text": (wrong,)})})
    # No fragment: a browser that jumps to a place in the page does not focus the field.
    return HTTPSeeOther(_url(request, count))


def upload(request: Any) -> Any:
    """Take a list of labels: a text file with a label a line, as scanners save them."""
    count = _count(request)
    try:
        texts = texts_of(getattr(request.POST.get("file"), "file", None))
        answer = stocktaking.scan(request.desk, count, texts=texts)
    except (Invalid, Conflict) as error:
        if isinstance(error, Invalid):
            error = paper.renamed(error, {"text": "file"})
        return _refused(request, count, "upload", {}, error)
    said = request.language.say(
        "{read} labels read, {new} of them new.", read=answer.read, new=answer.new
    )
    return _page(request, count, {}, read=said)


def texts_of(stream: BinaryIO | None) -> list[str]:
    """Return the labels of a list as scanners save it, one a line; the stream is closed."""
    if stream is None:
        raise Invalid([Fault("file", "Choose a text file with one label a line.")])
    with stream:
        content = stream.read(_LARGEST_LIST + 1)
    if len(content) > _LARGEST_LIST:
        raise Invalid([Fault("file", "The list is too long; give it in parts under 2 MB.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong = Fault("file", "This is not plain text in UTF-8. Save the list as plain text.")
        raise Invalid([wrong]) from None
    return nfc(text).splitlines()


def close(request: Any) -> Any:
    """Close a stock-take with a conclusion and the name of a second person."""
    count, values = _count(request), typed(request, ("conclusion", "witness", "scans"))
    try:
        stocktaking.close(
            request.desk,
            count,
            conclusion=values["conclusion"],
            witness=values["witness"],
            scans=whole_number(values["scans"]),
        )
    except (Invalid, Conflict) as error:
        return _refused(request, count, "close", values, error)
    return HTTPSeeOther(done(_url(request, count), "count-closed"))


def _refused(
    request: Any, count: Count, name: str, values: dict[str, str], error: Invalid | Conflict
) -> dict[str, Any]:
    if isinstance(error, Conflict):
        request.response.status_int = 409
        form = Form(values, message=request.language.error(error))
    else:
        request.response.status_int = 422
        form = Form().refuse(values, error, request.language)
    return _page(request, count, {name: form})


def table(request: Any) -> Response:
    """Send a stock-take as a table (CSV, UTF-8 with a mark, so that Excel reads it right)."""
    count = _count(request)
    view = stocktaking.exported(request.desk, count)
    say = request.language.say
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([say(head.text) for head in _HEADS])
    for line in view.lines:
        shown = _line(request, line)
        cells = (
            shown["state"].text, shown["kind"], shown["name"], line.key,
            line.belongs, line.found, line.lent_to,
        )  # fmt: skip
        rows.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    response = Response(("\ufeff" + out.getvalue()).encode(), content_type="text/csv")
    response.charset = "utf-8"
    response.content_disposition = f'attachment; filename="stock-take-{count.place.code}.csv"'
    return response


def includeme(config: Any) -> None:
    many = {"route_name": "paper-counts", "renderer": "shelving/counts.jinja2"}
    config.add_act_view(stocktaking.listed, listing, request_method="GET", **many)
    config.add_act_view(stocktaking.open_, open_, request_method="POST", **many)
    one = {"route_name": "paper-count", "renderer": "shelving/count.jinja2"}
    config.add_act_view(stocktaking.look, look, request_method="GET", **one)
    for name, act, view in (
        ("scan", stocktaking.scan, scan),
        ("upload", stocktaking.scan, upload),
        ("close", stocktaking.close, close),
    ):
        config.add_act_view(act, view, request_method="POST", request_param=f"do={name}", **one)
    config.add_act_view(
        stocktaking.exported, table, route_name="paper-count-table", request_method="GET"
    )
