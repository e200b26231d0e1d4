"""What an act is: a permission, a journal verb and a function, in one place.

An act does four things in order: check, do, tell, answer.  The decorator checks before
the function and writes the journal after it; neither is done by hand.  A refusal carries
its own journal entry, which the rim of the channel writes in a transaction of its own,
since the deed's transaction is aborted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from hoso.access.permissions import Permission
from hoso.access.policy import Decision
from hoso.desk.desk import Desk, entry_for
from hoso.kernel.errors import Forbidden, HosoError, Missing

__all__ = ["ACTS", "Act", "act", "refusal_of", "refused"]

Options = ParamSpec("Options")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Act:
    """One thing that can be done.

    :ivar told: whether the journal hears of it when it is done; refusals always are.
    """

    verb: str
    permission: Permission
    told: bool
    function: Callable[..., Any]


ACTS: dict[str, Act] = {}


def act(
    verb: str, permission: Permission, *, told: bool = True
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
            try:
                answer = function(desk, record, *args, **kwargs)
            finally:
                # Also where it failed: the desk may go on to another act.
                about, details = desk.said(record)
            if told:
                desk.tell(verb, about, **details)
            return answer

        if verb in ACTS:
            raise ValueError(f"two acts are called {verb}")
        ACTS[verb] = Act(verb, permission, told, call)
        call.act = ACTS[verb]  # type: ignore[attr-defined]
        return call

    return wrap


def refused(desk: Desk, verb: str, record: Any, decision: Decision) -> HosoError:
    """Return the error of a refused act: Forbidden, or Missing where nothing may be known."""
    # The decision itself is the reason: whoever shows it says it in the reader's language.
    error: HosoError = Forbidden(reason=decision) if desk.sees(record) else Missing()
    error.facts["entry"] = entry_for(desk, verb, record, outcome="refused", reason=str(decision))
    return error


def refusal_of(error: HosoError) -> Any:
    """Return the journal entry a refusal carries, or ``None``."""
    return error.facts.get("entry")
