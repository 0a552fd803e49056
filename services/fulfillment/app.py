"""Fulfillment, wired."""

from fastapi import FastAPI

from services.fulfillment.consumers import SUBSCRIPTIONS
from services.fulfillment.my_data import MY_DATA
from services.fulfillment.routes import router
from services.fulfillment.settings import Settings
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
        name="fulfillment",
        settings=settings or Settings(),
        router=router,
        subscriptions=SUBSCRIPTIONS,
        jobs=(MY_DATA.job,),
        bus=bus,
        clock=clock,
        keys=keys,
        programmes=programmes,
    )
