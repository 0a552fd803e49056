"""The fake gateway's federation: a provider that the tests play, and registrations."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Header

from tests.portal.refusals import Refused

WAITING = {
    "programme": "cisco",
    "provider": "cisco-com",
    "provider_name": "Cisco.com ID",
    "label": "jane@elsewhere.example",
    "given_name": "Jane",
    "family_name": "Doe",
    "email": "jane@elsewhere.example",
    "expires_at": "2026-11-23T12:00:00Z",
}
CONNECTED = {
    "id": "0199-1",
    "provider": "cisco-com",
    "provider_name": "Cisco.com ID",
    "label": "jane@elsewhere.example",
    "linked_at": "2026-11-20T12:00:00Z",
    "last_used_at": None,
}
OPENED = {
    "programme": "cisco",
    "given_name": "Jane",
    "family_name": "Doe",
    "email": "jane.doe@example.com",
    "login_ids": ["CSCO10000000"],
}
Bearer = Header(None)


@dataclass
class Federation:
    """What the provider answers next, and what is connected."""

    # session, waiting, connecting, or the slug of a problem with its status and reason.
    finish: Any = "session"
    authorization_url: str = "https://login.example.com/auth?state=s1"
    refuses: tuple[int, str, str] | None = None
    connected: list[dict[str, Any]] = field(default_factory=list)
    finished: list[dict[str, Any]] = field(default_factory=list)
    redeemed: list[dict[str, Any]] = field(default_factory=list)
    registered: list[dict[str, Any]] = field(default_factory=list)


def federation(world: Any) -> APIRouter:
    """Build this part of the fake."""
    router = APIRouter(prefix="/identity")
    fake: Federation = world.federation

    def begun() -> dict[str, str]:
        _refuse(fake)
        return {
            "authorization_url": fake.authorization_url,
            "binding": "the browser's own",
        }

    @router.post("/federation/flows", status_code=201)
    async def begin(body: dict[str, str]) -> Any:
        if body["provider"] != "cisco-com":
            raise Refused(404, "unknown-provider")
        return begun()

    @router.post("/federation/flows/finish")
    async def finish(body: dict[str, Any]) -> Any:
        fake.finished.append(body)
        _refuse(fake)
        if fake.finish == "session":
            return {
                "session": _session(world),
                "pending": None,
                "waiting": None,
                "connecting": False,
            }
        return {
            "session": None,
            "pending": "the waiting secret",
            "waiting": WAITING,
            "connecting": fake.finish == "connecting",
        }

    @router.post("/federation/pending/redeem")
    async def redeem(body: dict[str, str]) -> Any:
        fake.redeemed.append(body)
        _refuse(fake)
        if body["token"] not in world.links:
            raise Refused(410, "link-gone", reason="used")
        return _session(world)

    @router.get("/me/external-identities")
    async def mine(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        left = [] if fake.connected else [{"id": "cisco-com", "name": "Cisco.com ID"}]
        return {"items": fake.connected, "providers": left}

    @router.post("/me/external-identities/flows", status_code=201)
    async def begin_connecting(body: dict[str, str], authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return begun()

    @router.post("/me/external-identities", status_code=201)
    async def connect(body: dict[str, str], authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        _refuse(fake)
        assert body == {"pending": "the waiting secret"}
        fake.connected.append(deepcopy(CONNECTED))
        return {"items": fake.connected, "providers": []}

    @router.delete("/me/external-identities/{identity_id}", status_code=204)
    async def disconnect(identity_id: str, authorization: str | None = Bearer) -> None:
        world.who(authorization, "candidate")
        _refuse(fake)
        fake.connected = [one for one in fake.connected if one["id"] != identity_id]

    return router


def _refuse(fake: Federation) -> None:
    if fake.refuses is not None:
        status, slug, reason = fake.refuses
        raise Refused(status, slug, "said by identity", reason=reason, case_number="CASE-1")


def registrations(world: Any) -> APIRouter:
    """What strangers ask who register, and staff who look after candidates' accounts."""
    router = APIRouter(prefix="/identity")
    fake: Federation = world.federation
    there = "/candidates/cisco/CSCO10000000/external-identities"

    @router.get(there)
    async def of_candidate(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "accounts:read")
        return fake.connected

    @router.post(there + "/{identity_id}/disconnect", status_code=204)
    async def disconnect_theirs(
        identity_id: str, body: dict[str, str], authorization: str | None = Bearer
    ) -> None:
        world.may(authorization, "accounts:write")
        fake.redeemed.append({"disconnected": identity_id, **body})
        fake.connected = []

    @router.post("/self-registrations", status_code=202)
    async def register(body: dict[str, str]) -> Any:
        wrongs = [name for name in ("family_name", "email") if len(body[name]) < 2]
        if wrongs:
            errors = [{"field": f"body.{name}", "message": "wrong"} for name in wrongs]
            raise Refused(422, "invalid", errors=errors)
        fake.registered.append(body)
        return {"message": "on its way"}

    @router.post("/self-registrations/check")
    async def check(body: dict[str, str]) -> Any:
        if body["token"] != "good-token":
            raise Refused(410, "link-gone", reason="used")
        return OPENED

    @router.post("/self-registrations/redeem", status_code=201)
    async def finish_registration(body: dict[str, str]) -> Any:
        _refuse(fake)
        if "pending" not in body and len(body["password"]) < 12:
            error = {"field": "password", "message": "Use at least 12 characters."}
            raise Refused(422, "password-refused", errors=[error])
        fake.redeemed.append(body)
        return _session(world)

    return router


def _session(world: Any) -> dict[str, Any]:
    from tests.portal.gateway import CANDIDATE  # noqa: PLC0415 - each imports the other

    opened: dict[str, Any] = world.open(CANDIDATE)
    return opened
