"""The web edge of a service: one call makes an application with everything they all have."""

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from shared import housekeeping, logs, metrics, outbox, parked
from shared.auth import Keys
from shared.bus import Bus
from shared.bus.embedded import EmbeddedBus
from shared.clock import Clock, SystemClock
from shared.consuming import Consumer, Subscriptions
from shared.context import ServiceContext
from shared.database import Database
from shared.envelope import Cause, causes
from shared.ids import uuid7
from shared.jobs import Job, keep_running
from shared.parked_routes import router as parked_router
from shared.problems import DOCUMENT, DOCUMENTED, add_problem_handlers
from shared.programmes import Programmes
from shared.relay import Relay
from shared.requests import Here, Read, Write
from shared.settings import Settings

__all__ = ["Here", "Read", "Write", "create_service", "settle"]

Extras = Callable[[ServiceContext], AbstractAsyncContextManager[Mapping[str, Any]]]
_GAUGE_SECONDS = 10.0


def create_service(
    *,
    name: str,
    settings: Settings,
    router: APIRouter,
    subscriptions: Subscriptions = (),
    jobs: Sequence[Job] = (),
    bus: Bus | None = None,
    clock: Clock | None = None,
    keys: Keys | None = None,
    programmes: Programmes | None = None,
    extras: Extras | None = None,
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """Make the application of a service: its routes, bus edge, jobs, health and metrics.

    bus: given when several services share a process, otherwise made from the settings;
    keys: likewise, otherwise fetched from `settings.jwks_url`; extras: opens what the service
    itself needs while it runs; larger_bodies: in bytes, by the first part
    of the path, where a service takes more than the settings say for all.
    Raises ProgrammeError if a programme file is wrong.
    """
    logs.configure(settings.log_level, service=name)
    clock = clock or SystemClock()
    database = Database(settings.database_url, pool=settings.database_pool)
    context = ServiceContext(
        name=name,
        settings=settings,
        clock=clock,
        database=database,
        programmes=programmes or Programmes.load(settings.programmes_folder),
    )
    database.context = context
    consumer = Consumer(name, database, subscriptions, clock)
    shared_bus = bus is not None
    bus = bus or _own_bus(name, settings)
    bus.subscribe(name, consumer.types, consumer.deliver)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            if extras is not None:
                context.extras.update(await stack.enter_async_context(extras(context)))
            if not shared_bus:
                stack.push_async_callback(bus.stop)
                await bus.start()
            background = [
                Relay(name, database, bus, clock).run(),
                _measure(context),
                *(keep_running(job, context) for job in (*jobs, housekeeping.JOB)),
            ]
            for work in background:
                stack.push_async_callback(_cancel, asyncio.create_task(work))
            settle()
            yield

    app = FastAPI(
        title=f"Certtrack {name}",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # Taken as they are: each router that is included would have all its routes built anew.
        routes=[*router.routes, *parked_router.routes],
    )
    app.state.context = context
    app.state.consumer = consumer
    app.state.bus = bus
    app.state.keys = keys or Keys.at(
        settings.jwks_url or f"{settings.public_url}/api/identity/.well-known/jwks.json"
    )
    _add_health(app, context, bus)
    add_problem_handlers(app, settings.public_url)
    app.add_middleware(
        Edge,
        service=name,
        app_state=app.state,
        max_body_bytes=settings.max_body_bytes,
        larger_bodies=larger_bodies or {},
    )
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def settle() -> None:
    """Tell the collector of garbage that what is loaded now stays.

    Batches of thousands of objects, or pages, would make it walk through all of it again and again.
    What a batch makes it drops without the collector's help; only circles wait for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def _own_bus(name: str, settings: Settings) -> Bus:
    if settings.bus_url.startswith("amqp"):
        # Ten megabytes that a process on the embedded bus does without.
        from shared.bus.rabbit import RabbitBus  # noqa: PLC0415 - see above

        return RabbitBus(
            settings.bus_url,
            name=name,
            prefetch=settings.consumer_prefetch,
            linger_milliseconds=settings.consumer_linger_milliseconds,
            gather_milliseconds=settings.consumer_gather_milliseconds,
        )
    return EmbeddedBus()


async def _cancel(task: "asyncio.Task[None]") -> None:
    # Again and again: a driver that is cut off in the middle of a statement may raise an error of
    # its own while it cleans up, which takes the place of the cancellation.
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1)
    if not task.cancelled():
        task.exception()


async def _measure(context: ServiceContext) -> None:
    while True:
        with contextlib.suppress(Exception):  # the next look comes soon; /readyz tells of the fault
            async with context.database.reading() as session:
                rows, age = await outbox.age(session, context.clock.now())
                metrics.OUTBOX_ROWS.labels(context.name).set(rows)
                metrics.OUTBOX_AGE.labels(context.name).set(age)
                metrics.PARKED.labels(context.name).set(await parked.count(session))
        await asyncio.sleep(_GAUGE_SECONDS)


def _add_health(app: FastAPI, context: ServiceContext, bus: Bus) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        faults = {}
        try:
            await context.database.check()
        except Exception as fault:
            where = context.database.url.render_as_string(hide_password=True)
            faults["database"] = f"{where}: {fault!r}"[:500]
        if reason := bus.fault():
            faults["bus"] = reason
        body = {"status": "not ready" if faults else "ready", "service": context.name, **faults}
        return Response(to_json(body), 503 if faults else 200, media_type="application/json")

    @app.get("/metrics", include_in_schema=False)
    async def show_metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        for operations in schema["paths"].values():
            for operation in operations.values():
                (name,) = operation.pop("security", [{"undeclared": []}])[0]
                audience, _, scope = name.partition(":")
                operation["x-audience"] = audience
                if scope:
                    operation["x-scope"] = scope
                if audience != "public":
                    operation["security"] = [{"token": []}]
                # The framework documents its own form of errors, which nobody is ever sent.
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = DOCUMENTED
        components = schema.setdefault("components", {})
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        schemas = components.setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas["Problem"] = DOCUMENT
        app.openapi_schema = schema
    return app.openapi_schema


class Edge:
    """The outermost layer: request id, log context, measuring, and the last resort for errors."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        app_state: Any,
        max_body_bytes: int,
        larger_bodies: Mapping[str, int],
    ) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.larger_bodies = larger_bodies
        self.service = service
        self.app_state = app_state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        bound = structlog.contextvars.bind_contextvars(correlation=request_id)
        token = causes.set({"": Cause(request_id)})
        started = time.perf_counter()
        # Until the answer begins, without the waiting for the sender: how fast a file is sent, and
        # how long somebody follows an import, says nothing of how fast we answer.
        took: float | None = None
        waited = 0.0
        status = 0
        received = 0
        first = scope["path"].removeprefix(scope.get("root_path", "")).split("/")[1:2]
        most = self.larger_bodies.get("".join(first), self.max_body_bytes)

        async def receiving() -> Any:
            nonlocal received, waited
            asked = time.perf_counter()
            message = await receive()
            waited += time.perf_counter() - asked
            received += len(message.get("body", b""))
            if received > most:
                # Of this kind, because the framework takes any other for a broken body.
                raise HTTPException(413, f"The body may have at most {most:,} bytes")
            return message

        async def sending(message: Any) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                took = time.perf_counter() - started - waited
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        except Exception as error:  # the last resort: everything else has its handler
            if status:
                raise
            response = await self.app_state.on_anything(Request(scope), error)
            await response(scope, receive, sending)
        finally:
            causes.reset(token)
            structlog.contextvars.reset_contextvars(**bound)
            route = getattr(scope.get("route"), "path", "unmatched")
            if took is None:
                took = time.perf_counter() - started - waited
            metrics.REQUESTS.labels(self.service, scope["method"], route, str(status)).observe(took)


def _request_id(scope: Scope) -> str:
    for key, value in scope["headers"]:
        if key == b"x-request-id":
            given = value.decode("latin-1")
            if 8 <= len(given) <= 64 and given.replace("-", "").isalnum():
                return str(given)
    return str(uuid7())
