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
    assert visit.programme
    params = {"programme": visit.programme.id}
    if cursor := visit.request.query_params.get("cursor"):
        params["cursor"] = cursor
    found = await visit.get("exams/waiting", params)
    return visit.page("staff/waiting.html", found=found, may_write=visit.may(SCOPE))


@router.get(PLACE + "/{waiting_id}")
async def one_waiting(visit: Staff, waiting_id: str) -> Response:
    """Show one thing that waits: where a search by its ID leads, however many wait."""
    return await _one(visit, waiting_id)


@router.post(PLACE + "/{waiting_id}/assign")
async def assign(visit: Staff, waiting_id: str) -> Response:
    """Assign what waits to a candidate, once that is confirmed."""
    form = await visit.form()
    if not visit.may(SCOPE):
        raise HTTPException(403)
    filled = {
        # IDs are written in capitals; the search takes them in small letters too.
        "candidate_id": form.text("other").upper() or form.text("candidate_id"),
        "reason": form.text("reason"),
    }
    person, wrong = await _checked(visit, filled)
    if wrong or form.ticked("change"):
        return await _one(visit, waiting_id, 422 if wrong else 200, filled, wrong)
    if not form.ticked("confirmed"):
        one = await _load(visit, waiting_id)
        if one is None:
            return _gone(visit)
        return visit.page("staff/assign.html", one=one, person=person, filled=filled)
    body = {"candidate_id": filled["candidate_id"], "reason": filled["reason"]}
    try:
        await visit.call("POST", f"exams/waiting/{segment(waiting_id)}/assign", json=body)
    except ApiProblem as problem:
        if problem.slug == "unknown-waiting":
            return _gone(visit)
        if problem.status not in (404, 409, 422):
            raise
        return await _one(visit, waiting_id, problem.status, filled, {"": problem.detail})
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


def _gone(visit: Visit) -> Response:
    return visit.go(f"{visit.home}waiting?done=gone")


async def _load(visit: Visit, waiting_id: str) -> Row | None:
    """Return what waits under an id, None if it waits no more."""
    try:
        one: Row = await visit.get(f"exams/waiting/{segment(waiting_id)}")
    except ApiProblem as problem:
        if problem.slug != "unknown-waiting":
            raise
        return None
    return one


async def _one(
    visit: Visit,
    waiting_id: str,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> Response:
    one = await _load(visit, waiting_id)
    if one is None:
        return _gone(visit)
    return visit.page(
        "staff/waiting_one.html",
        status,
        one=one,
        filled=filled or {},
        wrong=wrong or {},
        may_write=visit.may(SCOPE),
    )
