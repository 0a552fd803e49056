"""What must hold for any candidate of any programme, served ones and examples."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.certifications.domain import details, evaluate
from services.certifications.domain.facts import AssignedNumber, CreditEntry, ExamPass, Fact, Held
from services.certifications.domain.state import HOLDING, State
from shared.programmes import ActiveRequirement, Programme, Requirement, parts_of
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.drawn import (
    LOADED,
    candidates,
    credit_entries,
    days,
    everything,
    evidence,
    facts_of,
    in_any_programme,
    known_on,
    numbered,
    passes,
)

WithMore = tuple[str, tuple[list[Fact], Fact]]
Candidate = tuple[str, tuple[list[Fact], date]]
# The same facts in every run: a rare find is looked for by hand, not in somebody's build.
MODEST = settings(max_examples=150, deadline=None, derandomize=True)
FEW = settings(max_examples=80, deadline=None, derandomize=True)
ANY_DAY = st.dates(date(2009, 1, 1), date(2035, 12, 31))
LATEST = date(2060, 1, 1)


@MODEST
@given(candidates(everything), st.randoms(use_true_random=False))
def test_order_and_repetition_never_matter(candidate: Candidate, random: Random) -> None:
    name, (facts, as_of) = candidate
    programme = LOADED[name]
    expected = evaluate(programme, facts, as_of)
    shuffled = facts + random.choices(facts, k=5) if facts else []
    random.shuffle(shuffled)
    assert evaluate(programme, shuffled, as_of) == expected


@MODEST
@given(candidates(everything))
def test_the_future_is_not_looked_at(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    programme = LOADED[name]
    assert evaluate(programme, known_on(facts, as_of), as_of) == evaluate(programme, facts, as_of)


def announced(programme: Programme) -> list[date]:
    """The days on which the past changes: one-off overrides and rules that reach back."""
    return [
        *(one.announced_on for one in programme.overrides),
        *(p.effective_from for p in programme.policies if p.retroactive_from is not None),
    ]


@MODEST
@given(candidates(everything))
def test_living_through_the_days_is_seeing_them_from_the_end(
    candidate: Candidate,
) -> None:
    name, (facts, as_of) = candidate
    programme = LOADED[name]
    assume(not any(as_of < one for one in announced(programme)))
    now, later = evaluate(programme, facts, as_of), evaluate(programme, facts, LATEST)
    for code in programme.certifications:
        seen = [term for term in later[code].cycles if (term.met_on or term.active_on) <= as_of]
        assert tuple(seen) == now[code].cycles


@MODEST
@given(candidates(everything), st.integers(0, 400))
def test_time_alone_changes_nothing_until_the_day_it_says(candidate: Candidate, step: int) -> None:
    name, (all_facts, as_of) = candidate
    programme, facts = LOADED[name], known_on(all_facts, as_of)
    state = evaluate(programme, facts, as_of)
    changes_on = state.changes_on
    between = as_of + timedelta(days=step)
    if changes_on is None or between < changes_on:
        assert gist(evaluate(programme, facts, between)) == gist(state)
    if changes_on is not None:
        assert changes_on > as_of
        assert gist(evaluate(programme, facts, changes_on)) != gist(state)
        eve = changes_on - timedelta(days=1)
        assert gist(evaluate(programme, facts, eve)) == gist(state)


def gist(state: State) -> object:
    """All there is to a state but the days on which and until which it is so."""
    standings = {code: one for code, one in state.standings.items() if one.cycles or one.since}
    return standings, state.achievements, state.numbers_needed


def with_more() -> st.SearchStrategy[WithMore]:
    """A candidate of a programme, and one more pass or credit."""
    return in_any_programme(
        lambda programme: st.tuples(
            facts_of(evidence, programme, 8),
            st.one_of(passes(programme), credit_entries(programme)),
        )
    )


@MODEST
@given(with_more())
def test_one_more_pass_or_credit_takes_nothing_away(
    drawn: tuple[str, tuple[list[Fact], Fact]],
) -> None:
    """On its day, and on every later day until something else happens, all that was held is held.

    And nothing ends sooner: a renewal never leads to an earlier last day than there is.
    """
    name, (facts, fact) = drawn
    (fact,) = numbered([fact], "more-")
    assert isinstance(fact, ExamPass | CreditEntry)
    programme = LOADED[name]
    before = known_on(facts, fact.day)
    for later in (0, 200, 1200):
        as_of = fact.day + timedelta(days=later)
        without = evaluate(programme, before, as_of)
        with_it = evaluate(programme, [*before, fact], as_of)
        for code, standing in without.standings.items():
            if standing.status in HOLDING:
                assert with_it[code].status in HOLDING
                assert last_day(with_it, code) >= last_day(without, code)


def last_day(state: State, code: str) -> date:
    return state[code].expires_on or date.max


@MODEST
@given(with_more())
def test_one_more_pass_or_credit_never_undoes_an_award(
    drawn: tuple[str, tuple[list[Fact], Fact]],
) -> None:
    """Whatever happens later, what would once have been earned is earned.

    How long it is held can become less, see below, and so what rests on another certification can
    be lost altogether.
    """
    name, (facts, fact) = drawn
    programme = LOADED[name]
    without = evaluate(programme, facts, LATEST)
    with_it = evaluate(programme, [*facts, *numbered([fact], "more-")], LATEST)
    for code, standing in without.standings.items():
        if standing.cycles and not rests_on_another(programme, code):
            assert with_it[code].cycles


# What happens later can then be worth less, where the rules say so; each of these is one such rule.
TAKEN_AWAY = [
    pytest.param(
        "cisco",
        ["200-301 2021-04-01", "30 credits 2022-01-01"],
        "350-401 2021-06-01",
        ("CCNA", "2024-12-01"),
        id="credits renew the highest level only, and a core pass makes that the specialist",
    ),
    pytest.param(
        "microsoft",
        ["AZ-104 2022-03-10", "AZ-104 2023-09-01"],
        "RENEW-104 2022-10-01",
        ("Azure-Administrator", "2024-05-01"),
        id="an exam earns anew what has expired, but does not renew what has not",
    ),
    pytest.param(
        "juniper",
        # The prerequisites come back together in December 2020, by a pass of 2019 that waited.
        [
            "JN0-105 2015-01-01",
            "JN0-351 2015-01-01",
            "JN0-351 2019-01-01",
            "JN0-105 2020-12-01",
            "JN0-650 2022-06-01",
        ],
        "JN0-351 2017-06-01",
        ("JNCIP-ENT", "2022-06-01"),
        id="a prerequisite that was renewed by a pass ends sooner than one that waited for it",
    ),
]


@pytest.mark.parametrize(("name", "rows", "extra", "asked"), TAKEN_AWAY)
def test_what_the_rules_say_can_be_taken_away(
    name: str, rows: list[str], extra: str, asked: tuple[str, str]
) -> None:
    code, as_of = asked
    programme, facts = LOADED[name], [told(at, row) for at, row in enumerate(rows)]
    with_it = [*facts, told(99, extra)]
    assert evaluate(programme, facts, day(as_of))[code].status == "active"
    assert evaluate(programme, with_it, day(as_of))[code].status != "active"


def told(at: int, row: str) -> Fact:
    what, *_, on = row.split()
    if "credits" in row:
        return CreditEntry(str(at), day(on), Decimal(what), "Activity", f"item {at}")
    return ExamPass(str(at), what, day(on))


def rests_on_another(programme: Programme, code: str) -> bool:
    """Whether holding something else decides about it: a prerequisite or a predecessor."""
    one = programme.certifications[code]
    if any(
        other.succeeded_by is not None and other.succeeded_by.certification == code
        for other in programme.certifications.values()
    ):
        return True
    return any(_asks_for_holding(one.requires_under(policy)) for policy in programme.policies)


def _asks_for_holding(requirement: Requirement) -> bool:
    return isinstance(requirement, ActiveRequirement) or any(
        _asks_for_holding(part) for _, part in parts_of(requirement)
    )


@FEW
@given(candidates(everything))
def test_every_date_rests_on_facts_there_are(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    programme = LOADED[name]
    ids = {fact.id for fact in facts if not isinstance(fact, AssignedNumber)}
    state = evaluate(programme, facts, as_of)
    for standing in state.standings.values():
        for cycle in standing.cycles:
            for cause in cycle.causes:
                assert isinstance(cause, Held) or cause in facts
    for found in details(programme, facts, as_of, programme.certifications).values():
        assert found.explanations
        for explanation in found.explanations:
            for reference in explanation.facts:
                if reference.kind == "holding":
                    assert state[reference.id].cycles
                else:
                    assert reference.id in ids


@MODEST
@given(
    in_any_programme(
        lambda programme: st.tuples(*[facts_of(everything, programme, 4)] * 3, days(programme))
    )
)
def test_merging_two_candidates_is_evaluating_what_both_did(
    drawn: tuple[str, tuple[list[Fact], list[Fact], list[Fact], date]],
) -> None:
    name, (first, second, both, as_of) = drawn
    programme = LOADED[name]
    shared = numbered(both, "both-")
    one = [*numbered(first, "one-"), *shared]
    other = [*numbered(second, "other-"), *shared]
    merged = evaluate(programme, one + other, as_of)
    assert merged == evaluate(programme, other + one, as_of)
    assert merged == evaluate(programme, set(one) | set(other), as_of)


@FEW
@given(st.sampled_from(sorted(LOADED)), ANY_DAY)
def test_who_did_nothing_holds_nothing(name: str, as_of: date) -> None:
    state = evaluate(LOADED[name], [], as_of)
    assert not any(one.cycles for one in state.standings.values())
    assert state.changes_on is None
