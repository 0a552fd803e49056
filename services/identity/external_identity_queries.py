"""What identity reads of accounts at providers."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import ExternalIdentity
from shared.context import context
from shared.merges import ids_of
from shared.rows import one_of

Row = dict[str, Any]


async def external_identities(
    session: AsyncSession, programme: str, candidate_id: str
) -> list[Row]:
    """Return the accounts that sign a person in, as they were connected."""
    ids = await ids_of(session, programme, candidate_id)
    found = await session.scalars(
        select(ExternalIdentity)
        .where(one_of(session, ExternalIdentity.candidate_id, ids))
        .order_by(ExternalIdentity.linked_at, ExternalIdentity.id)
    )
    providers = context(session).programmes[programme].providers
    return [
        {
            "id": one.id,
            "provider": one.provider,
            "provider_name": (
                providers[one.provider].name if one.provider in providers else one.provider
            ),
            "label": one.label,
            "linked_at": one.linked_at,
            "last_used_at": one.last_used_at,
        }
        for one in found
    ]
