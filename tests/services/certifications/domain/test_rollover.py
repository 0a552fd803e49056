"""Credits above what a fixed cycle needs that go on into the next."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

RULES = """
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: fixed_cycle
    credits:
      rollover: {most: 20, from_last: 6 months, categories: [group-a]}
      validity: 1 year
    levels:
      first: {validity: 1 year, renewal: {any_of: [{credits: {at_least: 30}}, {exam: C}]}}
certifications:
  - {code: X, name: X, level: first, category: All, requires: {exam: A}}
"""
EDUCATION = "categories: [{id: group-a, name: Group A}, {id: group-b, name: Group B}]\n"
# To 2021-03-01; its last six months begin on 2020-09-01, the second term on 2021-03-02.
EARNED = "pass A on 2020-03-01"
FIRST = ["earned 2020-03-01 2021-03-01", "renewed 2021-03-02 2022-03-01"]
BOTH = [*FIRST, "renewed 2022-03-02 2023-03-01"]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param(
            ["30 credits on 2020-06-01", "20 credits on 2020-09-01 category group-a"],
            FIRST,
            id="they do not do alone",
        ),
        pytest.param(
            [
                "30 credits on 2020-06-01",
                "20 credits on 2020-09-01 category group-a",
                "10 credits on 2022-03-01",
            ],
            BOTH,
            id="with the rest they do, through the whole next term",
        ),
        pytest.param(
            [
                "30 credits on 2020-06-01",
                "40 credits on 2020-09-01 category group-a",
                "9 credits on 2021-06-01",
            ],
            FIRST,
            id="no more than the most",
        ),
        pytest.param(
            [
                "30 credits on 2020-06-01",
                "20 credits on 2020-08-31 category group-a",
                "10 credits on 2021-06-01",
            ],
            FIRST,
            id="not from before the last six months",
        ),
        pytest.param(
            [
                "30 credits on 2020-06-01",
                "20 credits on 2020-10-01 category group-b",
                "10 credits on 2021-06-01",
            ],
            FIRST,
            id="not of another category",
        ),
        pytest.param(
            ["40 credits on 2020-10-01 category group-a", "20 credits on 2021-06-01"],
            BOTH,
            id="also what one activity brought above the need",
        ),
        pytest.param(
            ["40 credits on 2020-10-01 category group-a", "19 credits on 2021-06-01"],
            FIRST,
            id="and no more of it",
        ),
        pytest.param(
            [
                "pass C on 2020-06-01",
                "20 credits on 2020-10-01 category group-a",
                "10 credits on 2021-06-01",
            ],
            BOTH,
            id="where an exam renewed, none of them were needed",
        ),
    ],
)
def test_rollover(tmp_path: Path, sentences: list[str], expected: list[str]) -> None:
    rules = small_programme(tmp_path, RULES, education=EDUCATION)
    state = evaluate(rules, told(EARNED, *sentences), day("2040-01-01"))
    assert terms(state, "X") == expected


def test_what_rolls_over_may_be_all_that_the_next_term_needs(tmp_path: Path) -> None:
    rules = small_programme(tmp_path, RULES.replace("most: 20", "most: 30"), education=EDUCATION)
    facts = told(EARNED, "30 credits on 2020-06-01", "30 credits on 2020-10-01 category group-a")
    before = evaluate(rules, facts, day("2021-03-01"))
    assert terms(before, "X") == FIRST
    assert before.changes_on == day("2021-03-02")
    (term,) = evaluate(rules, facts, day("2021-03-02"))["X"].cycles[2:]
    assert (term.met_on, term.active_on) == (day("2021-03-02"), day("2022-03-02"))
    # Nothing is left for a third: what rolled over was used.
    assert len(evaluate(rules, facts, day("2040-01-01"))["X"].cycles) == 3
