"""Course completions: handed in with a certificate, and followed."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.exams.models import Completion
from shared.events import (
    CourseCompletionSubmitted,
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
from tests.services.exams.conftest import ANNA, BERT, NOW, Desk, open_desk
from tests.services.exams.handed_in import pdf, picture


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
