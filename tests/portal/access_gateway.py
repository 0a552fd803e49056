"""The part of the fake gateway where access is administered."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse, Response

from tests.portal import access
from tests.portal.refusals import Refused

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
Row = dict[str, Any]
LINK = "a-staff-link"


@dataclass
class Access:
    """Who works here, what machines there are, and what was asked for."""

    members: list[Row] = field(default_factory=lambda: deepcopy(access.MEMBERS))
    clients: list[Row] = field(default_factory=lambda: deepcopy(access.CLIENTS))
    account: Row = field(default_factory=lambda: deepcopy(access.ACCOUNT))
    links: set[str] = field(default_factory=lambda: {LINK})
    done: list[tuple[str, Any]] = field(default_factory=list)
    refuse: Refused | None = None

    def do(self, what: str, body: Any = None) -> None:
        """Note what is done, or refuse it."""
        if self.refuse is not None:
            raise self.refuse
        self.done.append((what, body))

    def member(self, staff_id: str) -> Row:
        for one in self.members:
            if one["staff_id"] == staff_id:
                return one
        raise Refused(404, "unknown-staff-member")

    def client(self, client_id: str) -> Row:
        for one in self.clients:
            if one["client_id"] == client_id:
                return one
        raise Refused(404, "unknown-client")


def staff_access(world: "World") -> APIRouter:
    """The administrators' side of identity."""
    router = APIRouter()
    for part in (
        _people(world),
        _clients(world),
        _audit(world),
        _accounts(world),
        _links(world),
        _files(world),
    ):
        router.include_router(part)
    return router


def _people(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity/staff")
    there = world.access_desk

    @router.get("/roles")
    async def roles(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "staff:write")
        return access.ROLES

    @router.get("/members")
    async def members(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "staff:write")
        return there.members

    @router.post("/members", status_code=201)
    async def invite(body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "staff:write")
        if "@" not in body["email"]:
            error = {"field": "email", "message": "an e-mail address is expected"}
            raise Refused(422, "invalid", errors=[error])
        there.do("invite", body)
        return there.members[0]

    @router.get("/members/cisco/{staff_id}")
    async def show(staff_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "staff:write")
        return there.member(staff_id)

    @router.put("/members/cisco/{staff_id}/roles", status_code=204)
    async def roles_of(staff_id: str, body: Row, authorization: str | None = Bearer) -> None:
        world.may(authorization, "staff:write")
        there.do("roles", body)
        there.member(staff_id)["roles"] = body["roles"]

    @router.post("/members/cisco/{staff_id}/{deed:path}")
    async def deed(
        staff_id: str, deed: str, request: Request, authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "staff:write")
        body = await request.body()
        there.do(deed, body.decode())
        return there.member(staff_id)

    return router


def _clients(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity/clients")
    there = world.access_desk

    @router.get("")
    async def clients(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        return there.clients

    @router.get("/scopes")
    async def scopes(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        return ["credits:write", "results:write"]

    @router.post("", status_code=201)
    async def make(body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        there.do("make", body)
        made = there.clients[0] | body
        there.clients.append(made)
        return {"client": made, "secret": "s3cret-shown-once"}

    @router.get("/{client_id}")
    async def show(client_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        return there.client(client_id)

    @router.put("/{client_id}")
    async def change(client_id: str, body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        there.do("change", body)
        one = there.client(client_id)
        one |= body
        return one

    @router.post("/{client_id}/secrets", status_code=201)
    async def renew(client_id: str, body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        there.do("renew", body)
        return {"client": there.client(client_id), "secret": "the-next-secret"}

    @router.delete("/{client_id}/secrets/{secret_id}")
    async def end(client_id: str, secret_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        there.do("end", secret_id)
        return there.client(client_id)

    @router.post("/{client_id}/revoke")
    async def revoke(client_id: str, body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "clients:write")
        there.do("revoke", body)
        one = there.client(client_id)
        one["active"] = False
        return one

    return router


def _audit(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity/audit")

    @router.get("")
    async def entries(request: Request, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "audit:read")
        query = request.query_params
        if query.get("since") == "0001-01-01":
            error = {"field": "since", "message": "a day between 1900 and 9000 is expected"}
            raise Refused(422, "invalid", errors=[error])
        shown = [
            one
            for one in access.ENTRIES
            if query.get("subject", one["subject"]) == one["subject"]
            and query.get("action", one["action"]) == one["action"]
        ]
        return {"items": shown, "next": None if query.get("cursor") else "more"}

    @router.get("/actions")
    async def actions(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "audit:read")
        return sorted(one["action"] for one in access.ENTRIES)

    @router.get("/export")
    async def export(authorization: str | None = Bearer) -> Response:
        world.may(authorization, "audit:read")
        said = {"content-disposition": 'attachment; filename="audit-cisco.csv"'}
        return PlainTextResponse("at,action\n", headers=said, media_type="text/csv")

    return router


def _accounts(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity/candidates/cisco/CSCO10000000/account")
    there = world.access_desk

    @router.get("")
    async def account(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "accounts:read")
        return there.account

    @router.post("/{deed:path}")
    async def deed(deed: str, request: Request, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "accounts:write")
        there.do(deed, (await request.body()).decode())
        return there.account

    return router


def _files(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity/imports")
    there = world.access_desk

    @router.get("")
    async def files(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "imports:write")
        return {"items": [access.ACCOUNT_FILE], "next": None}

    @router.post("", status_code=201)
    async def hand_in(request: Request, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "imports:write")
        body = (await request.body()).decode()
        there.do(str(request.url.query), body)
        return access.ACCOUNT_FILE

    @router.get("/{import_id}")
    async def show(import_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "imports:write")
        return access.ACCOUNT_FILE

    @router.get("/{import_id}/{what}")
    async def rows(import_id: str, what: str, authorization: str | None = Bearer) -> Response:
        world.may(authorization, "imports:write")
        said = {"content-disposition": f'attachment; filename="accounts-{what}.csv"'}
        return PlainTextResponse("row\n", headers=said, media_type="text/csv")

    return router


def _links(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity/staff/sign-in-links")
    there = world.access_desk

    def known(token: str) -> None:
        if token not in there.links:
            raise Refused(410, "link-gone", "This link has been used already.")

    @router.post("", status_code=202)
    async def ask(body: Row) -> Any:
        if "@" not in body["email"]:
            raise Refused(422, "invalid")
        there.do("ask", body)
        return {"message": "on its way"}

    @router.post("/check")
    async def check(body: Row) -> Any:
        known(body["token"])
        return {"login": "sam@example.com", "name": "Sam", "purpose": "invitation"}

    @router.post("/redeem")
    async def redeem(body: Row) -> Any:
        known(body["token"])
        if len(body["password"]) < 8:
            error = {"field": "password", "message": "The password needs at least 8 characters."}
            raise Refused(422, "password-refused", errors=[error])
        there.links.clear()
        return {"login": "sam@example.com"}

    return router
