"""Staff: changes to a candidate's record, each with a reason, a confirmation and a way back."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.actions import KINDS, LONGEST_REASON, SHORTEST_REASON, Filled, Kind
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

SCOPE = "certifications:write"
REFUSED = (400, 404, 409, 422)
HERE = "/{programme}/staff/candidates/{candidate_id}/actions"


@router.get(HERE)
async def actions(visit: Staff, candidate_id: str) -> HTMLResponse:
    """List what was done to a candidate's record, and what can be done."""
    person, found = await asyncio.gather(
        _person(visit, candidate_id),
        visit.get(f"certifications/{_whose(visit, candidate_id)}/actions"),
    )
    return visit.page("staff/actions.html", person=person, found=found, kinds=KINDS)


@router.get(HERE + "/{kind}")
async def form(visit: Staff, candidate_id: str, kind: str) -> HTMLResponse:
    """Show the form of one kind of action; a link may fill it in part."""
    wanted = _kind(visit, kind)
    filled = Filled.empty(wanted, dict(visit.request.query_params), visit.today)
    return await _form(visit, candidate_id, filled)


@router.post(HERE + "/{kind}")
async def act(visit: Staff, candidate_id: str, kind: str) -> Response:
    """Take the form: show what will happen, and do it once that is confirmed."""
    given = await visit.form()
    filled = Filled.read(_kind(visit, kind), given)
    if filled.wrongs:
        return await _form(visit, candidate_id, filled, 422)
    if given.ticked("change"):
        return await _form(visit, candidate_id, filled)
    if not given.ticked("confirmed"):
        person, known = await _surroundings(visit, candidate_id, filled.kind)
        return visit.page("staff/confirm.html", person=person, filled=filled, **known)
    path = f"certifications/{_whose(visit, candidate_id)}/actions"
    try:
        await visit.call("POST", path, json=filled.body())
    except ApiProblem as problem:
        if problem.status not in REFUSED:
            raise
        filled.blame(problem)
        return await _form(visit, candidate_id, filled, problem.status)
    return visit.go(f"{_back(visit, candidate_id)}?done={kind}")


@router.get(HERE + "/{action_id}/undo")
async def undoing(visit: Staff, candidate_id: str, action_id: str) -> HTMLResponse:
    """Show the action that is to be undone and ask for the reason."""
    return await _undo_form(visit, candidate_id, action_id)


@router.post(HERE + "/{action_id}/undo")
async def undo(visit: Staff, candidate_id: str, action_id: str) -> Response:
    """Undo an action; its line stays in the list."""
    reason = (await visit.form()).text("reason")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        return await _undo_form(visit, candidate_id, action_id, "reason", reason, 422)
    path = f"certifications/{_whose(visit, candidate_id)}/actions/{segment(action_id)}/undo"
    try:
        await visit.call("POST", path, json={"reason": reason})
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        said = "; ".join(str(error.get("message", "")) for error in problem.errors)
        wrong = said or problem.detail
        return await _undo_form(visit, candidate_id, action_id, wrong, reason, problem.status)
    return visit.go(f"{_back(visit, candidate_id)}?done=undone")


def _kind(visit: Visit, name: str) -> Kind:
    if name not in KINDS:
        raise HTTPException(404)
    if not visit.may(SCOPE):
        raise HTTPException(403)
    return KINDS[name]


def _whose(visit: Visit, candidate_id: str) -> str:
    assert visit.programme
    return f"candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"


def _back(visit: Visit, candidate_id: str) -> str:
    return f"{visit.home}candidates/{segment(candidate_id)}/actions"


async def _person(visit: Visit, candidate_id: str) -> Any:
    return await visit.get(f"identity/{_whose(visit, candidate_id)}")


async def _surroundings(visit: Visit, candidate_id: str, kind: Kind) -> tuple[Any, dict[str, Any]]:
    """Return the candidate, and what the fields of an action can be chosen from."""
    assert visit.programme
    person = await _person(visit, candidate_id)
    rules = await visit.glance(f"certifications/programmes/{segment(visit.programme.id)}")
    past = None
    if "fact" in kind.fields:
        past = await visit.glance(f"certifications/{_whose(visit, candidate_id)}/timeline")
    return person, {"rules": rules or {}, "timeline": (past or {}).get("items", [])}


async def _form(visit: Visit, candidate_id: str, filled: Filled, status: int = 200) -> HTMLResponse:
    person, known = await _surroundings(visit, candidate_id, filled.kind)
    return visit.page("staff/action.html", status, person=person, filled=filled, **known)


async def _undo_form(
    visit: Visit,
    candidate_id: str,
    action_id: str,
    wrong: str = "",
    reason: str = "",
    status: int = 200,
) -> HTMLResponse:
    if not visit.may(SCOPE):
        raise HTTPException(403)
    person = await _person(visit, candidate_id)
    found = await visit.get(f"certifications/{_whose(visit, candidate_id)}/actions")
    for action in found["items"]:
        if str(action["id"]) == action_id:
            return visit.page(
                "staff/undo.html", status, person=person, action=action, wrong=wrong, reason=reason
            )
    raise HTTPException(404)
