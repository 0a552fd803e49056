"""The staff's door."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.routes.second_step import NEEDED, second_step
from portal.routes.sign_in import WRONG, end_session
from portal.sessions import Session
from portal.visits import StaffVisitor, Visit

router = APIRouter()


def _form(visit: Visit, status: int = 200, **context: object) -> HTMLResponse:
    blank = {"login": "", "wrong": None, "next": visit.request.query_params.get("next", "")}
    return visit.page("staff/sign_in.html", status, **blank | context)


@router.get("/{programme}/staff/sign-in")
async def ask(visit: StaffVisitor) -> Response:
    """Ask for e-mail address and password."""
    if visit.session is not None:
        return visit.go(visit.local(visit.request.query_params.get("next")))
    return _form(visit)


@router.post("/{programme}/staff/sign-in")
async def sign_in(visit: StaffVisitor) -> Response:
    """Sign a member of staff in, if they work for this programme."""
    assert visit.programme
    form = await visit.form()
    login, back = form.text("login"), form.text("next")
    body = {"login": login, "password": form.secret("password")}
    try:
        answer = (await visit.call("POST", "identity/staff/sessions", json=body)).json()
    except ApiProblem as problem:
        if problem.slug == NEEDED:
            return second_step(visit, problem, back)
        if problem.status not in WRONG:
            raise
        return _form(visit, 401, login=login, wrong="password", next=back)
    session = Session.opened(answer, visit.portal.clock.now())
    if not session.opens("staff", visit.programme.id):
        return _form(visit, 403, login=login, wrong="programme", next=back)
    visit.keep(session)
    return visit.go(visit.local(back))


@router.post("/{programme}/staff/sign-out")
async def sign_out(visit: StaffVisitor) -> Response:
    """End the session, here and at the gateway."""
    await visit.form()
    await end_session(visit)
    return visit.go(f"{visit.home}sign-in?left=1")
