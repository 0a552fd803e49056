"""Candidates: their numbers, their whole state as an event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import candidate_id_of, first_number
from services.identity.models import Candidate, IdSeries, TestingIdentity
from shared import outbox
from shared.context import context
from shared.events import CandidateRegistered, CandidateUpdated, Contact, TestingId
from shared.rows import insert_new, one_of


async def lock_series(session: AsyncSession, programmes: Iterable[str]) -> None:
    """Let one transaction at a time make candidates or link testing ids in these programmes.

    Of two batches that bring the same new person the second waits here, and then sees the first's.
    """
    known = context(session).programmes
    names = sorted(set(programmes))
    rows = [
        {"programme": name, "next_number": first_number(known[name].candidate_digits)}
        for name in names
    ]
    await insert_new(session, IdSeries, rows, conflict=["programme"])
    await session.execute(
        select(IdSeries.programme)
        .where(one_of(session, IdSeries.programme, names))
        .order_by(IdSeries.programme)
        .with_for_update()
    )


async def take_candidate_ids(session: AsyncSession, programme: str, count: int) -> list[str]:
    """Take the next ids of a programme, all of them in one statement; none is ever given again."""
    statement = (
        update(IdSeries)
        .where(IdSeries.programme == programme)
        .values(next_number=IdSeries.next_number + count)
        .returning(IdSeries.next_number)
    )
    after = (await session.execute(statement)).scalar_one()
    prefix = context(session).programmes[programme].candidate_prefix
    return [candidate_id_of(prefix, number) for number in range(after - count, after)]


async def load(
    session: AsyncSession, candidate_ids: Iterable[str], *, lock: bool = False
) -> dict[str, Candidate]:
    """Return the candidates by their ids; lock: keep others from changing them meanwhile."""
    statement = select(Candidate).where(one_of(session, Candidate.candidate_id, candidate_ids))
    if lock:
        statement = statement.order_by(Candidate.candidate_id).with_for_update()
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return {candidate.candidate_id: candidate for candidate in found}


def contact_of(candidate: Candidate) -> Contact:
    """Return how to reach and address a candidate."""
    return Contact(
        given_name=candidate.given_name,
        family_name=candidate.family_name,
        email=candidate.email,
        locale=candidate.locale,
    )


async def publish_state(session: AsyncSession, candidates: Sequence[Candidate]) -> None:
    """Publish the whole state of candidates: the first version registers, later ones update."""
    testing_ids = await testing_ids_of(session, [one.candidate_id for one in candidates])
    events: list[CandidateRegistered | CandidateUpdated] = []
    for candidate in candidates:
        event = CandidateRegistered if candidate.version == 1 else CandidateUpdated
        events.append(
            event(
                programme=candidate.programme,
                candidate_id=candidate.candidate_id,
                version=candidate.version,
                contact=contact_of(candidate),
                testing_ids=tuple(testing_ids.get(candidate.candidate_id, ())),
                disclosure=candidate.disclosure,
                registered_at=candidate.registered_at,
                # None in a row that was made in this moment and not read again.
                name_revision=candidate.name_revision or 1,
            )
        )
    await outbox.add(session, *events)


async def testing_ids_of(
    session: AsyncSession, candidate_ids: Iterable[str]
) -> Mapping[str, list[TestingId]]:
    """Return the testing ids of many candidates, in one order whatever order they came in."""
    rows = await session.execute(
        select(TestingIdentity.candidate_id, TestingIdentity.vendor, TestingIdentity.testing_id)
        .where(one_of(session, TestingIdentity.candidate_id, candidate_ids))
        .order_by(TestingIdentity.vendor, TestingIdentity.testing_id)
    )
    found: dict[str, list[TestingId]] = defaultdict(list)
    for candidate_id, vendor, testing_id in rows:
        found[candidate_id].append(TestingId(vendor=vendor, testing_id=testing_id))
    return found
