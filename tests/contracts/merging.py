"""Two fresh candidates whom staff may merge: whoever is asked about elsewhere stays as they are."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.testclient import TestClient

from tests.journeys.product import until

WHY = {"reason": "The same person on the phone"}
Headers = Mapping[str, str]


def fresh_merge(
    client: TestClient, vendor: Headers, staff: Headers, path: str
) -> tuple[str, dict[str, Any]]:
    """Return a merge in the state that an operation is for, and the body to ask it with."""
    names = [f"twin{uuid4().hex}" for _ in range(2)]
    booked = [
        {
            "programme": "cisco",
            "registration_number": f"B-{name}",
            "exam_code": "200-301",
            "testing_id": f"T-{name}",
            "candidate": {
                "given_name": name,
                "family_name": "Holm",
                "email": f"{name}@example.com",
            },
        }
        for name in names
    ]
    client.post("/api/exams/registrations", json={"registrations": booked}, headers=dict(vendor))
    ids = [_candidate(client, name, staff) for name in names]
    made = client.post(
        "/api/identity/merges",
        json={"programme": "cisco", "candidate_ids": ids},
        headers=dict(staff),
    ).json()
    confirming = {"survivor": ids[0]} | WHY
    if path.endswith("/undo"):
        at = f"/api/identity/merges/cisco/{made['id']}/confirm"
        assert client.post(at, json=confirming, headers=dict(staff)).is_success
    return str(made["id"]), confirming if path.endswith("/confirm") else WHY


def _candidate(client: TestClient, name: str, staff: Headers) -> str:
    query = {"programme": "cisco", "search": name}

    def known() -> list[dict[str, Any]]:
        answer = client.get("/api/identity/candidates", params=query, headers=dict(staff))
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    return str(until(known, f"{name} is a candidate")[0]["candidate_id"])
