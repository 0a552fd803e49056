"""A candidate's own e-mail addresses."""

from fastapi import APIRouter

from services.identity import queries
from services.identity.domain.proofs import MOST_ADDRESSES
from services.identity.errors import UnknownCandidate
from services.identity.handlers.new_addresses import (
    ask_for_address,
    call_off,
    choose_primary,
    remove_address,
)
from services.identity.routes.recent import RecentCandidate
from services.identity.schemas import EmailsOut, EmailWanted, Said
from shared.auth import Candidate
from shared.web import Read, Write

router = APIRouter(prefix="/me/emails", tags=["e-mail addresses"])

_MAILED = (
    "A link is on its way to the new address. It works once and for 24 hours. The address is added "
    "when the link is followed; until then nothing changes."
)


@router.get("")
async def list_emails(principal: Candidate, session: Read) -> EmailsOut:
    """Return the signed-in candidate's addresses, the primary one first."""
    found = await queries.emails(session, principal.programme or "", principal.subject)
    if found is None:
        raise UnknownCandidate(f"There is no candidate {principal.subject} in this programme.")
    return EmailsOut.model_validate({**found, "most": MOST_ADDRESSES})


@router.post("", status_code=202)
async def add_email(body: EmailWanted, principal: RecentCandidate, session: Write) -> Said:
    """Have a link mailed to an address that is to be added; the same whoever else may have it."""
    await ask_for_address(session, principal, body.email)
    return Said(message=_MAILED)


@router.post("/primary", status_code=204)
async def make_primary(body: EmailWanted, principal: RecentCandidate, session: Write) -> None:
    """Let all mail go to another of one's addresses; the old one is told."""
    await choose_primary(session, principal, body.email)


@router.post("/remove", status_code=204)
async def remove_email(body: EmailWanted, principal: RecentCandidate, session: Write) -> None:
    """Take an address away; it is told. The primary one stays."""
    await remove_address(session, principal, body.email)


@router.post("/call-off", status_code=204)
async def call_off_email(body: EmailWanted, principal: Candidate, session: Write) -> None:
    """Call off a link that was mailed to an address and has not been followed."""
    await call_off(session, principal, body.email)
