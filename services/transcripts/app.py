"""Transcripts, wired."""

from fastapi import FastAPI

from services.transcripts.consumers import SUBSCRIPTIONS
from services.transcripts.my_data import MY_DATA
from services.transcripts.routes import router
from services.transcripts.settings import Settings
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
        name="transcripts",
        settings=settings or Settings(),
        router=router,
        subscriptions=SUBSCRIPTIONS,
        jobs=(MY_DATA.job,),
        bus=bus,
        clock=clock,
        keys=keys,
        programmes=programmes,
    )
