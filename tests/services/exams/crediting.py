"""Activities as a provider posts them, and as they are read."""

from typing import Any

from shared.events import CreditsStanding
from tests.services.exams.conftest import Desk

SAMPLE = (
    "external_id,candidate_id,activity,points,active_date,expires_date,review,provider_name\n"
    "1462600,CSCO10000001,Cisco CE Credits,5,2020-02-01,2023-02-01,,CDL 01 July CCNP\n"
    "1462601,CSCO10000001,Cisco CE Credits,5.5,2020-02-01,2023-02-01,,CDL 01 July CCNP\n"
)


def credit(external_id: str = "1", **changes: Any) -> dict[str, Any]:
    given = {
        "programme": "cisco",
        "external_id": external_id,
        "candidate_id": "CSCO10000001",
        "activity": "Cisco CE Credits",
        "provider": "CDL 01 July CCNP",
        "points": 5,
        "active_on": "2026-02-01",
        "expires_on": "2029-02-01",
        **changes,
    }
    return {key: value for key, value in given.items() if value is not ...}


def provider(desk: Desk, **changes: Any) -> dict[str, str]:
    return desk.vendor(**{"vendor": "cisco-ce", "scope": "credits:write", **changes})


async def post(desk: Desk, *given: dict[str, Any]) -> list[dict[str, Any]]:
    said = await desk.accepted("/credits", {"credits": list(given)}, headers=provider(desk))
    items: list[dict[str, Any]] = said["items"]
    return items


async def own(desk: Desk, query: str = "", candidate_id: str = "CSCO10000001") -> Any:
    return await desk.get(f"/activities{query}", desk.candidate(candidate_id))


async def heard(desk: Desk) -> list[CreditsStanding]:
    await desk.settled()
    return desk.told(CreditsStanding)


def by_version(event: CreditsStanding) -> int:
    return event.version
