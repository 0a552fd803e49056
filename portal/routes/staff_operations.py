"""Staff: what was set aside, what was mailed."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from portal.gateway import ApiProblem
from portal.visits import Staff, Visit, segment

router = APIRouter()

SERVICES = ("identity", "exams", "certifications", "fulfillment", "transcripts", "notifications")
MAIL_STATES = ("waiting", "queued", "sent", "failed", "suppressed")


@router.get("/{programme}/staff/parked")
async def parked(visit: Staff) -> HTMLResponse:
    """List the events that each service has set aside."""
    answers = await asyncio.gather(*(visit.glance(f"{service}/parked") for service in SERVICES))
    return visit.page("staff/parked.html", services=dict(zip(SERVICES, answers, strict=True)))


@router.post("/{programme}/staff/parked/{service}/{parked_id}/retry")
async def retry(visit: Staff, service: str, parked_id: str) -> Response:
    """Have a parked event handled again."""
    return await _settle(visit, service, parked_id, "retry")


@router.post("/{programme}/staff/parked/{service}/{parked_id}/discard")
async def discard(visit: Staff, service: str, parked_id: str) -> Response:
    """Give a parked event up."""
    return await _settle(visit, service, parked_id, "discard")


async def _settle(visit: Visit, service: str, parked_id: str, how: str) -> Response:
    await visit.form()
    if service not in SERVICES:
        raise HTTPException(404)
    try:
        await visit.call("POST", f"{service}/parked/{segment(parked_id)}/{how}")
    except ApiProblem as problem:
        if problem.status not in (404, 409, 422):
            raise
        return visit.go(f"{visit.home}parked?done=failed")
    return visit.go(f"{visit.home}parked?done={how}")


@router.get("/{programme}/staff/mail")
async def mail(visit: Staff) -> HTMLResponse:
    """List the mails and how their delivery went."""
    assert visit.programme
    params = {"programme": visit.programme.id}
    state = visit.request.query_params.get("state", "")
    if state in MAIL_STATES:
        params["state"] = state
    if cursor := visit.request.query_params.get("cursor"):
        params["cursor"] = cursor
    return visit.page(
        "staff/mail.html",
        found=await visit.get("notifications/emails", params),
        shown=MAIL_STATES,
        state=state if state in MAIL_STATES else "",
    )
