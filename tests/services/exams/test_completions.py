"""Course completions: handed in with a certificate, followed, decided, handed in again."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from services.exams.handlers.orphans import sweep
from services.exams.models import Completion
from shared.errors import Unavailable
from shared.events import (
    CandidateRegistered,
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    CourseCompletionStanding,
    CourseCompletionSubmitted,
)
from shared.handed_in import attachment, clean_name
from shared.orphans import GRACE
from shared.storage import Storage
from tests.s3 import S3Server
from tests.services.exams.conftest import NOW, Desk, known, open_desk
from tests.services.exams.handed_in import BAD, linked, pdf, picture

ANNA, BERT = "JNCP10000001", "JNCP10000002"
FIELDS = {"course": "JIR", "completed_on": "2026-11-20", "notes": "Two lines\nof notes"}
File = tuple[str, bytes, str]


def a_file(content: bytes | None = None, name: str = "certificate.pdf") -> File:
    return name, pdf() if content is None else content, "application/octet-stream"


def juniper(candidate_id: str) -> CandidateRegistered:
    event = known(candidate_id)
    assert isinstance(event, CandidateRegistered)
    return event.model_copy(update={"programme": "juniper"})


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Exams with a folder for files, in which Anna and Bert are known."""
    async with open_desk(database_url, storage_url=f"file:{tmp_path / 'files'}") as desk:
        await desk.hear(juniper(ANNA), juniper(BERT))
        yield desk


def person(desk: Desk, candidate_id: str = ANNA, programme: str = "juniper") -> dict[str, str]:
    return desk.token("candidate", candidate_id, programme=programme)


def reviewer(desk: Desk, **changes: Any) -> dict[str, str]:
    return desk.staff(**{"scope": "completions:review candidates:read", **changes})


async def send(
    desk: Desk,
    file: File | None = None,
    *,
    who: str = ANNA,
    again: str | None = None,
    **fields: Any,
) -> httpx2.Response:
    given = {name: value for name, value in {**FIELDS, **fields}.items() if value is not ...}
    return await desk.client.request(
        "PUT" if again else "POST",
        f"/completions/{again}" if again else "/completions",
        data=given,
        files={"certificate": file or a_file()},
        headers=person(desk, who),
    )


async def handed_in(desk: Desk, file: File | None = None, **fields: Any) -> dict[str, Any]:
    answer = await send(desk, file, **fields)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def decided(
    desk: Desk, completion: dict[str, Any], action: str, **body: Any
) -> httpx2.Response:
    return await desk.client.post(
        f"/completions/{completion['id']}/{action}",
        json={"version": completion["version"], **body},
        headers=reviewer(desk),
    )


async def told(desk: Desk) -> list[CourseCompletionStanding]:
    await desk.settled()
    return desk.told(CourseCompletionStanding)


async def test_a_completion_is_handed_in_and_followed(hall: Desk) -> None:
    content = pdf()
    said = await handed_in(hall, a_file(content, "Zertifikat Größe.pdf"))
    assert (said["state"], said["course_name"]) == ("submitted", "Junos Intermediate Routing")
    assert (said["file_name"], said["file_type"]) == ("Zertifikat Größe.pdf", "application/pdf")
    assert (said["file_bytes"], said["version"]) == (len(content), 1)
    assert said["notes"] == FIELDS["notes"]
    (event,) = await told(hall)
    assert isinstance(event, CourseCompletionSubmitted)
    assert str(event.completion_id) == said["id"]
    assert (event.course, event.completed_on.isoformat()) == ("JIR", "2026-11-20")
    # Noon in UTC is the same morning in California.
    assert event.submitted_on.isoformat() == "2026-11-22"
    page = await hall.get("/completions", person(hall))
    assert [row["id"] for row in page["items"]] == [said["id"]]
    story = await hall.get(f"/completions/{said['id']}", person(hall))
    assert story == said
    assert [(step["action"], step["by"]) for step in said["steps"]] == [("submitted", None)]


