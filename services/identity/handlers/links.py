"""Mailed single-use links with which a candidate sets a password."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import LIFETIMES, PER_HOUR, LinkState, Purpose, explanation
from services.identity.domain.logins import email_key
from services.identity.errors import LinkGone
from services.identity.handlers.addresses import reads_mail_at
from services.identity.handlers.candidates import contact_of
from services.identity.handlers.duplicates import tell_of_shared
from services.identity.models import (
    Candidate,
    Credential,
    EmailAddress,
    LinkRequest,
    SignInLink,
)
from services.identity.tokens import hash_of, new_secret
from shared import outbox
from shared.context import context, wake_after_commit
from shared.events import Contact, SignInLinkRequested
from shared.ids import uuid7
from shared.merges import persons_of
from shared.rows import insert_new, one_of

ANSWER_REQUESTS = "answer-link-requests"
_BATCH = 500


async def issue_links(
    session: AsyncSession, candidates: Sequence[Candidate], purpose: Purpose
) -> None:
    """Give each candidate a fresh link and have it mailed; the token itself is not kept."""
    await _issue(session, [(one, contact_of(one)) for one in candidates], purpose)


async def _issue(
    session: AsyncSession, wanted: Sequence[tuple[Candidate, Contact]], purpose: Purpose
) -> None:
    if not wanted:
        return
    now = context(session).clock.now()
    rows, events = [], []
    for candidate, contact in wanted:
        token, link_id, expires_at = new_secret(), uuid7(), now + LIFETIMES[purpose]
        rows.append(
            {
                "id": link_id,
                "token_hash": hash_of(token),
                "candidate_id": candidate.candidate_id,
                "purpose": purpose,
                "email_key": email_key(contact.email) if contact.email else None,
                "created_at": now,
                "expires_at": expires_at,
            }
        )
        events.append(
            SignInLinkRequested(
                programme=candidate.programme,
                candidate_id=candidate.candidate_id,
                link_id=link_id,
                purpose=purpose,
                token=token,
                login_id=candidate.candidate_id,
                contact=contact,
                expires_at=expires_at,
            )
        )
    await insert_new(session, SignInLink, rows)
    await outbox.add(session, *events)


async def request_link(session: AsyncSession, programme: str, email: str) -> LinkRequest:
    """Note that somebody wants a link; whether the address is known is looked at later.

    So the answer and its timing are the same for known and unknown addresses.
    """
    request = LinkRequest(
        id=uuid7(),
        programme=programme,
        email_key=email_key(email),
        requested_at=context(session).clock.now(),
    )
    session.add(request)
    wake_after_commit(session, ANSWER_REQUESTS)
    return request


async def answer_link_requests(session: AsyncSession) -> int:
    """Mail a link to each person with a requested address; return how many requests were taken.

    It goes to the address that was asked for. Everybody who shares the mailbox gets a link with
    their own login id, at most so many an hour, and is told what to do if all of them are one.
    """
    requests = list(
        await session.scalars(
            select(LinkRequest)
            .where(LinkRequest.answered_at.is_(None))
            .order_by(LinkRequest.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
    )
    if not requests:
        return 0
    now = context(session).clock.now()
    recent = (
        select(func.count())
        .where(
            SignInLink.candidate_id == Candidate.candidate_id,
            SignInLink.purpose != "welcome",
            SignInLink.created_at > now - timedelta(hours=1),
        )
        .scalar_subquery()
    )
    addresses = {(one.programme, one.email_key) for one in requests}
    can_sign_in = exists().where(Credential.candidate_id == Candidate.candidate_id)
    found = await session.execute(
        select(Candidate, EmailAddress.email, can_sign_in)
        .join(EmailAddress, EmailAddress.candidate_id == Candidate.candidate_id)
        .where(
            one_of(session, (EmailAddress.programme, EmailAddress.email_key), addresses),
            reads_mail_at(),
            recent < PER_HOUR,
        )
        .order_by(Candidate.candidate_id)
    )
    rows = found.all()
    persons = await persons_of(session, [(one.programme, one.candidate_id) for one, _, _ in rows])
    held = {(one.programme, one.candidate_id, email_key(email)) for one, email, _ in rows}
    known = [
        (one, contact_of(one).model_copy(update={"email": email}), can)
        for one, email, can in rows
        # Who was merged into somebody with the same address gets that one's link only.
        if (survivor := persons[one.programme, one.candidate_id][1]) == one.candidate_id
        or (one.programme, survivor, email_key(email)) not in held
    ]
    await _issue(session, [(one, contact) for one, contact, can in known if not can], "first_login")
    await _issue(session, [(one, contact) for one, contact, can in known if can], "forgotten")
    await tell_of_shared(session, [(one, contact) for one, contact, _ in known])
    await session.execute(
        update(LinkRequest)
        .where(one_of(session, LinkRequest.id, [one.id for one in requests]))
        .values(answered_at=now, email_key=None)
        .execution_options(synchronize_session=False)
    )
    return len(requests)


async def open_link(session: AsyncSession, token: str) -> tuple[SignInLink, Candidate]:
    """Return a link that works and its candidate; raise LinkGone, explaining, if it does not."""
    row = (
        await session.execute(
            select(SignInLink, Candidate)
            .join(Candidate, Candidate.candidate_id == SignInLink.candidate_id)
            .where(SignInLink.token_hash == hash_of(token))
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if row is None:
        raise LinkGone(explanation(LinkState.UNKNOWN), reason=LinkState.UNKNOWN)
    link, candidate = row
    state = link.state(context(session).clock.now())
    if state is not LinkState.OPEN:
        raise LinkGone(
            explanation(state, link.expires_at), reason=state, programme=candidate.programme
        )
    return link, candidate


async def use_link(session: AsyncSession, token: str) -> tuple[SignInLink, Candidate]:
    """Use a link up; of two who try one succeeds. Raises LinkGone, explaining, for the other."""
    now = context(session).clock.now()
    used = await session.execute(
        update(SignInLink)
        .where(
            SignInLink.token_hash == hash_of(token),
            SignInLink.used_at.is_(None),
            SignInLink.void_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.id)
        .execution_options(synchronize_session=False)
    )
    link_id = used.scalar_one_or_none()
    if link_id is None:
        await open_link(session, token)
        raise LinkGone(explanation(LinkState.USED), reason=LinkState.USED)
    link = await session.get_one(SignInLink, link_id)
    return link, await session.get_one(Candidate, link.candidate_id)


async def end_links_of(session: AsyncSession, candidate_id: str) -> None:
    """Void a person's open links: the password was set with another."""
    await session.execute(
        update(SignInLink)
        .where(
            SignInLink.candidate_id == candidate_id,
            SignInLink.used_at.is_(None),
            SignInLink.void_at.is_(None),
        )
        .values(void_at=context(session).clock.now())
        .execution_options(synchronize_session=False)
    )
