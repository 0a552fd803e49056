"""The door: the choice of programme, a programme's looks, its home page, its support."""

import hashlib
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from portal.branding import stylesheet
from portal.dates import days_until
from portal.gateway import Json
from portal.routes.agreements import asked_for
from portal.routes.certifications import ACTIVE
from portal.routes.history import on_the_way
from portal.static_files import FOR_GOOD
from portal.visits import Candidate, Portal, Visit, Visitor, segment

router = APIRouter()

SOON_DAYS = 183


@router.get("/")
async def choose(request: Request) -> HTMLResponse:
    """Let the visitor choose a programme."""
    portal: Portal = request.app.state.portal
    return Visit(request, None, "candidate").page(
        "choose.html", programmes=await portal.programmes.all()
    )


@router.get("/{programme}")
async def without_slash(visit: Visitor) -> Response:
    """Lead to the programme's home."""
    return visit.go(visit.home)


@router.get("/{programme}/brand.css")
async def brand(request: Request, visit: Visitor) -> Response:
    """Return the design tokens that the programme overrides."""
    assert visit.programme
    body = stylesheet(visit.programme.branding)
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
    headers = {"etag": etag, "cache-control": "public, max-age=300"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/css", headers=headers)


@router.get("/{programme}/logo")
async def logo(request: Request, visit: Visitor) -> Response:
    """Hand the programme's logo through, as the picture that it is."""
    assert visit.programme
    asked = {"if-none-match": request.headers.get("if-none-match", "")}
    path = f"identity/programmes/{segment(visit.programme.id)}/logo"
    found = await visit.call("GET", path, headers=asked)
    kept = ("content-type", "content-security-policy", "etag")
    headers = {name: found.headers[name] for name in kept if name in found.headers}
    # The address carries the picture's mark.
    marked = "v" in request.query_params
    headers["cache-control"] = FOR_GOOD if marked else "public, max-age=300"
    return Response(found.content, found.status_code, headers=headers)


@router.get("/{programme}/support")
async def support(visit: Visitor) -> HTMLResponse:
    """Say where help is to be had, and answer what is asked most."""
    assert visit.programme
    path = f"identity/programmes/{segment(visit.programme.id)}/help"
    found = await visit.glance(path) if visit.programme.has_help else None
    often = [
        one
        for topic in (found or {}).get("topics", [])
        for one in topic["articles"]
        if one["often"]
    ]
    return visit.page("support.html", often=often)


@router.get("/{programme}/")
async def home(visit: Candidate) -> HTMLResponse:
    """Greet the candidate: where they stand and what comes next."""
    programme = visit.programme
    assert programme
    certifications, history, entitlements, transcripts, *more = await visit.glances(
        "certifications/certifications",
        "exams/history",
        "fulfillment/entitlements",
        "transcripts/transcripts",
        # Only where the programme has any.
        *(["exams/agreements"] if programme.agreements else []),
        *(["exams/completions?state=returned"] if programme.courses else []),
        *(["identity/me/settings"] if programme.asks else []),
    )
    agreements = more.pop(0) if programme.agreements else None
    returned = more.pop(0) if programme.courses else None
    settings = more.pop(0) if programme.asks else None
    held = [
        certification
        for level in reversed((certifications or {}).get("levels", []))
        for certification in level["certifications"]
    ]
    active = [certification for certification in held if certification["status"] in ACTIVE]
    available = (certifications or {}).get("available", [])
    dated = sorted((one for one in active if one["expires_on"]), key=lambda one: one["expires_on"])
    exams = sorted(
        (history or {}).get("exams", []), key=lambda exam: exam["exam_date"], reverse=True
    )
    booked = (history or {}).get("registrations") or []
    return visit.page(
        "home.html",
        away=certifications is None,
        history_away=history is None,
        active=active,
        soonest=dated[0] if dated else None,
        exams=exams[:3],
        passed=sum(exam["grade"] == "pass" and _counts(exam) for exam in exams),
        booked=[one for one in booked if one.get("stage") == "booked"],
        coming=on_the_way(booked),
        agreements=asked_for(agreements),
        returned=_listed(returned),
        settings=settings if settings and settings["due"] else None,
        claimable=(entitlements or {}).get("items", []),
        transcripts=_listed(transcripts),
        expiring=_expiring(dated, visit.today),
        in_grace=[one for one in held if one["status"] == "in_grace"],
        available=available,
        started=[one for one in available if one["progress"]["started"]][:3],
    )


def _counts(exam: dict[str, Any]) -> bool:
    return bool(exam.get("state", "recorded") == "recorded")


def _expiring(dated: list[Any], today: date) -> list[Any]:
    return [one for one in dated if (days_until(one["expires_on"], today) or 0) <= SOON_DAYS]


def _listed(answer: Json) -> list[Any]:
    """Return the rows of a list, be it a page or plain."""
    rows: list[Any] = answer.get("items", []) if isinstance(answer, dict) else answer or []
    return rows
