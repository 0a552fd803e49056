"""The part of the fake gateway that tells of exams, bookings, activities, agreements, courses."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from tests.portal import past
from tests.portal.refusals import Refused, one_of

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
PIECE = 2


@dataclass
class Past:
    """What exams knows of the candidate beside the history."""

    authorizations: list[dict[str, Any]] = field(
        default_factory=lambda: deepcopy(past.AUTHORIZATIONS)
    )
    activities: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(past.ACTIVITIES))
    agreements: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(past.AGREEMENTS))
    completions: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(past.COMPLETIONS))
    files: list[tuple[str, bytes]] = field(default_factory=list)
    refusal: Refused | None = None


def candidate_past(world: "World") -> APIRouter:
    """The candidate's side of exams."""
    router = APIRouter()
    there = world.past

    @router.get("/exams/history")
    async def history(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return world.history

    @router.get("/exams/history/{number}/report")
    async def report(number: str, authorization: str | None = Bearer) -> Response:
        world.who(authorization, "candidate")
        if number != "472300961":
            raise Refused(404, "not-found")
        said = {"content-disposition": f'attachment; filename="{number}.pdf"'}
        return Response(b"%PDF-1.7 report", media_type="application/pdf", headers=said)

    @router.get("/exams/authorizations")
    async def authorizations(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return {"items": there.authorizations}

    @router.get("/exams/activities")
    async def activities(
        search: str = "", cursor: str = "0", authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "candidate")
        found = [one for one in there.activities if search.casefold() in str(one).casefold()]
        return _piece(found, int(cursor), PIECE)

    router.include_router(_agreements(world))
    router.include_router(_completions(world))
    router.include_router(_for_staff(world))
    return router


def _piece(found: list[dict[str, Any]], start: int, limit: int) -> dict[str, Any]:
    end = start + limit
    return {"items": found[start:end], "next": str(end) if end < len(found) else None}


def _for_staff(world: "World") -> APIRouter:
    router = APIRouter(prefix="/exams/candidates/cisco/{candidate_id}")

    @router.get("/activities")
    async def activities(
        candidate_id: str, limit: int = 50, cursor: int = 0, authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "candidates:read")
        return _piece(world.past.activities, cursor, limit)

    @router.get("/completions")
    async def completions(candidate_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "candidates:read")
        return {"items": world.desk.completions, "next": None}

    @router.get("/agreements")
    async def agreements(candidate_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "candidates:read")
        return {"timezone": "America/Los_Angeles", "items": world.past.agreements}

    return router


def _agreements(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.past

    @router.get("/exams/agreements")
    async def agreements(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return {"timezone": "America/Los_Angeles", "items": there.agreements}

    @router.post("/exams/agreements/{agreement_id}/acceptances", status_code=201)
    async def accept(
        agreement_id: str, body: dict[str, str], authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "candidate")
        one = one_of(there.agreements, agreement_id)
        if body != {"version": one["version"]}:
            raise Refused(422, "invalid", "V10 is the newest version")
        accepted = {
            "id": "ac-3",
            "version": one["version"],
            "accepted_at": "2026-11-22T12:00:00Z",
            "accepted_on": "2026-11-22",
            "text_digest": None,
            "source": "portal",
        }
        one["acceptances"].insert(0, accepted)
        one |= {"state": "accepted", "acceptable": False, "accepted_version": one["version"]}
        return accepted

    return router


def _shown(world: "World", authorization: str | None) -> list[dict[str, Any]]:
    """The candidate's own completions, or those that staff review."""
    token = (authorization or "").removeprefix("Bearer ")
    if world.access.get(token, {}).get("kind") == "staff":
        return world.desk.completions
    world.who(authorization, "candidate")
    return world.past.completions


def _completions(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.past

    @router.get("/exams/completions")
    async def completions(state: str = "", authorization: str | None = Bearer) -> Any:
        shown = _shown(world, authorization)
        found = [one for one in shown if state in ("", one["state"])]
        return {"items": found, "next": None}

    @router.get("/exams/completions/{completion_id}")
    async def completion(completion_id: str, authorization: str | None = Bearer) -> Any:
        return one_of(_shown(world, authorization), completion_id)

    @router.get("/exams/completions/{completion_id}/file")
    async def file(completion_id: str, authorization: str | None = Bearer) -> Response:
        one = one_of(_shown(world, authorization), completion_id)
        said = {"content-disposition": f'attachment; filename="{one["file_name"]}"'}
        return Response(b"%PDF-1.7 theirs", media_type=one["file_type"], headers=said)

    @router.post("/exams/completions", status_code=201)
    async def hand_in(request: Request, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        filled = await _filled(world, request)
        made = past.completion("co-5", "submitted", **filled, steps=[])
        there.completions.insert(0, made)
        return made

    @router.put("/exams/completions/{completion_id}")
    async def again(
        completion_id: str, request: Request, authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "candidate")
        one = one_of(there.completions, completion_id)
        filled = await _filled(world, request)
        if filled.pop("version") != str(one["version"]):
            raise Refused(409, "completion-changed")
        one |= filled | {"state": "submitted", "version": one["version"] + 1}
        return one

    return router


async def _filled(world: "World", request: Request) -> dict[str, Any]:
    assert request.headers["content-type"].startswith("multipart/form-data")
    async with request.form() as form:
        if world.past.refusal is not None:
            raise world.past.refusal
        certificate = form["certificate"]
        if not isinstance(certificate, str) and certificate.filename:
            world.past.files.append((certificate.filename, await certificate.read()))
        return {name: value for name, value in form.items() if name != "certificate"}
