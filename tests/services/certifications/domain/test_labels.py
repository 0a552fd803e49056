"""The public wording of every status, with the days that belong to it; never with a reason."""

import pytest

from services.certifications.domain import evaluate
from services.certifications.domain.labels import standing_text, status_text
from services.certifications.domain.wording import between, counted, length, listed, ordinal
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told

ONE = "pass A on 2016-01-01"
TWO = (ONE, "pass B on 2016-02-01")


@pytest.mark.parametrize(
    ("on", "code", "facts", "text"),
    [
        ("2016-06-01", "One", [ONE], "Active through 1 January 2019"),
        ("2019-01-02", "One", [ONE], "Expired: its last day was 1 January 2019"),
        ("2016-06-01", "One", [], "Not earned"),
        (
            "2019-03-01",
            "Two",
            TWO,
            "In grace period through 2 May 2019; its last day was 1 February 2019",
        ),
        (
            "2019-03-01",
            "Two",
            [*TWO, "fee yearly on 2019-01-01"],
            "Emeritus through 1 February 2020",
        ),
        ("2016-06-01", "Life", TWO, "Active for a lifetime"),
        ("2016-06-01", "One", [ONE, "suspend One on 2016-05-01: x"], "Suspended since 1 May 2016"),
        ("2016-06-01", "One", [ONE, "revoke all on 2016-05-01: x"], "Revoked since 1 May 2016"),
        ("2023-07-01", "Old", ["pass E on 2022-01-01"], "Replaced by Heir on 1 June 2023"),
    ],
)
def test_every_status(rich: Programme, on: str, code: str, facts: list[str], text: str) -> None:
    standing = evaluate(rich, told(*facts), day(on))[code]
    assert standing_text(rich, standing) == text
    assert text.startswith(status_text(rich, standing))


def test_a_status_of_grace_may_be_called_suspended(cisco: Programme) -> None:
    facts = told("grant CCIE-Security on 2014-06-01 to 2018-04-01: a holding")
    standing = evaluate(cisco, facts, day("2018-06-01"))["CCIE-Security"]
    assert standing_text(cisco, standing) == (
        "Suspended through 1 April 2019; its last day was 1 April 2018"
    )


def test_lists_counts_and_ordinals() -> None:
    assert [listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [counted(n, "activity") for n in (1, 2)] == ["1 activity", "2 activities"]
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2023-11-27", "2024-04-01", "4 months and 5 days"),
        ("2024-01-31", "2024-02-29", "1 month"),
        ("2024-01-31", "2024-03-01", "1 month and 1 day"),
        ("2021-01-01", "2023-09-23", "2 years, 8 months and 22 days"),
        ("2024-02-29", "2025-02-28", "1 year"),
        ("2024-01-01", "2024-01-01", "0 days"),
    ],
)
def test_months_and_days_between_two_days(first: str, last: str, text: str) -> None:
    assert length(*between(day(first), day(last))) == text
