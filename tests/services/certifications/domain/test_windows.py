"""When evidence is too early, and when an option may not be used again."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")


def programme(folder: Path, options: str) -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: old_expiry
    extends: [{{levels: below}}]
    levels:
      first: {{validity: 1 year, renewal: {{options: [{options}]}}}}
      second: {{validity: 1 year}}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {{exam: A}}}}
  - {{code: Top, name: Top, level: second, category: All, requires: {{exam: D}}}}
""",
    )


# Six months before 31 August is the last day of February.
@pytest.mark.parametrize(
    ("passed_on", "renewed"),
    [
        ("2021-02-27", []),
        ("2021-02-28", ["renewed 2021-02-28 2022-08-31"]),
        ("2021-08-31", ["renewed 2021-08-31 2022-08-31"]),
        ("2021-09-01", []),
    ],
)
def test_an_option_opens_so_long_before_the_last_day(
    tmp_path: Path, passed_on: str, renewed: list[str]
) -> None:
    rules = programme(tmp_path, "{requires: {exam: B}, opens: 6 months}")
    state = evaluate(rules, told("pass A on 2020-08-31", f"pass B on {passed_on}"), LATER)
    assert terms(state, "X")[1:] == renewed


def test_the_same_option_not_twice_running(tmp_path: Path) -> None:
    once = "{requires: {exam: C}, not_twice_running: true}, {requires: {exam: B}}"
    rules = programme(tmp_path, once)
    facts = told(
        "pass A on 2020-03-01",
        "pass C on 2020-06-01",
        "pass C on 2020-07-01",  # the last renewal was by this option
        "pass B on 2020-08-01",
        "pass C on 2020-09-01",
    )
    assert terms(evaluate(rules, facts, LATER), "X")[1:] == [
        "renewed 2020-06-01 2022-03-01",
        "renewed 2020-08-01 2023-03-01",
        "renewed 2020-09-01 2024-03-01",
    ]


def test_what_a_higher_one_extended_was_not_renewed_by_that_option(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{requires: {exam: C}, not_twice_running: true}")
    facts = told("pass A on 2020-03-01", "pass C on 2020-06-01", "pass C on 2020-09-01")
    between = told("pass D on 2020-07-01 as d")
    assert len(evaluate(rules, facts, LATER)["X"].cycles) == 2
    assert terms(evaluate(rules, facts + between, LATER), "X")[1:] == [
        "renewed 2020-06-01 2022-03-01",
        "extended 2020-07-01 2023-03-01",
        "renewed 2020-09-01 2024-03-01",
    ]
