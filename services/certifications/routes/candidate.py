"""Candidates: their certifications and their certificates."""

import asyncio

from fastapi import APIRouter, Response

from services.certifications import queries
from services.certifications.domain.labels import standing_text
from services.certifications.errors import NameNotKnownYet, NotActive
from services.certifications.paper import CertificateDetails
from services.certifications.present import present
from services.certifications.routes.access import (
    AsOf,
    Code,
    known_certification,
    myself,
    programme_of,
    seen,
)
from services.certifications.routes.tags import IfNoneMatch, matches, tag_of
from services.certifications.schemas.candidate import CertificationDetail, Certifications
from services.certifications.views import candidate as views
from services.certifications.views.public import on_paper
from shared.auth import Candidate
from shared.clock import today
from shared.web import Here, Read

router = APIRouter()


@router.get("/certifications")
async def list_certifications(
    principal: Candidate, session: Read, here: Here, as_of: AsOf = None
) -> Certifications:
    """List my certifications by level, my achievements, and what I can earn."""
    return views.all_of(await seen(session, here, myself(principal), as_of))


@router.get("/certifications/{code}")
async def read_certification(
    code: Code, principal: Candidate, session: Read, here: Here, as_of: AsOf = None
) -> CertificationDetail:
    """Show one certification: my progress, ways to renew, the reason of every date, its history."""
    person = myself(principal)
    known_certification(programme_of(here, person.programme), code)
    return views.one_of_them(await seen(session, here, person, as_of), code)


@router.get(
    "/certifications/{code}/certificate.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, 304: {"description": "not changed"}},
)
async def read_certificate(
    code: Code, principal: Candidate, here: Here, if_none_match: IfNoneMatch = None
) -> Response:
    """Download my certificate; only while the certification is active."""
    person = myself(principal)
    # The session ends before the drawing begins: no connection waits for a processor.
    async with here.database.reading() as session:
        programme = programme_of(here, person.programme)
        known_certification(programme, code)
        person, kin = await queries.who(session, person)
        holder = await queries.candidate(session, person)
        recorded = (await queries.held_by(session, [person])).get(person, {}).get(code)
        known = (await queries.facts_of(session, [person], kin)).get(person, [])
    standing = present(programme, known, today(here.clock, programme.timezone)).state[code]
    name = programme.certifications[code].name
    if recorded is None or recorded.withdrawn or not standing.cycles:
        raise NotActive(f"You have not earned {name} yet.")
    if not standing.holding:
        raise NotActive(
            "Certificates are only to be had while a certification is active. "
            f"{name}: {standing_text(programme, standing)}."
        )
    if holder is None or not holder.full_name:
        raise NameNotKnownYet("Please try again in a moment.", headers={"Retry-After": "2"})
    details = on_paper(programme, recorded, holder, here.settings.public_url)
    tag = tag_of(repr(details))
    filename = f"{code}-{recorded.verification_code}-r{details.revision}.pdf"
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{filename}"',
    }
    if matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    drawn = await asyncio.to_thread(_drawn, details)
    return Response(drawn, media_type="application/pdf", headers=headers)


def _drawn(details: CertificateDetails) -> bytes:
    # Drawing takes as much memory as half a service: a process that never draws does without.
    from services.certifications.pdf import certificate  # noqa: PLC0415 - see above

    return certificate(details)
