"""What is still possible after a last day."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")


def programme(folder: Path, grace: str, *, anchor: str = "requirement_met") -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: {anchor}
    extends: [{{levels: below}}]
    levels:
      first: {{validity: 2 years, renewal: {{exam: B}}, grace: {grace}}}
      second: {{validity: 2 years, renewal: {{exam: D}}}}
certifications:
  - {{code: Low, name: Low, level: first, category: All, requires: {{exam: A}}}}
  - {{code: Top, name: Top, level: second, category: All, requires: {{exam: C}}}}
  - code: Needs
    name: Needs
    level: second
    category: All
    requires: {{all_of: [{{exam: D}}, {{active: Low}}]}}
""",
    )


@pytest.mark.parametrize(
    ("on", "status", "until", "since"),
    [
        ("2022-03-01", "active", None, None),
        ("2022-03-02", "in_grace", "2022-05-30", None),
        ("2022-05-30", "in_grace", "2022-05-30", None),
        ("2022-05-31", "expired", None, None),
    ],
)
def test_grace_begins_the_day_after_the_last_day(
    tmp_path: Path, on: str, status: str, until: str | None, since: str | None
) -> None:
    rules = programme(tmp_path, "{lasts: 90 days}")
    standing = evaluate(rules, told("pass A on 2020-03-01"), day(on))["Low"]
    assert standing.status == status
    assert standing.grace_until == (until and day(until))
    assert standing.since == (since and day(since))
    assert standing.holding == (status == "active")


def test_grace_may_be_called_a_suspension(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{lasts: 1 year, status: suspended}")
    standing = evaluate(rules, told("pass A on 2020-03-01"), day("2022-03-02"))["Low"]
    assert (standing.status, standing.since) == ("suspended", day("2022-03-02"))
    assert standing.grace_until == day("2023-03-01")


def test_it_is_renewed_in_its_grace_without_beginning_anew(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{lasts: 90 days}")
    last = evaluate(rules, told("pass A on 2020-03-01", "pass B on 2022-05-30"), LATER)
    assert terms(last, "Low")[-1] == "renewed 2022-05-30 2024-05-30"
    assert last["Low"].started_on == day("2020-03-01")
    late = evaluate(rules, told("pass A on 2020-03-01", "pass B on 2022-05-31"), LATER)
    assert terms(late, "Low") == ["earned 2020-03-01 2022-03-01"]


def test_what_would_earn_it_anew_goes_before_nothing_but_a_renewal(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{lasts: 90 days}")
    both = told("pass A on 2020-03-01", "pass A on 2022-04-01", "pass B on 2022-04-01")
    assert terms(evaluate(rules, both, LATER), "Low")[-1] == "renewed 2022-04-01 2024-04-01"
    anew = evaluate(rules, both[:2], LATER)
    assert terms(anew, "Low")[-1] == "earned 2022-04-01 2024-04-01"
    assert anew["Low"].started_on == day("2022-04-01")


def test_in_its_grace_it_counts_from_the_old_last_day_where_the_rules_say_so(
    tmp_path: Path,
) -> None:
    rules = programme(tmp_path, "{lasts: 1 year, status: suspended}", anchor="old_expiry")
    state = evaluate(rules, told("pass A on 2020-03-01", "pass B on 2022-12-01"), LATER)
    assert terms(state, "Low")[-1] == "renewed 2022-12-01 2024-03-01"


def test_what_is_in_grace_is_not_active(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{lasts: 90 days}")
    facts = told("pass A on 2020-03-01", "pass D on 2022-03-02", "pass C on 2022-03-03")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "Needs") == []
    assert terms(state, "Low") == [
        "earned 2020-03-01 2022-03-01"
    ]  # Top carries only what is active
    assert terms(state, "Top") == ["earned 2022-03-03 2024-03-03"]


SUBMISSION = """
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    levels:
      first:
        validity: 2 years
        renewal: {any_of: [{credits: {at_least: 20}}, {courses: {of: [FELL]}}, {exam: B}]}
        grace: {lasts: 90 days, allows: submission}
certifications:
  - {code: Low, name: Low, level: first, category: All, requires: {exam: A}}
"""
COURSES = "courses: [{code: FELL, name: Felling, level: first}]\n"


@pytest.mark.parametrize(
    ("sentence", "renewed"),
    [
        ("20 credits on 2022-03-01 submitted 2022-05-30", "renewed 2022-03-01 2024-03-01"),
        ("20 credits on 2022-03-01 submitted 2022-05-31", None),
        ("20 credits on 2022-03-02 submitted 2022-03-02", None),
        ("20 credits on 2021-03-01", "renewed 2021-03-01 2023-03-01"),
        ("course FELL on 2022-02-01 submitted 2022-05-30", "renewed 2022-02-01 2024-02-01"),
        ("course FELL on 2022-02-01 submitted 2022-05-31", None),
        ("pass B on 2022-03-02", None),
    ],
)
def test_a_grace_for_handing_in_what_was_done_in_time(
    tmp_path: Path, sentence: str, renewed: str | None
) -> None:
    rules = small_programme(tmp_path, SUBMISSION, education=COURSES)
    state = evaluate(rules, told("pass A on 2020-03-01", sentence), LATER)
    assert terms(state, "Low")[1:] == ([renewed] if renewed else [])


def test_the_rules_of_the_last_day_say_what_follows_it(tmp_path: Path) -> None:
    rules = small_programme(
        tmp_path,
        """
policies:
  - version: old
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 2 years, renewal: {exam: B}, grace: {lasts: 1 year}}}
  - version: new
    effective_from: 2022-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 2 years, renewal: {exam: B}}}
certifications:
  - {code: Low, name: Low, level: first, category: All, requires: {exam: A}}
""",
    )
    before = evaluate(rules, told("pass A on 2019-12-31"), day("2022-06-01"))["Low"]
    assert (before.status, before.grace_until) == ("in_grace", day("2022-12-31"))
    after = evaluate(rules, told("pass A on 2020-01-01"), day("2022-06-01"))["Low"]
    assert after.status == "expired"
