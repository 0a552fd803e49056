"""What staff do for somebody who cannot get in: end sessions, take lost second factors away."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.roles import ADMINISTERS
from services.identity.errors import (
    NotYourOwn,
    NotYoursToGive,
    UnknownCandidate,
    UnknownStaffMember,
)
from services.identity.handlers.audit import record
from services.identity.handlers.links import issue_links
from services.identity.handlers.notices import notice
from services.identity.models import (
    Candidate,
    Challenge,
    CodeApp,
    Credential,
    Passkey,
    RecoveryCode,
    Session,
    StaffMember,
)
from shared import outbox
from shared.auth import Principal
from shared.context import context
from shared.errors import Conflict
from shared.events import AccountNoticed, Contact
from shared.ids import uuid7


async def end_sessions_for(
    session: AsyncSession, by: Principal, programme: str, candidate_id: str, reason: str
) -> int:
    """End all sessions of a candidate; return how many there were. Raises UnknownCandidate."""
    candidate = await _candidate(session, programme, candidate_id)
    ended = await _end_sessions(session, "candidate", candidate_id)
    await record(
        session,
        "sessions.ended",
        by=by,
        programme=programme,
        subject=candidate_id,
        details={"sessions": ended, "reason": reason},
    )
    await notice(session, candidate, "sessions_ended")
    return ended


async def reset_candidate_factors(
    session: AsyncSession, by: Principal, programme: str, candidate_id: str, reason: str
) -> None:
    """Take away a candidate's passkeys, code app and recovery codes, and end all sessions.

    The password stays, and the candidate is told by mail. Raises UnknownCandidate.
    """
    candidate = await _candidate(session, programme, candidate_id)
    taken = await _take_factors(session, "candidate", candidate_id)
    await record(
        session,
        "second_factor.reset",
        by=by,
        programme=programme,
        subject=candidate_id,
        details={**taken, "reason": reason},
    )
    await notice(session, candidate, "second_factor_reset", details={"reason": reason})


async def send_link_for(
    session: AsyncSession, by: Principal, programme: str, candidate_id: str
) -> None:
    """Mail a candidate a link for setting the password.

    Raises UnknownCandidate, and Conflict for one without an e-mail address.
    """
    candidate = await _candidate(session, programme, candidate_id)
    if not candidate.email:
        raise Conflict("There is no e-mail address on file to send a link to.")
    has_password = await session.get(Credential, candidate_id) is not None
    await issue_links(session, [candidate], "forgotten" if has_password else "first_login")
    await record(session, "link.sent", by=by, programme=programme, subject=candidate_id)


async def reset_staff_factors(
    session: AsyncSession, by: Principal, programme: str, staff_id: UUID, reason: str
) -> None:
    """Take away a staff member's second factors and end all sessions; they are told by mail.

    Raises UnknownStaffMember, NotYourOwn, and NotYoursToGive for one who works for programmes that
    the caller does not administer: who resets a factor could get in with a mailed link.
    """
    member = await session.get(StaffMember, staff_id)
    if member is None or programme not in member.grants:
        raise UnknownStaffMember(f"Nobody with this id works for {programme}.")
    if by.subject == str(staff_id):
        raise NotYourOwn("Somebody else has to reset your second factors.")
    for name, scopes in member.grants.items():
        if not by.has(name, ADMINISTERS) or not all(by.has(name, one) for one in scopes):
            raise NotYoursToGive(f"{member.name} may do more than you.")
    taken = await _take_factors(session, "staff", str(staff_id))
    for name in member.grants:
        await record(
            session,
            "second_factor.reset",
            by=by,
            programme=name,
            subject=str(staff_id),
            details={"name": member.name, **taken, "reason": reason},
        )
    await outbox.add(
        session,
        AccountNoticed(
            programme=programme,
            notice_id=uuid7(),
            notice="second_factor_reset",
            contact=Contact(given_name=member.name, family_name="", email=member.email),
            details={"reason": reason},
            at=context(session).clock.now(),
        ),
    )


async def _candidate(session: AsyncSession, programme: str, candidate_id: str) -> Candidate:
    statement = select(Candidate).where(
        Candidate.programme == programme, Candidate.candidate_id == candidate_id
    )
    found = await session.scalar(statement.with_for_update())
    if found is None:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    return found


async def _take_factors(session: AsyncSession, kind: str, subject: str) -> dict[str, int]:
    taken = {}
    for name, table in (
        ("passkeys", Passkey),
        ("code_apps", CodeApp),
        ("recovery_codes", RecoveryCode),
        # Also what was begun with them and not finished.
        ("steps", Challenge),
    ):
        gone = await session.execute(
            delete(table)
            .where(table.kind == kind, table.subject == subject)
            .returning(table.id)
            .execution_options(synchronize_session=False)
        )
        taken[name] = len(gone.all())
    del taken["steps"]
    taken["sessions"] = await _end_sessions(session, kind, subject)
    return taken


async def _end_sessions(session: AsyncSession, kind: str, subject: str) -> int:
    ended = await session.execute(
        update(Session)
        .where(Session.kind == kind, Session.subject == subject, Session.ended_at.is_(None))
        .values(ended_at=context(session).clock.now(), ended_why="staff")
        .returning(Session.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
