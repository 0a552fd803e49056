"""Staff: a candidate's answers, attributes and address; what readers said about help."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.routes.attributes import with_numbers, written, wrongs
from portal.routes.postal_addresses import country_name
from portal.visits import Staff, Visit, segment

router = APIRouter()


@router.get("/{programme}/staff/candidates/{candidate_id}/profile")
async def profile(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show what a candidate has answered, consented to and noted."""
    return await _page(visit, candidate_id)


@router.post("/{programme}/staff/candidates/{candidate_id}/profile")
async def write(visit: Staff, candidate_id: str) -> Response:
    """Write attributes of a candidate."""
    form = await visit.form()
    whose = _whose(visit, candidate_id)
    items = (await visit.get(f"identity/{whose}/profile"))["attributes"]
    values = written(form, [one for one in items if not one["number_series"]])
    try:
        await visit.call("PUT", f"identity/{whose}/attributes", json={"values": values})
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        return await _page(visit, candidate_id, 422, values, wrongs(problem))
    return visit.go(f"{visit.home}candidates/{segment(candidate_id)}/profile?done=saved")


@router.get("/{programme}/staff/help")
async def votes(visit: Staff) -> HTMLResponse:
    """Show which articles helped."""
    assert visit.programme
    answer = await visit.get("identity/help-votes", {"programme": visit.programme.id})
    # Those that helped least come first, those that nobody voted about last.
    items = sorted(
        answer["items"],
        key=lambda one: (one["of"] == 0, one["helpful"] / one["of"] if one["of"] else 0),
    )
    return visit.page("staff/help.html", votes=items)


async def _page(
    visit: Visit,
    candidate_id: str,
    status: int = 200,
    filled: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    whose = _whose(visit, candidate_id)
    person, found = await asyncio.gather(
        visit.get(f"identity/{whose}"), visit.get(f"identity/{whose}/profile")
    )
    address = found["postal_address"]
    return visit.page(
        "staff/profile.html",
        status,
        person=person,
        profile=found,
        attributes=await with_numbers(
            visit, found["attributes"], f"certifications/{whose}/certifications"
        ),
        country=address and country_name(address["country"], visit.language),
        names={one["id"]: one for one in found["settings"]["questions"]},
        filled=filled or {},
        wrong=wrong or {},
    )


def _whose(visit: Visit, candidate_id: str) -> str:
    assert visit.programme
    return f"candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
