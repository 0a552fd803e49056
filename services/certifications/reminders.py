"""The days on which a candidate is reminded that a certification runs out."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.clock import months_on
from shared.programmes import Period, Programme

ONE_DAY = timedelta(days=1)


class Reminder(NamedTuple):
    """The programme's offset, and the day that it falls on."""

    day: date
    offset: str


@lru_cache(maxsize=10_000)
def reminders_under(programme: Programme, expires_on: date) -> tuple[Reminder, ...]:
    """Return a programme's reminders of a last day, which many certifications share."""
    return reminders_of(programme.reminders, expires_on)


@lru_cache(maxsize=10_000)
def following_under(programme: Programme, expires_on: date, today: date) -> date | None:
    """Return the day of the first reminder after today, which many certifications share too."""
    return following(reminders_under(programme, expires_on), today)


def reminders_of(offsets: tuple[Period, ...], expires_on: date) -> tuple[Reminder, ...]:
    """Return the reminders of a last day, earliest first.

    "2 years" before 29 February is 28 February where the year has no 29th.
    """
    found = (Reminder(before(offset, expires_on), str(offset)) for offset in offsets)
    return tuple(sorted(found))


def before(offset: Period, day: date) -> date:
    """Return the same calendar day that much earlier."""
    try:
        if offset.unit == "day":
            return day - timedelta(days=offset.count)
        return months_on(day, -offset.count * (12 if offset.unit == "year" else 1))
    except (ValueError, OverflowError):
        return date.min


def due(reminders: tuple[Reminder, ...], settled: date | None, today: date) -> Reminder | None:
    """Return the reminder to send: after missed days only the nearest one.

    settled: reminders up to this day are done with; None: those of the days before today.
    """
    after = today - ONE_DAY if settled is None else settled
    return next((one for one in reversed(reminders) if after < one.day <= today), None)


def following(reminders: tuple[Reminder, ...], today: date) -> date | None:
    """Return the day of the first reminder after today."""
    return next((one.day for one in reminders if one.day > today), None)
