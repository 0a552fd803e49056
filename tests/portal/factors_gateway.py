"""The gateway's part about how an account is opened: what the fake knows, and answers."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Header
from fastapi.responses import Response

from tests.portal.refusals import Refused

CODE, RECOVERY = "123456", "ABCD-EFGH-JKLM"
CODES = [f"ABCD-EFG{number}-JKLM" for number in range(10)]
OPTIONS: dict[str, Any] = {
    "challenge": "AAAA",
    "rpId": "localhost",
    "timeout": 300000,
    "userVerification": "required",
    "allowCredentials": [{"id": "AQID", "type": "public-key"}],
}
PASSKEY: dict[str, Any] = {
    "id": "01930000-0000-7000-8000-000000000001",
    "name": "Jane's phone",
    "synced": True,
    "created_at": "2026-10-01T12:00:00Z",
    "last_used_at": "2026-11-20T09:00:00Z",
}
SESSIONS: list[dict[str, Any]] = [
    {
        "id": "01930000-0000-7000-8000-00000000000a",
        "device": "Firefox on Linux",
        "address": "203.0.113.5",
        "methods": ["pwd", "otp"],
        "created_at": "2026-11-22T11:00:00Z",
        "seen_at": "2026-11-22T11:59:00Z",
        "current": True,
    },
    {
        "id": "01930000-0000-7000-8000-00000000000b",
        "device": "",
        "address": None,
        "methods": ["swk"],
        "created_at": "2026-11-12T11:00:00Z",
        "seen_at": "2026-11-21T11:59:00Z",
        "current": False,
    },
]
Bearer = Header(None)


@dataclass
class Factors:
    """What is kept about an account; recent: whether the last proof is young enough."""

    recent: bool = True
    # Whether a door wants one more step, and whose step is in hand.
    step: bool = False
    staff_step: bool = False
    password: bool = True
    passkeys: list[dict[str, Any]] = field(default_factory=lambda: [dict(PASSKEY)])
    code_app: dict[str, Any] | None = field(
        default_factory=lambda: {"confirmed_at": "2026-10-02T12:00:00Z", "last_used_at": None}
    )
    codes_left: int = 2
    sessions: list[dict[str, Any]] = field(default_factory=lambda: [dict(one) for one in SESSIONS])
    shown: list[dict[str, Any]] = field(default_factory=list)


def ask_for_step(world: Any) -> None:
    """Refuse as a door does that wants one more step."""
    if world.factors.step:
        raise Refused(
            403,
            "second-factor-required",
            challenge="a-step",
            methods=["passkey", "code", "recovery_code"],
            passkey=OPTIONS,
        )


@dataclass
class Asking:
    """Who asks, as the fake's own tokens say."""

    world: Any

    def owner(self, authorization: str | None) -> dict[str, Any]:
        """Return who asks, or refuse."""
        token = (authorization or "").removeprefix("Bearer ")
        if token not in self.world.access:
            raise Refused(401, "unauthorized")
        principal: dict[str, Any] = self.world.access[token]
        return principal

    def recent(self, authorization: str | None) -> dict[str, Any]:
        """Return who asks, or refuse unless they have just confirmed."""
        principal = self.owner(authorization)
        if not self.world.factors.recent:
            raise Refused(403, "reauthentication-required", "Confirm that it is you.")
        return principal

    def added(self, principal: dict[str, Any], codes: list[str]) -> Any:
        """Answer that a factor was added."""
        given = self.world.open(principal)
        return {
            "recovery_codes": codes,
            "access_token": given["access_token"],
            "expires_in": given["expires_in"],
        }


def account_factors(world: Any, candidate: Any, staff: Any) -> APIRouter:
    """Answer what candidates and staff ask about their own accounts."""
    router = APIRouter(prefix="/identity")
    router.include_router(_doors(world, candidate, staff))
    router.include_router(_passkeys(world))
    router.include_router(_codes(world))
    router.include_router(_sessions(world))
    return router


