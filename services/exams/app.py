"""The exams service, wired."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import FastAPI

from services.exams.consumers import SUBSCRIPTIONS
from services.exams.domain.items import Item
from services.exams.domain.outcome import Outcome
from services.exams.handlers.intake import REGISTRATIONS, RESULTS, Entry, Feed, take_in
from services.exams.jobs import JOBS
from services.exams.routes import router
from services.exams.settings import ExamsSettings
from shared.auth import Keys
from shared.bus import Bus
from shared.clock import Clock
from shared.context import ServiceContext
from shared.gather import Gather
from shared.programmes import Programmes
from shared.web import create_service

I = TypeVar("I", bound=Item)  # noqa: E741 - an item


def create_app(
    settings: ExamsSettings | None = None,
    *,
    bus: Bus | None = None,
    clock: Clock | None = None,
    keys: Keys | None = None,
    programmes: Programmes | None = None,
) -> FastAPI:
    """Make the application; what is not given is made from the settings."""
    settings = settings or ExamsSettings()
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
        extras=_gathers,
        largest_body=settings.import_bytes,
    )


@asynccontextmanager
async def _gathers(here: ServiceContext) -> AsyncIterator[Mapping[str, Any]]:
    """Single posts that arrive together share one transaction, each answered after its commit."""
    yield {"results": _gather(here, RESULTS), "registrations": _gather(here, REGISTRATIONS)}


def _gather(here: ServiceContext, feed: Feed[I]) -> Gather[Entry[I], Outcome]:
    async def run(entries: Sequence[Entry[I]]) -> list[Outcome]:
        async with here.database.transaction() as session:
            return await take_in(session, feed, entries)

    return Gather(run)