async def test_the_certificate_is_saved_and_never_shown(hall: Desk) -> None:
    content = picture("JPEG")
    said = await handed_in(hall, a_file(content, "my scan; größe.JPG"))
    path = f"/completions/{said['id']}/file"
    for headers in (person(hall), reviewer(hall)):
        answer = await hall.client.get(path, headers=headers)
        assert answer.status_code == 200
        assert answer.content == content
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "private, no-store"
        saved = answer.headers["content-disposition"]
        assert saved.startswith("attachment; ")
        assert "filename*=UTF-8''my%20scan%3B%20gr%C3%B6%C3%9Fe.JPG" in saved
    async with hall.here.database.reading() as session:
        row = (await session.scalars(select(Completion))).one()
    assert row.file_digest == hashlib.sha256(content).hexdigest()
    folder = hall.here.extras["storage"].folder
    assert (folder / row.file_key).read_bytes() == content
    assert "scan" not in row.file_key


async def test_nobody_elses_completion_is_there(hall: Desk) -> None:
    said = await handed_in(hall)
    strangers = {
        "another candidate": person(hall, BERT),
        "the same id elsewhere": person(hall, ANNA, "cisco"),
        "staff of another programme": reviewer(hall, programmes=["cisco"]),
        "staff of none": reviewer(hall, programmes=[]),
    }
    for who, headers in strangers.items():
        for path in ("", "/file"):
            answer = await hall.client.get(f"/completions/{said['id']}{path}", headers=headers)
            assert answer.status_code == 404, who
        page = await hall.get("/completions", headers)
        assert page["items"] == [], who
    for headers in (reviewer(hall, scope="candidates:read"), person(hall, ANNA, "nowhere")):
        for path in ("", f"/{said['id']}", f"/{said['id']}/file"):
            answer = await hall.client.get(f"/completions{path}", headers=headers)
            assert answer.status_code == 403
    for headers in (hall.vendor(),):
        assert (await hall.client.get("/completions", headers=headers)).status_code == 403
    answer = await hall.client.get("/completions?programme=cisco", headers=person(hall))
    assert answer.status_code == 403
    assert (await send(hall, who=BERT, again=said["id"], version=1)).status_code == 404
    other = reviewer(hall, programmes=["cisco"])
    for action in ("approve", "reject", "return"):
        for headers, status in ((other, 404), (person(hall), 403), (hall.staff(), 403)):
            answer = await hall.client.post(
                f"/completions/{said['id']}/{action}",
                json={"version": 1, "reason": "x"},
                headers=headers,
            )
            assert answer.status_code == status
    assert len(await told(hall)) == 1


@pytest.mark.parametrize("what", BAD)
async def test_a_file_that_is_not_what_it_should_be_is_refused(hall: Desk, what: str) -> None:
    make, words = BAD[what]
    answer = await send(hall, a_file(make(), "certificate.pdf"))
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert words in problem["detail"]
    assert problem["errors"][0]["field"] == "certificate"
    assert (await hall.get("/completions", person(hall)))["items"] == []
    assert not hall.here.extras["storage"].folder.exists()


async def test_what_is_harmless_is_taken_and_gets_a_fitting_name(hall: Desk) -> None:
    for number, (content, name, kept) in enumerate(
        [
            (linked(), "..\\..\\evil/..//certificate", "certificate.pdf"),
            (picture(), "scan.html", "scan.html.png"),
            (picture("JPEG"), "a\u202egpj.exe", "agpj.exe.jpg"),
        ]
    ):
        said = await handed_in(hall, a_file(content, name), completed_on=f"2026-10-0{number + 1}")
        assert said["file_name"] == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, "certificate.pdf"),
        ("", "certificate.pdf"),
        (".pdf", "certificate.pdf"),
        ("  . . ", "certificate.pdf"),
        ("A.PDF", "A.PDF"),
        ("/etc/passwd", "passwd.pdf"),
        ("a\x00b\nc\td.pdf", "ab c d.pdf"),
        ("e\u0301t\u00e9.pdf", "\u00e9t\u00e9.pdf"),
        ('<a href="x">?*|.pdf', "_a href=_x_____.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str | None, kept: str) -> None:
    assert clean_name(given, "application/pdf", "certificate") == kept


def test_a_name_cannot_break_out_of_its_header() -> None:
    said = attachment('a"; filename=b\\c%41.pdf')
    assert said == (
        'attachment; filename="a__ filename=b_c_41.pdf"; '
        "filename*=UTF-8''a%22%3B%20filename%3Db%5Cc%2541.pdf"
    )


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"course": "NOPE"}, "course", "unknown course 'NOPE'; known are IJOS"),
        ({"course": ...}, "course", "is required"),
        ({"course": ""}, "course", "is required"),
        ({"completed_on": "2026-11-23"}, "completed_on", "in the future"),
        ({"completed_on": "1950-01-01"}, "completed_on", "before 1985"),
        ({"completed_on": "yesterday"}, "completed_on", "must be a date"),
        ({"completed_on": "1700000000"}, "completed_on", "date"),
        ({"completed_on": ...}, "completed_on", "is required"),
        ({"notes": "x" * 2_001}, "notes", "at most 2000"),
        ({"notes": "a\x07b"}, "notes", "not allowed"),
        ({"state": "approved"}, "state", "not permitted"),
    ],
)
async def test_what_is_wrong_with_the_form_is_named(
    hall: Desk, fields: dict[str, Any], field: str, words: str
) -> None:
    answer = await send(hall, **fields)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["message"]


