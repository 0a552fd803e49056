"""Staff in the tests of identity: made as the command line makes them, and signed in."""

from typing import Any
from uuid import UUID

import httpx2

from services.identity.handlers.staff import create_staff
from shared.events import StaffLinkRequested
from tests.services.identity.conftest import PASSWORD, Identity

JSON = dict[str, Any]


class Desk:
    """A signed-in member of staff, who asks the service for things."""

    def __init__(self, identity: Identity, staff_id: str, token: str) -> None:
        self.identity = identity
        self.staff_id = staff_id
        self.token = token

    async def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.identity.http.request(method, path, headers=headers, **request)

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        return await self.ask("POST", path, json=body)

    async def put(self, path: str, **body: Any) -> httpx2.Response:
        return await self.ask("PUT", path, json=body)

    async def invite(self, email: str, *roles: str, programme: str = "cisco") -> httpx2.Response:
        name = email.partition("@")[0].title()
        return await self.post(
            "/staff/members", programme=programme, email=email, name=name, roles=list(roles)
        )

    async def member(self, staff_id: str, programme: str = "cisco") -> JSON:
        found: JSON = (await self.get(f"/staff/members/{programme}/{staff_id}")).json()
        return found

    async def audit(self, **query: Any) -> list[JSON]:
        answer = await self.get("/audit", **{"programme": "cisco", **query})
        assert answer.status_code == 200, answer.text
        items: list[JSON] = answer.json()["items"]
        return items


async def staffed(
    identity: Identity,
    email: str = "ada@example.com",
    *,
    roles: tuple[str, ...] = ("administrator",),
    programmes: tuple[str, ...] = ("cisco",),
    scopes: tuple[str, ...] = (),
) -> Desk:
    """Somebody who works for programmes, signed in."""
    async with identity.here.database.transaction() as session:
        staff_id: UUID = await create_staff(
            session,
            email=email,
            name=email.partition("@")[0].title(),
            password=PASSWORD,
            programmes=programmes,
            scopes=scopes,
            roles=roles,
        )
    return await signed_in(identity, email, str(staff_id))


async def signed_in(
    identity: Identity, email: str, staff_id: str, password: str = PASSWORD
) -> Desk:
    """The member, signed in anew."""
    answer = await identity.post("/staff/sessions", {"login": email, "password": password})
    assert answer.status_code == 200, answer.text
    return Desk(identity, staff_id, answer.json()["access_token"])


async def arrived(
    identity: Identity, by: Desk, email: str, *roles: str, programme: str = "cisco"
) -> Desk:
    """Somebody invited who has set a password and signed in."""
    answer = await by.invite(email, *roles, programme=programme)
    assert answer.status_code == 201, answer.text
    await identity.settle()
    link = identity.of_type(StaffLinkRequested)[-1]
    redeemed = await identity.post(
        "/staff/sign-in-links/redeem", {"token": link.token, "password": PASSWORD}
    )
    assert redeemed.status_code == 200, redeemed.text
    return await signed_in(identity, email, answer.json()["staff_id"])
