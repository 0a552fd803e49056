"""One database per service: PostgreSQL or a SQLite file, behind the same two kinds of session."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from threading import Thread
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from shared.context import ServiceContext
from shared.errors import TransientFault
from shared.sqlite import Driver, Glances

# SQLSTATE classes that a later attempt may not meet again: connection, rollback, resources,
# lock not available, operator intervention, system error (PostgreSQL manual, appendix A).
_TRANSIENT_CLASSES = ("08", "40", "53", "55", "57", "58")
# No statement of ours takes anywhere near as long.
STATEMENT_SECONDS = 60.0
# How a server learns that a client has vanished without a word: in 20 + 4 * 10 seconds.
_KEEPALIVES = {
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "4",
}
# How long closing waits for a statement, or a session, that somebody gave up.
FAREWELL_SECONDS = 5.0


def is_transient(error: BaseException) -> bool:
    """Tell whether trying again later may succeed without anybody changing anything."""
    if isinstance(error, TransientFault | OSError | TimeoutError):
        return True
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None)
    if state:
        return str(state).startswith(_TRANSIENT_CLASSES)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, OperationalError):
        # SQLite says "no such table" and the like with the same class as "database is locked".
        return any(
            word in str(original) for word in ("locked", "busy", "full", "disk I/O", "unable")
        )
    return isinstance(error, InterfaceError) or type(error).__module__.startswith("asyncpg")


class Database:
    """The database of one service.

    url: a SQLAlchemy URL of asyncpg or aiosqlite; pool: connections kept on PostgreSQL;
    patient: whether a statement, or a pause between two of them, may take as long as it takes, as
    a migration's may.
    """

    def __init__(self, url: str, *, pool: int = 5, patient: bool = False) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self.context: ServiceContext | None = None
        self.committed = asyncio.Event()
        # The connection used last first: few of them are warm, the others cost next to nothing.
        options: dict[str, Any] = {
            "pool_size": pool,
            "max_overflow": pool,
            "pool_use_lifo": True,
        }
        if self.dialect == "postgresql":
            most = "0" if patient else f"{STATEMENT_SECONDS:.0f}s"
            options["connect_args"] = {
                "timeout": 10,
                # A server that has vanished without a word would be waited for until the
                # operating system gives up, which may be never.
                "command_timeout": None if patient else STATEMENT_SECONDS,
                "server_settings": {
                    "application_name": "certtrack",
                    # A plan made while a table is empty would be kept long after it has grown.
                    "plan_cache_mode": "force_custom_plan",
                    # What is looked up is in memory or on a disk without arms. With the server's
                    # own 4 it reads a whole table rather than five hundred of its rows.
                    "random_page_cost": "1.1",
                    # Nothing of ours runs so long that compiling it first would pay.
                    "jit": "off",
                    # And the other way round: of a client that has vanished, the server would
                    # keep the row locks, which other relays skip. Between two statements, while
                    # one runs or waits, and between the parts of one, where the server's timers
                    # rest and its operating system's two hours are too long.
                    "idle_in_transaction_session_timeout": most,
                    "statement_timeout": most,
                    **_KEEPALIVES,
                },
            }
        else:
            # A connection to a file is a thread and a cache; one writer and a few readers do. The
            # pool keeps all: to close one takes time, which a process that ends would cut off.
            options |= {"pool_size": 5, "max_overflow": 0, "module": Driver()}
        self.engine = create_async_engine(self.url, **options)
        self._writing = self.engine.execution_options(writing=True)
        # On PostgreSQL each statement sees what was committed before it, with a transaction around
        # it or without; two messages less to the server for each reading. On SQLite likewise: two
        # changes of thread less.
        self._reading = self.engine.execution_options(
            **(
                {"isolation_level": "AUTOCOMMIT"}
                if self.dialect == "postgresql"
                else {"reading": True}
            )
        )
        self._glances = (
            Glances(self.url.database) if self.dialect == "sqlite" and self.url.database else None
        )
        self._threads: list[Thread] = []
        self._ending: set[asyncio.Task[None]] = set()
        # SQLite takes one writer at a time: queue them here rather than spin on its lock.
        self._writer = asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        if self.dialect == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "connect", self._note_thread)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        else:
            self._silent_at = 0.0
            event.listen(self.engine.sync_engine, "handle_error", self._distrust_silence)
            event.listen(self.engine.sync_engine, "connect", _note_birth)
            event.listen(self.engine.sync_engine, "close", self._drop_silent)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session that commits when the block ends well, and wakes relay and jobs then."""
        async with self._writer:
            session = AsyncSession(self._writing, expire_on_commit=False)
            session.info["context"] = self.context
            try:
                yield session
                await session.commit()
            except BaseException:
                await self._end(session)
                raise
            # The commit has given the connection back: nothing to wait for, and no task to make.
            session.sync_session.close()
        if session.info.get("outbox"):
            self.committed.set()
        if self.context is not None:
            for job in session.info.get("wake", ()):
                self.context.wake(job)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session for reading, and for nothing else: it has no transaction to take back."""
        session = AsyncSession(self._reading, expire_on_commit=False)
        session.info["context"] = self.context
        session.info["glances"] = self._glances
        try:
            yield session
        finally:
            await self._end(session)

    async def check(self) -> None:
        """Raise if the database does not answer or has not been migrated."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1 FROM outbox LIMIT 1"))

    async def close(self) -> None:
        """Give all connections back."""
        if self._glances is not None:
            self._glances.close()
        if self._ending:
            await asyncio.wait(self._ending, timeout=FAREWELL_SECONDS)
        await self.engine.dispose()
        # A statement that its caller gave up still runs in its thread, and answers to this loop.
        for thread in self._threads:
            await asyncio.to_thread(thread.join, FAREWELL_SECONDS)

    async def _end(self, session: AsyncSession) -> None:
        """Close a session, to its end even where it is a cancellation that ends its block."""
        ending = asyncio.create_task(session.close())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await asyncio.shield(ending)

    def _note_thread(self, connection: Any, _record: Any) -> None:
        # Every connection of aiosqlite is a thread, which it names nowhere else.
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(connection.driver_connection._thread)  # noqa: SLF001 - see above

    def _distrust_silence(self, context: Any) -> None:
        # Where one connection went silent, its neighbours in the pool did too: all are made anew
        # instead of waiting for each in turn.
        if isinstance(context.original_exception, TimeoutError):
            context.is_disconnect = True
            self._silent_at = time.monotonic()

    def _drop_silent(self, connection: Any, record: Any) -> None:
        # A farewell to a server that does not answer would be waited for, two seconds each.
        if record.info["born"] < self._silent_at:
            connection.driver_connection.terminate()


def _note_birth(_connection: Any, record: Any) -> None:
    record.info["born"] = time.monotonic()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction control would begin late and never immediately.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-256",
        "journal_size_limit=16000000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")
