"""The portal in front of the fake gateway, and browsers that keep cookies."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.app import create_app
from portal.settings import PortalSettings
from shared.clock import FixedClock
from tests.portal.gateway import PASSWORD, World, fake_gateway

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Visitor:
    """A browser without JavaScript: keeps cookies, fills in forms."""

    client: httpx2.AsyncClient

    async def get(self, path: str, **sent: Any) -> httpx2.Response:
        return await self.client.get(path, **sent)

    async def token(self, path: str) -> str:
        found = TOKEN.search((await self.get(path)).text)
        assert found, f"no form on {path}"
        return found[1]

    async def post(
        self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **sent: Any
    ) -> httpx2.Response:
        """Open the page with the form, then send the form."""
        filled = {"form_token": await self.token(page or path)} | (data or {})
        return await self.client.post(path, data=filled, **sent)

    async def sign_in(self, programme: str = "cisco") -> httpx2.Response:
        filled = {"login": "CSCO10000000", "password": PASSWORD}
        return await self.post(f"/{programme}/sign-in", filled)

    async def sign_in_staff(self, programme: str = "cisco") -> httpx2.Response:
        filled = {"login": "staff@example.com", "password": PASSWORD}
        return await self.post(f"/{programme}/staff/sign-in", filled)


Arrive = Callable[[], Awaitable[Visitor]]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def settings() -> PortalSettings:
    return PortalSettings(environment="test", public_url="http://portal")


@pytest.fixture
async def portal(
    world: World, clock: FixedClock, settings: PortalSettings
) -> AsyncIterator[FastAPI]:
    transport = httpx2.ASGITransport(app=fake_gateway(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as api:
        yield create_app(settings, api=api, clock=clock)


@pytest.fixture
async def arrive(portal: FastAPI, settings: PortalSettings) -> AsyncIterator[Arrive]:
    async with AsyncExitStack() as stack:

        async def come() -> Visitor:
            client = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=portal), base_url=settings.public_url
            )
            return Visitor(await stack.enter_async_context(client))

        yield come


@pytest.fixture
async def visitor(arrive: Arrive) -> Visitor:
    return await arrive()


@pytest.fixture
async def jane(arrive: Arrive) -> Visitor:
    visitor = await arrive()
    assert (await visitor.sign_in()).status_code == 303
    return visitor


@pytest.fixture
async def staff(arrive: Arrive) -> Visitor:
    visitor = await arrive()
    assert (await visitor.sign_in_staff()).status_code == 303
    return visitor
