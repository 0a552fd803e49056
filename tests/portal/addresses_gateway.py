"""The fake gateway's e-mail addresses: asking for links, following them, one's own addresses."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Header

from tests.portal.refusals import Refused

REQUEST = "0199a1b2-0000-7000-8000-000000000001"
ASKED_AT = "2026-11-22T12:03:00Z"
HOME, WORK = "jane@home.example", "jane.doe@example.com"
EMAILS: dict[str, Any] = {
    "emails": [
        {
            "email": WORK,
            "is_primary": True,
            "added_at": "2026-01-10T09:00:00Z",
            "verified_at": "2026-01-10T09:30:00Z",
        },
        {
            "email": HOME,
            "is_primary": False,
            "added_at": "2026-10-01T09:00:00Z",
            "verified_at": "2026-10-01T09:05:00Z",
        },
    ],
    "pending": [],
    "most": 10,
}
PROOF = {"programme": "cisco", "login_id": "CSCO10000000", "email": "jane@new.example"}
PROOFS: dict[str, dict[str, Any]] = {
    "new-token": PROOF | {"purpose": "new_address", "needs_password": False},
    "report-token": PROOF | {"purpose": "score_report", "needs_password": True},
    "shared-token": PROOF | {"purpose": "score_report", "needs_password": False},
}
GONE = {
    "used-token": ("used", "new_address"),
    "expired-token": ("expired", "score_report"),
    "called-off-token": ("replaced", "new_address"),
}
Bearer = Header(None)


@dataclass
class Addresses:
    """A candidate's addresses, the links on their way, and what was asked for."""

    answered: bool = True
    # The slug, status and detail of a problem that every request meets.
    refuses: tuple[str, int, str] | None = None
    mine: dict[str, Any] = field(default_factory=lambda: deepcopy(EMAILS))
    proofs: dict[str, dict[str, Any]] = field(default_factory=lambda: deepcopy(PROOFS))
    asked: list[dict[str, Any]] = field(default_factory=list)
    redeemed: list[dict[str, Any]] = field(default_factory=list)


def candidate_addresses(world: Any) -> APIRouter:
    """Build this part of the fake."""
    router = APIRouter(prefix="/identity")
    fake: Addresses = world.addresses
    _asking(router, fake)
    _proving(router, fake)
    _own(router, world, fake)
    return router


def _refuse(fake: Addresses) -> None:
    if fake.refuses is not None:
        slug, status, detail = fake.refuses
        raise Refused(status, slug, detail, errors=[{"field": "email", "message": detail}])


def _asking(router: APIRouter, fake: Addresses) -> None:
    @router.post("/sign-in-links", status_code=202)
    @router.post("/score-reports", status_code=202)
    async def ask(body: dict[str, str]) -> Any:
        _refuse(fake)
        fake.asked.append(body)
        return {"message": "On its way.", "request_id": REQUEST, "asked_at": ASKED_AT}

    @router.get("/link-requests/{request_id}")
    async def status(request_id: str) -> Any:
        if request_id != REQUEST:
            raise Refused(404, "unknown-request")
        answered = "2026-11-22T12:03:02Z" if fake.answered else None
        state = "answered" if fake.answered else "waiting"
        return {"state": state, "asked_at": ASKED_AT, "answered_at": answered}


def _proving(router: APIRouter, fake: Addresses) -> None:
    def found(token: str) -> dict[str, Any]:
        if token in fake.proofs:
            return fake.proofs[token]
        reason, purpose = GONE.get(token, ("unknown", ""))
        raise Refused(410, "link-gone", reason=reason, purpose=purpose)

    @router.post("/address-proofs/check")
    async def check(body: dict[str, str]) -> Any:
        return found(body["token"])

    @router.post("/address-proofs/redeem")
    async def redeem(body: dict[str, Any]) -> Any:
        proof = found(body["token"])
        if proof["needs_password"] and len(body["password"] or "") < 12:
            error = {"field": "password", "message": "Use at least 12 characters."}
            raise Refused(422, "password-refused", errors=[error])
        fake.redeemed.append(body)
        del fake.proofs[body["token"]]
        told = {name: proof[name] for name in ("programme", "login_id", "email")}
        if body["token"] == "shared-token":
            return told | {"outcome": "elsewhere", "case_number": "CASE-7K3M-2Q"}
        outcome = "added" if proof["purpose"] == "new_address" else "updated"
        return told | {"outcome": outcome, "case_number": None}


def _own(router: APIRouter, world: Any, fake: Addresses) -> None:
    @router.get("/me/emails")
    async def mine(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return fake.mine

    @router.post("/me/emails", status_code=202)
    @router.post("/me/emails/{step}")
    async def change(
        body: dict[str, str], step: str = "", authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "candidate")
        _refuse(fake)
        fake.asked.append({"step": step, **body})
        return {"message": "Done."}
