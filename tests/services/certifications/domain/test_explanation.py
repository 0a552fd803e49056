"""Why every value is what it is: sentences, facts, rules, versions and overrides."""

from pathlib import Path

import pytest

from services.certifications.domain import Explained, Explanation
from services.certifications.domain.facts import Fact, Granted, Prolonged, Suspended
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told
from tests.services.certifications.domain.rich_programme import rich_programme
from tests.services.certifications.domain.small_programme import small_programme


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    return rich_programme(tmp_path_factory.mktemp("rich"))


def explained(
    programme: Programme, on: str, certification: str, *sentences: str
) -> dict[str, Explanation]:
    found = Explained(programme, told(*sentences), day(on)).detail(certification)
    return {one.subject: one for one in found.explanations}


ONE = "pass A on 2018-05-15"
TWO = ("pass A on 2016-01-01", "pass B on 2016-02-01")


@pytest.mark.parametrize(
    ("on", "code", "facts", "sentence"),
    [
        ("2018-05-15", "One", [ONE], "active: 15 May 2021 is its last day."),
        (
            "2022-01-01",
            "One",
            [ONE],
            ("expired: its last day was 15 November 2021 and nothing renewed it by then."),
        ),
        (
            "2019-04-01",
            "Two",
            TWO,
            (
                "in its grace period: its last day was 1 February 2019, and it "
                "can still be renewed through 2 May 2019."
            ),
        ),
        (
            "2019-05-03",
            "Two",
            TWO,
            (
                "expired: its last day was 1 February 2019 and nothing renewed "
                "it through 2 May 2019, the end of its grace."
            ),
        ),
        (
            "2023-02-10",
            "Cycle",
            [
                "pass D on 2020-01-01",
                "agreement secrecy V2 on 2020-01-01",
                "approval board on 2020-02-01",
            ],
            (
                "in its grace period: its last day was 1 February 2023, "
                "and what was done by then can still be handed in through 3 March 2023."
            ),
        ),
        (
            "2019-03-01",
            "Two",
            [*TWO, "fee yearly on 2019-01-01"],
            ("emeritus through 1 February 2020, which is not active."),
        ),
        (
            "2016-03-01",
            "Life",
            ["pass A on 2016-01-01", "pass B on 2016-02-01"],
            ("active, for a lifetime."),
        ),
        (
            "2023-06-01",
            "Old",
            ["pass E on 2022-01-01"],
            ("replaced: Heir took its place on 1 June 2023."),
        ),
        ("2016-01-01", "One", [], "not earned: its requirements are not met."),
        ("2016-01-01", "Gone", [], "not earned: it could be earned until 31 December 2012."),
        ("2014-01-01", "Life", [], "not earned: it can be earned from 1 January 2015 on."),
        ("2009-01-01", "One", [], "not earned: no rules are in force yet."),
        (
            "2019-01-01",
            "One",
            [ONE, "suspend One on 2018-06-01: A case."],
            ("suspended, since 1 June 2018: A case."),
        ),
        (
            "2019-01-01",
            "One",
            [ONE, "revoke all on 2018-06-01: Fraud"],
            ("revoked, since 1 June 2018: Fraud."),
        ),
    ],
)
def test_every_status(rich: Programme, on: str, code: str, facts: list[str], sentence: str) -> None:
    status = explained(rich, on, code, *facts)["status"]
    assert status.sentence.split(f" {code} is ")[1] == sentence


