"""Candidates looked at: by themselves and by staff, and by nobody else."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.identity.app import create_app
from services.identity.handlers.clients import create_api_client
from services.identity.handlers.staff import create_staff
from shared.events import Contact
from tests.services.identity.conftest import PASSWORD, Identity, registration, settings_for


async def staff_token(identity: Identity, **changes: Any) -> str:
    values: dict[str, Any] = {
        "email": "sam@example.com",
        "name": "Sam",
        "password": PASSWORD,
        "programmes": ["cisco"],
        "scopes": ["candidates:read"],
    }
    async with identity.here.database.transaction() as session:
        await create_staff(session, **(values | changes))
    body = {"login": (values | changes)["email"], "password": PASSWORD}
    return str((await identity.post("/staff/sessions", body)).json()["access_token"])


async def get(identity: Identity, path: str, token: str, **query: Any) -> httpx2.Response:
    return await identity.http.get(path, params=query, headers={"Authorization": f"Bearer {token}"})


async def test_me(identity: Identity) -> None:
    await identity.candidate_with_password()
    token = (await identity.sign_in("CSCO10000000")).json()["access_token"]
    me = (await get(identity, "/me", token)).json()
    registered_at = me.pop("registered_at")
    assert registered_at.startswith(f"{identity.clock.now():%Y-%m-%dT%H:%M}")
    assert me == {
        "candidate_id": "CSCO10000000",
        "programme": "cisco",
        "given_name": "Ann",
        "family_name": "Ng",
        "email": "T1@example.com",
        "testing_ids": [{"vendor": "vue", "testing_id": "T1"}],
        "disclosure": True,
        "can_sign_in": True,
        "name_revision": 1,
        "merged_into": None,
        "further_ids": [],
    }


async def test_staff_find_candidates(identity: Identity) -> None:
    names = [("Zoë", "Ångström"), ("Bob", "Stone_Age"), ("Ann", "O'Brien"), ("Li", "100% Sure")]
    await identity.register(
        *(
            registration(
                f"7700{number}",
                contact=Contact(
                    given_name=given, family_name=family, email=f"{given}{number}@example.com"
                ),
            )
            for number, (given, family) in enumerate(names)
        ),
        registration("J1", programme="juniper"),
    )
    token = await staff_token(identity)

    async def found(search: str) -> list[str]:
        answer = await get(identity, "/candidates", token, programme="cisco", search=search)
        return [one["given_name"] for one in answer.json()["items"]]

    assert await found("") == ["Zoë", "Bob", "Ann", "Li"]
    assert await found("stone bob") == ["Bob"]
    assert await found("O'BRIEN") == ["Ann"]
    assert await found("ann2@EXAMPLE.com") == ["Ann"]
    assert await found("csco10000003") == ["Li"]
    assert await found("77001") == ["Bob"]
    assert await found("100%") == ["Li"]
    assert await found("%") == ["Li"]
    assert await found("bob stone nobody") == []


async def test_pages_by_cursor(identity: Identity) -> None:
    await identity.register(*(registration(f"T{number}") for number in range(7)))
    token = await staff_token(identity)
    seen, cursor = [], None
    while True:
        query = {"programme": "cisco", "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await get(identity, "/candidates", token, **query)).json()
        seen += [one["candidate_id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"CSCO1000000{number}" for number in range(7)]
    for bad in ("garbage", "WzFd", "bnVsbA"):
        answer = await get(identity, "/candidates", token, programme="cisco", cursor=bad)
        assert answer.status_code == 422, bad


async def test_one_candidate(identity: Identity) -> None:
    await identity.register(registration("T1"), registration("J1", programme="juniper"))
    token = await staff_token(identity)
    one = (await get(identity, "/candidates/cisco/CSCO10000000", token)).json()
    assert (one["candidate_id"], one["can_sign_in"]) == ("CSCO10000000", False)
    other_id = next(e.candidate_id for e in identity.heard if e.programme == "juniper")
    assert (await get(identity, "/candidates/cisco/CSCO99999999", token)).status_code == 404
    # A programme of which this staff member is not: forbidden, also by way of their own.
    assert (await get(identity, f"/candidates/juniper/{other_id}", token)).status_code == 403
    assert (await get(identity, f"/candidates/cisco/{other_id}", token)).status_code == 404
    assert (await get(identity, "/candidates", token, programme="juniper")).status_code == 403


async def test_nobody_else_sees_candidates(identity: Identity) -> None:
    await identity.candidate_with_password()
    candidate = (await identity.sign_in("CSCO10000000")).json()["access_token"]
    async with identity.here.database.transaction() as session:
        secret = await create_api_client(
            session, client_id="vue-1", vendor="vue", programmes=["cisco"]
        )
    form = {"grant_type": "client_credentials", "client_id": "vue-1", "client_secret": secret}
    vendor = (await identity.http.post("/oauth/token", data=form)).json()["access_token"]
    scopeless = await staff_token(identity, scopes=["emails:read"])
    for token in (candidate, vendor, scopeless):
        for path in ("/candidates?programme=cisco", "/candidates/cisco/CSCO10000000"):
            answer = await get(identity, path, token)
            assert answer.status_code == 403
            assert answer.headers["content-type"] == "application/problem+json"
    for token in (vendor, scopeless):
        assert (await get(identity, "/me", token)).status_code == 403
    assert (await identity.http.get("/candidates?programme=cisco")).status_code == 401


@pytest.mark.parametrize("path", ["/programmes", "/programmes/cisco"])
async def test_programmes_are_public(identity: Identity, path: str) -> None:
    answer = (await identity.http.get(path)).json()
    cisco = answer if isinstance(answer, dict) else next(p for p in answer if p["id"] == "cisco")
    assert cisco["candidate_prefix"] == "CSCO"
    assert "confidentiality" in [one["id"] for one in cisco["agreements"]]
    assert cisco["branding"].keys() == {
        "accent",
        "accent_ink",
        "ink",
        "logo_mark",
        "logo_text",
    }
    assert cisco["support_email"]
    assert cisco["texts"]


async def test_an_unknown_programme(identity: Identity) -> None:
    assert (await identity.http.get("/programmes/nowhere")).status_code == 404


def test_every_operation_declares_its_audience(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/identity.sqlite3"
    document = create_app(settings_for(url)).openapi()
    audiences = {
        operation["x-audience"]
        for operations in document["paths"].values()
        for operation in operations.values()
    }
    assert audiences == {"public", "candidate", "candidate-or-staff", "owner", "staff"}
