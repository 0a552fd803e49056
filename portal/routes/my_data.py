"""My data: a copy of everything that is held about me, and its erasure."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import streamed_on
from portal.gateway import ApiProblem
from portal.routes.confirming import way_to_confirm
from portal.visits import Candidate, Visit, segment

router = APIRouter()

PLACE = "/{programme}/personal-info/my-data"
# Answers that say what was wrong, in words for the person.
_SAID = (409, 422, 429)


@router.get(PLACE)
async def my_data(visit: Candidate) -> HTMLResponse:
    """Show the copies that there are, and what an erasure would leave."""
    return await _page(visit)


@router.post(PLACE + "/copies")
async def ask_for_copy(visit: Candidate) -> Response:
    """Have a copy put together."""
    await visit.form()
    try:
        await visit.call("POST", "identity/me/data/copies")
    except ApiProblem as problem:
        if problem.status not in _SAID:
            raise
        return await _page(visit, problem.status, problem.detail)
    return _done(visit, "copy")


@router.get(PLACE + "/copies/{copy_id}/file")
async def fetch_copy(visit: Candidate, copy_id: str) -> Response:
    """Hand the copy on, to be saved."""
    path = f"identity/me/data/copies/{segment(copy_id)}/file"
    try:
        answer = await visit.call("GET", path)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return await _page(visit, 404, problem.detail)
    return streamed_on(answer, "my-data.zip")


@router.get(PLACE + "/erase")
async def consider(visit: Candidate) -> Response:
    """Say what an erasure means; before it is asked for, whoever was here too long confirms."""
    if not (await visit.get("identity/security"))["recent"]:
        return way_to_confirm(visit)
    return await _considered(visit)


@router.post(PLACE + "/erase")
async def erase(visit: Candidate) -> Response:
    """Ask for the erasure."""
    form = await visit.form()
    typed = form.text("candidate_id")
    try:
        await visit.call("POST", "identity/me/data/erasure", json={"candidate_id": typed[:40]})
    except ApiProblem as problem:
        if problem.status not in _SAID:
            raise
        if problem.status == 409:
            return await _page(visit, 409, problem.detail)
        return await _considered(visit, 422, typed)
    return _done(visit, "erasure")


@router.post(PLACE + "/keep")
async def keep(visit: Candidate) -> Response:
    """Take the erasure back."""
    await visit.form()
    try:
        await visit.call("DELETE", "identity/me/data/erasure")
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return await _page(visit, 409, problem.detail)
    return _done(visit, "kept")


async def _considered(visit: Visit, status: int = 200, typed: str | None = None) -> HTMLResponse:
    found = await visit.get("identity/me/data")
    return visit.page("erase.html", status, found=found, typed=typed or "", wrong=typed is not None)


async def _page(visit: Visit, status: int = 200, said: str | None = None) -> HTMLResponse:
    found: dict[str, Any] = await visit.get("identity/me/data")
    erasure = found["erasure"]
    waiting = erasure if erasure and erasure["state"] == "waiting" else None
    return visit.page("my_data.html", status, found=found, waiting=waiting, said=said)


def _done(visit: Visit, what: str) -> Response:
    return visit.go(f"{visit.own}my-data?done={what}")
