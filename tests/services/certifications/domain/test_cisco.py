"""Cisco's rules with dates computed by hand."""

import pytest

from services.certifications.domain import AssignedNumber, ExamPass, evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, passed, terms

LATER = day("2040-01-01")


def test_the_guides_ccna(cisco: Programme) -> None:
    state = evaluate(cisco, passed("200-301 2021-04-01"), day("2021-04-01"))
    ccna = state["CCNA"]
    assert (ccna.status, ccna.number) == ("active", None)
    assert ccna.started_on == ccna.active_on == day("2021-04-01")
    assert ccna.expires_on == day("2024-04-01")
    assert state.numbers_needed == frozenset()


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2021-03-31", "not_earned"),
        ("2021-04-01", "active"),
        ("2024-04-01", "active"),
        ("2024-04-02", "expired"),
    ],
)
def test_valid_through_the_whole_expiry_date(cisco: Programme, as_of: str, status: str) -> None:
    assert evaluate(cisco, passed("200-301 2021-04-01"), day(as_of))["CCNA"].status == status


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            ["200-301 2021-04-01", "200-301 2024-04-01"],
            ["earned 2021-04-01 2024-04-01", "renewed 2024-04-01 2027-04-01"],
            id="on the expiry date",
        ),
        pytest.param(
            ["200-301 2021-04-01", "200-301 2024-04-02"],
            ["earned 2021-04-01 2024-04-01", "earned 2024-04-02 2027-04-02"],
            id="the day after it is earned again",
        ),
        pytest.param(
            ["200-301 2021-04-01", "300-410 2024-04-02"],
            ["earned 2021-04-01 2024-04-01"],
            id="the day after, by an exam that only renews",
        ),
        pytest.param(
            ["200-301 2021-04-01", "200-901 2022-01-31"],
            ["earned 2021-04-01 2024-04-01", "renewed 2022-01-31 2025-01-31"],
            id="early, so that the unused time is lost",
        ),
        pytest.param(
            ["200-301 2021-04-01", "400-007 2023-01-01"],
            ["earned 2021-04-01 2024-04-01", "renewed 2023-01-01 2026-01-01"],
            id="by an expert written exam",
        ),
        pytest.param(
            ["200-301 2021-04-01", "350-001 2023-01-01"],
            ["earned 2021-04-01 2024-04-01"],
            id="not by an exam from before 2020",
        ),
        pytest.param(
            ["200-301 2021-04-01", "200-901 2021-04-01"],
            ["earned 2021-04-01 2024-04-01"],
            id="not by what was passed the day it began",
        ),
        pytest.param(
            ["200-301 2024-02-29"],
            ["earned 2024-02-29 2027-02-28"],
            id="29 February becomes 28 February",
        ),
        pytest.param(
            ["200-301 2024-02-29", "200-901 2027-02-28"],
            ["earned 2024-02-29 2027-02-28", "renewed 2027-02-28 2030-02-28"],
            id="and the renewal keeps the 28th",
        ),
        pytest.param(
            ["200-301 2020-02-23"],
            ["earned 2020-02-24 2023-02-24"],
            id="a pass from before the first policy is looked at on its first day",
        ),
        pytest.param(["200-301 2017-02-23"], [], id="if it is still valid then"),
        pytest.param(
            ["200-301 2020-02-24"], ["earned 2020-02-24 2023-02-24"], id="its first day counts"
        ),
        pytest.param(["999-999 2021-04-01"], [], id="an exam nobody knows earns nothing"),
    ],
)
def test_ccna(cisco: Programme, rows: list[str], expected: list[str]) -> None:
    assert terms(evaluate(cisco, passed(*rows), LATER), "CCNA") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(["350-401 2021-01-10"], [], id="core alone"),
        pytest.param(["300-410 2021-01-10", "300-415 2021-02-10"], [], id="concentrations alone"),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2022-06-01"],
            ["earned 2022-06-01 2025-06-01"],
            id="core first",
        ),
        pytest.param(
            ["300-410 2021-01-10", "350-401 2022-06-01"],
            ["earned 2022-06-01 2025-06-01"],
            id="concentration first",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2024-01-10"],
            ["earned 2024-01-10 2027-01-10"],
            id="on the core's last day",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2024-01-11"], [], id="the core died one day before"
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2024-01-11", "350-401 2024-03-01"],
            ["earned 2024-03-01 2027-03-01"],
            id="the core again",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-425 2021-02-01"],
            ["earned 2021-02-01 2024-02-01"],
            id="a concentration that has since retired",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2021-02-01", "350-401 2023-05-05"],
            ["earned 2021-02-01 2024-02-01", "renewed 2023-05-05 2026-05-05"],
            id="renewed by the core",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2021-02-01", "300-415 2022-01-01"],
            ["earned 2021-02-01 2024-02-01"],
            id="one concentration does not renew",
        ),
        pytest.param(
            [
                "350-401 2021-01-10",
                "300-410 2021-02-01",
                "300-415 2022-01-01",
                "300-420 2023-01-01",
            ],
            ["earned 2021-02-01 2024-02-01", "renewed 2023-01-01 2026-01-01"],
            id="two different concentrations do",
        ),
        pytest.param(
            [
                "350-401 2021-01-10",
                "300-410 2021-02-01",
                "300-415 2022-01-01",
                "300-415 2023-01-01",
            ],
            ["earned 2021-02-01 2024-02-01"],
            id="the same one twice does not",
        ),
        pytest.param(
            [
                "350-401 2021-01-10",
                "300-410 2021-02-01",
                "300-415 2022-01-01",
                "350-401 2022-02-01",
                "300-420 2023-01-01",
            ],
            ["earned 2021-02-01 2024-02-01", "renewed 2022-02-01 2025-02-01"],
            id="a concentration from before the present term has done its work",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2021-02-01", "200-301 2022-01-01"],
            ["earned 2021-02-01 2024-02-01"],
            id="an associate exam does not renew",
        ),
        pytest.param(
            ["350-401 2021-01-10", "300-410 2021-01-10"],
            ["earned 2021-01-10 2024-01-10"],
            id="both on one day",
        ),
    ],
)
def test_ccnp_enterprise(cisco: Programme, rows: list[str], expected: list[str]) -> None:
    assert terms(evaluate(cisco, passed(*rows), LATER), "CCNP-Enterprise") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(["CCIE-EI-LAB 2021-03-01"], [], id="the lab alone"),
        pytest.param(
            ["350-401 2021-03-01", "CCIE-EI-LAB 2024-03-01"],
            ["earned 2024-03-01 2027-03-01"],
            id="the core valid on lab day, its last",
        ),
        pytest.param(
            ["350-401 2021-03-01", "CCIE-EI-LAB 2024-03-02"], [], id="the core died before the lab"
        ),
        pytest.param(
            ["CCIE-EI-LAB 2021-03-01", "350-401 2021-03-02"], [], id="a core after the lab is late"
        ),
        pytest.param(
            ["CCIE-EI-LAB 2021-03-01", "350-401 2021-03-02", "CCIE-EI-LAB 2022-01-01"],
            ["earned 2022-01-01 2025-01-01"],
            id="until the lab is passed again",
        ),
        pytest.param(
            ["350-401 2021-03-01", "CCIE-EI-LAB 2021-03-01"],
            ["earned 2021-03-01 2024-03-01"],
            id="both on one day",
        ),
        pytest.param(
            ["350-401 2021-03-01", "CCIE-EI-LAB 2022-01-01", "400-007 2023-01-01"],
            ["earned 2022-01-01 2025-01-01", "renewed 2023-01-01 2026-01-01"],
            id="renewed by the CCDE written exam",
        ),
        pytest.param(
            [
                "350-401 2021-03-01",
                "CCIE-EI-LAB 2022-01-01",
                "300-410 2022-02-01",
                "300-415 2022-03-01",
                "300-420 2022-04-01",
            ],
            ["earned 2022-01-01 2025-01-01", "renewed 2022-04-01 2025-04-01"],
            id="by three different concentrations",
        ),
        pytest.param(
            [
                "350-401 2021-03-01",
                "CCIE-EI-LAB 2022-01-01",
                "300-410 2022-02-01",
                "350-401 2024-05-05",
            ],
            ["earned 2022-01-01 2025-01-01", "renewed 2024-05-05 2027-05-05"],
            id="by a core and a concentration",
        ),
        pytest.param(
            ["350-401 2021-03-01", "CCIE-EI-LAB 2022-01-01", "350-401 2024-05-05"],
            ["earned 2022-01-01 2025-01-01"],
            id="not by the core alone",
        ),
    ],
)
def test_ccie_enterprise_infrastructure(
    cisco: Programme, rows: list[str], expected: list[str]
) -> None:
    state = evaluate(cisco, passed(*rows), LATER)
    assert terms(state, "CCIE-EnterpriseInfrastructure") == expected


