"""The exams service, wired."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI

from services.exams.consumers import SUBSCRIPTIONS
from services.exams.handlers.calls import Record, record
from services.exams.handlers.singles import gather
from services.exams.handlers.stores import STORES
from services.exams.jobs import JOBS
from services.exams.routes import router
from services.exams.settings import ExamsSettings
from shared.auth import Keys
from shared.bus import Bus
from shared.clock import Clock
from shared.context import ServiceContext
from shared.gather import Gather
from shared.programmes import Programmes
from shared.storage import Storage
from shared.web import create_service


def create_app(
    settings: ExamsSettings | None = None,
    *,
    bus: Bus | None = None,
    clock: Clock | None = None,
    keys: Keys | None = None,
    programmes: Programmes | None = None,
) -> FastAPI:
    """Make the application; what is not given is made from the settings.

    Raises StartRefused if files could not be kept where the settings say.
    """
    settings = settings or ExamsSettings()
    storage = Storage(settings)

    @asynccontextmanager
    async def extras(here: ServiceContext) -> AsyncIterator[Mapping[str, Any]]:
        # Single posts that arrive together share one transaction, each answered after its commit.
        gathers: dict[str, Any] = {name: gather(here, store) for name, store in STORES.items()}
        # Looking into a file is a process: two at a time, the others wait their turn.
        gathers["calls"] = Gather(partial(_put_on_record, here))
        yield {**gathers, "storage": storage, "inspections": asyncio.Semaphore(2)}

    return create_service(
        name="exams",
        settings=settings,
        router=router,
        subscriptions=SUBSCRIPTIONS,
        jobs=JOBS,
        bus=bus,
        clock=clock,
        keys=keys,
        programmes=programmes,
        extras=extras,
        # Uploads, which are read part by part; how much each may be is said where it is read.
        larger_bodies={
            "imports": settings.import_bytes,
            "feeds": settings.import_bytes,
            "completions": settings.certificate_bytes + settings.max_body_bytes,
        },
    )


async def _put_on_record(here: ServiceContext, records: Sequence[Record]) -> list[None]:
    async with here.database.transaction() as session:
        await record(session, records)
    return [None] * len(records)
