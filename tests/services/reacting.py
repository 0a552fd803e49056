"""A service that reacts to others, under test: events and requests in, events and answers out."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey
from sqlalchemy import delete, select

from shared.auth import AUDIENCE, ISSUER, Keys, sign
from shared.bus.embedded import EmbeddedBus
from shared.clock import FixedClock
from shared.context import ServiceContext
from shared.envelope import Message, decode, encode
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    CertificationEarned,
    CertificationExpired,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationRevoked,
    CertificationSuspended,
    Contact,
    Event,
    event_class,
)
from shared.ids import uuid7
from shared.outbox import PARKED
from tests.databases import empty_database

# The same day in London and in the programmes' Los Angeles.
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PROGRAMMES = Path(__file__).parents[2] / "programmes"
JANE, JOHN = "CSCO10000000", "CSCO10000001"


def person(candidate_id: str = JANE, version: int = 1, **changes: Any) -> CandidateRegistered:
    """A candidate as identity tells of them: registered, or updated from version 2 on."""
    kind = CandidateRegistered if version == 1 else CandidateUpdated
    contact = {"given_name": "Jane", "family_name": "Doe", "email": "jane.doe@example.com"}
    contact |= {key: changes.pop(key) for key in list(changes) if key in contact}
    return kind(  # type: ignore[return-value]  # the two have the same shape
        programme="cisco",
        candidate_id=candidate_id,
        version=version,
        contact=Contact(**contact),
        registered_at=NOW,
        **changes,
    )


def earned(
    certification: str = "CCNA", candidate_id: str = JANE, version: int = 1, **changes: Any
) -> CertificationEarned:
    return CertificationEarned(**award(certification, candidate_id, version, **changes))


def renewed(
    certification: str = "CCNA", candidate_id: str = JANE, version: int = 2, **changes: Any
) -> CertificationRenewed:
    return CertificationRenewed(**award(certification, candidate_id, version, **changes))


def revoked(
    certification: str = "CCNA", candidate_id: str = JANE, version: int = 3, **changes: Any
) -> CertificationRevoked:
    changes = {"by": "staff", "status": "revoked", "status_text": "Revoked"} | changes
    return CertificationRevoked(**award(certification, candidate_id, version, **changes))


def suspended(
    certification: str = "CCNA", candidate_id: str = JANE, version: int = 3, **changes: Any
) -> CertificationSuspended:
    changes = {"status": "suspended", "status_text": "Suspended"} | changes
    return CertificationSuspended(**award(certification, candidate_id, version, **changes))


def grace_started(
    certification: str = "CCNA", candidate_id: str = JANE, version: int = 3, **changes: Any
) -> CertificationGraceStarted:
    changes = {
        "expires_on": date(2026, 11, 20),
        "grace_until": date(2027, 2, 18),
        "status": "in_grace",
        "status_text": "In grace period",
    } | changes
    return CertificationGraceStarted(**award(certification, candidate_id, version, **changes))


def expired(
    certification: str, expired_on: date, candidate_id: str = JANE, version: int = 3
) -> CertificationExpired:
    return CertificationExpired(
        programme="cisco",
        candidate_id=candidate_id,
        version=version,
        certification=certification,
        expired_on=expired_on,
        name=certification,
    )


def reinstated(
    certification: str = "CCNA", candidate_id: str = JANE, version: int = 4, **changes: Any
) -> CertificationReinstated:
    return CertificationReinstated(**award(certification, candidate_id, version, **changes))


def award(certification: str, candidate_id: str, version: int, **changes: Any) -> dict[str, Any]:
    return {
        "programme": "cisco",
        "candidate_id": candidate_id,
        "version": version,
        "certification": certification,
        "name": certification,
        "level": "associate",
        "category": "General Certifications",
        "cycle": 1,
        "started_on": date(2026, 11, 20),
        "active_on": date(2026, 11, 20),
        "expires_on": date(2029, 11, 20),
        "verification_code": "V7L4P3MC",
        "reason": "You passed 200-301.",
        **changes,
    }


@dataclass
class Reacting:
    """A running service, with tokens for everybody and a note of what it published."""

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
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 3600}
        signed = sign({**said, "kind": kind, "scope": scope, **claims}, self.key)
        return {"Authorization": f"Bearer {signed}"}

    def candidate(self, candidate_id: str = JANE, programme: str = "cisco") -> dict[str, str]:
        return self.token("candidate", candidate_id, programme=programme)

    def staff(
        self,
        scope: str = "candidates:read emails:read events:manage",
        programmes: Sequence[str] = ("cisco", "juniper"),
    ) -> dict[str, str]:
        return self.token("staff", "staff@example.com", scope, programmes=list(programmes))

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: dict[str, str] | None = None,
        status: int = 200,
    ) -> Any:
        """The answer to a request, which has the status expected."""
        answer = await self.client.request(method, path, json=body, headers=by or {})
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def hear(self, *events: Event) -> None:
        """Have events delivered, those of one type in a row as one batch, and committed."""
        batch: list[Event] = []
        for event in events:
            if batch and type(event) is not type(batch[0]):
                await self._deliver(batch)
                batch = []
            batch.append(event)
        await self._deliver(batch)

    async def _deliver(self, batch: Sequence[Event]) -> None:
        await self.bus.publish([Message(uuid7(), batch[0].type, encode(batch, NOW))])

    def told(self, kind: type[Event] = Event) -> list[Any]:
        return [event for event in self.published if isinstance(event, kind)]

    async def rows(self, model: Any, leave: Collection[str] = ()) -> list[dict[str, Any]]:
        """All rows of a table, sorted, without some columns."""
        table = model.__table__
        async with self.here.database.reading() as session:
            found = (await session.execute(select(table))).mappings().all()
        kept = [{key: row[key] for key in row if key not in leave} for row in found]
        return sorted(kept, key=str)

    async def empty(self, *models: Any) -> None:
        async with self.here.database.transaction() as session:
            for model in models:
                await session.execute(delete(model))

    async def parked(self) -> list[str]:
        async with self.here.database.reading() as session:
            return list(await session.scalars(select(PARKED.c.error)))

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


@asynccontextmanager
async def running(
    create_app: Callable[..., FastAPI], settings: Any, published: Sequence[type[Event]] = ()
) -> AsyncIterator[Reacting]:
    """Run a service on its migrated database and an embedded bus of its own."""
    key = ECKey.generate_key("P-256", {"kid": "test"}, private=True)

    async def jwks() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    bus = EmbeddedBus()
    clock = FixedClock(NOW)
    app = create_app(settings, bus=bus, clock=clock, keys=Keys(jwks))
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        service = Reacting(app, client, bus, clock, key)

        async def note(messages: Sequence[Message]) -> None:
            for message in messages:
                kind = event_class(message.type)
                assert kind is not None
                service.published += [one["data"] for one in decode(message.body, kind)]

        bus.subscribe("test", {event.type for event in published}, note)
        yield service


def migrated(service: str, request: pytest.FixtureRequest, folder: Path) -> dict[str, Any]:
    """Settings for a service on an empty database of the kind that the test's parameter names."""
    return {
        "environment": "test",
        "programmes_folder": PROGRAMMES,
        "log_level": "ERROR",
        "database_url": empty_database(service, request, folder),
    }
