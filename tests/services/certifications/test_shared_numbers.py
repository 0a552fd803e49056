"""Two vendors give one candidate the same registration number: two results, each by itself."""

from typing import Any
from uuid import UUID

import pytest

from services.certifications.domain.facts import ExamPass, ExamSetAside, Voided
from services.certifications.fact_ids import facts_in
from services.certifications.facts import Written, exam_data, written
from shared.events import ExamPassed
from tests.services.certifications.acting import ACTIONS, BOTH, WHOSE, WHY, act, ccna, kinds, undo
from tests.services.certifications.desk import NOW, Desk, passed, registered

NUMBER = "219142598"
FIRST, SECOND = (f"01930000-0000-7000-8000-00000000000{n}" for n in (1, 2))


def reported(exam: str, day: str, vendor: str, result_id: str) -> ExamPassed:
    one = passed(exam, day, result=NUMBER)
    return one.model_copy(update={"vendor": vendor, "result_id": UUID(result_id)})


ROUTING = reported("200-301", "2026-11-01", "vue", FIRST)
CORE = reported("350-401", "2026-11-10", "psi", SECOND)


def void(fact: str) -> dict[str, Any]:
    return {"action": "void", "fact": fact, "reason": WHY}


async def facts(desk: Desk) -> dict[str, bool]:
    """What of the timeline is a fact, by its id, and whether it is void."""
    items = (await desk.get(f"{WHOSE}/timeline", desk.staff()))["items"]
    return {one["fact_id"]: one["voided"] for one in items if one["kind"] == "fact"}


async def core(desk: Desk) -> Any:
    return await desk.get("/certifications/Specialist-ENCOR")


async def refused(desk: Desk, fact: str) -> str:
    answer = await desk.post(ACTIONS, void(fact), desk.staff(BOTH, ["cisco"]))
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "fact"
    said: str = fault["message"]
    return said


async def test_the_number_of_two_results_voids_neither_and_an_id_voids_one(desk: Desk) -> None:
    await desk.hear(registered(), ROUTING, CORE)
    state = await desk.state()
    assert await facts(desk) == {FIRST: False, SECOND: False}
    said = await refused(desk, NUMBER)
    assert said.startswith(f"2 results have the number '{NUMBER}': give the id of one: {FIRST} (")
    first, second = said.split("; ")
    assert first.endswith("(Passed 200-301 Cisco Certified Network Associate (CCNA), 2026-11-01)")
    assert second.startswith(f"{SECOND} (Passed 350-401 ")
    assert await desk.state() == state

    desk.told()
    done = await act(desk, void(FIRST))
    assert kinds(desk.told()) == ["Revoked", "StaffActionRecorded"]
    assert done["text"] == f"Made the fact {NUMBER} void"
    assert await facts(desk) == {FIRST: True, SECOND: False}
    assert (await ccna(desk))["status"] == "not_earned"
    held = await core(desk)
    assert held["status"] == "active"
    ids = {fact["id"] for one in held["explanation"] for fact in one["facts"]}
    assert ids == {SECOND}
    assert "void already" in await refused(desk, FIRST)

    await undo(desk, done)
    assert await facts(desk) == {FIRST: False, SECOND: False}
    assert await desk.state() == state


@pytest.mark.parametrize("said", [NUMBER, FIRST])
async def test_what_was_void_before_the_other_came_stays_the_only_one(
    desk: Desk, said: str
) -> None:
    await desk.hear(registered(), ROUTING)
    assert await facts(desk) == {NUMBER: False}
    await act(desk, void(said))
    assert await facts(desk) == {NUMBER: True}
    assert "void already" in await refused(desk, NUMBER)
    await desk.hear(CORE)
    assert await facts(desk) == {FIRST: True, SECOND: False}
    assert (await core(desk))["status"] == "active"
    assert (await ccna(desk))["status"] == "not_earned"


ROWS = [
    Written("exam", FIRST, ROUTING.exam_date, exam_data("200-301", NUMBER, "pass")),
    Written("exam", SECOND, CORE.exam_date, exam_data("350-401", NUMBER, "pass")),
]
EACH = [
    (ROUTING.exam_date, ExamPass(FIRST, "200-301", ROUTING.exam_date)),
    (CORE.exam_date, ExamPass(SECOND, "350-401", CORE.exam_date)),
]


def test_a_void_of_an_older_version_holds_for_every_result_of_the_number() -> None:
    row = written(Voided("v", NUMBER, WHY), NOW.date())
    both = [(NOW.date(), Voided("v", one, WHY)) for one in (FIRST, SECOND)]
    assert facts_in([*ROWS, row]) == [*EACH, *both]
    assert facts_in([row, *ROWS]) == [*both, *EACH]
    newer = row._replace(data={**row.data, "result": SECOND})
    assert facts_in([*ROWS, newer]) == [*EACH, both[1]]
    assert facts_in([newer]) == [(NOW.date(), Voided("v", NUMBER, WHY))]


def test_a_held_result_goes_by_its_own_id_beside_another_of_its_number() -> None:
    held = ROWS[1]._replace(data=exam_data("350-401", NUMBER, "pass", "held", WHY))
    aside = ExamSetAside(SECOND, "350-401", CORE.exam_date, "held", "pass", WHY)
    assert facts_in([ROWS[0], held]) == [EACH[0], (CORE.exam_date, aside)]
    void = written(Voided("v", NUMBER, WHY), NOW.date())
    void = void._replace(data={**void.data, "result": SECOND})
    assert facts_in([ROWS[0], held, void])[2] == (NOW.date(), Voided("v", SECOND, WHY))
