"""One's own sessions: ending one of them, or all others."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import SessionNotThere
from services.identity.models import Session
from shared.auth import Principal
from shared.context import context


async def end_own_session(session: AsyncSession, owner: Principal, session_id: UUID) -> None:
    """End one of one's own sessions; raises SessionNotThere."""
    if not await _end(session, and_(_own(owner), Session.id == session_id), "from elsewhere"):
        raise SessionNotThere("You have no such session, or it has ended already.")


async def end_other_sessions(session: AsyncSession, owner: Principal, *, why: str) -> int:
    """End all of one's sessions but this one; return how many there were."""
    others = _own(owner)
    if owner.session_id is not None:
        others = and_(others, Session.id != UUID(owner.session_id))
    return await _end(session, others, why)


def _own(owner: Principal) -> ColumnElement[bool]:
    return and_(Session.kind == owner.kind, Session.subject == owner.subject)


async def _end(session: AsyncSession, which: ColumnElement[bool], why: str) -> int:
    now = context(session).clock.now()
    ended = await session.execute(
        update(Session)
        .where(which, Session.ended_at.is_(None), Session.expires_at > now)
        .values(ended_at=now, ended_why=why)
        .returning(Session.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
