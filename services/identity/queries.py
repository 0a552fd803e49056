"""What identity reads for its callers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key
from services.identity.models import (
    AddressProof,
    Candidate,
    Credential,
    EmailAddress,
    LinkRequest,
    ScoreReportRequest,
    TestingIdentity,
)
from shared.context import context
from shared.merges import MERGES, kin_of
from shared.rows import one_of

Row = dict[str, Any]

_SHOWN = (
    Candidate.candidate_id,
    Candidate.programme,
    Candidate.given_name,
    Candidate.family_name,
    Candidate.name_revision,
    Candidate.email,
    Candidate.disclosure,
    Candidate.registered_at,
    exists().where(Credential.candidate_id == Candidate.candidate_id).label("can_sign_in"),
)
_TESTING_ID = (TestingIdentity.vendor, TestingIdentity.testing_id)
# Put together once, because nearly every page and every operation about a candidate asks it: who
# it is, a row for each testing id, and whether there is more to ask, which is seldom.
_ONE = (
    select(
        *_SHOWN,
        *_TESTING_ID,
        exists()
        .where(
            MERGES.c.programme == Candidate.programme,
            MERGES.c.survivor.is_not(None),
            or_(
                MERGES.c.candidate_id == Candidate.candidate_id,
                MERGES.c.survivor == Candidate.candidate_id,
            ),
        )
        .label("merged"),
    )
    .outerjoin(TestingIdentity, TestingIdentity.candidate_id == Candidate.candidate_id)
    .where(
        Candidate.programme == bindparam("programme"),
        Candidate.candidate_id == bindparam("candidate_id"),
    )
    .order_by(*_TESTING_ID)
)


async def candidate(session: AsyncSession, programme: str, candidate_id: str) -> Row | None:
    """Return one candidate of a programme as callers see them."""
    asked = {"programme": programme, "candidate_id": candidate_id}
    found = (await session.execute(_ONE, asked)).all()
    if not found:
        return None
    first = found[0]
    row: Row = {
        **dict(zip((column.key for column in _SHOWN), first, strict=False)),
        "testing_ids": [],
        "merged_into": None,
        "further_ids": [],
    }
    if first.merged:
        await _add_ids(session, {candidate_id: row})
    else:
        row["testing_ids"] = [
            {"vendor": each.vendor, "testing_id": each.testing_id}
            for each in found
            if each.vendor is not None
        ]
    return row


async def candidates(
    session: AsyncSession, programme: str, *, search: str = "", after: str | None = None, limit: int
) -> list[Row]:
    """Return candidates of a programme by candidate id.

    search: words that must all stand in names, address, candidate id or a testing id.
    """
    conditions: list[ColumnElement[bool]] = [Candidate.programme == programme]
    if after is not None:
        conditions.append(Candidate.candidate_id > after)
    conditions += [_has(word) for word in search.split()[:8]]
    return await _rows(session, and_(*conditions), limit=limit)


async def emails(
    session: AsyncSession, programme: str, candidate_id: str
) -> dict[str, list[Row]] | None:
    """Return a candidate's addresses, the primary one first, and those that wait for a link.

    None: the programme has no such candidate.
    """
    whose = select(Candidate.programme).where(Candidate.candidate_id == candidate_id)
    if await session.scalar(whose) != programme:
        return None
    held = await session.execute(
        select(
            EmailAddress.email,
            EmailAddress.is_primary,
            EmailAddress.added_at,
            EmailAddress.verified_at,
        )
        .where(EmailAddress.candidate_id == candidate_id)
        .order_by(EmailAddress.is_primary.desc(), EmailAddress.added_at, EmailAddress.email_key)
    )
    pending = await session.execute(
        select(
            AddressProof.email,
            AddressProof.purpose,
            AddressProof.created_at.label("asked_at"),
            AddressProof.expires_at,
        )
        .where(
            AddressProof.candidate_id == candidate_id,
            AddressProof.used_at.is_(None),
            AddressProof.void_at.is_(None),
            AddressProof.expires_at > context(session).clock.now(),
        )
        .order_by(AddressProof.id)
    )
    # Of several links to one address the newest.
    newest = {(row["email"], row["purpose"]): dict(row) for row in pending.mappings()}
    return {
        "emails": [dict(row) for row in held.mappings()],
        "pending": list(newest.values()),
    }


async def link_request(session: AsyncSession, request_id: UUID) -> Row | None:
    """Return whether a request for a link was dealt with, by address or by score report."""
    for table in (LinkRequest, ScoreReportRequest):
        row = (
            await session.execute(
                select(table.requested_at, table.answered_at).where(table.id == request_id)
            )
        ).one_or_none()
        if row is not None:
            state = "waiting" if row.answered_at is None else "answered"
            return {"state": state, "asked_at": row.requested_at, "answered_at": row.answered_at}
    return None


def _has(word: str) -> ColumnElement[bool]:
    lowered = word.lower()
    testing_id = exists().where(
        TestingIdentity.candidate_id == Candidate.candidate_id,
        TestingIdentity.testing_id.startswith(word, autoescape=True),
    )
    return or_(
        func.lower(Candidate.given_name).contains(lowered, autoescape=True),
        func.lower(Candidate.family_name).contains(lowered, autoescape=True),
        exists().where(
            EmailAddress.candidate_id == Candidate.candidate_id,
            EmailAddress.email_key.contains(email_key(word), autoescape=True),
        ),
        Candidate.candidate_id.startswith(word.upper(), autoescape=True),
        testing_id,
    )


async def _rows(session: AsyncSession, condition: ColumnElement[bool], limit: int) -> list[Row]:
    wanted = select(*_SHOWN).where(condition).order_by(Candidate.candidate_id).limit(limit)
    found = (await session.execute(wanted)).mappings()
    rows: list[Row] = [
        {**row, "testing_ids": [], "merged_into": None, "further_ids": []} for row in found
    ]
    await _add_ids(session, {row["candidate_id"]: row for row in rows})
    return rows


async def _add_ids(session: AsyncSession, rows: Mapping[str, Row]) -> None:
    """Add the ids of each person: those of vendors, and those merged with theirs."""
    if not rows:
        return
    kin = await kin_of(session, [(row["programme"], one) for one, row in rows.items()])
    # Under whose row an id's testing ids are shown: its own and, merged away, the survivor's too.
    shown: dict[str, list[Row]] = {one: [row] for one, row in rows.items()}
    for one, row in rows.items():
        mine = (row["programme"], one)
        survivor = kin.survivor(mine)
        if survivor != mine:
            row["merged_into"] = survivor[1]
            continue
        for _, other in kin.all_of(mine)[1:]:
            row["further_ids"].append(other)
            shown.setdefault(other, []).append(row)
    columns = (TestingIdentity.candidate_id, TestingIdentity.vendor, TestingIdentity.testing_id)
    found: Sequence[Any] = (
        await session.execute(
            select(*columns)
            .where(one_of(session, TestingIdentity.candidate_id, shown))
            .order_by(*columns)
        )
    ).all()
    for candidate_id, vendor, testing_id in found:
        for row in shown[candidate_id]:
            row["testing_ids"].append({"vendor": vendor, "testing_id": testing_id})
