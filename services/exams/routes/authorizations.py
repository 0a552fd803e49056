"""Authorizations: what candidates may book, made by staff and seen by the candidates."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.exams import booking_queries, queries
from services.exams.booking_schemas import (
    AuthorizationBody,
    AuthorizationsSeen,
    AuthorizationsTold,
    AuthorizationTold,
)
from services.exams.domain.pearson_exports import SEPARATOR
from services.exams.domain.vendors import vendor_of
from services.exams.errors import UnknownProgramme
from services.exams.handlers.bookings import NewAuthorization, authorize, withdraw
from services.exams.models import Authorization
from shared.auth import Candidate, Principal, staff
from shared.clock import today
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden, Unprocessable
from shared.web import Here, Read, Write

router = APIRouter(tags=["authorizations"])

LONGEST = timedelta(days=3 * 366)


@router.post("/authorizations", status_code=201)
async def make_authorization(
    body: AuthorizationBody,
    here: Here,
    session: Write,
    principal: Annotated[Principal, staff("authorizations:write")],
) -> AuthorizationTold:
    """Let a candidate book an exam with a vendor; the vendor hears of it in the next file (EAD)."""
    principal.may_see(body.programme)
    if errors := _faults(here, body):
        raise Unprocessable("The authorization was not made.", errors=errors)
    new = NewAuthorization(
        programme=body.programme,
        candidate_id=body.candidate_id,
        exam_code=body.exam_code,
        vendor=body.vendor,
        first_day=body.first_day,
        last_day=body.last_day,
        attempts=body.attempts,
        accommodations=SEPARATOR.join(body.accommodations),
    )
    made = await authorize(session, new, principal.subject)
    return AuthorizationTold.model_validate(_told(here, made))


@router.post("/authorizations/{authorization_id}/withdraw")
async def withdraw_authorization(
    authorization_id: UUID,
    here: Here,
    session: Write,
    principal: Annotated[Principal, staff("authorizations:write")],
) -> AuthorizationTold:
    """Take an authorization back; a vendor that has heard of it is told in the next file."""
    taken_back = await withdraw(session, authorization_id, principal.programmes)
    return AuthorizationTold.model_validate(_told(here, taken_back))


@router.get("/authorizations")
async def own_authorizations(
    candidate: Candidate, here: Here, session: Read, response: Response
) -> AuthorizationsSeen:
    """Return what the candidate may book, newest first."""
    if candidate.programme is None or candidate.programme not in here.programmes:
        raise Forbidden("the access token is not for a programme of this installation")
    response.headers["Cache-Control"] = "private, no-store"
    found = await booking_queries.authorizations(session, candidate.programme, candidate.subject)
    return AuthorizationsSeen.model_validate({"items": [_told(here, one) for one in found]})


@router.get("/candidates/{programme}/{candidate_id}/authorizations")
async def authorizations_of(
    programme: str,
    candidate_id: Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9._-]+$")],
    here: Here,
    session: Read,
    principal: Annotated[Principal, staff("candidates:read")],
) -> AuthorizationsTold:
    """Return a candidate's authorizations, newest first, with what the vendor answered."""
    principal.may_see(programme)
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    await queries.require_candidate(session, programme, candidate_id)
    found = await booking_queries.authorizations(session, programme, candidate_id)
    return AuthorizationsTold.model_validate({"items": [_told(here, one) for one in found]})


def _told(here: ServiceContext, one: Authorization) -> dict[str, Any]:
    vendor = vendor_of(here.programmes, one.programme, one.vendor)
    exam = here.programmes[one.programme].exams.get(one.exam_code)
    row = {column.name: getattr(one, column.name) for column in Authorization.__table__.columns}
    return {
        **row,
        "vendor_name": vendor.name,
        "exam_name": exam.name if exam else one.exam_code,
        "scheduling_url": vendor.scheduling_url,
        "accommodations": one.accommodations.split(SEPARATOR) if one.accommodations else [],
    }


def _faults(here: ServiceContext, body: AuthorizationBody) -> list[FieldError]:
    """What is wrong with an authorization that staff want to make, field by field."""
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {body.programme!r}")
    programme = here.programmes[body.programme]
    faults = {}
    exam = programme.exams.get(body.exam_code)
    if exam is None:
        faults["exam_code"] = f"unknown exam {body.exam_code!r} in programme {programme.id!r}"
    elif exam.retired_on is not None and exam.retired_on < body.first_day:
        faults["exam_code"] = f"could be taken until {exam.retired_on} only"
    if body.vendor not in {*here.settings.vendors, *programme.vendors}:
        faults["vendor"] = f"unknown vendor {body.vendor!r}"
    now = today(here.clock, programme.timezone)
    if body.last_day < body.first_day:
        faults["last_day"] = f"is before the first day, {body.first_day}"
    elif body.last_day < now:
        faults["last_day"] = f"is over: today is {now} in {programme.timezone}"
    elif body.last_day - body.first_day > LONGEST or body.first_day - now > LONGEST:
        faults["last_day"] = "is more than three years ahead"
    return [FieldError(field=field, message=message) for field, message in faults.items()]
