"""Staff: help for a candidate who cannot get in."""

from fastapi import APIRouter
from fastapi.responses import Response

from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

# What can be done, each with its place in the API; all but the first need a reason.
DEEDS = {"link": "link", "sessions": "sessions/end", "factors": "second-factors/reset"}


@router.post("/{programme}/staff/candidates/{candidate_id}/account/{deed}")
async def help_in(visit: Staff, candidate_id: str, deed: str) -> Response:
    """Send a link, end sessions, or take lost second factors away; then back to the card."""
    form = await visit.form()
    if deed not in DEEDS:
        return _back(visit, candidate_id, "")
    reason = form.text("reason")
    if deed != "link" and len(reason) < 3:
        return _back(visit, candidate_id, "reason")
    assert visit.programme
    whose = f"identity/candidates/{segment(visit.programme.id)}/{segment(candidate_id)}/account"
    body = None if deed == "link" else {"reason": reason}
    try:
        await visit.call("POST", f"{whose}/{DEEDS[deed]}", json=body)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return _back(visit, candidate_id, "address")
    return _back(visit, candidate_id, deed)


def _back(visit: Visit, candidate_id: str, done: str) -> Response:
    query = f"?account={done}" if done else ""
    return visit.go(f"{visit.home}candidates/{segment(candidate_id)}{query}#account")
