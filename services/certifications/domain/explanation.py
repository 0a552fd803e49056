"""Every date explained, as a sentence and as data."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    Cause,
    CauseKind,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    FeePaid,
    Granted,
    Held,
    Prolonged,
)
from services.certifications.domain.rules import compiled
from services.certifications.domain.state import Cycle, Standing
from services.certifications.domain.wording import cause_text, causes_text, written
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
Subject: TypeAlias = Literal["status", "started_on", "active_on", "expires_on", "number"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A fact that an explanation rests on; `id` is the fact's own, or a certification's code."""

    kind: CauseKind
    id: str
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one value is what it is."""

    subject: Subject
    date: date | None
    sentence: str
    facts: tuple[Reference, ...]
    rule: str | None
    policy: str | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to a certification on a day."""

    date: date
    text: str


def reason(programme: Programme, cycle: Cycle) -> str:
    """One sentence on why a term began, for events and mails."""
    causes = causes_text(programme, cycle.causes)
    day = written(cycle.active_on)
    if cycle.extended_by is not None:
        carrier = programme.certifications[cycle.extended_by].name
        return f"Extended on {day} together with {carrier}, while it was still active: {causes}."
    return f"{cycle.kind.capitalize()} on {day}: {causes}."


def history(programme: Programme, standing: Standing, as_of: date) -> tuple[HistoryLine, ...]:
    """What happened to it, newest first, expiries among it."""
    lines: list[HistoryLine] = []
    for at, cycle in enumerate(standing.cycles):
        if at and cycle.kind == "earned":
            lines += _expiry(standing.cycles[at - 1], as_of)
        lines.append(HistoryLine(cycle.active_on, reason(programme, cycle)))
    if standing.cycles:
        lines += _expiry(standing.cycles[-1], as_of)
    return tuple(reversed(lines))


def _expiry(cycle: Cycle, as_of: date) -> list[HistoryLine]:
    last = cycle.expires_on
    if last is None or last >= as_of:
        return []
    return [HistoryLine(last, f"Expired: {written(last)} was its last day.")]


def explanations(programme: Programme, standing: Standing, as_of: date) -> tuple[Explanation, ...]:
    """Why the certification stands as it does, one explanation for each of its values."""
    cycle = standing.cycle
    name = programme.certifications[standing.certification].name
    if cycle is None:
        rule = f"certifications.{standing.certification}.requires"
        policy = compiled(programme).on(as_of)
        sentence = f"On {written(as_of)} {name} is not earned: its requirements are not met."
        version = None if policy is None else policy.version
        return (Explanation("status", None, sentence, (), rule, version),)
    start = next(one for one in reversed(standing.cycles) if one.kind == "earned")
    found = [
        _explanation(programme, cycle, "status", None, _status(name, standing, as_of)),
        _explanation(programme, start, "started_on", start.started_on, reason(programme, start)),
        _explanation(programme, cycle, "active_on", cycle.active_on, _active(programme, cycle)),
        _explanation(programme, cycle, "expires_on", cycle.expires_on, _expires(programme, cycle)),
    ]
    series = programme.certifications[standing.certification].number_series
    if standing.number is not None and series is not None:
        sentence = (
            f"{programme.number_series[series].name} {standing.number} is this person's one "
            "number; it is kept whatever expires or is earned later."
        )
        rule = f"number_series.{series}"
        found.append(Explanation("number", None, sentence, (), rule, cycle.policy))
    return tuple(found)


def _explanation(
    programme: Programme, cycle: Cycle, subject: Subject, day: date | None, sentence: str
) -> Explanation:
    facts = tuple(_reference(programme, cause) for cause in cycle.causes)
    return Explanation(subject, day, sentence, facts, cycle.rule, cycle.policy)


def _reference(programme: Programme, cause: Cause) -> Reference:
    text = cause_text(programme, cause)
    if isinstance(cause, Held):
        return Reference("holding", cause.certification, cause.day, text)
    return Reference(_KINDS[type(cause)], cause.id, cause.day, text)


def _status(name: str, standing: Standing, as_of: date) -> str:
    last = standing.expires_on
    if last is None:
        return f"On {written(as_of)} {name} is active, for a lifetime."
    if standing.status == "active":
        return f"On {written(as_of)} {name} is active: {written(last)} is its last day."
    return (
        f"On {written(as_of)} {name} is expired: its last day was {written(last)} and nothing "
        "renewed it by then."
    )


def _active(programme: Programme, cycle: Cycle) -> str:
    if cycle.kind == "earned":
        return f"The present term began on {written(cycle.active_on)}, the day it was earned."
    return reason(programme, cycle)


def _expires(programme: Programme, cycle: Cycle) -> str:
    last = cycle.expires_on
    if last is None:
        return "It never expires."
    policy = next(one for one in programme.policies if one.version == cycle.policy)
    validity = programme.certifications[cycle.certification].validity_under(policy)
    sentence = (
        f"{validity} after {written(cycle.active_on)}, the day the requirement was met; "
        f"valid through the whole of {written(last)} ({programme.timezone})."
    )
    if cycle.active_on.month == 2 and cycle.active_on.day == 29 and last.day == 28:
        sentence += f" {last.year} has no 29 February, so the last day is the 28th."
    return sentence
