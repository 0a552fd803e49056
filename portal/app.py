"""Wiring of the portal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI
from starlette.routing import Mount

from portal import failures
from portal.forms import FormTokens
from portal.gateway import Gateway, Near
from portal.headers import AnswerHeaders
from portal.programmes import Programmes
from portal.routes import router
from portal.sessions import Refresher, Seal
from portal.settings import PortalSettings, refuse_weak_keys
from portal.static_files import OwnFiles
from portal.stowing import Stowing
from portal.visits import Portal
from shared import logs
from shared.clock import Clock, SystemClock
from shared.settings import Settings
from shared.web import Edge, settle

# For the largest form, of files for an import; every form has its own limit (Visit.form).
LARGEST_BODY_BYTES = 501_000_000


def create_app(
    settings: Settings | None = None,
    *,
    api: httpx2.AsyncClient | None = None,
    near: Near | None = None,
    clock: Clock | None = None,
) -> FastAPI:
    """Build the portal.

    api: a client whose base_url is the gateway's address; made from the settings when not given;
    near: reads from a gateway in the same process.
    """
    if not isinstance(settings, PortalSettings):
        known = settings.model_dump(exclude_unset=True) if settings else {}
        settings = PortalSettings(**known)
    refuse_weak_keys(settings)
    logs.configure(settings.log_level, service="portal")
    client = api or httpx2.AsyncClient(
        base_url=settings.gateway_url, timeout=settings.gateway_patience_seconds
    )
    gateway = Gateway(client, near=near)
    clock = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        settle()
        yield
        if api is None:
            await client.aclose()

    app = FastAPI(
        title="Certtrack portal",
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # Taken as they are: a router that is included would have all its routes built anew.
        routes=[Mount("/static", OwnFiles()), *router.routes],
    )
    app.state.portal = Portal(
        settings=settings,
        clock=clock,
        gateway=gateway,
        programmes=Programmes(gateway),
        seal=Seal(settings.key_for("sessions")),
        refresher=Refresher(gateway),
        form_tokens=FormTokens(settings.key_for("forms")),
        stowing=Stowing(settings.key_for("stowing"), clock),
    )
    app.add_middleware(AnswerHeaders, secure=settings.secure)
    failures.install(app)
    app.add_middleware(
        Edge,
        service="portal",
        app_state=app.state,
        max_body_bytes=LARGEST_BODY_BYTES,
        larger_bodies={},
    )
    return app