async def test_today_is_the_programmes_today(hall: Desk) -> None:
    # Three in the morning in UTC is still the day before in California.
    hall.clock.move_to(NOW.replace(hour=3))
    assert (await send(hall, completed_on="2026-11-22")).status_code == 422
    said = await handed_in(hall, completed_on="2026-11-21")
    (event,) = await told(hall)
    assert event.submitted_on.isoformat() == "2026-11-21"
    assert said["completed_on"] == "2026-11-21"


async def test_a_body_that_is_no_such_form_is_told_so(hall: Desk) -> None:
    def form(*parts: str) -> bytes:
        return "".join(
            f"--b\r\nContent-Disposition: form-data; {one}\r\n" for one in parts
        ).encode()

    end = b"--b--\r\n"
    multipart = "multipart/form-data; boundary=b"
    bodies: list[tuple[str, bytes, int, str]] = [
        ("application/json", b"{}", 400, "multipart/form-data"),
        ("multipart/form-data", b"--b", 400, "cannot be read"),
        (multipart, b"nonsense", 400, "cannot be read"),
        (
            multipart,
            form('name="course"\r\n\r\nJIR', 'name="course"\r\n\r\nJEX') + end,
            422,
            "once",
        ),
        (
            multipart,
            form('name="course"; filename="x"\r\n\r\nJIR') + end,
            422,
            "must not be a file",
        ),
        (multipart, form('name="certificate"\r\n\r\nhello') + end, 422, "must be a file"),
        (multipart, form('name="notes"\r\n\r\n' + "x" * 20_000) + end, 400, "exceeded"),
        (multipart, end, 422, "course"),
    ]
    for kind, body, status, words in bodies:
        headers = {**person(hall), "Content-Type": kind}
        answer = await hall.client.post("/completions", content=body, headers=headers)
        assert answer.status_code == status, (body[:60], answer.text)
        assert words in answer.text


async def test_a_certificate_is_required_the_first_time(hall: Desk) -> None:
    answer = await hall.client.post(
        "/completions", data=FIELDS, files={"x": ("", b"")}, headers=person(hall)
    )
    assert answer.status_code == 422
    answer = await hall.client.post(
        "/completions", data=FIELDS, files={"certificate": ("", b"")}, headers=person(hall)
    )
    assert answer.status_code == 422
    assert (
        answer.json()["errors"]
        == [{"field": "certificate", "message": "is required", "row": None, "line": None}]
        or answer.json()["errors"][0]["field"] == "certificate"
    )


async def test_a_file_may_be_so_large_and_no_larger(database_url: str, tmp_path: Path) -> None:
    content = pdf()
    limits = {"certificate_bytes": len(content), "storage_url": f"file:{tmp_path / 'files'}"}
    async with open_desk(database_url, **limits) as desk:
        assert (await send(desk, a_file(content))).status_code == 201
        for more in (b"\n", b"\n" * 200_000):
            answer = await send(desk, a_file(content + more), completed_on="2026-11-01")
            assert answer.status_code == 413
            assert f"{len(content):,}" in answer.text or "bytes" in answer.text


