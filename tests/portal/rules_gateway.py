"""The part of the fake gateway that tells of rules, runs over everybody, actions and what-ifs."""

import secrets
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header
from fastapi.responses import PlainTextResponse, Response

from tests.portal import planning, rules, standing
from tests.portal.refusals import Refused, one_of

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
WHOSE = "/certifications/candidates/cisco/CSCO10000000"
PROGRAMME = "/certifications/programmes/cisco"


def candidate_rules(world: "World") -> APIRouter:
    """Credits, eligibility and what-ifs of the candidate."""
    router = APIRouter()

    @router.get("/certifications/credits")
    async def credit_table(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return world.credits

    @router.get("/certifications/eligibility")
    async def eligibility(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return world.eligibility

    @router.post("/certifications/what-if")
    async def what_if(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        world.imagined.append(body)
        for at, one in enumerate(body["exams"]):
            if not any(known["exam"] == one["exam"] for known in world.eligibility["items"]):
                error = {"field": f"exams.{at}.exam", "message": "There is no such exam."}
                raise Refused(422, "invalid", errors=[error])
        if body["credits"] and body["credits"][0]["points"] == "1":
            return planning.WHAT_IF | {"changes": [], "sentences": []}
        return planning.WHAT_IF

    return router


def staff_rules(world: "World") -> APIRouter:
    """What staff see and do: one candidate's record, the rules, runs over all candidates."""
    router = APIRouter()
    router.include_router(_record(world))
    router.include_router(_runs(world))
    return router


def _record(world: "World") -> APIRouter:
    router = APIRouter()

    @router.get(WHOSE + "/certifications/{code}")
    async def certification(code: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        if code not in standing.DETAILS:
            raise Refused(404, "not-found")
        return standing.DETAILS[code]

    @router.get(WHOSE + "/credits")
    async def credit_table(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return world.credits

    @router.get(WHOSE + "/eligibility")
    async def eligibility(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return world.eligibility

    @router.get(WHOSE + "/timeline")
    async def timeline(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": rules.TIMELINE, "next": None}

    @router.get(WHOSE + "/actions")
    async def actions(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": world.actions, "next": None}

    @router.post(WHOSE + "/actions", status_code=201)
    async def act(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.may(authorization, "certifications:write")
        if body.get("expires_on", "9999") < body.get("day", ""):
            error = {"field": "expires_on", "message": "The last day lies before the day."}
            raise Refused(422, "invalid", errors=[error])
        if body.get("certification") == "CCT":
            raise Refused(409, "conflict", "It has never been held.")
        made = rules.ACTIONS[0] | {"id": secrets.token_hex(4), "data": {}} | body
        world.actions.insert(0, made)
        return made

    @router.post(WHOSE + "/actions/{action_id}/undo")
    async def undo(action_id: str, body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.may(authorization, "certifications:write")
        one = one_of(world.actions, action_id)
        if one["undone_at"]:
            raise Refused(409, "conflict", "Somebody else has undone it.")
        one |= {
            "undone_at": "2026-11-22T12:00:00Z",
            "undone_by": "Sam Staff",
            "undo_reason": body["reason"],
        }
        return one

    return router


def _runs(world: "World") -> APIRouter:
    router = APIRouter()

    @router.get(PROGRAMME)
    async def programme(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return rules.RULES

    @router.get(PROGRAMME + "/dry-runs")
    async def dry_runs(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": world.dry_runs, "next": None}

    @router.post(PROGRAMME + "/dry-runs", status_code=202)
    async def begin(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.may(authorization, "programmes:write")
        faults = [
            {"file": name, "line": 7, "field": "exams[2].code", "message": "expected a text"}
            for name, text in body["files"].items()
            if "wrong" in text
        ]
        if faults:
            raise Refused(422, "unusable-programme", "There is a mistake.", faults=faults)
        if not world.dry_runs:
            raise Refused(409, "run-under-way", "Another run has to end first.")
        made = rules.dry_run(secrets.token_hex(4), "waiting", 0)
        world.dry_runs.insert(0, made)
        world.tried.append(body)
        return made

    @router.get(PROGRAMME + "/dry-runs/{run_id}")
    async def dry_run(run_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return _moved(one_of(world.dry_runs, run_id))

    @router.get(PROGRAMME + "/dry-runs/{run_id}/lines")
    async def lines(run_id: str, change: str = "", authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        one_of(world.dry_runs, run_id)
        return {
            "items": [one for one in rules.LINES if change in ("", one["change"])],
            "next": None,
        }

    @router.get(PROGRAMME + "/dry-runs/{run_id}/lines.csv")
    async def lines_csv(run_id: str, authorization: str | None = Bearer) -> Response:
        world.who(authorization, "staff")
        one_of(world.dry_runs, run_id)
        return PlainTextResponse(
            "candidate_id,certification,change\nCSCO10000001,CCNA,gained\n",
            headers={"content-disposition": 'attachment; filename="dry-run-cisco.csv"'},
        )

    @router.post(PROGRAMME + "/dry-runs/{run_id}/cancel")
    async def cancel(run_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "programmes:write")
        one = one_of(world.dry_runs, run_id)
        if one["state"] == "done":
            raise Refused(409, "conflict", "It has ended.")
        one["state"] = "cancelled"
        return one

    @router.get(PROGRAMME + "/reevaluations")
    async def reevaluations(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": world.reevaluations, "next": None}

    @router.post(PROGRAMME + "/reevaluations", status_code=202)
    async def reevaluate(body: dict[str, Any], authorization: str | None = Bearer) -> Any:
        world.may(authorization, "programmes:write")
        if any(one["state"] == "running" for one in world.reevaluations):
            raise Refused(409, "run-under-way", "A re-evaluation is under way.")
        made = deepcopy(rules.REEVALUATIONS[0]) | {"id": secrets.token_hex(4), **body}
        world.reevaluations.insert(0, made)
        return made

    @router.get(PROGRAMME + "/reevaluations/{run_id}")
    async def reevaluation(run_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return _moved(one_of(world.reevaluations, run_id))

    return router


def _moved(run: dict[str, Any]) -> dict[str, Any]:
    """Let a run go on a little each time that it is looked at."""
    if run["state"] == "running":
        run["done"] = min(run["total"], run["done"] + 400)
        run["state"] = "done" if run["done"] == run["total"] else "running"
    return run
