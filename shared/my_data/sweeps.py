"""Sweeps: going through what is written in bodies, for a copy of what is there or to erase it.

In portions, by key, each in its own short transaction: an outbox may be very large, and its
writers must not wait.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import to_json
from sqlalchemy import ColumnElement, LargeBinary, Text, bindparam, cast, delete, func, or_, select
from sqlalchemy import update as update_row
from sqlalchemy.ext.asyncio import AsyncSession

from shared.context import ServiceContext
from shared.events import event_class
from shared.my_data.traces import Traces, apart
from shared.outbox import OUTBOX, PARKED

PORTION = 500
Found = tuple[str, dict[str, Any]]


class Sweep(Protocol):
    """One table that is gone through."""

    def find(self, here: ServiceContext, traces: Traces) -> AsyncIterator[Found]:
        """What is written about a person: the name of the table, and a row for the copy."""
        ...

    async def erase(self, here: ServiceContext, traces: Traces) -> None:
        """Take away what is written about a person."""
        ...


def mentions(session: AsyncSession, column: Any, needles: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a body, of bytes or of text, has one of these texts in it."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    binary = isinstance(column.type, LargeBinary)
    if not binary:
        column = cast(column, Text)
    conditions = []
    for needle in needles:
        given = bindparam(
            None, needle.encode() if binary else needle, LargeBinary if binary else Text
        )
        if postgresql:
            place = func.position(given.op("IN")(column)) if binary else func.strpos(column, given)
        else:
            place = func.instr(column, given)
        conditions.append(place > 0)
    return or_(*conditions)


async def portions(
    here: ServiceContext, key: Any, wanted: Any, condition: Callable[[AsyncSession], Any]
) -> AsyncIterator[list[Any]]:
    """Yield the rows of a table that fulfil a condition, by key and some at a time."""
    last: Any = None
    while True:
        async with here.database.reading() as session:
            after = select(key).order_by(key).limit(1).offset(PORTION - 1)
            upto = await session.scalar(after if last is None else after.where(key > last))
            query = select(*wanted).where(condition(session)).order_by(key)
            if last is not None:
                query = query.where(key > last)
            if upto is not None:
                query = query.where(key <= upto)
            rows = list((await session.execute(query)).all())
        if rows:
            yield rows
        if upto is None:
            return
        last = upto
        # Others have their turn between two portions.
        await asyncio.sleep(0)


@dataclass(frozen=True)
class OutboxSweep:
    """What was told to other services, and stays for them to be rebuilt from."""

    async def find(self, here: ServiceContext, traces: Traces) -> AsyncIterator[Found]:
        """Yield the events about a person, without those that carry a token."""
        async for rows in self._rows(here, traces):
            for row in rows:
                kind = event_class(row.type)
                if kind is None or not kind.secret:
                    for event in apart(row.body, traces)[0]:
                        yield "outbox", {"type": row.type, "event": event}

    async def erase(self, here: ServiceContext, traces: Traces) -> None:
        """Take events about a person out of their messages; a message without any goes."""
        async for rows in self._rows(here, traces):
            async with here.database.transaction() as session:
                for row in rows:
                    kind = event_class(row.type)
                    theirs, others = apart(row.body, traces)
                    if not theirs or (kind is not None and kind.survives_erasure):
                        continue
                    here_it_is = OUTBOX.c.id == row.id
                    if others:
                        values = {"body": to_json(others), "events": len(others)}
                        await session.execute(update_row(OUTBOX).where(here_it_is).values(values))
                    else:
                        await session.execute(delete(OUTBOX).where(here_it_is))

    def _rows(self, here: ServiceContext, traces: Traces) -> AsyncIterator[list[Any]]:
        wanted = (OUTBOX.c.id, OUTBOX.c.type, OUTBOX.c.body)
        return portions(
            here, OUTBOX.c.id, wanted, lambda at: mentions(at, OUTBOX.c.body, traces.needles)
        )


@dataclass(frozen=True)
class ParkedSweep:
    """Events that could not be handled and wait for staff, or have been settled by them."""

    async def find(self, here: ServiceContext, traces: Traces) -> AsyncIterator[Found]:
        """Yield the parked events about a person, without those that carry a token."""
        async for rows in self._rows(here, traces):
            for row in rows:
                kind = event_class(row.type)
                theirs = apart(row.body, traces)[0]
                if theirs or row.subject in traces.ids:
                    secret = kind is not None and kind.secret
                    shown = {"type": row.type, "subject": row.subject, "error": row.error}
                    yield "parked", shown if secret else {**shown, "event": theirs}

    async def erase(self, here: ServiceContext, traces: Traces) -> None:
        """Take away events about a person, and the person's events out of whole messages."""
        async for rows in self._rows(here, traces):
            async with here.database.transaction() as session:
                for row in rows:
                    theirs, others = apart(row.body, traces)
                    here_it_is = PARKED.c.id == row.id
                    if theirs and others:
                        # The error may name the person, and it is not what the others wait for.
                        values = {"body": to_json(others), "error": "what is left of a message"}
                        await session.execute(update_row(PARKED).where(here_it_is).values(values))
                    elif theirs or row.subject in traces.ids:
                        await session.execute(delete(PARKED).where(here_it_is))
                    elif any(one in row.error for one in traces.ids):
                        values = {"error": "not told any more: it named somebody who is erased"}
                        await session.execute(update_row(PARKED).where(here_it_is).values(values))

    def _rows(self, here: ServiceContext, traces: Traces) -> AsyncIterator[list[Any]]:
        wanted = (PARKED.c.id, PARKED.c.type, PARKED.c.subject, PARKED.c.body, PARKED.c.error)
        needles = traces.needles
        return portions(
            here,
            PARKED.c.id,
            wanted,
            lambda at: (
                mentions(at, PARKED.c.body, needles)
                | mentions(at, PARKED.c.error, needles)
                | PARKED.c.subject.in_(traces.ids)
            ),
        )


KERNEL_SWEEPS: tuple[Sweep, ...] = (OutboxSweep(), ParkedSweep())
