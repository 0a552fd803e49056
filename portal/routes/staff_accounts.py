"""Staff: how a candidate logs in, and help for one who cannot get in."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

# What can be done, each with its place in the API; all but the first need a reason.
DEEDS = {"link": "link", "sessions": "sessions/end", "factors": "second-factors/reset"}


PAGE = "/{programme}/staff/candidates/{candidate_id}/account"


@router.get(PAGE)
async def account(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show how a candidate logs in: account, sessions, mailed links, accounts elsewhere."""
    whose = _whose(visit, candidate_id)
    person, found, connected = await asyncio.gather(
        visit.get(whose),
        visit.get(f"{whose}/account"),
        visit.get(f"{whose}/external-identities"),
    )
    return visit.page(
        "staff/candidate_account.html", person=person, account=found, connected=connected
    )


@router.post(PAGE + "/{deed}")
async def help_in(visit: Staff, candidate_id: str, deed: str) -> Response:
    """Send a link, end sessions, or take lost second factors away; then back to the account."""
    form = await visit.form()
    if deed not in DEEDS:
        return _back(visit, candidate_id, "")
    reason = form.text("reason")
    if deed != "link" and len(reason) < 3:
        return _back(visit, candidate_id, "reason")
    body = None if deed == "link" else {"reason": reason}
    path = f"{_whose(visit, candidate_id)}/account/{DEEDS[deed]}"
    try:
        await visit.call("POST", path, json=body)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return _back(visit, candidate_id, "address")
    return _back(visit, candidate_id, deed)


def _back(visit: Visit, candidate_id: str, done: str) -> Response:
    query = f"?account={done}" if done else ""
    return visit.go(f"{visit.home}candidates/{segment(candidate_id)}/account{query}")


def _whose(visit: Visit, candidate_id: str) -> str:
    assert visit.programme
    return f"identity/candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
