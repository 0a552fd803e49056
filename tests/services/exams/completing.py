"""What completed courses are handed in with, decided upon and told of by."""

from typing import Any

import httpx2

from shared.events import (
    CourseCompletionStanding,
)
from tests.services.exams.conftest import ANNA, Desk
from tests.services.exams.handed_in import pdf

FIELDS = {"course": "JIR", "completed_on": "2026-11-20", "notes": "Two lines\nof notes"}
File = tuple[str, bytes, str]


def a_file(content: bytes | None = None, name: str = "certificate.pdf") -> File:
    return name, pdf() if content is None else content, "application/octet-stream"


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
