"""Certifications whose holders go on in another."""

from pathlib import Path

import pytest

from services.certifications.domain import Held, evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")
HEAD = "number_series: [{id: guild, name: Guild number, first: 100}]\n"


def programme(folder: Path, *, grace: str = "", anchor: str = "requirement_met") -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2010-01-01
    renewal_anchor: {anchor}
    levels: {{first: {{validity: 2 years, renewal: {{exam: B}}{grace}}}}}
certifications:
  - {{code: Old, name: Old, level: first, category: All, number_series: guild,
     succeeded_by: {{certification: New, on: 2021-01-01}}, requires: {{exam: A}}}}
  - {{code: New, name: New, level: first, category: All, number_series: guild,
     succeeded_by: {{certification: Newest, on: 2024-01-01}}, requires: {{exam: D}}}}
  - {{code: Newest, name: Newest, level: first, category: All, number_series: guild,
     requires: {{exam: C}}}}
""",
        head=HEAD,
    )


def test_holders_go_on_with_the_same_dates(tmp_path: Path) -> None:
    rules = programme(tmp_path)
    facts = told("pass A on 2020-03-01", "number guild 123")
    before = evaluate(rules, facts, day("2020-12-31"))
    assert (before["Old"].status, before["New"].status) == ("active", "not_earned")
    assert before.changes_on == day("2021-01-01")
    after = evaluate(rules, facts, day("2021-01-01"))
    assert (after["Old"].status, after["Old"].since) == ("replaced", day("2021-01-01"))
    assert not after["Old"].holding
    assert terms(after, "New") == ["migrated 2020-03-01 2022-03-01"]
    (term,) = after["New"].cycles
    assert (term.met_on, term.causes) == (day("2021-01-01"), (Held("Old", day("2021-01-01")),))
    assert term.rule == "certifications.Old.succeeded_by"
    assert (after["New"].number, after.numbers_needed) == ("123", frozenset())


def test_the_successor_is_renewed_by_what_was_done_since_the_term_began(tmp_path: Path) -> None:
    state = evaluate(
        programme(tmp_path), told("pass A on 2020-03-01", "pass B on 2022-03-01"), LATER
    )
    assert terms(state, "New")[-1] == "renewed 2022-03-01 2024-03-01"
    assert state["New"].started_on == day("2020-03-01")
    assert terms(state, "Newest") == ["migrated 2022-03-01 2024-03-01"]
    assert (state["Old"].status, state["New"].status) == ("replaced", "replaced")
    assert state["Newest"].status == "expired"


@pytest.mark.parametrize("on", ["2021-01-01", "2021-06-01"])
def test_the_old_one_is_neither_earned_nor_renewed_any_more(tmp_path: Path, on: str) -> None:
    rules = programme(tmp_path)
    assert evaluate(rules, told(f"pass A on {on}"), LATER).standings == {}
    state = evaluate(rules, told("pass A on 2020-03-01", f"pass B on {on}"), day(on))
    assert len(state["Old"].cycles) == 1


def test_what_had_run_out_stays_expired(tmp_path: Path) -> None:
    state = evaluate(programme(tmp_path), told("pass A on 2018-12-31"), LATER)
    assert (state["Old"].status, state["New"].status) == ("expired", "not_earned")
    last = evaluate(programme(tmp_path / "2"), told("pass A on 2019-01-01"), day("2021-01-01"))
    assert terms(last, "New") == ["migrated 2019-01-01 2021-01-01"]


def test_what_is_in_grace_goes_on_in_grace(tmp_path: Path) -> None:
    rules = programme(tmp_path, grace=", grace: {lasts: 90 days}")
    facts = told("pass A on 2018-12-01", "pass B on 2021-02-01")
    standing = evaluate(rules, facts[:1], day("2021-01-01"))["New"]
    assert (standing.status, standing.grace_until) == ("in_grace", day("2021-03-01"))
    assert terms(evaluate(rules, facts, LATER), "New")[-1] == "renewed 2021-02-01 2023-02-01"


def test_whoever_holds_the_successor_gets_the_later_day(tmp_path: Path) -> None:
    rules = programme(tmp_path)
    later = told("pass D on 2020-01-01", "pass A on 2020-03-01")
    assert terms(evaluate(rules, later, day("2021-06-01")), "New") == [
        "earned 2020-01-01 2022-01-01",
        "migrated 2020-03-01 2022-03-01",
    ]
    sooner = told("pass A on 2020-01-01", "pass D on 2020-03-01")
    state = evaluate(rules, sooner, day("2021-06-01"))
    assert terms(state, "New") == ["earned 2020-03-01 2022-03-01"]
    assert state["Old"].status == "replaced"


def test_a_term_that_is_secured_goes_on_too(tmp_path: Path) -> None:
    rules = programme(tmp_path, anchor="fixed_cycle")
    state = evaluate(rules, told("pass A on 2020-03-01", "pass B on 2020-06-01"), day("2021-06-01"))
    assert terms(state, "New") == [
        "migrated 2020-03-01 2022-03-01",
        "migrated 2022-03-02 2024-03-01",
    ]
    assert state["New"].status == "active"


def test_what_staff_decided_about_the_old_one_holds_for_the_successor(tmp_path: Path) -> None:
    rules = programme(tmp_path)
    facts = told("pass A on 2020-03-01", "suspend Old on 2020-06-01: audit")
    state = evaluate(rules, facts, day("2021-06-01"))
    assert (state["New"].status, state["New"].since) == ("suspended", day("2020-06-01"))
    lifted = [*facts, *told("reinstate Old on 2021-05-01 as back: settled")]
    assert evaluate(rules, lifted, day("2021-06-01"))["New"].status == "active"
    longer = [*lifted, *told("extend Old on 2021-05-02 to 2023-01-01 as more: illness")]
    assert evaluate(rules, longer, day("2021-06-01"))["New"].expires_on == day("2023-01-01")
    given = evaluate(rules, told("grant Old on 2021-05-01: lost papers"), day("2021-06-01"))
    assert terms(given, "New") == ["granted 2021-05-01 2023-05-01"]
