"""What imagined passes and credits would change, and what renewing early would lose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.certifications.domain.evaluation import evaluate
from services.certifications.domain.facts import (
    CourseCompletion,
    CreditEntry,
    Evidential,
    ExamPass,
    Fact,
)
from services.certifications.domain.labels import standing_text
from services.certifications.domain.retakes import next_eligible
from services.certifications.domain.state import Cycle, Standing, State
from services.certifications.domain.wording import between, length, written
from shared.programmes import Programme


@dataclass(frozen=True, slots=True)
class ImaginedChange:
    """One certification without and with what was imagined.

    `months_lost` and `days_lost` are the time of the present term that the renewal would give
    away, None where nothing is renewed. `best_day` is the latest day on which the same can be
    done while the certification is still active, and so loses the least: nothing, unless an exam
    is retired or other evidence runs out before; None where waiting changes nothing.
    """

    certification: str
    before: Standing
    after: Standing
    months_lost: int | None
    days_lost: int | None
    best_day: date | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would be different on the day `on`; `warnings` say what could not happen like that."""

    on: date
    changes: tuple[ImaginedChange, ...]
    warnings: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in words."""
        if not self.changes:
            return (f"On {written(self.on)} nothing would be different.",)
        return tuple(sentence for change in self.changes for sentence in change.sentences)


def compare(
    programme: Programme,
    facts: Iterable[Fact],
    imagined: Iterable[Evidential],
    as_of: date,
    on: date | None = None,
) -> WhatIf:
    """The difference that imagined facts make, in the order of the programme's certifications.

    Both sides are looked at on the day `on`, by default the last imagined day or, should that
    be past, `as_of`. What was imagined for days before `as_of` is taken as done: waiting cannot
    move it.
    """
    return _Comparison(programme, tuple(facts), tuple(imagined), as_of, on).result()


class _Comparison:
    """One question; the same day is evaluated once."""

    def __init__(
        self,
        programme: Programme,
        facts: Sequence[Fact],
        imagined: Sequence[Evidential],
        as_of: date,
        on: date | None,
    ) -> None:
        self.programme = programme
        self.facts = facts
        self.imagined = imagined
        self.as_of = as_of
        self.on = on or max((as_of, *(fact.day for fact in imagined)))
        self.moved: dict[tuple[date, bool], State] = {}

    def result(self) -> WhatIf:
        before = evaluate(self.programme, self.facts, self.on)
        after = evaluate(self.programme, (*self.facts, *self.imagined), self.on)
        changes = [
            self._change(before[code], after[code])
            for code in self.programme.certifications
            if _seen(before[code]) != _seen(after[code])
        ]
        return WhatIf(self.on, tuple(changes), tuple(self._warnings()))

    def _change(self, before: Standing, after: Standing) -> ImaginedChange:
        term, old = after.cycle, before.expires_on
        sentences = [self._sentence(before, after)]
        lost = best = None
        if _renews(before, term) and term is not None and old is not None:
            met = term.met_on or term.active_on
            lost, best = self._waiting(after, met, old)
            sentences += self._losing(after.certification, lost, best, old)
        return ImaginedChange(
            certification=after.certification,
            before=before,
            after=after,
            months_lost=lost[0] if lost else None,
            days_lost=lost[1] if lost else None,
            best_day=best,
            sentences=tuple(sentences),
        )

    def _waiting(
        self, after: Standing, met: date, old: date
    ) -> tuple[tuple[int, int], date | None]:
        """What the imagined day loses, and the latest day on which the same can be done."""
        code, reached = after.certification, after.expires_on
        day = self._latest(code, met, old)
        ideal = self._on_day(day, everything=True)[code].expires_on
        loses = reached is not None and (ideal is None or ideal > reached)
        lost = between(met, old) if loses and met < old else (0, 0)
        possible = self._on_day(day, everything=False)[code].expires_on == ideal
        return lost, day if possible and day >= self.as_of else None

    def _latest(self, code: str, met: date, old: date) -> date:
        """The last day of the old term, or the latest before it on which the same still renews.

        What is imagined may be retired by then, or older evidence beside it may have run out:
        between a day that does and one that does not the halves are halved.
        """
        late = min(old, *self._last_days())
        if late <= met or self._renews_on(code, late, old):
            return late
        good = met
        while (late - good).days > 1:
            middle = good + (late - good) // 2
            if self._renews_on(code, middle, old):
                good = middle
            else:
                late = middle
        return good

    def _renews_on(self, code: str, day: date, old: date) -> bool:
        expires_on = self._on_day(day, everything=True)[code].expires_on
        return expires_on is None or expires_on > old

    def _last_days(self) -> list[date]:
        """The days on which imagined exams that can still wait are taken out of the offer."""
        exams = [
            self.programme.exam(fact.exam)
            for fact in self.imagined
            if isinstance(fact, ExamPass) and fact.day >= self.as_of
        ]
        return [
            exam.retired_on
            for exam in exams
            if exam is not None and exam.retired_on is not None and exam.retired_on >= self.as_of
        ] or [date.max]

    def _on_day(self, day: date, *, everything: bool) -> State:
        """How things stand on a day if what was imagined happened on that day instead."""
        key = day, everything
        if key not in self.moved:
            imagined = [
                _moved(fact, day) if everything or fact.day >= self.as_of else fact
                for fact in self.imagined
            ]
            self.moved[key] = evaluate(self.programme, (*self.facts, *imagined), day)
        return self.moved[key]

    def _losing(
        self, code: str, lost: tuple[int, int], best: date | None, old: date
    ) -> Iterable[str]:
        term = f"of the present term of {self.programme.certifications[code].name} would be lost"
        if not any(lost):
            yield f"Nothing {term}."
            return
        yield (
            f"{length(*lost)} {term}, because the new term counts from the day the requirement "
            "is met."
        )
        if best is None:
            yield "Waiting would not change that."
        elif best == old:
            yield f"On {written(best)}, its last day, nothing would be lost."
        else:
            yield f"Least would be lost on {written(best)}, the latest day on which it would do."

    def _warnings(self) -> Iterable[str]:
        for fact in self.imagined:
            if not isinstance(fact, ExamPass) or self.programme.exam(fact.exam) is None:
                continue
            allowed = next_eligible(self.programme, self.facts, fact.exam, fact.day)
            if allowed.eligible_on != fact.day:
                yield f"{fact.exam} cannot be taken on {written(fact.day)}. {allowed.reason}"

    def _sentence(self, before: Standing, after: Standing) -> str:
        name = self.programme.certifications[after.certification].name
        term = after.cycle
        if term is None or after.cycles == before.cycles:
            then = standing_text(self.programme, after)
            return f"{name} would be: {then}; without it: {standing_text(self.programme, before)}."
        until = _until(term)
        day = written(term.met_on or term.active_on)
        if term.extended_by is not None:
            carrier = self.programme.certifications[term.extended_by].name
            what = f"be extended together with {carrier} on {day}"
        elif _renews(before, term):
            what = f"be renewed on {day}"
        else:
            what = f"be earned on {day}"
        instead = ""
        if before.cycle is not None and (before.holding or not after.holding):
            instead = f" instead of {_until(before.cycle)}"
        if after.holding:
            return f"{name} would {what} and be active {until}{instead}."
        then = standing_text(self.programme, after)
        return (
            f"{name} would {what} and run {until}{instead}. On {written(self.on)} it would be: "
            f"{then}."
        )


def _seen(standing: Standing) -> tuple[object, ...]:
    return (
        standing.status,
        standing.started_on,
        standing.active_on,
        standing.expires_on,
        standing.grace_until,
    )


def _renews(before: Standing, term: Cycle | None) -> bool:
    """Whether a term follows one that had not run out."""
    known = before.cycle
    return (
        term is not None
        and known is not None
        and term != known
        and term.kind in {"renewed", "extended"}
        and term.started_on == known.started_on
    )


def _moved(fact: Evidential, day: date) -> Evidential:
    if isinstance(fact, CreditEntry | CourseCompletion) and fact.submitted_on is not None:
        waited = fact.submitted_on - fact.day
        return replace(fact, day=day, submitted_on=day + waited)
    return replace(fact, day=day)


def _until(term: Cycle) -> str:
    return "for a lifetime" if term.expires_on is None else f"through {written(term.expires_on)}"
