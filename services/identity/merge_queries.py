"""Reads of merges: what waits for a decision, what was decided, and about whom."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import UnknownMerge
from services.identity.models import Candidate, Credential, Merge
from shared.context import context
from shared.merges import Kin, ids_of, kin_of
from shared.rows import one_of

Row = dict[str, Any]


async def merges(
    session: AsyncSession,
    programme: str,
    *,
    states: Sequence[str],
    before: UUID | None,
    limit: int,
) -> list[Row]:
    """Return merges of a programme in some states, newest first; one more than `limit` if any."""
    query = (
        select(Merge)
        .where(Merge.programme == programme, Merge.state.in_(states))
        .order_by(Merge.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(Merge.id < before)
    return await _shown(session, (await session.scalars(query)).all())


async def merges_about(session: AsyncSession, programme: str, candidate_id: str) -> list[Row]:
    """Return every merge that one of a person's ids is or was part of, newest first."""
    ids = await ids_of(session, programme, candidate_id)
    query = (
        select(Merge)
        .where(
            Merge.programme == programme,
            or_(
                one_of(session, Merge.first_id, ids),
                one_of(session, Merge.second_id, ids),
                and_(Merge.state == "merged", one_of(session, Merge.survivor, ids)),
            ),
        )
        .order_by(Merge.id.desc())
    )
    return await _shown(session, (await session.scalars(query)).all())


async def merge(session: AsyncSession, programme: str, merge_id: UUID) -> Row:
    """Return one merge; raises UnknownMerge."""
    found = await session.scalar(
        select(Merge)
        .where(Merge.id == merge_id, Merge.programme == programme)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise UnknownMerge(f"There is no merge {merge_id} in {programme}.")
    return (await _shown(session, [found]))[0]


async def _shown(session: AsyncSession, found: Sequence[Merge]) -> list[Row]:
    ids = {(one.programme, id_) for one in found for id_ in (one.first_id, one.second_id)}
    people = await _people(session, {id_ for _, id_ in ids})
    kin = await kin_of(session, ids)
    now = context(session).clock.now()
    return [
        {
            **{column.key: getattr(one, column.key) for column in Merge.__table__.columns},
            "first": people.get(one.first_id) or _gone(one.first_id),
            "second": people.get(one.second_id) or _gone(one.second_id),
            "one_person": _one_person(kin, one),
            "may_undo": one.state == "merged"
            and one.undo_until is not None
            and now <= one.undo_until,
        }
        for one in found
    ]


def _one_person(kin: Kin, one: Merge) -> bool:
    first, second = (one.programme, one.first_id), (one.programme, one.second_id)
    return kin.survivor(first) == kin.survivor(second)


async def _people(session: AsyncSession, ids: Iterable[str]) -> dict[str, Row]:
    can_sign_in = exists().where(Credential.candidate_id == Candidate.candidate_id)
    rows = await session.execute(
        select(
            Candidate.candidate_id,
            Candidate.given_name,
            Candidate.family_name,
            Candidate.email,
            Candidate.registered_at,
            can_sign_in.label("can_sign_in"),
        ).where(one_of(session, Candidate.candidate_id, ids))
    )
    return {row["candidate_id"]: dict(row) for row in rows.mappings()}


def _gone(candidate_id: str) -> Row:
    return {
        "candidate_id": candidate_id,
        "given_name": "",
        "family_name": "",
        "email": None,
        "registered_at": None,
        "can_sign_in": False,
    }
