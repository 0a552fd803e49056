"""Reads of fulfillment."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.fulfillment.models import Entitlement


async def entitlements_of(
    session: AsyncSession, programme: str, candidate_id: str, *, withdrawn: bool
) -> Sequence[Entitlement]:
    """Return what a candidate is entitled to, the newest award first.

    withdrawn: what was taken back, too.
    """
    query = (
        select(Entitlement)
        .where(Entitlement.programme == programme, Entitlement.candidate_id == candidate_id)
        .order_by(Entitlement.earned_on.desc(), Entitlement.certification)
    )
    if not withdrawn:
        query = query.where(Entitlement.state != "withdrawn")
    return (await session.scalars(query)).all()
