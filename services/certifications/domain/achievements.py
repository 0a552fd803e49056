"""Years of holding: which anniversaries were reached, and the days that were counted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from services.certifications.domain.state import Achievement, Status
from shared.programmes import Period, Programme

Days: TypeAlias = tuple[date, date]
Counting: TypeAlias = Literal["consecutive", "total"]
_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days on which a certification stood in one status, the first and the last included.

    A holding without end has `date.max` as its last day; days on which staff had suspended or
    revoked the certification belong to no active span.
    """

    first: date
    last: date
    status: Status = "active"


def reached(
    programme: Programme, held: Mapping[str, Sequence[Span]], as_of: date
) -> tuple[tuple[Achievement, ...], date | None]:
    """The achievements reached up to a day, and the next day on which time alone brings one.

    `held` has the spans of every certification by its code. What was once reached stays.
    """
    found: list[Achievement] = []
    following: date | None = None
    for one in programme.achievements.values():
        counted = counted_days(programme, held, one.id)
        if not counted:
            continue
        when = reached_on(counted, Period(one.years, "year"), one.counting)
        if when is None:
            continue
        day, intervals = when
        if day <= as_of:
            found.append(Achievement(one.id, day, intervals))
        elif following is None or day < following:
            following = day
    return tuple(found), following


def counted_days(
    programme: Programme, held: Mapping[str, Sequence[Span]], achievement: str
) -> tuple[Days, ...]:
    """The days that count towards an achievement, whichever of its certifications gave them."""
    one = programme.achievements[achievement]
    counts: set[str] = {*one.counts}
    if "active" in counts:
        counts.add("lifetime")
    return united(
        (span.first, span.last)
        for code, spans in held.items()
        if one.holds(code, programme.certifications[code].level)
        for span in spans
        if span.status in counts
    )


def united(spans: Iterable[Days]) -> tuple[Days, ...]:
    """Days as few intervals as possible, oldest first; neighbours without a gap become one."""
    found: list[Days] = []
    for first, last in sorted(spans):
        if found and (found[-1][1] == date.max or first <= found[-1][1] + _DAY):
            if last > found[-1][1]:
                found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


def without(spans: Iterable[Days], barred: Iterable[Days]) -> tuple[Days, ...]:
    """The days of `spans` that lie in none of `barred`."""
    left = list(united(spans))
    for first, last in barred:
        kept: list[Days] = []
        for start, end in left:
            if end < first or start > last:
                kept.append((start, end))
                continue
            if start < first:
                kept.append((start, first - _DAY))
            if end > last:
                kept.append((last + _DAY, end))
        left = kept
    return tuple(left)


def reached_on(
    intervals: Sequence[Days], length: Period, counting: Counting
) -> tuple[date, tuple[Days, ...]] | None:
    """The anniversary that `intervals` lead to, with the days counted up to it; None: none.

    `intervals` are united. Consecutive time begins anew after every gap; in total, a gap moves
    the anniversary on by as many days as it has. The anniversary must itself be held.
    """
    missed = timedelta(0)
    for at, (first, last) in enumerate(intervals):
        if counting == "consecutive":
            start, used = length.after(first), intervals[at : at + 1]
        else:
            if at:
                missed += first - intervals[at - 1][1] - _DAY
            start, used = length.after(intervals[0][0]), intervals[: at + 1]
        if start > date.max - missed:
            return None
        # Months differ in length, so the count may be full in a gap: it waits for holding again.
        day = max(start + missed, first)
        if day <= last and day != date.max:
            return day, (*used[:-1], (first, day))
    return None
