"""When an exam may be taken again, against the last days of what it would renew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.certifications.domain.evaluation import evaluate
from services.certifications.domain.facts import Attempt, ExamPass, ExamSetAside, Fact
from services.certifications.domain.liveness import live
from services.certifications.domain.state import State
from services.certifications.domain.wording import (
    listed,
    ordinal,
    why_set_aside,
    written,
)
from shared.programmes import Exam, Period, Programme, Retake

# Cannot be the id of a stored fact: those come from registrations, rows and actions.
_IMAGINED = "imagined"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The first day on which an exam may be taken, on or after the day asked about.

    `eligible_on` is None when it may never be taken (again); `attempts` is how many there were,
    `attempt_number` what the next one counts as where waits depend on it. `warns` names the
    certifications that the exam would renew and that end before it may be taken, and `warnings`
    says so for each.
    """

    exam: str
    eligible_on: date | None
    attempts: int
    attempt_number: int
    last_attempt_on: date | None
    reason: str
    rule: str | None
    warns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wait:
    """One rule's answer: the first day it allows, and why."""

    day: date | None
    reason: str
    rule: str | None


def next_eligible(
    programme: Programme, facts: Iterable[Fact], exam: str, as_of: date
) -> Eligibility:
    """When one exam, named by any of its codes, may be taken as things are on a day.

    Raises KeyError when the programme has no such exam.
    """
    (found,) = eligibility(programme, facts, as_of, (exam,))
    return found


def eligibility(
    programme: Programme, facts: Iterable[Fact], as_of: date, exams: Iterable[str]
) -> tuple[Eligibility, ...]:
    """The same for several exams, in their order."""
    known = list(live(facts))
    attempts = attempts_by_exam(programme, known, as_of)
    held: State | None = None
    found: list[Eligibility] = []
    for code in exams:
        exam = programme.exam_of[code]
        one = _eligibility(programme, exam, attempts.get(exam.code, ()), as_of)
        # What was retired is not missed: nobody waits for it.
        retired = one.eligible_on is None and _retired(exam, as_of)
        if not retired and (one.eligible_on is None or one.eligible_on > as_of):
            held = held or evaluate(programme, known, as_of)
            one = _warned(programme, known, held, one)
        found.append(one)
    return tuple(found)


def attempts_by_exam(
    programme: Programme, facts: Iterable[Fact], as_of: date
) -> Mapping[str, Sequence[Attempt]]:
    """Every attempt up to a day by the exam's present code, oldest first.

    A fail comes before a pass of the same day: whoever passes does not sit again. An attempt whose
    result is held or revoked is one all the same, since rules count how often an exam was taken;
    it was not passed, so the wait is that after a fail.
    """
    found: dict[str, list[Attempt]] = {}
    for fact in set(facts):
        if isinstance(fact, Attempt) and fact.day <= as_of:
            exam = programme.exam(fact.exam)
            if exam is not None:
                found.setdefault(exam.code, []).append(fact)
    for attempts in found.values():
        attempts.sort(key=lambda one: (one.day, isinstance(one, ExamPass), one.id))
    return found


def _eligibility(
    programme: Programme, exam: Exam, attempts: Sequence[Attempt], as_of: date
) -> Eligibility:
    number, last = 1, None
    waits = [_Wait(as_of, "No attempt is recorded: it can be taken at once.", None)]
    if attempts:
        last = attempts[-1]
        waits = [_Wait(as_of, _since(last), None)]
        governing = _governing(programme, exam, last.day, as_of)
        if governing is not None:
            at, retake = governing
            number = _attempt_number(retake, attempts)
            waits += _waits(retake, f"retakes[{at}]", attempts, number)
    if exam.earned_from is not None:
        waits.append(
            _Wait(
                exam.earned_from,
                f"A pass counts from {written(exam.earned_from)} on.",
                f"exams.{exam.code}.earned_from",
            )
        )
    deciding = next(
        (wait for wait in waits if wait.day is None),
        max(waits, key=lambda wait: wait.day or date.max),
    )
    deciding = _offered(exam, deciding, as_of)
    return Eligibility(
        exam=exam.code,
        eligible_on=deciding.day,
        attempts=len(attempts),
        attempt_number=number,
        last_attempt_on=last.day if last else None,
        reason=deciding.reason,
        rule=deciding.rule,
    )


def _since(last: Attempt) -> str:
    if isinstance(last, ExamPass):
        return f"It was passed on {written(last.day)} and can be taken again at once."
    if isinstance(last, ExamSetAside):
        return f"{_made('last', last)}; it can be taken again at once."
    return f"The last attempt, on {written(last.day)}, failed; it can be taken again at once."


def _made(which: str, attempt: ExamSetAside) -> str:
    return f"The {which} attempt was on {written(attempt.day)}, and {why_set_aside(attempt)}"


def _governing(
    programme: Programme, exam: Exam, attempt: date, scheduling: date
) -> tuple[int, Retake] | None:
    """The first entry that fits the exam and is in force on the day that chooses it."""
    for at, retake in enumerate(programme.retakes):
        day = attempt if retake.governed_by == "attempt" else scheduling
        if retake.fits(exam.code, exam.exam_class) and retake.in_force(day):
            return at, retake
    return None


