"""The whole product in one application on one port."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from deploy.embedded.door import Door
from deploy.embedded.gate import GatedBus
from deploy.embedded.limits import Limiter, gateway_limits
from deploy.embedded.settings import EmbeddedSettings
from deploy.embedded.within import Within
from deploy.gateway.render import defaults
from deploy.members import PORTAL, SERVICES, member
from deploy.reference.http import STYLE, document
from deploy.reference.page import page
from services.identity.demonstration import seed
from shared import logs
from shared.clock import Clock
from shared.errors import NotFound
from shared.problems import add_problem_handlers, render
from shared.programmes import Programmes

_REFERENCE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"


def create_app(
    settings: EmbeddedSettings | None = None,
    *,
    clock: Clock | None = None,
    limits: Mapping[str, str] | None = None,
    demonstration: bool = False,
) -> FastAPI:
    """Make the application: the six services at /api/<service>/ and the portal at /.

    The databases must have been migrated.
    limits: gateway variables (GATEWAY_RATE_…, GATEWAY_BURST_…) that differ from the defaults;
    demonstration: put the demonstration's people there when they are missing.
    Raises ProgrammeError if a programme file is wrong.
    """
    settings = settings or EmbeddedSettings()
    programmes = Programmes.load(settings.programmes_folder)
    bus = GatedBus()
    services: dict[str, FastAPI] = {}

    shared: dict[str, Any] = {"bus": bus, "clock": clock}
    for name in SERVICES:
        services[name] = member(name).factory()(settings.of(name), **shared)
        # Identity comes first; the others verify with its keys without asking it over HTTP.
        shared |= {"keys": services["identity"].state.keys, "programmes": programmes}
    # The last service made would have given its name to every line of this process.
    logs.configure(settings.log_level)
    limiter = Limiter(gateway_limits({**defaults(), **(limits or {})}))

    async def within(scope: Any, receive: Any, send: Any) -> None:
        await app.router(scope, receive, send)

    # The portal asks over HTTP as in the distributed form; only nothing leaves the process.
    inside = Door(within, limiter, public_url=settings.public_url, inside=True)
    transport = Within(inside)
    client = httpx2.AsyncClient(transport=transport, base_url="http://certtrack")
    portal = member(PORTAL).factory()(settings, api=client, near=transport, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(client.aclose)
            # Mounting an application does not run its lifespan.
            for child in (*services.values(), portal):
                await stack.enter_async_context(child.router.lifespan_context(child))
            if demonstration:
                await seed(services["identity"].state.context)
            bus.open()
            yield

    app = FastAPI(
        title="Certtrack", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.services = services
    app.state.portal = portal
    _add_reference(app, services)
    _add_health(app, services)
    for name, service in services.items():
        app.mount(member(name).prefix, service)
    _add_nothing(app, settings.public_url)
    app.mount("/", portal)
    # For what no mounted application takes: a line feed in a path matches none of them.
    add_problem_handlers(app, settings.public_url)
    app.add_middleware(Door, limiter=limiter, public_url=settings.public_url)
    return app


def _add_reference(app: FastAPI, services: Mapping[str, FastAPI]) -> None:
    @app.get("/api/openapi.json")
    def openapi() -> JSONResponse:
        return JSONResponse(document(services))

    @app.get("/api/docs")
    def docs() -> HTMLResponse:
        policy = {"content-security-policy": _REFERENCE_POLICY}
        return HTMLResponse(page(document(services)), headers=policy)

    @app.get("/api/docs.css")
    def style() -> FileResponse:
        return FileResponse(STYLE, media_type="text/css")


def _add_health(app: FastAPI, services: Mapping[str, FastAPI]) -> None:
    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        faults = {}
        for name, service in services.items():
            try:
                await service.state.context.database.check()
            except Exception as fault:  # whatever it is, it is the reason
                faults[name] = repr(fault)[:500]
        body = {"status": "not ready" if faults else "ready", **faults}
        return JSONResponse(body, 503 if faults else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _add_nothing(app: FastAPI, public_url: str) -> None:
    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def nothing(rest: str) -> Response:
        return render(NotFound(f"There is no service at /api/{rest}."), public_url)
