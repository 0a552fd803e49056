"""Identity through its doors: HTTP and events in, HTTP and events out, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.identity.app import create_app
from services.identity.settings import IdentitySettings
from shared.bus.embedded import EmbeddedBus
from shared.clock import FixedClock
from shared.context import ServiceContext
from shared.envelope import Message, decode, encode
from shared.events import (
    AccountNoticed,
    AddressProofRequested,
    CandidateRegistered,
    CandidateUpdated,
    Contact,
    Event,
    ExamRegistered,
    SignInLinkRequested,
    StaffLinkRequested,
    event_class,
)
from shared.ids import uuid7
from shared.programmes import Programmes
from tests.databases import empty_database

PASSWORD = "seven wet boots"
PROGRAMMES = Path(__file__).parents[3] / "programmes"
E = TypeVar("E", bound=Event)
HEARD = (
    AccountNoticed,
    AddressProofRequested,
    CandidateRegistered,
    CandidateUpdated,
    SignInLinkRequested,
    StaffLinkRequested,
)


def registration(testing_id: str | None = "T1", **changes: Any) -> ExamRegistered:
    values: dict[str, Any] = {
        "programme": "cisco",
        "vendor": "vue",
        "registration_number": f"R{testing_id}",
        "exam_code": "200-301",
        "testing_id": testing_id,
        "contact": Contact(given_name="Ann", family_name="Ng", email=f"{testing_id}@example.com"),
    }
    return ExamRegistered(**(values | changes))


@dataclass
class Identity:
    """The running service, and everything that it has published."""

    app: FastAPI
    bus: EmbeddedBus
    clock: FixedClock
    http: httpx2.AsyncClient
    heard: list[Event] = field(default_factory=list)

    @property
    def here(self) -> ServiceContext:
        found: ServiceContext = self.app.state.context
        return found

    async def listen(self, messages: Sequence[Message]) -> None:
        for message in messages:
            kind = event_class(message.type)
            assert kind is not None
            self.heard += [envelope["data"] for envelope in decode(message.body, kind)]

    async def register(self, *events: ExamRegistered) -> None:
        """Deliver registrations as one message, and wait for what follows."""
        message = Message(uuid7(), ExamRegistered.type, encode(events, self.clock.now()))
        await self.bus.send("identity", [message])
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything written has been published and every request answered."""
        for _ in range(500):
            left = await self.scalar(
                "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL)"
                " + (SELECT count(*) FROM link_requests WHERE answered_at IS NULL)"
                " + (SELECT count(*) FROM score_report_requests WHERE answered_at IS NULL)"
            )
            if not left:
                return
            await asyncio.sleep(0.01)
        pytest.fail("the outbox did not become empty")

    async def scalar(self, sql: str, **values: Any) -> Any:
        async with self.here.database.reading() as session:
            return await session.scalar(text(sql), values)

    async def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.here.database.reading() as session:
            return [tuple(row) for row in await session.execute(text(sql), values)]

    def of_type(self, kind: type[E]) -> list[E]:
        return [event for event in self.heard if isinstance(event, kind)]

    def link(self) -> SignInLinkRequested:
        """Return the newest link that was sent out."""
        return self.of_type(SignInLinkRequested)[-1]

    async def post(self, path: str, body: Any, address: str | None = None) -> httpx2.Response:
        headers = {"X-Forwarded-For": address} if address else {}
        return await self.http.post(path, json=body, headers=headers)

    async def sign_in(
        self, login: str, password: str = PASSWORD, address: str | None = None
    ) -> httpx2.Response:
        body = {"programme": "cisco", "login": login, "password": password}
        return await self.post("/sessions", body, address)

    async def candidate_with_password(self, testing_id: str = "T1") -> str:
        """Register a person, set the password by the welcome link, return the candidate id."""
        await self.register(registration(testing_id))
        link = self.link()
        answer = await self.post(
            "/sign-in-links/redeem", {"token": link.token, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        return link.login_id


def settings_for(database_url: str, **changes: Any) -> IdentitySettings:
    values: dict[str, Any] = {
        "environment": "test",
        "database_url": database_url,
        "programmes_folder": PROGRAMMES,
        # As cheap as Argon2 can be.
        "argon2_memory_kib": 8,
        "argon2_passes": 1,
        "argon2_lanes": 1,
    }
    return IdentitySettings(**(values | changes))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of each kind."""
    return empty_database("identity", request, tmp_path)


@asynccontextmanager
async def running(
    settings: IdentitySettings, programmes: Programmes | None = None
) -> AsyncIterator[Identity]:
    bus = EmbeddedBus()
    clock = FixedClock(datetime.now(UTC))
    app = create_app(settings, bus=bus, clock=clock, programmes=programmes)
    transport = httpx2.ASGITransport(app=app)
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://identity") as http,
        app.router.lifespan_context(app),
    ):
        identity = Identity(app, bus, clock, http)
        bus.subscribe("listener", [kind.type for kind in HEARD], identity.listen)
        yield identity


@pytest.fixture
async def identity(database_url: str) -> AsyncIterator[Identity]:
    """The service on a real database."""
    async with running(settings_for(database_url)) as started:
        yield started