async def test_pressing_twice_hands_in_once(hall: Desk) -> None:
    answers = await asyncio.gather(*(send(hall) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["type"].endswith("/completion-repeated")
    assert (await send(hall, course="JEX")).status_code == 201
    assert (await send(hall, who=BERT)).status_code == 201


async def test_only_so_many_may_wait(database_url: str, tmp_path: Path) -> None:
    limits = {"completions_waiting": 2, "storage_url": f"file:{tmp_path / 'files'}"}
    async with open_desk(database_url, **limits) as desk:
        first = await handed_in(desk)
        await handed_in(desk, course="JEX")
        answer = await send(desk, course="AJER")
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("/too-many-completions")
        await decided(desk, first, "approve")
        await handed_in(desk, course="AJER")


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


def files_of(desk: Desk) -> set[str]:
    folder = desk.here.extras["storage"].folder / "completions"
    return {one.name for one in folder.iterdir()} if folder.exists() else set()


def grow_old(desk: Desk) -> None:
    """Have every file in the folder look older than any request takes."""
    old = time.time() - GRACE.total_seconds() - 60
    for one in (desk.here.extras["storage"].folder / "completions").iterdir():
        os.utime(one, (old, old))


async def test_files_without_a_row_are_swept_and_no_others(hall: Desk) -> None:
    said = await handed_in(hall)
    storage: Storage = hall.here.extras["storage"]
    # As a kill between the file and its row leaves it.
    await storage.put("completions/orphan", b"x")
    assert await sweep(hall.here) == 0
    grow_old(hall)
    await storage.put("completions/just-now", b"x")
    assert await sweep(hall.here) == 1
    assert "orphan" not in files_of(hall)
    assert "just-now" in files_of(hall)
    await decided(hall, said, "return", reason="It is blurred")
    again = await send(hall, a_file(picture(), "sharp.png"), again=said["id"], version=2)
    assert again.status_code == 200
    grow_old(hall)
    assert await sweep(hall.here) == 2
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=person(hall))
    assert answer.status_code == 200
    assert len(files_of(hall)) == 1


async def test_a_refused_row_leaves_only_an_orphan(hall: Desk) -> None:
    await handed_in(hall)
    assert (await send(hall)).status_code == 409
    grow_old(hall)
    assert await sweep(hall.here) == 1
    assert len(files_of(hall)) == 1


async def test_a_storage_that_is_away_stores_no_row(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await handed_in(hall)

    async def away(*_: Any) -> None:
        raise Unavailable("files can't be kept or read at the moment")

    monkeypatch.setattr(Storage, "put", away)
    monkeypatch.setattr(Storage, "get", away)
    assert (await send(hall, course="JEX")).status_code == 503
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=person(hall))
    assert answer.status_code == 503
    assert len((await hall.get("/completions", person(hall)))["items"]) == 1


async def test_a_lost_file_is_said_to_be_lost(hall: Desk) -> None:
    said = await handed_in(hall)
    for name in files_of(hall):
        await hall.here.extras["storage"].delete(f"completions/{name}")
    answer = await hall.client.get(f"/completions/{said['id']}/file", headers=person(hall))
    assert answer.status_code == 404
    assert "not there any more" in answer.json()["detail"]


async def test_a_reader_that_takes_too_long_is_ended(
    hall: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr("shared.handed_in._PROGRAM", slow)
    monkeypatch.setattr("shared.handed_in.PATIENCE_SECONDS", 0.5)
    answer = await send(hall)
    assert answer.status_code == 422
    assert "reasonable time" in answer.json()["detail"]
    slow.write_text("raise SystemExit(3)\n")
    assert (await send(hall)).status_code == 422
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    assert (await send(hall)).status_code == 503


async def test_certificates_lie_in_a_bucket(database_url: str, s3_server: S3Server) -> None:
    async with open_desk(database_url, **s3_server.settings(database_url[-12:])) as desk:
        await desk.hear(juniper(ANNA))
        content = pdf(3)
        said = await handed_in(desk, a_file(content))
        answer = await desk.client.get(f"/completions/{said['id']}/file", headers=person(desk))
        assert answer.content == content
        storage: Storage = desk.here.extras["storage"]
        (files,) = [some async for some in storage.files("completions")]
        assert len(files) == 1
        assert abs(files[0].written_at.timestamp() - time.time()) < timedelta(hours=1).seconds
        assert await sweep(desk.here) == 0


async def test_a_bucket_that_is_away_is_said_to_be(database_url: str, tmp_path: Path) -> None:
    server = S3Server(tmp_path / "s3.log")  # never started
    async with open_desk(database_url, **server.settings("x")) as desk:
        answer = await send(desk)
        assert answer.status_code == 503
        assert (await desk.get("/completions", person(desk)))["items"] == []
