"""Facts lived through day by day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.certifications.domain.facts import AssignedNumber, Cause, ExamPass, Fact, Held
from services.certifications.domain.nodes import Holding, Node, Passes
from services.certifications.domain.rules import PolicyRules, Rule, compiled
from services.certifications.domain.state import Cycle, Standing, State, Status
from shared.programmes import Programme


def evaluate(programme: Programme, facts: Iterable[Fact], as_of: date) -> State:
    """What the facts give on a day; the same for any order and repetition of the facts."""
    timeline = Timeline(programme, as_of)
    timeline.take(facts)
    return timeline.state()


class Timeline:
    """One candidate's passes and terms up to a day."""

    __slots__ = ("as_of", "cycles", "numbers", "passes", "rules")

    def __init__(self, programme: Programme, as_of: date) -> None:
        self.rules = compiled(programme)
        self.as_of = as_of
        # Both oldest first. A pass stands with its last day.
        self.passes: dict[str, list[tuple[ExamPass, date]]] = {}
        self.cycles: dict[str, list[Cycle]] = {}
        self.numbers: dict[str, int] = {}

    def take(self, facts: Iterable[Fact]) -> None:
        """Live through every fact up to the day; exams the programme does not know earn nothing."""
        days: dict[date, list[ExamPass]] = {}
        for fact in set(facts):
            if isinstance(fact, ExamPass):
                if fact.day <= self.as_of and fact.exam in self.rules.pass_last_day:
                    days.setdefault(fact.day, []).append(fact)
            elif isinstance(fact, AssignedNumber):
                # Should there ever be two, the older number is the person's number.
                known = self.numbers.get(fact.series, fact.number)
                self.numbers[fact.series] = min(known, fact.number)
        start = self.rules.starts[0]
        if days and min(days) < start <= self.as_of:
            # What was passed before there were rules is looked at on their first day.
            days[start] = [f for day, passed in days.items() if day <= start for f in passed]
        for day in sorted(days):
            self._live(day, days[day])

    def state(self) -> State:
        """What is held on the day."""
        standings: dict[str, Standing] = {}
        needed: set[str] = set()
        for code, cycles in self.cycles.items():
            last = cycles[-1].expires_on
            status: Status = "active" if last is None or self.as_of <= last else "expired"
            number = None
            series = self.rules.series.get(code)
            if series is not None:
                if series in self.numbers:
                    number = str(self.numbers[series])
                else:
                    needed.add(series)
            standings[code] = Standing(code, status, number, tuple(cycles))
        return State(self.as_of, standings, frozenset(needed))

    def _live(self, day: date, passes: list[ExamPass]) -> None:
        """One day: awards first, then renewals, then what they carry along."""
        if len(passes) > 1:
            passes.sort(key=_by_id)
        for fact in passes:
            if fact.day == day:
                last = self.rules.pass_last_day[fact.exam](day)
                self.passes.setdefault(fact.exam, []).append((fact, last))
        policy = self.rules.on(day)
        if policy is None:
            return
        held_before = bool(self.cycles)
        changed = self._award(day, policy, passes)
        if held_before:
            self._renew(day, policy, passes, changed)
            if changed:
                self._extend(day, policy, changed)

    def _award(self, day: date, policy: PolicyRules, passes: list[ExamPass]) -> list[Cycle]:
        pending: set[int] = set()
        for fact in passes:
            pending |= policy.earned_by_exam.get(fact.exam, _NONE)
        awarded: list[Cycle] = []
        while pending:
            # An award can only touch what comes later in this order, so one pass is enough.
            order = min(pending)
            pending.discard(order)
            rule = policy.in_order[order]
            code = rule.code
            if self.active(code, day) or not rule.open_on(day):
                continue
            causes = self.met(rule.requires, day)
            if causes is None:
                continue
            terms = self.cycles.setdefault(code, [])
            terms.append(
                Cycle(
                    code,
                    len(terms) + 1,
                    "earned",
                    day,
                    day,
                    _or_lifetime(rule.last_day(day)),
                    causes,
                    rule.requires_name,
                    policy.version,
                )
            )
            awarded.append(terms[-1])
            pending |= policy.earned_by_holding.get(code, _NONE)
        return awarded

    def _renew(
        self, day: date, policy: PolicyRules, passes: list[ExamPass], changed: list[Cycle]
    ) -> None:
        touched: set[str] = set()
        for fact in passes:
            touched |= policy.renewed_by_exam.get(fact.exam, _NONE)
        for cycle in changed:
            touched |= policy.renewed_by_holding.get(cycle.certification, _NONE)
        if not touched:
            return
        for code, terms in self.cycles.items():
            if code not in touched:
                continue
            rule = policy.rules[code]
            term = terms[-1]
            expires_on = _renewed_to(term, rule, day)
            if expires_on is None or rule.renewal is None:
                continue
            # What was passed up to the day the term began has done its work.
            causes = self.met(rule.renewal, day, term.active_on)
            if causes is None:
                continue
            terms.append(
                Cycle(
                    code,
                    term.ordinal + 1,
                    "renewed",
                    term.started_on,
                    day,
                    _or_lifetime(expires_on),
                    causes,
                    rule.renewal_name,
                    policy.version,
                )
            )
            changed.append(terms[-1])

    def _extend(self, day: date, policy: PolicyRules, changed: list[Cycle]) -> None:
        carriers = sorted(changed, key=lambda cycle: _carrier_rank(policy.rules, cycle))
        for code, terms in self.cycles.items():
            term = terms[-1]
            if term.active_on == day:
                continue
            rule = policy.rules[code]
            expires_on = _renewed_to(term, rule, day)
            if expires_on is None:
                continue
            for carrier in carriers:
                if code in policy.rules[carrier.certification].extends[carrier.kind]:
                    terms.append(
                        Cycle(
                            code,
                            term.ordinal + 1,
                            "extended",
                            term.started_on,
                            day,
                            _or_lifetime(expires_on),
                            carrier.causes,
                            rule.extends_name,
                            policy.version,
                            carrier.certification,
                        )
                    )
                    break

    def active(self, code: str, day: date) -> bool:
        """Whether a certification was active on a day, its last day included."""
        for term in reversed(self.cycles.get(code, ())):
            if term.active_on <= day:
                # Terms only ever reach further, so no earlier one covers what this does not.
                return term.covers(day)
        return False

    def met(self, node: Node, day: date, after: date | None = None) -> tuple[Cause, ...] | None:
        """What met a requirement on a day, or None; passes up to `after` do not count."""
        if isinstance(node, Passes):
            return self._met_by_passes(node, day, after)
        if isinstance(node, Holding):
            return (
                (Held(node.certification, day),) if self.active(node.certification, day) else None
            )
        found: list[Cause] = []
        missing = node.need
        for part in node.parts:
            causes = self.met(part, day, after)
            if causes is not None:
                found += causes
                missing -= 1
                if not missing:
                    return tuple(found)
        return None

    def _met_by_passes(
        self, node: Passes, day: date, after: date | None
    ) -> tuple[Cause, ...] | None:
        if len(node.exams) == 1:
            (exam,) = node.exams
            single = self.valid_pass(exam, node, day, after)
            return None if single is None else (*single[1], single[0])
        found: list[tuple[ExamPass, tuple[Cause, ...]]] = []
        # A class can hold a hundred exams and a candidate two passes, or the other way round.
        exams = node.exams if len(node.exams) <= len(self.passes) else self.passes
        for exam in exams:
            if exam in self.passes and exam in node.exams:
                one = self.valid_pass(exam, node, day, after)
                if one is not None:
                    found.append(one)
        if len(found) < node.need:
            return None
        if len(found) > 1:
            found.sort(key=lambda one: (one[0].day, one[0].exam))
        causes: tuple[Cause, ...] = ()
        for fact, given in found[-node.need :]:
            causes += (*given, fact)
        return causes

    def valid_pass(
        self, exam: str, node: Passes, day: date, after: date | None
    ) -> tuple[ExamPass, tuple[Cause, ...]] | None:
        """The latest pass of an exam that counts on a day, with what had to be given on its day."""
        for fact, last in reversed(self.passes.get(exam, ())):
            if fact.day > day:
                continue
            if last < day or (after is not None and fact.day <= after):
                return None
            if node.given is None:
                return fact, ()
            given = self.met(node.given, fact.day)
            if given is not None:
                return fact, given
        return None


_NONE: frozenset[Any] = frozenset()


def _by_id(fact: ExamPass) -> str:
    return fact.id


def _carrier_rank(rules: Mapping[str, Rule], cycle: Cycle) -> tuple[int, int]:
    rule = rules[cycle.certification]
    return -rule.rank, rule.order


def _or_lifetime(day: date) -> date | None:
    return None if day == date.max else day


def _renewed_to(term: Cycle, rule: Rule, day: date) -> date | None:
    """The day a renewal on `day` would lead to; None when there is nothing to renew.

    Not before or on the day the term began, not after its last day, not when retired, and never
    to an earlier day than it already has.
    """
    if term.expires_on is None or not term.active_on < day <= term.expires_on:
        return None
    if not rule.open_on(day):
        return None
    expires_on = rule.last_day(day)
    return expires_on if expires_on > term.expires_on else None
