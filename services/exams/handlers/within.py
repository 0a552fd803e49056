"""Looking up rows by a vendor's numbers or candidate ids, within one programme or vendor at a time.

All that is looked up together is nearly always of one programme and vendor. So these are said
once, and only the numbers are a list: an array costs the driver and the database something for
each of its values, three arrays three times as much.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Table, TextClause, column, inspect, text
from sqlalchemy.ext.asyncio import AsyncSession


async def look_up_within(
    session: AsyncSession,
    model: Any,
    columns: Sequence[str],
    *,
    key: Sequence[str],
    values: Iterable[tuple[str, ...]],
    where: str = "",
    order: Sequence[str] = (),
    but: Sequence[UUID] = (),
) -> list[Any]:
    """Return columns of the rows whose key is among many values, as `shared.rows.look_up` does.

    A statement for each programme (or whatever the key's columns before its last one say); all
    columns of the key are texts. A column that the table does not have is an expression in SQL.
    but: ids of rows that are at hand already.
    """
    dialect = session.get_bind().dialect.name
    groups: dict[tuple[str, ...], list[str]] = {}
    for value in values:
        groups.setdefault(value[:-1], []).append(value[-1])
    statement = _statement(
        dialect, model, tuple(columns), tuple(key), where, tuple(order), but=bool(but)
    )
    found: list[Any] = []
    for within, among in groups.items():
        given: dict[str, Any] = dict(zip(key[:-1], within, strict=True))
        if dialect == "postgresql":
            given |= {"among": among, "but": but} if but else {"among": among}
        else:
            given["among"] = to_json(among).decode()
            if but:
                given["but"] = to_json([one.hex for one in but]).decode()
        found += (await session.execute(statement, given)).all()
    return found


@lru_cache(maxsize=100)
def _statement(
    dialect: str,
    model: Any,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    where: str,
    order: tuple[str, ...],
    *,
    but: bool,
) -> TextClause:
    table: Table = inspect(model).local_table
    if dialect == "postgresql":
        # Joined with what is asked for, not compared with it: before a table is analysed, the
        # planner takes one programme for a small part of it, and would read all of it.
        said = ", ".join(f"CAST(:{one} AS text)" for one in key[:-1])
        asked = f"SELECT {said}, unnest(CAST(:among AS text[]))"
        conditions = [f"({', '.join(key)}) IN ({asked})"]
        left_out = "id <> ALL(CAST(:but AS uuid[]))"
    else:
        conditions = [f"{one} = :{one}" for one in key[:-1]]
        conditions.append(f"{key[-1]} IN (SELECT value FROM json_each(:among))")  # noqa: S608 - names of our own
        left_out = "id NOT IN (SELECT value FROM json_each(:but))"
    conditions += [where] if where else []
    conditions += [left_out] if but else []
    sql = (
        f"SELECT {', '.join(columns)} FROM {table.name} "  # noqa: S608 - names of our own
        f"WHERE {' AND '.join(conditions)}" + (f" ORDER BY {', '.join(order)}" if order else "")
    )
    typed = [table.c[one] if one in table.c else column(one) for one in columns]
    return text(sql).columns(*typed)  # type: ignore[return-value]  # a typed text clause
