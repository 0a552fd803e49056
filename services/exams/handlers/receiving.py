"""Files as they arrive: their rows are stored while they come, and count once the file is whole.

The rows go to the database a few thousand at a time, so a file of any length takes the same
memory. Until its end has been read the import is `receiving`, and nobody works on it; if the file
cannot be read, or breaks off, all of it goes again. A process that is killed in the middle leaves
an import that nobody touches any more: `forget_broken_uploads` takes it away.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.credits import file_time
from services.exams.domain.format import Format
from services.exams.domain.sheet import Row, Sheet
from services.exams.errors import ImportTakenAway
from services.exams.models import Import, ImportChunk
from shared.context import ServiceContext, context, wake_after_commit
from shared.failpoints import failpoint
from shared.ids import uuid7
from shared.rows import insert_new

CHUNKS_PER_TRANSACTION = 10
SILENT = timedelta(minutes=15)
"""An upload of which nothing was heard for so long has broken off with the process it came to."""
ABANDONED = timedelta(minutes=1)
"""A file on our own disk is read faster; whoever read it is gone."""
UNKNOWN = Format(name="unknown", kind="results", columns={})
"""The format of a file whose name tells none."""


@dataclass(frozen=True)
class Arrival:
    """A file that begins to arrive: what it is, from whom, and how it came.

    vendor: None: each row names its own (staff post for any vendor); epoch: how often its
    reception was begun anew after a process was killed.
    """

    layout: Format
    programme: str
    vendor: str | None
    name: str
    uploaded_by: str
    channel: str = "upload"
    dry_run: bool = False
    id: UUID = field(default_factory=uuid7)
    epoch: int = 0


class Reception:
    """Takes in one file, part by part; made by `receiving`."""

    def __init__(self, here: ServiceContext, arrival: Arrival, *, begun: bool) -> None:
        settings = here.settings
        self._here = here
        self._arrival = arrival
        self._sheet = Sheet(
            arrival.layout,
            vendor_named=arrival.vendor is None,
            most_rows=settings.import_rows,
        )
        self._digest = hashlib.sha256()
        self._bytes = 0
        self._chunk: int = settings.import_chunk
        self._rows: list[Row] = []
        self._stored = 0
        self.begun = begun

    async def add(self, part: bytes) -> None:
        """Read a further part of the file; raises Unreadable, or ImportTakenAway."""
        self._digest.update(part)
        self._bytes += len(part)
        self._rows += self._sheet.add(part)
        most = self._chunk * CHUNKS_PER_TRANSACTION
        while len(self._rows) >= most:
            async with self._here.database.transaction() as session:
                await self._keep(session, self._rows[:most])
            failpoint("exams.import.receiving")
            del self._rows[:most]

    async def end(self) -> Import:
        """Have the whole file worked off; raises Unreadable, or ImportTakenAway."""
        self._rows += self._sheet.end()
        async with self._here.database.transaction() as session:
            await self._keep(session, self._rows)
            await self._write(
                session,
                {
                    "state": "queued",
                    "columns": self._sheet.columns,
                    "digest": self._digest.hexdigest(),
                    "bytes": self._bytes,
                    "attempts": 0,
                },
            )
            stored = await session.get_one(Import, self._arrival.id, populate_existing=True)
            if self._arrival.channel == "inbox":
                await _refuse_repetition(session, stored)
            wake_after_commit(session, "imports")
            failpoint("exams.import.before_whole")
        failpoint("exams.import.whole")
        return stored

    async def _keep(self, session: AsyncSession, rows: list[Row]) -> None:
        if self.begun:
            await self._write(session, {"rows": self._stored + len(rows)})
        else:
            await session.execute(insert(Import), [_begun(session, self._arrival, len(rows))])
            self.begun = True
        chunks = [
            {
                "import_id": self._arrival.id,
                "first": self._stored + start,
                "rows": to_json(rows[start : start + self._chunk]).decode(),
            }
            for start in range(0, len(rows), self._chunk)
        ]
        if chunks:
            await session.execute(insert(ImportChunk), chunks)
        self._stored += len(rows)

    async def _write(self, session: AsyncSession, values: dict[str, Any]) -> None:
        """Change the import while it is ours: not cancelled, and not begun anew by another."""
        ours = await session.scalar(
            update(Import)
            .where(
                Import.id == self._arrival.id,
                Import.state == "receiving",
                Import.attempts == self._arrival.epoch,
            )
            .values(touched_at=context(session).clock.now(), **values)
            .returning(Import.id)
            .execution_options(synchronize_session=False)
        )
        if ours is None:
            raise ImportTakenAway("the import was cancelled while the file was still arriving")

    async def forget(self) -> None:
        """Leave nothing of a file that did not arrive whole."""
        if not self.begun:
            return
        async with self._here.database.transaction() as session:
            await session.execute(
                delete(Import)
                .where(
                    Import.id == self._arrival.id,
                    Import.state == "receiving",
                    Import.attempts == self._arrival.epoch,
                )
                .execution_options(synchronize_session=False)
            )


@contextlib.asynccontextmanager
async def receiving(
    here: ServiceContext, arrival: Arrival, *, begun: bool = False
) -> AsyncIterator[Reception]:
    """Take in a file while the block runs; if it ends by an error, nothing is left of the file.

    begun: whether the import's row is there already (`begin_or_resume`).
    """
    reception = Reception(here, arrival, begun=begun)
    try:
        yield reception
    except BaseException:
        # Also when the request is cancelled because the sender has gone.
        await asyncio.shield(reception.forget())
        raise


async def begin_or_resume(
    session: AsyncSession, arrival: Arrival, since: datetime | None = None
) -> bool:
    """Whether it is ours to read the file: nobody has begun, or whoever had begun is gone.

    since: when the reception that is to be begun anew was last heard of; None: there was none.
    """
    now = context(session).clock.now()
    if since is None:
        row = _begun(session, arrival, 0)
        return bool(await insert_new(session, Import, [row], conflict=("id",), returning=("id",)))
    if now - since < ABANDONED:
        return False
    ours = await session.scalar(
        update(Import)
        .where(
            Import.id == arrival.id,
            Import.state == "receiving",
            Import.attempts == arrival.epoch - 1,
        )
        .values(attempts=arrival.epoch, touched_at=now, rows=0)
        .returning(Import.id)
        .execution_options(synchronize_session=False)
    )
    await session.execute(delete(ImportChunk).where(ImportChunk.import_id == ours))
    return ours is not None


async def refuse_import(session: AsyncSession, arrival: Arrival, problem: str) -> None:
    """Keep of a file that could not be read why that was so."""
    row = _begun(session, arrival, 0)
    row |= {"state": "failed", "problem": problem[:2_000], "finished_at": row["created_at"]}
    await insert_new(session, Import, [row], conflict=("id",))


def _begun(session: AsyncSession, arrival: Arrival, rows: int) -> dict[str, Any]:
    now = context(session).clock.now()
    return {
        "id": arrival.id,
        "kind": "unknown" if arrival.layout is UNKNOWN else arrival.layout.kind,
        "format": arrival.layout.name,
        "programme": arrival.programme,
        "vendor": arrival.vendor,
        "name": arrival.name,
        "uploaded_by": arrival.uploaded_by,
        "channel": arrival.channel,
        "dry_run": arrival.dry_run,
        "columns": [],
        "state": "receiving",
        "rows": rows,
        "done": 0,
        "accepted": 0,
        "duplicates": 0,
        "rejected": 0,
        "attempts": arrival.epoch,
        "created_at": now,
        "touched_at": now,
    }


async def _refuse_repetition(session: AsyncSession, stored: Import) -> None:
    """Take nothing from a file that was taken in before under this name or another.

    Two copies that arrive at the very same moment are both worked off: the second is then all
    duplicates.
    """
    same = await session.execute(
        select(Import.id, Import.name)
        .where(
            Import.programme == stored.programme,
            Import.digest == stored.digest,
            Import.kind == stored.kind,
            Import.vendor == stored.vendor,
            Import.state.in_(("queued", "running", "finished")),
            Import.dry_run.is_(False),
            Import.problem.is_(None),
            Import.id != stored.id,
        )
        .order_by(Import.id)
    )
    # The name of a creq file says when its rows were stated: under another time they are said anew.
    said = file_time(stored.name)
    before = next((one for one in same if file_time(one.name) == said), None)
    if before is None:
        return
    await session.execute(delete(ImportChunk).where(ImportChunk.import_id == stored.id))
    stored.rows = 0
    stored.state = "finished"
    stored.finished_at = context(session).clock.now()
    stored.problem = f"the same file was taken in as import {before.id} ({before.name})"


async def forget_broken_uploads(session: AsyncSession) -> None:
    """Take away uploads whose process was killed while they arrived; the sender saw no answer."""
    await session.execute(
        delete(Import)
        .where(
            Import.state == "receiving",
            Import.channel == "upload",
            Import.touched_at < _before(session, SILENT),
        )
        .execution_options(synchronize_session=False)
    )


async def forget_old_rows(session: AsyncSession, kept: timedelta) -> None:
    """Delete the rows of imports that ended long ago; the rejected ones stay to be corrected."""
    ended = select(Import.id).where(Import.finished_at < _before(session, kept))
    await session.execute(
        delete(ImportChunk)
        .where(ImportChunk.import_id.in_(ended))
        .execution_options(synchronize_session=False)
    )


def _before(session: AsyncSession, ago: timedelta) -> datetime:
    return context(session).clock.now() - ago
