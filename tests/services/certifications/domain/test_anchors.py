"""Where a renewed term counts from."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")


def programme(folder: Path, level: str, *, anchor: str = "requirement_met") -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: {anchor}
    extends: [{{levels: below}}]
    levels:
      first: {level}
      second: {{validity: 3 years}}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {{exam: A}}}}
  - {{code: Top, name: Top, level: second, category: All, requires: {{exam: E}}}}
""",
        exams="  - {code: E, name: End, class: field}\n",
    )


PLAIN = "{validity: 2 years, renewal: {exam: B}}"


@pytest.mark.parametrize(
    ("anchor", "renewed", "met_on"),
    [
        ("requirement_met", "renewed 2021-06-01 2023-06-01", None),
        ("old_expiry", "renewed 2021-06-01 2024-03-01", None),
        ("fixed_cycle", "renewed 2022-03-02 2024-03-01", "2021-06-01"),
    ],
)
def test_the_anchor_says_where_the_new_term_counts_from(
    tmp_path: Path, anchor: str, renewed: str, met_on: str | None
) -> None:
    rules = programme(tmp_path, PLAIN, anchor=anchor)
    state = evaluate(rules, told("pass A on 2020-03-01", "pass B on 2021-06-01"), day("2021-06-01"))
    assert terms(state, "X") == ["earned 2020-03-01 2022-03-01", renewed]
    assert state["X"].cycles[-1].met_on == (met_on and day(met_on))
    assert (state["X"].status, state["X"].started_on) == ("active", day("2020-03-01"))


def test_a_secured_term_is_not_renewed_before_it_begins(tmp_path: Path) -> None:
    rules = programme(tmp_path, PLAIN, anchor="fixed_cycle")
    facts = told(
        "pass A on 2020-03-01",
        "pass B on 2021-06-01",
        "pass B on 2022-03-01",  # the last day of the first term, which is renewed already
        "pass B on 2022-03-02",  # the first day of the second
    )
    state = evaluate(rules, facts, LATER)
    assert terms(state, "X") == [
        "earned 2020-03-01 2022-03-01",
        "renewed 2022-03-02 2024-03-01",
        "renewed 2024-03-02 2026-03-01",
    ]
    assert [term.met_on for term in state["X"].cycles] == [
        None,
        day("2021-06-01"),
        day("2022-03-02"),
    ]


def test_in_a_fixed_cycle_what_a_higher_one_extends_goes_on_after_its_last_day(
    tmp_path: Path,
) -> None:
    rules = programme(tmp_path, PLAIN, anchor="fixed_cycle")
    state = evaluate(rules, told("pass A on 2020-03-01", "pass E on 2021-06-01"), LATER)
    assert terms(state, "X")[-1] == "extended 2022-03-02 2024-03-01"


def test_in_the_grace_of_a_fixed_cycle_evidence_counts_once(tmp_path: Path) -> None:
    level = "{validity: 2 years, renewal: {exam: B}, grace: {lasts: 90 days}}"
    rules = programme(tmp_path, level, anchor="fixed_cycle")
    facts = told("pass A on 2020-03-01", "pass B on 2022-04-01", "pass E on 2022-04-02")
    state = evaluate(rules, facts[:2], LATER)
    assert terms(state, "X") == ["earned 2020-03-01 2022-03-01", "renewed 2022-03-02 2024-03-01"]
    # Until it was met there was nothing, whatever its dates say later.
    assert evaluate(rules, facts, day("2022-03-20"))["X"].status == "in_grace"


@pytest.mark.parametrize(
    ("earned", "expires"),
    [("2020-03-01", "2022-12-31"), ("2020-12-31", "2022-12-31"), ("2021-01-01", "2023-12-31")],
)
def test_last_days_move_on_to_a_day_of_the_year(tmp_path: Path, earned: str, expires: str) -> None:
    level = '{validity: 2 years, renewal: {exam: B}, aligned_to: "12-31"}'
    rules = programme(tmp_path, level)
    state = evaluate(rules, told(f"pass A on {earned}"), LATER)
    assert terms(state, "X") == [f"earned {earned} {expires}"]


OPTIONS = """{validity: 3 years, renewal: {options: [
  {requires: {exam: C}, anchor: old_expiry, period: 1 year},
  {requires: {exam: B}},
  {requires: {exam: D}, period: 18 months},
]}}"""


def test_each_option_has_its_own_dates(tmp_path: Path) -> None:
    rules = programme(tmp_path, OPTIONS)
    facts = told("pass A on 2020-03-01", "pass C on 2021-03-01", "pass B on 2022-03-01")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "X") == [
        "earned 2020-03-01 2023-03-01",
        "renewed 2021-03-01 2024-03-01",
        "renewed 2022-03-01 2025-03-01",
    ]
    assert [term.rule for term in state["X"].cycles[1:]] == [
        "policies.only.levels.first.renewal.options[0]",
        "policies.only.levels.first.renewal.options[1]",
    ]


def test_of_two_options_met_on_a_day_the_one_that_leads_further_renews(tmp_path: Path) -> None:
    rules = programme(tmp_path, OPTIONS)
    facts = told("pass A on 2020-03-01", "pass C on 2021-02-01", "pass B on 2021-02-01")
    assert terms(evaluate(rules, facts, LATER), "X")[1:] == ["renewed 2021-02-01 2024-03-01"]
    later = told("pass A on 2020-03-01", "pass C on 2022-02-01", "pass B on 2022-02-01")
    assert terms(evaluate(rules, later, LATER), "X")[1:] == ["renewed 2022-02-01 2025-02-01"]


def test_an_option_that_leads_to_an_earlier_day_does_nothing(tmp_path: Path) -> None:
    rules = programme(tmp_path, OPTIONS)
    assert terms(
        evaluate(rules, told("pass A on 2020-03-01", "pass D on 2020-06-01"), LATER), "X"
    ) == ["earned 2020-03-01 2023-03-01"]
