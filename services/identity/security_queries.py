"""What identity reads for people about how their own account is opened, and where it is open."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.devices import device_in_words
from services.identity.handlers.owners import staff_id_of
from services.identity.handlers.passkeys import passkeys_of
from services.identity.handlers.recovery_codes import recovery_codes_left
from services.identity.models import CodeApp, Credential, RefreshToken, Session, StaffMember
from shared.auth import Principal
from shared.context import context

Row = dict[str, Any]


async def security(session: AsyncSession, owner: Principal) -> Row:
    """Return the ways in which somebody's account is opened."""
    kind, subject = owner.kind, owner.subject
    app = await session.scalar(
        select(CodeApp).where(
            CodeApp.kind == kind, CodeApp.subject == subject, CodeApp.confirmed_at.is_not(None)
        )
    )
    settings = context(session).settings
    return {
        "password": await _password(session, kind, subject),
        "passkeys": [
            {
                "id": one.id,
                "name": one.name,
                "synced": one.synced,
                "created_at": one.created_at,
                "last_used_at": one.last_used_at,
            }
            for one in await passkeys_of(session, kind, subject)
        ],
        "code_app": app and {"confirmed_at": app.confirmed_at, "last_used_at": app.last_used_at},
        "recovery_codes_left": await recovery_codes_left(session, kind, subject),
        "second_factor_required": kind == "staff" and settings.staff_need_second_factor,
        "password_min_length": settings.password_min_length,
    }


async def sessions(session: AsyncSession, owner: Principal) -> list[Row]:
    """Return somebody's sessions that go on, the one used last first."""
    now = context(session).clock.now()
    # A session without a token that still works was left alone for too long.
    goes_on = exists().where(RefreshToken.session_id == Session.id, RefreshToken.expires_at > now)
    found = await session.scalars(
        select(Session)
        .where(
            Session.kind == owner.kind,
            Session.subject == owner.subject,
            Session.ended_at.is_(None),
            Session.expires_at > now,
            goes_on,
        )
        .order_by(Session.seen_at.desc(), Session.id.desc())
        .limit(200)
    )
    return [
        {
            "id": one.id,
            "device": device_in_words(one.device),
            "address": one.seen_from or one.address,
            "methods": one.methods,
            "created_at": one.created_at,
            "seen_at": one.seen_at or one.created_at,
            "current": str(one.id) == owner.session_id,
        }
        for one in found
    ]


async def _password(session: AsyncSession, kind: str, subject: str) -> Row:
    if kind == "staff":
        wanted = select(StaffMember.password_hash.is_not(None)).where(
            StaffMember.id == staff_id_of(subject)
        )
        return {"set": bool(await session.scalar(wanted)), "set_at": None}
    set_at = await session.scalar(
        select(Credential.set_at).where(Credential.candidate_id == subject)
    )
    return {"set": set_at is not None, "set_at": set_at}
