"""Facts lived through day by day."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

from services.certifications.domain.achievements import Span
from services.certifications.domain.awards import award, opened_by
from services.certifications.domain.carrying import carry_along
from services.certifications.domain.dates import day_after
from services.certifications.domain.decisions import decide
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.emeritus import become_emeritus, come_back
from services.certifications.domain.facts import (
    AssignedNumber,
    CourseCompletion,
    CreditEntry,
    ExamFail,
    ExamPass,
    ExamSetAside,
    Fact,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)
from services.certifications.domain.liveness import live
from services.certifications.domain.moment import Moment
from services.certifications.domain.own_days import hand_over, lengthen
from services.certifications.domain.renewals import renew_touched
from services.certifications.domain.rule import CREDITS, OwnDay, PolicyRules, Trigger
from services.certifications.domain.standings import doubtful_days, spans, state_of
from services.certifications.domain.state import Cycle, State
from shared.programmes import Programme


def evaluate(programme: Programme, facts: Iterable[Fact], as_of: date) -> State:
    """What the facts give on a day; the same for any order and repetition of the facts."""
    timeline = Timeline(programme, as_of)
    timeline.take(facts)
    return timeline.state()


class Timeline(Dossier):
    """One candidate's life up to a day."""

    __slots__ = ("_decided", "_honoured", "_known", "_queue", "_seen", "numbers", "programme")

    def __init__(self, programme: Programme, as_of: date) -> None:
        super().__init__(programme, as_of)
        self.programme = programme
        self.numbers: dict[str, int] = {}
        self._seen: set[Trigger] = set()
        self._decided = False
        # What is or was held and can become emeritus.
        self._honoured: list[str] = []
        self._queue: list[date] = []
        self._known: list[Fact] = []

    @property
    def cycles(self) -> dict[str, list[Cycle]]:
        """The terms by certification, oldest first."""
        return self.ledger.cycles

    @property
    def passes(self) -> dict[str, list[tuple[ExamPass, date]]]:
        """The passes by the exam's present code, oldest first, each with its last day."""
        return self.evidence.passes

    def take(self, facts: Iterable[Fact]) -> None:
        """Live through every fact up to the day; exams the programme does not know earn nothing."""
        days = self._by_day(set(facts))
        if not days:
            return
        self._known = [fact for on_day in days.values() for fact in on_day]
        own = self.edition.own_days
        for day in own[bisect_right(own, min(days)) : bisect_right(own, self.as_of)]:
            days.setdefault(day, [])
        self._queue = list(days)
        heapify(self._queue)
        lived: date | None = None
        while self._queue:
            day = heappop(self._queue)
            if lived is None or day > lived:
                self._live(day, days.get(day, []))
                lived = day

    def state(self) -> State:
        """What is held on the day, and the next day on which time alone changes it."""
        state = state_of(self.programme, self, self.numbers)
        for day in doubtful_days(self) if self._known else ():
            if state.changes_on is not None and day >= state.changes_on:
                break
            # Rare: days of the programme lie ahead. Only living through them tells.
            later = Timeline(self.programme, day)
            later.take(self._known)
            if state_of(self.programme, later, self.numbers).standings != state.standings:
                return replace(state, changes_on=day)
        return state

    def spans(self) -> dict[str, tuple[Span, ...]]:
        """The days on which each certification stood active, in grace or emeritus."""
        return spans(self)

    def _by_day(self, facts: set[Fact]) -> dict[date, list[Any]]:
        kinds = set(map(type, facts))
        if Voided in kinds:
            facts = set(live(facts))
        self._decided = not kinds.isdisjoint(_DECISIONS)
        as_of, exams = self.as_of, self.rules.exam_of
        days: dict[date, list[Any]] = {}
        for fact in facts:
            if isinstance(fact, AssignedNumber):
                # Should there ever be two, the older number is the person's number.
                known = self.numbers.get(fact.series, fact.number)
                self.numbers[fact.series] = min(known, fact.number)
            elif isinstance(fact, _WITHOUT_EFFECT) or fact.day > as_of:
                continue
            elif not isinstance(fact, ExamPass) or fact.exam in exams:
                day = fact.day
                if day in days:
                    days[day].append(fact)
                else:
                    days[day] = [fact]
        return days

    def _live(self, day: date, facts: list[Any]) -> None:
        """One day: the programme, then staff, then awards, renewals, and what they carry along."""
        policy = self.edition.on(day)
        if len(facts) > 1:
            facts = _in_order(facts)
        held_before = bool(self.ledger.cycles)
        own = self.edition.own.get(day)
        changed = [] if own is None else self._own(day, own)
        again: set[str | None] = set()
        if self._decided:
            begun, again = decide(self, [fact for fact in facts if type(fact) in _DECISIONS])
            changed += begun
        triggers = self._register(facts, policy) if facts else set()
        self._seen |= triggers
        if policy is not None:
            opens = _NOTHING if own is None else self._opens(own)
            renews = _NOTHING if own is None else own.renews & self.ledger.cycles.keys()
            # Cheapest first: most days are those of evidence that does nothing yet.
            if (
                not triggers.isdisjoint(policy.touching)
                or opens
                or renews
                or changed
                or again
                or self._honoured
                or self.evidence.finished
                or day == self.edition.starts[0]
            ):
                moment = Moment(day, policy, triggers, changed, again)
                self._happen(moment, opens, renews, held_before)
        if self.ledger.begun:
            self._plan()

    def _opens(self, own: OwnDay) -> frozenset[str]:
        """What opens on a day, if anything that has happened could have earned it."""
        if not own.opens:
            return _NOTHING
        if own.touched_by.isdisjoint(self._seen):
            held = (("holding", code) for code in self.ledger.cycles)
            if own.touched_by.isdisjoint(held):
                return _NOTHING
        return own.opens

    def _happen(
        self, moment: Moment, opens: frozenset[str], renews: frozenset[str], held_before: bool
    ) -> None:
        day, policy, triggers = moment.day, moment.policy, moment.triggers
        if day == self.edition.starts[0]:
            # What happened before there were rules is looked at on their first day.
            moment.triggers |= self._seen
        if self.evidence.finished and day in self.evidence.rollovers():
            moment.triggers.add(CREDITS)
        if opens:
            award(self, moment, opened_by(self, policy, opens, self._seen))
        elif moment.changed or moment.again or not policy.earned_by.keys().isdisjoint(triggers):
            award(self, moment)
        if moment.changed:
            self.evidence.look_again(day)
        # What a new version renews by may have been done since the term began.
        moment.again |= renews
        if held_before and (moment.triggers or moment.changed or moment.again):
            renew_touched(self, moment)
            if moment.changed:
                carry_along(self, moment)
        for code in self._honoured:
            if come_back(self, code, day, policy) is None:
                become_emeritus(self, code, day, policy)

    def _own(self, day: date, own: OwnDay) -> list[Cycle]:
        if own.lengthens is not None:
            lengthen(self, day, own.lengthens)
        begun: list[Cycle] = []
        for handover in own.handovers:
            if handover.code in self.ledger.cycles:
                begun += hand_over(self, handover)
        return begun

    def _register(self, facts: list[Any], policy: PolicyRules | None) -> set[Trigger]:
        triggers: set[Trigger] = set()
        for fact in facts:
            if type(fact) is ExamPass:
                exam = self.evidence.take_pass(fact, policy)
                if exam is not None:
                    triggers.add(("exam", exam))
                    if policy is not None and exam in policy.exam_credits:
                        triggers.add(CREDITS)
            elif type(fact) is CreditEntry:
                # Approved later, it will count from the day it was completed.
                if not fact.pending and fact.points > 0:
                    triggers.add(self.evidence.take(fact))
            elif type(fact) is CourseCompletion:
                if not fact.pending:
                    triggers.add(self.evidence.take(fact))
            elif type(fact) not in _DECISIONS:
                triggers.add(self.evidence.take(fact))
        return triggers

    def _plan(self) -> None:
        """Days on which time alone does something: emeritus follows, credits are rolled over."""
        for term in self.ledger.begun:
            code, last = term.certification, term.expires_on
            if code in self.rules.emeritus:
                if code not in self._honoured:
                    self._honoured.append(code)
                if last is not None and last < self.as_of:
                    heappush(self._queue, day_after(last))
            if term.met_on is not None and term.met_on < term.active_on <= self.as_of:
                heappush(self._queue, term.active_on)
        self.ledger.begun = []


_NOTHING: frozenset[str] = frozenset()
_WITHOUT_EFFECT = (ExamFail, ExamSetAside, Voided)
_DECISIONS = frozenset((Granted, Prolonged, Suspended, Revoked, Reinstated))


def _in_order(facts: list[Any]) -> list[Any]:
    facts.sort(key=_by_id)
    if any(one.id == two.id for one, two in pairwise(facts)):
        # Ids of different kinds may be the same; then whatever tells them apart decides.
        facts.sort(key=lambda fact: (fact.id, repr(fact)))
    return facts


def _by_id(fact: Any) -> str:
    return str(fact.id)
