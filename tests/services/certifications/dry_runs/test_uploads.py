"""Files that somebody sends: whatever is in them, it is refused with its place or tried."""

from typing import Any

import pytest

from tests.services.certifications.desk import Desk
from tests.services.certifications.dry_runs.asking import (
    RUNS,
    TODAY,
    begin,
)
from tests.services.certifications.harbour import (
    CERTIFICATIONS,
    EXAMS,
    PROGRAMME,
    staff,
)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"rules.yaml": "a: 1"}, "'rules.yaml' is no file of a programme; expected one of"),
        ({"../harbour/exams.yaml": EXAMS}, "'../harbour/exams.yaml' is no file of a programme"),
        ({"/etc/passwd": "x"}, "'/etc/passwd' is no file of a programme"),
        ({"..\\exams.yaml": EXAMS}, "is no file of a programme"),
        ({"exams.yaml": "a: &x [*x]"}, "holds itself"),
        ({"exams.yaml": "a: " + "[" * 500}, "is nested more than 60 levels deep"),
        ({"exams.yaml": "a: [1"}, "is not YAML"),
        ({"exams.yaml": "- 1"}, "expected fields (name: value)"),
        ({"exams.yaml": ""}, "is missing"),
        ({"exams.yaml": None}, "this file is missing"),
        ({"kits.yaml": "x: \x00"}, "is not YAML"),
        ({"kits.yaml": "!!python/object/apply:os.system ['true']"}, "expected"),
        ({"exams.yaml": "# " + "x" * 1_000_000}, "has 1,000,002 bytes; a file may have 1,000,000"),
        (
            {"programme.yaml": PROGRAMME.replace("id: harbour\n", "id: elsewhere\n")},
            "expected 'harbour', the name of the folder",
        ),
    ],
)
async def test_what_is_no_programme_is_refused(
    plain: Desk, files: dict[str, str | None], message: str
) -> None:
    answer = await begin(plain, files=files)
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert problem["type"].endswith("/problems/unusable-programme")
    assert message in problem["errors"][0]["message"]
    assert (await plain.get(RUNS, staff(plain)))["items"] == []


async def test_every_mistake_is_named_with_its_file_and_line(plain: Desk) -> None:
    certifications = CERTIFICATIONS.replace("exam: NAV", "exam: SAIL").replace(
        "active: MATE", "active: MAID"
    )
    answer = await begin(plain, files={"certifications.yaml": certifications})
    problem = answer.json()
    first, second = problem["faults"]
    line = certifications.splitlines().index("    requires: {exam: SAIL}") + 1
    assert (first["file"], first["line"]) == ("certifications.yaml", line)
    assert first["field"] == "certifications[0].requires.exam"
    assert "unknown exam 'SAIL'" in first["message"]
    assert "unknown certification 'MAID'" in second["message"]
    assert problem["errors"][0]["field"] == "certifications.yaml: certifications[0].requires.exam"
    assert "There are 2 mistakes in the files" in problem["detail"]


async def test_a_bomb_of_aliases_costs_nothing(plain: Desk) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30))
    answer = await begin(plain, files={"exams.yaml": f"l0: &l0 [x]\n{levels}"})
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert fault["line"] == 6
    assert "more than 50,000 values when its aliases (*) are written out" in fault["message"]


async def test_aliases_do_not_hide_how_deep_a_text_goes(desk: Desk) -> None:
    levels = "\n".join(f"l{n}: &l{n} [*l{n - 1}]" for n in range(1, 90))
    answer = await begin(desk, files={"exams.yaml": f"l0: &l0 [x]\n{levels}"})
    assert answer.status_code == 422
    assert "is nested more than 60 levels deep" in answer.json()["faults"][0]["message"]


async def test_what_is_served_with_aliases_can_be_tried(desk: Desk) -> None:
    text = CERTIFICATIONS.replace("validity: 4 years", "validity: &term 4 years")
    text = text.replace("validity: 3 years", "validity: *term")
    assert "*term" in text
    answer = await begin(desk, files={"certifications.yaml": text})
    assert answer.status_code == 202, answer.json()


async def test_a_body_is_no_larger_than_any_other(plain: Desk) -> None:
    answer = await begin(plain, files={"exams.yaml": "x" * 3_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        {"files": {}},
        {"files": {"exams.yaml": 1}},
        {"files": {"exams.yaml": EXAMS}, "as_of": "tomorrow"},
        {"files": {"exams.yaml": EXAMS}, "as_of": "9999-01-01"},
        {"files": {"exams.yaml": EXAMS}, "asof": TODAY},
        {},
    ],
)
async def test_a_request_that_is_not_right_is_refused(plain: Desk, body: dict[str, Any]) -> None:
    answer = await plain.client.post(RUNS, json=body, headers=staff(plain))
    assert answer.status_code == 422
    assert answer.json()["errors"]
