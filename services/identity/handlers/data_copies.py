"""Putting the parts of a copy together, and taking away what is over."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.data_page import page_of
from services.identity.handlers import audit
from services.identity.handlers.candidates import contact_of, load
from services.identity.handlers.data_answers import SERVICES
from services.identity.models import DataAnswer, DataRequest
from shared import outbox
from shared.context import ServiceContext
from shared.events import DataExportReady
from shared.logs import log
from shared.my_data.copying import DATA, PREFIX, digest, part_key, unzipped, zipped
from shared.rows import one_of
from shared.storage import FileMissing, storage_of

# A service that was away for so long is worth somebody's look.
LATE = timedelta(hours=1)
# A file is written before its row; no copy takes anywhere near as long.
GRACE = timedelta(hours=6)


class PartBroken(Exception):
    """A part is not what its service said it had written."""


async def settle_copies(here: ServiceContext) -> None:
    """Put together every copy of which all parts are there."""
    async with here.database.reading() as session:
        wanted = (
            await session.scalars(select(DataRequest).where(DataRequest.state == "gathering"))
        ).all()
        answers = await _answers(session, [one.id for one in wanted])
    for request in wanted:
        parts = answers.get(request.id, [])
        if {part.service for part in parts} >= set(SERVICES):
            try:
                await _put_together(here, request, parts)
            except (FileMissing, PartBroken) as fault:
                # It stays as it is, and is told as late: somebody has to look.
                log.error("a copy cannot be put together", copy=str(request.id), fault=repr(fault))


async def settle_erasures(here: ServiceContext) -> None:
    """Note erasures that every service has finished, for every id of the person."""
    async with here.database.transaction() as session:
        erasing = (
            await session.scalars(
                select(DataRequest).where(DataRequest.state == "erasing").with_for_update()
            )
        ).all()
        answers = await _answers(session, [one.id for one in erasing])
        for request in erasing:
            done = {(one.service, one.candidate_id) for one in answers.get(request.id, [])}
            wanted = {(name, one) for name in SERVICES for one in request.candidate_ids}
            if done >= wanted:
                request.state, request.settled_at = "done", here.clock.now()
                await audit.record(
                    session,
                    "erasure.finished",
                    by=None,
                    programme=request.programme,
                    subject=request.candidate_id,
                    details={"request": str(request.id)},
                )


async def note_late(here: ServiceContext) -> None:
    """Tell once of copies and erasures that some service has not done its part of for long."""
    async with here.database.transaction() as session:
        late = (
            await session.scalars(
                select(DataRequest)
                .where(
                    DataRequest.state.in_(("gathering", "erasing")),
                    DataRequest.late_at.is_(None),
                )
                .with_for_update(skip_locked=True)
            )
        ).all()
        answers = await _answers(session, [one.id for one in late])
        now = here.clock.now()
        settles = timedelta(minutes=here.settings.erasure_settle_minutes)
        for request in late:
            begun = request.asked_at if request.kind == "copy" else request.due_at
            slack = LATE if request.kind == "copy" else LATE + settles
            if begun is None or begun + slack > now:
                continue
            request.late_at = now
            missing = missing_of(request, answers.get(request.id, []))
            log.error("services are late", request=str(request.id), missing=missing)


def missing_of(request: DataRequest, answers: Sequence[DataAnswer]) -> list[str]:
    """Return which services have yet to do their part."""
    ids = [""] if request.kind == "copy" else request.candidate_ids
    done = {(one.service, one.candidate_id) for one in answers}
    return [name for name in SERVICES if any((name, one) not in done for one in ids)]


async def forget_copies(here: ServiceContext) -> None:
    """Delete copies whose time is over, and files that no row names."""
    storage = storage_of(here)
    async with here.database.reading() as session:
        over = (
            await session.execute(
                select(DataRequest.id, DataRequest.file_key).where(
                    DataRequest.state == "ready", DataRequest.due_at <= here.clock.now()
                )
            )
        ).all()
    for request_id, key in over:
        if key is not None:
            await storage.delete(key)
        async with here.database.transaction() as session:
            await session.execute(
                update(DataRequest)
                .where(DataRequest.id == request_id)
                .values(state="expired", settled_at=here.clock.now(), file_key=None)
                .execution_options(synchronize_session=False)
            )
    # Of whoever wrote the files: the machine's clock, whatever the service goes by.
    before = datetime.now(UTC) - GRACE
    async for some in storage.files(PREFIX):
        old = [file.key for file in some if file.written_at < before]
        async with here.database.reading() as session:
            named = {
                *await session.scalars(
                    select(DataRequest.file_key).where(one_of(session, DataRequest.file_key, old))
                ),
                *await session.scalars(
                    select(DataAnswer.file_key).where(one_of(session, DataAnswer.file_key, old))
                ),
            }
        for key in sorted(set(old) - named):
            await storage.delete(key)


async def _answers(
    session: AsyncSession, request_ids: Sequence[UUID]
) -> dict[UUID, list[DataAnswer]]:
    found: dict[UUID, list[DataAnswer]] = {}
    rows = await session.scalars(
        select(DataAnswer).where(one_of(session, DataAnswer.request_id, request_ids))
    )
    for answer in rows:
        found.setdefault(answer.request_id, []).append(answer)
    return found


async def _put_together(
    here: ServiceContext, request: DataRequest, parts: Sequence[DataAnswer]
) -> None:
    storage = storage_of(here)
    files: dict[str, bytes] = {}
    held: dict[str, bytes] = {}
    for part in sorted(parts, key=lambda one: SERVICES.index(one.service)):
        content = await storage.get(str(part.file_key))
        if digest(content) != part.file_digest:
            raise PartBroken(f"the part of {part.service} is not what it said")
        for name, one in unzipped(content).items():
            if name == DATA:
                held[part.service] = files[f"data/{part.service}.json"] = one
            else:
                files[f"documents/{part.service}/{name.removeprefix('documents/')}"] = one
    programme = here.programmes[request.programme]
    page = page_of(programme.name, request.candidate_ids, request.asked_at, held, list(files))
    whole = zipped({"read me.html": page, **files})
    key = part_key(request.id, "whole")
    await storage.put(key, whole)
    expires = here.clock.now() + timedelta(days=programme.data.copy_days)
    if await _note_ready(here, request.id, key, whole, expires):
        for part in parts:
            await storage.delete(str(part.file_key))


async def _note_ready(
    here: ServiceContext, request_id: UUID, key: str, whole: bytes, expires: datetime
) -> bool:
    """Note that a copy is there and have its owner told; False where somebody else has."""
    async with here.database.transaction() as session:
        values: dict[str, Any] = {
            "state": "ready",
            "settled_at": here.clock.now(),
            "due_at": expires,
            "file_key": key,
            "file_bytes": len(whole),
            "file_digest": digest(whole),
        }
        noted = await session.execute(
            update(DataRequest)
            .where(DataRequest.id == request_id, DataRequest.state == "gathering")
            .values(values)
            .returning(DataRequest.programme, DataRequest.candidate_id)
            .execution_options(synchronize_session=False)
        )
        row = noted.first()
        if row is None:
            # Another instance was quicker, or the person was erased meanwhile.
            return False
        await session.execute(
            update(DataAnswer)
            .where(DataAnswer.request_id == request_id)
            .values(file_key=None)
            .execution_options(synchronize_session=False)
        )
        candidate = (await load(session, [row.candidate_id])).get(row.candidate_id)
        if candidate is not None and candidate.email:
            await outbox.add(
                session,
                DataExportReady(
                    programme=row.programme,
                    candidate_id=row.candidate_id,
                    request_id=request_id,
                    contact=contact_of(candidate),
                    expires_at=expires,
                ),
            )
        return True
