"""Addresses that belong to several candidates: who reads the mail is told what to do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.likeness import MOST_OWNERS, alike, is_role_mailbox
from services.identity.domain.logins import email_key
from services.identity.handlers.cases import open_case
from services.identity.handlers.merges import propose
from services.identity.handlers.notices import notice
from services.identity.models import Candidate, DuplicateAddress, EmailAddress
from shared.context import context
from shared.events import Contact
from shared.merges import kin_of
from shared.rows import upsert

_TELL_AGAIN = timedelta(days=1)


async def tell_of_shared(session: AsyncSession, asked: Sequence[tuple[Candidate, Contact]]) -> None:
    """Tell the readers of mailboxes of several candidates, who have just asked for links.

    Where these also have one name a merge is prepared; a mailbox alone makes nobody one person.
    """
    groups: dict[tuple[str, str], list[tuple[Candidate, Contact]]] = {}
    for candidate, contact in asked:
        address = (candidate.programme, email_key(contact.email or ""))
        groups.setdefault(address, []).append((candidate, contact))
    for (programme, key), group in groups.items():
        if len(group) < 2:
            continue
        kin = await kin_of(session, [(programme, one.candidate_id) for one, _ in group])
        persons = {kin.survivor((programme, one.candidate_id))[1]: one for one, _ in group}
        if len(persons) < 2:
            continue
        told = await session.get(DuplicateAddress, (programme, key), populate_existing=True)
        now = context(session).clock.now()
        if told is not None and now - told.told_at < _TELL_AGAIN:
            continue
        number = told.case_number if told else None
        first, *others = group
        likely = [one for one, _ in others if alike(_name(first[0]), _name(one))]
        telling = len(group) <= MOST_OWNERS and not is_role_mailbox(key)
        if likely and telling and number is None:
            number = await _prepare(session, first[0], likely, "name_and_email")
        await _note(session, programme, key, number)
        details = {"login_ids": ", ".join(sorted(persons)), "case_number": number or ""}
        await notice(session, first[0], "shared_mailbox", to=first[1].email, details=details)


async def belongs_elsewhere(
    session: AsyncSession,
    candidate: Candidate,
    email: str,
    reason: Literal["email", "score_report"],
) -> str | None:
    """Return the number of a case if a proven address belongs to another candidate; else None.

    Nothing is changed then: a merge is prepared, and whoever reads the address is told what to
    do. An address may be shared by candidates whom staff have told apart.
    """
    programme, key = candidate.programme, email_key(email)
    others = await other_holders(session, candidate, email)
    if not others:
        return None
    told = await session.get(DuplicateAddress, (programme, key), populate_existing=True)
    number = await _prepare(
        session, candidate, others, reason, known=told.case_number if told else None
    )
    if number is None:
        return None
    await _note(session, programme, key, number)
    details = {
        "email": email,
        "login_id": candidate.candidate_id,
        "login_ids": ", ".join(one.candidate_id for one in others),
        "case_number": number,
    }
    await notice(session, candidate, "address_belongs_elsewhere", to=email, details=details)
    return number


async def other_holders(session: AsyncSession, candidate: Candidate, email: str) -> list[Candidate]:
    """Return the other persons of a programme who have an address; of one's own, nobody."""
    programme = candidate.programme
    if await session.get(EmailAddress, (candidate.candidate_id, email_key(email))):
        return []
    found = list(
        await session.scalars(
            select(Candidate)
            .join(EmailAddress, EmailAddress.candidate_id == Candidate.candidate_id)
            .where(
                EmailAddress.programme == programme,
                EmailAddress.email_key == email_key(email),
                EmailAddress.candidate_id != candidate.candidate_id,
            )
            .order_by(Candidate.candidate_id)
        )
    )
    if not found:
        return []
    everyone = [(programme, one.candidate_id) for one in (candidate, *found)]
    kin = await kin_of(session, everyone)
    own = kin.survivor((programme, candidate.candidate_id))
    return [one for one in found if kin.survivor((programme, one.candidate_id)) != own]


async def _prepare(
    session: AsyncSession,
    candidate: Candidate,
    others: Sequence[Candidate],
    reason: str,
    *,
    known: str | None = None,
) -> str | None:
    """Propose a merge and open a case about it; None where there is nothing to decide."""
    ids = [candidate.candidate_id, *(one.candidate_id for one in others)]
    merge = await propose(
        session, programme=candidate.programme, candidate_ids=ids, reasons=[reason], by=None
    )
    if merge is None or known is not None:
        return None if merge is None else known
    case = await open_case(
        session,
        programme=candidate.programme,
        candidate_id=candidate.candidate_id,
        kind="merge",
        subject="One e-mail address, several accounts",
        message=f"The accounts {', '.join(ids)} have an e-mail address in common. If all of them "
        "are yours, they can be merged into one: confirm it under Personal Info, or answer here. "
        "If they are different people's, answer here, and each stays as it is.",
        by_system=True,
        details={"merge_id": str(merge.id), "candidate_ids": ids},
    )
    return case.number


async def _note(session: AsyncSession, programme: str, key: str, number: str | None) -> None:
    row = {
        "programme": programme,
        "email_key": key,
        "told_at": context(session).clock.now(),
        "case_number": number,
    }
    await upsert(
        session,
        DuplicateAddress,
        [row],
        key=["programme", "email_key"],
        update=["told_at", "case_number"],
    )


def _name(candidate: Candidate) -> tuple[str, str]:
    return candidate.given_name, candidate.family_name
