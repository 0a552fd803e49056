"""Passwords: which are taken, and what follows when one is set."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key
from services.identity.domain.passwords import objections
from services.identity.errors import PasswordRefused
from services.identity.handlers.addresses import prove
from services.identity.handlers.attempts import Attempt, account_key, succeed
from services.identity.handlers.candidates import load
from services.identity.handlers.links import end_links_of, open_link, use_link
from services.identity.handlers.notices import notice, where
from services.identity.handlers.proofs import void_proofs
from services.identity.handlers.sessions import Place, end_sessions_of
from services.identity.models import Candidate, Credential
from services.identity.passwords import passwords_of
from shared.context import ServiceContext, context
from shared.errors import FieldError
from shared.rows import upsert


async def set_password_by_link(
    here: ServiceContext, token: str, password: str, place: Place
) -> Candidate:
    """Set a candidate's password with a mailed link, which is then used up; end all sessions.

    Raises LinkGone, explaining, for a link that does not work, and PasswordRefused, with the
    reasons and without using the link up.
    """
    async with here.database.reading() as session:
        _, candidate = await open_link(session, token)
    refuse_weak_for(here, candidate, password)
    password_hash = await passwords_of(here).hash(password)
    async with here.database.transaction() as session:
        # The candidate first, as whatever changes addresses does: nobody waits for each other.
        await load(session, [candidate.candidate_id], lock=True)
        link, candidate = await use_link(session, token)
        if link.email_key is not None:
            await prove(session, candidate.candidate_id, link.email_key)
        await set_password(session, candidate, password_hash, place)
    return candidate


async def set_password(
    session: AsyncSession, candidate: Candidate, password_hash: str, place: Place
) -> None:
    """Keep a candidate's new password, and end all sessions and all links for setting one."""
    had = await session.get(Credential, candidate.candidate_id) is not None
    row = {
        "candidate_id": candidate.candidate_id,
        "password_hash": password_hash,
        "set_at": context(session).clock.now(),
    }
    await upsert(
        session, Credential, [row], key=["candidate_id"], update=["password_hash", "set_at"]
    )
    await end_links_of(session, candidate.candidate_id)
    # Whoever else has shown a score report of the account comes too late.
    await void_proofs(session, candidate.candidate_id, purposes=["score_report"])
    await end_sessions_of(session, "candidate", candidate.candidate_id, "password")
    if had:
        await notice(session, candidate, "password_changed", details=where(place))
    # Who has opened the mail is the owner: from here, strangers' failures do not count.
    for login in {candidate.candidate_id, candidate.email or candidate.candidate_id}:
        key = account_key("candidate", candidate.programme, email_key(login))
        await succeed(session, Attempt(key, place.address))


def refuse_weak_for(
    here: ServiceContext, candidate: Candidate, password: str, email: str | None = None
) -> None:
    """Raise PasswordRefused, with the reasons, for a password that a candidate cannot take.

    email: the address that the candidate will have, where it is to change.
    """
    names = (candidate.given_name, candidate.family_name)
    address = email or candidate.email or ""
    programme = here.programmes.get(candidate.programme)
    words = [
        candidate.candidate_id,
        address,
        address.partition("@")[0],
        *names,
        "".join(names),
        " ".join(names),
        programme.name if programme else "",
    ]
    refuse_weak(password, shortest=here.settings.password_min_length, context=words)


def refuse_weak(password: str, *, shortest: int, context: list[str]) -> None:
    """Raise PasswordRefused, with the reasons, for a password that is not taken."""
    found = objections(password, shortest=shortest, context=context)
    if found:
        errors = [FieldError(field="password", message=message) for message in found]
        raise PasswordRefused(" ".join(found), errors=errors)
