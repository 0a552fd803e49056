"""Certifications, wired."""

from fastapi import FastAPI

from services.certifications.consumers import SUBSCRIPTIONS
from services.certifications.jobs import JOBS
from services.certifications.routes import router
from services.certifications.run_jobs import RUN_JOBS
from services.certifications.settings import Settings
from shared.auth import Keys
from shared.bus import Bus
from shared.clock import Clock
from shared.programmes import Programmes
from shared.web import create_service


def create_app(
    settings: Settings | None = None,
    *,
    bus: Bus | None = None,
    clock: Clock | None = None,
    keys: Keys | None = None,
    programmes: Programmes | None = None,
) -> FastAPI:
    """Return the service, ready to be served."""
    return create_service(
        name="certifications",
        settings=settings or Settings(),
        router=router,
        subscriptions=SUBSCRIPTIONS,
        jobs=(*JOBS, *RUN_JOBS),
        bus=bus,
        clock=clock,
        keys=keys,
        programmes=programmes,
    )
