"""Texts of set-based statements, and what is sent with them, for either database.

PostgreSQL gets one array per column (`unnest`), SQLite one JSON document (`json_each`); the texts
do not depend on the number of rows, so each is put together once. To PostgreSQL a column that has
one value in all rows goes as that value: the driver and the server take as long for each element
of an array as for everything else about it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, LargeBinary, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

from shared.tables import JSONDocument

DIALECTS: dict[str, Any] = {
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
    "sqlite": sqlite.dialect(),
}
# From so many rows on it is looked for columns that have one value in all of them. Among a few
# rows that is often chance, and every other set of such columns is another text to prepare.
MANY = 50

Names = tuple[str, ...]


@lru_cache(maxsize=1000)
def insert(
    dialect: str, table: Table, columns: Names, once: Names, tail: str, returning: Names
) -> str:
    """Return the text that inserts rows; once: the columns whose value is sent once for all."""
    into = f"INSERT INTO {table.name} ({', '.join(columns)})"
    if len(once) == len(columns):
        given = f"VALUES ({', '.join(_singles(table, columns))})"
    else:
        given = f"SELECT {_values(dialect, table, columns, once)} WHERE true"
    return f"{into} {given} {tail}" + (f" RETURNING {', '.join(returning)}" if returning else "")


@lru_cache(maxsize=1000)
def update(
    dialect: str,
    table: Table,
    columns: Names,
    once: Names,
    key: Names,
    condition: str,
    returning: Names,
) -> str:
    """Return the text that updates rows by their key; once: as for `insert`."""
    changes = ", ".join(f"{column} = given.new_{column}" for column in columns if column not in key)
    match = " AND ".join(f"t.{column} = given.new_{column}" for column in key)
    back = ", ".join(f"t.{column}" if dialect == "postgresql" else column for column in returning)
    # A value given once would be seen as a condition of its own, and before a table has statistics
    # its rows of one programme are thought to be few: all of them would be read for each given row.
    fence = " OFFSET 0" if dialect == "postgresql" else ""
    return (
        f"UPDATE {table.name} AS t SET {changes} "  # noqa: S608 - names of our own tables
        f"FROM (SELECT {_values(dialect, table, columns, once)}{fence}) AS given WHERE {match}"
        + (f" AND {condition}" if condition else "")
        + (f" RETURNING {back}" if back else "")
    )


@lru_cache(maxsize=1000)
def question(
    dialect: str,
    table: Table,
    columns: Names,
    key: Names,
    once: Names,
    where: str,
    order: Names,
    lock: str,
    most: int | None = None,
) -> str:
    """Return the text that looks rows up by their key; once: as for `insert`."""
    if dialect == "postgresql":
        among = _among(table, key, once)
    else:
        parts = [f"json_extract(value, '$[{place}]')" for place in range(len(key))]
        picks = "value" if len(key) == 1 else ", ".join(parts)
        among = f"({', '.join(key)}) IN (SELECT {picks} FROM json_each(:rows))"  # noqa: S608 - ours
    return (
        f"SELECT {', '.join(columns)} FROM {table.name} WHERE {among}"  # noqa: S608 - our names
        + (f" AND {where}" if where else "")
        + (f" ORDER BY {', '.join(order)}" if order else "")
        + (f" LIMIT {most}" if most else "")
        + (f" {lock}" if lock and dialect == "postgresql" else "")
    )


def sent_once(given: Sequence[list[Any]], columns: Names, many: int = MANY) -> Names:
    """Return which columns have one value in all rows, of rows that are one or many."""
    rows = len(given[0])
    if rows == 1:
        return columns
    if rows < many:
        return ()
    once = tuple(
        column
        for column, values in zip(columns, given, strict=True)
        # Nearly always the next one or the last tells already.
        if values[0] == values[1] and values[0] == values[-1] and values.count(values[0]) == rows
    )
    # One array says how many rows there are.
    return once if len(once) < len(columns) else once[:-1]


def for_postgresql(
    table: Table, columns: Names, given: Sequence[list[Any]], many: int = MANY
) -> tuple[Names, list[Any]]:
    """Return which columns are sent once, and the parameters: a value or an array for each."""
    sent = [
        [None if value is None else as_json(value) for value in values]
        if is_document(table, column)
        else values
        for column, values in zip(columns, given, strict=True)
    ]
    once = sent_once(sent, columns, many)
    if not once:
        return once, sent
    return once, [
        values[0] if column in once else values
        for column, values in zip(columns, sent, strict=True)
    ]


def for_sqlite(table: Table, columns: Names, given: Sequence[list[Any]]) -> dict[str, str]:
    """Return the one parameter: a JSON array of rows, of plain values for a single column."""
    bound = [
        bound_for_sqlite(table.c[column].type, values)
        for column, values in zip(columns, given, strict=True)
    ]
    return {"rows": as_json(list(zip(*bound, strict=True)))}


def bound_for_sqlite(kind: Any, values: list[Any]) -> list[Any]:
    """Return values as SQLite stores them in a column of a type."""
    if isinstance(kind, JSONDocument | JSON):
        return [None if value is None else as_json(value) for value in values]
    dialect = DIALECTS["sqlite"]
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return [process(value) for value in values] if process else values


def as_json(value: Any) -> str:
    """Return a JSON text."""
    return to_json(value).decode()


def is_document(table: Table, column: str) -> bool:
    """Tell whether a column holds JSON documents."""
    return column in _documents(table)


@lru_cache(maxsize=500)
def _documents(table: Table) -> frozenset[str]:
    return frozenset(one.name for one in table.c if isinstance(one.type, JSONDocument | JSON))


def plain(kind: Any) -> Any:
    """Return a column type without what decorates it."""
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _type(table: Table, column: str) -> str:
    kind = table.c[column].type
    # text rather than varchar(n): an explicit cast to varchar(n) cuts silently.
    textual = is_document(table, column) or isinstance(plain(kind), String)
    return "text" if textual else str(kind.compile(DIALECTS["postgresql"]))


def _singles(table: Table, columns: Names) -> list[str]:
    return [
        _document(table, column, f"CAST(${place} AS {_type(table, column)})")
        for place, column in enumerate(columns, 1)
    ]


def _document(table: Table, column: str, value: str) -> str:
    return f"CAST({value} AS jsonb)" if is_document(table, column) else value


def _values(dialect: str, table: Table, columns: Names, once: Names) -> str:
    if dialect == "postgresql":
        picks, arrays, names = [], [], []
        for place, (column, single) in enumerate(
            zip(columns, _singles(table, columns), strict=True), 1
        ):
            if column in once:
                picks.append(f"{single} AS new_{column}")
            else:
                arrays.append(f"CAST(${place} AS {_type(table, column)}[])")
                names.append(f"given_{column}")
                picks.append(f"{_document(table, column, f'given_{column}')} AS new_{column}")
        source = f" FROM unnest({', '.join(arrays)}) AS source ({', '.join(names)})"
        return ", ".join(picks) + (source if arrays else "")
    for column in columns:
        if isinstance(plain(table.c[column].type), LargeBinary):
            raise TypeError(f"{table.name}.{column}: bytes do not travel in a set of rows")
    picks = [
        f"json_extract(value, '$[{place}]') AS new_{column}" for place, column in enumerate(columns)
    ]
    return f"{', '.join(picks)} FROM json_each(:rows)"


def _among(table: Table, key: Names, once: Names) -> str:
    # With the other columns of the key told once, PostgreSQL goes straight to the index, where
    # tuples would be a table of their own to be joined.
    alike, names, arrays = [], [], []
    for place, column in enumerate(key, 1):
        kind = _type(table, column)
        if column in once:
            alike.append(f"{column} = CAST(${place} AS {kind})")
        else:
            names.append(column)
            arrays.append(f"CAST(${place} AS {kind}[])")
    if len(names) == 1:
        alike.append(f"{names[0]} = ANY({arrays[0]})")
    elif names:
        unnested = ", ".join(f"unnest({array})" for array in arrays)
        alike.append(f"({', '.join(names)}) IN (SELECT {unnested})")
    return " AND ".join(alike)
