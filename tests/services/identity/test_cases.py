"""Support cases: opened, answered, assigned, settled; seen by nobody but whom they concern."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.identity.domain.cases import new_number, number_of
from services.identity.handlers.case_files import sweep
from services.identity.handlers.cases import open_case
from shared.events import CaseAnswered, CaseOpened, CaseReplied, CaseResolved
from shared.orphans import GRACE
from shared.storage import Storage
from tests.services.exams.handed_in import BAD, picture
from tests.services.identity.case_desk import Desk, a_file, bearer, opened


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(database_url, tmp_path) as started:
        yield started


async def test_a_case_from_its_opening_to_its_end(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    sue = await desk.staff("sue")
    story = await desk.open(ann, a_file(), message="My CCNA pass\nis missing")
    number = story["number"]
    assert story["state"] == "open"
    assert [entry["text"] for entry in story["entries"]] == ["My CCNA pass\nis missing"]
    assert story["entries"][0]["files"][0]["name"] == "score report.pdf"
    assert story["assigned_to"] is None
    await desk.identity.settle()
    told = desk.identity.of_type(CaseOpened)[-1]
    assert (told.number, told.candidate_id, told.by) == (number, ann, "candidate")
    assert told.notify == "certification-support@example.com"

    noted = await desk.send(f"/cases/{number}/messages", "sue", message="Odd.", internal="true")
    assert noted.json()["state"] == "open"
    answered = await desk.send(
        f"/cases/{number.lower()}/messages",
        "sue",
        file=a_file(picture(), "id.png"),
        message="Hello",
    )
    assert answered.status_code == 201, answered.text
    assert answered.json()["state"] == "waiting_for_candidate"
    assert (answered.json()["assigned_to"], answered.json()["assigned_name"]) == (sue, "Sue")
    await desk.identity.settle()
    assert desk.identity.of_type(CaseAnswered)[-1].message == "Hello"

    seen = (await desk.get(f"/cases/{number}", ann)).json()
    assert [entry["action"] for entry in seen["entries"]] == ["opened", "written"]
    assert not any(entry["author_name"] for entry in seen["entries"])
    assert (seen["assigned_name"], seen["details"]) == (None, {})
    replied = await desk.send(f"/cases/{number}/messages", ann, message="Thank you")
    assert replied.json()["state"] == "waiting_for_staff"
    await desk.identity.settle()
    assert desk.identity.of_type(CaseReplied)[-1].notify == "sue@example.org"

    version = replied.json()["version"]
    done = await desk.post(
        f"/cases/{number}/resolve", "sue", {"version": version, "outcome": "It has arrived."}
    )
    assert done.json()["state"] == "resolved"
    await desk.identity.settle()
    resolved = desk.identity.of_type(CaseResolved)[-1]
    assert (resolved.outcome, resolved.by) == ("It has arrived.", "staff")

    again = await desk.send(f"/cases/{number}/messages", ann, message="It has not!")
    assert (again.json()["state"], again.json()["outcome"]) == ("reopened", None)
    for_staff = (await desk.get(f"/cases/{number}", "sue")).json()
    assert [entry["action"] for entry in for_staff["entries"]] == [
        "opened",
        "noted",
        "written",
        "written",
        "resolved",
        "written",
    ]
    assert for_staff["entries"][1]["author_name"] == "Sue"


async def test_the_files_of_a_case_go_to_whom_it_concerns(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    await desk.staff("sue")
    await desk.staff("far", programmes=("juniper",))
    content = picture()
    story = await desk.open(ann, a_file(content, "../näme<1>.png"))
    file = story["entries"][0]["files"][0]
    assert (file["name"], file["type"]) == ("näme_1_.png", "image/png")
    where = f"/cases/{story['number']}/files/{file['id']}"
    for who in (ann, "sue"):
        answer = await desk.get(where, who)
        assert answer.content == content
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "private, no-store"
    for who in (bob, "far"):
        assert (await desk.get(where, who)).status_code == 404
        assert (await desk.get(f"/cases/{story['number']}", who)).status_code == 404
    # A file in a note of the staff is the staff's.
    noted = await desk.send(
        f"/cases/{story['number']}/messages", "sue", file=a_file(), message="x", internal="1"
    )
    theirs = noted.json()["entries"][-1]["files"][0]["id"]
    assert (await desk.get(f"/cases/{story['number']}/files/{theirs}", ann)).status_code == 404
    assert (await desk.get(f"/cases/{story['number']}/files/{theirs}", "sue")).status_code == 200
    # Another case's file is not found under this one.
    other = await desk.open(ann, subject="Another")
    assert (await desk.get(f"/cases/{other['number']}/files/{file['id']}", ann)).status_code == 404


async def test_a_case_is_nobody_elses(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    await desk.staff("far", programmes=("juniper",))
    await desk.staff("blind", "candidates:read")
    await desk.staff("reader", "cases:read")
    number = (await desk.open(ann))["number"]
    body = {"version": 1, "outcome": "x"}
    for who, status in ((bob, 404), ("far", 404), ("blind", 403)):
        assert (await desk.get(f"/cases/{number}", who)).status_code == status
        wrote = await desk.send(f"/cases/{number}/messages", who, message="x")
        assert wrote.status_code == status
    for who, status in ((ann, 403), ("far", 404), ("blind", 403), ("reader", 403)):
        for step, given in (("assign", {"to": None}), ("resolve", body), ("reopen", {})):
            answer = await desk.post(f"/cases/{number}/{step}", who, given)
            assert answer.status_code == status, (who, step)
    assert (await desk.post(f"/cases/{number}/close", bob)).status_code == 404
    assert (await desk.get("/cases", bob)).json()["items"] == []
    assert (await desk.get("/cases", "far")).json()["items"] == []
    assert (await desk.get(f"/candidates/cisco/{ann}/cases", "far")).status_code == 403
    assert (await desk.get("/case-workers", "far", programme="cisco")).status_code == 403
    assert (await desk.get(f"/cases/{number}/canned-answers", "far")).status_code == 404
    internal = await desk.send(f"/cases/{number}/messages", ann, message="x", internal="true")
    assert internal.status_code == 403


async def test_what_cannot_be_a_case_is_named(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"message": "x"}, "subject"),
        ({"subject": "x", "message": " "}, "message"),
        ({"subject": "x" * 201, "message": "x"}, "subject"),
        ({"subject": "x", "message": "x" * 10_001}, "message"),
        ({"subject": "x", "message": "x\x00"}, "message"),
        ({"subject": "x", "message": "x", "kind": "name_change"}, "kind"),
        ({"subject": "x", "message": "x", "state": "resolved"}, "state"),
    ]
    for form, field in wrong:
        answer = await desk.send("/cases", ann, **form)
        assert answer.status_code == 422, form
        assert answer.json()["errors"][0]["field"] == field
    # A form that is none, and a file in a field that takes none.
    assert (await desk.post("/cases", ann, {"subject": "x"})).status_code == 400
    strange = await desk.send("/cases", ann, "picture", a_file(), subject="x", message="x")
    assert strange.json()["errors"][0]["field"] == "picture"


@pytest.mark.parametrize("bad", ["a program", "a script", "a cut picture", "nothing"])
async def test_a_file_that_should_not_be_kept_is_not(desk: Desk, bad: str) -> None:
    ann = await desk.candidate("T1")
    make, said = BAD[bad]
    answer = await desk.send(
        "/cases", ann, file=a_file(make(), "fine.pdf"), subject="x", message="x"
    )
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"] == "attachment"
    assert await desk.stored() == []


async def test_a_file_may_be_too_large(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, case_file_bytes=10_000) as desk:
        ann = await desk.candidate("T1")
        answer = await desk.send(
            "/cases", ann, file=a_file(os.urandom(10_001)), subject="x", message="x"
        )
        assert (answer.status_code, answer.json()["limit"]) == (413, 10_000)


async def test_only_so_much_waits_for_one_candidate(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, cases_unsolved=2, case_messages_a_day=2) as desk:
        ann = await desk.candidate("T1")
        number = (await desk.open(ann))["number"]
        both = [desk.send("/cases", ann, subject="x", message=text) for text in "yz"]
        assert sorted(one.status_code for one in await asyncio.gather(*both)) == [201, 429]
        await desk.send(f"/cases/{number}/messages", ann, message="x")
        flood = await desk.send(f"/cases/{number}/messages", ann, message="x")
        assert flood.status_code == 429
        await desk.post(f"/cases/{number}/close", ann)
        assert (await desk.open(ann))["state"] == "open"


async def test_staff_work_through_their_list(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    sue = await desk.staff("sue")
    await desk.staff("tom", "cases:read")
    first = await desk.open(ann, subject="First", kind="other")
    second = await desk.open(bob, subject="Second 100%")
    listed = (await desk.get("/cases", "sue", limit=1)).json()
    assert [one["number"] for one in listed["items"]] == [first["number"]]
    assert listed["items"][0]["candidate_name"] == "Ann Ng"
    rest = (await desk.get("/cases", "sue", cursor=listed["next"])).json()
    assert [one["number"] for one in rest["items"]] == [second["number"]]

    async def found(**query: str) -> list[str]:
        answer = await desk.get("/cases", "sue", **query)
        assert answer.status_code == 200, answer.text
        return [one["subject"] for one in answer.json()["items"]]

    assert await found(kind="missing_result") == ["Second 100%"]
    assert await found(search="100%") == ["Second 100%"]
    assert await found(search="ng first") == ["First"]
    assert await found(search=first["number"].replace("-", " ").lower()) == ["First"]
    assert await found(search=bob) == ["Second 100%"]
    assert await found(assigned="nobody") == ["First", "Second 100%"]
    workers = (await desk.get("/case-workers", "sue", programme="cisco")).json()
    assert workers == [{"id": sue, "name": "Sue"}]
    given = await desk.post(f"/cases/{first['number']}/assign", "sue", {"to": sue})
    assert given.json()["assigned_name"] == "Sue"
    assert await found(assigned="me") == ["First"]
    nobody = await desk.post(f"/cases/{first['number']}/assign", "sue", {"to": None})
    assert nobody.json()["assigned_to"] is None
    answered = await desk.send(f"/cases/{second['number']}/messages", "sue", message="Hello")
    assert answered.status_code == 201
    assert await found(which="with_staff") == ["First"]
    assert await found(which="unsolved") == ["First", "Second 100%"]
    assert await found(which="waiting_for_candidate") == ["Second 100%"]
    assert (await desk.get("/cases", "sue", cursor="eyJ4IjoxfQ")).status_code == 422
    for stranger in (str(first["candidate_id"]), "00000000-0000-7000-8000-000000000000"):
        refused = await desk.post(f"/cases/{first['number']}/assign", "sue", {"to": stranger})
        assert refused.status_code == 422


async def test_a_case_goes_to_nobody_who_does_not_work_on_cases(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    tom = await desk.staff("tom", "cases:read")
    far = await desk.staff("far", programmes=("juniper",))
    number = (await desk.open(ann))["number"]
    for who in (tom, far):
        answer = await desk.post(f"/cases/{number}/assign", "sue", {"to": who})
        assert answer.json()["errors"][0]["field"] == "to"


async def test_nobody_resolves_what_they_have_not_seen(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    story = await desk.open(ann)
    await desk.send(f"/cases/{story['number']}/messages", ann, message="One thing more")
    old = {"version": story["version"], "outcome": "Done"}
    late = await desk.post(f"/cases/{story['number']}/resolve", "sue", old)
    assert (late.status_code, late.json()["version"]) == (409, story["version"] + 1)
    new = {**old, "version": story["version"] + 1}
    assert (await desk.post(f"/cases/{story['number']}/resolve", "sue", new)).status_code == 200
    twice = {**old, "version": story["version"] + 2}
    assert (await desk.post(f"/cases/{story['number']}/resolve", "sue", twice)).status_code == 409
    again = await desk.post(f"/cases/{story['number']}/reopen", "sue", {"reason": "A mistake"})
    assert again.json()["state"] == "reopened"
    assert (await desk.post(f"/cases/{story['number']}/reopen", "sue")).status_code == 409
    mine = (await desk.get(f"/cases/{story['number']}", ann)).json()
    assert "A mistake" not in [entry["text"] for entry in mine["entries"]]


async def test_who_presses_twice_has_written_once(desk: Desk) -> None:
    ann, bob = await desk.candidate("T1"), await desk.candidate("T2")
    both = await asyncio.gather(*(desk.open(ann, a_file()) for _ in range(2)))
    assert both[0]["number"] == both[1]["number"]
    assert len((await desk.get("/cases", ann)).json()["items"]) == 1
    # Other words, another person, or later: another case.
    assert (await desk.open(ann, message="And another"))["number"] != both[0]["number"]
    assert (await desk.open(bob))["number"] != both[0]["number"]
    desk.identity.clock.advance(timedelta(minutes=11))
    desk.tokens[ann] = bearer(await desk.identity.sign_in(ann))
    assert (await desk.open(ann))["number"] != both[0]["number"]


async def test_a_resolved_case_stays_so_after_a_while(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    number = (await desk.open(ann))["number"]
    closed = await desk.post(f"/cases/{number}/close", ann)
    assert (closed.json()["state"], closed.json()["can_reopen"]) == ("resolved", True)
    await desk.identity.settle()
    assert desk.identity.of_type(CaseResolved)[-1].by == "candidate"
    desk.identity.clock.advance(timedelta(days=61))
    answer = await desk.identity.sign_in(ann)
    desk.tokens[ann] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await desk.get(f"/cases/{number}", ann)).json()["can_reopen"] is False
    late = await desk.send(f"/cases/{number}/messages", ann, message="Hello?")
    assert late.status_code == 409
    assert "open a new case" in late.json()["detail"]


async def test_staff_write_first(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    sue = await desk.staff("sue")
    body = {"subject": "Your address", "message": "Please look at it"}
    made = await desk.post(f"/candidates/cisco/{ann}/cases", "sue", body)
    assert made.status_code == 201, made.text
    assert (made.json()["state"], made.json()["assigned_to"]) == ("waiting_for_candidate", sue)
    await desk.identity.settle()
    told = desk.identity.of_type(CaseOpened)[-1]
    assert (told.by, told.notify) == ("staff", None)
    listed = (await desk.get(f"/candidates/cisco/{ann}/cases", "sue")).json()["items"]
    assert [one["number"] for one in listed] == [made.json()["number"]]
    unknown = await desk.post("/candidates/cisco/CSCO19999999/cases", "sue", body)
    assert unknown.status_code == 404
    assert (await desk.get("/candidates/cisco/CSCO19999999/cases", "sue")).status_code == 404


async def test_the_system_opens_a_case(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    async with desk.identity.here.database.transaction() as session:
        for whom in (ann, None):
            await open_case(
                session,
                programme="cisco",
                candidate_id=whom,
                kind="merge",
                subject="Two accounts",
                message="They share an address",
                by_system=True,
                details={"merge_id": "1"},
            )
    await desk.identity.settle()
    # Of the one about nobody, nobody is told; staff find it in their list.
    assert [one.by for one in desk.identity.of_type(CaseOpened)] == ["system"]
    listed = (await desk.get("/cases", "sue")).json()["items"]
    assert [one["candidate_id"] for one in listed] == [ann, None]
    story = (await desk.get(f"/cases/{listed[1]['number']}", "sue")).json()
    assert (story["opened_by"], story["details"]) == ("system", {"merge_id": "1"})


async def test_canned_answers_are_put_into_words(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    story = await desk.open(ann)
    answers = (await desk.get(f"/cases/{story['number']}/canned-answers", "sue")).json()
    assert "document-unreadable" not in {one["id"] for one in answers}
    first = next(one for one in answers if one["id"] == "looking-into-it")
    assert "Hello Ann Ng," in first["text"]
    assert story["number"] in first["text"]
    assert (await desk.get(f"/cases/{story['number']}/canned-answers", ann)).status_code == 403


async def test_what_staff_do_is_put_on_record(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.staff("sue")
    number = (await desk.open(ann))["number"]
    await desk.send(f"/cases/{number}/messages", "sue", message="Hello")
    rows = await desk.identity.rows("SELECT action, subject, by_name FROM audit_entries")
    assert ("case.answered", ann, "Sue") in rows


async def test_files_without_a_row_are_swept(desk: Desk) -> None:
    ann = await desk.candidate("T1")
    await desk.open(ann, a_file())
    storage: Storage = desk.identity.here.extras["storage"]
    await storage.put("cases/orphan", b"x")
    await storage.put("cases/fresh", b"x")
    await storage.put("completions/other", b"x")
    assert storage.folder is not None
    old = time.time() - GRACE.total_seconds() - 60
    for key in await desk.stored():
        if key != "cases/fresh":
            os.utime(storage.folder / key, (old, old))
    os.utime(storage.folder / "completions/other", (old, old))
    assert await sweep(desk.identity.here) == 1
    left = await desk.stored()
    assert "cases/fresh" in left
    assert len(left) == 2
    assert await storage.get("completions/other") == b"x"


def test_numbers_can_be_read_aloud() -> None:
    for _ in range(50):
        number = new_number()
        assert number_of(number) == number
        assert number_of(f" {number.lower().replace('-', ' ')} ") == number
        assert number_of(number.removeprefix("CASE-")) == number
    assert number_of("CASE-AAAA-AB") is None
    assert number_of("CASE") is None
    assert number_of("") is None
