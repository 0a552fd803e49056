"""What staff may decide, and what follows from it."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")
RULES = """
policies:
  - version: only
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    extends: [{levels: below}]
    levels:
      first: {validity: 2 years, renewal: {exam: B}}
      second: {validity: 2 years, renewal: {exam: C}}
certifications:
  - {code: X, name: X, level: first, category: All, requires: {exam: A}}
  - {code: Top, name: Top, level: second, category: All,
     requires: {all_of: [{active: X}, {exam: C}]}}
"""
EARNED = "pass A on 2020-03-01"


@pytest.fixture
def rules(tmp_path: Path) -> Programme:
    return small_programme(tmp_path, RULES)


def test_a_grant_lives_as_long_as_the_rules_say_or_as_staff_say(rules: Programme) -> None:
    state = evaluate(rules, told("grant X on 2020-05-01: lost papers"), LATER)
    assert terms(state, "X") == ["granted 2020-05-01 2022-05-01"]
    (cause,) = state["X"].cycles[0].causes
    assert cause in told("grant X on 2020-05-01: lost papers")
    until = evaluate(rules, told("grant X on 2020-05-01 to 2020-12-31: lost papers"), LATER)
    assert terms(until, "X") == ["granted 2020-05-01 2020-12-31"]


def test_a_grant_counts_for_what_needs_it_and_is_renewed_like_any_other(rules: Programme) -> None:
    facts = told(
        "grant X on 2020-05-01: lost papers", "pass C on 2020-05-01", "pass B on 2021-01-01"
    )
    state = evaluate(rules, facts, LATER)
    assert terms(state, "Top") == ["earned 2020-05-01 2022-05-01"]
    assert terms(state, "X")[-1] == "renewed 2021-01-01 2023-01-01"


def test_a_grant_of_what_is_held_only_makes_it_longer(rules: Programme) -> None:
    shorter = told(EARNED, "grant X on 2020-05-01 to 2021-12-31: lost papers")
    assert terms(evaluate(rules, shorter, LATER), "X") == ["earned 2020-03-01 2022-03-01"]
    longer = evaluate(rules, told(EARNED, "grant X on 2020-05-01: lost papers"), LATER)
    assert terms(longer, "X")[-1] == "granted 2020-05-01 2022-05-01"
    assert longer["X"].started_on == day("2020-03-01")


def test_a_grant_from_before_there_were_rules(rules: Programme) -> None:
    state = evaluate(rules, told("grant X on 2005-05-01 to 2030-01-01: founder"), LATER)
    assert terms(state, "X") == ["granted 2005-05-01 2030-01-01"]
    assert state["X"].cycles[0].policy == "only"


def test_of_a_certification_nobody_knows_nothing_is_granted(rules: Programme) -> None:
    assert evaluate(rules, told("grant Z on 2020-05-01: typo"), LATER).standings == {}


def test_a_later_last_day_keeps_the_term_and_what_counts_for_it(rules: Programme) -> None:
    facts = told(EARNED, "extend X on 2021-01-01 to 2022-12-31: illness", "pass B on 2022-06-01")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "X") == [
        "earned 2020-03-01 2022-03-01",
        "prolonged 2020-03-01 2022-12-31",
        "renewed 2022-06-01 2024-06-01",
    ]
    assert {term.started_on for term in state["X"].cycles} == {day("2020-03-01")}


def test_it_brings_back_what_has_run_out_and_what_was_done_meanwhile_counts(
    rules: Programme,
) -> None:
    facts = told(EARNED, "pass B on 2022-06-01", "extend X on 2022-07-01 to 2022-12-31: illness")
    assert evaluate(rules, facts, day("2022-06-30"))["X"].status == "expired"
    state = evaluate(rules, facts, day("2022-07-01"))
    assert state["X"].status == "active"
    assert terms(state, "X")[-1] == "renewed 2022-07-01 2024-07-01"


@pytest.mark.parametrize(
    "sentence",
    [
        "extend X on 2021-01-01 to 2022-03-01: no later",
        "extend X on 2021-01-01 to 2021-06-01: earlier",
        "extend Top on 2021-01-01 to 2023-01-01: never earned",
    ],
)
def test_only_later_and_only_what_was_earned(rules: Programme, sentence: str) -> None:
    state = evaluate(rules, told(EARNED, sentence), LATER)
    assert [(code, terms(state, code)) for code in state.standings] == [
        ("X", ["earned 2020-03-01 2022-03-01"])
    ]


@pytest.mark.parametrize("sanction", ["suspend", "revoke"])
def test_a_sanction_holds_until_it_is_lifted(rules: Programme, sanction: str) -> None:
    facts = told(
        EARNED, f"{sanction} X on 2020-06-01: cheating", "reinstate X on 2020-09-01: appeal"
    )
    status = {"suspend": "suspended", "revoke": "revoked"}[sanction]
    found = [
        evaluate(rules, facts, day(on))["X"]
        for on in (
            "2020-05-31",
            "2020-06-01",
            "2020-08-31",
            "2020-09-01",
            "2022-03-01",
            "2022-03-02",
        )
    ]
    assert [one.status for one in found] == [
        "active",
        status,
        status,
        "active",
        "active",
        "expired",
    ]
    assert (found[1].since, found[1].because) == (day("2020-06-01"), "cheating")
    assert (found[3].since, found[3].because) == (None, None)
    assert all(one.expires_on == day("2022-03-01") for one in found)


def test_what_is_suspended_meets_nothing_and_is_not_extended_but_renewed(rules: Programme) -> None:
    held = told(EARNED, "pass C on 2020-04-01", "suspend X on 2020-06-01: audit")
    extended = [*held, *told("pass C on 2020-07-01 as c")]
    assert len(evaluate(rules, extended, LATER)["X"].cycles) == 2  # earned, extended by the award
    renewed = evaluate(rules, [*held, *told("pass B on 2020-07-01 as b")], day("2021-01-01"))
    assert terms(renewed, "X")[-1] == "renewed 2020-07-01 2022-07-01"
    assert renewed["X"].status == "suspended"
    needs = told(EARNED, "suspend X on 2020-06-01: audit", "pass C on 2020-07-01")
    assert terms(evaluate(rules, needs, LATER), "Top") == []


def test_while_revoked_nothing_is_earned_or_renewed(rules: Programme) -> None:
    facts = told(EARNED, "revoke X on 2020-06-01: cheating", "pass B on 2020-07-01")
    assert terms(evaluate(rules, facts, LATER), "X") == ["earned 2020-03-01 2022-03-01"]
    never = told("revoke X on 2020-01-01: ban", EARNED)
    assert evaluate(rules, never, LATER).standings == {}


def test_on_the_day_it_is_reinstated_what_still_counts_is_looked_at(rules: Programme) -> None:
    facts = told("revoke all on 2020-01-01: ban", EARNED, "reinstate all on 2021-01-01: served")
    assert terms(evaluate(rules, facts, LATER), "X") == ["earned 2021-01-01 2023-01-01"]
    renewed = told(
        EARNED,
        "revoke X on 2020-06-01: cheating",
        "pass B on 2020-07-01",
        "reinstate X on 2021-01-01: appeal",
    )
    assert terms(evaluate(rules, renewed, LATER), "X")[1:] == ["renewed 2021-01-01 2023-01-01"]


def test_all_at_once_and_one_of_them_lifted(rules: Programme) -> None:
    facts = told(
        EARNED,
        "pass C on 2020-04-01",
        "revoke all on 2020-06-01: cheating",
        "reinstate X on 2020-07-01: appeal",
    )
    state = evaluate(rules, facts, day("2020-08-01"))
    assert {code: one.status for code, one in state.standings.items()} == {
        "X": "active",
        "Top": "revoked",
    }
    lifted = evaluate(rules, [*facts, *told("reinstate all on 2020-08-01: served")], LATER)
    assert lifted["Top"].status == "expired"


def test_reinstating_all_lifts_what_was_barred_one_by_one(rules: Programme) -> None:
    facts = told(EARNED, "suspend X on 2020-06-01: audit", "reinstate all on 2020-07-01: done")
    assert evaluate(rules, facts, day("2020-07-01"))["X"].status == "active"


def test_revoked_goes_before_suspended(rules: Programme) -> None:
    facts = told(EARNED, "revoke X on 2020-06-01: first", "suspend X on 2020-07-01: second")
    standing = evaluate(rules, facts, day("2020-08-01"))["X"]
    assert (standing.status, standing.because) == ("revoked", "first")


def test_lifted_on_its_own_day_it_never_was(rules: Programme) -> None:
    facts = told(EARNED, "revoke X on 2020-06-01: slip", "reinstate X on 2020-06-01: slip")
    assert evaluate(rules, facts, day("2020-06-01"))["X"].status == "active"


def test_what_is_voided_never_counted_and_voids_are_undone(rules: Programme) -> None:
    facts = told("pass A on 2020-03-01 as pass", "void pass as void: wrong person")
    assert evaluate(rules, facts, LATER).standings == {}
    again = [*facts, *told("void void as undo: it was the right one")]
    assert terms(evaluate(rules, again, day("2020-03-01")), "X") == ["earned 2020-03-01 2022-03-01"]
    sanction = told(EARNED, "revoke X on 2020-06-01 as ban: cheating", "void ban: mistaken")
    assert evaluate(rules, sanction, day("2020-07-01"))["X"].status == "active"
