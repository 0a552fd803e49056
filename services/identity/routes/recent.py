"""Recent authentication: who changes how they sign in has just proven who they are."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.identity.errors import ReauthenticationRequired
from services.identity.models import Session
from shared.auth import AccountOwner, Candidate, Principal, Staff
from shared.context import ServiceContext
from shared.requests import Here

# A token tells of whole seconds, and of those before it was made.
_LEEWAY = timedelta(seconds=2)


def is_recent(principal: Principal, here: ServiceContext) -> bool:
    """Tell whether the caller's proof of who they are is young enough for changes."""
    proven = principal.authenticated_at
    patience = timedelta(minutes=here.settings.reauthentication_minutes) + _LEEWAY
    return proven is not None and proven + patience >= here.clock.now()


async def require_recent(principal: Principal, here: ServiceContext) -> Principal:
    """Return the caller; raises ReauthenticationRequired when the proof is old.

    The session is looked at too: one that was ended changes nothing any more, whatever its last
    access token says.
    """
    minutes = here.settings.reauthentication_minutes
    now = here.clock.now()
    if not is_recent(principal, here):
        raise ReauthenticationRequired(
            f"For this change you must have signed in, or confirmed that it is you, in the last "
            f"{minutes} minutes."
        )
    if principal.session_id is not None:
        async with here.database.reading() as session:
            row = await session.get(Session, UUID(principal.session_id))
        if row is None or row.ended_at is not None or row.expires_at <= now:
            raise ReauthenticationRequired("The session has ended. Please sign in again.")
    return principal


async def _candidate(principal: Candidate, here: Here) -> Principal:
    return await require_recent(principal, here)


async def _staff(principal: Staff, here: Here) -> Principal:
    return await require_recent(principal, here)


async def _owner(principal: AccountOwner, here: Here) -> Principal:
    return await require_recent(principal, here)


RecentCandidate = Annotated[Principal, Depends(_candidate)]
RecentStaff = Annotated[Principal, Depends(_staff)]
RecentOwner = Annotated[Principal, Depends(_owner)]
