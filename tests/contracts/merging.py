"""Two fresh candidates whom staff may merge: whoever is asked about elsewhere stays as they are."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from tests.journeys.product import until

WHY = {"reason": "The same person on the phone"}
PASSWORD = "seven wet boots"
Headers = Mapping[str, str]
# As cheap as Argon2 can be.
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def fresh_merge(
    client: TestClient, vendor: Headers, staff: Headers, path: str
) -> tuple[str, dict[str, Any]]:
    """Return a merge in the state that an operation is for, and the body to ask it with."""
    ids = fresh_candidates(client, vendor, staff, 2)
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


def fresh_account(
    client: TestClient, vendor: Headers, staff: Headers, database: Path
) -> dict[str, str]:
    """Return login and password of somebody who has just set one."""
    (candidate_id,) = fresh_candidates(client, vendor, staff, 1)
    row = (candidate_id, _HASHER.hash(PASSWORD), "2026-11-01 00:00:00.000000")
    with closing(sqlite3.connect(database, timeout=10)) as file, file:
        file.execute(
            "INSERT INTO credentials (candidate_id, password_hash, set_at) VALUES (?, ?, ?)", row
        )
    return {"login": candidate_id, "password": PASSWORD}


def fresh_candidates(client: TestClient, vendor: Headers, staff: Headers, count: int) -> list[str]:
    """Return the ids of people whom a vendor has just registered."""
    names = [f"twin{uuid4().hex}" for _ in range(count)]
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
    return [_candidate(client, name, staff) for name in names]


def _candidate(client: TestClient, name: str, staff: Headers) -> str:
    query = {"programme": "cisco", "search": name}

    def known() -> list[dict[str, Any]]:
        answer = client.get("/api/identity/candidates", params=query, headers=dict(staff))
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    return str(until(known, f"{name} is a candidate")[0]["candidate_id"])
