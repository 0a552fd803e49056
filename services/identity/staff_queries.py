"""What identity reads about staff, for those who administer them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.roles import ROLES
from services.identity.models import CodeApp, Passkey, Session, StaffLink, StaffMember
from shared.auth import Principal

Row = dict[str, Any]


async def members(
    session: AsyncSession, by: Principal, programme: str, now: datetime, only: UUID | None = None
) -> list[Row]:
    """Return those who work for a programme, by name; only: one of them."""
    statement = select(StaffMember).order_by(func.lower(StaffMember.name), StaffMember.id)
    if only is not None:
        statement = statement.where(StaffMember.id == only)
    # A programme has tens of staff, not thousands: what they may do is worked out here.
    found = [one for one in await session.scalars(statement) if programme in one.grants]
    seen = await _last_signed_in(session)
    invited = await _invited_until(session, now)
    factors = await _second_factors(session)
    return [
        {
            "staff_id": one.id,
            "email": one.email,
            "name": one.name,
            "roles": [role for role in ROLES if role in one.roles_in(programme)],
            "scopes": sorted(one.grants[programme]),
            "active": one.active,
            "state": _state(one),
            "other_programmes": len(one.grants) - 1,
            "last_signed_in_at": seen.get(str(one.id)),
            "invited_until": invited.get(one.id) if one.password_hash is None else None,
            "second_factors": factors.get(str(one.id), 0),
            "yourself": str(one.id) == by.subject,
        }
        for one in found
    ]


def _state(member: StaffMember) -> str:
    if not member.active:
        return "deactivated"
    return "active" if member.password_hash is not None else "invited"


async def _last_signed_in(session: AsyncSession) -> dict[str, datetime]:
    rows = await session.execute(
        select(Session.subject, func.max(Session.created_at))
        .where(Session.kind == "staff")
        .group_by(Session.subject)
    )
    return {row[0]: row[1] for row in rows}


async def _invited_until(session: AsyncSession, now: datetime) -> dict[UUID, datetime]:
    rows = await session.execute(
        select(StaffLink.staff_id, func.max(StaffLink.expires_at))
        .where(StaffLink.used_at.is_(None), StaffLink.void_at.is_(None), StaffLink.expires_at > now)
        .group_by(StaffLink.staff_id)
    )
    return {row[0]: row[1] for row in rows}


async def _second_factors(session: AsyncSession) -> dict[str, int]:
    counts: dict[str, int] = {}
    passkeys = select(Passkey.subject).where(Passkey.kind == "staff")
    apps = select(CodeApp.subject).where(CodeApp.kind == "staff", CodeApp.confirmed_at.is_not(None))
    for statement in (passkeys, apps):
        for subject in await session.scalars(statement):
            counts[subject] = counts.get(subject, 0) + 1
    return counts
