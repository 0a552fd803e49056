"""The HTTP edge of fulfillment."""

from typing import Annotated, cast

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from services.fulfillment import queries
from services.fulfillment.domain import State
from services.fulfillment.schemas import Entitlements, EntitlementView
from shared.auth import Candidate, Principal, staff
from shared.context import ServiceContext
from shared.web import Here, Read

router = APIRouter()


@router.get("/entitlements")
async def list_entitlements(principal: Candidate, session: Read, here: Here) -> Entitlements:
    """List the kits that I may have."""
    assert principal.programme is not None  # every candidate's token names the programme
    return await _entitlements(
        session, here, principal.programme, principal.subject, withdrawn=False
    )


@router.get("/candidates/{programme}/{candidate_id}/entitlements")
async def list_entitlements_of(
    programme: str,
    candidate_id: str,
    principal: Annotated[Principal, staff("candidates:read")],
    session: Read,
    here: Here,
) -> Entitlements:
    """List the kits that a candidate may have, and those taken back."""
    principal.may_see(programme)
    return await _entitlements(session, here, programme, candidate_id, withdrawn=True)


async def _entitlements(
    session: AsyncSession,
    here: ServiceContext,
    programme: str,
    candidate_id: str,
    *,
    withdrawn: bool,
) -> Entitlements:
    kits = here.programmes[programme].kits if programme in here.programmes else {}
    found = await queries.entitlements_of(session, programme, candidate_id, withdrawn=withdrawn)
    return Entitlements(
        items=[
            EntitlementView(
                id=one.id,
                certification=one.certification,
                name=one.name,
                kit=one.kit,
                kit_name=kits[one.kit].name if one.kit in kits else one.kit,
                state=cast(State, one.state),
                earned_on=one.earned_on,
            )
            for one in found
        ]
    )
