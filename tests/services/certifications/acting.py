"""Staff at work: actions through the door, and what was published of them."""

from typing import Any

from tests.services.certifications.desk import JANE, Desk

WHOSE = f"/candidates/cisco/{JANE}"
ACTIONS = f"{WHOSE}/actions"
BOTH = "candidates:read certifications:write"
WHY = "A reason of ours"
CCNA = {"certification": "CCNA", "reason": WHY}


async def act(desk: Desk, order: dict[str, Any], path: str = ACTIONS) -> Any:
    programme = path.split("/")[2]
    answer = await desk.post(path, order, desk.staff(BOTH, [programme]))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def undo(desk: Desk, action: dict[str, Any], path: str = ACTIONS) -> Any:
    programme = path.split("/")[2]
    body = {"reason": "It was a mistake"}
    answer = await desk.post(f"{path}/{action['id']}/undo", body, desk.staff(BOTH, [programme]))
    assert answer.status_code == 200, answer.text
    return answer.json()


def kinds(events: list[Any]) -> list[str]:
    return sorted(type(one).__name__.removeprefix("Certification") for one in events)


async def ccna(desk: Desk) -> Any:
    return await desk.get("/certifications/CCNA")
