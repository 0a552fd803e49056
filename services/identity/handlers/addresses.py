"""A candidate's e-mail addresses: one primary, which all mail goes to, and others proven by links.

What proves an address is in `proofs`; here an address is already proven, or a vendor has told it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key
from services.identity.errors import LastAddress, NotYourAddress
from services.identity.handlers.candidates import load, publish_state
from services.identity.handlers.notices import notice
from services.identity.models import AddressProof, Candidate, EmailAddress, SignInLink
from shared.context import context
from shared.rows import insert_new, one_of, upsert


async def hold_primary(session: AsyncSession, candidates: Sequence[Candidate]) -> None:
    """Write down the primary addresses of candidates that were just made or told; as one set.

    Whoever makes candidates calls this; the addresses are unproven until a link is followed.
    """
    now = context(session).clock.now()
    rows = [
        {
            "candidate_id": one.candidate_id,
            "email_key": one.email_key,
            "programme": one.programme,
            "email": one.email,
            "is_primary": True,
            "added_at": now,
        }
        for one in candidates
        if one.email
    ]
    await insert_new(session, EmailAddress, rows)


async def addresses_of(session: AsyncSession, candidate_id: str) -> list[EmailAddress]:
    """Return a candidate's addresses: the primary one first, then as they were added."""
    found = await session.scalars(
        select(EmailAddress)
        .where(EmailAddress.candidate_id == candidate_id)
        .order_by(EmailAddress.is_primary.desc(), EmailAddress.added_at, EmailAddress.email_key)
        .execution_options(populate_existing=True)
    )
    return list(found)


def reads_mail_at() -> ColumnElement[bool]:
    """Return the condition that an address lets its candidate sign in and get links."""
    return or_(EmailAddress.is_primary.is_(True), EmailAddress.verified_at.is_not(None))


