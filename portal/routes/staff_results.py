"""Staff: results that are held or flagged, the story of each, and decisions about it."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.actions import LONGEST_REASON, SHORTEST_REASON
from portal.attachments import passed_on
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

SCOPE = "results:write"
PLACE = "/{programme}/staff/results"
ACTIONS = ("hold", "release", "invalidate", "validate")


@router.get(PLACE)
async def held(visit: Staff) -> HTMLResponse:
    """List results that do not count for the time being."""
    return visit.page("staff/held.html", found=await visit.get("exams/held", _asked(visit)))


@router.get(PLACE + "/flags")
async def flags(visit: Staff) -> HTMLResponse:
    """List what checks found; all of it, or what nobody has looked into yet."""
    every = visit.request.query_params.get("show") == "all"
    asked = _asked(visit) | {"open": "false" if every else "true"}
    return visit.page("staff/flags.html", found=await visit.get("exams/flags", asked), every=every)


@router.get(PLACE + "/{result_id}")
async def result(visit: Staff, result_id: str) -> HTMLResponse:
    """Tell the story of one result."""
    return _story(visit, await visit.get(f"exams/results/{segment(result_id)}"))


@router.get(PLACE + "/{result_id}/report")
async def report(visit: Staff, result_id: str) -> Response:
    """Hand the score report of a result through."""
    assert visit.programme
    told: Row = await visit.get(f"exams/results/{segment(result_id)}")
    whose = f"{segment(visit.programme.id)}/{segment(told['candidate_id'] or '')}"
    number = segment(told["registration_number"])
    path = f"exams/candidates/{whose}/history/{number}/report"
    answer = await visit.call("GET", path, params={"result": result_id})
    return passed_on(answer, "score-report.pdf")


@router.post(PLACE + "/{result_id}/decide")
async def decide(visit: Staff, result_id: str) -> Response:
    """Hold, release, invalidate or validate a result, with a reason."""
    form = await visit.form()
    _writing(visit)
    filled = {"action": form.text("action"), "reason": form.text("reason")}
    wrong = {}
    if filled["action"] not in ACTIONS:
        wrong["action"] = visit.gettext("Choose what to do.")
    if not SHORTEST_REASON <= len(filled["reason"]) <= LONGEST_REASON:
        wrong["reason"] = visit.gettext("Give a reason of 3 to 500 characters.")
    path = f"exams/results/{segment(result_id)}"
    if wrong:
        return _story(visit, await visit.get(path), 422, filled, wrong)
    try:
        body = {"reason": filled["reason"]}
        await visit.call("POST", f"{path}/{filled['action']}", json=body)
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        told = await visit.get(path)
        return _story(visit, told, problem.status, filled, {"": problem.detail})
    return visit.go(f"{visit.home}results/{segment(result_id)}?done={filled['action']}")


@router.post(PLACE + "/{result_id}/flags/{flag_id}/close")
async def close(visit: Staff, result_id: str, flag_id: str) -> Response:
    """Close what a check found; the result stays as it is."""
    form = await visit.form()
    _writing(visit)
    try:
        note = form.text("note")[:LONGEST_REASON]
        await visit.call("POST", f"exams/flags/{segment(flag_id)}/close", json={"note": note})
    except ApiProblem as problem:
        if problem.status not in (404, 409, 422):
            raise
        told = await visit.get(f"exams/results/{segment(result_id)}")
        return _story(visit, told, problem.status, wrong={"": problem.detail})
    return visit.go(f"{visit.home}results/{segment(result_id)}?done=closed")


def _writing(visit: Visit) -> None:
    if not visit.may(SCOPE):
        raise HTTPException(403)


def _asked(visit: Visit) -> dict[str, str]:
    assert visit.programme
    cursor = visit.request.query_params.get("cursor")
    return {"programme": visit.programme.id} | ({"cursor": cursor} if cursor else {})


def _story(
    visit: Visit,
    told: Row,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    return visit.page(
        "staff/result.html",
        status,
        one=told,
        filled=filled or {},
        wrong=wrong or {},
        may_write=visit.may(SCOPE),
    )
