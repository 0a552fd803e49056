"""Sessions: families of refresh tokens that take turns, and the access tokens they give."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.factors import is_second_factor
from services.identity.domain.roles import claims_of
from services.identity.errors import SessionOver
from services.identity.models import Candidate, RefreshToken, Session, StaffMember
from services.identity.settings import IdentitySettings
from services.identity.signing_keys import signing_keys_of
from services.identity.tokens import hash_of, new_secret
from shared.auth import AUDIENCE, ISSUER, sign
from shared.context import ServiceContext, context
from shared.ids import uuid7
from shared.merges import survivor_id
from shared.rows import insert_new
from shared.tables import UTCDateTime

_OVER = "The session has ended. Please sign in again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in: network address and device, as far as they are known."""

    address: str | None
    device: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in, as tokens tell it."""

    kind: Literal["candidate", "staff"]
    subject: str
    name: str
    programme: str | None = None
    # What staff may do, by programme.
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of_candidate(cls, candidate: Candidate) -> "Account":
        """Return the account of a candidate."""
        name = f"{candidate.given_name} {candidate.family_name}".strip()
        return cls(
            kind="candidate",
            subject=candidate.candidate_id,
            name=name or candidate.candidate_id,
            programme=candidate.programme,
        )

    @classmethod
    def of_staff(cls, member: StaffMember) -> "Account":
        """Return the account of a staff member."""
        return cls(
            kind="staff",
            subject=str(member.id),
            name=member.name,
            grants=member.grants,
        )

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that a staff member works for."""
        return tuple(self.grants)

    def claims(self) -> dict[str, Any]:
        """Return what the access token says about whom it is for."""
        claims: dict[str, Any] = {"sub": self.subject, "kind": self.kind, "name": self.name}
        if self.programme is not None:
            claims["programme"] = self.programme
        if self.kind == "staff":
            claims |= claims_of(self.grants)
        return claims


@dataclass(frozen=True, slots=True)
class Proof:
    """When somebody last proved to be the account's owner, and with what (RFC 8176 values)."""

    at: datetime
    methods: tuple[str, ...]

    def claims(self) -> dict[str, Any]:
        """Return the claims of the access token (OpenID Connect Core, section 2)."""
        return {"auth_time": int(self.at.timestamp()), "amr": list(self.methods)}


@dataclass(frozen=True, slots=True)
class Granted:
    """A session that goes on: its account and the refresh token for the next turn."""

    account: Account
    session_id: UUID
    refresh_token: str
    proof: Proof

    def claims(self, settings: IdentitySettings) -> dict[str, Any]:
        """Return what the session's access token says."""
        return session_claims(self.account, self.session_id, self.proof, settings)


def session_claims(
    account: Account, session_id: UUID, proof: Proof, settings: IdentitySettings
) -> dict[str, Any]:
    """Return what a session's access token says.

    Staff who must use a second factor and have shown none may only set one up: the token is
    `limited`, and carries no scope.
    """
    claims = {**account.claims(), "sid": str(session_id), **proof.claims()}
    needs = account.kind == "staff" and settings.staff_need_second_factor
    if needs and not is_second_factor(proof.methods):
        claims |= {"limited": True, "scope": ""}
        claims.pop("grants", None)
    return claims


async def open_session(
    session: AsyncSession, account: Account, place: Place, methods: Sequence[str]
) -> Granted:
    """Start a session; only `handlers.admission` does, when everything needed is proven.

    Whoever signs in with an id that was merged away is signed in as the survivor.
    """
    here = context(session)
    if account.kind == "candidate" and account.programme is not None:
        survivor = await survivor_id(session, account.programme, account.subject)
        if survivor != account.subject:
            account = await account_of(session, "candidate", survivor) or account
    settings: IdentitySettings = here.settings
    now = here.clock.now()
    hours = settings.staff_session_hours if account.kind == "staff" else settings.session_hours
    session_id = uuid7()
    ends = now + timedelta(hours=hours)
    row = {
        "id": session_id,
        "kind": account.kind,
        "subject": account.subject,
        "programme": account.programme,
        "address": place.address,
        "device": place.device,
        "created_at": now,
        "authenticated_at": now,
        "methods": list(methods),
        "seen_at": now,
        "seen_from": place.address,
        "expires_at": ends,
    }
    await insert_new(session, Session, [row])
    return await _next_turn(session, account, session_id, ends, Proof(now, tuple(methods)))


