"""What happened to a certification: terms, ends, decisions, names, newest first."""

from services.certifications.domain import Explained
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told


def lines(programme: Programme, on: str, code: str, *sentences: str) -> list[str]:
    found = Explained(programme, told(*sentences), day(on)).detail(code).history
    return [f"{line.date} {line.kind}: {line.text}" for line in reversed(found)]


ONE = "pass A on 2016-01-01"
TWO = (ONE, "pass B on 2016-02-01")
EARNED = (
    "2016-01-01 earned: Earned on 1 January 2016: passed A Aim on 1 January 2016. It was then "
    "called Uno."
)
TWO_EARNED = (
    "2016-02-01 earned: Earned on 1 February 2016: One was active on 1 February 2016 and passed "
    "B Bow on 1 February 2016."
)


def test_nothing_happened(rich: Programme) -> None:
    assert lines(rich, "2016-06-01", "One") == []
    # A decision about what was never held is no history of it.
    assert lines(rich, "2016-06-01", "One", "revoke all on 2016-05-01: Fraud") == []


def test_earned_expired_and_earned_anew(rich: Programme) -> None:
    assert lines(rich, "2020-01-01", "One", ONE, "pass A on 2019-06-01") == [
        EARNED,
        "2019-01-01 expired: Expired: 1 January 2019 was its last day.",
        (
            "2019-06-01 earned: Earned on 1 June 2019: passed A Aim on 1 June 2019. It was then "
            "called "
            "Uno."
        ),
    ]


def test_a_grace_that_was_used_and_one_that_was_not(rich: Programme) -> None:
    grace = (
        "2019-02-02 grace: Grace period began: 1 February 2019 was its last day, and its grace "
        "lasts through 2 May 2019."
    )
    assert lines(rich, "2019-06-01", "Two", *TWO) == [
        TWO_EARNED,
        grace,
        "2019-05-02 expired: Expired: its grace ended on 2 May 2019.",
    ]
    assert lines(rich, "2019-06-01", "Two", *TWO, "course K1 on 2019-04-01") == [
        TWO_EARNED,
        grace,
        (
            "2019-04-01 renewed: Renewed on 1 April 2019: completed the course K1 Knots on 1 April "
            "2019."
        ),
    ]


def test_decisions_of_staff_with_their_reasons(rich: Programme) -> None:
    assert lines(
        rich,
        "2018-01-01",
        "One",
        "grant One on 2016-01-01: Lost paper.",
        "suspend One on 2016-02-01: A case",
        "reinstate One on 2016-03-01: Closed",
        "reinstate One on 2016-03-02: Nothing to lift",
        "extend One on 2016-04-01 to 2021-01-31: Illness",
        "revoke all on 2017-01-01: Fraud",
        "revoke Two on 2017-02-01: Not about this one",
        "suspend One on 2018-02-01: Not yet",
    ) == [
        "2016-01-01 granted: Manually granted certification: Lost paper. It was then called Uno.",
        "2016-02-01 suspended: Suspended by staff: A case.",
        "2016-03-01 reinstated: Reinstated by staff: Closed.",
        "2016-04-01 prolonged: Extended by staff on 1 April 2016 to 31 January 2021: Illness.",
        "2017-01-01 revoked: Revoked by staff: Fraud.",
    ]


def test_names_and_versions(rich: Programme) -> None:
    assert lines(rich, "2024-06-01", "One", "pass A on 2022-06-01") == [
        (
            "2022-06-01 earned: Earned on 1 June 2022: passed A Aim on 1 June 2022. It was then "
            "called "
            "Uno."
        ),
        "2023-01-01 renamed: Renamed from Uno to One.",
        (
            "2024-01-01 lengthened: Lengthened on 1 January 2024 to 1 June 2027 by the rules of "
            "that "
            "day."
        ),
    ]


def test_a_successor(rich: Programme) -> None:
    assert lines(rich, "2023-07-01", "Old", "pass E on 2022-01-01")[1:] == [
        "2023-06-01 replaced: Replaced by Heir, with the same dates."
    ]
    assert lines(rich, "2023-07-01", "Heir", "pass E on 2022-01-01") == [
        "2023-06-01 migrated: Taken over from Old on 1 June 2023, with the same dates."
    ]


def test_an_override_of_what_had_run_out(rich: Programme) -> None:
    assert lines(rich, "2022-01-01", "One", "pass A on 2018-03-15") == [
        (
            "2018-03-15 earned: Earned on 15 March 2018: passed A Aim on 15 March 2018. It was "
            "then "
            "called Uno."
        ),
        "2021-04-01 overridden: Last day moved to 15 September 2021: The flood of 2021.",
        "2021-09-15 expired: Expired: 15 September 2021 was its last day.",
    ]


def test_emeritus_follows_without_a_gap_and_ends(rich: Programme) -> None:
    assert lines(rich, "2020-06-01", "Two", *TWO, "fee yearly on 2019-01-15") == [
        TWO_EARNED,
        (
            "2019-02-02 emeritus: Emeritus from 2 February 2019 on: paid the Yearly fee on 15 "
            "January "
            "2019."
        ),
        "2020-02-01 expired: Emeritus ended: 1 February 2020 was its last day.",
    ]


def test_a_cycle_that_is_met_ahead(rich: Programme) -> None:
    facts = (
        "pass D on 2020-01-01", "agreement secrecy V2 on 2020-01-01", ("approval board on "
        "2020-02-01"),
        "5 credits on 2020-06-01", "5 credits on 2021-06-01", "10 credits on 2022-06-01",
    )  # fmt: skip
    met = lines(rich, "2022-06-01", "Cycle", *facts)[1]
    assert met.startswith("2022-06-01 renewed: Renewed on 1 June 2022: earned 20 credits with 3 ")
    assert met.endswith("The new term begins on 2 February 2023.")
    assert len(lines(rich, "2023-03-01", "Cycle", *facts)) == 2
