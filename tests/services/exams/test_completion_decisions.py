"""Decisions about completed courses, taken back and handed in again."""

import asyncio
from uuid import UUID

from shared.events import (
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
)
from tests.services.exams.completing import (
    FIELDS,
    a_file,
    decided,
    handed_in,
    person,
    reviewer,
    send,
    told,
)
from tests.services.exams.conftest import ANNA, BERT, Desk
from tests.services.exams.handed_in import pdf, picture


async def test_staff_see_the_queue_and_decide(hall: Desk) -> None:
    one = await handed_in(hall)
    two = await handed_in(hall, course="JEX")
    three = await handed_in(hall, who=BERT)
    queue = await hall.get("/completions?programme=juniper&state=submitted", reviewer(hall))
    assert [row["id"] for row in queue["items"]] == [one["id"], two["id"], three["id"]]
    assert {row["candidate_id"] for row in queue["items"]} == {ANNA, BERT}
    approved = await decided(hall, one, "approve", reason="  Well done ")
    assert approved.status_code == 200
    said = approved.json()
    assert (said["state"], said["decided_by"]) == ("approved", "staff@example.com")
    assert said["reason"] == "Well done"
    assert [step["by"] for step in said["steps"]] == [ANNA, "staff@example.com"]
    rejected = await decided(hall, two, "reject", reason="Not this course")
    returned = await decided(hall, three, "return", reason="Which day?\nPlease say.")
    assert (rejected.status_code, returned.status_code) == (200, 200)
    events = {type(event): event for event in await told(hall)}
    assert events[CourseCompletionApproved].completed_on.isoformat() == "2026-11-20"
    assert events[CourseCompletionApproved].version == 2
    rejection = events[CourseCompletionRejected]
    question = events[CourseCompletionReturned]
    assert isinstance(rejection, CourseCompletionRejected)
    assert isinstance(question, CourseCompletionReturned)
    assert rejection.reason == "Not this course"
    assert question.reason == "Which day?\nPlease say."
    own = await hall.get("/completions", person(hall))
    assert [(row["course"], row["state"], row["reason"]) for row in own["items"]] == [
        ("JEX", "rejected", "Not this course"),
        ("JIR", "approved", "Well done"),
    ]
    assert {row["decided_by"] for row in own["items"]} == {None}
    queue = await hall.get("/completions?state=submitted", reviewer(hall))
    assert queue["items"] == []
    theirs = await hall.get(f"/candidates/juniper/{ANNA}/completions", reviewer(hall))
    assert [row["course"] for row in theirs["items"]] == ["JEX", "JIR"]
    assert theirs["items"][0]["decided_by"] == "staff@example.com"


