"""The ways to renew: what is missing, the dates each gives, and the fastest."""

from pathlib import Path

import pytest

from services.certifications.domain import Detail, Explained, WayToRenew
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told
from tests.services.certifications.domain.small_programme import small_programme


def look(programme: Programme, on: str, code: str, *sentences: str) -> Detail:
    return Explained(programme, told(*sentences), day(on)).detail(code)


def dates(way: WayToRenew) -> str:
    return f"{way.earliest_on} gives {way.new_expires_on}, {way.latest_on} {way.latest_expires_on}"


ONE = "pass A on 2016-01-01"
TWO = (ONE, "pass B on 2016-02-01")


def test_every_branch_of_an_any_of_is_a_way(rich: Programme) -> None:
    found = look(rich, "2016-06-01", "One", ONE, "20 credits on 2016-05-01")
    assert [(way.number, way.text, way.missing) for way in found.options] == [
        ("1.1", "Pass A Aim", ("Pass A Aim",)),
        ("1.2", "Earn 30 continuing education credits", ("Earn 10 more credits",)),
        ("", "Earn Two", ("Pass B Bow",)),
    ]
    assert [dates(way) for way in found.options] == [
        "2016-06-01 gives 2019-06-01, 2019-01-01 2022-01-01"
    ] * 3
    # Each has one thing to do; of its own ways most is done of the second.
    assert found.fastest == 1
    assert found.options[1].done == pytest.approx(2 / 3)
    assert found.options[0].rule == "policies.old.levels.first.renewal"


def test_each_option_has_its_own_dates(rich: Programme) -> None:
    found = look(rich, "2018-06-01", "Two", *TWO, "10 credits on 2017-05-01 category group-a")
    assert [(way.number, way.text, dates(way), way.note) for way in found.options] == [
        (
            "1.1",
            "Sit Bow again",
            "2018-08-01 gives 2022-02-01, 2019-05-02 2022-02-01",
            "It opens on 1 August 2018.",
        ),
        ("1.2", "Forty credits", "2018-06-01 gives 2021-06-01, 2019-05-02 2022-05-02", None),
        ("1.3", "Take Knots", "2018-06-01 gives 2020-02-01, 2019-05-02 2020-02-01", None),
    ]
    assert found.options[1].missing == (
        "Earn 30 more credits; At least 20 credits of Group A (10 more)",
    )
    assert found.options[2].rule == "policies.old.levels.second.renewal.options[2]"
    # What is not open yet is not the fastest.
    assert found.fastest == 1


def test_the_tree_of_options_has_their_words(rich: Programme) -> None:
    (root,) = look(rich, "2018-06-01", "Two", *TWO).progress
    assert (str(root), root.text) == ("1 - (0/1)", "Meet one of these")
    assert [(str(line), line.text) for line in root.children] == [
        ("1.1 - (0/1)", "Sit Bow again"),
        ("1.2 - (0/40)", "Forty credits"),
        ("1.3 - (0/1)", "Take Knots"),
    ]


def test_a_way_that_may_not_be_used_twice_running(rich: Programme) -> None:
    found = look(rich, "2018-06-01", "Two", *TWO, "course K1 on 2018-01-01")
    assert found.options[2].note == (
        "It renewed the present term, and may not be used twice running."
    )
    assert found.fastest == 1


def test_in_grace_it_can_still_be_renewed(rich: Programme) -> None:
    found = look(rich, "2019-04-01", "Two", *TWO)
    assert found.standing.status == "in_grace"
    assert dates(found.options[1]) == "2019-04-01 gives 2022-04-01, 2019-05-02 2022-05-02"


def test_in_a_grace_for_handing_in_only_what_was_done_in_time(rich: Programme) -> None:
    found = look(
        rich, "2023-02-10", "Cycle",
        "pass D on 2020-01-01", "agreement secrecy V2 on 2020-01-01", "approval board on "
        "2020-02-01",
    )  # fmt: skip
    (way,) = found.options
    assert dates(way) == "2023-02-01 gives 2026-02-01, 2023-02-01 2026-02-01"
    assert way.note == "Only what was done by 1 February 2023 counts, handed in by 3 March 2023."
    assert way.missing == ("Earn 20 continuing education credits, 5 in every 1 year",)


