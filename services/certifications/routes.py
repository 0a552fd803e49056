"""The HTTP edge of certifications."""

import asyncio
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries, views
from services.certifications.errors import (
    NameNotKnownYet,
    NotActive,
    UnknownCandidate,
    UnknownCertification,
    UnknownVerificationCode,
)
from services.certifications.models import CODE_LENGTH
from services.certifications.pdf import certificate
from services.certifications.queries import Person
from services.certifications.schemas import CertificationDetail, Certifications, Verification
from shared.auth import Candidate, Principal, anyone, staff
from shared.clock import today
from shared.context import ServiceContext
from shared.errors import Forbidden
from shared.ids import is_public_code
from shared.programmes import Programme
from shared.web import Here, Read

router = APIRouter()

CandidatesReader = Annotated[Principal, staff("candidates:read")]
Code = Annotated[str, Path(max_length=80, description="a certification's code, such as CCNA")]
IfNoneMatch = Annotated[str | None, Header()]


@router.get("/certifications")
async def list_certifications(principal: Candidate, session: Read, here: Here) -> Certifications:
    """List my certifications by level, and what I can earn."""
    return views.all_of(await _seen(session, here, _self(principal)))


@router.get("/certifications/{code}")
async def read_certification(
    code: Code, principal: Candidate, session: Read, here: Here
) -> CertificationDetail:
    """Show one certification: my progress, the reason of every date, its history."""
    return await _one(session, here, _self(principal), code)


@router.get(
    "/certifications/{code}/certificate.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, 304: {"description": "not changed"}},
)
async def read_certificate(
    code: Code, principal: Candidate, here: Here, if_none_match: IfNoneMatch = None
) -> Response:
    """Download my certificate; only while the certification is active."""
    person = _self(principal)
    # The session ends before the drawing begins: no connection waits for a processor.
    async with here.database.reading() as session:
        programme = _programme(here, person.programme)
        _known(programme, code)
        holder = await queries.candidate(session, person)
        recorded = (await queries.held_by(session, [person])).get(person, {}).get(code)
    if recorded is None or recorded.withdrawn:
        raise NotActive(f"You have not earned {programme.certifications[code].name} yet.")
    day = today(here.clock, programme.timezone)
    if recorded.expires_on is not None and recorded.expires_on < day:
        raise NotActive(
            f"Certificates are only to be had while a certification is active; the last day of "
            f"{programme.certifications[code].name} was {recorded.expires_on.isoformat()}."
        )
    if holder is None or not holder.full_name:
        raise NameNotKnownYet("Please try again in a moment.", headers={"Retry-After": "2"})
    details = views.on_paper(programme, recorded, holder, here.settings.public_url)
    tag = f'"{sha256(repr(details).encode()).hexdigest()[:24]}"'
    name = f"{code}-{recorded.verification_code}-r{details.revision}.pdf"
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    drawn = await asyncio.to_thread(certificate, details)
    return Response(drawn, media_type="application/pdf", headers=headers)


@router.get("/candidates/{programme}/{candidate_id}/certifications")
async def list_candidates_certifications(
    programme: str, candidate_id: str, principal: CandidatesReader, session: Read, here: Here
) -> Certifications:
    """List a candidate's certifications by level, for staff."""
    person = await _known_person(session, principal, Person(programme, candidate_id))
    return views.all_of(await _seen(session, here, person))


@router.get("/candidates/{programme}/{candidate_id}/certifications/{code}")
async def read_candidates_certification(
    programme: str,
    candidate_id: str,
    code: Code,
    principal: CandidatesReader,
    session: Read,
    here: Here,
) -> CertificationDetail:
    """Show one certification of a candidate with its explanation, for staff."""
    person = await _known_person(session, principal, Person(programme, candidate_id))
    return await _one(session, here, person, code)


@router.get("/public/{verification_code}", dependencies=[anyone()])
async def verify(
    verification_code: str,
    session: Read,
    here: Here,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> Verification:
    """Say what a certificate's verification code proves today."""
    code = verification_code.replace(" ", "").replace("-", "").upper()
    found = await queries.held_under(session, code) if is_public_code(code, CODE_LENGTH) else None
    # Who does not want to be found must look the same as a code that was never given out.
    if found is None or not found[1].disclosure or found[0].programme not in here.programmes:
        raise UnknownVerificationCode("Was it copied whole? It has 8 letters and digits.")
    recorded, holder = found
    programme = here.programmes[recorded.programme]
    shown = views.verification(programme, recorded, holder, today(here.clock, programme.timezone))
    tag = f'"{sha256(shown.model_dump_json().encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)  # type: ignore[return-value]  # no body
    response.headers.update(headers)
    return shown


def _matches(if_none_match: str | None, tag: str) -> bool:
    # A proxy that compresses makes a tag weak; that it names the same state stays true.
    given = (part.strip().removeprefix("W/") for part in (if_none_match or "").split(","))
    return any(one in (tag, "*") for one in given)


def _self(principal: Principal) -> Person:
    """Return the caller: a candidate's token reaches nobody else's certifications."""
    if principal.programme is None:
        raise Forbidden("the access token does not say which programme it is for")
    return Person(principal.programme, principal.subject)


def _programme(here: ServiceContext, programme: str) -> Programme:
    found = here.programmes.get(programme)
    if found is None:
        raise UnknownCandidate(f"There is no programme {programme!r} here.")
    return found


def _known(programme: Programme, code: str) -> None:
    if code not in programme.certifications:
        raise UnknownCertification(f"{programme.name} has no certification {code!r}.")


async def _known_person(session: AsyncSession, principal: Principal, person: Person) -> Person:
    principal.may_see(person.programme)
    if await queries.candidate(session, person) is None:
        raise UnknownCandidate(f"Nothing is known of a candidate {person.candidate_id!r}.")
    return person


async def _seen(session: AsyncSession, here: ServiceContext, person: Person) -> views.Seen:
    programme = _programme(here, person.programme)
    known = (await queries.facts_of(session, [person])).get(person, [])
    recorded = (await queries.held_by(session, [person])).get(person, {})
    return views.Seen(
        programme=programme,
        facts=[fact for _, fact in known],
        recorded=recorded,
        as_of=today(here.clock, programme.timezone),
        public_url=here.settings.public_url,
    )


async def _one(
    session: AsyncSession, here: ServiceContext, person: Person, code: str
) -> CertificationDetail:
    _known(_programme(here, person.programme), code)
    return views.one_of_them(await _seen(session, here, person), code)
