"""Why a certification stands as it does, and which decision of staff took it away."""

import pytest

from services.certifications.domain import Explained
from services.certifications.domain.facts import Fact, Granted, Prolonged, Suspended
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.explaining import ONE, TWO, explained


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
