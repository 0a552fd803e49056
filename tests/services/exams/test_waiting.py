"""A result for somebody not yet known waits, visibly, and is taken up when they appear."""

import asyncio

import pytest
from pydantic_core import to_json
from sqlalchemy import insert

from services.exams.domain.items import ResultItem
from services.exams.handlers.intake import RESULTS, Entry, Source, take_in
from services.exams.handlers.linking import make_known
from services.exams.jobs import look_again
from services.exams.models import Candidate
from shared.events import CandidateUpdated, ExamFailed, ExamPassed
from tests.services.exams.conftest import Desk, known, registration, result


def entry(number: str = "1", **changes: object) -> Entry[ResultItem]:
    item = ResultItem.model_validate_json(to_json(result(number, **changes)))
    return Entry(0, item, Source(vendor="vue", programmes=frozenset({"cisco"})))


async def test_a_result_waits_and_staff_see_why(desk: Desk) -> None:
    await desk.accepted(
        "/results",
        {
            "results": [
                result("1", last_name="Roe"),
                result("2", candidate_id=..., testing_id="T9", programme="cisco"),
            ]
        },
    )
    page = await desk.get("/waiting?programme=cisco")
    first, second = sorted(page["items"], key=lambda item: str(item["registration_number"]))
    assert (first["candidate_id"], first["last_name"]) == ("CSCO10000001", "Roe")
    assert first["reason"] == "candidate CSCO10000001 is not known"
    assert second["reason"] == "testing id T9 belongs to no one candidate"
    assert page["next"] is None
    await desk.settled()
    assert desk.told() == []
    assert (await desk.get("/waiting", desk.staff(programmes=["juniper"])))["items"] == []


async def test_a_result_that_waits_is_linked_when_it_is_stated_again_with_its_candidate(
    desk: Desk,
) -> None:
    await desk.hear(known())
    unnamed = result("1", candidate_id=..., testing_id="T7")
    assert (await desk.accepted("/results", unnamed))["items"][0]["state"] == "waiting"
    again = [unnamed, result("1"), result("1"), result("2", candidate_id="CSCO10000002")]
    said = await desk.accepted("/results", {"results": again})
    states = [(item["outcome"], item["state"]) for item in said["items"]]
    assert states == [("duplicate", "recorded")] * 3 + [("accepted", "waiting")]
    # One that names a candidate who is not known yet is taken up when that appears.
    third = result("3", candidate_id=..., testing_id="T7")
    for one in (third, result("3", candidate_id="CSCO10000002")):
        assert (await desk.accepted("/results", one))["items"][0]["state"] == "waiting"
    await desk.hear(known("CSCO10000002"))
    await desk.settled()
    passes = [(one.registration_number, one.candidate_id) for one in desk.told(ExamPassed)]
    assert sorted(passes) == [
        ("1", "CSCO10000001"),
        ("2", "CSCO10000002"),
        ("3", "CSCO10000002"),
    ]
    assert (await desk.get("/waiting"))["items"] == []


