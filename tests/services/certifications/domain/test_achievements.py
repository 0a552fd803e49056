"""Years of holding, counted without a gap or in total, and the days that were counted."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.certifications.domain.achievements import (
    Counting,
    Days,
    Span,
    reached,
    reached_on,
    united,
    without,
)
from services.certifications.domain.anniversaries import anniversaries
from services.certifications.domain.state import Achievement
from shared.programmes import Period, Programme
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.small_programme import small_programme

CERTIFICATIONS = """
policies:
  - version: v1
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 3 years}, second: {validity: 3 years}}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: TWO, name: Two, level: second, category: All, requires: {exam: B}}
  - {code: SEA, name: Sea, level: second, category: All, requires: {exam: C}}
"""
ACHIEVEMENTS = """
achievements:
  - {id: ten, name: 10-year Second, levels: [second], years: 10, counting: consecutive,
     counts: [active, emeritus]}
  - {id: total, name: 5 years of One in all, certifications: [ONE], years: 5, counting: total}
"""


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    return small_programme(tmp_path, CERTIFICATIONS, head=ACHIEVEMENTS)


def spans(*rows: str) -> tuple[Span, ...]:
    """Spans from rows such as "2010-01-01 2013-01-01 emeritus"; the default is active."""
    found: list[Span] = []
    for row in rows:
        first, last, *status = row.split()
        end = date.max if last == "ever" else day(last)
        found.append(Span(day(first), end, *status))  # type: ignore[arg-type]  # words of the test's own
    return tuple(found)


def test_ten_years_without_a_gap_across_certifications_and_statuses(programme: Programme) -> None:
    held = {
        "TWO": spans("2010-06-01 2013-06-01", "2013-06-01 2016-06-01"),
        "SEA": spans("2016-06-02 2019-06-01", "2019-06-02 2020-06-01 emeritus"),
        "ONE": spans("2010-06-01 2015-05-31"),
    }
    found, following = reached(programme, held, day("2020-06-01"))
    assert found == (
        Achievement("ten", day("2020-06-01"), ((day("2010-06-01"), day("2020-06-01")),)),
    )
    assert following is None
    # The day before, time alone still has to bring it.
    assert reached(programme, held, day("2020-05-31")) == ((), day("2020-06-01"))


def test_one_day_short(programme: Programme) -> None:
    held = {"TWO": spans("2010-06-01 2020-05-31")}
    assert reached(programme, held, day("2030-01-01")) == ((), None)


def test_a_gap_of_one_day_starts_the_years_anew(programme: Programme) -> None:
    held = {"TWO": spans("2010-06-01 2013-05-30", "2013-06-01 2025-06-01")}
    found, following = reached(programme, held, day("2023-05-31"))
    assert (found, following) == ((), day("2023-06-01"))
    found, _ = reached(programme, held, day("2025-01-01"))
    assert found[0].intervals == ((day("2013-06-01"), day("2023-06-01")),)


def test_a_suspended_year_is_a_gap_unless_it_counts(programme: Programme) -> None:
    held = {"TWO": spans("2010-06-01 2013-05-31", "2013-06-01 2014-05-31 suspended",
                         "2014-06-01 2022-01-01")}  # fmt: skip
    assert reached(programme, held, day("2022-01-01")) == ((), None)


def test_in_total_a_gap_moves_the_day(programme: Programme) -> None:
    held = {"ONE": spans("2010-01-01 2012-12-31", "2014-01-01 2017-01-01")}
    found, _ = reached(programme, held, day("2017-01-01"))
    assert found == (
        Achievement(
            "total",
            day("2016-01-01"),
            ((day("2010-01-01"), day("2012-12-31")), (day("2014-01-01"), day("2016-01-01"))),
        ),
    )


def test_a_lifetime_counts_as_active_and_has_no_end(programme: Programme) -> None:
    held = {"TWO": spans("2010-06-01 ever lifetime")}
    assert reached(programme, held, day("2015-01-01")) == ((), day("2020-06-01"))


def test_years_past_the_end_of_the_calendar_are_never_reached(programme: Programme) -> None:
    assert reached(programme, {"TWO": spans("9995-01-01 ever")}, day("9996-01-01")) == ((), None)
    held = {"ONE": spans("9990-01-01 9990-02-01", "9998-01-01 ever")}
    assert reached(programme, held, day("9999-01-01")) == ((), None)


def test_what_was_barred_is_taken_out() -> None:
    held = [(day("2010-01-01"), day("2012-12-31"))]
    barred = [(day("2011-01-01"), day("2011-01-31")), (day("2012-12-01"), date.max)]
    assert without(held, barred) == (
        (day("2010-01-01"), day("2010-12-31")),
        (day("2011-02-01"), day("2012-11-30")),
    )
    assert without(held, [(day("2009-01-01"), day("2010-06-30"))]) == (
        (day("2010-07-01"), day("2012-12-31")),
    )


def test_an_anniversary_shows_the_counted_days(programme: Programme) -> None:
    held = {
        "TWO": spans("2001-06-01 2004-06-01", "2010-06-01 2025-06-01"),
        "ONE": spans("2010-01-01 2012-12-31", "2014-01-01 2014-12-31"),
    }
    ten, total = anniversaries(programme, held, day("2021-01-01"))
    assert ten.sentence == (
        "10-year Second was reached on 1 June 2020. Counted: 1 June 2010 to 1 June 2020."
    )
    assert (ten.reached_on, ten.rule) == (day("2020-06-01"), "achievements.ten")
    assert total.sentence == (
        "Counted so far for 5 years of One in all: 1 January 2010 to 31 December 2012 and "
        "1 January 2014 to 31 December 2014."
    )
    assert (total.reached_on, total.expected_on) == (None, None)


def test_a_running_count_names_the_gap_and_the_day_to_come(programme: Programme) -> None:
    held = {"TWO": spans("2001-06-01 2004-06-01", "2010-06-01 2019-06-01")}
    (ten,) = anniversaries(programme, held, day("2018-01-01"))
    assert ten.sentence == (
        "Counted so far for 10-year Second: 1 June 2010 to 1 January 2018. It is reached on "
        "1 June 2020 if the holding goes on without a gap. The days from 2 June 2004 to "
        "31 May 2010 do not count, so the years are counted anew from then on."
    )
    assert (ten.expected_on, ten.intervals) == (
        day("2020-06-01"),
        ((day("2010-06-01"), day("2018-01-01")),),
    )
    (ended,) = anniversaries(programme, held, day("2019-06-02"))
    assert ended.sentence.endswith(
        "The holding ended on 1 June 2019, so the years will be counted anew."
    )
    assert ended.expected_on is None


def test_a_missing_day_and_a_running_total(programme: Programme) -> None:
    held = {
        "TWO": spans("2010-06-01 2013-05-30", "2013-06-01 2016-06-01"),
        "ONE": spans("2014-01-01 2016-12-31"),
    }
    ten, total = anniversaries(programme, held, day("2015-01-01"))
    assert "31 May 2013 does not count, so the years are counted anew" in ten.sentence
    assert total.sentence.endswith("It is reached on 1 January 2019 if the holding goes on.")


def test_nothing_held_is_nothing_counted(programme: Programme) -> None:
    held = {"TWO": spans("2030-01-01 2033-01-01")}
    assert anniversaries(programme, held, day("2020-01-01")) == ()


FIRST = st.dates(date(2000, 1, 1), date(2030, 12, 31))
INTERVALS = st.lists(
    st.builds(lambda first, days: (first, first + timedelta(days=days)), FIRST,
              st.integers(0, 2000)), max_size=6)  # fmt: skip


@settings(max_examples=300)
@given(INTERVALS, st.sampled_from(["consecutive", "total"]), st.integers(1, 6))
def test_counted_days_are_held_days_and_as_many_as_wanted(
    raw: list[Days], counting: Counting, years: int
) -> None:
    intervals = united(raw)
    assert all(before[1] + timedelta(days=1) < after[0]
               for before, after in pairwise(intervals))  # fmt: skip
    found = reached_on(intervals, Period(years, "year"), counting)
    if found is None:
        assert counting == "total" or all(
            Period(years, "year").after(first) > last for first, last in intervals
        )
        return
    reached_day, counted = found
    assert counted[-1][1] == reached_day
    assert all(any(f <= first and last <= t for f, t in intervals) for first, last in counted)
    days = sum((last - first).days + 1 for first, last in counted)
    # A year has 365 or 366 days, and the anniversary itself is the day after them.
    assert 365 * years <= days - 1 <= 366 * years
    assert counting == "total" or len(counted) == 1
