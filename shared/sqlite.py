"""SQLite's connections: a statement takes one change of thread, a look-up of a few rows none.

The driver runs every call of a connection in a thread of its own. A statement would be four calls
(a cursor made, executed, read and closed), and a change of thread costs more than most of what
SQLite does in it.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy import TextClause
from sqlalchemy.dialects import sqlite as dialects
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_

_DIALECT: Any = dialects.dialect()


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Executes a statement and takes its rows in one call."""

    __slots__ = ("_description", "_last", "_touched", "arraysize")

    def __init__(self, adapt_connection: Any) -> None:
        """Take the connection; nothing is asked of the driver yet."""
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - as the class above us does
        self._rows: deque[Any] = deque()
        self._description: Any = None
        self._touched, self._last = -1, None
        self.arraysize = 1

    @property
    def description(self) -> Any:
        """The columns of the rows, None where there are none."""
        return self._description

    @property
    def rowcount(self) -> int:
        """How many rows were written."""
        return self._touched

    @property
    def lastrowid(self) -> Any:
        """The key of the row that was written last."""
        return self._last

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Execute a statement and take all its rows."""
        self._call(lambda driver: driver.execute(operation, parameters or ()))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Execute a statement once for each set of parameters."""
        self._call(lambda driver: driver.executemany(operation, seq_of_parameters))

    def _call(self, begin: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> None:
        def run() -> tuple[Any, list[Any], int, Any]:
            cursor = begin(self._connection._conn)  # noqa: SLF001 - in the driver's own thread
            try:
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, rows, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        hop = self._connection._execute  # noqa: SLF001 - what each of its own methods goes by
        try:
            described, rows, self._touched, self._last = await_(hop(run))
        except Exception as error:
            self._adapt_connection._handle_exception(error)  # noqa: SLF001 - as the class above us
        self._description, self._rows = described, deque(rows)

    async def _async_soft_close(self) -> None:
        """The driver's cursor is closed already."""

    def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """Asks the driver to end a transaction only where there is one."""

    __slots__ = ()
    _cursor_cls = Cursor

    def rollback(self) -> None:
        """Take a transaction back."""
        if self._in_transaction:
            super().rollback()

    def commit(self) -> None:
        """End a transaction."""
        if self._in_transaction:
            super().commit()

    @property
    def _in_transaction(self) -> bool:
        driver: aiosqlite.Connection = self._connection  # type: ignore[assignment]
        return driver._connection is not None and driver.in_transaction  # noqa: SLF001 - None once closed


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver (`create_engine(module=…)`)."""

    def __init__(self) -> None:
        """Stand before aiosqlite."""
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """Open a connection."""
        opened = super().connect(*arg, **kw)
        return _Connection(self, opened._connection)  # noqa: SLF001 - as the class above us


class _Compiled(NamedTuple):
    sql: str
    names: tuple[str, ...]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]


class Glances:
    """Look-ups of a few rows by an index, in the loop's own thread: each takes microseconds."""

    def __init__(self, file: str) -> None:
        """Take the database's file, which is opened when something is asked."""
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def rows(self, statement: TextClause, parameters: Mapping[str, Any]) -> Sequence[Any] | None:
        """Return a statement's rows; None where it must wait, or fails: ask another way then."""
        compiled = _compiled(statement)
        try:
            cursor = self._opened().execute(
                compiled.sql, [parameters[name] for name in compiled.names]
            )
            found = cursor.fetchall()
        except sqlite3.Error:
            return None
        rows = []
        for values in found:
            read = list(values)
            for place, reader in compiled.readers:
                read[place] = reader(read[place])
            rows.append(tuple(read))
        return rows

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._file, timeout=0, isolation_level=None, cached_statements=256
            )
            for pragma in ("query_only=ON", "cache_size=-500"):
                self._connection.execute(f"PRAGMA {pragma}")
        return self._connection

    def close(self) -> None:
        """Give the file back."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


@lru_cache(maxsize=500)
def _compiled(statement: TextClause) -> _Compiled:
    """Return a statement in SQLite's words, and how the values of its columns are read."""
    compiled = statement.compile(dialect=_DIALECT)
    columns = compiled._result_columns  # noqa: SLF001 - nobody else tells
    readers = [
        column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns
    ]
    return _Compiled(
        str(compiled),
        tuple(compiled.positiontup or ()),
        tuple((place, read) for place, read in enumerate(readers) if read is not None),
    )
