"""Set-based statements: many rows in one statement, the same call on both databases."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    Text,
    TextClause,
    any_,
    bindparam,
    func,
    inspect,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from shared import statements
from shared.driver import fetch
from shared.statements import Names, as_json, bound_for_sqlite, plain

# A look-up of more values than this is none that answers at once.
_GLANCE = 50

Rows = Sequence[dict[str, Any]]
M = TypeVar("M")


async def insert_new(
    session: AsyncSession,
    table: Any,
    rows: Rows,
    *,
    returning: Sequence[str] = (),
    conflict: Sequence[str] = (),
) -> list[Mapping[str, Any]]:
    """Insert the rows that are not there yet; return columns of those inserted.

    conflict: the unique key that decides; without it any unique key does.
    """
    target = f" ({', '.join(conflict)})" if conflict else ""
    return await _insert(session, table, rows, f"ON CONFLICT{target} DO NOTHING", returning)


async def upsert(
    session: AsyncSession,
    table: Any,
    rows: Rows,
    *,
    key: Sequence[str],
    update: Sequence[str],
    newer: str | None = None,
    returning: Sequence[str] = (),
) -> list[Mapping[str, Any]]:
    """Insert rows, or update those whose key is there; return columns of the rows written.

    newer: a column that must be greater in the new row, so that an older version never
    overwrites a newer one. Each key may stand in `rows` once.
    """
    name = _table(table).name
    changes = ", ".join(f"{column} = excluded.{column}" for column in update)
    guard = f" WHERE excluded.{newer} > {name}.{newer}" if newer else ""
    tail = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}{guard}"
    return await _insert(session, table, rows, tail, returning)


async def update_rows(
    session: AsyncSession,
    table: Any,
    rows: Rows,
    *,
    key: Sequence[str],
    returning: Sequence[str] = (),
    where: str = "",
) -> list[Mapping[str, Any]]:
    """Update each row found by its key with the other columns; return columns of those updated.

    where: a further condition in SQL on the table's own columns (`t.state = 'waiting'`), so that
    of two writers only one gets the row.
    """
    if not rows:
        return []
    table = _table(table)
    columns, given = _columns(rows)
    names, back = tuple(key), tuple(returning)
    if _dialect(session) == "postgresql":
        once, sent = statements.for_postgresql(table, columns, given)
        sql = statements.update("postgresql", table, columns, once, names, where, back)
        return await fetch(session, sql, *sent)
    sql = statements.update("sqlite", table, columns, (), names, where, back)
    return await _on_sqlite(session, table, sql, columns, given, back)


async def look_up(
    session: AsyncSession,
    table: Any,
    columns: Sequence[str],
    *,
    key: Sequence[str],
    values: Iterable[Any],
    where: str = "",
    order: Sequence[str] = (),
    lock: str = "",
    most: int | None = None,
) -> Sequence[Any]:
    """Return columns of the rows whose key is among many values.

    For what every batch asks: the statement is put together once, where building it from
    expressions costs several times what its execution does.

    key: columns; values: of a single column plain, of several as tuples. where: a further
    condition in SQL. order: columns. lock: e.g. `FOR UPDATE`; SQLite, with one writer at a time,
    has none. most: how many rows; one number for all, because it is part of the text.
    """
    wanted = list(values)
    if not wanted:
        return []
    table = _table(table)
    asked, names, sorted_by = tuple(columns), tuple(key), tuple(order)
    given = [wanted] if len(names) == 1 else [list(part) for part in zip(*wanted, strict=True)]
    if _dialect(session) == "postgresql":
        once, sent = statements.for_postgresql(table, names, given, 2)
        sql = statements.question(
            "postgresql", table, asked, names, once, where, sorted_by, lock, most
        )
        return await fetch(session, sql, *sent)
    sql = statements.question("sqlite", table, asked, names, (), where, sorted_by, "", most)
    if len(names) == 1:
        parameters = {"rows": as_json(bound_for_sqlite(table.c[names[0]].type, wanted))}
    else:
        parameters = statements.for_sqlite(table, names, given)
    statement = _typed(sql, table, asked)
    if len(wanted) > _GLANCE:
        return (await session.execute(statement, parameters)).all()
    return await glance(session, statement, parameters)


async def read_back(
    session: AsyncSession,
    table: Any,
    columns: Sequence[str],
    *,
    key: Sequence[str],
    values: Iterable[Any],
    where: str = "",
    order: Sequence[str] = (),
    most: int | None = None,
) -> Sequence[Any]:
    """`look_up` for what is shown: with what the session has yet to write."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    return await look_up(
        session, table, columns, key=key, values=values, where=where, order=order, most=most
    )


