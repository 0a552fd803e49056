"""Transcripts: what a candidate shows to others, and for how long."""

import asyncio
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.dates import parse_day
from portal.forms import Form
from portal.gateway import ApiProblem, Json
from portal.visits import Candidate, Visit, segment

router = APIRouter()

USUAL_DAYS = 90


@router.get("/{programme}/transcripts")
async def transcripts(visit: Candidate) -> HTMLResponse:
    """List the candidate's transcripts with their views and public links."""
    answer, me = await asyncio.gather(
        visit.get("transcripts/transcripts"), visit.glance("identity/me")
    )
    items = answer["items"] if isinstance(answer, dict) else answer
    for item in items:
        item["state"] = _state(item, visit.today)
        item["link"] = public_link(visit, item["code"])
    # Without consent nobody can open them, whatever is set here.
    silent = me is not None and not me["disclosure"]
    return visit.page("transcripts.html", transcripts=items, silent=silent)


@router.get("/{programme}/transcripts/new")
async def new(visit: Candidate) -> HTMLResponse:
    """Show the form for a new transcript."""
    blank = {
        "id": None,
        "description": "",
        "valid_through": (visit.today + timedelta(days=USUAL_DAYS)).isoformat(),
        "all_new": True,
        "chosen": None,
        "show_dates": True,
        "remarks": "",
        "private_notes": "",
        "disabled": False,
    }
    return await _form_page(visit, blank)


@router.post("/{programme}/transcripts/new")
async def create(visit: Candidate) -> Response:
    """Create a transcript."""
    filled = _filled(await visit.form())
    try:
        await visit.call("POST", "transcripts/transcripts", json=_body(filled))
    except ApiProblem as problem:
        return await _again(visit, filled, problem)
    return visit.go(f"{visit.home}transcripts?done=created")


@router.get("/{programme}/transcripts/{transcript_id}")
async def edit(visit: Candidate, transcript_id: str) -> HTMLResponse:
    """Show the form of a transcript."""
    return await _form_page(visit, _as_filled(await _load(visit, transcript_id)))


@router.post("/{programme}/transcripts/{transcript_id}")
async def save(visit: Candidate, transcript_id: str) -> Response:
    """Change a transcript; its link stays the same."""
    form = await visit.form()
    was = await _load(visit, transcript_id)
    filled = _filled(form) | {"id": was["id"], "disabled": was["disabled"]}
    try:
        await _put(visit, transcript_id, filled)
    except ApiProblem as problem:
        return await _again(visit, filled, problem)
    return visit.go(f"{visit.home}transcripts?done=saved")


@router.post("/{programme}/transcripts/{transcript_id}/disable")
async def disable(visit: Candidate, transcript_id: str) -> Response:
    """Close a transcript to others."""
    return await _switch(visit, transcript_id, disabled=True)


@router.post("/{programme}/transcripts/{transcript_id}/enable")
async def enable(visit: Candidate, transcript_id: str) -> Response:
    """Open a transcript to others again."""
    return await _switch(visit, transcript_id, disabled=False)


def public_link(visit: Visit, code: str) -> str:
    """Return the address that a stranger opens."""
    return f"{visit.portal.settings.public_url.rstrip('/')}{visit.home}transcript/{code}"


async def _switch(visit: Visit, transcript_id: str, *, disabled: bool) -> Response:
    await visit.form()
    filled = _as_filled(await _load(visit, transcript_id)) | {"disabled": disabled}
    await _put(visit, transcript_id, filled)
    return visit.go(f"{visit.home}transcripts?done={'disabled' if disabled else 'enabled'}")


async def _load(visit: Visit, transcript_id: str) -> Json:
    return await visit.get(f"transcripts/transcripts/{segment(transcript_id)}")


async def _put(visit: Visit, transcript_id: str, filled: dict[str, Any]) -> None:
    await visit.call("PUT", f"transcripts/transcripts/{segment(transcript_id)}", json=_body(filled))


def _filled(form: Form) -> dict[str, Any]:
    return {
        "id": None,
        "description": form.text("description"),
        "valid_through": form.text("valid_through"),
        "all_new": form.ticked("all_new"),
        "chosen": form.several("certifications"),
        "show_dates": form.ticked("show_dates"),
        "remarks": form.text("remarks"),
        "private_notes": form.text("private_notes"),
        "disabled": False,
    }


def _as_filled(transcript: Json) -> dict[str, Any]:
    return {
        **transcript,
        "chosen": [one["certification"] for one in transcript["certifications"] if one["included"]],
        "remarks": transcript.get("remarks") or "",
        "private_notes": transcript.get("private_notes") or "",
    }


def _body(filled: dict[str, Any]) -> Json:
    body = {name: filled[name] for name in ("description", "all_new", "show_dates", "disabled")}
    return body | {
        "valid_through": filled["valid_through"] or None,
        "certifications": filled["chosen"] or [],
        "remarks": filled["remarks"],
        "private_notes": filled["private_notes"],
    }


async def _form_page(
    visit: Visit, filled: dict[str, Any], status: int = 200, wrong: dict[str, str] | None = None
) -> HTMLResponse:
    answer = await visit.get("certifications/certifications")
    choices = [one for level in answer["levels"] for one in level["certifications"]]
    return visit.page(
        "transcript_form.html", status, filled=filled, choices=choices, wrong=wrong or {}
    )


async def _again(visit: Visit, filled: dict[str, Any], problem: ApiProblem) -> HTMLResponse:
    if problem.status != 422:
        raise problem
    wrong = {
        str(error.get("field") or "").split(".")[-1]: str(error.get("message", ""))
        for error in problem.errors
    }
    return await _form_page(visit, filled, 422, wrong or {"": problem.detail})


def _state(transcript: Json, today: date) -> str:
    if transcript["disabled"]:
        return "disabled"
    through = parse_day(transcript["valid_through"])
    return "expired" if through is not None and through < today else "active"
