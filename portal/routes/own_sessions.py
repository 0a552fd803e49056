"""Where one's account is open, and closing what should not be; candidates and staff."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Owner, Visit, segment

router = APIRouter()


@router.get("/{programme}/personal-info/sessions")
@router.get("/{programme}/staff/sessions")
async def sessions(visit: Owner) -> HTMLResponse:
    """List the sessions that go on."""
    found = await visit.get("identity/sessions")
    template = "staff/sessions.html" if visit.kind == "staff" else "sessions.html"
    return visit.page(template, sessions=found["items"])


@router.post("/{programme}/personal-info/sessions/{session_id}/end")
@router.post("/{programme}/staff/sessions/{session_id}/end")
async def end_one(visit: Owner, session_id: str) -> Response:
    """End one session; one that has ended meanwhile is no matter."""
    await visit.form()
    try:
        await visit.call("DELETE", f"identity/sessions/{segment(session_id)}")
    except ApiProblem as problem:
        if problem.status != 404:
            raise
    return _done(visit)


@router.post("/{programme}/personal-info/sessions/end-others")
@router.post("/{programme}/staff/sessions/end-others")
async def end_others(visit: Owner) -> Response:
    """End all sessions but this one."""
    await visit.form()
    await visit.call("POST", "identity/sessions/end-others")
    return _done(visit)


def _done(visit: Visit) -> Response:
    return visit.go(f"{visit.own}sessions?done=ended")
