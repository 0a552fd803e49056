"""Reading authorizations, and whom a vendor could not be told of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.models import Authorization, CandidateExport
from shared.merges import of_person

MOST_UNTOLD = 500


async def authorizations(
    session: AsyncSession, programme: str, candidate_id: str
) -> Sequence[Authorization]:
    """What a candidate may book, or might, newest first."""
    found = await session.scalars(
        select(Authorization)
        .where(await of_person(session, Authorization, programme, candidate_id))
        .order_by(Authorization.id.desc())
    )
    return found.all()


async def untold(session: AsyncSession, programme: str, vendor: str) -> list[dict[str, Any]]:
    """Candidates whom a vendor could not be told of, or whom it refused, with the reasons."""
    found = await session.execute(
        select(CandidateExport.__table__)
        .where(
            CandidateExport.programme == programme,
            CandidateExport.vendor == vendor,
            CandidateExport.state == "error",
        )
        .order_by(CandidateExport.candidate_id)
        .limit(MOST_UNTOLD)
    )
    return [{**row, "sent_in": row["sent_in"] or None} for row in found.mappings()]
