"""The clock and the calendar: instants are UTC, days belong to a programme's time zone."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and for replays."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self._now

    def move_to(self, now: datetime) -> None:
        """Set the present instant."""
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the present instant forward."""
        self._now += by


def today(clock: Clock, timezone: str) -> date:
    """Return the calendar day that it now is in an IANA time zone."""
    return clock.now().astimezone(ZoneInfo(timezone)).date()


def months_on(day: date, months: int) -> date:
    """Return the same day of the month, months later; a missing day becomes the month's last."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_on(day: date, years: int) -> date:
    """Return the same calendar day, years later; 29 February becomes 28 February."""
    return months_on(day, 12 * years)
