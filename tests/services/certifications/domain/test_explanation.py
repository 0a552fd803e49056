"""Why every value is what it is: what it rests on, in sentences and facts."""

from pathlib import Path

from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.explaining import CYCLE, ONE, TWO, explained
from tests.services.certifications.domain.small_programme import small_programme


def test_an_override_is_named_where_it_moved_something(rich: Programme) -> None:
    found = explained(rich, "2021-04-01", "One", ONE)
    assert {subject: why.overrides for subject, why in found.items()} == {
        "status": ("flood",),
        "started_on": (),
        "active_on": (),
        "expires_on": ("flood",),
    }
    before = explained(rich, "2021-03-31", "One", ONE)
    assert before["expires_on"].overrides == ()
    assert before["expires_on"].date == day("2021-05-15")


def test_an_award_that_had_to_wait_says_for_what(rich: Programme) -> None:
    waited = explained(rich, "2015-06-01", "Life", "pass A on 2014-06-01", "pass B on 2014-07-01")
    assert waited["started_on"].sentence.endswith(" Life has been awarded since that day.")
    early = explained(rich, "2010-06-01", "One", "pass A on 2009-06-01")
    assert early["started_on"].sentence == (
        "Earned on 1 January 2010: passed A Aim on 1 June 2009. The rules that count it, old, "
        "came into force that day."
    )


def test_a_former_code_is_told_as_it_was_reported(rich: Programme) -> None:
    why = explained(rich, "2022-06-01", "Old", "pass E1 on 2022-01-01 as r")["started_on"]
    assert why.sentence == "Earned on 1 January 2022: passed E1 (now E) Ebb on 1 January 2022."
    assert why.facts[0].id == "r"


def test_what_carried_it_along(rich: Programme) -> None:
    found = explained(rich, "2016-06-01", "One", "pass A on 2015-01-01", "pass B on 2016-06-01")
    assert found["active_on"].sentence == (
        "Extended on 1 June 2016 together with Two, while it was still active: One was active on "
        "1 June 2016 and passed B Bow on 1 June 2016."
    )
    assert found["active_on"].rule == "policies.old.extends"


def test_agreements_approvals_and_given_passes_are_causes(rich: Programme) -> None:
    why = explained(rich, "2020-06-01", "Cycle", *CYCLE[:3])["started_on"]
    assert why.sentence == (
        "Earned on 1 February 2020: passed D Dig on 1 January 2020, accepted the Secrecy "
        "agreement, version V2, on 1 January 2020 and Board review was recorded by staff on "
        "1 February 2020."
    )
    assert [fact.kind for fact in why.facts] == ["exam_pass", "agreement", "approval"]


def test_a_number_belongs_to_the_person(rich: Programme) -> None:
    found = explained(rich, "2016-06-01", "Two", *TWO, "number pilots 1030")["number"]
    assert found.sentence == (
        "Pilot number 1030 is this person's one number; it is kept whatever expires or is earned "
        "later."
    )
    assert found.rule == "number_series.pilots"


def test_an_exam_is_called_as_it_was_on_its_day(tmp_path: Path) -> None:
    renamed = (
        "  - {code: R, name: Reef, class: paper,"
        " former_names: [{name: Rock, until: 2020-12-31}, {name: Ridge, until: 2015-12-31}]}\n"
    )
    programme = small_programme(
        tmp_path,
        "policies:\n"
        "  - {version: v1, effective_from: 2010-01-01, renewal_anchor: requirement_met,\n"
        "     levels: {first: {validity: 1 year}, second: {validity: 1 year}}}\n"
        "certifications:\n"
        "  - {code: ONE, name: One, level: first, category: All, requires: {exam: R}}\n",
        exams=renamed,
    )
    for on, name in (("2015-12-31", "Ridge"), ("2016-01-01", "Rock"), ("2021-01-01", "Reef")):
        why = explained(programme, on, "ONE", f"pass R on {on}")["started_on"]
        assert f"passed R {name} on" in why.sentence
