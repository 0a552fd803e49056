"""Tombstones: what comes late about somebody who is erased makes nothing anew, in any order.

The bus edge asks here before any handler sees an event, so no handler can forget to.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.ext.asyncio import AsyncSession

from shared.envelope import Envelope
from shared.rows import look_up, upsert
from shared.tables import kernel_tables

_metadata = MetaData()
kernel_tables(_metadata)
ERASURES: Table = _metadata.tables["erasures"]
MARKS: Table = _metadata.tables["erased_marks"]
COPIES: Table = _metadata.tables["data_copies"]


async def erased_among(session: AsyncSession, candidate_ids: Iterable[str]) -> set[str]:
    """Return which of these candidates are erased."""
    wanted = set(candidate_ids)
    if not wanted:
        return set()
    key = ("candidate_id",)
    found = await look_up(session, ERASURES, key, key=key, values=wanted)
    return {candidate_id for (candidate_id,) in found}


async def of_the_living(
    session: AsyncSession, envelopes: Sequence[Envelope[Any]]
) -> Sequence[Envelope[Any]]:
    """Return the events, all of one type, that are not about somebody who is erased."""
    if not envelopes or envelopes[0]["data"].survives_erasure:
        return envelopes
    gone = await erased_among(session, {one["data"].candidate_id for one in envelopes} - {None})
    if not gone:
        return envelopes
    return [one for one in envelopes if one["data"].candidate_id not in gone]


def mark(kind: str, programme: str, vendor: str, number: str) -> str:
    """Return how a vendor's number is remembered once its owner is erased.

    kind: "testing_id" or "registration". Only who has the number can tell that it is the one.
    """
    text = f"{kind}\n{programme}\n{vendor}\n{number}"
    return hashlib.sha256(text.encode()).hexdigest()


async def remember(
    session: AsyncSession, digests: Iterable[str], *, until: datetime | None = None
) -> None:
    """Remember numbers of somebody who is erased; until: None for good.

    One that is remembered already is so for the longer of the two times.
    """
    rows = [{"digest": digest, "until": until} for digest in sorted(set(digests))]
    newer = None if until is None else "until"
    await upsert(session, MARKS, rows, key=("digest",), update=("until",), newer=newer)


async def remembered(session: AsyncSession, digests: Iterable[str], now: datetime) -> set[str]:
    """Return which of these numbers belonged to somebody who is erased."""
    wanted = set(digests)
    if not wanted:
        return set()
    found = await look_up(session, MARKS, ("digest", "until"), key=("digest",), values=wanted)
    return {digest for digest, until in found if until is None or until > now}
