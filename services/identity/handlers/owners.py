"""Owners of accounts, candidates and staff alike: what to call them, and telling them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import SessionOver
from services.identity.handlers.notices import notice, notice_staff
from services.identity.models import Candidate, StaffMember
from shared.auth import Principal
from shared.context import context

_NO_MORE = "The account is no more. Please sign in again."


async def login_of(session: AsyncSession, kind: str, subject: str) -> str:
    """Return what somebody signs in with: devices and apps show it beside the site's name."""
    if kind == "staff":
        return (await member_of(session, subject)).email
    return subject


async def candidate_of(session: AsyncSession, subject: str) -> Candidate:
    """Return the candidate whom a token is for; raises SessionOver if there is none any more."""
    candidate = await session.get(Candidate, subject)
    if candidate is None:
        raise SessionOver(_NO_MORE)
    return candidate


async def member_of(session: AsyncSession, subject: str) -> StaffMember:
    """Return the staff member whom a token is for; raises SessionOver if there is none any more."""
    member = await session.get(StaffMember, staff_id_of(subject))
    if member is None:
        raise SessionOver(_NO_MORE)
    return member


def staff_id_of(subject: str) -> UUID:
    """Return the id that a staff member's token names; raises SessionOver if it is none."""
    try:
        return UUID(subject)
    except ValueError:
        raise SessionOver(_NO_MORE) from None


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
        await notice_staff(session, await member_of(session, subject), what, details=details)
    else:
        await notice(session, await candidate_of(session, subject), what, details=details)
