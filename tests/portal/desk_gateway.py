"""The part of the fake gateway where staff look after feeds."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass, field
from threading import Semaphore
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic_core import to_json

from tests.portal import desk
from tests.portal.refusals import Refused, one_of

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
SCOPES = [
    "authorizations:write",
    "calls:read",
    "completions:review",
    "imports:write",
    "results:write",
]
AFTER = {"approve": "approved", "reject": "rejected", "return": "returned"}


@dataclass
class Desk:
    """What waits for staff, and what they have done."""

    waiting: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(desk.WAITING))
    held: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(desk.HELD))
    result: dict[str, Any] = field(default_factory=lambda: deepcopy(desk.RESULT))
    completions: list[dict[str, Any]] = field(default_factory=lambda: [deepcopy(desk.COMPLETION)])
    vendors: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(desk.VENDORS))
    authorizations: list[dict[str, Any]] = field(
        default_factory=lambda: [deepcopy(desk.AUTHORIZATION)]
    )
    news: bool = True
    pace: Semaphore | None = None
    """Lets an import go on by 400 rows each time; without it, at once."""
    done: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def staff_desk(world: "World") -> APIRouter:
    """The staff's side of exams."""
    router = APIRouter()
    there = world.desk

    @router.get("/exams/imports/formats")
    async def formats(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": desk.FORMATS}

    @router.get("/exams/vendors")
    async def vendors(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": there.vendors}

    @router.get("/exams/calls")
    async def calls(vendor: str = "", authorization: str | None = Bearer) -> Any:
        world.may(authorization, "calls:read")
        shown = [one for one in desk.CALLS if vendor in ("", one["vendor"])]
        return {"items": shown, "next": None}

    @router.get("/exams/search")
    async def search(q: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": [hit for hit in desk.HITS if q == hit["candidate_id"] or q == hit["id"]]}

    @router.get("/exams/imports/{import_id}/progress")
    async def progress(import_id: str, authorization: str | None = Bearer) -> Response:
        world.who(authorization, "staff")
        one = one_of(world.imports, import_id)

        async def events() -> AsyncIterator[bytes]:
            while one["finished_at"] is None:
                if there.pace:
                    await asyncio.to_thread(there.pace.acquire, timeout=30)
                one["done"] = one["accepted"] = min(one["rows"], one["done"] + 400)
                ended = one["done"] == one["rows"]
                one["state"] = "finished" if ended else "running"
                one["finished_at"] = "2026-11-22T06:00:09Z" if ended else None
                name = b"ended" if ended else b"progress"
                await asyncio.sleep(0.05)
                yield b"event: " + name + b"\ndata: " + to_json(one) + b"\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    @router.post("/exams/imports/{import_id}/cancel")
    async def cancel(import_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "imports:write")
        one = one_of(world.imports, import_id)
        if one["finished_at"]:
            raise Refused(409, "import-ended", "The import has ended.")
        one |= {"state": "cancelled", "finished_at": "2026-11-22T06:00:09Z"}
        return one

    @router.get("/exams/imports/{import_id}/outcomes")
    async def outcomes(import_id: str, authorization: str | None = Bearer) -> Response:
        world.who(authorization, "staff")
        said = {"content-disposition": f'attachment; filename="outcomes-{import_id}.csv"'}
        return PlainTextResponse("row,number,outcome\n1,A,accepted\n", headers=said)

    router.include_router(_unmatched(world))
    router.include_router(_results(world))
    router.include_router(_review(world))
    router.include_router(_booking(world))
    return router


def _unmatched(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.desk

    @router.get("/exams/waiting")
    async def waiting(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": there.waiting, "next": None}

    def one_that_waits(waiting_id: str) -> dict[str, Any]:
        if "." in waiting_id:
            raise Refused(422, "invalid", "Some fields are not right.")
        for one in there.waiting:
            if one["id"] == waiting_id:
                return one
        raise Refused(404, "unknown-waiting")

    @router.get("/exams/waiting/{waiting_id}")
    async def one_waiting(waiting_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return one_that_waits(waiting_id)

    @router.post("/exams/waiting/{waiting_id}/assign")
    async def assign(
        waiting_id: str, body: dict[str, Any], authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "results:write")
        one = one_that_waits(waiting_id)
        there.waiting.remove(one)
        there.done.append(("assign", body))
        return one

    return router


def _results(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.desk

    @router.get("/exams/held")
    async def held(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": there.held, "next": None}

    @router.get("/exams/flags")
    async def flags(request: Request, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        every = request.query_params["open"] == "false"
        shown = [one for one in there.result["flags"] if every or one["closed_at"] is None]
        return {"items": shown, "next": None}

    @router.get("/exams/results/{result_id}")
    async def result(result_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return one_of([there.result], result_id)

    @router.get("/exams/candidates/cisco/{candidate_id}/history/{number}/report")
    async def report(
        candidate_id: str, number: str, authorization: str | None = Bearer
    ) -> Response:
        world.who(authorization, "staff")
        return Response(b"%PDF-1.7 report", media_type="application/pdf")

    @router.post("/exams/results/{result_id}/{action}")
    async def decide(
        result_id: str, action: str, body: dict[str, Any], authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "results:write")
        one = one_of([there.result], result_id)
        if action not in one["may"]:
            raise Refused(409, "not-as-it-stands", "it is held already")
        there.done.append((action, body))
        return one

    @router.post("/exams/flags/{flag_id}/close")
    async def close(flag_id: str, body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.may(authorization, "results:write")
        flag = one_of(there.result["flags"], flag_id)
        if flag["closed_at"]:
            raise Refused(409, "not-as-it-stands", "the flag is closed")
        flag |= {"closed_at": "2026-11-22T12:00:00Z", "closed_by": "staff@example.com", **body}
        return there.result

    return router


def _review(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.desk

    @router.post("/exams/completions/{completion_id}/{action}")
    async def review(
        completion_id: str, action: str, body: dict[str, Any], authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "completions:review")
        one = one_of(there.completions, completion_id)
        if body["version"] != one["version"]:
            raise Refused(409, "completion-changed", "It has changed meanwhile.")
        one |= {"state": AFTER[action], "reason": body["reason"], "version": one["version"] + 1}
        return one

    return router


def _booking(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.desk

    @router.get("/exams/candidates/cisco/{candidate_id}/authorizations")
    async def authorizations(candidate_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": there.authorizations}

    @router.post("/exams/authorizations", status_code=201)
    async def authorize(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.may(authorization, "authorizations:write")
        if body["last_day"] < body["first_day"]:
            error = {"field": "last_day", "message": "is before the first day"}
            raise Refused(422, "invalid", errors=[error])
        there.done.append(("authorize", body))
        return desk.AUTHORIZATION

    @router.post("/exams/authorizations/{authorization_id}/withdraw")
    async def withdraw(authorization_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "authorizations:write")
        one = one_of(there.authorizations, authorization_id)
        one["state"] = "withdrawn"
        return one

    @router.get("/exams/feeds/pearson-vue/candidates-in-error")
    async def untold(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "authorizations:write")
        return {"items": desk.UNTOLD}

    async def exported(kind: str, authorization: str | None = Bearer) -> Response:
        world.may(authorization, "authorizations:write")
        if not there.news:
            return Response(status_code=204)
        said = {"content-disposition": f'attachment; filename="{kind}-20261122-120000.dat"'}
        return PlainTextResponse("clientCandidateID\n", headers=said)

    files = "/exams/feeds/pearson-vue/files/{kind}"
    router.get(files)(exported)
    router.post(f"{files}/sent")(exported)

    @router.get(files + "/sent/{name}")
    async def again(kind: str, name: str, authorization: str | None = Bearer) -> Response:
        if name != "cdd-20261101-120000.dat":
            raise Refused(404, "unknown-file")
        return await exported(kind, authorization)

    return router
