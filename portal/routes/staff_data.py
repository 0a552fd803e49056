"""Staff: copies and erasures of candidates' data, asked for and looked after."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

KINDS = ("copy", "erasure")
STATES = ("gathering", "ready", "expired", "waiting", "erasing", "done", "taken_back")
# Where each thing that staff can do is asked for.
ACTIONS = {"copy": "copies", "erase": "erasure", "take-back": "erasure/take-back"}
SHORTEST_REASON, LONGEST_REASON = 3, 500
_SAID = (404, 409, 422, 429)


@router.get("/{programme}/staff/data-requests")
async def data_requests(visit: Staff) -> HTMLResponse:
    """List the copies and erasures that were asked for, newest first."""
    assert visit.programme
    query = visit.request.query_params
    wanted = {
        "kind": query.get("kind", "") if query.get("kind") in KINDS else "",
        "state": query.get("state", "") if query.get("state") in STATES else "",
    }
    params = {"programme": visit.programme.id, **{key: one for key, one in wanted.items() if one}}
    if cursor := query.get("cursor"):
        params["cursor"] = cursor
    found = await visit.get("identity/data-requests", params)
    suffix = "".join(f"&{key}={one}" for key, one in wanted.items() if one)
    return visit.page(
        "staff/data_requests.html",
        found=found,
        wanted=wanted,
        suffix=suffix,
        kinds=KINDS,
        states=STATES,
    )


@router.get("/{programme}/staff/candidates/{candidate_id}/data")
async def candidates_data(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show what was asked for about one candidate, who may be erased by now."""
    return await _page(visit, candidate_id)


@router.post("/{programme}/staff/candidates/{candidate_id}/data")
async def act(visit: Staff, candidate_id: str) -> Response:
    """Have a copy made, an erasure begun, or taken back."""
    form = await visit.form()
    filled: dict[str, Any] = {name: form.text(name) for name in ("action", "reason", "typed")}
    filled["at_once"] = form.ticked("at_once")
    wrong = _wrong(visit, filled, candidate_id)
    if wrong:
        return await _page(visit, candidate_id, 422, filled, wrong)
    body: dict[str, Any] = {"reason": filled["reason"]}
    if filled["action"] == "erase":
        body |= {"candidate_id": filled["typed"], "at_once": filled["at_once"]}
    path = f"{_path(visit, candidate_id)}/{ACTIONS[filled['action']]}"
    try:
        await visit.call("POST", path, json=body)
    except ApiProblem as problem:
        if problem.status not in _SAID:
            raise
        said = "; ".join(str(error.get("message", "")) for error in problem.errors)
        return await _page(
            visit, candidate_id, problem.status, filled, {"": said or problem.detail}
        )
    done = f"{visit.home}candidates/{segment(candidate_id)}/data?done={filled['action']}"
    return visit.go(done)


def _wrong(visit: Visit, filled: dict[str, Any], candidate_id: str) -> dict[str, str]:
    wrong = {}
    if filled["action"] not in ACTIONS:
        wrong[""] = visit.gettext("Choose what to do.")
    if not SHORTEST_REASON <= len(filled["reason"]) <= LONGEST_REASON:
        wrong["reason"] = visit.gettext("Give a reason of 3 to 500 characters.")
    if filled["action"] == "erase" and filled["typed"].upper() != candidate_id.upper():
        wrong["typed"] = visit.gettext("This is not the candidate ID.")
    return wrong


async def _page(
    visit: Visit,
    candidate_id: str,
    status: int = 200,
    filled: dict[str, Any] | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    try:
        found = await visit.get(_path(visit, candidate_id))
    except ApiProblem as problem:
        if problem.status != 404 or not wrong:
            raise
        found = None
    return visit.page(
        "staff/candidate_data.html",
        status,
        candidate_id=candidate_id,
        found=found,
        filled=filled or {},
        wrong=wrong or {},
    )


def _path(visit: Visit, candidate_id: str) -> str:
    assert visit.programme
    return f"identity/candidates/{segment(visit.programme.id)}/{segment(candidate_id)}/data"
