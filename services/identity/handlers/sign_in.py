"""Signing in with a password.

These use cases take several short transactions instead of one: Argon2id takes a quarter of a
second, and no row lock (on SQLite: no other writer) should wait for it.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from services.identity.domain.logins import email_key, looks_like_email
from services.identity.errors import SignInRefused
from services.identity.handlers.addresses import reads_mail_at
from services.identity.handlers.admission import SecondFactorNeeded, admit
from services.identity.handlers.attempts import (
    Attempt,
    account_key,
    begin_attempt,
    succeed,
)
from services.identity.handlers.sessions import Account, Granted, Place
from services.identity.models import Candidate, Credential, EmailAddress, StaffMember
from services.identity.passwords import passwords_of
from shared.context import ServiceContext
from shared.merges import persons_of

_REFUSED = (
    "The login or the password is not right. If you have never signed in, or do not remember the "
    "password, ask for a link by e-mail."
)


@dataclass(frozen=True, slots=True)
class PasswordHeld:
    """An account, and the hash of its password; None: it has not set one yet."""

    account: Account
    password_hash: str | None


async def sign_in_candidate(
    here: ServiceContext, programme: str, login: str, password: str, place: Place
) -> Granted | SecondFactorNeeded:
    """Admit a candidate who gives candidate id or e-mail address and password.

    Raises SignInRefused, the same and after the same time whether the login is known or not, and
    SlowDown after too many failures.
    """
    key = account_key("candidate", programme, email_key(login))
    attempt = Attempt(key, place.address)
    async with here.database.transaction() as session:
        await begin_attempt(session, attempt)
    async with here.database.reading() as session:
        found = await candidate_held(session, programme, login)
    await check_password(here, found, password)
    assert found is not None
    fresh = await _rehashed(here, found, password)
    async with here.database.transaction() as session:
        changed = await session.scalar(
            update(Credential)
            .where(
                Credential.candidate_id == found.account.subject,
                # Not if the password was changed while this one was being checked.
                Credential.password_hash == found.password_hash,
            )
            .values(password_hash=fresh)
            .returning(Credential.candidate_id)
        )
        if changed is None:
            raise SignInRefused(_REFUSED)
        await succeed(session, attempt)
        return await admit(session, found.account, place, ["pwd"])


async def sign_in_staff(
    here: ServiceContext, login: str, password: str, place: Place
) -> Granted | SecondFactorNeeded:
    """Admit a staff member; refuses as for candidates."""
    attempt = Attempt(account_key("staff", "", email_key(login)), place.address)
    async with here.database.transaction() as session:
        await begin_attempt(session, attempt)
    async with here.database.reading() as session:
        # In one statement, whether or not there is such a member.
        members = await session.scalars(
            select(StaffMember)
            .where(StaffMember.email_key == email_key(login), StaffMember.active.is_(True))
            .options(joinedload(StaffMember.roles))
        )
        member = members.unique().one_or_none()
        found = None
        if member is not None and member.may_sign_in:
            found = PasswordHeld(Account.of_staff(member), member.password_hash)
    await check_password(here, found, password)
    assert found is not None
    fresh = await _rehashed(here, found, password)
    async with here.database.transaction() as session:
        changed = await session.scalar(
            update(StaffMember)
            .where(
                StaffMember.id == UUID(found.account.subject),
                StaffMember.password_hash == found.password_hash,
                StaffMember.active.is_(True),
            )
            .values(password_hash=fresh)
            .returning(StaffMember.id)
        )
        if changed is None:
            raise SignInRefused(_REFUSED)
        await succeed(session, attempt)
        return await admit(session, found.account, place, ["pwd"])


async def candidate_held(session: AsyncSession, programme: str, login: str) -> PasswordHeld | None:
    """Return the account of a login, by candidate id or proven address; None: of nobody."""
    statement = (
        select(Candidate, Credential.password_hash)
        .join(Credential, Credential.candidate_id == Candidate.candidate_id)
        .where(Candidate.programme == programme)
    )
    if looks_like_email(login):
        statement = statement.join(
            EmailAddress, EmailAddress.candidate_id == Candidate.candidate_id
        ).where(
            EmailAddress.programme == programme,
            EmailAddress.email_key == email_key(login),
            reads_mail_at(),
        )
    else:
        statement = statement.where(Candidate.candidate_id == login.strip().upper())
    found = (await session.execute(statement.order_by(Candidate.candidate_id).limit(5))).all()
    # Asked for an unknown login too, so that the time does not tell that a mailbox is shared.
    ids = [(programme, one.candidate_id) for one, _ in found] or [(programme, "")]
    persons = await persons_of(session, ids)
    if len(found) > 1 and len(set(persons.values())) == 1:
        # Several ids of one person are no several persons: the password is the survivor's.
        survivor = persons[ids[0]][1]
        found = sorted(found, key=lambda row: row[0].candidate_id != survivor)[:1]
    if len(found) != 1:
        # Of several persons with one mailbox each signs in with the candidate id: checking the
        # password of all would take longer, and so tell that the mailbox is shared.
        return None
    candidate, password_hash = found[0]
    return PasswordHeld(Account.of_candidate(candidate), password_hash)


async def check_password(here: ServiceContext, found: PasswordHeld | None, password: str) -> None:
    """Raise SignInRefused unless it is the password; as slow where there is no account."""
    password_hash = found.password_hash if found else None
    if not await passwords_of(here).verify(password_hash, password):
        raise SignInRefused(_REFUSED)


async def _rehashed(here: ServiceContext, found: PasswordHeld, password: str) -> str:
    passwords = passwords_of(here)
    if found.password_hash is None or passwords.is_outdated(found.password_hash):
        return await passwords.hash(password)
    return found.password_hash
