"""The mailed links that prove an e-mail address: looking at one, and following it."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem, GatewayAway, Json
from portal.routes.second_step import NEEDED, second_step
from portal.routes.sign_in import open_session
from portal.visits import Visit, Visitor

router = APIRouter()

_CASE = re.compile(r"CASE-[A-Z0-9-]{4,12}")
_GONE = (404, 410)


@router.get("/{programme}/address/{token}")
async def look(visit: Visitor, token: str) -> HTMLResponse:
    """Show what a link does; looking at it does not use it up."""
    return await _page(visit, token)


@router.post("/{programme}/address/{token}")
async def follow(visit: Visitor, token: str) -> Response:
    """Follow a link: an address is confirmed, and a password set where the link is for that."""
    # The page belongs to whoever has the mail, not to who happens to be signed in.
    visit.session = None
    form = await visit.form()
    password = form.secret("password")
    if password != form.secret("again"):
        return await _page(visit, token, 422, differ=True)
    body = {"token": token, "password": password or None}
    try:
        followed = (await visit.call("POST", "identity/address-proofs/redeem", json=body)).json()
    except ApiProblem as problem:
        if problem.status in _GONE:
            return _spent(visit, problem)
        if problem.status != 422:
            raise
        said = [str(error.get("message", "")) for error in problem.errors] or [problem.detail]
        return await _page(visit, token, 422, said=said, asks=True)
    return await _done(visit, followed, password)


@router.get("/{programme}/address-confirmed")
async def confirmed(visit: Visitor) -> HTMLResponse:
    """Say that an address was added to an account."""
    return visit.page("address_confirmed.html")


@router.get("/{programme}/address-elsewhere")
async def elsewhere(visit: Visitor) -> HTMLResponse:
    """Say that an address belongs to another account, and what has been done about it."""
    case = visit.request.query_params.get("case", "")
    return visit.page("address_elsewhere.html", case=case if _CASE.fullmatch(case) else "")


async def _done(visit: Visit, followed: Json, password: str) -> Response:
    outcome, login = followed["outcome"], followed["login_id"]
    if outcome == "elsewhere":
        return visit.go(f"{visit.home}address-elsewhere?case={followed['case_number'] or ''}")
    if outcome == "added":
        return visit.go(f"{visit.home}address-confirmed")
    waiting = visit.stowed("certtrack_account")
    back = f"{visit.home}personal-info/connected" if waiting else f"{visit.home}?set=1"
    try:
        await open_session(visit, login, password)
    except ApiProblem as problem:
        if problem.slug == NEEDED:
            return second_step(visit, problem, back)
        return visit.go(f"{visit.home}sign-in?set=1")
    except GatewayAway:
        return visit.go(f"{visit.home}sign-in?set=1")
    return visit.go(back)


async def _page(visit: Visit, token: str, status: int = 200, **context: object) -> HTMLResponse:
    assert visit.programme
    visit.session = None
    try:
        body = {"token": token}
        link = (await visit.call("POST", "identity/address-proofs/check", json=body)).json()
    except ApiProblem as problem:
        if problem.status not in (*_GONE, 422):
            raise
        return _spent(visit, problem)
    if link["programme"] != visit.programme.id:
        return _spent(visit, None)
    blank = {"link": link, "differ": False, "said": [], "asks": link["needs_password"]}
    page = visit.page("address_link.html", status, **blank | context)
    page.headers["referrer-policy"] = "no-referrer"
    return page


def _spent(visit: Visit, problem: ApiProblem | None) -> HTMLResponse:
    told = problem.extra if problem else {}
    return visit.page(
        "address_link_spent.html",
        410,
        reason=told.get("reason", "unknown"),
        purpose=told.get("purpose", ""),
    )
