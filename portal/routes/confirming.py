"""Confirm that it is you: before changes of how somebody signs in, for candidates and staff."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal.gateway import ApiProblem
from portal.passkeys import credential_of
from portal.routes.sign_in import end_session
from portal.visits import Owner, Visit

router = APIRouter()

PLACE = "confirm-it-is-you"
# Answers that say what was wrong with what was shown, in words for the person.
_SAID = (403, 410, 422, 429)


def way_to_confirm(visit: Visit) -> RedirectResponse:
    """Lead to the page where it is confirmed, and afterwards back to where the visitor was."""
    back = visit.here if visit.request.method == "GET" else visit.came_from
    return visit.go(f"{visit.home}{PLACE}?next={quote(back, safe='/')}")


@router.get(f"/{{programme}}/{PLACE}")
@router.get(f"/{{programme}}/staff/{PLACE}")
async def ask(visit: Owner) -> HTMLResponse:
    """Ask for password, passkey or code."""
    return await _page(visit, visit.request.query_params.get("next", ""))


@router.post(f"/{{programme}}/{PLACE}")
@router.post(f"/{{programme}}/staff/{PLACE}")
async def confirm(visit: Owner) -> Response:
    """Take what the visitor shows and go on."""
    form = await visit.form()
    back = form.text("next")
    body: dict[str, Any]
    if form.secret("credential"):
        body = {"challenge": form.text("challenge"), "credential": credential_of(form)}
    elif form.text("code"):
        body = {"code": form.text("code")}
    else:
        body = {"password": form.secret("password")}
    try:
        answer = (await visit.call("POST", "identity/sessions/confirm", json=body)).json()
    except ApiProblem as problem:
        if problem.status not in _SAID:
            raise
        said = problem.detail if problem.status != 422 else ""
        return await _page(visit, back, 422, wrong=True, said=said)
    assert visit.session
    until = visit.portal.clock.now() + timedelta(seconds=answer["expires_in"])
    visit.keep(
        visit.session.model_copy(update={"access": answer["access_token"], "access_until": until})
    )
    return visit.go(visit.local(back))


@router.post(f"/{{programme}}/{PLACE}/again")
@router.post(f"/{{programme}}/staff/{PLACE}/again")
async def again(visit: Owner) -> Response:
    """Log out and lead through the sign-in: for those who have nothing to show here."""
    form = await visit.form()
    back = visit.local(form.text("next"))
    await end_session(visit)
    return visit.go(f"{visit.home}sign-in?next={quote(back, safe='/')}")


async def _page(visit: Visit, back: str, status: int = 200, **context: Any) -> HTMLResponse:
    ways = (await visit.call("POST", "identity/sessions/confirm/options")).json()
    template = "staff/confirming.html" if visit.kind == "staff" else "confirming.html"
    blank = {"ways": ways, "next": back, "wrong": False, "said": ""}
    return visit.page(template, status, **blank | context)
