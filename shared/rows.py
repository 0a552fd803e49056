"""Set-based statements: many rows in one statement, the same call on both databases.

PostgreSQL gets one array per column (`unnest`), SQLite one JSON document (`json_each`); the
statement text does not depend on the number of rows, so it is prepared once.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    LargeBinary,
    RowMapping,
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
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator

from shared.tables import JSONDocument

_DIALECTS: dict[str, Any] = {
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
    "sqlite": sqlite.dialect(),
}

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
) -> list[RowMapping]:
    """Insert the rows that are not there yet; return columns of those inserted.

    conflict: the unique key that decides; without it any unique key does.
    """
    target = f" ({', '.join(conflict)})" if conflict else ""
    return await _run(
        session, table, rows, "insert", f"ON CONFLICT{target} DO NOTHING", tuple(returning), ()
    )


async def upsert(
    session: AsyncSession,
    table: Any,
    rows: Rows,
    *,
    key: Sequence[str],
    update: Sequence[str],
    newer: str | None = None,
    returning: Sequence[str] = (),
) -> list[RowMapping]:
    """Insert rows, or update those whose key is there; return columns of the rows written.

    newer: a column that must be greater in the new row, so that an older version never
    overwrites a newer one. Each key may stand in `rows` once.
    """
    name = _table(table).name
    changes = ", ".join(f"{column} = excluded.{column}" for column in update)
    guard = f" WHERE excluded.{newer} > {name}.{newer}" if newer else ""
    tail = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}{guard}"
    return await _run(session, table, rows, "insert", tail, tuple(returning), ())


async def update_rows(
    session: AsyncSession,
    table: Any,
    rows: Rows,
    *,
    key: Sequence[str],
    returning: Sequence[str] = (),
    where: str = "",
) -> list[RowMapping]:
    """Update each row found by its key with the other columns; return columns of those updated.

    where: a further condition in SQL on the table's own columns (`t.state = 'waiting'`), so that
    of two writers only one gets the row.
    """
    return await _run(session, table, rows, "update", where, tuple(returning), tuple(key))


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
    table = _table(table)
    dialect = session.get_bind().dialect.name
    wanted = list(values)
    if not wanted:
        return []
    statement = _look_up(
        dialect, table, tuple(columns), tuple(key), where, tuple(order), lock, most
    )
    given = [wanted] if len(key) == 1 else [list(part) for part in zip(*wanted, strict=True)]
    if dialect == "postgresql":
        parameters: dict[str, Any] = dict(zip(key, given, strict=True))
    else:
        bound = [
            _bound(table.c[column].type, part, _DIALECTS[dialect])
            for column, part in zip(key, given, strict=True)
        ]
        parameters = {"rows": _json(bound[0] if len(key) == 1 else list(zip(*bound, strict=True)))}
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
    columns = _columns(cast(Any, model))
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
    if session.get_bind().dialect.name == "postgresql":
        array = bindparam(None, wanted, type_=postgresql.ARRAY(kind))
        return cast(ColumnElement[bool], columns[0] == any_(array))
    bound = _bound(kind, wanted, _DIALECTS["sqlite"])
    each = func.json_each(_json(bound)).table_valued("value")
    return cast(ColumnElement[bool], columns[0].in_(select(each.c.value)))


def these(session: AsyncSession, columns: Sequence[Any], values: Iterable[Any]) -> Select[Any]:
    """Return a query that gives back tuples of values, of the types of these columns."""
    wanted = list(values)
    types = [_bindable(one.type) for one in columns]
    if session.get_bind().dialect.name == "postgresql":
        arrays = [
            func.unnest(bindparam(None, [row[place] for row in wanted], postgresql.ARRAY(kind)))
            for place, kind in enumerate(types)
        ]
        return select(*arrays)
    dialect = _DIALECTS["sqlite"]
    bound = [
        _bound(kind, [row[place] for row in wanted], dialect) for place, kind in enumerate(types)
    ]
    each = func.json_each(_json(list(zip(*bound, strict=True)))).table_valued("value")
    return select(
        *(func.json_extract(each.c.value, f"$[{place}]") for place in range(len(columns)))
    )


def _bindable(kind: Any) -> Any:
    return Text() if isinstance(_plain(kind), String) else kind


@lru_cache(maxsize=100)
def _columns(model: Any) -> tuple[str, ...]:
    return tuple(column.name for column in _table(model).columns)


def _table(table: Any) -> Table:
    return table if isinstance(table, Table) else inspect(table).local_table


def _json(value: Any) -> str:
    return to_json(value).decode()


async def _run(
    session: AsyncSession,
    table: Any,
    rows: Rows,
    verb: str,
    tail: str,
    returning: tuple[str, ...],
    key: tuple[str, ...],
) -> list[RowMapping]:
    if not rows:
        return []
    table = _table(table)
    dialect = session.get_bind().dialect.name
    columns = tuple(rows[0])
    make = _insert if verb == "insert" else _update
    statement = make(dialect, table, columns, tail, returning, key)
    result = await session.execute(statement, _parameters(dialect, table, columns, rows))
    return list(result.mappings()) if returning else []


@lru_cache(maxsize=500)
def _insert(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    tail: str,
    returning: tuple[str, ...],
    _key: tuple[str, ...],
) -> TextClause:
    sql = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "
        f"SELECT {_values(dialect, table, columns)} WHERE true {tail}"
    )
    return _returning(sql, table, returning)


@lru_cache(maxsize=500)
def _update(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    tail: str,
    returning: tuple[str, ...],
    key: tuple[str, ...],
) -> TextClause:
    changes = ", ".join(f"{column} = given.new_{column}" for column in columns if column not in key)
    match = " AND ".join(f"t.{column} = given.new_{column}" for column in key)
    condition = f" AND {tail}" if tail else ""
    sql = (
        f"UPDATE {table.name} AS t SET {changes} "  # noqa: S608 - names of our own tables
        f"FROM (SELECT {_values(dialect, table, columns)}) AS given WHERE {match}{condition}"
    )
    return _returning(sql, table, returning)


@lru_cache(maxsize=500)
def _look_up(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    where: str,
    order: tuple[str, ...],
    lock: str,
    most: int | None,
) -> TextClause:
    names = ", ".join(key)
    if dialect == "postgresql":
        arrays = [_array(table, column) for column in key]
        among = (
            f"{names} = ANY({arrays[0]})"
            if len(key) == 1
            else f"({names}) IN (SELECT {', '.join(f'unnest({array})' for array in arrays)})"
        )
    else:
        parts = [f"json_extract(value, '$[{place}]')" for place in range(len(key))]
        picks = "value" if len(key) == 1 else ", ".join(parts)
        among = f"({names}) IN (SELECT {picks} FROM json_each(:rows))"  # noqa: S608 - our names
    sql = (
        f"SELECT {', '.join(columns)} FROM {table.name} WHERE {among}"  # noqa: S608 - our names
        + (f" AND {where}" if where else "")
        + (f" ORDER BY {', '.join(order)}" if order else "")
        + (f" LIMIT {most}" if most else "")
        + (f" {lock}" if lock and dialect == "postgresql" else "")
    )
    typed = [table.c[column] for column in columns]
    return text(sql).columns(*typed)  # type: ignore[return-value]  # a typed text clause


def _array(table: Table, column: str) -> str:
    kind = table.c[column].type
    # text[] rather than varchar(n)[]: an explicit cast to varchar(n) cuts silently.
    textual = isinstance(kind, JSONDocument | JSON) or isinstance(_plain(kind), String)
    name = "text" if textual else kind.compile(_DIALECTS["postgresql"])
    return f"CAST(:{column} AS {name}[])"


def _values(dialect: str, table: Table, columns: tuple[str, ...]) -> str:
    if dialect == "postgresql":
        arrays, picks = [], []
        for column in columns:
            document = isinstance(table.c[column].type, JSONDocument | JSON)
            arrays.append(_array(table, column))
            cast = f"CAST(given_{column} AS jsonb)" if document else f"given_{column}"
            picks.append(f"{cast} AS new_{column}")
        names = ", ".join(f"given_{column}" for column in columns)
        return f"{', '.join(picks)} FROM unnest({', '.join(arrays)}) AS source ({names})"
    for column in columns:
        if isinstance(_plain(table.c[column].type), LargeBinary):
            raise TypeError(f"{table.name}.{column}: bytes do not travel in a set of rows")
    picks = [
        f"json_extract(value, '$[{place}]') AS new_{column}" for place, column in enumerate(columns)
    ]
    return f"{', '.join(picks)} FROM json_each(:rows)"


def _plain(kind: Any) -> Any:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _returning(sql: str, table: Table, returning: tuple[str, ...]) -> TextClause:
    if not returning:
        return text(sql)
    prefix = "t." if " AS t SET " in sql and "unnest(" in sql else ""
    names = ", ".join(f"{prefix}{column}" for column in returning)
    typed = [table.c[column] for column in returning]
    return text(f"{sql} RETURNING {names}").columns(*typed)  # type: ignore[return-value]  # a typed text clause


def _parameters(dialect: str, table: Table, columns: tuple[str, ...], rows: Rows) -> dict[str, Any]:
    if dialect == "postgresql":
        given = {}
        for column in columns:
            values = [row[column] for row in rows]
            if isinstance(table.c[column].type, JSONDocument | JSON):
                values = [None if value is None else _json(value) for value in values]
            given[column] = values
        return given
    bound = [
        _bound(table.c[column].type, [row[column] for row in rows], _DIALECTS[dialect])
        for column in columns
    ]
    return {"rows": _json(list(zip(*bound, strict=True)))}


def _bound(kind: Any, values: list[Any], dialect: Any) -> list[Any]:
    if isinstance(kind, JSONDocument | JSON):
        return [None if value is None else _json(value) for value in values]
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return [process(value) for value in values] if process else values
