"""``hoso hold place|extend|release|lift|list|show``: orders that nothing be destroyed."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    hold = subparsers.add_parser("hold", help="orders that nothing they name be destroyed")
    verbs = hold.add_subparsers(dest="verb", required=True, metavar="VERB")
    place = verbs.add_parser("place", help="hold dossiers and papers, by code or id")
    place.add_argument("records", nargs="+", metavar="RECORD")
    place.add_argument("--authority", required=True, help="who ordered it, number of the paper")
    place.add_argument(
        "--until", default="", metavar="DATE", help="last day; without: until lifted"
    )
    place.set_defaults(with_site=_place)
    extend = verbs.add_parser("extend", help="let a hold cover more, or stand longer")
    extend.add_argument("hold", metavar="HOLD")
    extend.add_argument("records", nargs="*", metavar="RECORD")
    extend.add_argument("--until", metavar="DATE", help='a later last day; "" until it is lifted')
    extend.set_defaults(with_site=_extend)
    release = verbs.add_parser("release", help="let one record go out of a hold")
    release.add_argument("hold", metavar="HOLD")
    release.add_argument("record", metavar="RECORD")
    release.set_defaults(with_site=_release)
    lift = verbs.add_parser("lift", help="end a hold")
    lift.add_argument("hold", metavar="HOLD")
    lift.set_defaults(with_site=_lift)
    for verb in (place, release, lift):
        verb.add_argument("--reason", required=True)
    extend.add_argument("--reason", default="")
    listed = verbs.add_parser("list", help="the holds one may know of")
    listed.add_argument("--all", action="store_true", help="also lifted ones and those over")
    listed.set_defaults(with_site=_list)
    show = verbs.add_parser("show", help="one hold, what it names and what was done to it")
    show.add_argument("hold", metavar="HOLD")
    show.set_defaults(with_site=_show)
    for verb in (place, extend, release, lift, listed, show):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _said(view: Any) -> dict[str, Any]:
    hold = view.hold
    state = "lifted" if hold.lifted_at else "over" if hold.ended_at else "standing"
    return {
        "hold": view.uid,
        "state": state,
        "reason": hold.reason,
        "authority": hold.authority,
        "placed": hold.placed_at,
        "by": hold.placed_by,
        "until": hold.until or None,
        "records": [getattr(one, "code", "") or one.uid for one in view.members],
        "more": view.more,
    }


def _human(said: dict[str, Any]) -> str:
    until = said["until"] or "until lifted"
    return f"{said['hold']} {said['state']:8} {until:12} {said['authority']}: {said['reason']} ({len(said['records'])}{'+' if said['more'] else ''})"


def _tell(desk: Any, uid: str, out: Output) -> None:
    from hoso.desk import holding

    said = _said(holding.look(desk, desk.site, hold=uid))
    out.line(said, human=_human(said))


def _place(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import holding
    from hoso.kernel import ids

    with at_desk(house, identity_for(house, args.login)) as desk:
        hold = holding.place_on_several(
            desk,
            desk.site,
            records=args.records,
            reason=args.reason,
            authority=args.authority,
            until=args.until,
        )
        _tell(desk, ids.to_text(hold.id), out)
    return 0


def _extend(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import holding
    from hoso.kernel.errors import Invalid

    if not args.records and args.until is None:
        raise Invalid(message="Name records to hold too, or a later last day: --until DATE.")
    with at_desk(house, identity_for(house, args.login)) as desk:
        if args.records:
            holding.widen(desk, desk.site, hold=args.hold, records=args.records)
        if args.until is not None:
            holding.prolong(desk, desk.site, hold=args.hold, until=args.until, reason=args.reason)
        _tell(desk, args.hold, out)
    return 0


def _with_second(args: argparse.Namespace, desk: Any, out: Output, *, act: Any, record: Any) -> int:
    """Do it where a second person agreed to these words, or ask for that."""
    from hoso.desk import permits
    from hoso.desk.act import NoPermit

    words = {"hold": args.hold, "reason": args.reason}
    if permits.is_needed(desk, record, function=act, words=words):
        try:
            act(desk, record, **words)
        except NoPermit:
            permit = permits.ask(desk, record, function=act, words=words, reason=args.reason)
            out.line(
                {"asked": permit.uid, "done": False},
                human=f"asked: {permit.uid}; it is done when a second person has agreed",
            )
            return 0
    else:
        act(desk, record, **words)
    out.line({"hold": args.hold, "done": True}, human=f"{args.hold}: done")
    return 0


def _release(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import holding
    from hoso.records.model import Document, Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = desk.find(args.record, (Dossier, Document))
        return _with_second(args, desk, out, act=holding.release, record=record)


def _lift(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import holding
    from hoso.kernel.errors import Missing

    with at_desk(house, identity_for(house, args.login)) as desk:
        members = holding.look(desk, desk.site, hold=args.hold).members
        if not members:
            raise Missing
        return _with_second(args, desk, out, act=holding.lift_hold, record=members[0])


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import holding

    with at_desk(house, identity_for(house, args.login)) as desk:
        for view in holding.listed(desk, desk.site, lifted=args.all):
            said = _said(view)
            out.line(said, human=_human(said))
    return 0


def _show(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import holding

    with at_desk(house, identity_for(house, args.login)) as desk:
        view = holding.look(desk, desk.site, hold=args.hold)
        said = _said(view)
        said["history"] = [act._asdict() for act in view.history]
        told = [f"  {act.at} {act.by:12} {act.what:10} {act.reason}" for act in view.history]
        named = [f"  {name}" for name in said["records"]]
        out.line(said, human="\n".join([_human(said), *named, *told]))
    return 0
