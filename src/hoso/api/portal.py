"""The site itself, and what its profile has set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.api.exc import InvalidParameterError, MissingParameterError
from hoso.api.here import here
from hoso.records.model import Site

__all__ = ["get", "get_registry_record"]

_MISSING = object()


def get() -> Site:
    """Return the site: its ``units``, ``dossiers`` and ``tray``."""
    return here().site


def get_registry_record(name: str | None = None, default: Any = _MISSING) -> Any:
    """Return a setting of the profile, ``accounts.first_password_days`` for instance.

    Settings are read from ``settings.toml`` at every start and are nowhere in the database, so
    there is no function that sets one, and no *interface* that declares them.
    """
    if not name:
        raise MissingParameterError(names="name")
    settings = here().rulebook.profile.settings
    place: Any = settings
    for part in name.split("."):
        if not isinstance(place, Mapping) or part not in place:
            if default is not _MISSING:
                return default
            known = ", ".join(_names(settings, "")) or "none"
            raise InvalidParameterError(value=name, known=known)
        place = place[part]
    return place


def _names(settings: Mapping[str, Any], before: str) -> Iterator[str]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _names(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"
