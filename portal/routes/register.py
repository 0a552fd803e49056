"""Registering by oneself, where the programme allows it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.gateway import ApiProblem
from portal.sessions import Session
from portal.visits import Visit, Visitor
from portal.waiting import forget_account, waiting_account

router = APIRouter()

_API = "identity/self-registrations"
_FIELDS = ("given_name", "family_name", "email")
_OVER = {"pending-over", "external-account-taken"}


@router.get("/{programme}/register")
async def ask(visit: Visitor) -> HTMLResponse:
    """Ask for name and address."""
    _refuse_closed(visit)
    account = waiting_account(visit)
    filled = {name: getattr(account, name, "") for name in _FIELDS}
    return _form(visit, filled)


@router.post("/{programme}/register")
async def send(visit: Visitor) -> Response:
    """Have the link mailed that proves the address; the same for addresses known and unknown."""
    _refuse_closed(visit)
    assert visit.programme
    form = await visit.form()
    filled = {name: form.text(name) for name in _FIELDS}
    body = {"programme": visit.programme.id, "locale": visit.language, **filled}
    visit.session = None
    try:
        await visit.call("POST", _API, json=body)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        wrongs = {str(one.get("field", "")).rsplit(".", 1)[-1] for one in problem.errors}
        return _form(visit, filled, 422, wrongs=wrongs or {"email"})
    return visit.go(f"{visit.home}register?sent=1")


@router.get("/{programme}/register/{token}")
async def follow(visit: Visitor, token: str) -> HTMLResponse:
    """Ask how the new candidate will sign in; looking at it does not use the link up."""
    return await _finish_page(visit, token)


@router.post("/{programme}/register/{token}")
async def finish(visit: Visitor, token: str) -> Response:
    """Make the account and log in."""
    form = await visit.form()
    account = waiting_account(visit)
    body: dict[str, str] = {"token": token}
    if form.ticked("connect") and account is not None:
        body["pending"] = account.pending
    else:
        body["password"] = form.secret("password") or " "
        if form.secret("password") != form.secret("again"):
            return await _finish_page(visit, token, 422, differ=True)
    visit.session = None
    try:
        answer = (await visit.call("POST", f"{_API}/redeem", json=body)).json()
    except ApiProblem as problem:
        if problem.status in (404, 410) and problem.slug not in _OVER:
            return _spent(visit)
        if problem.slug in _OVER:
            forget_account(visit)
            return await _finish_page(visit, token, 409, over=True)
        if problem.status != 422:
            raise
        said = [str(error.get("message", "")) for error in problem.errors] or [problem.detail]
        return await _finish_page(visit, token, 422, said=said)
    if "pending" in body:
        forget_account(visit)
    visit.keep(Session.opened(answer, visit.portal.clock.now()))
    return visit.go(f"{visit.home}?registered=1")


def _refuse_closed(visit: Visit) -> None:
    if visit.programme is None or not visit.programme.sign_in.self_registration:
        raise HTTPException(404)


def _form(
    visit: Visit, filled: dict[str, str], status: int = 200, *, wrongs: set[str] | None = None
) -> HTMLResponse:
    return visit.page(
        "register.html",
        status,
        filled=filled,
        wrongs=wrongs or set(),
        account=waiting_account(visit),
    )


async def _finish_page(
    visit: Visit, token: str, status: int = 200, **context: object
) -> HTMLResponse:
    assert visit.programme
    try:
        opened = (await visit.call("POST", f"{_API}/check", json={"token": token})).json()
    except ApiProblem as problem:
        if problem.status not in (404, 410, 422):
            raise
        return _spent(visit)
    if opened["programme"] != visit.programme.id:
        return _spent(visit)
    account = None if context.get("over") else waiting_account(visit)
    blank = {"opened": opened, "account": account, "differ": False, "said": [], "over": False}
    page = visit.page("register_finish.html", status, **blank | context)
    page.headers["referrer-policy"] = "no-referrer"
    return page


def _spent(visit: Visit) -> HTMLResponse:
    return visit.page("register_spent.html", 410)
