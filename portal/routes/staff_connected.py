"""Staff: the accounts elsewhere that log a candidate in."""

from fastapi import APIRouter
from fastapi.responses import Response

from portal.visits import Staff, Visit, segment

router = APIRouter()

_SHORTEST_REASON = 3


@router.post("/{programme}/staff/candidates/{candidate_id}/connected/{identity_id}")
async def disconnect(visit: Staff, candidate_id: str, identity_id: str) -> Response:
    """Disconnect an account, for a reason; then back to the account."""
    assert visit.programme
    form = await visit.form()
    reason = form.text("reason")
    if len(reason) < _SHORTEST_REASON:
        return _back(visit, candidate_id, "reason")
    whose = f"identity/candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
    path = f"{whose}/external-identities/{segment(identity_id)}/disconnect"
    await visit.call("POST", path, json={"reason": reason})
    return _back(visit, candidate_id, "disconnected")


def _back(visit: Visit, candidate_id: str, done: str) -> Response:
    place = f"candidates/{segment(candidate_id)}/account?connected={done}#connected"
    return visit.go(f"{visit.home}{place}")