async def test_lists_are_paged(hall: Desk) -> None:
    for day in range(5):
        await handed_in(hall, completed_on=f"2026-10-0{day + 1}")
    days = [f"2026-10-0{day + 1}" for day in range(5)]
    for path, headers, order in (
        ("/completions", person(hall), days[::-1]),
        ("/completions", reviewer(hall), days),
        (f"/candidates/juniper/{ANNA}/completions", reviewer(hall), days[::-1]),
    ):
        seen, cursor = [], ""
        while True:
            page = await hall.get(f"{path}?limit=2{cursor}", headers)
            seen += [row["completed_on"] for row in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == order


async def test_two_of_staff_cannot_decide_the_same(hall: Desk) -> None:
    said = await handed_in(hall)
    answers = await asyncio.gather(
        decided(hall, said, "approve"),
        decided(hall, said, "return", reason="Which day?"),
        decided(hall, said, "return", reason="Which day?"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409).json()
    assert refused["type"].endswith("/completion-changed")
    assert len(await told(hall)) == 2


async def test_a_decision_is_about_what_was_seen(hall: Desk) -> None:
    said = await handed_in(hall)
    await decided(hall, said, "return", reason="Which day?")
    again = await send(hall, again=said["id"], version=2, completed_on="2026-11-19")
    assert again.status_code == 200
    stale = await decided(hall, said, "approve")
    assert stale.status_code == 409
    assert stale.json()["errors"][0]["field"] == "version"
    assert stale.json()["version"] == 3
    assert (await decided(hall, again.json(), "approve")).status_code == 200
    (_, _, _, last) = await told(hall)
    assert isinstance(last, CourseCompletionApproved)
    assert (last.completed_on.isoformat(), last.version) == ("2026-11-19", 4)


async def test_a_decision_says_its_version_and_its_reason(hall: Desk) -> None:
    said = await handed_in(hall)
    path = f"/completions/{said['id']}"
    for action, body, field in (
        ("reject", {"version": 1}, "reason"),
        ("return", {"version": 1, "reason": " \n "}, "reason"),
        ("approve", {}, "version"),
        ("approve", {"version": 0}, "version"),
        ("approve", {"version": 1, "state": "approved"}, "state"),
        ("reject", {"version": 1, "reason": "x" * 2_001}, "reason"),
        ("reject", {"version": 1, "reason": "a\x00b"}, "reason"),
    ):
        answer = await hall.client.post(f"{path}/{action}", json=body, headers=reviewer(hall))
        assert answer.status_code == 422, answer.text
        assert field in answer.json()["errors"][0]["field"]
    missing = await hall.client.post(
        f"/completions/{UUID(int=1)}/approve", json={"version": 1}, headers=reviewer(hall)
    )
    assert missing.status_code == 404


async def test_decisions_can_be_taken_back(hall: Desk) -> None:
    said = await handed_in(hall)
    approved = (await decided(hall, said, "approve")).json()
    assert (await decided(hall, approved, "approve")).status_code == 409
    assert (await decided(hall, approved, "return", reason="?")).status_code == 409
    rejected = (await decided(hall, approved, "reject", reason="A mistake of ours")).json()
    assert (await decided(hall, rejected, "approve")).json()["state"] == "approved"
    assert [event.version for event in await told(hall)] == [1, 2, 3, 4]


async def test_what_was_returned_is_handed_in_again(hall: Desk) -> None:
    said = await handed_in(hall, a_file(pdf(), "blurred.pdf"))
    # Not before it was returned.
    assert (await send(hall, again=said["id"], version=1)).status_code == 409
    await decided(hall, said, "return", reason="It is blurred")
    own = await hall.get(f"/completions/{said['id']}", person(hall))
    assert (own["state"], own["reason"]) == ("returned", "It is blurred")
    assert (await send(hall, again=said["id"], version=1)).status_code == 409
    assert (await send(hall, again=said["id"])).status_code == 409
    sharp = picture()
    again = await send(hall, a_file(sharp, "sharp.png"), again=said["id"], version=2)
    assert again.status_code == 200, again.text
    now = again.json()
    assert (now["state"], now["reason"], now["file_name"]) == ("submitted", None, "sharp.png")
    assert [step["action"] for step in now["steps"]] == ["submitted", "returned", "resubmitted"]
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=reviewer(hall))
    assert answer.content == sharp
    # Without a file the former one stays.
    await decided(hall, now, "return", reason="And the course?")
    kept = await hall.client.put(
        f"/completions/{said['id']}",
        data={**FIELDS, "course": "JEX", "version": "4"},
        files={"certificate": ("", b"")},
        headers=person(hall),
    )
    assert kept.status_code == 200, kept.text
    assert (kept.json()["file_name"], kept.json()["course"]) == ("sharp.png", "JEX")
    assert [type(event).__name__ for event in await told(hall)] == [
        "CourseCompletionSubmitted",
        "CourseCompletionReturned",
        "CourseCompletionSubmitted",
        "CourseCompletionReturned",
        "CourseCompletionSubmitted",
    ]


async def test_a_rejected_course_can_be_handed_in_anew(hall: Desk) -> None:
    said = await handed_in(hall)
    await decided(hall, said, "reject", reason="No")
    another = await handed_in(hall)
    assert another["id"] != said["id"]
