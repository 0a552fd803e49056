"""A small gateway that answers with the API's JSON: a peer for the portal's own tests.

It keeps real sessions with rotating refresh tokens, can be told to fail, and notes what it was
asked. The journeys walk the real product; this one is for cases that are hard to bring about.
"""

import json
import secrets
from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.portal import planning, rules, standing, story
from tests.portal.access_gateway import Access, staff_access
from tests.portal.addresses_gateway import Addresses, candidate_addresses
from tests.portal.cases_gateway import Cases, support_cases
from tests.portal.data_gateway import MyData, candidate_data, staff_data
from tests.portal.desk_gateway import SCOPES, Desk, staff_desk
from tests.portal.factors_gateway import Factors, account_factors, ask_for_step
from tests.portal.federation_gateway import Federation, federation, registrations
from tests.portal.history_gateway import Past, candidate_past
from tests.portal.merges_gateway import Merging, staff_merges
from tests.portal.profile_gateway import Profile, candidate_profile, staff_profile
from tests.portal.public_gateway import strangers
from tests.portal.refusals import Refused, one_of
from tests.portal.rules_gateway import candidate_rules, staff_rules
from tests.portal.staff_gateway import staff_pages
from tests.portal.stage import StandIn, playing

PASSWORD = "four plain words here"
IDENTITY_SCOPES = [
    "accounts:read",
    "accounts:write",
    "audit:read",
    "cases:read",
    "cases:write",
    "clients:write",
    "data:write",
    "merges:write",
    "names:review",
    "staff:write",
]


@dataclass
class World:
    """What the fake knows, and what it has been asked."""

    access_seconds: int = 600
    past: Past = field(default_factory=Past)
    desk: Desk = field(default_factory=Desk)
    access_desk: Access = field(default_factory=Access)
    addresses: Addresses = field(default_factory=Addresses)
    factors: Factors = field(default_factory=Factors)
    profile: Profile = field(default_factory=Profile)
    federation: Federation = field(default_factory=Federation)
    support: Cases = field(default_factory=Cases)
    history: dict[str, Any] = field(default_factory=lambda: deepcopy(story.HISTORY))
    certifications: dict[str, Any] = field(
        default_factory=lambda: deepcopy(standing.CERTIFICATIONS)
    )
    transcripts: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(story.TRANSCRIPTS))
    entitlements: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(story.ENTITLEMENTS))
    merging: Merging = field(default_factory=Merging)
    my_data: MyData = field(default_factory=MyData)
    imports: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(story.IMPORTS))
    parked: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: deepcopy(story.PARKED))
    emails: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(story.EMAILS))
    mailbox: list[dict[str, Any]] | None = field(default_factory=lambda: deepcopy(story.MAILBOX))
    links: dict[str, dict[str, Any]] = field(default_factory=lambda: deepcopy(story.LINKS))
    credits: dict[str, Any] = field(default_factory=lambda: deepcopy(planning.CREDITS))
    eligibility: dict[str, Any] = field(default_factory=lambda: deepcopy(planning.ELIGIBILITY))
    actions: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(rules.ACTIONS))
    dry_runs: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(rules.DRY_RUNS))
    reevaluations: list[dict[str, Any]] = field(
        default_factory=lambda: deepcopy(rules.REEVALUATIONS)
    )
    imagined: list[dict[str, Any]] = field(default_factory=list)
    tried: list[dict[str, Any]] = field(default_factory=list)
    certificates: dict[str, dict[str, Any]] = field(
        default_factory=lambda: deepcopy(story.PUBLIC_CERTIFICATES)
    )
    away: set[str] = field(default_factory=set)
    access: dict[str, dict[str, Any]] = field(default_factory=dict)
    refresh: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    queried: list[str] = field(default_factory=list)

    def open(self, principal: dict[str, Any]) -> dict[str, Any]:
        """Give out a pair of tokens."""
        claims = b64encode(json.dumps({"scope": " ".join(principal.get("scopes", ()))}).encode())
        access = f"{secrets.token_urlsafe(20)}.{claims.decode()}.{secrets.token_urlsafe(150)}"
        refresh = secrets.token_urlsafe(32)
        self.access[access] = self.refresh[refresh] = principal
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.access_seconds,
            "token_type": "Bearer",
            "principal": principal,
        }

    def may(self, authorization: str | None, scope: str) -> None:
        """Refuse whoever is not staff with a scope."""
        if scope not in self.who(authorization, "staff").get("scopes", ()):
            raise Refused(403, "forbidden", f"The token has not the scope {scope}.")

    def who(self, authorization: str | None, kind: str) -> dict[str, Any]:
        """Return who asks, or refuse."""
        token = (authorization or "").removeprefix("Bearer ")
        principal = self.access.get(token)
        if principal is None:
            raise Refused(401, "unauthorized")
        if principal["kind"] != kind:
            raise Refused(403, "forbidden", "This operation is for somebody else.")
        return principal


CANDIDATE = {
    "kind": "candidate",
    "subject": "CSCO10000000",
    "programme": "cisco",
    "name": "Jane Doe",
}
STAFF = {
    "kind": "staff",
    "subject": "staff@example.com",
    "programmes": ["cisco", "juniper"],
    "name": "Sam Staff",
    "scopes": [
        "candidates:read",
        "certifications:write",
        "programmes:write",
        *IDENTITY_SCOPES,
        *SCOPES,
    ],
}
Bearer = Header(None)


