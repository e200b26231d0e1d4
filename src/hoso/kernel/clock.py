"""Time: the system clock, a frozen one, and civil dates in Vietnam.

Instants are aware datetimes in UTC; civil dates are those of Vietnam (UTC+07:00, no
summer time since 1975).  Periods of retention are whole years.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from zope.interface import Interface, implementer

__all__ = ["VIETNAM", "FrozenClock", "IClock", "SystemClock", "civil_date", "civil_day", "stamp"]

VIETNAM = timezone(timedelta(hours=7), "ICT")


class IClock(Interface):
    """Says what time it is."""

    def now() -> datetime:
        """Return the present instant, aware, in UTC."""

    def today() -> date:
        """Return the civil date in Vietnam."""


@implementer(IClock)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return civil_date(self.now())


@implementer(IClock)
class FrozenClock:
    """A clock that stands until it is moved, for tests and for reproducible demos."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant

    def today(self) -> date:
        return civil_date(self._instant)

    def advance(self, by: timedelta) -> None:
        """Move the hands by *by*."""
        self._instant += by


def civil_date(instant: datetime) -> date:
    """Return the civil date of *instant* in Vietnam."""
    return instant.astimezone(VIETNAM).date()


def civil_day(stamped: str) -> str:
    """Return the civil date in Vietnam of an instant as text; a mere date stays what it is.

    Before seven in the morning it is still the day before in UTC.
    """
    if len(stamped) <= len("2026-03-02"):
        return stamped
    return civil_date(datetime.fromisoformat(stamped)).isoformat()


def stamp(instant: datetime) -> str:
    """Write *instant* as ISO 8601 in UTC with microseconds, sortable as text."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
