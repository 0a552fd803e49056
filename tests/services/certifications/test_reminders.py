"""The days of reminders, and which one is sent after days on which nobody looked."""

from datetime import date

import pytest

from services.certifications.reminders import Reminder, before, due, following, reminders_of
from shared.programmes import Period

OFFSETS = (Period(2, "year"), Period(90, "day"), Period(1, "month"))
LAST = date(2029, 3, 31)
FIRST, SECOND, THIRD = (
    Reminder(date(2027, 3, 31), "2 years"),
    Reminder(date(2028, 12, 31), "90 days"),
    Reminder(date(2029, 2, 28), "1 month"),
)


def test_the_days_are_counted_back_from_the_last_day() -> None:
    assert reminders_of(OFFSETS, LAST) == (FIRST, SECOND, THIRD)
    assert before(Period(1, "year"), date(2028, 2, 29)) == date(2027, 2, 28)


def test_an_offset_before_the_calendar_began_reminds_of_nothing() -> None:
    assert before(Period(9000, "year"), LAST) == date.min
    assert before(Period(9_000_000, "day"), LAST) == date.min


@pytest.mark.parametrize(
    ("settled", "today", "expected"),
    [
        (date(2026, 4, 1), date(2027, 3, 30), None),
        (date(2026, 4, 1), date(2027, 3, 31), FIRST),
        (date(2027, 3, 31), date(2027, 3, 31), None),
        (date(2026, 4, 1), date(2027, 4, 5), FIRST),
        (date(2026, 4, 1), date(2029, 3, 1), THIRD),
        (date(2027, 4, 5), date(2029, 1, 5), SECOND),
        # Of a row from before there were reminders, only today's.
        (None, date(2028, 12, 31), SECOND),
        (None, date(2029, 1, 1), None),
    ],
)
def test_after_missed_days_only_the_nearest_is_sent(
    settled: date | None, today: date, expected: Reminder | None
) -> None:
    assert due(reminders_of(OFFSETS, LAST), settled, today) == expected


def test_the_following_one_is_after_today() -> None:
    reminders = reminders_of(OFFSETS, LAST)
    assert following(reminders, date(2027, 3, 30)) == FIRST.day
    assert following(reminders, date(2027, 3, 31)) == SECOND.day
    assert following(reminders, LAST) is None
