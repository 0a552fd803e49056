"""The mailed link with which staff set a password, and the way to ask for one."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import StaffVisitor, Visit

router = APIRouter()


@router.get("/{programme}/staff/forgotten")
async def ask(visit: StaffVisitor) -> HTMLResponse:
    """Ask for the address that a link is sent to."""
    return _asking(visit)


@router.post("/{programme}/staff/forgotten")
async def send_link(visit: StaffVisitor) -> Response:
    """Have a link sent; the answer is the same whether or not the address is known."""
    assert visit.programme
    form = await visit.form()
    email = form.text("email")
    visit.session = None
    try:
        body = {"programme": visit.programme.id, "email": email}
        await visit.call("POST", "identity/staff/sign-in-links", json=body)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        return _asking(visit, 422, email=email, wrong=True)
    return visit.go(f"{visit.home}forgotten?sent=1")


@router.get("/{programme}/staff/link/{token}")
async def follow_link(visit: StaffVisitor, token: str) -> HTMLResponse:
    """Show the form for a password; looking at it does not use the link up."""
    return await _password_page(visit, token)


@router.post("/{programme}/staff/link/{token}")
async def set_password(visit: StaffVisitor, token: str) -> Response:
    """Set the password, which uses the link up; then staff sign in with it."""
    form = await visit.form()
    password = form.secret("password")
    if password != form.secret("again"):
        return await _password_page(visit, token, 422, differ=True)
    visit.session = None
    try:
        body = {"token": token, "password": password}
        await visit.call("POST", "identity/staff/sign-in-links/redeem", json=body)
    except ApiProblem as problem:
        if problem.status in (404, 410):
            return _spent(visit, problem)
        if problem.status != 422:
            raise
        said = [str(error.get("message", "")) for error in problem.errors] or [problem.detail]
        return await _password_page(visit, token, 422, said=said)
    visit.forget()
    return visit.go(f"{visit.home}sign-in?set=1")


async def _password_page(
    visit: Visit, token: str, status: int = 200, **context: object
) -> HTMLResponse:
    visit.session = None
    try:
        body = {"token": token}
        link = (await visit.call("POST", "identity/staff/sign-in-links/check", json=body)).json()
    except ApiProblem as problem:
        if problem.status not in (404, 410, 422):
            raise
        return _spent(visit, problem)
    page = visit.page(
        "staff/set_password.html", status, **{"link": link, "differ": False, "said": []} | context
    )
    page.headers["referrer-policy"] = "no-referrer"
    return page


def _asking(visit: Visit, status: int = 200, **context: object) -> HTMLResponse:
    return visit.page("staff/ask_link.html", status, **{"email": "", "wrong": False} | context)


def _spent(visit: Visit, problem: ApiProblem) -> HTMLResponse:
    return visit.page("staff/link_spent.html", 410, said=problem.detail)
