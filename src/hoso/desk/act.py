"""What an act is: a permission, a journal verb and a function, in one place.

An act does four things in order: check, do, tell, answer.  The decorator checks before
the function and writes the journal after it; neither is done by hand.  A refusal, and a deed that
could not be done or broke on a fault of ours, carries its own journal entry, which the rim of the channel writes in a
transaction of its own, since the deed's transaction is aborted.

An act that needs a second person says so with ``second=``: it then runs only with a permit
that somebody else agreed to, for the same record and the same words, and spends it
(``desk.permits`` asks for permits and decides on them).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from transaction.interfaces import TransientError

from hoso.access import permits
from hoso.access.accounts import same_person
from hoso.access.agreed.model import Permit
from hoso.access.permissions import Permission
from hoso.access.policy import Decision
from hoso.desk.desk import Desk, entry_for
from hoso.kernel.errors import Conflict, Forbidden, HosoError, Missing, NotReady, Unusable

__all__ = [
    "ACTS",
    "Act",
    "NoPermit",
    "Second",
    "act",
    "needs_second",
    "permit_days",
    "refusal_of",
    "refused",
    "words_of",
]

Options = ParamSpec("Options")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Second:
    """What an act asks of a second person.

    Whether it is asked at all, the profile says: ``[two-persons] acts`` in settings.toml.

    :ivar permission: what the second person must hold at the record.
    :ivar when: called with desk, record and the words of the act; ``None`` means always.
    :ivar besides: words that are no part of what is agreed to, such as a revision.
    """

    permission: Permission
    when: Callable[..., bool] | None = None
    besides: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Act:
    """One thing that can be done.

    :ivar told: whether the journal hears of it when it is done; refusals always are.
    :ivar second: whether somebody else must agree first.
    """

    verb: str
    permission: Permission
    told: bool
    function: Callable[..., Any]
    second: Second | None = None


ACTS: dict[str, Act] = {}

#: What is told of as a failure.  A form with faults is no deed yet, and what is not there for
#: somebody is told of as a refusal.
_FAILURES = (Conflict, NotReady, Unusable)


class NoPermit(Forbidden):
    """The deed is his to do, but only when a second person has agreed to it."""

    message = (
        "A second person must agree to this first. Ask for it; who holds the permission "
        "{permission} here may agree."
    )


def act(
    verb: str, permission: Permission, *, told: bool = True, second: Second | None = None
) -> Callable[
    [Callable[Concatenate[Desk, Any, Options], Answer]],
    Callable[Concatenate[Desk, Any, Options], Answer],
]:
    """Make a function an act on a record."""

    def wrap(
        function: Callable[Concatenate[Desk, Any, Options], Answer],
    ) -> Callable[Concatenate[Desk, Any, Options], Answer]:
        @functools.wraps(function)
        def call(
            desk: Desk, record: Any, /, *args: Options.args, **kwargs: Options.kwargs
        ) -> Answer:
            decision = desk.decide(record, permission)
            if not decision:
                raise refused(desk, verb, record, decision)
            permit = _permit(desk, ACTS[verb], record, args, kwargs) if second else None
            try:
                answer = function(desk, record, *args, **kwargs)
            except _FAILURES as error:
                if told and "entry" not in error.facts:
                    error.facts["entry"] = entry_for(
                        desk, verb, record, outcome="failed", reason=error
                    )
                raise
            except (HosoError, TransientError):
                raise
            except Exception as error:
                if told:
                    _leave_entry(desk, verb, record, error)
                raise
            finally:
                # Also where it failed: the desk may go on to another act.
                about, details = desk.said(record)
            if permit is not None:
                details["permit"] = permit.uid
            right = right_of(decision)
            if told and right:
                details["right"] = right
            if told:
                desk.tell(verb, about, **details)
            return answer

        if verb in ACTS:
            raise ValueError(f"two acts are called {verb}")
        ACTS[verb] = Act(verb, permission, told, call, second)
        call.act = ACTS[verb]  # type: ignore[attr-defined]
        return call

    return wrap


def _leave_entry(desk: Desk, verb: str, record: Any, error: Exception) -> None:
    """Let an error of ours carry the entry of the deed it stopped, for the rim to write."""
    with suppress(Exception):  # what is broken may be what the entry is made of
        entry = entry_for(desk, verb, record, outcome="failed", reason=HosoError.message)
        error.journal_entry = entry  # type: ignore[attr-defined]


def right_of(decision: Decision) -> str:
    """Return the cause of a grant that a deed rests on; "" where it rests on an office.

    Roles at units stand in the account's history; what was opened to one person, such as a
    written consent (``consent:<uid>``), is named in each entry it led to.
    """
    facts = decision.facts
    return str(facts["cause"]) if "cause" in facts and "unit" not in facts else ""


def refused(desk: Desk, verb: str, record: Any, decision: Decision) -> HosoError:
    """Return the error of a refused act: Forbidden, or Missing where nothing may be known."""
    # The decision itself is the reason: whoever shows it says it in the reader's language.
    error: HosoError = Forbidden(reason=decision) if desk.sees(record) else Missing()
    error.facts["entry"] = entry_for(desk, verb, record, outcome="refused", reason=decision)
    return error


def refusal_of(error: Exception) -> Any:
    """Return the journal entry that a refusal, or an error nobody meant, carries, or ``None``."""
    if isinstance(error, HosoError):
        return error.facts.get("entry")
    return getattr(error, "journal_entry", None)


# Two persons ------------------------------------------------------------------------------


def permit_days(desk: Desk) -> int:
    """Return how many days a request waits, and how long what was agreed to may be done."""
    return int(desk.rulebook.profile.settings["two-persons"]["days"])


def words_of(known: Act, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the words of an act by name, defaults written out, as a permit keeps them."""
    bound = inspect.signature(known.function).bind(None, None, *args, **kwargs)
    bound.apply_defaults()
    besides = known.second.besides if known.second is not None else frozenset()
    named = list(bound.arguments.items())[2:]
    return {name: value for name, value in named if name not in besides}


def needs_second(desk: Desk, known: Act, record: Any, words: dict[str, Any]) -> bool:
    """Say whether somebody else must agree to this deed."""
    second = known.second
    if second is None or known.verb not in desk.rulebook.profile.settings["two-persons"]["acts"]:
        return False
    # Who runs the machine gives the first roles of a site, before there is anybody to agree.
    if desk.identity.login.startswith("machine:"):
        return False
    return second.when is None or bool(second.when(desk, record, **words))


def _permit(
    desk: Desk, known: Act, record: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Permit | None:
    """Spend the permit for a deed; ``None`` where it needs none."""
    words = words_of(known, args, kwargs)
    if known.second is None or not needs_second(desk, known, record, words):
        return None
    digest = permits.digest_of(known.verb, getattr(record, "uid", ""), words)
    permit = permits.to_use(desk.root, digest, today=desk.today, days=permit_days(desk))
    if permit is None:
        error = NoPermit(permission=str(known.second.permission))
        error.facts["entry"] = entry_for(desk, known.verb, record, outcome="refused", reason=error)
        raise error
    same = same_person(desk.root, desk.identity.login, permit.decided_by)
    permits.use(desk.root, permit, by=desk.identity.login, at=desk.now, same=same)
    return permit
