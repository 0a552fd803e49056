"""A candidate's own merge: another account of theirs comes into this one."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Candidate, Visit

router = APIRouter()

PLACE = "personal-info/merge"
_API = "identity/me/merges"
_SAID = {"merge-not-proven", "merge-impossible", "slow-down"}


@router.get(f"/{{programme}}/{PLACE}")
async def show(visit: Candidate) -> HTMLResponse:
    """Show what merging does, and what was merged before."""
    return await _page(visit)


@router.post(f"/{{programme}}/{PLACE}")
async def merge(visit: Candidate) -> Response:
    """Merge the account whose login and password are given into this one."""
    form = await visit.form()
    login, password = form.text("login"), form.secret("password")
    wrong = {}
    if not login:
        wrong["login"] = visit.gettext("Fill in the login ID or e-mail address.")
    if not password:
        wrong["password"] = visit.gettext("Fill in the password of the other account.")
    if wrong:
        return await _page(visit, 422, login, wrong)
    try:
        await visit.call("POST", _API, json={"login": login, "password": password})
    except ApiProblem as problem:
        if problem.slug not in _SAID:
            raise
        said = "; ".join(str(error.get("message", "")) for error in problem.errors)
        return await _page(visit, problem.status, login, {"": said or problem.detail})
    return visit.go(f"{visit.home}{PLACE}?done=merged")


async def _page(
    visit: Visit, status: int = 200, login: str = "", wrong: dict[str, Any] | None = None
) -> HTMLResponse:
    return visit.page(
        "merge.html", status, merged=await visit.get(_API), login=login, wrong=wrong or {}
    )
