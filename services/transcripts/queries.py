"""Reads of transcripts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.transcripts.errors import NoSuchTranscript
from services.transcripts.models import Holder, Holding, Transcript


async def transcripts_of(
    session: AsyncSession, programme: str, candidate_id: str, *, before: UUID | None, limit: int
) -> Sequence[Transcript]:
    """Return a candidate's transcripts, newest first."""
    query = (
        select(Transcript)
        .where(Transcript.programme == programme, Transcript.candidate_id == candidate_id)
        .order_by(Transcript.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Transcript.id < before)
    return (await session.scalars(query)).all()


async def count_of(session: AsyncSession, programme: str, candidate_id: str) -> int:
    """Return how many transcripts a candidate has."""
    query = select(func.count()).where(
        Transcript.programme == programme, Transcript.candidate_id == candidate_id
    )
    return (await session.scalars(query)).one()


async def own_transcript(
    session: AsyncSession,
    transcript_id: UUID,
    programme: str,
    candidate_id: str,
    *,
    lock: bool = False,
) -> Transcript:
    """Return a candidate's transcript; somebody else's is as unknown as one that never was."""
    query = select(Transcript).where(
        Transcript.id == transcript_id,
        Transcript.programme == programme,
        Transcript.candidate_id == candidate_id,
    )
    if lock:
        query = query.with_for_update()
    transcript = (await session.scalars(query)).one_or_none()
    if transcript is None:
        raise NoSuchTranscript("There is no transcript with this id.")
    return transcript


async def holdings_of(
    session: AsyncSession, programme: str, candidate_id: str
) -> Sequence[Holding]:
    """Return the certifications of a candidate whose dates are known."""
    query = select(Holding).where(
        Holding.programme == programme,
        Holding.candidate_id == candidate_id,
        Holding.version > 0,
    )
    return (await session.scalars(query)).all()


async def transcript_by_code(
    session: AsyncSession, code: str
) -> tuple[Transcript, Holder | None] | None:
    """Return the transcript with a public code and the local copy of its owner."""
    query = (
        select(Transcript, Holder)
        .outerjoin(
            Holder,
            (Holder.programme == Transcript.programme)
            & (Holder.candidate_id == Transcript.candidate_id),
        )
        .where(Transcript.code == code)
    )
    found = (await session.execute(query)).one_or_none()
    return None if found is None else (found[0], found[1])
