"""Continuing education credits: what was earned, and how much of it counts for one term."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from itertools import combinations
from operator import attrgetter

from services.certifications.domain.dates import last_day
from services.certifications.domain.facts import CreditEntry, ExamPass
from services.certifications.domain.nodes import Credits, Window
from shared.programmes import CreditRules, Period

NOTHING = Decimal(0)
_day_of = attrgetter("day")


@dataclass(slots=True, eq=False)
class Entry:
    """Points of one activity or, where a policy says so, of one pass.

    `while_active` says whether some certification was active on the day, `spent_on` the
    certification that used it up where credits are used once, `earlier` the entry of the same
    item before it.
    """

    fact: CreditEntry | ExamPass
    day: date
    points: Decimal
    item: str
    category: str | None
    activity: str | None
    submitted_on: date | None = None
    expires_on: date | None = None
    while_active: bool = False
    spent_on: str | None = None
    earlier: "Entry | None" = None

    @classmethod
    def of(cls, fact: CreditEntry) -> "Entry":
        """The points of an approved activity."""
        return cls(
            fact,
            fact.day,
            fact.points,
            fact.item,
            fact.category,
            fact.activity,
            fact.submitted_on,
            fact.expires_on,
        )

    def last_day(self, rules: CreditRules) -> date:
        """The last day on which it counts; date.max: for ever."""
        last = last_day(rules.validity)(self.day)
        return last if self.expires_on is None else min(last, self.expires_on)


def why_not(entry: Entry, rules: CreditRules, window: Window | None) -> str | None:
    """Why an entry does not count for a term, whatever its age; None when it does.

    The answers are spent, inactive, late, repeated, before and closed: used up before, earned
    while nothing was active, handed in too late, the same item again, from before the term, and
    handed in after its grace.
    """
    if entry.spent_on is not None and rules.use == "once":
        return "spent"
    reason = _never(entry, rules)
    if reason is not None:
        return reason
    if rules.same_item == "once":
        earlier = entry.earlier
        while earlier is not None:
            if _never(earlier, rules) is None:
                return "repeated"
            earlier = earlier.earlier
    if window is not None:
        first_out = window.after if rules.new_cycle == "ends" else window.opened_after
        if entry.day <= first_out:
            return "before"
        handed_in, submit_by = entry.submitted_on, window.submit_by
        if submit_by is not None and handed_in is not None and handed_in > submit_by:
            return "closed"
    return None


def _never(entry: Entry, rules: CreditRules) -> str | None:
    """Why an entry counts for no term at all."""
    if rules.earned_while == "active" and not entry.while_active:
        return "inactive"
    handed_in, within = entry.submitted_on, rules.submit_within
    if handed_in is not None and within is not None and handed_in > last_day(within)(entry.day):
        return "late"
    return None


class Tally:
    """Running totals of what counts for one requirement in one term.

    Every entry is added once and leaves once, when its time is over, so that a long history
    costs no more a day than a short one.
    """

    __slots__ = (
        "_by_expiry",
        "_entries",
        "_items",
        "_next",
        "_number",
        "_periods",
        "cells",
        "counted",
        "day",
        "node",
        "total",
        "window",
    )

    def __init__(self, node: Credits, window: Window | None, entries: Sequence[Entry]) -> None:
        self.node = node
        self.window = window
        self.day = date.min
        self.total = NOTHING
        # By category and activity, because maxima are about the one and caps about the other.
        self.cells: dict[tuple[str | None, str | None], Decimal] = {}
        # In the order they were added; those whose time is over are gone.
        self.counted: dict[int, Entry] = {}
        self._entries = entries
        self._number = 0
        self._next = 0
        if window is not None:
            first_out = window.after if node.rules.new_cycle == "ends" else window.opened_after
            self._next = bisect_right(entries, first_out, key=_day_of)
        self._items: set[str] = set()
        self._by_expiry: list[tuple[date, int]] = []
        self._periods = _periods(node, window)

    def up_to(self, day: date) -> None:
        """Take in what was entered up to a day and let go what no longer counts; days ascend."""
        self.day = day
        entries = self._entries
        while self._next < len(entries) and entries[self._next].day <= day:
            self._add(entries[self._next])
            self._next += 1
        while self._by_expiry and self._by_expiry[0][0] < day:
            _, number = heappop(self._by_expiry)
            entry = self.counted.pop(number)
            self._change(entry, -entry.points)

    def _add(self, entry: Entry) -> None:
        rules = self.node.rules
        if why_not(entry, rules, self.window) is not None:
            return
        if rules.same_item != "again":
            if entry.item in self._items:
                return
            self._items.add(entry.item)
        self.count(entry, entry.last_day(rules))
        for at in range(len(self._periods) - 1, -1, -1):
            begins, points = self._periods[at]
            if entry.day >= begins:
                self._periods[at] = (begins, points + entry.points)
                break

    def count(self, entry: Entry, last: date = date.max) -> None:
        """Count an entry through a last day without asking.

        What is rolled over from the term before counts for the whole of this one.
        """
        number = self._number
        self._number += 1
        self.counted[number] = entry
        if last != date.max:
            heappush(self._by_expiry, (last, number))
        self._change(entry, entry.points)

    def _change(self, entry: Entry, points: Decimal) -> None:
        self.total += points
        cell = (entry.category, entry.activity)
        self.cells[cell] = self.cells.get(cell, NOTHING) + points

    def points(self, categories: Iterable[str] | None = None) -> Decimal:
        """What counts below the caps and maxima, of some categories or of all.

        The most that can count at once: over every choice of categories held to their maximum,
        the least of these maxima plus what the activities of the other categories may bring.
        """
        node = self.node
        wanted = None if categories is None else frozenset(categories)
        cells = {
            cell: points
            for cell, points in self.cells.items()
            if points and (wanted is None or cell[0] in wanted)
        }
        if not node.maximum and not node.caps:
            return sum(cells.values(), NOTHING)
        limited = [name for name in node.maximum if wanted is None or name in wanted]
        best: Decimal | None = None
        for size in range(len(limited) + 1):
            for held in combinations(limited, size):
                reached = sum((node.maximum[name] for name in held), NOTHING)
                by_activity: dict[str | None, Decimal] = {}
                for (category, activity), points in cells.items():
                    if category not in held:
                        by_activity[activity] = by_activity.get(activity, NOTHING) + points
                for activity, points in by_activity.items():
                    cap = None if activity is None else node.caps.get(activity)
                    reached += points if cap is None else min(points, cap)
                if best is None or reached < best:
                    best = reached
        return best or NOTHING

    def enough(self) -> bool:
        """Whether the requirement is met."""
        node = self.node
        # What caps and maxima leave is never more than the sum.
        if self.total < node.at_least:
            return False
        if (node.maximum or node.caps) and self.points() < node.at_least:
            return False
        least = list(node.minimum)
        # Below caps, what two categories may have each, they may not have both.
        together = len(least) if node.caps else 1
        for size in range(1, together + 1):
            for some in combinations(least, size):
                if self.points(some) < sum((node.minimum[name] for name in some), NOTHING):
                    return False
        pace = node.every
        return pace is None or all(points >= pace.at_least for _, points in self._periods)

    @property
    def periods(self) -> tuple[tuple[date, Decimal], ...]:
        """Each stretch of the term by its first day, with what it has brought so far."""
        return tuple(self._periods)

    def causes(self) -> tuple[CreditEntry | ExamPass, ...]:
        """The facts that meet the requirement, oldest first and no more than are needed."""
        if self.node.every is not None:
            return tuple(dict.fromkeys(entry.fact for entry in self.counted.values()))
        tally = Tally(self.node, self.window, ())
        facts: list[CreditEntry | ExamPass] = []
        for entry in self.counted.values():
            tally.count(entry)
            facts.append(entry.fact)
            if tally.enough():
                break
        return tuple(dict.fromkeys(facts))


def _periods(node: Credits, window: Window | None) -> list[tuple[date, Decimal]]:
    """The stretches of a term; the last one takes the day by which the term is longer."""
    if node.every is None or window is None:
        return []
    period = node.every.period
    found: list[tuple[date, Decimal]] = []
    begins = window.began
    while begins < window.ends:
        found.append((begins, NOTHING))
        # From the first day each time: 31 January goes on with 31 March after a February.
        begins = Period(period.count * len(found), period.unit).after(window.began)
    return found


def rolled_over(tally: Tally, need: Decimal, first: date) -> Iterator[Entry]:
    """The entries of a finished term whose points go on into the next, newest first.

    `need` is what the term itself took, `first` the first day that is late enough. The last of
    them brings only as many points as may still go on.
    """
    rollover = tally.node.rules.rollover
    if rollover is None:
        return
    left = min(rollover.most, tally.points() - need)
    for entry in reversed(tally.counted.values()):
        if left <= 0:
            return
        if entry.day < first:
            continue
        if rollover.categories is not None and entry.category not in rollover.categories:
            continue
        points = min(left, entry.points)
        left -= points
        yield Entry(
            entry.fact,
            entry.day,
            points,
            entry.item,
            entry.category,
            entry.activity,
            entry.submitted_on,
            entry.expires_on,
            entry.while_active,
        )
