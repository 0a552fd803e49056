"""The part of the fake gateway where candidates write to support and change their names."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.datastructures import UploadFile

from tests.portal import cases
from tests.portal.refusals import Refused

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
Row = dict[str, Any]


@dataclass
class Cases:
    """What was written, which names were asked for, and what was done."""

    cases: list[Row] = field(default_factory=lambda: deepcopy(cases.CASES))
    changes: list[Row] = field(
        default_factory=lambda: [deepcopy(one) for one in (cases.REJECTED, cases.EARLIER)]
    )
    name: Row = field(
        default_factory=lambda: {"given_name": "Jane", "family_name": "Doe", "revision": 2}
    )
    queue: list[Row] = field(
        default_factory=lambda: [cases.name_change(), deepcopy(cases.REJECTED)]
    )
    done: list[tuple[str, Row]] = field(default_factory=list)
    files: list[tuple[str | None, bytes]] = field(default_factory=list)
    refuse: Refused | None = None

    def do(self, what: str, body: Row) -> None:
        """Note what is done, or refuse it."""
        if self.refuse is not None:
            raise self.refuse
        self.done.append((what, body))

    def case(self, number: str) -> Row:
        for one in self.cases:
            if one["number"] == number:
                return one
        raise Refused(404, "unknown-case")

    def change(self, change_id: str) -> Row:
        for one in [*self.queue, *self.changes]:
            if one["id"] == change_id:
                return one
        raise Refused(404, "unknown-name-change")

    async def form(self, request: Request) -> Row:
        """The fields of a form; its file is noted."""
        filled: Row = {}
        async with request.form() as form:
            for name, value in form.items():
                if not isinstance(value, UploadFile):
                    # What stands for no file is no word.
                    if name not in ("attachment", "identification"):
                        filled[name] = value
                elif value.filename:
                    self.files.append((value.filename, await value.read()))
        return filled


def support_cases(world: "World") -> APIRouter:
    """Cases, for both sides."""
    router = APIRouter()
    there = world.support

    def who(authorization: str | None) -> Row:
        for kind in ("candidate", "staff"):
            try:
                return world.who(authorization, kind)
            except Refused:
                continue
        raise Refused(401, "unauthorized")

    @router.get("/identity/cases")
    async def listed(
        which: str = "all",
        kind: str = "",
        assigned: str = "",
        authorization: str | None = Bearer,
    ) -> Any:
        who(authorization)
        states = {"with_staff": ("open", "waiting_for_staff", "reopened")}.get(which, (which,))
        found = [
            one
            for one in there.cases
            if (which == "all" or one["state"] in states)
            and kind in ("", one["kind"])
            and (assigned != "nobody" or one["assigned_to"] is None)
        ]
        return {"items": found, "next": None}

    @router.post("/identity/cases", status_code=201)
    async def opened(request: Request, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        filled = await there.form(request)
        there.do("open", filled)
        new = deepcopy(there.cases[0]) | filled | {"number": "CASE-NEW2-55", "state": "open"}
        there.cases.insert(0, new)
        return new

    @router.get("/identity/case-workers")
    async def workers(authorization: str | None = Bearer) -> Any:
        world.may(authorization, "cases:read")
        return cases.WORKERS

    @router.get("/identity/cases/{number}")
    async def one(number: str, authorization: str | None = Bearer) -> Any:
        found = there.case(number)
        if who(authorization)["kind"] == "candidate":
            kept = [entry for entry in found["entries"] if not entry["internal"]]
            return found | {"entries": [entry | {"author_name": None} for entry in kept]}
        return found

    @router.get("/identity/cases/{number}/canned-answers")
    async def answers(number: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "cases:read")
        there.case(number)
        return cases.ANSWERS

    @router.post("/identity/cases/{number}/messages", status_code=201)
    async def written(number: str, request: Request, authorization: str | None = Bearer) -> Any:
        who(authorization)
        there.do("write", {"number": number} | await there.form(request))
        return there.case(number)

    @router.get("/identity/cases/{number}/files/{file_id}")
    async def file(number: str, file_id: str, authorization: str | None = Bearer) -> Any:
        who(authorization)
        there.case(number)
        head = {"content-disposition": 'attachment; filename="score report.pdf"'}
        return PlainTextResponse(f"%PDF {file_id}", headers=head, media_type="application/pdf")

    @router.post("/identity/cases/{number}/{what}")
    async def step(number: str, what: str, body: Row, authorization: str | None = Bearer) -> Any:
        who(authorization)
        there.do(what, {"number": number} | body)
        return there.case(number)

    @router.get("/identity/candidates/{programme}/{candidate_id}/cases")
    async def theirs(programme: str, candidate_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "cases:read")
        found = [one for one in there.cases if one["candidate_id"] == candidate_id]
        return {"items": found, "next": None}

    @router.post("/identity/candidates/{programme}/{candidate_id}/cases", status_code=201)
    async def open_for(
        programme: str, candidate_id: str, body: Row, authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "cases:write")
        there.do("open-for", {"candidate_id": candidate_id} | body)
        return there.cases[0]

    router.include_router(_names(world))
    return router


def _names(world: "World") -> APIRouter:
    router = APIRouter(prefix="/identity")
    there = world.support

    @router.get("/me/name")
    async def mine(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return there.name | {"changes": there.changes}

    @router.post("/name-changes", status_code=201)
    async def change(request: Request, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        had = len(there.files)
        filled = await there.form(request)
        there.do("change", filled)
        small = filled.get("family_name", "").casefold() == "doe"
        if not small and len(there.files) == had:
            error = {"field": "identification", "message": "is required"}
            raise Refused(422, "identification-required", errors=[error])
        state = "made" if small else "waiting"
        made = cases.name_change(state=state, small=small) | filled
        there.changes.insert(0, made)
        return made

    @router.post("/name-changes/{change_id}/{what}")
    async def step(change_id: str, what: str, body: Row, authorization: str | None = Bearer) -> Any:
        if what == "withdraw":
            world.who(authorization, "candidate")
        else:
            world.may(authorization, "names:review")
        there.do(what, {"change_id": change_id} | body)
        found = there.change(change_id)
        after = {"withdraw": "withdrawn", "approve": "made", "reject": "rejected"}
        found["state"] = after[what]
        found["version"] += 1
        if found["identification"]:
            found["identification"]["deleted_at"] = "2026-11-22T12:00:00Z"
        return found

    @router.get("/name-changes")
    async def queue(state: str = "", authorization: str | None = Bearer) -> Any:
        world.may(authorization, "names:review")
        found = [one for one in there.queue if state in ("", one["state"])]
        return {"items": found, "next": None}

    @router.get("/name-changes/{change_id}")
    async def one(change_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "names:review")
        return there.change(change_id)

    @router.get("/name-changes/{change_id}/identification")
    async def document(change_id: str, authorization: str | None = Bearer) -> Response:
        world.may(authorization, "names:review")
        there.change(change_id)
        head = {"content-disposition": 'attachment; filename="passport.png"'}
        return Response(b"\x89PNG", media_type="image/png", headers=head)

    return router
