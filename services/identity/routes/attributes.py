"""What stands on record about a candidate beside names and ids."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity import profile_queries
from services.identity.handlers import attributes
from services.identity.routes.known import myself
from services.identity.schemas import NO_NULL
from services.identity.schemas.profile import AttributeOut, AttributesIn, AttributesOut
from shared.auth import Candidate, Principal, staff
from shared.context import ServiceContext
from shared.web import Here, Read, Write

router = APIRouter(tags=["profile"])
Writer = Annotated[Principal, staff("accounts:write")]


@router.get("/me/attributes")
async def my_attributes(principal: Candidate, session: Read, here: Here) -> AttributesOut:
    """Return what the programme keeps on record about me."""
    programme, mine = await myself(session, principal)
    return AttributesOut(items=await attributes_of(session, here, programme, mine))


@router.put("/me/attributes")
async def write_my_attributes(
    body: AttributesIn, principal: Candidate, session: Write, here: Here
) -> AttributesOut:
    """Write those attributes that candidates write."""
    programme, mine = principal.programme or "", principal.subject
    await attributes.write(
        session, by=principal, programme=programme, candidate_id=mine, values=body.values
    )
    return AttributesOut(items=await attributes_of(session, here, programme, mine))


@router.put("/candidates/{programme}/{candidate_id}/attributes")
async def write_attributes(
    programme: str,
    candidate_id: Annotated[str, Path(max_length=40, pattern=NO_NULL)],
    body: AttributesIn,
    writer: Writer,
    session: Write,
    here: Here,
) -> AttributesOut:
    """Write attributes of a candidate, also those that candidates cannot write."""
    writer.may_see(programme)
    await attributes.write(
        session, by=writer, programme=programme, candidate_id=candidate_id, values=body.values
    )
    return AttributesOut(items=await attributes_of(session, here, programme, candidate_id))


async def attributes_of(
    session: AsyncSession, here: ServiceContext, programme: str, candidate_id: str
) -> list[AttributeOut]:
    """Return every attribute of a programme with what stands there about a candidate."""
    values = await profile_queries.attributes(session, candidate_id)
    return [
        AttributeOut(
            id=one.id,
            name=one.name,
            used_for=one.used_for,
            editable=one.editable,
            identifies=one.identifies,
            number_series=one.number_series,
            longest=one.longest,
            value=values.get(one.id),
        )
        for one in here.programmes[programme].profile.attributes
    ]
