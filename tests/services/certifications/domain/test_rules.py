"""What the language of rules can say beyond the two real programmes."""

from pathlib import Path

import pytest

from services.certifications.domain import detail, evaluate
from tests.services.certifications.domain.candidates import day, passed, terms
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2060-01-01")
TWO_VERSIONS = """
policies:
  - version: old
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 2 years, renewal: {exam: A}}}
  - version: new
    effective_from: 2020-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 18 months, renewal: {exam: B}}}
certifications:
  - {code: One, name: One, level: first, category: All, requires: {exam: A}}
"""


def test_the_policy_in_force_that_day_governs(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, TWO_VERSIONS)
    facts = passed("A 2018-05-01", "A 2019-12-31", "B 2020-08-31", "A 2021-01-01")
    state = evaluate(programme, facts, LATER)
    assert [term.policy for term in state["One"].cycles] == ["old", "old", "new"]
    assert terms(state, "One") == [
        "earned 2018-05-01 2020-05-01",
        "renewed 2019-12-31 2021-12-31",
        "renewed 2020-08-31 2022-02-28",  # 18 months on, and February has no 31st
    ]


def test_a_new_version_never_makes_a_term_shorter(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, TWO_VERSIONS)
    state = evaluate(programme, passed("A 2019-12-31", "B 2020-02-01"), LATER)
    assert terms(state, "One") == ["earned 2019-12-31 2021-12-31"]


def policy(certifications: str) -> str:
    return f"""
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    extends: [{{levels: [first], tracks: same}}]
    levels:
      first: {{validity: 2 years}}
      second: {{validity: 2 years, renewal: {{exams: {{at_least: 1, of_class: [field]}}}}}}
certifications:
{certifications}
"""


@pytest.mark.parametrize(
    ("rows", "earned"),
    [
        (["A 2020-01-01", "B 2020-01-02"], "earned 2020-01-02 2022-01-02"),
        (["A 2020-01-01", "A 2020-01-02"], None),
        (["A 2020-01-01", "C 2020-01-02"], "earned 2020-01-02 2022-01-02"),
        (["C 2020-01-01", "A 2020-07-01"], "earned 2020-07-01 2022-07-01"),
        (["C 2020-01-01", "A 2020-07-02"], None),  # the field day counted for six months
        (["D 2000-01-01", "A 2020-01-01"], "earned 2020-01-01 2022-01-01"),  # and this for ever
    ],
)
def test_at_least_two_of_three_parts(tmp_path: Path, rows: list[str], earned: str | None) -> None:
    requires = "{at_least: 2, of: [{exam: A}, {exam: B}, {any_of: [{exam: C}, {exam: D}]}]}"
    rule = f"  - {{code: X, name: X, level: first, category: All, requires: {requires}}}"
    programme = small_programme(tmp_path, policy(rule))
    assert terms(evaluate(programme, passed(*rows), LATER), "X") == ([earned] if earned else [])


def test_a_lifetime_certification_never_expires_and_needs_no_renewal(tmp_path: Path) -> None:
    rule = (
        "  - {code: X, name: X, level: second, category: All, validity: lifetime, "
        "requires: {exam: A}}"
    )
    programme = small_programme(tmp_path, policy(rule))
    facts = passed("A 2020-01-01", "C 2021-01-01")
    assert terms(evaluate(programme, facts, LATER), "X") == ["earned 2020-01-01 lifetime"]
    found = detail(programme, facts, LATER, "X")
    assert found.standing.status == "lifetime"
    assert found.progress == ()
    expires = next(one for one in found.explanations if one.subject == "expires_on")
    assert (expires.date, expires.sentence) == (None, "It never expires.")


def test_a_retired_certification_keeps_its_date_and_is_neither_earned_nor_renewed(
    tmp_path: Path,
) -> None:
    rule = (
        "  - {code: X, name: X, level: second, category: All, retired_on: 2021-01-01, "
        "requires: {exam: A}}"
    )
    programme = small_programme(tmp_path, policy(rule))
    held = evaluate(programme, passed("A 2020-06-01", "C 2021-01-01"), LATER)
    assert terms(held, "X")[-1] == "renewed 2021-01-01 2023-01-01"
    late = evaluate(programme, passed("A 2020-06-01", "C 2021-01-02"), LATER)
    assert terms(late, "X") == ["earned 2020-06-01 2022-06-01"]
    assert terms(evaluate(programme, passed("A 2021-01-02"), LATER), "X") == []
    assert detail(programme, [], day("2021-01-02"), "X").progress == ()


def test_a_listed_level_of_the_same_track_is_extended(tmp_path: Path) -> None:
    rules = """
  - {code: Low, name: Low, level: first, category: All, tracks: [land], requires: {exam: A}}
  - {code: Sea, name: Sea, level: first, category: All, tracks: [sea], requires: {exam: A}}
  - {code: Top, name: Top, level: second, category: All, tracks: [land], requires: {exam: B}}
"""
    programme = small_programme(tmp_path, policy(rules))
    state = evaluate(programme, passed("A 2020-01-01", "B 2021-01-01", "C 2022-05-01"), LATER)
    assert terms(state, "Low") == [
        "earned 2020-01-01 2022-01-01",
        "extended 2021-01-01 2023-01-01",  # earning extends too, as no `when` narrows it
        "extended 2022-05-01 2024-05-01",
    ]
    assert terms(state, "Sea") == ["earned 2020-01-01 2022-01-01"]


def test_a_renewal_may_depend_on_holding_something(tmp_path: Path) -> None:
    rules = """
  - {code: Low, name: Low, level: first, category: All, requires: {exam: A}}
  - code: Top
    name: Top
    level: second
    category: All
    requires: {exam: B}
    renewal: {active: Low}
"""
    programme = small_programme(tmp_path, policy(rules))
    state = evaluate(programme, passed("B 2020-01-01", "A 2021-01-01"), LATER)
    assert terms(state, "Top") == ["earned 2020-01-01 2022-01-01", "renewed 2021-01-01 2023-01-01"]


def test_given_may_ask_for_a_certification_that_was_active_on_the_day(tmp_path: Path) -> None:
    rules = """
  - {code: Low, name: Low, level: first, category: All, requires: {exam: A}}
  - code: Top
    name: Top
    level: second
    category: All
    requires: {exam: B, given: {active: Low}}
"""
    programme = small_programme(tmp_path, policy(rules))
    before = evaluate(programme, passed("B 2020-01-01", "A 2020-02-01"), LATER)
    assert terms(before, "Top") == []
    same_day = evaluate(programme, passed("B 2020-02-01", "A 2020-02-01"), LATER)
    assert terms(same_day, "Top") == ["earned 2020-02-01 2022-02-01"]
