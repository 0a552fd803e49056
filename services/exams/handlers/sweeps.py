"""Sweeps: what is written about a person in rows of files, in paths and in kept answers."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import delete, update

from services.exams.models import Call, IdempotencyKey, Import, ImportChunk, RejectedRow
from shared.context import ServiceContext
from shared.my_data.sweeps import Found, mentions, portions
from shared.my_data.traces import Traces

_CHUNKS = ImportChunk.__table__.c
_REJECTED = RejectedRow.__table__.c
_CALLS = Call.__table__.c
_ANSWERS = IdempotencyKey.__table__.c
_IMPORTS = Import.__table__.c


def _names(cells: Iterable[Any], needles: set[str]) -> bool:
    return any(isinstance(cell, str) and cell.strip() in needles for cell in cells)


class FileSweep:
    """Rows of uploaded files: a row is about whoever one of its cells names.

    A row keeps its place, so that the outcomes of the others stay theirs.
    """

    async def find(self, here: ServiceContext, traces: Traces) -> AsyncIterator[Found]:
        """Yield the rows that name a person."""
        needles = set(traces.needles)
        async for import_id, columns in self._files(here):
            async with here.database.reading() as session:
                of = _CHUNKS.import_id == import_id
                chunks = await session.execute(
                    ImportChunk.__table__.select().where(of, self._named(session, traces))
                )
                for chunk in chunks:
                    for number, cells in from_json(chunk.rows):
                        if _names(cells, needles):
                            row = {"file": str(import_id), "row": number}
                            yield "import_chunks", {**row, "columns": columns, "cells": cells}
                rejected = await session.execute(
                    RejectedRow.__table__.select().where(_REJECTED.import_id == import_id)
                )
                for one in rejected:
                    if _names(one.cells, needles):
                        row = {"file": str(import_id), "row": one.row_number}
                        yield "import_errors", {**row, "cells": one.cells, "faults": one.faults}

    async def erase(self, here: ServiceContext, traces: Traces) -> None:
        """Empty the cells of the rows that name a person, once their file is taken in."""
        needles = set(traces.needles)
        async for import_id, _ in self._files(here):
            async with here.database.transaction() as session:
                of = _CHUNKS.import_id == import_id
                chunks = await session.execute(
                    ImportChunk.__table__.select().where(of, self._named(session, traces))
                )
                for chunk in chunks.all():
                    rows = [
                        [number, [""] * len(cells) if _names(cells, needles) else cells]
                        for number, cells in from_json(chunk.rows)
                    ]
                    await session.execute(
                        update(ImportChunk)
                        .where(of, _CHUNKS.first == chunk.first)
                        .values(rows=to_json(rows).decode())
                        .execution_options(synchronize_session=False)
                    )
                rejected = await session.execute(
                    RejectedRow.__table__.select().where(_REJECTED.import_id == import_id)
                )
                for one in rejected.all():
                    if _names(one.cells, needles):
                        await session.execute(
                            update(RejectedRow)
                            .where(
                                _REJECTED.import_id == import_id,
                                _REJECTED.row_number == one.row_number,
                            )
                            .values(cells=[""] * len(one.cells), faults=[])
                            .execution_options(synchronize_session=False)
                        )

    @staticmethod
    async def _files(here: ServiceContext) -> AsyncIterator[tuple[Any, list[str]]]:
        # What is not taken in yet is left alone: its rows are needed; the last look comes later.
        wanted = (_IMPORTS.id, _IMPORTS.columns)
        async for rows in portions(
            here, _IMPORTS.id, wanted, lambda _: _IMPORTS.finished_at.is_not(None)
        ):
            for row in rows:
                yield row.id, row.columns

    @staticmethod
    def _named(session: Any, traces: Traces) -> Any:
        return _CHUNKS.rows.is_not(None) & mentions(session, _CHUNKS.rows, traces.needles)


class CallSweep:
    """Paths of vendors' requests, which may name a registration or a candidate."""

    async def find(self, here: ServiceContext, traces: Traces) -> AsyncIterator[Found]:
        """Yield the requests whose path names a person."""
        async for rows in self._rows(here, traces):
            for row in rows:
                yield "calls", {"at": row.at, "method": row.method, "path": row.path}

    async def erase(self, here: ServiceContext, traces: Traces) -> None:
        """Cut the paths that name a person; that there was a request stays on record."""
        async for rows in self._rows(here, traces):
            async with here.database.transaction() as session:
                await session.execute(
                    update(Call)
                    .where(_CALLS.id.in_([row.id for row in rows]))
                    .values(path="/…")
                    .execution_options(synchronize_session=False)
                )

    @staticmethod
    async def _rows(here: ServiceContext, traces: Traces) -> AsyncIterator[list[Any]]:
        wanted = (_CALLS.id, _CALLS.at, _CALLS.method, _CALLS.path)
        needles = set(traces.needles)
        async for rows in portions(
            here, _CALLS.id, wanted, lambda at: mentions(at, _CALLS.path, traces.needles)
        ):
            named = [row for row in rows if needles & {*row.path.replace("?", "/").split("/")}]
            if named:
                yield named


class AnswerSweep:
    """Answers kept for a day, to be given again to the same request."""

    async def find(self, here: ServiceContext, traces: Traces) -> AsyncIterator[Found]:
        """Yield the answers that name a person."""
        async for rows in self._rows(here, traces):
            for row in rows:
                said = (row.body or b"").decode("utf-8", "replace")
                yield "idempotency_keys", {"at": row.created_at, "answer": said}

    async def erase(self, here: ServiceContext, traces: Traces) -> None:
        """Forget the answers that name a person: the request, sent again, is looked at anew."""
        async for rows in self._rows(here, traces):
            async with here.database.transaction() as session:
                for row in rows:
                    await session.execute(
                        delete(IdempotencyKey)
                        .where(_ANSWERS.client == row.client, _ANSWERS.key == row.key)
                        .execution_options(synchronize_session=False)
                    )

    @staticmethod
    async def _rows(here: ServiceContext, traces: Traces) -> AsyncIterator[list[Any]]:
        async with here.database.reading() as session:
            found = await session.execute(
                IdempotencyKey.__table__.select().where(
                    _ANSWERS.body.is_not(None), mentions(session, _ANSWERS.body, traces.needles)
                )
            )
            rows = [row for row in found if _answers(row.body, set(traces.needles))]
        if rows:
            yield rows


def _answers(body: bytes, needles: set[str]) -> bool:
    """Tell whether an answer has one of these texts as a value of its own."""
    try:
        waiting = [from_json(body)]
    except ValueError:
        return True
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and one in needles:
            return True
    return False


SWEEPS = (FileSweep(), CallSweep(), AnswerSweep())
