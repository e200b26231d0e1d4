"""The errors of plone.api, as part of this system's own tree of errors.

What an act refuses or finds wrong comes as the desk raises it (``hoso.kernel.errors``):
``Forbidden``, ``Missing``, ``Invalid`` with all its faults, ``Conflict``.
"""

from __future__ import annotations

from hoso.kernel.errors import HosoError

__all__ = [
    "CannotGetPortalError",
    "InvalidParameterError",
    "MissingParameterError",
    "PloneApiError",
    "UserNotFoundError",
]


class PloneApiError(HosoError):
    """Base of the errors a wrong call raises."""

    kind = "invalid"


class MissingParameterError(PloneApiError):
    """An argument that must be given was not."""

    message = "Give {names}."


class InvalidParameterError(PloneApiError):
    """An argument has a value that means nothing here."""

    message = "{value} cannot be used here. What can be: {known}."


class CannotGetPortalError(PloneApiError):
    """No site is open."""

    message = 'No site is open. Open one: with api.env.open_site("var", username="…"):'


class UserNotFoundError(PloneApiError):
    """There is no such account, or not for this reader."""

    message = "There is no account {login}."
