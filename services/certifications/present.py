"""How a candidate stands now: on today's day, and with what was passed where it is tomorrow."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from services.certifications.domain import ExamPass, Fact, State, evaluate
from shared.programmes import Programme

ONE_DAY = timedelta(days=1)


class Present(NamedTuple):
    """A state, and the next day on which time alone changes it; None: never."""

    state: State
    changes_on: date | None


def present(programme: Programme, known: Sequence[tuple[date, Fact]], today: date) -> Present:
    """Evaluate facts, each with its day, for today.

    A pass dated tomorrow, where the exam was sat east of the programme's time zone, counts at
    once. Whatever else is dated later waits for its day.
    """
    facts = [fact for _, fact in known]
    state = evaluate(programme, facts, today)
    days = [state.changes_on, min((day for day, _ in known if day > today), default=None)]
    if _passed_on(facts, today + ONE_DAY):
        state = _with_the_terms_of_tomorrow(state, evaluate(programme, facts, today + ONE_DAY))
    return Present(state, min((day for day in days if day is not None), default=None))


def _passed_on(facts: Iterable[Fact], day: date) -> bool:
    return any(isinstance(fact, ExamPass) and fact.day == day for fact in facts)


def _with_the_terms_of_tomorrow(now: State, then: State) -> State:
    # Only terms: a last day of today is not over before it is.
    begun = {
        code: standing
        for code, standing in then.standings.items()
        if standing.cycle is not None and standing.cycle != now[code].cycle
    }
    return replace(
        now,
        standings={**now.standings, **begun},
        numbers_needed=now.numbers_needed | then.numbers_needed,
    )
