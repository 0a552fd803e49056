"""Whom something that waits is about, as a repeated statement says it.

One channel of a vendor names a testing id that nobody knows, another the candidate, for the same
result: what the first left open the second may tell.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.life import state_of
from services.exams.handlers.entries import Entry, Key
from services.exams.handlers.linking import Links
from services.exams.handlers.lives import Row, key_of
from services.exams.handlers.recording import record
from services.exams.models import NATURAL_KEY, Registration, Result
from shared.rows import one_of, update_rows

_WHOM = ("testing_id", "named_candidate_id", "candidate_id")


async def name(
    session: AsyncSession,
    model: type[Registration] | type[Result],
    entries: Mapping[int, Entry[Any]],
    stored: Mapping[Key, Row],
    links: Links,
) -> dict[int, Row]:
    """Keep whom repeated statements name, and publish results that are linked by it.

    entries: by place, what was said again of stored rows. Returns, by place, what has got its
    candidate by it.
    """
    told: dict[Any, dict[str, str]] = {}
    for entry in entries.values():
        row, item = stored[entry.key], entry.item
        if row["candidate_id"] is not None:
            continue
        said = (item.testing_id, item.candidate_id, links.candidate_of(item, entry.vendor))
        new = {one: value for one, value in zip(_WHOM, said, strict=True) if value is not None}
        if new := {one: value for one, value in new.items() if row[one] is None}:
            told[row["id"]] = new | told.get(row["id"], {})
    if not told:
        return {}
    table = model.__table__
    # In the order of the key, so that two transactions about the same cannot deadlock.
    found = await session.execute(
        select(*table.columns)
        .where(one_of(session, table.c.id, told), table.c.candidate_id.is_(None))
        .order_by(*(table.c[column] for column in NATURAL_KEY))
        .with_for_update()
    )
    rows = []
    for mapping in found.mappings():
        row = dict(mapping)
        row |= {one: value for one, value in told[row["id"]].items() if row[one] is None}
        if row["candidate_id"] is not None:
            row["version"] += 1
            if model is Result:
                row["state"] = state_of(row)
        rows.append(row)
    columns = ("id", "version", *_WHOM, *(("state",) if model is Result else ()))
    written = [{column: row[column] for column in columns} for row in rows]
    await update_rows(session, model, written, key=("id",))
    linked = [row for row in rows if row["candidate_id"] is not None]
    if model is Result:
        linked = await record(session, linked)
    by_key = {key_of(row): row for row in linked}
    return {at: by_key[one.key] for at, one in entries.items() if one.key in by_key}