def test_every_core_and_concentration_awards_a_specialist(cisco: Programme) -> None:
    exams = [
        exam
        for exam in cisco.exams.values()
        if exam.exam_class in ("technology_core_exam", "professional_concentration_exam")
    ]
    assert len(exams) == 43
    for exam in exams:
        on = exam.earned_from or day("2021-01-10")
        state = evaluate(cisco, [ExamPass("one", exam.code, on)], on)
        (standing,) = state.standings.values()
        assert cisco.certifications[standing.certification].level == "specialist"
        assert standing.expires_on == on.replace(year=on.year + 3)


def test_a_renewal_extends_that_level_and_below(cisco: Programme) -> None:
    facts = passed(
        "200-301 2020-04-01",  # CCNA to 2023-04-01
        "350-401 2021-01-10",  # Enterprise Core; CCNA to 2024-01-10
        "300-410 2021-02-01",  # CCNP; everything below to 2024-02-01
        "CCIE-EI-LAB 2021-06-01",  # CCIE; an expert lab renews all the others by itself
        "300-415 2022-01-01",  # renews associate and specialist, not CCNP, not CCIE
        "350-401 2022-05-01",  # CCNP by the core, and CCIE by core and concentration
        "300-420 2023-01-01",  # one concentration: not enough for CCNP
        "350-401 2023-03-01",  # CCIE again by core and concentration; CCNP by the core
        "300-410 2024-01-01",
        "300-415 2024-02-01",  # CCNP by two concentrations; CCIE has two of three
        "300-420 2024-03-01",  # CCIE by three, which carries CCNP along
    )
    state = evaluate(cisco, facts, LATER)
    assert terms(state, "CCNP-Enterprise") == [
        "earned 2021-02-01 2024-02-01",
        "renewed 2021-06-01 2024-06-01",
        "renewed 2022-05-01 2025-05-01",
        "renewed 2023-03-01 2026-03-01",
        "renewed 2024-02-01 2027-02-01",
        "extended 2024-03-01 2027-03-01",
    ]
    assert terms(state, "CCIE-EnterpriseInfrastructure") == [
        "earned 2021-06-01 2024-06-01",
        "renewed 2022-05-01 2025-05-01",
        "renewed 2023-03-01 2026-03-01",
        "renewed 2024-03-01 2027-03-01",
    ]
    last = state["CCNP-Enterprise"].cycles[-1]
    assert last.extended_by == "CCIE-EnterpriseInfrastructure"
    assert {cause.exam for cause in last.causes if isinstance(cause, ExamPass)} == {
        "300-410",
        "300-415",
        "300-420",
    }
    assert terms(state, "CCNA")[-1] == "renewed 2024-03-01 2027-03-01"


