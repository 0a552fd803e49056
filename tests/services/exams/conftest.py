"""The exams service as its neighbours meet it: HTTP and events in, HTTP and events out."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey

from services.exams.app import create_app
from services.exams.settings import ExamsSettings
from shared.auth import AUDIENCE, ISSUER, Keys, sign
from shared.bus.embedded import EmbeddedBus
from shared.clock import FixedClock
from shared.context import ServiceContext
from shared.envelope import Message, decode, encode
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    Contact,
    Event,
    TestingId,
    event_types,
    producer_of,
)
from shared.ids import uuid7
from shared.outbox import age
from tests.databases import empty_database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROGRAMMES = Path(__file__).parents[3] / "programmes"
PUBLISHED = {name: kind for name, kind in event_types().items() if producer_of(kind) == "exams"}


def result(number: str = "1", **changes: Any) -> dict[str, Any]:
    given = {
        "programme": "cisco",
        "registration_number": number,
        "exam_code": "200-301",
        "candidate_id": "CSCO10000001",
        "grade": "pass",
        "exam_date": "2026-11-20",
        **changes,
    }
    return {key: value for key, value in given.items() if value is not ...}


def registration(number: str = "1", **changes: Any) -> dict[str, Any]:
    given = {
        "programme": "cisco",
        "registration_number": number,
        "exam_code": "200-301",
        "testing_id": "T1",
        "candidate": {
            "given_name": "Jane",
            "family_name": "Roe",
            "email": "jane.roe@example.com",
        },
        "appointment": "2026-12-01T09:00:00+01:00",
        **changes,
    }
    return {key: value for key, value in given.items() if value is not ...}


def known(
    candidate_id: str = "CSCO10000001",
    *testing_ids: str,
    version: int = 1,
    vendor: str = "vue",
    kind: type[CandidateRegistered] | type[CandidateUpdated] = CandidateRegistered,
) -> CandidateRegistered | CandidateUpdated:
    return kind(
        programme="cisco",
        candidate_id=candidate_id,
        version=version,
        contact=Contact(given_name="Jane", family_name="Roe", email="jane.roe@example.com"),
        testing_ids=tuple(TestingId(vendor=vendor, testing_id=one) for one in testing_ids),
        registered_at=NOW,
    )


@dataclass
class Desk:
    """A running exams service, with tokens for everybody and a note of what it published."""

    app: FastAPI
    client: httpx2.AsyncClient
    bus: EmbeddedBus
    clock: FixedClock
    key: ECKey
    published: list[Event] = field(default_factory=list)

    @property
    def here(self) -> ServiceContext:
        found: ServiceContext = self.app.state.context
        return found

    def token(self, kind: str, subject: str, scope: str = "", **claims: Any) -> dict[str, str]:
        signed = sign(
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": subject,
                "exp": int(time.time()) + 3600,
                "kind": kind,
                "scope": scope,
                **claims,
            },
            self.key,
        )
        return {"Authorization": f"Bearer {signed}"}

    def vendor(
        self,
        vendor: str = "vue",
        scope: str = "registrations:write results:write imports:write",
        programmes: Sequence[str] = ("cisco", "juniper"),
    ) -> dict[str, str]:
        return self.token(
            "vendor", f"{vendor}-client", scope, vendor=vendor, programmes=list(programmes)
        )

    def staff(
        self,
        scope: str = "imports:read imports:write candidates:read events:manage results:write",
        programmes: Sequence[str] = ("cisco", "juniper"),
    ) -> dict[str, str]:
        return self.token("staff", "staff@example.com", scope, programmes=list(programmes))

    def candidate(self, candidate_id: str = "CSCO10000001") -> dict[str, str]:
        return self.token("candidate", candidate_id, programme="cisco")

    async def post(self, path: str, body: Any, **options: Any) -> httpx2.Response:
        headers = options.pop("headers", None) or self.vendor()
        if isinstance(body, bytes):
            return await self.client.post(path, content=body, headers=headers, **options)
        return await self.client.post(path, json=body, headers=headers, **options)

    async def accepted(self, path: str, body: Any, **options: Any) -> dict[str, Any]:
        answer = await self.post(path, body, **options)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        answer = await self.client.get(path, headers=headers or self.staff())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hear(self, *events: Event) -> None:
        """Have identity's events delivered, and their effect committed."""
        for event in events:
            await self.bus.publish([Message(uuid7(), event.type, encode([event], NOW))])

    def told(self, kind: type[Event] = Event) -> list[Any]:
        return [event for event in self.published if isinstance(event, kind)]

    async def until(self, what: Callable[[], Awaitable[Any] | Any], seconds: float = 10) -> Any:
        """What `what` returns once that is true."""
        end = time.monotonic() + seconds
        while True:
            found = what()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError("it did not come about")
            await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Everything written to the outbox has been published."""

        async def empty() -> bool:
            async with self.here.database.reading() as session:
                rows, _ = await age(session, NOW)
                return rows == 0

        await self.until(empty)

    async def upload(
        self, content: bytes | str, headers: dict[str, str] | None = None, **query: Any
    ) -> httpx2.Response:
        parameters = {"kind": "results", "programme": "cisco", "name": "file.csv", **query}
        return await self.client.post(
            "/imports",
            params=parameters,
            content=content.encode() if isinstance(content, str) else content,
            headers={**(headers or self.staff()), "Content-Type": "text/csv"},
        )

    async def imported(
        self, content: bytes | str, headers: dict[str, str] | None = None, **query: Any
    ) -> dict[str, Any]:
        """Upload a file and wait until it has been worked off."""
        answer = await self.upload(content, headers, **query)
        assert answer.status_code == 202, answer.text
        return await self.finished(answer.json()["id"], headers)

    async def finished(
        self, import_id: str, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        async def state() -> dict[str, Any] | None:
            found: dict[str, Any] = await self.get(f"/imports/{import_id}", headers)
            return found if found["finished_at"] else None

        done: dict[str, Any] = await self.until(state, 60)
        return done

    async def errors(self, import_id: str, headers: dict[str, str] | None = None) -> str:
        answer = await self.client.get(
            f"/imports/{import_id}/errors", headers=headers or self.staff()
        )
        assert answer.status_code == 200, answer.text
        return str(answer.text)


@asynccontextmanager
async def open_desk(url: str, **changes: Any) -> AsyncIterator[Desk]:
    settings = ExamsSettings(
        environment="test",
        database_url=url,
        log_level="ERROR",
        **{"programmes_folder": PROGRAMMES, **changes},
    )
    key = ECKey.generate_key("P-256", {"kid": "test"}, private=True)

    async def jwks() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    bus = EmbeddedBus()
    clock = FixedClock(NOW)
    app = create_app(settings, bus=bus, clock=clock, keys=Keys(jwks))
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://exams") as client,
    ):
        desk = Desk(app, client, bus, clock, key)

        async def note(messages: Sequence[Message]) -> None:
            for message in messages:
                desk.published += [
                    envelope["data"] for envelope in decode(message.body, PUBLISHED[message.type])
                ]

        bus.subscribe("test", frozenset(PUBLISHED), note)
        yield desk


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.distributed)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of one test's own, of each kind in turn."""
    return empty_database("exams", request, tmp_path)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as opened:
        yield opened


ANNA, BERT = "JNCP10000001", "JNCP10000002"
"""Candidates of Juniper, who hand in completed courses."""


def juniper(candidate_id: str) -> CandidateRegistered:
    event = known(candidate_id)
    assert isinstance(event, CandidateRegistered)
    return event.model_copy(update={"programme": "juniper"})


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Exams with a folder for files, in which Anna and Bert are known."""
    async with open_desk(database_url, storage_url=f"file:{tmp_path / 'files'}") as desk:
        await desk.hear(juniper(ANNA), juniper(BERT))
        yield desk
