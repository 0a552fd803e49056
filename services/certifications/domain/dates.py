"""Calendar arithmetic of terms: from a first day to a last day, and back."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from shared.clock import months_on, years_on
from shared.programmes import DayOfYear, Period

LastDay: TypeAlias = Callable[[date], date]
DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def last_day(validity: Period | None, aligned: DayOfYear | None = None) -> LastDay:
    """From a first day to the last day; date.max stands for a lifetime.

    With `aligned` the last day moves on to the next such day of the year. Remembered, because
    many candidates share few days.
    """
    if validity is None:
        return lambda _: date.max
    if aligned is None:
        return lru_cache(maxsize=4096)(validity.after)
    return lru_cache(maxsize=4096)(lambda day: aligned.on_or_after(validity.after(day)))


def before(period: Period, day: date) -> date:
    """The same calendar day this much earlier; 31 becomes the last day of a shorter month.

    What would lie before the first day a calendar knows is that first day.
    """
    try:
        if period.unit == "year":
            return years_on(day, -period.count)
        if period.unit == "month":
            return months_on(day, -period.count)
        return day - timedelta(days=period.count)
    except (ValueError, OverflowError):
        return date.min


def day_after(day: date) -> date:
    """The next day; the last day a calendar knows has none and stays."""
    return day if day == date.max else day + DAY


def day_before(day: date) -> date:
    """The day before; the first day a calendar knows has none and stays."""
    return day if day == date.min else day - DAY


def or_lifetime(day: date) -> date | None:
    """The last day as terms have it: None for a lifetime."""
    return None if day == date.max else day
