"""Owners of accounts, candidates and staff alike: what to call them, and telling them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.notices import notice, notice_staff
from services.identity.models import Candidate, StaffMember
from shared.auth import Principal
from shared.context import context


async def login_of(session: AsyncSession, kind: str, subject: str) -> str:
    """Return what somebody signs in with: devices and apps show it beside the site's name."""
    if kind == "staff":
        return (await session.get_one(StaffMember, UUID(subject))).email
    return subject


def site_name(session: AsyncSession, owner: Principal) -> str:
    """Return what devices and apps call this site for somebody: the programme's name."""
    programmes = context(session).programmes
    own = [owner.programme] if owner.programme else sorted(owner.programmes)
    if len(own) == 1 and own[0] in programmes:
        name = programmes[own[0]].name
        return f"{name} (staff)" if owner.kind == "staff" else name
    return "Certtrack"


async def tell_owner(
    session: AsyncSession,
    kind: str,
    subject: str,
    what: str,
    details: Mapping[str, str] | None = None,
) -> None:
    """Have the owner of an account told by mail of a change; what: names the letter."""
    if kind == "staff":
        member = await session.get_one(StaffMember, UUID(subject))
        await notice_staff(session, member, what, details=details)
    else:
        candidate = await session.get_one(Candidate, subject)
        await notice(session, candidate, what, details=details)
