"""Connected accounts: those at providers that sign a candidate in."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Candidate, Visit, segment
from portal.waiting import forget_account, waiting_account

router = APIRouter()

PLACE = "personal-info/connected"
_API = "identity/me/external-identities"
_WRONGS = {
    "external-account-taken",
    "too-many-external-accounts",
    "pending-over",
    "last-way-in",
    "unknown-external-account",
}


@router.get(f"/{{programme}}/{PLACE}")
async def show(visit: Candidate) -> HTMLResponse:
    """Show what is connected, what can be, and what waits for a yes."""
    return await _page(visit)


@router.post(f"/{{programme}}/{PLACE}")
async def connect(visit: Candidate) -> Response:
    """Connect the account that waits in this browser."""
    await visit.form()
    account = waiting_account(visit)
    if account is None:
        return visit.go(f"{visit.home}{PLACE}")
    try:
        await visit.call("POST", _API, json={"pending": account.pending})
    except ApiProblem as problem:
        if problem.slug not in _WRONGS:
            raise
        forget_account(visit)
        return await _page(visit, problem.status, wrong=problem.slug, forgotten=True)
    forget_account(visit)
    return visit.go(f"{visit.home}{PLACE}?done=connected")


@router.post(f"/{{programme}}/{PLACE}/{{identity_id}}/disconnect")
async def disconnect(visit: Candidate, identity_id: str) -> Response:
    """Disconnect an account."""
    await visit.form()
    try:
        await visit.call("DELETE", f"{_API}/{segment(identity_id)}")
    except ApiProblem as problem:
        if problem.slug not in _WRONGS:
            raise
        return await _page(visit, problem.status, wrong=problem.slug)
    return visit.go(f"{visit.home}{PLACE}?done=disconnected")


async def _page(
    visit: Visit, status: int = 200, *, wrong: str = "", forgotten: bool = False
) -> HTMLResponse:
    return visit.page(
        "connected.html",
        status,
        connected=await visit.get(_API),
        account=None if forgotten else waiting_account(visit),
        wrong=wrong,
    )