def fake_gateway(world: World) -> ASGIApp:
    """The fake in front of a world."""
    routes = _built()

    async def gateway(scope: Scope, receive: Receive, send: Send) -> None:
        with playing(world):
            await routes(scope, receive, send)

    return gateway


@cache
def _built() -> FastAPI:  # While no world is played: the routes get stand-ins of its parts.
    world = cast(World, StandIn())
    app = FastAPI()

    @app.exception_handler(Refused)
    async def refuse(request: Request, refused: Refused) -> Response:
        body = {
            "type": f"http://127.0.0.1:8080/problems/{refused.slug}",
            "status": refused.status,
            "detail": refused.detail,
            **refused.extra,
        }
        return JSONResponse(body, refused.status, media_type="application/problem+json")

    @app.middleware("http")
    async def note(request: Request, call_next: Any) -> Response:
        path = request.url.path.removeprefix("/api/")
        world.asked.append(f"{request.method} {path}")
        if request.url.query:
            world.queried.append(f"{path}?{request.url.query}")
        if path.split("/")[0] in world.away:
            return PlainTextResponse("bad gateway", 502)
        answer: Response = await call_next(request)
        return answer

    for router in (
        _identity(world),
        candidate_addresses(world),
        candidate_profile(world),
        staff_profile(world),
        account_factors(world, CANDIDATE, STAFF),
        federation(world),
        registrations(world),
        support_cases(world),
        candidate_rules(world),
        candidate_past(world),
        _candidate(world),
        staff_rules(world),
        staff_desk(world),
        staff_access(world),
        staff_merges(world),
        candidate_data(world),
        staff_data(world),
        staff_pages(world),
        strangers(world),
    ):
        app.include_router(router, prefix="/api")
    return app


def _identity(world: World) -> APIRouter:
    router = APIRouter()

    @router.get("/identity/programmes")
    async def programmes() -> Any:
        return story.PROGRAMMES

    @router.post("/identity/sessions")
    async def sign_in(body: dict[str, str]) -> Any:
        known = body["login"] in ("CSCO10000000", "jane.doe@example.com")
        if not known or body["password"] != PASSWORD or body["programme"] != "cisco":
            raise Refused(401, "unauthorized")
        ask_for_step(world)
        return world.open(CANDIDATE)

    @router.post("/identity/staff/sessions")
    async def staff_sign_in(body: dict[str, str]) -> Any:
        if body["login"] == "cisco-only@example.com" and body["password"] == PASSWORD:
            return world.open(STAFF | {"programmes": ["cisco"], "scopes": ["candidates:read"]})
        if body["login"] != "staff@example.com" or body["password"] != PASSWORD:
            raise Refused(401, "unauthorized")
        ask_for_step(world)
        return world.open(STAFF)

    @router.post("/identity/sessions/refresh")
    async def refresh(body: dict[str, str]) -> Any:
        principal = world.refresh.pop(body["refresh_token"], None)
        if principal is None:
            world.refresh.clear()
            raise Refused(401, "unauthorized")
        return world.open(principal)

    @router.post("/identity/sessions/end", status_code=204)
    async def end(body: dict[str, str]) -> None:
        world.refresh.pop(body["refresh_token"], None)

    @router.post("/identity/sign-in-links/check")
    async def check(body: dict[str, str]) -> Any:
        if body["token"] not in world.links:
            raise Refused(410, "gone", reason="used")
        return world.links[body["token"]]

    @router.post("/identity/sign-in-links/redeem")
    async def redeem(body: dict[str, str]) -> Any:
        if body["token"] not in world.links:
            raise Refused(410, "gone")
        if len(body["password"]) < 12:
            error = {"field": "password", "message": "Use at least 12 characters."}
            raise Refused(422, "invalid", errors=[error])
        return world.links.pop(body["token"])

    @router.get("/identity/me")
    async def me(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return story.PERSON

    return router


def _candidate(world: World) -> APIRouter:
    router = APIRouter()

    @router.get("/certifications/certifications")
    async def certifications(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return world.certifications

    @router.get("/certifications/certifications/{code}")
    async def certification(code: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        if code not in standing.DETAILS:
            raise Refused(404, "not-found", "There is no certification with this code.")
        return standing.DETAILS[code]

    @router.get("/certifications/certifications/{code}/certificate.pdf")
    async def certificate(code: str, authorization: str | None = Bearer) -> Response:
        world.who(authorization, "candidate")
        return Response(b"%PDF-1.7 fake", media_type="application/pdf")

    @router.get("/fulfillment/entitlements")
    async def entitlements(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return {"items": world.entitlements}

    @router.get("/transcripts/transcripts")
    async def transcripts(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return {"items": world.transcripts, "next": None}

    @router.post("/transcripts/transcripts", status_code=201)
    async def create(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        if not body["valid_through"] or body["valid_through"] < "2026-11-22":
            error = {"field": "valid_through", "message": "Choose a day that is not over yet."}
            raise Refused(422, "invalid", errors=[error])
        made = deepcopy(story.TRANSCRIPTS[0]) | body
        made |= {"id": secrets.token_hex(4), "views": 0, "last_viewed_at": None}
        made["certifications"] = story.included(body["certifications"])
        world.transcripts.append(made)
        return made

    @router.get("/transcripts/transcripts/{transcript_id}")
    async def transcript(transcript_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return one_of(world.transcripts, transcript_id)

    @router.put("/transcripts/transcripts/{transcript_id}")
    async def change(
        transcript_id: str, body: dict[str, Any], authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "candidate")
        one = one_of(world.transcripts, transcript_id)
        one.update(body | {"certifications": story.included(body["certifications"])})
        return one

    return router
