"""Staff: the machines of testing vendors, and their secrets."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.forms import Form
from portal.gateway import ApiProblem
from portal.routes.staff_people import told
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

PLACE = "/{programme}/staff/clients"
# The new secret on its way from the answer to the page that shows it, once.
SECRET = "certtrack_client_secret"  # noqa: S105 - the name of a cookie
_SECONDS = 120
_OVERLAPS = (0, 1, 24, 72, 168, 720)
_SAID = (409, 422)


@router.get(PLACE)
async def clients(visit: Staff) -> HTMLResponse:
    """List the programme's API clients."""
    assert visit.programme
    found = await visit.get("identity/clients", {"programme": visit.programme.id})
    return visit.page("staff/clients.html", clients=found)


@router.get(PLACE + "/new")
async def ask_client(visit: Staff) -> HTMLResponse:
    """Ask what the new client is for."""
    return await _form_page(visit)


@router.post(PLACE + "/new")
async def make_client(visit: Staff) -> Response:
    """Make a client and show its secret, once."""
    form = await visit.form()
    filled = _filled(visit, form) | {
        "client_id": form.text("client_id"),
        "vendor": form.text("vendor"),
    }
    if wrong := _missing(visit, filled, ("client_id", "vendor", "name")):
        return await _form_page(visit, 422, filled, wrong)
    try:
        answer = (await visit.call("POST", "identity/clients", json=filled)).json()
    except ApiProblem as problem:
        if not _is_said(problem):
            raise
        return await _form_page(visit, problem.status, filled, told(problem, filled))
    return _with_secret(visit, answer, "made")


@router.get(PLACE + "/{client_id}")
async def client(visit: Staff, client_id: str) -> HTMLResponse:
    """Show one client; a secret that has just been made is shown here, and never again."""
    stowed = visit.stowed(SECRET)
    if stowed is not None:
        visit.drop(SECRET)
    mine = stowed is not None and stowed.get("client_id") == client_id
    return await _client_page(visit, client_id, secret=stowed["secret"] if mine and stowed else "")


@router.post(PLACE + "/{client_id}/settings")
async def change_client(visit: Staff, client_id: str) -> Response:
    """Change what a client may do."""
    form = await visit.form()
    filled = _filled(visit, form)
    if wrong := _missing(visit, filled, ("name",)):
        return await _client_page(visit, client_id, 422, filled, wrong)
    try:
        await visit.call("PUT", _path(client_id), json=filled)
    except ApiProblem as problem:
        if not _is_said(problem):
            raise
        return await _client_page(visit, client_id, problem.status, filled, told(problem, filled))
    return visit.go(f"{_here(visit, client_id)}?done=changed")


@router.post(PLACE + "/{client_id}/secrets")
async def renew_secret(visit: Staff, client_id: str) -> Response:
    """Make a new secret; the one before goes on for a while."""
    form = await visit.form()
    hours = form.text("overlap_hours")
    overlap = int(hours) if hours.isdecimal() and int(hours) in _OVERLAPS else 24
    try:
        body = {"overlap_hours": overlap}
        answer = (await visit.call("POST", f"{_path(client_id)}/secrets", json=body)).json()
    except ApiProblem as problem:
        if not _is_said(problem):
            raise
        return await _client_page(visit, client_id, problem.status, wrong={"": problem.detail})
    return _with_secret(visit, answer, "renewed")


@router.post(PLACE + "/{client_id}/secrets/{secret_id}/end")
async def end_secret(visit: Staff, client_id: str, secret_id: str) -> Response:
    """End one secret at once; one that has ended already stays so."""
    await visit.form()
    try:
        await visit.call("DELETE", f"{_path(client_id)}/secrets/{segment(secret_id)}")
    except ApiProblem as problem:
        if problem.status != 404:
            raise
    return visit.go(f"{_here(visit, client_id)}?done=ended")


@router.post(PLACE + "/{client_id}/revoke")
async def revoke(visit: Staff, client_id: str) -> Response:
    """Give a client no further token."""
    form = await visit.form()
    reason = form.text("reason")
    if len(reason) < 3:
        wrong = {"reason": visit.gettext("Give a reason: it goes on record.")}
        return await _client_page(visit, client_id, 422, {"reason": reason}, wrong)
    await visit.call("POST", f"{_path(client_id)}/revoke", json={"reason": reason})
    return visit.go(f"{_here(visit, client_id)}?done=revoked")


def _filled(visit: Visit, form: Form) -> Row:
    assert visit.programme
    return {
        "name": form.text("name"),
        "scopes": form.several("scopes"),
        "programmes": form.several("programmes") or [visit.programme.id],
        "addresses": form.text("addresses").replace(",", " ").split(),
    }


def _missing(visit: Visit, filled: Row, names: tuple[str, ...]) -> dict[str, str]:
    wrong = {name: visit.gettext("Fill this in.") for name in names if not filled[name]}
    if not filled["scopes"]:
        wrong["scopes"] = visit.gettext("Choose at least one.")
    return wrong


def _is_said(problem: ApiProblem) -> bool:
    return problem.status in _SAID or problem.slug == "not-yours-to-give"


def _with_secret(visit: Visit, answer: Row, done: str) -> Response:
    client_id = str(answer["client"]["client_id"])
    visit.stow(SECRET, {"client_id": client_id, "secret": answer["secret"]}, _SECONDS)
    return visit.go(f"{_here(visit, client_id)}?done={done}")


async def _choices(visit: Visit) -> Row:
    assert visit.programme
    assert visit.session
    scopes, health = await asyncio.gather(
        visit.get("identity/clients/scopes"),
        visit.glance("exams/vendors", {"programme": visit.programme.id})
        if visit.may("imports:read")
        else _nothing(),
    )
    programmes = [
        one
        for one in sorted(visit.session.programmes)
        if "clients:write" in visit.session.scopes_in(one)
    ]
    return {
        "scopes": scopes,
        "vendors": (health or {}).get("items", []),
        "programmes": programmes,
        "overlaps": _OVERLAPS,
    }


async def _nothing() -> None:
    return None


async def _form_page(
    visit: Visit,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    assert visit.programme
    blank: Row = {"client_id": "", "vendor": "", "name": "", "scopes": [], "addresses": []}
    blank["programmes"] = [visit.programme.id]
    choices = await _choices(visit)
    return visit.page(
        "staff/client_form.html", status, filled=filled or blank, wrong=wrong or {}, **choices
    )


async def _client_page(
    visit: Visit,
    client_id: str,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
    *,
    secret: str = "",
) -> HTMLResponse:
    one, choices = await asyncio.gather(visit.get(_path(client_id)), _choices(visit))
    shown = {name: one[name] for name in ("name", "scopes", "programmes", "addresses")}
    return visit.page(
        "staff/client.html",
        status,
        one=one,
        filled=shown | {"reason": ""} | (filled or {}),
        wrong=wrong or {},
        secret=secret,
        **choices,
    )


def _path(client_id: str) -> str:
    return f"identity/clients/{segment(client_id)}"


def _here(visit: Visit, client_id: str) -> str:
    return f"{visit.home}clients/{segment(client_id)}"