async def read_models(
    session: AsyncSession,
    model: type[M],
    *,
    key: Sequence[str],
    values: Iterable[Any],
    where: str = "",
    order: Sequence[str] = (),
    most: int | None = None,
) -> list[M]:
    """Return rows, found as by `read_back`, as objects of their model that no session watches."""
    columns = _names(cast(Any, model))
    rows = await read_back(
        session, model, columns, key=key, values=values, where=where, order=order, most=most
    )
    return [model(**dict(zip(columns, row, strict=True))) for row in rows]


async def glance(
    session: AsyncSession, statement: TextClause, parameters: Mapping[str, Any]
) -> Sequence[Any]:
    """Return the rows of a statement, put together once, that goes to a few rows by an index.

    A session for reading asks SQLite in the loop's own thread, where a change of thread and a
    connection from the pool would cost many times what the answer does.
    """
    glances = session.info.get("glances")
    if glances is not None and (found := glances.rows(statement, parameters)) is not None:
        rows: Sequence[Any] = found
        return rows
    return (await session.execute(statement, parameters)).all()


def one_of(session: AsyncSession, column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column, or a tuple of columns, has one of many values."""
    wanted = list(values)
    columns = list(column) if isinstance(column, tuple | list) else [column]
    if len(columns) > 1:
        return tuple_(*columns).in_(these(session, columns, wanted))
    kind = _bindable(columns[0].type)
    if _dialect(session) == "postgresql":
        array = bindparam(None, wanted, type_=postgresql.ARRAY(kind))
        return cast(ColumnElement[bool], columns[0] == any_(array))
    bound = bound_for_sqlite(kind, wanted)
    each = func.json_each(as_json(bound)).table_valued("value")
    return cast(ColumnElement[bool], columns[0].in_(select(each.c.value)))


def these(session: AsyncSession, columns: Sequence[Any], values: Iterable[Any]) -> Select[Any]:
    """Return a query that gives back tuples of values, of the types of these columns."""
    wanted = list(values)
    types = [_bindable(one.type) for one in columns]
    if _dialect(session) == "postgresql":
        arrays = [
            func.unnest(bindparam(None, [row[place] for row in wanted], postgresql.ARRAY(kind)))
            for place, kind in enumerate(types)
        ]
        return select(*arrays)
    bound = [
        bound_for_sqlite(kind, [row[place] for row in wanted]) for place, kind in enumerate(types)
    ]
    each = func.json_each(as_json(list(zip(*bound, strict=True)))).table_valued("value")
    return select(
        *(func.json_extract(each.c.value, f"$[{place}]") for place in range(len(columns)))
    )


def _bindable(kind: Any) -> Any:
    return Text() if isinstance(plain(kind), String) else kind


@lru_cache(maxsize=100)
def _names(model: Any) -> Names:
    return tuple(column.name for column in _table(model).columns)


def _table(table: Any) -> Table:
    return table if isinstance(table, Table) else inspect(table).local_table


async def _insert(
    session: AsyncSession, table: Any, rows: Rows, tail: str, returning: Sequence[str]
) -> list[Mapping[str, Any]]:
    if not rows:
        return []
    table = _table(table)
    columns, given = _columns(rows)
    back = tuple(returning)
    if _dialect(session) == "postgresql":
        once, sent = statements.for_postgresql(table, columns, given)
        sql = statements.insert("postgresql", table, columns, once, tail, back)
        return await fetch(session, sql, *sent)
    sql = statements.insert("sqlite", table, columns, (), tail, back)
    return await _on_sqlite(session, table, sql, columns, given, back)


async def _on_sqlite(
    session: AsyncSession,
    table: Table,
    sql: str,
    columns: Names,
    given: list[list[Any]],
    returning: Names,
) -> list[Mapping[str, Any]]:
    parameters = statements.for_sqlite(table, columns, given)
    result = await session.execute(_typed(sql, table, returning), parameters)
    return list(cast(Any, result.mappings())) if returning else []


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


def _columns(rows: Rows) -> tuple[Names, list[list[Any]]]:
    columns = tuple(rows[0])
    return columns, [[row[column] for row in rows] for column in columns]


@lru_cache(maxsize=500)
def _typed(sql: str, table: Table, columns: Names) -> TextClause:
    if not columns:
        return text(sql)
    typed = [table.c[column] for column in columns]
    return text(sql).columns(*typed)  # type: ignore[return-value]  # a typed text clause
