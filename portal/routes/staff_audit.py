"""Staff: the record of what was done to accounts."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import passed_on
from portal.gateway import ApiProblem
from portal.visits import Staff, Visit

router = APIRouter()

PLACE = "/{programme}/staff/audit"
FILTERS = ("action", "subject", "by", "since", "until")


@router.get(PLACE)
async def audit(visit: Staff) -> HTMLResponse:
    """List what was done, newest first."""
    asked = _asked(visit)
    cursor = visit.request.query_params.get("cursor")
    wrong: dict[str, str] = {}
    try:
        found = await visit.get("identity/audit", asked | ({"cursor": cursor} if cursor else {}))
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        found = {"items": [], "next": None}
        wrong = {
            str(error.get("field") or ""): str(error.get("message", "")) for error in problem.errors
        }
    actions = await visit.get("identity/audit/actions", {"programme": asked["programme"]})
    return visit.page(
        "staff/audit.html",
        422 if wrong else 200,
        found=found,
        actions=actions,
        filled={name: asked.get(name, "") for name in FILTERS},
        wrong=wrong,
    )


@router.get(PLACE + ".csv")
async def export(visit: Staff) -> Response:
    """Hand the same list through as a file."""
    return passed_on(
        await visit.call("GET", "identity/audit/export", params=_asked(visit)), "audit.csv"
    )


def _asked(visit: Visit) -> dict[str, str]:
    assert visit.programme
    query = visit.request.query_params
    asked = {name: query.get(name, "").strip() for name in FILTERS}
    return {"programme": visit.programme.id} | {k: v for k, v in asked.items() if v}
