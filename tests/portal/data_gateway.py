"""The part of the fake gateway with copies and erasures of a candidate's data."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response

from tests.portal.refusals import Refused

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
Row = dict[str, Any]
OWN = "CSCO10000000"
READY = "0197a000-0000-7000-8000-0000000000d1"
ZIP = b"PK\x05\x06" + bytes(18)


def request(kind: str, state: str, **changes: Any) -> Row:
    """Something that was asked for."""
    return {
        "id": READY,
        "programme": "cisco",
        "candidate_id": OWN,
        "kind": kind,
        "state": state,
        "asked_by": "candidate",
        "asked_by_name": None,
        "reason": None,
        "asked_at": "2026-11-21T09:30:00Z",
        "due_at": None,
        "settled_at": None,
        "fetched_at": None,
        "bytes": None,
        "late": False,
        "missing": [],
        **changes,
    }


COPIES = [
    request(
        "copy",
        "ready",
        due_at="2026-11-28T09:32:00Z",
        settled_at="2026-11-21T09:32:00Z",
        bytes=1_843_200,
    ),
    request(
        "copy",
        "expired",
        id="0197a000-0000-7000-8000-0000000000d0",
        asked_at="2025-06-02T07:00:00Z",
        settled_at="2025-06-09T07:00:00Z",
    ),
]
KEEP = [
    {
        "what": "certifications",
        "text": "That a certification was earned, with its dates; no longer by whom.",
    }
]
WAITING = request("erasure", "waiting", due_at="2026-12-05T09:30:00Z")


@dataclass
class MyData:
    """What was asked for, and what the next request is refused with."""

    copies: list[Row] = field(default_factory=lambda: deepcopy(COPIES))
    erasure: Row | None = None
    refused: Refused | None = None
    bodies: list[Row] = field(default_factory=list)


def candidate_data(world: "World") -> APIRouter:
    """Make the operations for candidates."""
    router = APIRouter(prefix="/identity/me/data")
    mine = world.my_data

    def recent(authorization: str | None) -> None:
        world.who(authorization, "candidate")
        if not world.factors.recent:
            raise Refused(403, "reauthentication-required", "Please confirm that it is you.")
        if mine.refused is not None:
            raise mine.refused

    @router.get("")
    async def overview(authorization: str | None = Bearer) -> Row:
        world.who(authorization, "candidate")
        return _overview(mine)

    @router.post("/copies", status_code=202)
    async def copy(authorization: str | None = Bearer) -> Row:
        recent(authorization)
        mine.copies.insert(0, request("copy", "gathering", id="new", missing=["exams"]))
        return mine.copies[0]

    @router.get("/copies/{copy_id}/file")
    async def file(copy_id: str, authorization: str | None = Bearer) -> Response:
        recent(authorization)
        if copy_id != READY:
            raise Refused(404, "copy-not-there", "There is no such copy, or it was deleted.")
        said = {"content-disposition": 'attachment; filename="cisco-data.zip"'}
        return Response(ZIP, media_type="application/zip", headers=said)

    @router.post("/erasure", status_code=202)
    async def erase(body: Row, authorization: str | None = Bearer) -> JSONResponse:
        recent(authorization)
        if body["candidate_id"].upper() != OWN:
            raise Refused(422, "not-confirmed", "What is erased cannot be brought back.")
        mine.erasure = deepcopy(WAITING)
        return JSONResponse(mine.erasure, 202)

    @router.delete("/erasure")
    async def keep(authorization: str | None = Bearer) -> Row:
        world.who(authorization, "candidate")
        if mine.erasure is None:
            raise Refused(409, "nothing-to-take-back", "No erasure waits.")
        mine.erasure["state"] = "taken_back"
        return mine.erasure

    return router


def staff_data(world: "World") -> APIRouter:
    """Make the operations for staff."""
    router = APIRouter(prefix="/identity")
    mine = world.my_data
    place = "/candidates/cisco/{candidate_id}/data"

    @router.get("/data-requests")
    async def listed(kind: str = "", state: str = "", authorization: str | None = Bearer) -> Row:
        world.may(authorization, "data:write")
        every = [*mine.copies, *([mine.erasure] if mine.erasure else [])]
        found = [
            one
            for one in every
            if one["kind"] == (kind or one["kind"]) and one["state"] == (state or one["state"])
        ]
        return {"items": found, "next_cursor": None}

    @router.get(place)
    async def overview(candidate_id: str, authorization: str | None = Bearer) -> Row:
        world.may(authorization, "data:write")
        if candidate_id != OWN:
            raise Refused(404, "unknown-candidate", "There is no such candidate.")
        return _overview(mine)

    @router.post(place + "/{what:path}", status_code=202)
    async def ask(
        candidate_id: str, what: str, body: Row, authorization: str | None = Bearer
    ) -> Row:
        world.may(authorization, "data:write")
        if mine.refused is not None:
            raise mine.refused
        mine.bodies.append({"what": what, **body})
        return request("copy", "gathering", candidate_id=candidate_id)

    return router


def _overview(mine: MyData) -> Row:
    return {
        "copies": mine.copies,
        "erasure": mine.erasure,
        "copy_days": 7,
        "erasure_wait_days": 14,
        "keep": KEEP,
    }