def test_an_expired_certification_is_not_extended(cisco: Programme) -> None:
    facts = passed("200-301 2020-04-01", "350-401 2023-04-02", "300-410 2023-05-01")
    state = evaluate(cisco, facts, LATER)
    assert terms(state, "CCNA") == ["earned 2020-04-01 2023-04-01"]
    assert terms(state, "CCNP-Enterprise") == ["earned 2023-05-01 2026-05-01"]


CCIE = passed("350-401 2021-03-01", "CCIE-EI-LAB 2021-06-01")


def test_a_ccie_needs_a_number_until_one_is_assigned(cisco: Programme) -> None:
    without = evaluate(cisco, CCIE, day("2021-06-01"))
    assert without.numbers_needed == {"ccie"}
    assert without["CCIE-EnterpriseInfrastructure"].number is None

    numbered = evaluate(cisco, [*CCIE, AssignedNumber("ccie", 1024)], day("2021-06-01"))
    assert numbered.numbers_needed == frozenset()
    assert numbered["CCIE-EnterpriseInfrastructure"].number == "1024"
    assert numbered["Specialist-ENCOR"].number is None


def test_the_number_is_kept_when_the_certification_expires_and_returns(cisco: Programme) -> None:
    facts = [
        *CCIE,
        AssignedNumber("ccie", 1030),
        ExamPass("again", "350-401", day("2030-01-01")),
        ExamPass("lab again", "CCIE-EI-LAB", day("2030-02-01")),
    ]
    expired = evaluate(cisco, facts, day("2026-01-01"))["CCIE-EnterpriseInfrastructure"]
    assert (expired.status, expired.number) == ("expired", "1030")
    back = evaluate(cisco, facts, day("2030-02-01"))["CCIE-EnterpriseInfrastructure"]
    assert (back.status, back.number) == ("active", "1030")
    assert back.started_on == day("2030-02-01")
    assert [cycle.ordinal for cycle in back.cycles] == [1, 2]


