"""Copies and erasures put into a service: what it hears, and the job that does the long part."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.consuming import Subscriptions
from shared.context import ServiceContext, context, wake_after_commit
from shared.events import CandidateErased, CopyWritten, DataExportRequested, ErasureFinished
from shared.jobs import Job
from shared.my_data import erasing
from shared.my_data.copying import Documents, Part, digest, part_key, write_part
from shared.my_data.register import Person, Register
from shared.my_data.sweeps import KERNEL_SWEEPS, Sweep
from shared.my_data.tombstones import COPIES
from shared.my_data.traces import Traces, read, union
from shared.rows import insert_new
from shared.storage import storage_of

Trace: TypeAlias = Callable[[AsyncSession, Person], Awaitable[Traces]]
Know: TypeAlias = Callable[[AsyncSession, Person], Awaitable[Person]]
Keep: TypeAlias = Callable[[AsyncSession, Person, Sequence[str]], Awaitable[tuple[str, ...]]]
Tell: TypeAlias = Callable[[AsyncSession, Any], Awaitable[None]]
"""Tells identity of a part that is written, or of an erasure that is finished."""


async def as_named(_session: AsyncSession, person: Person) -> Person:
    """The person where nothing but candidate ids is needed to find the rows."""
    return person


async def as_the_policy_says(
    _session: AsyncSession, _person: Person, keep: Sequence[str]
) -> tuple[str, ...]:
    """What is kept where nothing but the programme's policy decides it."""
    return tuple(keep)


async def only_ids(_session: AsyncSession, person: Person) -> Traces:
    """The traces of a person where nothing but candidate ids is written down."""
    return Traces(ids=set(person.ids))


@dataclass(frozen=True)
class MyData:
    """How one service gives out and erases what it holds about a person.

    written, finished: the events that it tells identity with; know: adds to a person what else
    finds rows; keep: says what of the policy's words holds for a person; trace: by what the person
    is found in bodies, read before the rows go; documents: files for the copy; sweeps: what is
    gone through besides the kernel's own tables; tell: identity's own way of telling itself.
    """

    register: Register
    written: type[CopyWritten]
    finished: type[ErasureFinished]
    know: Know = as_named
    keep: Keep = as_the_policy_says
    trace: Trace = only_ids
    documents: Documents | None = None
    sweeps: Sequence[Sweep] = ()
    tell: Tell = outbox.add

    @property
    def subscriptions(self) -> Subscriptions:
        """What the service hears of copies and erasures."""
        return (
            (CandidateErased, self.erase),
            (DataExportRequested, self.note_request),
        )

    @property
    def job(self) -> Job:
        """Writes copies and finishes erasures; woken by either."""
        return Job(erasing.JOB, timedelta(seconds=30), self.work)

    async def erase(self, session: AsyncSession, events: Sequence[CandidateErased]) -> None:
        """Erase candidates; told again, it does nothing that was not done."""
        wanted = []
        for event in sorted(events, key=lambda one: one.candidate_id or ""):
            if event.candidate_id is None:
                raise ValueError("candidate_id: the event does not say who is erased")
            person = await self.know(session, Person(event.programme, (event.candidate_id,)))
            keep = await self.keep(session, person, event.keep)
            traces = await self.trace(session, person)
            wanted.append((event.model_copy(update={"keep": keep}), person, traces))
        # All are looked at before the first goes: of several ids of a person, one explains another.
        for event, person, traces in wanted:
            if await erasing.entomb(session, event, person.ids[0], traces):
                await erasing.erase_rows(session, self.register, person, event.keep)

    async def note_request(
        self, session: AsyncSession, events: Sequence[DataExportRequested]
    ) -> None:
        """Note that copies are wanted; the job writes them."""
        rows = [
            {
                "request_id": event.request_id,
                "programme": event.programme,
                "candidate_ids": list(event.candidate_ids),
                "requested_at": event.at,
            }
            for event in events
        ]
        await insert_new(session, COPIES, rows, conflict=("request_id",))
        wake_after_commit(session, erasing.JOB)

    async def work(self, here: ServiceContext) -> None:
        """Write the copies that are wanted, and go on with erasures."""
        await self._write_copies(here)
        await self._finish_erasures(here)

    async def _write_copies(self, here: ServiceContext) -> None:
        async with here.database.reading() as session:
            query = select(COPIES).where(COPIES.c.written_at.is_(None))
            wanted = (await session.execute(query.order_by(COPIES.c.requested_at))).all()
        for one in wanted:
            person = Person(one.programme, tuple(one.candidate_ids))
            async with here.database.reading() as session:
                person = await self.know(session, person)
                traces = await self.trace(session, person)
            content = await write_part(
                here,
                self.register,
                person,
                traces,
                (*KERNEL_SWEEPS, *self.sweeps),
                self.documents,
            )
            part = Part(part_key(one.request_id, here.name), digest(content), content)
            # Before it is told: what is told of is there.
            await storage_of(here).put(part.key, content)
            async with here.database.transaction() as session:
                await self._note_written(session, one, part)

    async def _note_written(self, session: AsyncSession, wanted: Any, part: Part) -> None:
        now = context(session).clock.now()
        mine = (COPIES.c.request_id == wanted.request_id) & COPIES.c.written_at.is_(None)
        noted = await session.execute(
            update(COPIES).where(mine).values(written_at=now).returning(COPIES.c.request_id)
        )
        # Another instance may have been quicker; what nobody is told of is swept away by identity.
        if noted.first() is not None:
            await self.tell(
                session,
                self.written(
                    programme=wanted.programme,
                    candidate_id=wanted.candidate_ids[0],
                    request_id=wanted.request_id,
                    key=part.key,
                    bytes=len(part.content),
                    sha256=part.sha256,
                    at=now,
                ),
            )

    async def _finish_erasures(self, here: ServiceContext) -> None:
        waiting = await erasing.unfinished(here)
        now = here.clock.now()
        due = [row for row in waiting if row.settles_at <= now]
        for row in due:
            # Whatever was still written meanwhile goes the same way.
            async with here.database.transaction() as session:
                person = await self.know(session, Person(row.programme, (row.candidate_id,)))
                traces = read(row.traces) | await self.trace(session, person)
                await erasing.erase_rows(session, self.register, person, row.keep)
                await erasing.note_traces(session, row.candidate_id, traces)
        if due:
            waiting = await erasing.unfinished(here)
        unswept = [row for row in waiting if row.swept_at is None or row.settles_at <= now]
        if not unswept:
            return
        await self._sweep(here, union(read(row.traces) for row in unswept))
        async with here.database.transaction() as session:
            await erasing.note_swept(session, [row.candidate_id for row in unswept])
        for row in unswept:
            if row.settles_at <= now:
                await self._finish(here, row)

    async def _sweep(self, here: ServiceContext, traces: Traces) -> None:
        for sweep in (*KERNEL_SWEEPS, *self.sweeps):
            await sweep.erase(here, traces)
        if traces.files:
            storage = storage_of(here)
            for key in sorted(traces.files):
                await storage.delete(key)

    async def _finish(self, here: ServiceContext, row: Any) -> None:
        async with here.database.transaction() as session:
            if await erasing.finish(session, row.candidate_id):
                await self.tell(
                    session,
                    self.finished(
                        programme=row.programme,
                        candidate_id=row.candidate_id,
                        request_id=row.request_id,
                        at=here.clock.now(),
                    ),
                )
