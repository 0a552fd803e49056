"""Mailed single-use links with which staff set a password."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import PER_HOUR, LinkState, explanation
from services.identity.domain.logins import email_key
from services.identity.errors import LinkGone
from services.identity.handlers.attempts import Attempt, account_key, succeed
from services.identity.handlers.audit import record
from services.identity.handlers.credentials import refuse_weak
from services.identity.handlers.sessions import Place, end_sessions_of
from services.identity.models import StaffLink, StaffLinkRequest, StaffMember
from services.identity.passwords import passwords_of
from services.identity.tokens import hash_of, new_secret
from shared import outbox
from shared.auth import Principal
from shared.context import ServiceContext, context, wake_after_commit
from shared.events import Contact, StaffLinkRequested
from shared.ids import uuid7
from shared.rows import insert_new, one_of

ANSWER_STAFF_REQUESTS = "answer-staff-link-requests"
Purpose = Literal["invitation", "forgotten"]
# As long as a candidate's: an invitation arrives unasked, the other was just asked for.
LIFETIMES: dict[Purpose, timedelta] = {
    "invitation": timedelta(days=7),
    "forgotten": timedelta(hours=24),
}
_BATCH = 100


async def issue_staff_link(
    session: AsyncSession,
    member: StaffMember,
    programme: str,
    purpose: Purpose,
    *,
    invited_by: str | None = None,
) -> None:
    """Give a member a fresh link and have it mailed; the links before end."""
    await void_staff_links(session, member.id)
    now = context(session).clock.now()
    token, link_id, expires_at = new_secret(), uuid7(), now + LIFETIMES[purpose]
    row = {
        "id": link_id,
        "token_hash": hash_of(token),
        "staff_id": member.id,
        "purpose": purpose,
        "created_at": now,
        "expires_at": expires_at,
    }
    await insert_new(session, StaffLink, [row])
    await outbox.add(
        session,
        StaffLinkRequested(
            programme=programme,
            link_id=link_id,
            purpose=purpose,
            token=token,
            invited_by=invited_by,
            contact=Contact(given_name=member.name, family_name="", email=member.email),
            expires_at=expires_at,
        ),
    )


async def void_staff_links(session: AsyncSession, staff_id: UUID) -> None:
    """End a member's links that are still open."""
    await session.execute(
        update(StaffLink)
        .where(
            StaffLink.staff_id == staff_id,
            StaffLink.used_at.is_(None),
            StaffLink.void_at.is_(None),
        )
        .values(void_at=context(session).clock.now())
        .execution_options(synchronize_session=False)
    )


async def request_staff_link(session: AsyncSession, programme: str, email: str) -> None:
    """Note that somebody wants a link; a job looks later whether the address is known."""
    row = {
        "id": uuid7(),
        "programme": programme,
        "email_key": email_key(email),
        "requested_at": context(session).clock.now(),
    }
    await insert_new(session, StaffLinkRequest, [row])
    wake_after_commit(session, ANSWER_STAFF_REQUESTS)


async def answer_staff_link_requests(session: AsyncSession) -> int:
    """Mail links to those staff whose address was given; return how many requests were taken."""
    statement = select(StaffLinkRequest).order_by(StaffLinkRequest.id).limit(_BATCH)
    requests = list(await session.scalars(statement.with_for_update(skip_locked=True)))
    if not requests:
        return 0
    since = context(session).clock.now() - timedelta(hours=1)
    recent = (
        select(func.count())
        .where(StaffLink.staff_id == StaffMember.id, StaffLink.created_at > since)
        .scalar_subquery()
    )
    wanted = {one.email_key: one.programme for one in requests}
    members = await session.scalars(
        select(StaffMember).where(
            one_of(session, StaffMember.email_key, list(wanted)), recent < PER_HOUR
        )
    )
    for member in members:
        if member.may_sign_in:
            purpose: Purpose = "forgotten" if member.password_hash else "invitation"
            await issue_staff_link(session, member, wanted[member.email_key], purpose)
    taken = [one.id for one in requests]
    await session.execute(
        delete(StaffLinkRequest)
        .where(one_of(session, StaffLinkRequest.id, taken))
        .execution_options(synchronize_session=False)
    )
    return len(requests)


async def open_staff_link(session: AsyncSession, token: str) -> tuple[StaffLink, StaffMember]:
    """Return a link that works and its member; raise LinkGone, explaining, if it does not."""
    statement = (
        select(StaffLink, StaffMember)
        .join(StaffMember, StaffMember.id == StaffLink.staff_id)
        .where(StaffLink.token_hash == hash_of(token))
    )
    found = await session.execute(statement.execution_options(populate_existing=True))
    row = found.one_or_none()
    if row is None:
        raise LinkGone(explanation(LinkState.UNKNOWN), reason=LinkState.UNKNOWN)
    link, member = row
    state = link.state(context(session).clock.now())
    if state is LinkState.OPEN and not member.may_sign_in:
        state = LinkState.REPLACED
    if state is not LinkState.OPEN:
        raise LinkGone(explanation(state, link.expires_at), reason=state)
    return link, member


async def set_staff_password(
    here: ServiceContext, token: str, password: str, place: Place
) -> StaffMember:
    """Set a staff member's password with a mailed link, which is then used up; end all sessions.

    Raises LinkGone for a link that does not work, and PasswordRefused, with the reasons and
    without using the link up.
    """
    async with here.database.reading() as session:
        _, member = await open_staff_link(session, token)
    refuse_weak(
        password,
        shortest=here.settings.password_min_length,
        context=[member.email, member.email.partition("@")[0], member.name],
    )
    password_hash = await passwords_of(here).hash(password)
    async with here.database.transaction() as session:
        now = here.clock.now()
        used = await session.execute(
            update(StaffLink)
            .where(
                StaffLink.token_hash == hash_of(token),
                StaffLink.used_at.is_(None),
                StaffLink.void_at.is_(None),
                StaffLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(StaffLink.id)
        )
        if used.scalar_one_or_none() is None:
            await open_staff_link(session, token)
            raise LinkGone(explanation(LinkState.USED), reason=LinkState.USED)
        link, member = (
            await session.execute(
                select(StaffLink, StaffMember)
                .join(StaffMember, StaffMember.id == StaffLink.staff_id)
                .where(StaffLink.token_hash == hash_of(token))
                .execution_options(populate_existing=True)
            )
        ).one()
        member.password_hash = password_hash
        await session.flush()
        await void_staff_links(session, member.id)
        await end_sessions_of(session, "staff", str(member.id), "password")
        # Who has opened the mail is the owner: from here, strangers' failures do not count.
        key = account_key("staff", "", member.email_key)
        await succeed(session, Attempt(key, place.address))
        themselves = Principal("staff", str(member.id), name=member.name)
        for programme in member.grants:
            await record(
                session,
                "password.set",
                by=themselves,
                programme=programme,
                subject=str(member.id),
                details={"by": f"mailed link ({link.purpose})"},
            )
    return member
