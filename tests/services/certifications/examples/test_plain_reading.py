"""Three examples read plainly, in a few lines each, beside the engine: the same for any history.

The plain readings know one programme each and nothing of the engine; where the two differ, one of
them is wrong.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.certifications.domain import evaluate
from services.certifications.domain.facts import Approval, CreditEntry, ExamPass, Fact, FeePaid
from shared.clock import months_on, years_on
from tests.services.certifications.domain.drawn import LOADED

Term = tuple[date, date]
FIRST = date(2024, 2, 29)
STEPS = [
    0,
    1,
    30,
    91,
    182,
    183,
    184,
    364,
    365,
    366,
    367,
    547,
    548,
    549,
    730,
    731,
    732,
    820,
    821,
    822,
]
DAYS = st.one_of(st.sampled_from(STEPS), st.integers(0, 2600)).map(
    lambda step: FIRST + timedelta(days=step)
)
ENOUGH = settings(max_examples=300, deadline=None, derandomize=True)


def microsoft(exams: Iterable[date], assessments: Iterable[date]) -> list[Term]:
    """One year; an assessment in its last six months adds a year to its last day."""
    terms: list[Term] = []
    happened = sorted([(day, "exam") for day in exams] + [(day, "renewal") for day in assessments])
    for day, what in happened:
        if not terms or day > terms[-1][1]:
            if what == "exam":
                terms.append((day, years_on(day, 1)))
        elif what == "renewal":
            began, last = terms[-1]
            if day > began and day >= months_on(last, -6):
                terms.append((day, years_on(last, 1)))
    return terms


@ENOUGH
@given(st.lists(DAYS, min_size=1, max_size=4), st.lists(DAYS, max_size=10), DAYS)
def test_microsoft_as_read_plainly(exams: list[date], assessments: list[date], as_of: date) -> None:
    facts: list[Fact] = [
        *(ExamPass(f"exam-{at}", "AZ-104", day) for at, day in enumerate(exams)),
        *(ExamPass(f"renewal-{at}", "RENEW-104", day) for at, day in enumerate(assessments)),
    ]
    standing = evaluate(LOADED["microsoft"], facts, as_of)["Azure-Administrator"]
    expected = microsoft(
        (day for day in exams if day <= as_of), (day for day in assessments if day <= as_of)
    )
    assert [(term.active_on, term.expires_on) for term in standing.cycles] == expected
    assert standing.holding == bool(expected and as_of <= expected[-1][1])


def atlassian(exams: list[date], units: list[tuple[date, int, str]]) -> list[Term]:
    """24 months and 90 days; 12 units renew, and an exam in the last six months or the grace."""
    terms: list[Term] = []
    for day in sorted({*exams, *(when for when, _, _ in units)}):
        if not terms or day > terms[-1][1] + timedelta(days=90):
            if day in exams:
                terms.append((day, months_on(day, 24)))
            continue
        began, last = terms[-1]
        # The same item counts once in a term, the first time; units live for 24 months.
        first: dict[str, tuple[date, int]] = {}
        for when, points, item in sorted(units):
            if began < when <= day:
                first.setdefault(item, (when, points))
        total = sum(points for when, points in first.values() if day <= months_on(when, 24))
        again = day in exams and day >= months_on(last, -6)
        if day > began and (total >= 12 or again):
            terms.append((day, months_on(day, 24)))
    return terms


ITEMS = {"talk": 3, "course": 5, "event": 4, "workshop": 6, "webinar": 1}


@ENOUGH
@given(
    st.lists(DAYS, min_size=1, max_size=4),
    st.lists(st.tuples(DAYS, st.sampled_from(sorted(ITEMS))), max_size=12),
    DAYS,
)
def test_atlassian_as_read_plainly(
    exams: list[date], attended: list[tuple[date, str]], as_of: date
) -> None:
    facts: list[Fact] = [
        *(ExamPass(f"exam-{at}", "ACP-120", day) for at, day in enumerate(exams)),
        *(
            CreditEntry(f"unit-{at}", day, Decimal(ITEMS[item]), item, item)
            for at, (day, item) in enumerate(attended)
        ),
    ]
    standing = evaluate(LOADED["atlassian"], facts, as_of)["Jira-Administrator"]
    expected = atlassian(
        [day for day in exams if day <= as_of],
        [(day, ITEMS[item], item) for day, item in attended if day <= as_of],
    )
    assert [(term.active_on, term.expires_on) for term in standing.cycles] == expected
    last = expected[-1][1] if expected else date.min
    status = "active" if as_of <= last else "expired"
    if last < as_of <= last + timedelta(days=90):
        status = "in_grace"
    assert standing.status == (status if expected else "not_earned")


CYCLE = date(2020, 5, 1)
IN_CYCLES = st.integers(0, 3200).map(lambda step: CYCLE + timedelta(days=step))
Earned = tuple[date, int, str]


def isc2(earned: list[Earned], fees: list[date]) -> list[Term]:
    """120 credits, 90 of group A and at most 30 of B, and three fees secure the next three years.

    What group A had beyond that in the last six months counts for the next, up to 40.
    """
    terms = [(CYCLE, years_on(CYCLE, 3))]
    rolled = 0
    after = CYCLE
    while True:
        last = terms[-1][1]
        met_on = next(
            (
                day
                for day in sorted({*fees, *(when for when, _, _ in earned)})
                if after < day <= last
                and sum(after < fee <= day for fee in fees) >= 3
                and _enough(earned, after, day, rolled)
            ),
            None,
        )
        if met_on is None:
            return terms
        rolled = _left_over(earned, after, last, rolled)
        terms.append((last + timedelta(days=1), years_on(last, 3)))
        after = last


def _total(earned: list[Earned], wanted: str, first: date, last: date) -> int:
    return sum(points for day, points, group in earned if group == wanted and first <= day <= last)


def _enough(earned: list[Earned], after: date, day: date, rolled: int) -> bool:
    first = after + timedelta(days=1)
    a = rolled + _total(earned, "a", first, day)
    return a >= 90 and a + min(_total(earned, "b", first, day), 30) >= 120


def _left_over(earned: list[Earned], after: date, last: date, rolled: int) -> int:
    first = after + timedelta(days=1)
    a, b = rolled + _total(earned, "a", first, last), _total(earned, "b", first, last)
    late = _total(earned, "a", months_on(last, -6), last)
    # Of the 120 group B has given up to 30, group A the rest.
    return max(0, min(40, late, a - (120 - min(b, 30))))


@ENOUGH
@given(
    st.lists(
        st.tuples(IN_CYCLES, st.sampled_from([10, 25, 40, 60, 90]), st.sampled_from("aab")),
        max_size=14,
    ),
    st.lists(IN_CYCLES, min_size=3, max_size=12),
)
def test_isc2_as_read_plainly(earned: list[Earned], fees: list[date]) -> None:
    facts: list[Fact] = [
        ExamPass("exam", "CISSP", CYCLE),
        Approval("endorsement", "endorsement", CYCLE),
        *(
            CreditEntry(f"credit-{at}", day, Decimal(points), "", f"{at}", f"group-{group}")
            for at, (day, points, group) in enumerate(earned)
        ),
        *(FeePaid(f"fee-{at}", "annual-maintenance", day) for at, day in enumerate(fees)),
    ]
    standing = evaluate(LOADED["isc2"], facts, date(2040, 1, 1))["CISSP"]
    assert [(term.active_on, term.expires_on) for term in standing.cycles] == isc2(earned, fees)
