"""Staff looking at a candidate's profile."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.identity import profile_queries
from services.identity.routes.attributes import attributes_of
from services.identity.routes.known import known_to
from services.identity.routes.postal_addresses import postal_address_of
from services.identity.routes.settings import settings_of
from services.identity.schemas import NO_NULL
from services.identity.schemas.profile import AnswerGiven, ProfileOut
from shared.auth import Principal, staff
from shared.web import Here, Read

router = APIRouter(tags=["profile"])
Reader = Annotated[Principal, staff("accounts:read")]


@router.get("/candidates/{programme}/{candidate_id}/profile")
async def show_profile(
    programme: str,
    candidate_id: Annotated[str, Path(max_length=40, pattern=NO_NULL)],
    reader: Reader,
    session: Read,
    here: Here,
) -> ProfileOut:
    """Return a candidate's answers and consents with their history, attributes, postal address."""
    reader.may_see(programme)
    await known_to(session, programme, candidate_id)
    given = await profile_queries.all_answers(session, candidate_id)
    return ProfileOut(
        settings=await settings_of(session, here, programme, candidate_id),
        answers=[AnswerGiven.model_validate(one) for one in given],
        attributes=await attributes_of(session, here, programme, candidate_id),
        postal_address=await postal_address_of(session, candidate_id),
    )
