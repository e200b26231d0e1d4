"""Evolution steps of personnel facts; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.personnel.model import careers_of

__all__ = ["add_careers"]


def add_careers(root: Any) -> Iterator[None]:
    """Give an older site its register of leavings and handovers, empty.

    Who serves, by month of birth, is gathered by the house itself afterwards, since who has left
    is said by the profile's standings.
    """
    careers_of(root)
    yield
