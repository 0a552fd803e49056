"""How a candidate stands now: on today's day, and with what was passed where it is tomorrow."""

from collections.abc import Sequence
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
    ahead = [(day, fact) for day, fact in known if day > today]
    if not ahead:
        return Present(state, state.changes_on)
    days = [day for day, _ in ahead]
    if state.changes_on is not None:
        days.append(state.changes_on)
    tomorrow = today + ONE_DAY
    if any(isinstance(fact, ExamPass) and fact.day == tomorrow for _, fact in ahead):
        state = _with_the_terms_of_tomorrow(state, evaluate(programme, facts, tomorrow))
    return Present(state, min(days))


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
