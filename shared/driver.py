"""PostgreSQL's driver, for statements that are texts of our own: in the session's transaction.

Of what a short statement costs a process, SQLAlchemy's layers are two thirds. What goes wrong is
told to SQLAlchemy all the same, so that errors look, and connections end, as everywhere else.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import SessionTransaction


@lru_cache(maxsize=1)
def _row_class() -> Any:
    # A process with SQLite files does without the driver.
    from asyncpg import Record  # noqa: PLC0415 - only on PostgreSQL

    class Row(Record):
        """A row whose columns are also attributes, as those of SQLAlchemy are."""

        __slots__ = ()

        def __getattr__(self, name: str) -> Any:
            try:
                return self[name]
            except KeyError:
                raise AttributeError(name) from None

    return Row


class _Held(NamedTuple):
    transaction: SessionTransaction | None
    connection: AsyncConnection
    adapter: Any
    driver: Any


async def fetch(session: AsyncSession, statement: str, *values: Any) -> list[Any]:
    """Return the rows of a statement with parameters $1, $2, ... in the session's transaction.

    Values go as the driver takes them. Raises sqlalchemy.exc.DBAPIError.
    """
    held = session.info.get("driver")
    if held is None or held.transaction is not _innermost(session) or held.connection.invalidated:
        held = await _hold(session)
    try:
        # As SQLAlchemy's own cursors do: it begins a transaction with the first statement.
        if held.adapter._transaction is None:  # noqa: SLF001 - where its cursors look
            await held.adapter._start_transaction()  # noqa: SLF001 - how its cursors begin
        _announce(held.connection.sync_connection, statement, values)
        rows: list[Any] = await held.driver.fetch(statement, *values, record_class=_row_class())
    except BaseException as error:
        await held.connection.run_sync(_tell, held.adapter, statement, values, error)
        raise
    return rows


def _announce(connection: Connection | None, statement: str, values: tuple[Any, ...]) -> None:
    """Tell those who listen to statements, as SQLAlchemy does for its own."""
    if connection is None:
        return
    for told in connection.dispatch.before_cursor_execute:
        told(connection, None, statement, values, None, False)


def _innermost(session: AsyncSession) -> SessionTransaction | None:
    # A savepoint is made only when the connection is first asked for within it.
    inner = session.sync_session
    return inner.get_nested_transaction() or inner.get_transaction()


async def _hold(session: AsyncSession) -> _Held:
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    held = _Held(_innermost(session), connection, raw.dbapi_connection, raw.driver_connection)
    session.info["driver"] = held
    return held


def _tell(
    connection: Connection,
    adapter: Any,
    statement: str,
    values: tuple[Any, ...],
    error: BaseException,
) -> None:
    told, said = error, None
    if isinstance(error, Exception):
        try:
            adapter._handle_exception(error)  # noqa: SLF001 - gives the error SQLAlchemy's class
        except Exception as translated:
            told = translated
    if isinstance(told, connection.dialect.loaded_dbapi.Error):
        said = statement
    try:
        raise told
    except BaseException:
        # Drops what is broken and tells listeners, as for any other statement; always raises.
        connection._handle_dbapi_exception(told, said, values, None, None)  # noqa: SLF001 - the only way
