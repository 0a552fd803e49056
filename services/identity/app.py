"""The identity service, wired."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from services.identity.consumers import SUBSCRIPTIONS
from services.identity.demonstration import refuse_demonstration_rows
from services.identity.jobs import JOBS
from services.identity.openid import providers_of
from services.identity.passwords import passwords_of
from services.identity.routes import router
from services.identity.settings import IdentitySettings
from services.identity.signing_keys import published_keys, signing_keys_of
from shared.auth import Keys
from shared.bus import Bus
from shared.clock import Clock
from shared.context import ServiceContext
from shared.database import is_transient
from shared.errors import StartRefused
from shared.logs import log
from shared.programmes import Programmes
from shared.settings import refuse_demonstration_keys
from shared.storage import Storage
from shared.web import create_service

_SHORTEST_SECRET = 32


def _say_that_it_waits(state: RetryCallState) -> None:
    fault = state.outcome.exception() if state.outcome else None
    log.warning("database unreachable, trying again", service="identity", fault=repr(fault))


@asynccontextmanager
async def _extras(here: ServiceContext) -> AsyncIterator[Mapping[str, Any]]:
    # The database may come after us; what is in it decides whether we may start at all.
    async for attempt in AsyncRetrying(
        retry=retry_if_exception(is_transient),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        before_sleep=_say_that_it_waits,
    ):
        with attempt:
            await refuse_demonstration_rows(here)
    providers = providers_of(here)
    passwords = passwords_of(here)
    try:
        yield {
            "passwords": passwords,
            "providers": providers,
            "signing_keys": signing_keys_of(here),
            "storage": Storage(here.settings),
            # Looking into a file is a process: two at a time, the others wait their turn.
            "inspections": asyncio.Semaphore(2),
        }
    finally:
        passwords.close()


def _refuse_weak_secret(settings: IdentitySettings) -> None:
    secret = settings.key_encryption_secret
    refuse_demonstration_keys(settings, key_encryption_secret=secret)
    if settings.environment == "production" and not settings.staff_need_second_factor:
        raise StartRefused(
            "CERTTRACK_STAFF_SECOND_FACTOR=optional is not for production, where staff sign in "
            "with two factors"
        )
    if settings.environment == "production" and len(secret.get_secret_value()) < _SHORTEST_SECRET:
        raise StartRefused(
            f"CERTTRACK_KEY_ENCRYPTION_SECRET needs at least {_SHORTEST_SECRET} random characters"
        )


def create_app(
    settings: IdentitySettings | None = None,
    *,
    bus: Bus | None = None,
    clock: Clock | None = None,
    programmes: Programmes | None = None,
) -> FastAPI:
    """Make the identity service, which verifies tokens with its own keys.

    Raises StartRefused in production with a demonstration key or a short one.
    """
    settings = settings or IdentitySettings()
    _refuse_weak_secret(settings)

    async def own_keys() -> Mapping[str, Any]:
        # Identity verifies with what it publishes, without asking itself over HTTP.
        here: ServiceContext = app.state.context
        await signing_keys_of(here).current()
        async with here.database.reading() as session:
            return await published_keys(session)

    app = create_service(
        name="identity",
        settings=settings,
        router=router,
        subscriptions=SUBSCRIPTIONS,
        jobs=JOBS,
        bus=bus,
        clock=clock,
        keys=Keys(own_keys),
        programmes=programmes,
        extras=_extras,
        # Uploads, which are read part by part; how much each may be is said where it is read.
        larger_bodies={
            **dict.fromkeys(
                ("cases", "name-changes"), settings.case_file_bytes + settings.max_body_bytes
            ),
            "imports": settings.account_file_bytes + settings.max_body_bytes,
        },
    )
    return app
