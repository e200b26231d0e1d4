"""Evolution steps of the paper store; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.stacks.places import stacks_of

__all__ = ["add_stacks"]


def add_stacks(root: Any) -> Iterator[None]:
    """Give a site of version 0.1 its paper store, empty: nobody has said where anything lies."""
    stacks_of(root)
    yield
