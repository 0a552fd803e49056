"""Achievements as candidates see them: the days that were counted, and the day still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.certifications.domain.achievements import Days, Span, counted_days, reached_on
from services.certifications.domain.wording import listed, written
from shared.programmes import Period, Programme


@dataclass(frozen=True, slots=True)
class Anniversary:
    """One achievement: when it was reached, or when it will be if nothing interrupts the holding.

    `intervals` are the counted days up to the anniversary or, before it, up to the day asked
    about; `expected_on` is None where the present terms do not go on.
    """

    id: str
    name: str
    reached_on: date | None
    expected_on: date | None
    intervals: tuple[Days, ...]
    sentence: str
    rule: str


def anniversaries(
    programme: Programme, held: Mapping[str, Sequence[Span]], as_of: date
) -> tuple[Anniversary, ...]:
    """Every achievement that something was counted for up to a day, in the programme's order."""
    found: list[Anniversary] = []
    for one in programme.achievements.values():
        counted = counted_days(programme, held, one.id)
        so_far = tuple((first, min(last, as_of)) for first, last in counted if first <= as_of)
        if so_far:
            found.append(_anniversary(programme, one.id, counted, so_far, as_of))
    return tuple(found)


def _anniversary(
    programme: Programme,
    achievement: str,
    counted: tuple[Days, ...],
    so_far: tuple[Days, ...],
    as_of: date,
) -> Anniversary:
    one = programme.achievements[achievement]
    consecutive = one.counting == "consecutive"
    rule = f"achievements.{one.id}"
    length = Period(one.years, "year")
    when = reached_on(counted, length, one.counting)
    if when is not None and when[0] <= as_of:
        day, intervals = when
        sentence = f"{one.name} was reached on {written(day)}. Counted: {_days(intervals)}."
        return Anniversary(one.id, one.name, day, None, intervals, sentence, rule)
    going_on = so_far[-1][1] == as_of
    intervals = so_far[-1:] if consecutive and going_on else so_far
    sentence = f"Counted so far for {one.name}: {_days(intervals)}."
    expected = None
    if going_on:
        # As if the holding that goes on today never ended.
        open_ended = (*so_far[:-1], (so_far[-1][0], date.max))
        later = reached_on(open_ended, length, one.counting)
        expected = None if later is None else later[0]
        if expected is not None:
            gap = " without a gap" if consecutive else ""
            sentence += f" It is reached on {written(expected)} if the holding goes on{gap}."
    if consecutive and len(so_far) > 1:
        gap_from = so_far[-2][1] + timedelta(days=1)
        if going_on:
            until = so_far[-1][0] - timedelta(days=1)
            sentence += f" {_gap(gap_from, until)}, so the years are counted anew from then on."
    if consecutive and not going_on:
        sentence += (
            f" The holding ended on {written(so_far[-1][1])}, so the years will be counted anew."
        )
    return Anniversary(one.id, one.name, None, expected, intervals, sentence, rule)


def _days(intervals: Sequence[Days]) -> str:
    return listed([f"{written(first)} to {written(last)}" for first, last in intervals])


def _gap(first: date, last: date) -> str:
    if first == last:
        return f"{written(first)} does not count"
    return f"The days from {written(first)} to {written(last)} do not count"
