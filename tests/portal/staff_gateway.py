"""What the fake gateway answers staff: candidates, imports, mails and parked events."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse, Response

from tests.portal import story
from tests.portal.refusals import Refused, one_of

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)


def staff_pages(world: "World") -> APIRouter:
    """The routes of it."""
    router = APIRouter()

    @router.get("/identity/candidates")
    async def candidates(search: str = "", authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        found = [story.PERSON] if search.lower() in "jane doe csco10000000" else []
        return {"items": found, "next": None}

    @router.get("/identity/candidates/cisco/{candidate_id}")
    async def candidate(candidate_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        if candidate_id != "CSCO10000000":
            raise Refused(404, "not-found")
        return story.PERSON

    @router.get("/{service}/candidates/cisco/{candidate_id}/{what}")
    async def of_candidate(
        service: str, candidate_id: str, what: str, authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "staff")
        # The second was merged into the first: its own page leads there.
        if candidate_id not in ("CSCO10000000", "CSCO10000007"):
            raise Refused(404, "not-found")
        return {
            "history": world.history,
            "certifications": world.certifications,
            "entitlements": {"items": world.entitlements},
        }[what]

    @router.get("/exams/imports")
    async def imports(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": world.imports, "next": None}

    @router.post("/exams/imports", status_code=202)
    async def upload(request: Request, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        body = await request.body()
        if request.query_params["name"] == "november.csv" and "format" not in request.query_params:
            raise Refused(422, "unknown-format", "'november.csv' tells no format; known are …")
        if b"," not in body.split(b"\n")[0]:
            error = {"line": 1, "message": "no column names were found"}
            raise Refused(422, "invalid", errors=[error])
        world.uploads.append((dict(request.query_params), body))
        return world.imports[0]

    @router.get("/exams/imports/{import_id}")
    async def one_import(import_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return one_of(world.imports, import_id)

    @router.get("/exams/imports/{import_id}/errors")
    async def errors(import_id: str, authorization: str | None = Bearer) -> Response:
        world.who(authorization, "staff")
        return PlainTextResponse("row,field,message\n7,exam_date,is in the future\n")

    @router.get("/notifications/emails")
    async def emails(state: str = "", authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        shown = [email for email in world.emails if state in ("", email["state"])]
        return {"items": shown, "next": None}

    @router.get("/{service}/parked")
    async def parked(service: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": world.parked.get(service, []), "next": None}

    @router.post("/{service}/parked/{parked_id}/{how}")
    async def settle(
        service: str, parked_id: str, how: str, authorization: str | None = Bearer
    ) -> Any:
        world.who(authorization, "staff")
        one = one_of(world.parked.get(service, []), parked_id)
        world.parked[service].remove(one)
        return one

    return router