def test_a_cycle_that_is_secured_opens_with_the_next(rich: Programme) -> None:
    found = look(
        rich, "2022-12-01", "Cycle",
        "pass D on 2020-01-01", "agreement secrecy V2 on 2020-01-01", "approval board on "
        "2020-02-01",
        "5 credits on 2020-06-01", "5 credits on 2021-06-01", "10 credits on 2022-06-01",
    )  # fmt: skip
    (way,) = found.options
    assert dates(way) == "2023-02-02 gives 2029-02-01, 2026-02-01 2029-02-01"
    assert way.note == "It opens on 2 February 2023."
    assert found.fastest == 0


def test_a_higher_one_carries_it_along(rich: Programme) -> None:
    found = look(rich, "2018-06-01", "One", *TWO, "10 credits on 2017-05-01 category group-a")
    carried = [way for way in found.options if way.carried_by is not None]
    assert [(way.text, way.carried_by, way.number) for way in carried] == [("Renew Two", "Two", "")]
    assert carried[0].missing == ("Earn 30 more credits; At least 20 credits of Group A (10 more)",)
    assert dates(carried[0]) == "2018-06-01 gives 2021-06-01, 2019-02-01 2022-02-01"
    assert carried[0].rule == "policies.old.extends"
    # Its own ways go before what another one needs.
    assert found.options[found.fastest or 0].carried_by is None


def test_earning_a_higher_one_carries_it_along_once_it_is_begun(rich: Programme) -> None:
    assert [way.text for way in look(rich, "2016-06-01", "One", ONE).options] == [
        "Pass A Aim",
        "Earn 30 continuing education credits",
        # Half of it is there: One is held.
        "Earn Two",
    ]
    later = look(rich, "2016-06-01", "One", ONE).options[2]
    assert (later.missing, later.done) == (("Pass B Bow",), 0.5)


@pytest.mark.parametrize(
    ("on", "code", "facts"),
    [
        ("2016-06-01", "One", []),
        ("2020-01-01", "One", [ONE]),
        ("2016-06-01", "Life", ["pass A on 2016-01-01", "pass B on 2016-02-01"]),
        ("2016-06-01", "One", [ONE, "revoke One on 2016-05-01: Fraud"]),
        ("2019-03-01", "Two", [*TWO, "fee yearly on 2019-01-01"]),
        ("2023-07-01", "Old", ["pass E on 2022-01-01"]),
        ("2009-06-01", "One", []),
    ],
    ids=["not earned", "expired", "lifetime", "revoked", "emeritus", "replaced", "no rules yet"],
)
def test_where_nothing_can_be_renewed(
    rich: Programme, on: str, code: str, facts: list[str]
) -> None:
    found = look(rich, on, code, *facts)
    assert (found.options, found.fastest) == ((), None)


def test_what_is_shown_instead(rich: Programme) -> None:
    assert look(rich, "2020-01-01", "One", ONE).progress[0].text == "Pass A Aim"
    emeritus = look(rich, "2019-03-01", "Two", *TWO, "fee yearly on 2019-01-01")
    assert emeritus.progress[0].text == "Pass B Bow"
    assert look(rich, "2023-07-01", "Old", "pass E on 2022-01-01").progress == ()
    assert look(rich, "2016-06-01", "One", ONE, "revoke One on 2016-05-01: X").progress == ()


LEVELS = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    extends: [{when: [renewed], levels: below}]
    credits: {validity: 3 years, counts_for: highest_level}
    levels:
      first: {validity: 3 years, renewal: {any_of: [{credits: {at_least: 30}}, {exam: A}]}}
      second: {validity: 3 years, renewal: {credits: {at_least: 80}}}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: TWO, name: Two, level: second, category: All, requires: {exam: B}}
  - {code: SHUT, name: Shut, level: first, category: All, requires: {exam: A},
     retired_on: 2020-06-30}
"""


def test_credits_that_only_a_higher_level_can_use(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, LEVELS)
    found = look(
        programme, "2021-01-01", "ONE",
        "pass A on 2020-01-01", "pass B on 2020-01-01", "30 credits on 2020-05-01",
    )  # fmt: skip
    credits_, exam, carried = found.options
    assert credits_.note == "Credits count for the highest level held, which is Second."
    assert (exam.note, carried.carried_by) == (None, "TWO")
    assert carried.missing == ("Earn 50 more credits",)
    assert found.fastest == 1


def test_a_certification_that_closes_can_be_renewed_until_then(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, LEVELS)
    found = look(programme, "2020-05-01", "SHUT", "pass A on 2020-01-01")
    assert {way.latest_on for way in found.options} == {day("2020-06-30")}
    assert look(programme, "2020-07-01", "SHUT", "pass A on 2020-01-01").options == ()
