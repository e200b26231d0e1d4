"""Directives: a page takes its permission from the act it calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hoso.http.security import OWN, PUBLIC, SIGNED_IN

__all__ = ["includeme"]


def add_act_view(
    config: Any, act: Callable[..., Any], view: Callable[..., Any], **how: Any
) -> None:
    """Add a view that performs (or offers) *act*; nobody types a permission twice.

    ``how`` is passed to ``config.add_view``.  The record is the view's context, or its
    ``record`` attribute; a route without either is about the site.
    """
    known = act.act  # type: ignore[attr-defined]
    config.add_view(view, permission=f"act:{known.verb}", **how)


def add_public_view(config: Any, view: Callable[..., Any], **how: Any) -> None:
    """Add a view that anybody may open."""
    config.add_view(view, permission=PUBLIC, **how)


def add_member_view(config: Any, view: Callable[..., Any], **how: Any) -> None:
    """Add a view that every signed-in account may open."""
    config.add_view(view, permission=SIGNED_IN, **how)


def add_own_view(config: Any, view: Callable[..., Any], **how: Any) -> None:
    """Add a view about one's own ways in: open also to who must first choose a password."""
    config.add_view(view, permission=OWN, **how)


def includeme(config: Any) -> None:
    config.add_directive("add_act_view", add_act_view, action_wrap=False)
    config.add_directive("add_public_view", add_public_view, action_wrap=False)
    config.add_directive("add_member_view", add_member_view, action_wrap=False)
    config.add_directive("add_own_view", add_own_view, action_wrap=False)