@pytest.mark.parametrize(
    ("on", "code", "facts", "sentence"),
    [
        (
            "2018-06-01",
            "One",
            [ONE],
            (
                "3 years after 15 May 2018, the day the requirement was met; "
                "valid through the whole of 15 May 2021 (Europe/Zurich)."
            ),
        ),
        (
            "2021-04-01",
            "One",
            [ONE],
            (
                "3 years after 15 May 2018, the day the requirement was met, "
                "gives 15 May 2021. flood, announced on 1 April 2021, gives 6 months more to what "
                "ends "
                "from 1 March 2021 to 30 September 2021, so 15 May 2021 became 15 November 2021: "
                "The "
                "flood of 2021. It is valid through the whole of 15 November 2021 (Europe/Zurich)."
            ),
        ),
        (
            "2022-02-01",
            "One",
            ["pass A on 2019-02-15"],
            (
                "3 years after 15 February 2019, the day "
                "the requirement was met, gives 15 February 2022. storm, announced on 1 February "
                "2022, "
                "gives more time to what ends from 1 January 2022 to 31 March 2022, so 15 "
                "February 2022 "
                "became 1 May 2022: A storm. It is valid through the whole of 1 May 2022 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2024-01-01",
            "One",
            ["pass A on 2023-01-01"],
            (
                "5 years after 1 January 2023, the day "
                "the term counts from, as new has it; valid through the whole of 1 January 2028 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2016-02-29",
            "One",
            ["pass A on 2016-02-29"],
            (
                "3 years after 29 February 2016, the day "
                "the requirement was met; valid through the whole of 28 February 2019 "
                "(Europe/Zurich). "
                "2019 has no 29 February, so the last day is the 28th."
            ),
        ),
        (
            "2019-01-01",
            "Two",
            [*TWO, "pass B on 2018-12-01"],
            (
                "3 years after 1 February 2019, the "
                "last day it had before; valid through the whole of 1 February 2022 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2019-01-01",
            "Two",
            [*TWO, "course K1 on 2018-01-01"],
            (
                "1 year after 1 February 2019, "
                "the last day it had before; valid through the whole of 1 February 2020 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2016-05-01",
            "Yearly",
            ["pass C on 2016-03-01"],
            (
                "1 year after 1 March 2016, the day "
                "the requirement was met, moved on from 1 March 2017 to the next 31 December; "
                "valid "
                "through the whole of 31 December 2017 (Europe/Zurich)."
            ),
        ),
        (
            "2019-03-01",
            "Two",
            [*TWO, "fee yearly on 2019-01-01"],
            (
                "1 year after 1 February 2019, "
                "the last day it had before; valid through the whole of 1 February 2020 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2016-03-01",
            "Life",
            ["pass A on 2016-01-01", "pass B on 2016-02-01"],
            "It never expires.",
        ),
        (
            "2018-01-01",
            "One",
            ["grant One on 2017-01-01: Merit"],
            (
                "3 years after 1 January 2017, "
                "the day it was granted; valid through the whole of 1 January 2020 (Europe/Zurich)."
            ),
        ),
        (
            "2018-01-01",
            "One",
            ["grant One on 2017-01-01 to 2019-07-01: Merit"],
            (
                "Set by staff with "
                "the grant of 1 January 2017; valid through the whole of 1 July 2019 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2019-01-01",
            "One",
            [ONE, "extend One on 2018-06-01 to 2025-01-01: Illness."],
            (
                "Moved to "
                "1 January 2025 by staff on 1 June 2018 (Illness); valid through the whole of 1 "
                "January "
                "2025 (Europe/Zurich)."
            ),
        ),
        (
            "2023-06-01",
            "Heir",
            ["pass E on 2022-01-01"],
            (
                "Taken over from Old, whose dates it "
                "keeps; valid through the whole of 1 January 2025 (Europe/Zurich)."
            ),
        ),
        (
            "2016-06-01",
            "One",
            ["pass A on 2015-01-01", "pass B on 2016-06-01"],
            (
                "3 years after "
                "1 June 2016, the day the requirement was met; valid through the whole of 1 June "
                "2019 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2019-06-01",
            "Two",
            [*TWO, "fee yearly on 2019-01-01", "pass B on 2019-05-01"],
            (
                "3 years "
                "after 1 May 2019, the day the requirement was met; valid through the whole of 1 "
                "May 2022 "
                "(Europe/Zurich)."
            ),
        ),
    ],
)
def test_every_last_day(
    rich: Programme, on: str, code: str, facts: list[str], sentence: str
) -> None:
    assert explained(rich, on, code, *facts)["expires_on"].sentence == sentence


CYCLE = (
    "pass D on 2020-01-01",
    "agreement secrecy V2 on 2020-01-01",
    "approval board on 2020-02-01",
    "5 credits on 2020-06-01",
    "5 credits on 2021-06-01",
    "10 credits on 2022-06-01",
)


def test_a_fixed_cycle_that_was_met_ahead(rich: Programme) -> None:
    found = explained(rich, "2022-12-01", "Cycle", *CYCLE)
    assert found["active_on"].date == day("2023-02-02")
    assert found["active_on"].sentence == (
        "Renewed on 1 June 2022: earned 20 credits with 3 activities from 1 June 2020 to "
        "1 June 2022. The new term begins on 2 February 2023."
    )
    assert found["expires_on"].sentence == (
        "3 years after 1 February 2023, the last day of the cycle before; valid through the whole "
        "of 1 February 2026 (Europe/Zurich)."
    )


def test_a_grace_is_explained(rich: Programme) -> None:
    why = explained(rich, "2019-04-01", "Two", *TWO)["grace_until"]
    assert (why.date, why.rule, why.policy) == (
        day("2019-05-02"),
        "policies.old.levels.second.grace",
        "old",
    )
    assert why.sentence == (
        "90 days after 1 February 2019, its last day; the grace lasts through the whole of "
        "2 May 2019 (Europe/Zurich)."
    )


@pytest.mark.parametrize(
    ("sentence", "kind", "text"),
    [
        ("suspend One on 2018-06-01 as s: A case", "suspension", "Suspended by staff: A case."),
        ("revoke all on 2018-06-01 as s: Fraud", "revocation", "Revoked by staff: Fraud."),
    ],
)
def test_what_staff_took_away_names_the_decision(
    rich: Programme, sentence: str, kind: str, text: str
) -> None:
    why = explained(rich, "2019-01-01", "One", ONE, sentence)["since"]
    assert (why.date, why.sentence, why.rule) == (day("2018-06-01"), text, "staff")
    assert [(fact.kind, fact.id, fact.day) for fact in why.facts] == [
        (kind, "s", day("2018-06-01"))
    ]


def test_a_grant_and_a_later_last_day_are_facts_with_their_reasons(rich: Programme) -> None:
    found = explained(
        rich, "2018-01-01", "One",
        "grant One on 2017-01-01 as g: Merit.", "extend One on 2017-02-01 to 2022-06-01 as e: Ill",
    )  # fmt: skip
    assert found["started_on"].sentence == "Manually granted certification: Merit."
    assert [fact.id for fact in found["started_on"].facts] == ["g"]
    assert [fact.id for fact in found["active_on"].facts] == ["g"]
    assert [fact.id for fact in found["expires_on"].facts] == ["e"]
    assert [fact.kind for fact in found["expires_on"].facts] == ["extension"]


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


def test_decisions_without_a_reason_still_make_a_sentence(rich: Programme) -> None:
    facts: list[Fact] = [
        Granted("g", "One", day("2017-01-01")),
        Prolonged("e", "One", day("2017-02-01"), day("2022-06-01")),
        Suspended("s", "One", day("2017-03-01")),
    ]
    found = {
        one.subject: one.sentence
        for one in Explained(rich, facts, day("2018-01-01")).detail("One").explanations
    }
    assert found["started_on"] == "Manually granted certification on 1 January 2017."
    assert found["since"] == "Suspended by staff."
    assert found["expires_on"].startswith("Moved to 1 June 2022 by staff on 1 February 2017; ")


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