def _doors(world: Any, candidate: Any, staff: Any) -> APIRouter:
    router = APIRouter()
    factors: Factors = world.factors
    asking = Asking(world)

    @router.post("/sessions/second-factor")
    async def second(body: dict[str, Any]) -> Any:
        factors.shown.append(body)
        if body["challenge"] != "a-step":
            raise Refused(410, "challenge-over")
        right = body.get("code") == CODE or body.get("recovery_code") == RECOVERY
        if not right and not body.get("credential"):
            raise Refused(403, "factor-refused", "This code is not right.")
        return world.open(staff if factors.staff_step else candidate)

    @router.post("/sessions/passkey/options")
    @router.post("/staff/sessions/passkey/options")
    async def passkey_options() -> Any:
        return {"challenge": "a-passkey", "options": OPTIONS}

    @router.post("/sessions/passkey")
    async def passkey(body: dict[str, Any]) -> Any:
        factors.shown.append(body)
        if not body["credential"]:
            raise Refused(403, "factor-refused", "This passkey does not open this account.")
        return world.open(candidate)

    @router.post("/staff/sessions/passkey")
    async def staff_passkey(body: dict[str, Any]) -> Any:
        return world.open(staff)

    @router.post("/sessions/confirm/options")
    async def ways(authorization: str | None = Bearer) -> Any:
        asking.owner(authorization)
        asked = {"challenge": "again", "options": OPTIONS} if factors.passkeys else None
        return {
            "password": factors.password,
            "code": factors.code_app is not None,
            "passkey": asked,
        }

    @router.post("/sessions/confirm")
    async def confirm(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        principal = asking.owner(authorization)
        factors.shown.append(body)
        if body.get("password") == "too often":
            raise Refused(429, "slow-down", "Please wait 4 seconds.")
        if not body.get("credential") and body.get("code") != CODE and not body.get("password"):
            raise Refused(403, "factor-refused", "This is not right.")
        if body.get("password", "").startswith("wrong"):
            raise Refused(403, "factor-refused", "This is not your password.")
        factors.recent = True
        given = world.open(principal)
        return {"access_token": given["access_token"], "expires_in": given["expires_in"]}

    return router


def _passkeys(world: Any) -> APIRouter:
    router = APIRouter()
    factors: Factors = world.factors
    asking = Asking(world)

    @router.get("/security")
    async def security(authorization: str | None = Bearer) -> Any:
        principal = asking.owner(authorization)
        return {
            "password": {"set": factors.password, "set_at": "2026-10-01T12:00:00Z"},
            "passkeys": factors.passkeys,
            "code_app": factors.code_app,
            "recovery_codes_left": factors.codes_left,
            "second_factor_required": principal["kind"] == "staff",
            "recent": factors.recent,
            "password_min_length": 8,
        }

    @router.put("/security/password", status_code=204)
    async def password(body: dict[str, str], authorization: str | None = Bearer) -> None:
        asking.recent(authorization)
        if len(body["password"]) < 8:
            error = {"field": "password", "message": "The password needs at least 8 characters."}
            raise Refused(422, "password-refused", errors=[error])
        factors.shown.append(body)

    @router.post("/security/passkeys/options")
    async def new_passkey(authorization: str | None = Bearer) -> Any:
        asking.recent(authorization)
        options = {
            "rp": {"id": "localhost", "name": "Cisco"},
            "user": {"id": "AQID", "name": "CSCO10000000", "displayName": "Jane Doe"},
            "challenge": "AAAA",
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        }
        return {"challenge": "a-new-one", "options": options}

    @router.post("/security/passkeys", status_code=201)
    async def add_passkey(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        principal = asking.recent(authorization)
        factors.shown.append(body)
        if not body["credential"]:
            raise Refused(403, "factor-refused", "The passkey could not be made.")
        first = not factors.passkeys and factors.code_app is None
        factors.passkeys.append(PASSKEY | {"name": body["name"]})
        return asking.added(principal, CODES if first else [])

    @router.put("/security/passkeys/{passkey_id}", status_code=204)
    async def rename(
        passkey_id: str, body: dict[str, str], authorization: str | None = Bearer
    ) -> None:
        asking.owner(authorization)
        if not body["name"]:
            raise Refused(422, "invalid", errors=[{"field": "name", "message": "a name"}])
        _one(factors, passkey_id)["name"] = body["name"]

    @router.delete("/security/passkeys/{passkey_id}", status_code=204)
    async def remove(passkey_id: str, authorization: str | None = Bearer) -> None:
        principal = asking.recent(authorization)
        one = _one(factors, passkey_id)
        if principal["kind"] == "staff" and factors.code_app is None:
            raise Refused(409, "factor-needed", "Set up another one first.")
        factors.passkeys.remove(one)

    return router


def _codes(world: Any) -> APIRouter:
    router = APIRouter()
    factors: Factors = world.factors
    asking = Asking(world)

    @router.post("/security/code-app")
    async def begin_app(authorization: str | None = Bearer) -> Any:
        asking.recent(authorization)
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        return {"secret": secret, "uri": f"otpauth://totp/Cisco:CSCO1?secret={secret}"}

    @router.post("/security/code-app/confirm", status_code=201)
    async def confirm_app(body: dict[str, str], authorization: str | None = Bearer) -> Any:
        principal = asking.recent(authorization)
        if body["code"] != CODE:
            raise Refused(403, "factor-refused", "This is not the code.")
        first = not factors.passkeys and factors.code_app is None
        factors.code_app = {"confirmed_at": "2026-11-22T12:00:00Z", "last_used_at": None}
        return asking.added(principal, CODES if first else [])

    @router.delete("/security/code-app", status_code=204)
    async def remove_app(authorization: str | None = Bearer) -> None:
        asking.recent(authorization)
        if factors.code_app is None:
            raise Refused(404, "unknown-factor", "You have no code app.")
        factors.code_app = None

    @router.post("/security/recovery-codes", status_code=201)
    async def new_codes(authorization: str | None = Bearer) -> Any:
        asking.recent(authorization)
        factors.codes_left = len(CODES)
        return {"recovery_codes": CODES}

    return router


def _sessions(world: Any) -> APIRouter:
    router = APIRouter()
    factors: Factors = world.factors
    asking = Asking(world)

    @router.get("/sessions")
    async def sessions(authorization: str | None = Bearer) -> Any:
        asking.owner(authorization)
        return {"items": factors.sessions}

    @router.delete("/sessions/{session_id}", status_code=204)
    async def end_one(session_id: str, authorization: str | None = Bearer) -> Response:
        asking.owner(authorization)
        found = [one for one in factors.sessions if one["id"] == session_id]
        if not found:
            raise Refused(404, "unknown-session")
        factors.sessions.remove(found[0])
        return Response(status_code=204)

    @router.post("/sessions/end-others")
    async def end_others(authorization: str | None = Bearer) -> Any:
        asking.owner(authorization)
        others = [one for one in factors.sessions if not one["current"]]
        factors.sessions = [one for one in factors.sessions if one["current"]]
        return {"ended": len(others)}

    return router


def _one(factors: Factors, passkey_id: str) -> dict[str, Any]:
    for one in factors.passkeys:
        if one["id"] == passkey_id:
            return one
    raise Refused(404, "unknown-factor", "You have no such passkey.")
