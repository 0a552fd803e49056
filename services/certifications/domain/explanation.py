"""Every value explained, as a sentence and as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    Cause,
    CauseKind,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    ExamSetAside,
    Fact,
    FeePaid,
    Granted,
    Held,
    Prolonged,
    Revoked,
    Suspended,
)
from services.certifications.domain.last_days import why_it_ends
from services.certifications.domain.nodes import Node, Passes, walk
from services.certifications.domain.reasons import reason
from services.certifications.domain.state import Cycle, Standing
from services.certifications.domain.wording import (
    cause_text,
    exam_text,
    why_set_aside,
    written,
)
from shared.programmes import Programme

_KINDS: dict[type[Cause], CauseKind] = {
    ExamPass: "exam_pass",
    CreditEntry: "credit",
    CourseCompletion: "course",
    AgreementAccepted: "agreement",
    FeePaid: "fee",
    Approval: "approval",
    Granted: "grant",
    Prolonged: "extension",
}
Subject: TypeAlias = Literal[
    "status", "started_on", "active_on", "expires_on", "grace_until", "since", "number"
]


@dataclass(frozen=True, slots=True)
class Reference:
    """A fact that an explanation rests on; `id` is the fact's own, or a certification's code."""

    kind: CauseKind | Literal["suspension", "revocation", "set_aside"]
    id: str
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one value is what it is; `rule`, `policy` and `overrides` name the programme's files."""

    subject: Subject
    date: date | None
    sentence: str
    facts: tuple[Reference, ...]
    rule: str | None
    policy: str | None
    overrides: tuple[str, ...] = ()


def explanations(
    programme: Programme, dossier: Dossier, standing: Standing, facts: Iterable[Fact]
) -> tuple[Explanation, ...]:
    """Why the certification stands as it does, one explanation for each of its values.

    `facts` are the live ones.
    """
    return tuple(_Explaining(programme, dossier, standing, facts).all())