def _attempt_number(retake: Retake, attempts: Sequence[Attempt]) -> int:
    """What the next attempt counts as: 1 is the first."""
    if not retake.pass_resets_count:
        return len(attempts) + 1
    since = 0
    for attempt in reversed(attempts):
        if isinstance(attempt, ExamPass):
            break
        since += 1
    return since + 1


def _waits(retake: Retake, rule: str, attempts: Sequence[Attempt], number: int) -> list[_Wait]:
    found = [_after(retake, rule, attempts[-1], number)]
    if retake.most is not None and len(attempts) >= retake.most.attempts:
        most, within = retake.most.attempts, retake.most.within
        oldest = attempts[-most]
        day = within.after(oldest.day)
        found.append(
            _Wait(
                day,
                f"It can be taken at most {_times(most)} within {within}. The attempt of "
                f"{written(oldest.day)} was the first of {most}, so the next may be made from "
                f"{written(day)} on.",
                f"{rule}.most",
            )
        )
    if retake.attempts_ever is not None and len(attempts) >= retake.attempts_ever:
        found.append(
            _Wait(
                None,
                f"It can be taken {_times(retake.attempts_ever)} in all, which was on "
                f"{listed([written(one.day) for one in attempts])}.",
                f"{rule}.attempts_ever",
            )
        )
    return found


def _after(retake: Retake, rule: str, last: Attempt, number: int) -> _Wait:
    on = written(last.day)
    if isinstance(last, ExamPass):
        day = retake.again_after_pass(last.day)
        if day is None:
            return _Wait(
                None, f"It was passed on {on} and cannot be taken again.", f"{rule}.after_pass"
            )
        wait = retake.after_pass
        reason = f"It was passed on {on}: {_waiting(wait, day)}."
        return _Wait(day, reason, f"{rule}.after_pass")
    failed = number - 1
    day = retake.again_after_fail(last.day, failed)
    waits = retake.after_fail
    wait = waits[min(failed, len(waits)) - 1] if waits else "none"
    which = ordinal(failed)
    what = f"The {which} attempt failed on {on}"
    if isinstance(last, ExamSetAside):
        what = _made(which, last)
    reason = f"{what}: {_waiting(wait, day)}."
    return _Wait(day, reason, f"{rule}.after_fail")


def _waiting(wait: Period | str, day: date) -> str:
    if isinstance(wait, Period) and wait.unit == "hour" and wait.count:
        return f"the next attempt may be made {wait} later, from {written(day)} on"
    if isinstance(wait, Period) and wait.count:
        return (
            f"the next attempt may be made from {written(day)} on, {wait} counted from the day "
            "after"
        )
    return "there is no wait"


def _retired(exam: Exam, day: date) -> bool:
    return exam.retired if exam.retired_on is None else exam.retired_on < day


def _offered(exam: Exam, wait: _Wait, as_of: date) -> _Wait:
    """Nobody may take an exam that is no longer there."""
    if wait.day is None or not _retired(exam, wait.day):
        return wait
    reason = "It can no longer be taken."
    if exam.retired_on is not None:
        reason = f"It is retired: {written(exam.retired_on)} was the last day to take it."
        if exam.retired_on >= as_of:
            reason = (
                f"{wait.reason} By then it is retired: {written(exam.retired_on)} is its last day."
            )
    successor = f" {exam.replaced_by} has taken its place." if exam.replaced_by else ""
    return _Wait(None, reason + successor, f"exams.{exam.code}.retired_on")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _warned(
    programme: Programme, facts: Sequence[Fact], held: State, one: Eligibility
) -> Eligibility:
    """Name what the exam would renew if it could be taken in time, and what ends before that."""
    ending: dict[date, list[str]] = {}
    for code, standing in held.standings.items():
        last = standing.expires_on
        if last is None or not standing.holding or last < held.as_of:
            continue
        if one.eligible_on is None or last < one.eligible_on:
            ending.setdefault(last, []).append(code)
    warned: list[tuple[date, str]] = []
    for last, codes in ending.items():
        imagined = ExamPass(_IMAGINED, one.exam, last, last)
        after = evaluate(programme, [*facts, imagined], last)
        for code in codes:
            renewed = after[code].expires_on
            if renewed is None or renewed > last:
                warned.append((last, code))
    if not warned:
        return one
    warned.sort()
    return replace(
        one,
        warns=tuple(code for _, code in warned),
        warnings=tuple(_warning(programme, one, code, last) for last, code in warned),
    )


def _warning(programme: Programme, one: Eligibility, code: str, last: date) -> str:
    name = programme.certifications[code].name
    if one.eligible_on is None:
        return (
            f"{name} ends on {written(last)}, and {one.exam}, which would renew it, cannot be "
            "taken again."
        )
    again = "again " if one.attempts else ""
    return (
        f"{name} ends on {written(last)}, before {one.exam}, which would renew it, can be taken "
        f"{again}on {written(one.eligible_on)}."
    )
