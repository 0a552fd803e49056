"""What one candidate has done, and which requirements it meets on a day."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

from services.certifications.domain.credits import NOTHING, Entry, Tally, rolled_over
from services.certifications.domain.dates import before, day_before
from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    Cause,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    FeePaid,
    Held,
)
from services.certifications.domain.ledger import Ledger
from services.certifications.domain.nodes import (
    Agreement,
    Approved,
    Courses,
    Credits,
    Fee,
    Holding,
    Node,
    Parts,
    Passes,
    Window,
    walk,
)
from services.certifications.domain.passing import Met, Passing
from services.certifications.domain.rule import CREDITS, PolicyRules, Rules, Trigger, UsesUp

_day_of = attrgetter("day")


class Evidence(Passing):
    """Passes, credits, courses, agreements, fees and approvals, each oldest first.

    `entries` is every credit that was approved, `finished` the terms of fixed cycles that were
    renewed, by what their successors may take over.
    """

    __slots__ = (
        "_days",
        "_entry_of",
        "_items",
        "_sums",
        "_tallies",
        "agreements",
        "approvals",
        "courses",
        "entries",
        "fees",
        "finished",
        "ledger",
    )

    def __init__(self, rules: Rules, ledger: Ledger) -> None:
        super().__init__(rules)
        self.ledger = ledger
        self.entries: list[Entry] = []
        self._entry_of: dict[int, Entry] = {}
        self._items: dict[str, Entry] = {}
        self.courses: dict[str, list[CourseCompletion]] = {}
        self.agreements: dict[str, list[AgreementAccepted]] = {}
        self.fees: dict[str, list[FeePaid]] = {}
        self.approvals: dict[str, list[Approval]] = {}
        # The points of all entries up to each, so that most questions need no counting.
        self._days: list[date] = []
        self._sums: list[Decimal] = [NOTHING]
        self._tallies: dict[tuple[int, str], Tally] = {}
        self.finished: dict[str, tuple[Window, Credits, Decimal]] = {}

    def take_pass(self, fact: ExamPass, policy: PolicyRules | None) -> str | None:
        """Register a pass and tell the exam's present code; None: it does not count yet."""
        rules, day = self.rules, fact.day
        exam = rules.exam_of[fact.exam]
        if exam in rules.earned_from and day < rules.earned_from[exam]:
            return None
        last = rules.pass_last_day[exam](day)
        if exam in self.passes:
            self.passes[exam].append((fact, last))
        else:
            self.passes[exam] = [(fact, last)]
        if policy is not None and exam in policy.exam_credits:
            points, category = policy.exam_credits[exam]
            self._enter(Entry(fact, fact.day, points, f"exam {exam}", category, None))
        return exam

    def take(
        self, fact: CreditEntry | CourseCompletion | AgreementAccepted | FeePaid | Approval
    ) -> Trigger:
        """Register anything else."""
        if isinstance(fact, CreditEntry):
            self._enter(Entry.of(fact))
            return CREDITS
        if isinstance(fact, CourseCompletion):
            self.courses.setdefault(fact.course, []).append(fact)
            return "course", fact.course
        if isinstance(fact, AgreementAccepted):
            self.agreements.setdefault(fact.agreement, []).append(fact)
            return "agreement", fact.agreement
        if isinstance(fact, FeePaid):
            self.fees.setdefault(fact.fee, []).append(fact)
            return "fee", fact.fee
        self.approvals.setdefault(fact.approval, []).append(fact)
        return "approval", fact.approval

    def _enter(self, entry: Entry) -> None:
        entry.while_active = bool(self.ledger.cycles) and self.ledger.any_active(entry.day)
        entry.earlier = self._items.get(entry.item)
        self._items[entry.item] = entry
        self.entries.append(entry)
        self._entry_of[id(entry.fact)] = entry
        self._days.append(entry.day)
        self._sums.append(self._sums[-1] + entry.points)

    def look_again(self, day: date) -> None:
        """What was earned on a day counts as earned while active, if by now anything is."""
        if not self.entries or self.entries[-1].day != day:
            return
        idle = [
            entry
            for entry in self.entries[bisect_right(self._days, day_before(day)) :]
            if not entry.while_active
        ]
        if idle and self.ledger.any_active(day):
            for entry in idle:
                entry.while_active = True
            self._tallies.clear()

    def met(self, node: Node, day: date, window: Window | None = None) -> Met:
        """What met a requirement on a day, or None; with a window, out of that window."""
        return self._meet[type(node)](self, node, day, window)

    def _met_by_holding(self, node: Holding, day: date, _: Window | None) -> Met:
        code = node.certification
        return (Held(code, day),) if self.ledger.active(code, day) else None

    def _met_by_agreement(self, node: Agreement, day: date, _: Window | None) -> Met:
        # Once accepted it holds: no term makes it old.
        for fact in reversed(self.agreements.get(node.agreement, ())):
            if fact.day <= day and fact.version in node.versions:
                return (fact,)
        return None

    def _met_by_fee(self, node: Fee, day: date, window: Window | None) -> Met:
        paid = _within(self.fees.get(node.fee, ()), day, window)
        return tuple(paid[-node.need :]) if len(paid) >= node.need else None

    def _met_by_approval(self, node: Approved, day: date, window: Window | None) -> Met:
        given = _within(self.approvals.get(node.approval, ()), day, window)
        return (given[-1],) if given else None

    def _met_by_parts(self, node: Parts, day: date, window: Window | None) -> Met:
        found: tuple[Cause, ...] = ()
        missing = node.need
        left = len(node.parts)
        meet = self._meet
        for part in node.parts:
            causes = meet[type(part)](self, part, day, window)
            left -= 1
            if causes is not None:
                found += causes
                missing -= 1
                if not missing:
                    return found
            if left < missing:
                return None
        return None

    def _met_by_courses(self, node: Courses, day: date, window: Window | None) -> Met:
        found: list[CourseCompletion] = []
        for course in self.courses.keys() & node.courses:
            taken = self.valid_course(course, day, window)
            if taken is not None:
                found.append(taken)
        if len(found) < node.need:
            return None
        found.sort(key=lambda fact: (fact.day, fact.course))
        return tuple(found[-node.need :])

    def valid_course(
        self, course: str, day: date, window: Window | None
    ) -> CourseCompletion | None:
        """The latest completion of a course that counts on a day."""
        for fact in reversed(_within(self.courses.get(course, ()), day, window)):
            if window is None or window.submit_by is None or fact.submitted_on is None:
                return fact
            if fact.submitted_on <= window.submit_by:
                return fact
        return None

    def _met_by_credits(self, node: Credits, day: date, window: Window | None) -> Met:
        if self._at_most(node, window) < node.at_least or not self.counts_here(node, day, window):
            return None
        tally = self.tally(node, day, window)
        return tally.causes() if tally.enough() else None

    def _at_most(self, node: Credits, window: Window | None) -> Decimal:
        """More than this cannot count."""
        points = self._sums[-1]
        if window is not None:
            if node.rules.new_cycle == "ends":
                points = self.credits_after(window.after)
            rollover = node.rules.rollover
            if rollover is not None and window.certification in self.finished:
                points += rollover.most
        return points

    def credits_after(self, day: date) -> Decimal:
        """All points of later days, whether they count or not."""
        return self._sums[-1] - self._sums[bisect_right(self._days, day)]

    def counts_here(self, node: Credits, day: date, window: Window | None) -> bool:
        """Whether credits count for this certification: perhaps only for the highest level."""
        if window is None or node.rules.counts_for == "each":
            return True
        ranks = self.rules.credit_ranks
        return all(
            ranks.get(code, 0) <= window.rank
            for code in self.ledger.cycles
            if self.ledger.active(code, day)
        )

    def tally(self, node: Credits, day: date, window: Window | None) -> Tally:
        """The running totals of one requirement, up to a day."""
        key = (id(node), "" if window is None else window.certification)
        known = self._tallies.get(key)
        if known is None or known.window != window or day < known.day:
            known = self._tallies[key] = Tally(node, window, self.entries)
            self._roll_over(known)
        known.up_to(day)
        return known

    def finish(self, window: Window, node: Node, causes: Sequence[Cause]) -> None:
        """Remember what a term was renewed by whose successor may take over what is left."""
        by_credits = [one for one in walk(node) if isinstance(one, Credits)]
        rolling = [one for one in by_credits if one.rules.rollover is not None]
        self.finished.pop(window.certification, None)
        if rolling:
            used = any(id(cause) in self._entry_of for cause in causes)
            most = max(rolling, key=lambda one: one.at_least)
            self.finished[window.certification] = (
                window,
                most,
                most.at_least if used else NOTHING,
            )

    def rollovers(self) -> list[date]:
        """The first days of the terms to which credits may be rolled over."""
        return [self.ledger.cycles[code][-1].active_on for code in self.finished]

    def _roll_over(self, tally: Tally) -> None:
        window = tally.window
        if window is None or window.certification not in self.finished:
            return
        old, node, need = self.finished[window.certification]
        rollover = node.rules.rollover
        if rollover is None or old.ends >= window.began:
            return
        finished = Tally(node, old, self.entries)
        finished.up_to(old.ends)
        first = date.min if rollover.from_last is None else before(rollover.from_last, old.ends)
        for entry in rolled_over(finished, need, first):
            tally.count(entry)

    def use_up(self, what: UsesUp, causes: Sequence[Cause], code: str) -> None:
        """What counts only once has done its work."""
        for cause in causes:
            if isinstance(cause, ExamPass) and self.rules.exam_of[cause.exam] in what.exams:
                self.used.add(cause)
            if what.credits:
                entry = self._entry_of.get(id(cause))
                if entry is not None and entry.spent_on is None:
                    entry.spent_on = code
                    self._tallies.clear()

    _meet: ClassVar[Mapping[type[Node], Callable[["Evidence", Any, date, Window | None], Met]]] = {
        Passes: Passing.met_by_passes,
        Credits: _met_by_credits,
        Holding: _met_by_holding,
        Courses: _met_by_courses,
        Agreement: _met_by_agreement,
        Fee: _met_by_fee,
        Approved: _met_by_approval,
        Parts: _met_by_parts,
    }


_Dated = TypeVar("_Dated", CourseCompletion, FeePaid, Approval)


def _within(facts: Sequence[_Dated], day: date, window: Window | None) -> Sequence[_Dated]:
    """The facts up to a day and, with a window, from within it."""
    start = 0 if window is None else bisect_right(facts, window.after, key=_day_of)
    return facts[start : bisect_right(facts, day, key=_day_of)]
