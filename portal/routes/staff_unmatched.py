"""Staff: results and activities that wait for their candidate, and whom they are assigned to."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.actions import LONGEST_REASON, SHORTEST_REASON
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

SCOPE = "results:write"
PLACE = "/{programme}/staff/waiting"


@router.get(PLACE)
async def waiting(visit: Staff) -> HTMLResponse:
    """List what waits, with whom it may concern."""
    return await _list(visit)


@router.post(PLACE + "/{waiting_id}/assign")
async def assign(visit: Staff, waiting_id: str) -> Response:
    """Assign what waits to a candidate, once that is confirmed."""
    form = await visit.form()
    if not visit.may(SCOPE):
        raise HTTPException(403)
    filled = {
        "id": waiting_id,
        "candidate_id": form.text("other") or form.text("candidate_id"),
        "reason": form.text("reason"),
    }
    person, wrong = await _checked(visit, filled)
    if wrong or form.ticked("change"):
        return await _list(visit, 422 if wrong else 200, filled, wrong)
    if not form.ticked("confirmed"):
        found = await _load(visit)
        one = next((each for each in found["items"] if each["id"] == waiting_id), None)
        if one is None:
            return visit.go(f"{visit.home}waiting?done=gone")
        return visit.page("staff/assign.html", one=one, person=person, filled=filled)
    body = {"candidate_id": filled["candidate_id"], "reason": filled["reason"]}
    try:
        await visit.call("POST", f"exams/waiting/{segment(waiting_id)}/assign", json=body)
    except ApiProblem as problem:
        if problem.status == 404 and problem.slug == "unknown-waiting":
            return visit.go(f"{visit.home}waiting?done=gone")
        if problem.status not in (404, 409, 422):
            raise
        return await _list(visit, problem.status, filled, {"": problem.detail})
    return visit.go(f"{visit.home}waiting?done=assigned&to={segment(filled['candidate_id'])}")


async def _checked(visit: Visit, filled: Row) -> tuple[Row | None, dict[str, str]]:
    """Return the candidate who was chosen, and what is wrong with the form."""
    chosen, wrong = filled["candidate_id"], {}
    person = await _person(visit, chosen) if chosen else None
    if not chosen:
        wrong["candidate_id"] = visit.gettext("Choose a candidate, or fill in an ID.")
    elif person is None:
        wrong["candidate_id"] = visit.gettext("There is no candidate with this ID.")
    if not SHORTEST_REASON <= len(filled["reason"]) <= LONGEST_REASON:
        wrong["reason"] = visit.gettext("Give a reason of 3 to 500 characters.")
    return person, wrong


async def _person(visit: Visit, candidate_id: str) -> Row | None:
    assert visit.programme
    path = f"identity/candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
    try:
        person: Row = await visit.get(path)
    except ApiProblem as problem:
        if problem.status not in (404, 422):
            raise
        return None
    return person


async def _load(visit: Visit) -> Row:
    assert visit.programme
    params = {"programme": visit.programme.id}
    if cursor := visit.request.query_params.get("cursor"):
        params["cursor"] = cursor
    found: Row = await visit.get("exams/waiting", params)
    return found


async def _list(
    visit: Visit,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    return visit.page(
        "staff/waiting.html",
        status,
        found=await _load(visit),
        filled=filled or {},
        wrong=wrong or {},
        may_write=visit.may(SCOPE),
    )
