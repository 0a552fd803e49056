"""Where one's own account is open."""

from uuid import UUID

from fastapi import APIRouter

from services.identity import security_queries
from services.identity.handlers.factors import note
from services.identity.handlers.own_sessions import end_other_sessions, end_own_session
from services.identity.routes.place import FromPlace
from services.identity.schemas import SessionsEnded, SessionsOut
from shared.auth import AccountOwner
from shared.web import Read, Write

router = APIRouter(prefix="/sessions", tags=["sessions"])


@router.get("")
async def list_sessions(owner: AccountOwner, session: Read) -> SessionsOut:
    """Return the caller's sessions that go on."""
    found = await security_queries.sessions(session, owner)
    return SessionsOut.model_validate({"items": found})


@router.delete("/{session_id}", status_code=204)
async def end_one(session_id: UUID, owner: AccountOwner, session: Write) -> None:
    """End one of the caller's sessions; its access token goes on for minutes at most."""
    await end_own_session(session, owner, session_id)


@router.post("/end-others")
async def end_others(owner: AccountOwner, place: FromPlace, session: Write) -> SessionsEnded:
    """End all of the caller's sessions but the one that asks."""
    ended = await end_other_sessions(session, owner, why="from elsewhere")
    if ended:
        await note(session, owner, "sessions.ended", "sessions_ended", place)
    return SessionsEnded(ended=ended)
