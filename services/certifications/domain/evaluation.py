"""Facts lived through day by day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

from services.certifications.domain.achievements import Span
from services.certifications.domain.dates import day_after
from services.certifications.domain.decisions import Decision, decide
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.emeritus import become_emeritus, come_back
from services.certifications.domain.facts import (
    AssignedNumber,
    CreditEntry,
    ExamFail,
    ExamPass,
    Fact,
    Voided,
)
from services.certifications.domain.liveness import live
from services.certifications.domain.own_days import hand_over, lengthen
from services.certifications.domain.renewing import (
    done_by,
    following,
    is_later,
    leads_to,
    renew,
    renewable,
)
from services.certifications.domain.rule import CREDITS, OwnDay, PolicyRules, Rule, Trigger
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

    __slots__ = ("_early", "_known", "_queue", "numbers", "programme")

    def __init__(self, programme: Programme, as_of: date) -> None:
        super().__init__(programme, as_of)
        self.programme = programme
        self.numbers: dict[str, int] = {}
        # What happened before there were rules; it is looked at on their first day.
        self._early: set[Trigger] = set()
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
        first = min(days)
        for day in (self.edition.starts[0], *self.edition.own_days):
            if first < day <= self.as_of:
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
        if any(type(fact) is Voided for fact in facts):
            facts = set(live(facts))
        days: dict[date, list[Any]] = {}
        for fact in facts:
            if isinstance(fact, AssignedNumber):
                # Should there ever be two, the older number is the person's number.
                known = self.numbers.get(fact.series, fact.number)
                self.numbers[fact.series] = min(known, fact.number)
            elif isinstance(fact, ExamFail | Voided) or fact.day > self.as_of:
                continue
            elif not isinstance(fact, ExamPass) or fact.exam in self.rules.exam_of:
                days.setdefault(fact.day, []).append(fact)
        return days

    def _live(self, day: date, facts: list[Any]) -> None:
        """One day: the programme, then staff, then awards, renewals, and what they carry along."""
        policy = self.edition.on(day)
        if len(facts) > 1:
            facts = _in_order(facts)
        own = self.edition.own.get(day)
        changed = [] if own is None else self._own(day, own)
        decisions: list[Decision] = [fact for fact in facts if isinstance(fact, Decision)]
        again: set[str | None] = set()
        if decisions:
            begun, again = decide(self, decisions)
            changed += begun
        triggers = self._register(facts, policy)
        if policy is None:
            self._early |= triggers
            return
        if self._early:
            triggers |= self._early
            self._early = set()
        held_before = bool(self.cycles)
        if self.evidence.rolls_over(day):
            triggers.add(CREDITS)
        opens = () if own is None else own.opens
        self._award(day, policy, self._pending(policy, triggers, changed, again, opens), changed)
        if changed:
            self.evidence.look_again(day)
        if held_before:
            self._renew(day, policy, triggers, again, changed)
            if changed:
                self._extend(day, policy, changed)
        if self.rules.emeritus:
            self._emeritus(day, policy)
        self._plan(changed)

    def _own(self, day: date, own: OwnDay) -> list[Cycle]:
        if own.lengthens is not None:
            lengthen(self, day, own.lengthens)
        begun: list[Cycle] = []
        for handover in own.handovers:
            begun += hand_over(self, handover)
        return begun

    def _register(self, facts: list[Any], policy: PolicyRules | None) -> set[Trigger]:
        triggers: set[Trigger] = set()
        for fact in facts:
            if isinstance(fact, ExamPass):
                exam = self.evidence.take_pass(fact, policy)
                if exam is not None:
                    triggers.add(("exam", exam))
                    if policy is not None and exam in policy.exam_credits:
                        triggers.add(CREDITS)
            elif isinstance(fact, CreditEntry) and (fact.pending or fact.points <= 0):
                # Approved later, it will count from the day it was completed.
                continue
            elif not isinstance(fact, Decision):
                triggers.add(self.evidence.take(fact))
        return triggers

    def _pending(
        self,
        policy: PolicyRules,
        triggers: set[Trigger],
        changed: list[Cycle],
        again: set[str | None],
        opens: tuple[str, ...],
    ) -> set[int]:
        """What may be earned, by its place in the order of awards."""
        pending: set[int] = set()
        earned_by = policy.earned_by
        for trigger in triggers:
            pending |= earned_by.get(trigger, _NONE)
        for term in changed:
            pending |= earned_by.get(("holding", term.certification), _NONE)
        if None in again:
            pending.update(range(len(policy.in_order)))
        for code in (*again, *opens):
            if code is not None and code in policy.rules:
                pending.add(policy.rules[code].order)
        return pending

    def _award(
        self, day: date, policy: PolicyRules, pending: set[int], changed: list[Cycle]
    ) -> None:
        ledger = self.ledger
        while pending:
            # An award touches what comes later in this order, so one pass is enough.
            order = min(pending)
            pending.discard(order)
            rule = policy.in_order[order]
            code = rule.code
            if ledger.running(code, day) or not _open_for_awards(rule, day):
                continue
            if ledger.sanctions.revoked(code, day):
                continue
            term = self._renewed_in_grace(code, day, policy) or self._earned(code, day, policy)
            if term is not None:
                changed.append(term)
                pending |= policy.earned_by.get(("holding", code), _NONE)

    def _renewed_in_grace(self, code: str, day: date, policy: PolicyRules) -> Cycle | None:
        """In its grace a certification goes on rather than that it is earned anew."""
        if code not in self.cycles or self.in_grace(code, day) is None:
            return None
        return renew(self, code, day, policy)

    def _earned(self, code: str, day: date, policy: PolicyRules) -> Cycle | None:
        for version in (policy, *policy.others):
            rule = version.rules[code]
            causes = self.met(rule.requires, day)
            if causes is None or not self.governs(version, policy, day, causes):
                continue
            expires_on, overrides = self.moved(code, rule.last_day(day))
            term = Cycle(
                code,
                len(self.cycles.get(code, ())) + 1,
                "earned",
                day,
                day,
                expires_on,
                causes,
                rule.requires_name,
                version.version,
                overrides=overrides,
            )
            self.ledger.add(term, day)
            self.ledger.last_option.pop(code, None)
            if rule.uses_up:
                self.evidence.use_up(rule.requires, causes, code)
            return term
        return None

    def _renew(
        self,
        day: date,
        policy: PolicyRules,
        triggers: set[Trigger],
        again: set[str | None],
        changed: list[Cycle],
    ) -> None:
        touched: set[str] = set()
        for trigger in triggers:
            touched |= policy.renewed_by.get(trigger, _NONE)
        for term in changed:
            touched |= policy.renewed_by.get(("holding", term.certification), _NONE)
        codes = [code for code in self.cycles if code in touched or code in again or None in again]
        if len(codes) > 1:
            # Where credits are used once, the highest goes first, then what ends first.
            codes.sort(key=lambda code: self._urgency(policy.rules[code]))
        for code in codes:
            renewed = renew(self, code, day, policy)
            if renewed is not None:
                changed.append(renewed)

    def _urgency(self, rule: Rule) -> tuple[int, date, int]:
        last = self.cycles[rule.code][-1].expires_on
        return -rule.rank, last or date.max, rule.order

    def _extend(self, day: date, policy: PolicyRules, changed: list[Cycle]) -> None:
        carriers = [term for term in changed if term.kind in ("earned", "renewed")]
        carriers.sort(key=lambda term: _carrier_rank(policy.rules[term.certification]))
        done = {term.certification for term in changed}
        for code, terms in self.cycles.items():
            if code in done:
                continue
            term = terms[-1]
            rule = policy.rules[code]
            carrier = next((one for one in carriers if code in self._carried(one)), None)
            if carrier is None or not rule.open_on(day):
                continue
            if not renewable(self, term, day) or not self.active(code, day):
                continue
            expires_on, overrides = leads_to(self, term, day, rule.anchor, rule.last_day)
            if not is_later(expires_on, term.expires_on):
                continue
            extended = following(
                term,
                "extended",
                day,
                rule.anchor,
                expires_on,
                carrier.causes,
                rule.extends_name,
                policy.version,
                extended_by=carrier.certification,
                overrides=overrides,
            )
            self.ledger.add(extended, done_by(extended))
            self.ledger.last_option.pop(code, None)

    def _carried(self, carrier: Cycle) -> frozenset[str]:
        """What an award or a renewal extends, under the version of the rules that governs it."""
        rule = self.rules.policies[carrier.policy].rules[carrier.certification]
        return rule.extends[carrier.kind]

    def _emeritus(self, day: date, policy: PolicyRules) -> None:
        for code in self._honoured():
            if come_back(self, code, day, policy) is None:
                become_emeritus(self, code, day, policy)

    def _honoured(self) -> list[str]:
        """What is or was held and can become emeritus."""
        return [code for code in self.cycles if code in self.rules.emeritus]

    def _plan(self, changed: list[Cycle]) -> None:
        """Days on which time alone does something: emeritus follows, credits are rolled over."""
        if self.rules.emeritus:
            for code in self._honoured():
                last = self.cycles[code][-1].expires_on
                if last is not None and last < self.as_of:
                    heappush(self._queue, day_after(last))
        for term in changed:
            if term.met_on is not None and term.met_on < term.active_on <= self.as_of:
                heappush(self._queue, term.active_on)


_NONE: frozenset[Any] = frozenset()


def _open_for_awards(rule: Rule, day: date) -> bool:
    return rule.open_on(day) and (rule.opens_on is None or day >= rule.opens_on)


def _in_order(facts: list[Any]) -> list[Any]:
    facts.sort(key=_by_id)
    if any(one.id == two.id for one, two in pairwise(facts)):
        # Ids of different kinds may be the same; then whatever tells them apart decides.
        facts.sort(key=lambda fact: (fact.id, repr(fact)))
    return facts


def _by_id(fact: Any) -> str:
    return str(fact.id)


def _carrier_rank(rule: Rule) -> tuple[int, int]:
    return -rule.rank, rule.order