async def holders_of(
    session: AsyncSession, programme: str, emails: Iterable[str]
) -> Mapping[str, list[str]]:
    """Return the ids of the candidates of each address, by its `email_key`; several may share."""
    rows = await session.execute(
        select(EmailAddress.email_key, EmailAddress.candidate_id)
        .where(
            EmailAddress.programme == programme,
            one_of(session, EmailAddress.email_key, {email_key(one) for one in emails}),
        )
        .order_by(EmailAddress.candidate_id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for key, candidate_id in rows:
        found[key].append(candidate_id)
    return found


async def add_proven(session: AsyncSession, candidate_id: str, email: str) -> Candidate:
    """Add an address whose link was followed; the primary one hears of it.

    It becomes the primary one where there was none.
    """
    candidate = await _locked(session, candidate_id)
    if candidate.email is None:
        await _write(session, candidate, email, primary=True)
        await _copy_primary(session, candidate, email)
        return candidate
    known = email_key(email) in {one.email_key for one in await addresses_of(session, candidate_id)}
    await _write(session, candidate, email, primary=email_key(email) == candidate.email_key)
    if not known:
        await notice(session, candidate, "address_added", details={"email": email})
    return candidate


async def make_primary(session: AsyncSession, candidate_id: str, email: str) -> Candidate:
    """Let all mail go to one of the candidate's proven addresses; the old one hears of it.

    Raises NotYourAddress for an address that is not the candidate's.
    """
    candidate = await _locked(session, candidate_id)
    held = {one.email_key: one for one in await addresses_of(session, candidate_id)}
    wanted = held.get(email_key(email))
    if wanted is None:
        raise NotYourAddress(f"{email} is not an address of this account.")
    if wanted.is_primary:
        return candidate
    old = candidate.email
    await _set_primary(session, candidate, wanted.email)
    details = {"email": wanted.email, "old_email": old or ""}
    if old:
        await notice(session, candidate, "primary_address_changed", to=old, details=details)
    await notice(session, candidate, "primary_address_changed", details=details)
    return candidate


async def replace_primary(session: AsyncSession, candidate_id: str, email: str) -> Candidate:
    """Put a proven address in the place of the primary one, which is given up and hears of it."""
    candidate = await _locked(session, candidate_id)
    old = candidate.email
    await _write(session, candidate, email, primary=False)
    await _set_primary(session, candidate, email)
    if old and email_key(old) != email_key(email):
        details = {"email": email, "old_email": old}
        await notice(session, candidate, "primary_address_changed", to=old, details=details)
        await _forget(session, candidate_id, email_key(old))
    return candidate


async def remove(session: AsyncSession, candidate_id: str, email: str) -> Candidate:
    """Take an address away and end the links mailed to it; it and the primary one hear of it.

    Raises LastAddress for the primary one, NotYourAddress for one that is not the candidate's.
    """
    candidate = await _locked(session, candidate_id)
    key = email_key(email)
    if key == candidate.email_key:
        raise LastAddress("Choose another primary address first; one there must be.")
    held = {one.email_key: one.email for one in await addresses_of(session, candidate_id)}
    if key not in held:
        raise NotYourAddress(f"{email} is not an address of this account.")
    await _forget(session, candidate_id, key)
    details = {"email": held[key]}
    await notice(session, candidate, "address_removed", to=held[key], details=details)
    await notice(session, candidate, "address_removed", details=details)
    return candidate


async def prove(session: AsyncSession, candidate_id: str, key: str) -> None:
    """Note that somebody has followed a link that was mailed to an address of the candidate."""
    await session.execute(
        update(EmailAddress)
        .where(
            EmailAddress.candidate_id == candidate_id,
            EmailAddress.email_key == key,
            EmailAddress.verified_at.is_(None),
        )
        .values(verified_at=context(session).clock.now())
        .execution_options(synchronize_session=False)
    )


def masked(email: str) -> str:
    """Return an address as records show it: enough to recognise one's own, too little to write."""
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}…{at}{domain}"


async def _locked(session: AsyncSession, candidate_id: str) -> Candidate:
    return (await load(session, [candidate_id], lock=True))[candidate_id]


async def _write(session: AsyncSession, candidate: Candidate, email: str, *, primary: bool) -> None:
    now = context(session).clock.now()
    row = {
        "candidate_id": candidate.candidate_id,
        "email_key": email_key(email),
        "programme": candidate.programme,
        "email": email,
        "is_primary": primary,
        "added_at": now,
        "verified_at": now,
    }
    key = ["candidate_id", "email_key"]
    await upsert(session, EmailAddress, [row], key=key, update=["email", "verified_at"])


async def _set_primary(session: AsyncSession, candidate: Candidate, email: str) -> None:
    await session.execute(
        update(EmailAddress)
        .where(EmailAddress.candidate_id == candidate.candidate_id)
        .values(is_primary=EmailAddress.email_key == email_key(email))
        .execution_options(synchronize_session=False)
    )
    await _copy_primary(session, candidate, email)


async def _copy_primary(session: AsyncSession, candidate: Candidate, email: str) -> None:
    candidate.email, candidate.email_key = email, email_key(email)
    candidate.version += 1
    await session.flush()
    await publish_state(session, [candidate])


async def _forget(session: AsyncSession, candidate_id: str, key: str) -> None:
    now = context(session).clock.now()
    quiet = {"synchronize_session": False}
    await session.execute(
        delete(EmailAddress)
        .where(EmailAddress.candidate_id == candidate_id, EmailAddress.email_key == key)
        .execution_options(**quiet)
    )
    # Whoever still reads the mailbox must not get in with what was sent there before.
    for link in (SignInLink, AddressProof):
        await session.execute(
            update(link)
            .where(
                link.candidate_id == candidate_id,
                link.email_key == key,
                link.used_at.is_(None),
                link.void_at.is_(None),
            )
            .values(void_at=now)
            .execution_options(**quiet)
        )
