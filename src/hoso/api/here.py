"""Where a script sits: the desk that the functions of ``hoso.api`` work at.

plone.api's functions take no site and no user, so both are kept for the length of a ``with``
block in a context variable: the one place in this system that keeps them anywhere
(docs/adr/0017).  Threads and tasks do not share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hoso.api.exc import CannotGetPortalError
from hoso.desk.desk import Desk
from hoso.desk.refusals import journal_refusal
from hoso.kernel.errors import HosoError

__all__ = ["acting", "here", "seated"]

_DESK: ContextVar[Desk] = ContextVar("hoso.api.desk")


def here() -> Desk:
    """Return the desk of the running block."""
    try:
        return _DESK.get()
    except LookupError:
        raise CannotGetPortalError from None


@contextmanager
def seated(desk: Desk) -> Iterator[Desk]:
    """Work at *desk* while the block runs."""
    before = _DESK.set(desk)
    try:
        yield desk
    finally:
        _DESK.reset(before)


@contextmanager
def acting() -> Iterator[Desk]:
    """Give the desk for one act; one that fails changes nothing, and a refusal is journalled.

    The script may catch the error and go on, so the act is undone to a savepoint here and its
    refusal written now: the rim of the block would not hear of it.
    """
    desk = here()
    begun = desk.connection.transaction_manager.savepoint(optimistic=True)
    try:
        yield desk
    except HosoError as error:
        begun.rollback()
        journal_refusal(desk.house, error)
        error.facts.pop("entry", None)
        raise
