"""Reads of transcripts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.transcripts.errors import NoSuchTranscript
from services.transcripts.models import Holder, Holding, Transcript
from shared.merges import ids_of, of_person, survivor_id
from shared.pages import LARGEST
from shared.rows import read_models

_OWNER = ("programme", "candidate_id")


async def transcripts_of(
    session: AsyncSession, programme: str, candidate_id: str, *, before: UUID | None, limit: int
) -> Sequence[Transcript]:
    """Return a person's transcripts, newest first."""
    if before is None:
        # What is asked most: one statement, put together once.
        ids = await ids_of(session, programme, candidate_id)
        owners = [(programme, one) for one in ids]
        found = await read_models(
            session, Transcript, key=_OWNER, values=owners, order=("id DESC",), most=LARGEST + 1
        )
        return found[:limit]
    query = (
        select(Transcript)
        .where(
            await of_person(session, Transcript, programme, candidate_id), Transcript.id < before
        )
        .order_by(Transcript.id.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def count_of(session: AsyncSession, programme: str, candidate_id: str) -> int:
    """Return how many transcripts a person has."""
    query = select(func.count()).where(
        await of_person(session, Transcript, programme, candidate_id)
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
    """Return a person's transcript; somebody else's is as unknown as one that never was."""
    query = select(Transcript).where(
        Transcript.id == transcript_id,
        await of_person(session, Transcript, programme, candidate_id),
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
    """Return the certifications of a person whose dates are known.

    Of a person with several ids, what is told of the survivor holds for all. What was told of
    another id alone stands in until the survivor's is heard, so that no reader meets a gap.
    """
    ids = await ids_of(session, programme, candidate_id)
    found = await read_models(
        session,
        Holding,
        key=_OWNER,
        values=[(programme, one) for one in ids],
        where="version > 0",
    )
    if len(ids) == 1:
        return found
    # The survivor's last, over the others.
    ranked = sorted(found, key=lambda holding: ids.index(holding.candidate_id), reverse=True)
    return list({holding.certification: holding for holding in ranked}.values())


async def transcript_by_code(
    session: AsyncSession, code: str
) -> tuple[Transcript, Holder | None] | None:
    """Return the transcript with a public code and the local copy of the person who owns it."""
    found = await session.scalar(select(Transcript).where(Transcript.code == code))
    if found is None:
        return None
    owner = await survivor_id(session, found.programme, found.candidate_id)
    return found, await session.get(Holder, (found.programme, owner))