class _Explaining:
    def __init__(
        self, programme: Programme, dossier: Dossier, standing: Standing, facts: Iterable[Fact]
    ) -> None:
        self.programme = programme
        self.dossier = dossier
        self.standing = standing
        self.facts = facts
        self.code = standing.certification
        self.name = programme.certifications[self.code].name
        self.today = f"On {written(dossier.as_of)} {self.name} is"

    def all(self) -> Iterable[Explanation]:
        cycle, standing = self.standing.cycle, self.standing
        if cycle is None:
            yield self._not_earned()
            return
        yield self._status(cycle)
        cycles = standing.cycles
        start = self._start(cycle)
        yield self._of(start, "started_on", start.started_on, self._reason(start))
        base = self._base(cycle)
        yield self._of(base, "active_on", cycle.active_on, self._active(base))
        ends = why_it_ends(self.programme, self.dossier, cycles, len(cycles) - 1)
        yield self._of(cycle, "expires_on", cycle.expires_on, ends)
        if standing.grace_until is not None:
            yield self._grace(cycle, standing.grace_until)
        elif standing.since is not None and standing.status in {"suspended", "revoked"}:
            yield self._since(cycle, standing.since)
        series = self.programme.certifications[self.code].number_series
        if standing.number is not None and series is not None:
            sentence = (
                f"{self.programme.number_series[series].name} {standing.number} is this person's "
                "one number; it is kept whatever expires or is earned later."
            )
            rule = f"number_series.{series}"
            yield Explanation("number", None, sentence, (), rule, cycle.policy)

    def _not_earned(self) -> Explanation:
        policy = self.dossier.edition.on(self.dossier.as_of)
        if policy is None:
            rule = f"certifications.{self.code}.requires"
            sentence = f"{self.today} not earned: no rules are in force yet."
            return Explanation("status", None, sentence, (), rule, None)
        rule_of = policy.rules[self.code]
        why = "its requirements are not met"
        day = self.dossier.as_of
        if not rule_of.open_on(day) and rule_of.closes_on is not None:
            why = f"it could be earned until {written(rule_of.closes_on)}"
        elif rule_of.opens_on is not None and day < rule_of.opens_on:
            why = f"it can be earned from {written(rule_of.opens_on)} on"
        sentence = f"{self.today} not earned: {why}."
        asides = self._set_aside(rule_of.requires)
        sentence = " ".join((sentence, *(f"{_sentence(one.text)}." for one in asides)))
        return Explanation("status", None, sentence, asides, rule_of.requires_name, policy.version)

    def _set_aside(self, requires: Node | None) -> tuple[Reference, ...]:
        """The passes that would help to earn it, if their results were not held or revoked."""
        exam_of = self.dossier.rules.exam_of
        wanted = {
            exam for node in walk(requires) if isinstance(node, Passes) for exam in node.exams
        }
        found = sorted(
            (
                fact
                for fact in self.facts
                if isinstance(fact, ExamSetAside)
                and fact.grade == "pass"
                and fact.day <= self.dossier.as_of
                and exam_of.get(fact.exam) in wanted
            ),
            key=lambda fact: (fact.day, fact.id),
        )
        return tuple(
            Reference(
                "set_aside",
                fact.id,
                fact.day,
                f"passed {exam_text(self.programme, fact.exam, fact.day)} on {written(fact.day)}, "
                f"but {why_set_aside(fact)}",
            )
            for fact in found
        )

    def _status(self, cycle: Cycle) -> Explanation:
        standing, last = self.standing, self.standing.expires_on
        # A term secured ahead in a fixed cycle has not begun: the one before is in force.
        now = self.dossier.ledger.current(self.code, self.dossier.as_of) or cycle
        match standing.status:
            case "lifetime":
                what = "active, for a lifetime"
            case "active":
                what = f"active: {_day(last)} is its last day"
            case "emeritus":
                until = "for a lifetime" if last is None else f"through {_day(last)}"
                what = f"emeritus {until}, which is not active"
            case "in_grace" | "suspended" if standing.grace_until is not None:
                return self._run_out(now, standing.grace_until)
            case "suspended" | "revoked":
                what = f"{standing.status}, since {_day(standing.since)}"
                return self._barred(cycle, "status", None, f"{self.today} {what}")
            case "replaced":
                what = self._replaced()
            case _:
                what = f"expired: its last day was {_day(last)} and nothing renewed it by then"
                grace = self.dossier.grace(now)
                if grace is not None:
                    what = (
                        f"expired: its last day was {_day(last)} and nothing renewed it through "
                        f"{written(grace[1])}, the end of its grace"
                    )
        return self._of(cycle, "status", None, f"{self.today} {what}.")

    def _run_out(self, cycle: Cycle, until: date) -> Explanation:
        grace = self.dossier.grace(cycle)
        last = _day(cycle.expires_on)
        word = "suspended" if self.standing.status == "suspended" else "in its grace period"
        may = f"it can still be renewed through {written(until)}"
        if grace is not None and not grace[0].renewal:
            may = f"what was done by then can still be handed in through {written(until)}"
        sentence = f"{self.today} {word}: its last day was {last}, and {may}."
        return self._of(cycle, "status", None, sentence)

    def _replaced(self) -> str:
        succession = self.programme.certifications[self.code].succeeded_by
        assert succession is not None  # only a successor replaces
        successor = self.programme.certifications[succession.certification].name
        return f"replaced: {successor} took its place on {written(succession.on)}"

    def _start(self, cycle: Cycle) -> Cycle:
        """The term with which the unbroken holding began."""
        return next(
            (
                one
                for one in reversed(self.standing.cycles)
                if one.active_on == cycle.started_on and one.kind not in _MOVED
            ),
            self.standing.cycles[0],
        )

    def _base(self, cycle: Cycle) -> Cycle:
        """The term as it began, before its last day was moved."""
        return next(
            (
                one
                for one in reversed(self.standing.cycles)
                if one.active_on == cycle.active_on and one.kind not in _MOVED
            ),
            cycle,
        )

    def _reason(self, cycle: Cycle) -> str:
        return reason(self.programme, cycle)

    def _active(self, cycle: Cycle) -> str:
        if cycle.kind == "earned":
            return f"The present term began on {written(cycle.active_on)}, the day it was earned."
        return self._reason(cycle)

    def _grace(self, cycle: Cycle, until: date) -> Explanation:
        now = self.dossier.ledger.current(self.code, self.dossier.as_of) or cycle
        grace = self.dossier.grace(now)
        assert grace is not None  # the standing says that it is in grace
        policy = self.dossier.edition.governing(now.expires_on or self.dossier.as_of)
        version = next(one for one in self.programme.policies if one.version == policy.version)
        lasts = self.programme.certifications[self.code].grace_under(version)
        assert lasts is not None  # the rule was compiled from it
        sentence = (
            f"{lasts.lasts} after {_day(now.expires_on)}, its last day; the grace lasts through "
            f"the whole of {written(until)} ({self.programme.timezone})."
        )
        return Explanation("grace_until", until, sentence, (), grace[0].name, policy.version)

    def _since(self, cycle: Cycle, since: date) -> Explanation:
        return self._barred(cycle, "since", since, f"{self.standing.status.capitalize()} by staff")

    def _barred(self, cycle: Cycle, subject: Subject, day: date | None, text: str) -> Explanation:
        """What staff decided, with the fact that says so."""
        why = (self.standing.because or "").rstrip(". ")
        kind = Suspended if self.standing.status == "suspended" else Revoked
        found = sorted(
            (
                fact
                for fact in self.facts
                if isinstance(fact, kind)
                and fact.day == self.standing.since
                and fact.reason == (self.standing.because or "")
            ),
            key=lambda fact: (fact.certification != self.code, fact.id),
        )
        references = tuple(
            Reference(
                "suspension" if isinstance(fact, Suspended) else "revocation",
                fact.id,
                fact.day,
                f"{self.standing.status} by staff on {written(fact.day)}",
            )
            for fact in found[:1]
        )
        sentence = f"{text}: {why}." if why else f"{text}."
        return Explanation(subject, day, sentence, references, "staff", cycle.policy)

    def _of(self, cycle: Cycle, subject: Subject, day: date | None, sentence: str) -> Explanation:
        facts = tuple(_reference(self.programme, cause) for cause in cycle.causes)
        # An override moves a last day, and so whether it is active; nothing else.
        overrides = cycle.overrides if subject in {"status", "expires_on"} else ()
        return Explanation(subject, day, sentence, facts, cycle.rule, cycle.policy, overrides)


# These move the last day of a term that had begun before.
_MOVED = frozenset(("prolonged", "lengthened"))


def _day(day: date | None) -> str:
    return "its end" if day is None else written(day)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reference(programme: Programme, cause: Cause) -> Reference:
    text = cause_text(programme, cause)
    if isinstance(cause, Held):
        return Reference("holding", cause.certification, cause.day, text)
    return Reference(_KINDS[type(cause)], cause.id, cause.day, text)
