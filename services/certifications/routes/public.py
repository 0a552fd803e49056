"""Strangers: what the code on a certificate proves."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.certifications import queries
from services.certifications.errors import UnknownVerificationCode
from services.certifications.models import CODE_LENGTH
from services.certifications.present import present
from services.certifications.queries import Person
from services.certifications.routes.tags import IfNoneMatch, matches, tag_of
from services.certifications.schemas.public import Verification
from services.certifications.views.public import document_of, of_the_erased, verification
from shared.auth import anyone
from shared.clock import today
from shared.ids import is_public_code
from shared.my_data.tombstones import erased_among
from shared.web import Here, Read

router = APIRouter()
_UNKNOWN = "Was it copied whole? It has 8 letters and digits."


@router.get("/public/{verification_code}", dependencies=[anyone()])
async def verify(
    verification_code: str,
    session: Read,
    here: Here,
    response: Response,
    revision: Annotated[
        str | None, Query(max_length=40, description="of the certificate, as its code carries it")
    ] = None,
    if_none_match: IfNoneMatch = None,
) -> Verification:
    """Say what a certificate's verification code proves today, and whether it was replaced."""
    code = verification_code.replace(" ", "").replace("-", "").upper()
    found = await queries.held_under(session, code) if is_public_code(code, CODE_LENGTH) else None
    if found is None or found.programme not in here.programmes:
        raise UnknownVerificationCode(_UNKNOWN)
    # A code goes on to lead to the person, whichever of their ids it was given to.
    person, kin = await queries.who(session, Person(found.programme, found.candidate_id))
    holder = await queries.candidate(session, person)
    if holder is None and not found.withdrawn and await erased_among(session, [person[1]]):
        programme = here.programmes[found.programme]
        day = today(here.clock, programme.timezone)
        response.headers["Cache-Control"] = "no-cache"
        return of_the_erased(programme, found, day)
    # Who does not want to be found must look the same as a code that was never given out.
    if holder is None or not holder.disclosure:
        raise UnknownVerificationCode(_UNKNOWN)
    held = await queries.held_by(session, [person]) if kin.ids else {}
    recorded = held.get(person, {}).get(found.code, found)
    programme = here.programmes[recorded.programme]
    day = today(here.clock, programme.timezone)
    known = (await queries.facts_of(session, [person], kin)).get(person, [])
    standing = present(programme, known, day).state[recorded.code]
    document = None if revision is None else document_of(revision, found, recorded, holder)
    shown = verification(programme, recorded, standing, holder, day, document)
    tag = tag_of(shown.model_dump_json())
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)  # type: ignore[return-value]  # no body
    response.headers.update(headers)
    return shown
