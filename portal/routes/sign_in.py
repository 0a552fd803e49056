"""Sign-in of candidates, the mailed link that sets a password, and the way out."""

from contextlib import suppress

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem, GatewayAway
from portal.routes.second_step import NEEDED, second_step
from portal.sessions import Session
from portal.visits import Visit, Visitor

router = APIRouter()

WRONG = (400, 401, 403, 422)


def _form(visit: Visit, status: int = 200, **context: object) -> HTMLResponse:
    blank = {"login": "", "wrong": False, "next": visit.request.query_params.get("next", "")}
    return visit.page("sign_in.html", status, **blank | context)


@router.get("/{programme}/sign-in")
async def ask(visit: Visitor) -> Response:
    """Ask for login ID and password."""
    if visit.session is not None:
        return visit.go(visit.local(visit.request.query_params.get("next")))
    return _form(visit)


@router.post("/{programme}/sign-in")
async def sign_in(visit: Visitor) -> Response:
    """Sign a candidate in and lead back to the page asked for."""
    assert visit.programme
    form = await visit.form()
    login, back = form.text("login"), form.text("next")
    try:
        await open_session(visit, login, form.secret("password"))
    except ApiProblem as problem:
        if problem.slug == NEEDED:
            return second_step(visit, problem, back)
        if problem.status not in WRONG:
            raise
        return _form(visit, 401, login=login, wrong=True, next=back)
    return visit.go(visit.local(back))


async def open_session(visit: Visit, login: str, password: str) -> None:
    """Open a candidate's session.

    Raises ApiProblem when login ID and password do not belong together.
    """
    assert visit.programme
    body = {"programme": visit.programme.id, "login": login, "password": password}
    visit.session = None
    answer = (await visit.call("POST", "identity/sessions", json=body)).json()
    visit.keep(Session.opened(answer, visit.portal.clock.now()))


@router.post("/{programme}/sign-out")
async def sign_out(visit: Visitor) -> Response:
    """End the session, here and at the gateway."""
    await visit.form()
    await end_session(visit)
    return visit.go(f"{visit.home}sign-in?left=1")


async def end_session(visit: Visit) -> None:
    """End a session; the cookie goes even when the gateway cannot be told."""
    session, visit.session = visit.session, None
    if session is not None:
        body = {"refresh_token": session.refresh}
        with suppress(ApiProblem, GatewayAway):
            await visit.call("POST", "identity/sessions/end", json=body)
    visit.forget()


@router.get("/{programme}/link/{token}")
async def follow_link(visit: Visitor, token: str) -> HTMLResponse:
    """Show the form for a new password; looking at it does not use the link up."""
    return await _password_page(visit, token)


@router.post("/{programme}/link/{token}")
async def set_password(visit: Visitor, token: str) -> Response:
    """Set the password, which uses the link up, and sign in."""
    assert visit.programme
    # The page belongs to whoever has the mail, not to who happens to be signed in.
    visit.session = None
    form = await visit.form()
    password = form.secret("password")
    if password != form.secret("again"):
        return await _password_page(visit, token, 422, differ=True)
    try:
        body = {"token": token, "password": password}
        redeemed = (await visit.call("POST", "identity/sign-in-links/redeem", json=body)).json()
    except ApiProblem as problem:
        if problem.status in (404, 410):
            return _spent(visit, problem)
        if problem.status != 422:
            raise
        said = [str(error.get("message", "")) for error in problem.errors] or [problem.detail]
        return await _password_page(visit, token, 422, said=said)
    return await sign_in_anew(visit, redeemed["login_id"], password)


async def sign_in_anew(visit: Visit, login: str, password: str) -> Response:
    """Sign in with a password that has just been set, as far as that goes by itself."""
    try:
        await open_session(visit, login, password)
    except ApiProblem as problem:
        if problem.slug == NEEDED:
            return second_step(visit, problem, f"{visit.home}?set=1")
        return visit.go(f"{visit.home}sign-in?set=1")
    except GatewayAway:
        return visit.go(f"{visit.home}sign-in?set=1")
    return visit.go(f"{visit.home}?set=1")


async def _password_page(
    visit: Visit, token: str, status: int = 200, **context: object
) -> HTMLResponse:
    assert visit.programme
    visit.session = None
    try:
        body = {"token": token}
        link = (await visit.call("POST", "identity/sign-in-links/check", json=body)).json()
    except ApiProblem as problem:
        if problem.status not in (404, 410, 422):
            raise
        return _spent(visit, problem)
    if link["programme"] != visit.programme.id:
        return _spent(visit, None)
    page = visit.page(
        "set_password.html", status, **{"link": link, "differ": False, "said": []} | context
    )
    page.headers["referrer-policy"] = "no-referrer"
    return page


def _spent(visit: Visit, problem: ApiProblem | None) -> HTMLResponse:
    reason = problem.extra.get("reason", "unknown") if problem else "unknown"
    return visit.page("link_spent.html", 410, reason=reason)