async def refresh_session(
    session: AsyncSession, token: str, place: Place | None = None
) -> Granted | SessionOver:
    """Exchange a refresh token for the next one.

    A token that comes a second time, other than in the same few seconds, has been copied by
    somebody: the session ends for both (RFC 9700, section 4.14.2). The refusal is returned, not
    raised, because that end has to be committed.
    """
    here = context(session)
    now = here.clock.now()
    just_now = now - timedelta(seconds=here.settings.refresh_grace_seconds)
    token_hash = hash_of(token)
    session_id = await session.scalar(
        update(RefreshToken)
        .where(
            RefreshToken.token_hash == token_hash,
            or_(RefreshToken.used_at.is_(None), RefreshToken.used_at > just_now),
            RefreshToken.expires_at > now,
        )
        .values(used_at=func.coalesce(RefreshToken.used_at, literal(now, UTCDateTime)))
        .returning(RefreshToken.session_id)
    )
    if session_id is None:
        return await _refuse(session, token_hash)
    row = await session.get_one(Session, session_id)
    if row.ended_at is not None or row.expires_at <= now:
        return SessionOver(_OVER)
    account = await account_of(session, row.kind, row.subject)
    if account is None:
        await _end(session, Session.id == row.id, "account")
        return SessionOver(_OVER)
    row.seen_at = now
    if place is not None:
        row.seen_from = place.address
    return await _next_turn(session, account, row.id, row.expires_at, proof_of(row))


def proof_of(row: Session) -> Proof:
    """Return what a session has proven."""
    return Proof(row.authenticated_at or row.created_at, tuple(row.methods))


async def end_session(session: AsyncSession, token: str) -> None:
    """End the session of a refresh token; ending it twice, or one unknown, does nothing."""
    mine = select(RefreshToken.session_id).where(RefreshToken.token_hash == hash_of(token))
    await _end(session, Session.id.in_(mine), "signed out")


async def end_sessions_of(session: AsyncSession, kind: str, subject: str, why: str) -> None:
    """End all sessions of an account."""
    await _end(session, (Session.kind == kind) & (Session.subject == subject), why)


async def access_token(
    here: ServiceContext, claims: dict[str, Any], lifetime: timedelta
) -> tuple[str, int]:
    """Return a signed access token and its lifetime in seconds."""
    # The machine's time, not the service's clock: verifiers are other processes.
    issued = int(time.time())
    seconds = int(lifetime.total_seconds())
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": issued,
        "exp": issued + seconds,
        "jti": str(uuid7()),
        **claims,
    }
    return sign(whole, await signing_keys_of(here).current()), seconds


async def _next_turn(
    session: AsyncSession,
    account: Account,
    session_id: UUID,
    session_ends: datetime,
    proof: Proof,
) -> Granted:
    here = context(session)
    settings: IdentitySettings = here.settings
    now = here.clock.now()
    token = new_secret()
    row = {
        "token_hash": hash_of(token),
        "session_id": session_id,
        "issued_at": now,
        "expires_at": min(now + timedelta(hours=settings.session_idle_hours), session_ends),
    }
    await insert_new(session, RefreshToken, [row])
    return Granted(account, session_id, token, proof)


async def _refuse(session: AsyncSession, token_hash: str) -> SessionOver:
    copied = await session.scalar(
        select(RefreshToken.session_id).where(
            RefreshToken.token_hash == token_hash, RefreshToken.used_at.is_not(None)
        )
    )
    if copied is None:
        return SessionOver(_OVER)
    await _end(session, Session.id == copied, "reuse")
    return SessionOver(
        "This session was ended because its refresh token was used twice, as it would be if "
        "somebody had copied it. Please sign in again."
    )


async def account_of(session: AsyncSession, kind: str, subject: str) -> Account | None:
    """Return an account as it is now, None when it is no more.

    Read anew at every turn: what an account may do can have changed since it signed in.
    """
    if kind == "staff":
        member = await session.get(StaffMember, UUID(subject))
        return Account.of_staff(member) if member is not None and member.may_sign_in else None
    candidate = await session.get(Candidate, subject)
    return Account.of_candidate(candidate) if candidate is not None else None


async def _end(session: AsyncSession, which: Any, why: str) -> None:
    now = context(session).clock.now()
    await session.execute(
        update(Session)
        .where(which, Session.ended_at.is_(None))
        .values(ended_at=now, ended_why=why)
        .execution_options(synchronize_session=False)
    )