async def test_waiting_results_are_paged(desk: Desk) -> None:
    await desk.accepted("/results", {"results": [result(str(number)) for number in range(7)]})
    seen, cursor = [], ""
    while True:
        page = await desk.get(f"/waiting?limit=3{cursor}")
        seen += [item["registration_number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == [str(number) for number in range(7)]
    answer = await desk.client.get("/waiting?cursor=nonsense", headers=desk.staff())
    assert answer.status_code == 422


async def test_waiting_results_are_taken_up_once(desk: Desk) -> None:
    await desk.accepted(
        "/results",
        {
            "results": [
                result("1"),
                result("2", candidate_id=..., testing_id="T1", grade="fail"),
                result("3", candidate_id="CSCO10000002"),
            ]
        },
    )
    await desk.hear(known("CSCO10000001", "T1"), known("CSCO10000001", "T1"))
    await desk.hear(known("CSCO10000001", "T1", version=2, kind=CandidateUpdated))
    await look_again(desk.here)
    await desk.settled()
    (passed,) = desk.told(ExamPassed)
    (failed,) = desk.told(ExamFailed)
    assert (passed.registration_number, failed.registration_number) == ("1", "2")
    assert {passed.candidate_id, failed.candidate_id} == {"CSCO10000001"}
    page = await desk.get("/waiting")
    assert [item["registration_number"] for item in page["items"]] == ["3"]
    assert (await desk.accepted("/results", result("1")))["items"][0]["state"] == "recorded"


async def test_an_older_word_on_a_candidate_changes_nothing(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T2", version=2, kind=CandidateUpdated))
    await desk.hear(known("CSCO10000001", "T1", version=1))
    old = result("1", candidate_id=..., testing_id="T1")
    new = result("2", candidate_id=..., testing_id="T2")
    said = await desk.accepted("/results", {"results": [old, new]})
    assert [item["state"] for item in said["items"]] == ["waiting", "recorded"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
async def test_a_testing_id_that_moves_ends_with_its_new_owner_in_any_order(
    desk: Desk, order: tuple[int, ...]
) -> None:
    events = [
        known("CSCO10000001", "T1", version=1),
        known("CSCO10000001", version=2, kind=CandidateUpdated),
        known("CSCO10000002", "T1", version=2, kind=CandidateUpdated),
    ]
    await desk.hear(*(events[place] for place in order))
    await desk.accepted("/results", result("1", candidate_id=..., testing_id="T1"))
    await desk.settled()
    (passed,) = desk.told(ExamPassed)
    assert passed.candidate_id == "CSCO10000002"


async def test_while_two_claim_a_testing_id_its_results_wait(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"), known("CSCO10000002", "T1"))
    await desk.accepted("/results", result("1", candidate_id=..., testing_id="T1"))
    assert len((await desk.get("/waiting"))["items"]) == 1
    await desk.hear(known("CSCO10000001", version=2, kind=CandidateUpdated))
    await desk.settled()
    (passed,) = desk.told(ExamPassed)
    assert passed.candidate_id == "CSCO10000002"


async def test_the_candidate_arrives_while_the_result_is_being_written(desk: Desk) -> None:
    async with desk.here.database.transaction() as session:
        await take_in(session, RESULTS, [entry()])
        hearing = asyncio.create_task(desk.hear(known()))
        await asyncio.sleep(0.2)
    await hearing
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 1


async def test_the_result_arrives_while_the_candidate_is_being_written(desk: Desk) -> None:
    async with desk.here.database.transaction() as session:
        await make_known(session, [known("CSCO10000001", "T1")])
        by_testing_id = result("1", candidate_id=..., testing_id="T1")
        posting = asyncio.create_task(desk.accepted("/results", by_testing_id))
        await asyncio.sleep(0.2)
    assert (await posting)["items"][0]["state"] == "recorded"
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 1


async def test_a_crowd_of_results_and_candidates_at_once_leaves_nobody_waiting(desk: Desk) -> None:
    people = [f"CSCO{number:08d}" for number in range(60)]

    async def post(number: int, person: str) -> None:
        for repeat in range(2):
            await desk.accepted("/results", result(f"{number}-{repeat}", candidate_id=person))

    await asyncio.gather(
        *(post(number, person) for number, person in enumerate(people)),
        *(desk.hear(known(person, f"T{person}")) for person in people),
    )
    assert (await desk.get("/waiting"))["items"] == []
    await desk.settled()
    told = [event.registration_number for event in desk.told(ExamPassed)]
    assert len(told) == len(set(told)) == 120


async def test_the_job_takes_up_what_was_left(desk: Desk) -> None:
    await desk.accepted("/registrations", registration("9", candidate_id="CSCO10000001"))
    await desk.accepted("/results", result("1"))
    async with desk.here.database.transaction() as session:
        row = {"programme": "cisco", "candidate_id": "CSCO10000001", "version": 1}
        await session.execute(insert(Candidate).values(row))
    await look_again(desk.here)
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 1
    assert len((await desk.get("/history", desk.candidate()))["registrations"]) == 1