def test_of_two_numbers_the_older_is_the_persons(cisco: Programme) -> None:
    facts = [*CCIE, AssignedNumber("ccie", 1044), AssignedNumber("ccie", 1031)]
    state = evaluate(cisco, facts, LATER)
    assert state["CCIE-EnterpriseInfrastructure"].number == "1031"


# The ten rows of the user guide's testing history, with the expiry it prints beside each pass.
HISTORY = [
    ("219142598", "350-001", "2007-02-21", "2010-02-21"),
    ("UniqueRegNum_1000815", "350-001", "2006-06-26", "2009-06-26"),
    ("n7dnt508", "350-001", "2006-06-20", None),  # the one fail, which never becomes a fact here
    ("UniqueRegNum_1000809", "350-018", "2006-01-01", "2009-01-01"),
    ("UniqueRegNum_1000515", "350-022", "2004-01-05", "2007-01-05"),
    ("UniqueRegNum_1003206", "350-018", "2002-06-01", "2005-06-01"),
    ("UniqueRegNum_1025076", "350-001", "2002-05-23", "2005-05-23"),
    ("UniqueRegNum_1030695", "350-001", "2002-05-23", "2005-05-23"),
    ("UniqueRegNum_1036453", "350-002", "1999-03-25", "2002-03-25"),
    ("UniqueRegNum_1011693", "350-001", "1995-10-04", "1998-10-04"),
]


def test_the_guides_history_earns_nothing_today_and_keeps_its_expiries(cisco: Programme) -> None:
    facts: list[ExamPass] = []
    for registration, exam, on, expires in HISTORY:
        if expires is not None:
            facts.append(ExamPass(registration, exam, day(on)))
            assert cisco.exams[exam].pass_expires_on(day(on)) == day(expires)
        assert cisco.exams[exam].retired
    for as_of in ("1996-01-01", "2007-03-01", "2020-02-24", "2026-11-22"):
        assert evaluate(cisco, facts, day(as_of)).standings == {}
