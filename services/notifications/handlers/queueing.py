"""Queueing: one statement writes e-mails and finds out which of them can go out."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from pydantic_core import to_json
from sqlalchemy import CursorResult, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain import PRIORITY, Template
from shared.context import context
from shared.tables import UTCDateTime

# One document for all e-mails of a batch: arrays, one for each column, would be encoded value by
# value, which takes several times as long. What few of them have may be left out.
_COLUMNS = {
    "id": "uuid",
    "candidate_id": "text",
    "natural_key": "text",
    "data": "jsonb",
    "to_address": "text",
    "secret": "text",
    "error": "text",
}
_TYPED = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
_PICKED = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in _COLUMNS)
_GIVEN = {
    "postgresql": f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({_TYPED})",
    "sqlite": f"(SELECT {_PICKED} FROM json_each(:rows)) AS given",  # noqa: S608 - our own names
}
# SQLite keeps an id as 32 hexadecimal characters.
_ID_IN_WORDS = {
    "postgresql": "given.id",
    "sqlite": " || '-' || ".join(
        f"substr(given.id, {start}, {length})"
        for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    ),
}
# Looked up and not joined: for one e-mail every contact would be read. Whoever has several ids is
# written to as the survivor.
_REACHABLE = (
    "EXISTS (SELECT 1 FROM contacts WHERE contacts.programme = CAST(:programme AS text) "
    "AND contacts.email IS NOT NULL AND contacts.candidate_id = coalesce((SELECT survivor "
    "FROM candidate_merges AS merged WHERE merged.programme = CAST(:programme AS text) "
    "AND merged.candidate_id = given.candidate_id), given.candidate_id))"
)
_INSTANT = {"postgresql": "CAST(:now AS timestamptz)", "sqlite": ":now"}


async def queue(
    session: AsyncSession, programme: str, template: Template, rows: Sequence[dict[str, Any]]
) -> int:
    """Write e-mails that are not there yet; return how many were written.

    Those that have no `to_address`, and whose candidate has none either, wait. rows: `id` (32
    hexadecimal characters), `candidate_id`, `natural_key` and `data`; where there is one,
    `to_address` and `secret`.
    """
    result = await _write(session, programme, template, rows, returning=False)
    return cast(CursorResult[Any], result).rowcount


async def suppress(
    session: AsyncSession, programme: str, template: Template, rows: Sequence[dict[str, Any]]
) -> set[str]:
    """Write why e-mails are not sent; return the natural keys of those that were not there yet.

    rows: as for `queue`, with the reason as `error`.
    """
    result = await _write(session, programme, template, rows, returning=True)
    return set(result.scalars())


async def _write(
    session: AsyncSession,
    programme: str,
    template: Template,
    rows: Sequence[dict[str, Any]],
    *,
    returning: bool,
) -> Any:
    here = context(session)
    return await session.execute(
        _statement(session.get_bind().dialect.name, returning),
        {
            "programme": programme,
            "template": template,
            "priority": PRIORITY[template],
            "domain": here.settings.mail_domain,
            "now": here.clock.now(),
            "rows": to_json(rows).decode(),
        },
    )


@cache
def _statement(dialect: str, returning: bool) -> TextClause:
    now = _INSTANT[dialect]
    statement = (
        "INSERT INTO emails (id, programme, candidate_id, template, natural_key, state, priority, "  # noqa: S608 - our own names
        "data, to_address, secret, error, message_id, attempts, next_attempt_at, created_at) "
        "SELECT given.id, CAST(:programme AS text), given.candidate_id, CAST(:template AS text), "
        "given.natural_key, CASE WHEN given.error IS NOT NULL THEN 'suppressed' "
        f"WHEN given.to_address IS NOT NULL OR {_REACHABLE} THEN 'queued' ELSE 'waiting' END, "
        "CAST(:priority AS integer), given.data, given.to_address, given.secret, given.error, "
        f"'<' || {_ID_IN_WORDS[dialect]} || '@' || CAST(:domain AS text) || '>', 0, {now}, {now} "
        f"FROM {_GIVEN[dialect]} "
        "WHERE true ON CONFLICT (natural_key) DO NOTHING"
        + (" RETURNING natural_key" if returning else "")
    )
    return text(statement).bindparams(bindparam("now", type_=UTCDateTime))
