"""What identity reads of profiles: answers, attributes, postal addresses, votes about help."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.answers import Given
from services.identity.models import (
    Answer,
    ArticleVote,
    AttributeValue,
    Confirmation,
    PostalAddress,
)
from shared.rows import read_back

Row = dict[str, Any]
_MINE = ("candidate_id",)


async def answers(session: AsyncSession, candidate_id: str) -> dict[str, Given]:
    """Return the answers of a candidate that are in force, by question."""
    found = await read_back(
        session,
        Answer,
        ("question", "version", "value", "given_at"),
        key=_MINE,
        values=[candidate_id],
        where="replaced_at IS NULL",
    )
    return {question: Given(*given) for question, *given in found}


async def confirmed_at(session: AsyncSession, candidate_id: str) -> datetime | None:
    """Return when a candidate last confirmed the answers."""
    columns = ("confirmed_at",)
    found = await read_back(session, Confirmation, columns, key=_MINE, values=[candidate_id])
    return found[0][0] if found else None


async def all_answers(session: AsyncSession, candidate_id: str) -> list[Row]:
    """Return every answer that a candidate ever gave, newest first."""
    found = await session.scalars(
        select(Answer)
        .where(Answer.candidate_id == candidate_id)
        .order_by(Answer.given_at.desc(), Answer.id.desc())
    )
    names = ("question", "version", "value", "given_at", "replaced_at")
    return [{name: getattr(one, name) for name in names} for one in found]


async def attributes(session: AsyncSession, candidate_id: str) -> dict[str, str]:
    """Return what stands on record about a candidate, by attribute."""
    columns = ("attribute", "value")
    return dict(await read_back(session, AttributeValue, columns, key=_MINE, values=[candidate_id]))


async def postal_addresses(session: AsyncSession, candidate_id: str) -> dict[str, PostalAddress]:
    """Return a candidate's postal address by script."""
    found = await session.scalars(
        select(PostalAddress).where(PostalAddress.candidate_id == candidate_id)
    )
    return {one.script: one for one in found}


async def votes(session: AsyncSession, programme: str) -> dict[str, tuple[int, int]]:
    """Return how many found each article helpful, and how many said so or the opposite."""
    found = await session.execute(
        select(
            ArticleVote.article,
            func.sum(case((ArticleVote.helpful, 1), else_=0)),
            func.count(),
        )
        .where(ArticleVote.programme == programme)
        .group_by(ArticleVote.article)
    )
    return {article: (int(helpful), int(of)) for article, helpful, of in found}
