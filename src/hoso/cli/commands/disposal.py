"""``hoso disposal``: propose, review, decide, carry out, restore, purge; each by its own person."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    disposal = subparsers.add_parser("disposal", help="destroy what is due, by four hands")
    verbs = disposal.add_subparsers(dest="verb", required=True, metavar="VERB")
    for declare in (_lists, _proposals, _reviews, _decisions, _executions):
        declare(verbs)
    for verb in verbs.choices.values():
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _lists(verbs: Any) -> None:
    candidates = verbs.add_parser("candidates", help="what a unit could propose today")
    candidates.add_argument("--unit", required=True, metavar="KEY")
    candidates.set_defaults(with_site=_candidates)
    listing = verbs.add_parser("list", help="disposal lists, the newest first")
    listing.add_argument("--unit", default="", metavar="KEY")
    listing.add_argument("--state", default="")
    listing.set_defaults(with_site=_list)
    show = verbs.add_parser("show", help="one list with its lines and votes, or a certificate")
    show.add_argument("id", metavar="ID", help="number of a list, or code of a destroyed dossier")
    show.set_defaults(with_site=_show)


def _proposals(verbs: Any) -> None:
    propose = verbs.add_parser("propose", help="propose dossiers of a unit")
    propose.add_argument(
        "codes", nargs="*", metavar="CODE", help="or CODE/UID of a paper; none: all that is due"
    )
    propose.add_argument("--unit", required=True, metavar="KEY")
    propose.add_argument("--title", required=True)
    propose.add_argument("--explanation", required=True, help="why these (thuyết minh)")
    propose.add_argument(
        "--basis", choices=("expired", "duplicate", "worthless"), default="expired"
    )
    propose.set_defaults(with_site=_propose)
    drop = verbs.add_parser("drop", help="take a line off a list")
    drop.add_argument("id", metavar="LIST")
    drop.add_argument("line", type=int, metavar="LINE")
    drop.add_argument("--why", required=True)
    drop.set_defaults(with_site=_drop)


def _reviews(verbs: Any) -> None:
    council = verbs.add_parser("council", help="set the council up")
    council.add_argument("id", metavar="LIST")
    council.add_argument("--number", required=True, help="of the decision that sets it up")
    council.add_argument("--decided", required=True, metavar="DAY")
    council.add_argument(
        "--member",
        action="append",
        default=[],
        metavar="LOGIN:DUTY",
        help="duty: chair, secretary, unit, expert",
    )
    council.set_defaults(with_site=_council)
    vote = verbs.add_parser("vote", help="vote as a member of the council")
    vote.add_argument("id", metavar="LIST")
    vote.add_argument("--destroy", default="", metavar="LINES", help="1,2,5-9, or all")
    vote.add_argument("--keep", default="", metavar="LINES")
    vote.add_argument("--why", default="", help="why lines are kept")
    vote.add_argument("--opinion", default="")
    vote.set_defaults(with_site=_vote)
    close = verbs.add_parser("close-review", help="close the review, as chair or secretary")
    close.add_argument("id", metavar="LIST")
    close.set_defaults(with_site=_close)


def _decisions(verbs: Any) -> None:
    approve = verbs.add_parser("approve", help="decide that the lines are destroyed")
    approve.add_argument("id", metavar="LIST")
    approve.add_argument("--number", required=True, help="of the decision")
    approve.add_argument("--decided", required=True, metavar="DAY")
    approve.add_argument("--signer", required=True)
    approve.add_argument("--note", default="")
    approve.set_defaults(with_site=_approve)
    refuse = verbs.add_parser("refuse", help="decide that everything is kept")
    refuse.add_argument("id", metavar="LIST")
    refuse.add_argument("--why", required=True)
    refuse.set_defaults(with_site=_refuse)


def _executions(verbs: Any) -> None:
    execute = verbs.add_parser("execute", help="put the approved lines into the bin")
    execute.add_argument("id", metavar="LIST")
    execute.add_argument("--number", required=True, help="of the decision, typed again")
    execute.set_defaults(with_site=_execute)
    restore = verbs.add_parser("restore", help="take a line out of the bin")
    restore.add_argument("id", metavar="LIST")
    restore.add_argument("line", type=int, metavar="LINE")
    restore.add_argument("--why", required=True)
    restore.set_defaults(with_site=_restore)
    close = verbs.add_parser("close", help="close a list of which nothing more can go")
    close.add_argument("id", metavar="LIST")
    close.add_argument("--why", required=True)
    close.set_defaults(with_site=_close_list)
    purge = verbs.add_parser(
        "purge", help="destroy what has lain in the bin long enough; go on where it was cut off"
    )
    purge.add_argument("id", nargs="?", default="", metavar="LIST")
    purge.add_argument(
        "--pack",
        action="store_true",
        help="also pack the database and build the index anew: no old word stays anywhere",
    )
    purge.set_defaults(with_site=_purge)


# What is printed -------------------------------------------------------------------------


def _reasons(reasons: Any) -> list[str]:
    return [str(reason) for reason in reasons]


def _head(list_: Any) -> dict[str, Any]:
    ruling = list_.ruling
    return {
        "number": list_.number,
        "uid": list_.uid,
        "state": list_.state,
        "unit": list_.unit.key,
        "title": list_.title,
        "proposed_by": list_.proposed_by,
        "decision": ruling.number if ruling is not None else None,
        "until": ruling.until if ruling is not None else None,
        "lines": len(list_.lines),
        "stopped": _reasons(list_.stopped),
    }


def _told(out: Output, list_: Any) -> None:
    said = _head(list_)
    until = f"  until {said['until']}" if said["until"] else ""
    stopped = "".join(f"\n  ! {why}" for why in said["stopped"])
    human = f"{said['number']:24} {said['state']:13} {said['lines']:5} {said['title']}{until}"
    out.line(said, human=human + stopped)


def _line(view: Any) -> dict[str, Any]:
    line, frozen = view.line, view.line.frozen
    return {
        "line": line.number,
        "code": line.code,
        "uid": line.uid,
        "title": line.title,
        "state": line.state,
        "basis": line.basis,
        "rule": frozen.rule,
        "rulebook": frozen.digest,
        "expires": frozen.expires or None,
        "papers": frozen.paper_count,
        "votes": {
            "destroy": view.tally.destroy,
            "keep": view.tally.keep,
            "silent": view.tally.silent,
        },
        "hints": _reasons(line.hints),
        "reasons": _reasons(line.reasons),
        "against": _reasons(view.against),
        "purge_from": line.purge_from or None,
        "certificate": view.destroyed.digest if view.destroyed is not None else None,
    }


def _human(said: dict[str, Any]) -> str:
    votes = said["votes"]
    head = (
        f"{said['line']:4} {said['code']:14} {said['state']:10} {said['expires'] or '-':10} "
        f"{said['rule'] or '-':8} {votes['destroy']}/{votes['keep']}/{votes['silent']}  "
        f"{said['title']}"
    )
    below = [*said["reasons"], *(why for why in said["against"] if why not in said["reasons"])]
    return "\n".join([head, *(f"       {why}" for why in below)])


# What is done ----------------------------------------------------------------------------


def _candidates(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing_sweep

    with at_desk(house, identity_for(house, args.login)) as desk:
        for one in disposing_sweep.candidates(desk, desk.unit(args.unit)):
            said = {
                "code": one.code,
                "title": one.title,
                "due": one.decision.expires.isoformat() if one.decision.expires else None,
                "rule": one.decision.rule,
                "hints": _reasons(one.hints),
                "against": _reasons(one.against),
            }
            lines = [f"{said['code']:14} {said['due'] or '-':10} {said['rule']}  {said['title']}"]
            lines += [f"       {why}" for why in _reasons((*one.against, *one.hints))]
            out.line(said, human="\n".join(lines))
    return 0


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing

    with at_desk(house, identity_for(house, args.login)) as desk:
        for list_ in disposing.listing(desk, desk.site, unit=args.unit, state=args.state):
            _told(out, list_)
    return 0


def _show(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_certificate, disposing_looking
    from hoso.kernel.errors import Missing

    with at_desk(house, identity_for(house, args.login)) as desk:
        try:
            list_ = disposing.find(desk, args.id)
        except Missing:
            made = disposing_certificate.find_destroyed(desk, args.id)
            said = disposing_certificate.certificate(desk, made)
            rows = [f"{name:14} {value}" for name, value in said.items() if name != "papers"]
            rows += [f"  {paper['sha256']}  {paper['title']}" for paper in said["papers"]]
            out.line(said, human="\n".join(rows))
            return 0
        view = disposing_looking.look(desk, list_)
        _told(out, list_)
        for one in view.lines:
            said = _line(one)
            out.line(said, human=_human(said))
    return 0


def _propose(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_sweep

    with at_desk(house, identity_for(house, args.login)) as desk:
        unit = desk.unit(args.unit)
        codes = args.codes or [
            one.code for one in disposing_sweep.candidates(desk, unit) if not one.against
        ]
        list_ = disposing.propose(
            desk,
            unit,
            title=args.title,
            explanation=args.explanation,
            codes=codes,
            basis=args.basis,
        )
        _told(out, list_)
    return 0


def _drop(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing.drop_line(desk, list_, number=args.line, why=args.why, revision=None)
        _told(out, list_)
    return 0


def _council(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_review

    members = [(login, duty) for login, _, duty in (one.partition(":") for one in args.member)]
    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_review.name_council(
            desk,
            list_,
            number=args.number,
            decided=args.decided,
            members=members,
            revision=None,
        )
        _told(out, list_)
    return 0


def _numbers(text: str, known: list[int]) -> list[int]:
    """Read ``1,2,5-9`` or ``all``."""
    from hoso.kernel.errors import Fault, Invalid

    if text.strip() == "all":
        return known
    found: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, _, last = part.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            said = "Write lines as 1,2,5-9 or all; {part} is none."
            raise Invalid([Fault("lines", said, {"part": part})])
        found += range(int(first), min(int(last or first), max(known, default=0)) + 1)
    return found


def _vote(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_review
    from hoso.retention.disposing.deciding import open_lines

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        known = [line.number for line in open_lines(list_)]
        votes = dict.fromkeys(_numbers(args.destroy, known), ("destroy", ""))
        votes |= dict.fromkeys(_numbers(args.keep, known), ("keep", args.why))
        disposing_review.give_opinion(desk, list_, text=args.opinion, votes=votes)
        _told(out, list_)
    return 0


def _close(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_review

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_review.close_review(desk, list_, revision=None)
        _told(out, list_)
    return 0


def _approve(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_review

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_review.approve(
            desk,
            list_,
            number=args.number,
            decided=args.decided,
            signer=args.signer,
            note=args.note,
            revision=None,
        )
        _told(out, list_)
    return 0


def _refuse(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_review

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_review.refuse(desk, list_, note=args.why, revision=None)
        _told(out, list_)
    return 0


def _execute(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.executing import carry_out
    from hoso.desk import disposing, disposing_executing, disposing_looking

    identity = identity_for(house, args.login)
    with at_desk(house, identity) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_executing.execute(desk, list_, number=args.number, revision=None)
    carry_out(house)
    with at_desk(house, identity) as desk:
        list_ = disposing.find(desk, args.id)
        _told(out, list_)
        stopped = any(line.state == "blocked" for line in list_.lines.values())
        for one in disposing_looking.look(desk, list_).lines:
            said = _line(one)
            out.line(said, human=_human(said))
    return int(stopped)


def _restore(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_executing

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_executing.restore(desk, list_, number=args.line, why=args.why)
        _told(out, list_)
    return 0


def _close_list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import disposing, disposing_closing

    with at_desk(house, identity_for(house, args.login)) as desk:
        list_ = disposing.find(desk, args.id)
        disposing_closing.close(desk, list_, why=args.why, revision=None)
        _told(out, list_)
    return 0


def _purge(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.executing import (
        carry_out,
        close_spent,
        destroy_due,
        pack,
        purge_list,
        remove_files,
    )

    identity = identity_for(house, args.login)
    carry_out(house)
    # First what a kill left over: certificates whose files are still there.
    remove_files(house)
    gone = purge_list(house, identity, args.id) if args.id else destroy_due(house)
    closed = close_spent(house)
    if args.pack:
        pack(house, identity)
    human = f"{gone} records destroyed, their files removed; {closed} lists closed"
    packed = "; database packed, index built anew" if args.pack else ""
    out.line({"destroyed": gone, "closed": closed, "packed": args.pack}, human=human + packed)
    return 0
