"""Mailed single-use links with which a candidate sets a password."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import LIFETIMES, PER_HOUR, LinkState, Purpose, explanation
from services.identity.domain.logins import email_key
from services.identity.errors import LinkGone
from services.identity.handlers.candidates import contact_of
from services.identity.models import Candidate, Credential, LinkRequest, SignInLink
from services.identity.tokens import hash_of, new_secret
from shared import outbox
from shared.context import context, wake_after_commit
from shared.events import SignInLinkRequested
from shared.ids import uuid7
from shared.rows import insert_new, one_of

ANSWER_REQUESTS = "answer-link-requests"
_BATCH = 500


async def issue_links(
    session: AsyncSession, candidates: Sequence[Candidate], purpose: Purpose
) -> None:
    """Give each candidate a fresh link and have it mailed; the token itself is not kept."""
    if not candidates:
        return
    now = context(session).clock.now()
    rows, events = [], []
    for candidate in candidates:
        token, link_id, expires_at = new_secret(), uuid7(), now + LIFETIMES[purpose]
        rows.append(
            {
                "id": link_id,
                "token_hash": hash_of(token),
                "candidate_id": candidate.candidate_id,
                "purpose": purpose,
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
                contact=contact_of(candidate),
                expires_at=expires_at,
            )
        )
    await insert_new(session, SignInLink, rows)
    await outbox.add(session, *events)


async def request_link(session: AsyncSession, programme: str, email: str) -> None:
    """Note that somebody wants a link; whether the address is known is looked at later.

    So the answer and its timing are the same for known and unknown addresses.
    """
    row = {
        "id": uuid7(),
        "programme": programme,
        "email_key": email_key(email),
        "requested_at": context(session).clock.now(),
    }
    await insert_new(session, LinkRequest, [row])
    wake_after_commit(session, ANSWER_REQUESTS)


async def answer_link_requests(session: AsyncSession) -> int:
    """Mail a link to each person with a requested address; return how many requests were taken.

    Everybody who shares the mailbox gets a link with their own login id, at most so many an hour.
    """
    requests = list(
        await session.scalars(
            select(LinkRequest)
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
        select(Candidate, can_sign_in).where(
            one_of(session, (Candidate.programme, Candidate.email_key), addresses),
            recent < PER_HOUR,
        )
    )
    known = found.all()
    await issue_links(session, [one for one, can in known if not can], "first_login")
    await issue_links(session, [one for one, can in known if can], "forgotten")
    await session.execute(
        delete(LinkRequest).where(one_of(session, LinkRequest.id, [one.id for one in requests]))
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


async def use_link(session: AsyncSession, token: str) -> Candidate:
    """Use a link up and void the person's other open links; of two who try one succeeds.

    Raises LinkGone, explaining, for the other.
    """
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
        .returning(SignInLink.candidate_id)
    )
    candidate_id = used.scalar_one_or_none()
    if candidate_id is None:
        await open_link(session, token)
        raise LinkGone(explanation(LinkState.USED), reason=LinkState.USED)
    await session.execute(
        update(SignInLink)
        .where(
            SignInLink.candidate_id == candidate_id,
            SignInLink.used_at.is_(None),
            SignInLink.void_at.is_(None),
        )
        .values(void_at=now)
    )
    return await session.get_one(Candidate, candidate_id)
