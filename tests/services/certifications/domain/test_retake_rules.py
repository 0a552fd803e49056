"""When Cisco's and Juniper's exams may be taken again, with days computed by hand."""

from datetime import date

import pytest

from services.certifications.domain.facts import ExamFail, ExamPass, Fact
from services.certifications.domain.retakes import Eligibility, next_eligible
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day


def attempts(*rows: str) -> list[Fact]:
    """Facts from rows such as "fail 200-301 2026-01-10"."""
    found: list[Fact] = []
    for at, row in enumerate(rows):
        result, exam, on = row.split()
        made = ExamPass if result == "pass" else ExamFail
        found.append(made(f"registration-{at}", exam, day(on)))
    return found


def ask(programme: Programme, on: str, exam: str, *rows: str) -> Eligibility:
    return next_eligible(programme, attempts(*rows), exam, day(on))


def eligible(programme: Programme, on: str, exam: str, *rows: str) -> date | None:
    return ask(programme, on, exam, *rows).eligible_on


@pytest.mark.parametrize(
    ("on", "exam", "rows", "expected"),
    [
        pytest.param(
            "2026-01-10", "200-301", ["fail 200-301 2026-01-10"], "2026-01-16", id="five days"
        ),
        pytest.param(
            "2026-01-10",
            "200-301",
            ["pass 200-301 2026-01-10"],
            "2026-07-10",
            id="a hundred and eighty days after a pass",
        ),
        pytest.param(
            "2026-01-10",
            "200-901",
            ["pass 200-301 2026-01-10"],
            "2026-01-10",
            id="another exam at once",
        ),
        pytest.param(
            "2026-01-10",
            "400-007",
            ["fail 400-007 2026-01-10"],
            "2026-01-26",
            id="fifteen days for an expert written exam",
        ),
        pytest.param(
            "2014-08-01",
            "400-007",
            ["fail 400-007 2014-08-01"],
            "2014-08-07",
            id="five until 2014-08-01",
        ),
        pytest.param(
            "2014-08-02",
            "400-007",
            ["fail 400-007 2014-08-02"],
            "2014-08-18",
            id="fifteen from 2014-08-02",
        ),
        pytest.param(
            "2026-05-10",
            "400-007",
            [
                "fail 400-007 2026-01-10",
                "fail 400-007 2026-02-10",
                "fail 400-007 2026-03-10",
                "fail 400-007 2026-04-10",
            ],
            "2027-01-10",
            id="four attempts in twelve months",
        ),
        pytest.param(
            "2026-05-10",
            "200-301",
            [
                "fail 200-301 2026-01-10",
                "fail 200-301 2026-02-10",
                "fail 200-301 2026-03-10",
                "fail 200-301 2026-05-10",
            ],
            "2026-05-16",
            id="of other exams as many as one likes",
        ),
    ],
)
def test_ciscos_written_exams(
    cisco: Programme, on: str, exam: str, rows: list[str], expected: str
) -> None:
    assert eligible(cisco, on, exam, *rows) == day(expected)


SECOND_LAB = ["fail CCIE-RS-LAB 2014-08-10", "fail CCIE-RS-LAB 2014-12-20"]


@pytest.mark.parametrize(
    ("scheduling", "rows", "expected"),
    [
        pytest.param("2014-08-20", SECOND_LAB[:1], "2014-09-10", id="thirty days for the first"),
        pytest.param("2014-12-31", SECOND_LAB, "2015-03-21", id="ninety for the second"),
        pytest.param("2015-01-01", SECOND_LAB, "2015-01-20", id="waived to thirty in 2015"),
        pytest.param("2015-02-01", SECOND_LAB, "2015-02-01", id="which are over by then"),
    ],
)
def test_the_day_of_scheduling_a_lab_chooses_the_rule(
    cisco: Programme, scheduling: str, rows: list[str], expected: str
) -> None:
    assert eligible(cisco, scheduling, "CCIE-RS-LAB", *rows) == day(expected)


def test_today_a_lab_waits_thirty_days_whatever_the_attempt(cisco: Programme) -> None:
    rows = [f"fail CCIE-EI-LAB 2025-{month:02}-01" for month in (1, 4, 7, 10)]
    assert eligible(cisco, "2025-10-01", "CCIE-EI-LAB", *rows) == day("2025-11-01")


@pytest.mark.parametrize(
    ("on", "rows", "expected"),
    [
        pytest.param("2026-01-10", ["fail JN0-650 2026-01-10"], "2026-01-10", id="the second try"),
        pytest.param(
            "2026-01-12",
            ["fail JN0-650 2026-01-10", "fail JN0-650 2026-01-12"],
            "2026-01-27",
            id="fourteen days for the third",
        ),
        pytest.param("2026-01-10", ["pass JN0-650 2026-01-10"], "2027-07-11", id="eighteen months"),
        pytest.param(
            "2026-03-01",
            [
                "fail JN0-650 2024-01-10",
                "fail JN0-650 2024-01-12",
                "pass JN0-650 2024-02-10",
                "fail JN0-650 2026-03-01",
            ],
            "2026-03-16",
            id="a pass does not start the count anew",
        ),
    ],
)
def test_junipers_written_exams(
    juniper: Programme, on: str, rows: list[str], expected: str
) -> None:
    assert eligible(juniper, on, "JN0-650", *rows) == day(expected)


def test_a_second_fail_shortly_before_the_end_is_warned_of(juniper: Programme) -> None:
    found = ask(
        juniper,
        "2026-08-10",
        "JN0-650",
        "pass JN0-105 2023-06-20",
        "pass JN0-351 2023-07-20",
        "pass JN0-650 2023-08-20",
        "fail JN0-650 2026-08-01",
        "fail JN0-650 2026-08-10",
    )
    assert found.eligible_on == day("2026-08-25")
    assert "JNCIP-ENT" in found.warns
