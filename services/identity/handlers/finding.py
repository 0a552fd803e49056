"""Finding candidates who may be one person; whether they are is for people to decide."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.likeness import MOST_OWNERS, alike, is_role_mailbox
from services.identity.handlers.merges import propose
from services.identity.models import Candidate, EmailAddress, TestingIdentity
from shared.envelope import decode
from shared.events import ExamRegistered
from shared.outbox import PARKED
from shared.rows import one_of

# Looked at in one transaction, so that others get their turn.
PORTION = 500
MOST_PARKED = 500


async def find_by_address(
    session: AsyncSession, after: tuple[str, str], since: datetime | None
) -> tuple[str, str] | None:
    """Propose those who share an address and have names alike; return how far that came.

    after: programme and address behind which to go on; since: only addresses that somebody has
    got since then, None for all. Returns None after the last.
    """
    mine = (EmailAddress.programme, EmailAddress.email_key)
    shared = (
        select(*mine)
        .where((EmailAddress.programme > after[0]) | (EmailAddress.programme == after[0]))
        .where((EmailAddress.programme > after[0]) | (EmailAddress.email_key > after[1]))
        .group_by(*mine)
        .having(func.count().between(2, MOST_OWNERS))
        .order_by(*mine)
        .limit(PORTION)
    )
    if since is not None:
        shared = shared.having(func.max(EmailAddress.added_at) >= since)
    found = [(programme, key) for programme, key in await session.execute(shared)]
    telling = [one for one in found if not is_role_mailbox(one[1])]
    rows = await session.execute(
        select(*mine, Candidate.candidate_id, Candidate.given_name, Candidate.family_name)
        .join(Candidate, Candidate.candidate_id == EmailAddress.candidate_id)
        .where(one_of(session, mine, telling))
        .order_by(Candidate.candidate_id)
    )
    owners: dict[tuple[str, str], list[tuple[str, tuple[str, str]]]] = defaultdict(list)
    for programme, key, candidate_id, given_name, family_name in rows:
        owners[programme, key].append((candidate_id, (given_name, family_name)))
    for (programme, _), people in owners.items():
        for (one, name), (other, their_name) in combinations(people, 2):
            if alike(name, their_name):
                await propose(
                    session,
                    programme=programme,
                    candidate_ids=[one, other],
                    reasons=["name_and_email"],
                    by=None,
                )
    return found[-1] if len(found) == PORTION else None


async def find_by_testing_id(session: AsyncSession) -> None:
    """Propose those whom a parked registration names with a testing id of somebody else."""
    parked = await session.execute(
        select(PARKED.c.body)
        .where(PARKED.c.type == ExamRegistered.type, PARKED.c.state == "parked")
        .order_by(PARKED.c.id.desc())
        .limit(MOST_PARKED)
    )
    events = [event for (body,) in parked for event in _readable(body)]
    named = [one for one in events if one.testing_id and one.named_candidate_id]
    if not named:
        return
    columns = (TestingIdentity.programme, TestingIdentity.vendor, TestingIdentity.testing_id)
    rows = await session.execute(
        select(*columns, TestingIdentity.candidate_id).where(
            one_of(session, columns, {(one.programme, one.vendor, one.testing_id) for one in named})
        )
    )
    owners = {(programme, vendor, id_): owner for programme, vendor, id_, owner in rows}
    for one in named:
        owner = owners.get((one.programme, one.vendor, one.testing_id or ""))
        if owner is not None and owner != one.named_candidate_id:
            await propose(
                session,
                programme=one.programme,
                candidate_ids=[owner, one.named_candidate_id or ""],
                reasons=["testing_id"],
                by=None,
            )


def _readable(body: bytes) -> Iterable[ExamRegistered]:
    try:
        return [envelope["data"] for envelope in decode(body, ExamRegistered)]
    except ValueError:
        # What cannot be read names nobody.
        return ()
