"""The second step of signing in, and passkeys as the only one; candidates' door and staff's."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response

from portal.gateway import ApiProblem
from portal.passkeys import credential_of
from portal.sessions import Session
from portal.visits import AnyVisitor, Visit

router = APIRouter()

NEEDED = "second-factor-required"
COOKIE = "certtrack_step"
_SECONDS = 600


def second_step(visit: Visit, problem: ApiProblem, back: str) -> Response:
    """Lead to the second step that identity asks for, and afterwards to the page asked for.

    Every way of signing in calls this when it meets the problem `second-factor-required`.
    """
    visit.stow(COOKIE, {**problem.extra, "next": back}, _SECONDS)
    return visit.go(f"{visit.home}sign-in/second-step")


@router.get("/{programme}/sign-in/second-step")
@router.get("/{programme}/staff/sign-in/second-step")
async def ask(visit: AnyVisitor) -> Response:
    """Ask for a passkey, a code or a recovery code."""
    step = visit.stowed(COOKIE)
    if step is None:
        return visit.go(f"{visit.home}sign-in?ended=1")
    return _page(visit, step)


@router.post("/{programme}/sign-in/second-step")
@router.post("/{programme}/staff/sign-in/second-step")
async def take(visit: AnyVisitor) -> Response:
    """Take the second step."""
    form = await visit.form()
    step = visit.stowed(COOKIE)
    if step is None:
        return visit.go(f"{visit.home}sign-in?ended=1")
    body: dict[str, Any] = {"challenge": step["challenge"]}
    if form.secret("credential"):
        body["credential"] = credential_of(form)
    elif form.text("recovery_code"):
        body["recovery_code"] = form.text("recovery_code")
    else:
        body["code"] = form.text("code") or "-"
    visit.session = None
    try:
        answer = (await visit.call("POST", "identity/sessions/second-factor", json=body)).json()
    except ApiProblem as problem:
        if problem.status == 410:
            visit.drop(COOKIE)
            return visit.go(f"{visit.home}sign-in?ended=1")
        if problem.status not in (403, 422, 429):
            raise
        return _page(visit, step, 403, said=problem.detail if problem.status != 422 else "")
    return _enter(visit, answer, str(step.get("next", "")))


@router.post("/{programme}/sign-in/passkey/options")
@router.post("/{programme}/staff/sign-in/passkey/options")
async def passkey_options(visit: AnyVisitor) -> Response:
    """Begin signing in with a passkey alone; for the browser's module."""
    assert visit.programme
    await visit.form()
    visit.session = None
    body = {"programme": visit.programme.id}
    return JSONResponse((await visit.call("POST", f"{_door(visit)}/options", json=body)).json())


@router.post("/{programme}/sign-in/passkey")
@router.post("/{programme}/staff/sign-in/passkey")
async def passkey(visit: AnyVisitor) -> Response:
    """Sign in with a passkey."""
    assert visit.programme
    form = await visit.form()
    back = form.text("next")
    visit.session = None
    body = {
        "programme": visit.programme.id,
        "challenge": form.text("challenge") or "-",
        "credential": credential_of(form),
    }
    try:
        answer = (await visit.call("POST", _door(visit), json=body)).json()
    except ApiProblem as problem:
        if problem.status not in (403, 410, 422, 429):
            raise
        template = "staff/sign_in.html" if visit.kind == "staff" else "sign_in.html"
        return visit.page(template, 403, login="", wrong="passkey", next=back)
    return _enter(visit, answer, back)


def _door(visit: Visit) -> str:
    return f"identity/{'staff/' if visit.kind == 'staff' else ''}sessions/passkey"


def _enter(visit: Visit, answer: Any, back: str) -> Response:
    assert visit.programme
    visit.drop(COOKIE)
    session = Session.opened(answer, visit.portal.clock.now())
    if not session.opens(visit.kind, visit.programme.id):
        template = "staff/sign_in.html" if visit.kind == "staff" else "sign_in.html"
        return visit.page(template, 403, login="", wrong="programme", next=back)
    visit.keep(session)
    return visit.go(visit.local(back))


def _page(visit: Visit, step: Any, status: int = 200, **context: Any) -> HTMLResponse:
    template = "staff/second_step.html" if visit.kind == "staff" else "second_step.html"
    blank = {"step": step, "said": "", "wrong": status != 200}
    return visit.page(template, status, **blank | context)
