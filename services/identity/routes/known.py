"""Whether a candidate is there: asked before anything below the candidate is shown."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity import queries
from services.identity.errors import UnknownCandidate
from shared.auth import Principal


async def known_to(session: AsyncSession, programme: str, candidate_id: str) -> None:
    """Raise UnknownCandidate unless a programme has this candidate."""
    if not await queries.has(session, programme, candidate_id):
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")


async def myself(session: AsyncSession, principal: Principal) -> tuple[str, str]:
    """Return a candidate's programme and id; raises UnknownCandidate when they do not fit."""
    programme = principal.programme or ""
    await known_to(session, programme, principal.subject)
    return programme, principal.subject
