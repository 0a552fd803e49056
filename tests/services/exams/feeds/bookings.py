"""What tests of authorizations and of the files about them ask for, and how."""

from typing import Any

import httpx2

from shared.events import Contact
from tests.services.exams.conftest import Desk, known
from tests.services.exams.feeds.samples import sheet

STAFF = "authorizations:write candidates:read imports:read imports:write"
EXPORT = "/feeds/pearson-vue/files"


def body(**changes: Any) -> dict[str, Any]:
    given = {
        "programme": "cisco",
        "candidate_id": "CSCO10000001",
        "exam_code": "200-301",
        "vendor": "vue",
        "first_day": "2026-11-23",
        "last_day": "2027-11-23",
        "attempts": 1,
        "accommodations": ["ET01HR", "BR0110"],
        **changes,
    }
    return {key: value for key, value in given.items() if value is not ...}


def named(candidate_id: str, given_name: str, family_name: str, version: int = 1) -> Any:
    return known(candidate_id, version=version).model_copy(
        update={
            "contact": Contact(
                given_name=given_name, family_name=family_name, email="x@example.com"
            )
        }
    )


async def make(desk: Desk, **changes: Any) -> httpx2.Response:
    return await desk.client.post(
        "/authorizations", headers=desk.staff(STAFF), json=body(**changes)
    )


async def made(desk: Desk, **changes: Any) -> dict[str, Any]:
    answer = await make(desk, **changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def file(desk: Desk, kind: str, path: str = "/sent", method: str = "POST") -> httpx2.Response:
    return await desk.client.request(
        method,
        f"{EXPORT}/{kind}{path}",
        params={"programme": "cisco"},
        headers=desk.vendor("vue", "authorizations:read"),
    )


async def rows(desk: Desk, kind: str) -> list[dict[str, str]]:
    """Make the file and send it; its rows by column."""
    answer = await file(desk, kind)
    if answer.status_code == 204:
        return []
    return parsed(answer)


def parsed(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    header, *lines = answer.content.decode("cp1252").splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


async def state(desk: Desk, candidate_id: str = "CSCO10000001") -> dict[str, Any]:
    found = await desk.get(
        f"/candidates/cisco/{candidate_id}/authorizations", desk.staff("candidates:read")
    )
    newest: dict[str, Any] = found["items"][0]
    return newest


async def replied(desk: Desk, kind: str, *rows: tuple[str, ...]) -> dict[str, Any]:
    """Hand in a file of answers and wait for its end."""
    columns = {
        "vcdc": ("ClientCandidateID", "CandidateID", "Status", "Date", "Message"),
        "eac": ("ClientAuthorizationID", "AuthorizationID", "Status", "Date", "Message"),
    }
    kinds = {"vcdc": "candidate_replies", "eac": "authorization_replies"}
    return await desk.imported(
        sheet(columns[kind], *rows),
        desk.vendor("vue", "imports:write"),
        kind=kinds[kind],
        name=f"{kind}-2026-11-23-0001.dat",
        format=f"pearson-{kind}",
    )
