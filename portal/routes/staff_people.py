"""Staff: who works for the programme, and what they may do."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

PLACE = "/{programme}/staff/people"
# What can be done to one member, each with its place in the API; those with a reason.
DEEDS = {"link": "link", "deactivate": "deactivate", "activate": "activate"}
DEEDS |= {"reset": "second-factors/reset"}
REASONED = ("deactivate", "activate", "reset")
# Refusals that are told on the page the form was on.
_SAID = (403, 409, 422)


@router.get(PLACE)
async def people(visit: Staff) -> HTMLResponse:
    """List who works for the programme."""
    members, roles = await _found(visit)
    return visit.page("staff/people.html", members=members, roles=roles)


@router.get(PLACE + "/invite")
async def ask_invitation(visit: Staff) -> HTMLResponse:
    """Ask whom to invite."""
    return await _invite_page(visit)


@router.post(PLACE + "/invite")
async def invite(visit: Staff) -> Response:
    """Have somebody mailed how to get in."""
    assert visit.programme
    form = await visit.form()
    filled: Row = {name: form.text(name) for name in ("email", "name")}
    filled["roles"] = form.several("roles")
    wrong = {name: visit.gettext("Fill this in.") for name in ("email", "name") if not filled[name]}
    if not filled["roles"]:
        wrong["roles"] = visit.gettext("Choose at least one role.")
    if wrong:
        return await _invite_page(visit, 422, filled, wrong)
    body = {"programme": visit.programme.id, **filled}
    try:
        await visit.call("POST", "identity/staff/members", json=body)
    except ApiProblem as problem:
        if not _is_said(problem):
            raise
        return await _invite_page(visit, problem.status, filled, told(problem, filled))
    return visit.go(f"{visit.home}people?done=invited")


@router.get(PLACE + "/{staff_id}")
async def member(visit: Staff, staff_id: str) -> HTMLResponse:
    """Show one who works for the programme."""
    return await _member_page(visit, staff_id)


@router.post(PLACE + "/{staff_id}/roles")
async def set_roles(visit: Staff, staff_id: str) -> Response:
    """Give a member the roles that are ticked."""
    form = await visit.form()
    roles = form.several("roles")
    try:
        await visit.call("PUT", f"{_path(visit, staff_id)}/roles", json={"roles": roles})
    except ApiProblem as problem:
        if not _is_said(problem):
            raise
        wrong = {"roles": problem.detail}
        return await _member_page(visit, staff_id, problem.status, {"roles": roles}, wrong)
    if not roles:
        return visit.go(f"{visit.home}people?done=gone")
    return visit.go(f"{visit.home}people/{segment(staff_id)}?done=roles")


@router.post(PLACE + "/{staff_id}/{deed}")
async def do(visit: Staff, staff_id: str, deed: str) -> Response:
    """Send a link again, keep a member out or let them in, take lost second factors away."""
    form = await visit.form()
    if deed not in DEEDS:
        return visit.go(f"{visit.home}people/{segment(staff_id)}")
    body = {"reason": form.text("reason")} if deed in REASONED else None
    filled = {"deed": deed, "reason": form.text("reason")}
    if body is not None and len(body["reason"]) < 3:
        wrong = {"reason": visit.gettext("Give a reason: it goes on record.")}
        return await _member_page(visit, staff_id, 422, filled, wrong)
    try:
        await visit.call("POST", f"{_path(visit, staff_id)}/{DEEDS[deed]}", json=body)
    except ApiProblem as problem:
        if not _is_said(problem):
            raise
        return await _member_page(visit, staff_id, problem.status, filled, {"": problem.detail})
    return visit.go(f"{visit.home}people/{segment(staff_id)}?done={deed}")


def told(problem: ApiProblem, filled: Row) -> dict[str, str]:
    """Return what was wrong by the field it was in; the rest under no name."""
    wrong: dict[str, str] = {}
    for error in problem.errors:
        name = str(error.get("field") or "").removeprefix("body.").split(".")[0]
        if name in filled and problem.status == 422:
            wrong[name] = str(error.get("message", ""))
    return wrong or {"": problem.detail}


def _is_said(problem: ApiProblem) -> bool:
    return problem.status in _SAID and problem.slug not in (
        "forbidden",
        "reauthentication-required",
        "second-factor-setup-required",
    )


async def _found(visit: Visit) -> tuple[list[Row], list[Row]]:
    assert visit.programme
    here = {"programme": visit.programme.id}
    members, roles = await asyncio.gather(
        visit.get("identity/staff/members", here), visit.get("identity/staff/roles", here)
    )
    return list(members), list(roles)


async def _invite_page(
    visit: Visit,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    assert visit.programme
    roles = await visit.get("identity/staff/roles", {"programme": visit.programme.id})
    blank: Row = {"email": "", "name": "", "roles": []}
    return visit.page(
        "staff/invite.html", status, roles=roles, filled=filled or blank, wrong=wrong or {}
    )


async def _member_page(
    visit: Visit,
    staff_id: str,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    assert visit.programme
    one, roles = await asyncio.gather(
        visit.get(_path(visit, staff_id)),
        visit.get("identity/staff/roles", {"programme": visit.programme.id}),
    )
    chosen = {"roles": one["roles"], "reason": "", "deed": ""} | (filled or {})
    return visit.page(
        "staff/member.html", status, one=one, roles=roles, filled=chosen, wrong=wrong or {}
    )


def _path(visit: Visit, staff_id: str) -> str:
    assert visit.programme
    return f"identity/staff/members/{segment(visit.programme.id)}/{segment(staff_id)}"
