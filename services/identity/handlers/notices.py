"""Telling people of changes to how they sign in, are reached or are named."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.devices import device_in_words
from services.identity.handlers.sessions import Place
from services.identity.models import Candidate, StaffMember
from shared import outbox
from shared.context import context
from shared.events import AccountNoticed, Contact
from shared.ids import uuid7


async def notice(
    session: AsyncSession,
    candidate: Candidate,
    notice: str,
    *,
    to: str | None = None,
    details: Mapping[str, str] | None = None,
) -> None:
    """Have a candidate told by mail of a change; without an address there is nobody to tell.

    notice: names the letter; to: an address other than the primary one, such as one just given
    up; details: words for the letter.
    """
    email = to or candidate.email
    if not email:
        return
    await outbox.add(
        session,
        AccountNoticed(
            programme=candidate.programme,
            candidate_id=candidate.candidate_id,
            notice_id=uuid7(),
            notice=notice,
            contact=Contact(
                given_name=candidate.given_name,
                family_name=candidate.family_name,
                email=email,
                locale=candidate.locale,
            ),
            details=dict(details or {}),
            at=context(session).clock.now(),
        ),
    )


def where(place: Place) -> dict[str, str]:
    """Return from where a change was made, as details of a notice."""
    known = {"device": device_in_words(place.device), "address": place.address or ""}
    return {name: value for name, value in known.items() if value}


async def notice_staff(
    session: AsyncSession,
    member: StaffMember,
    notice: str,
    *,
    details: Mapping[str, str] | None = None,
) -> None:
    """Have a staff member told by mail of a change, in the name of a programme they work for."""
    programme = next(iter(member.grants), None)
    if programme is None:
        return
    await outbox.add(
        session,
        AccountNoticed(
            programme=programme,
            notice_id=uuid7(),
            notice=notice,
            contact=Contact(given_name=member.name, family_name="", email=member.email),
            details=dict(details or {}),
            at=context(session).clock.now(),
        ),
    )
