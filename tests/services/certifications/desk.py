"""The certifications service as its neighbours meet it: events in, events and HTTP out."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx2
from fastapi import FastAPI
from joserfc.jwk import ECKey
from sqlalchemy import text

from services.certifications.app import create_app
from services.certifications.jobs import keep_days
from services.certifications.settings import Settings
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
    ExamFailed,
    ExamPassed,
    event_types,
    producer_of,
)
from shared.ids import uuid7
from shared.outbox import age
from shared.programmes import Programmes

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
PUBLISHED = [kind for kind in event_types().values() if producer_of(kind) == "certifications"]
PROGRAMMES = Programmes.load(Path(__file__).parents[3] / "programmes")
JANE = "CSCO10000001"
_RESULTS = UUID("6f1d3c52-0000-4000-8000-000000000000")


def passed(
    exam: str = "200-301",
    day: str = "2026-11-20",
    candidate_id: str | None = JANE,
    *,
    programme: str = "cisco",
    version: int = 1,
    result: str = "",
) -> ExamPassed:
    """A passed exam; the same exam on the same day by the same person is the same result."""
    number = result or f"{candidate_id}/{exam}/{day}"
    return ExamPassed(
        programme=programme,
        candidate_id=candidate_id,
        version=version,
        result_id=uuid5(_RESULTS, number),
        vendor="vue",
        registration_number=number,
        exam_code=exam,
        exam_date=date.fromisoformat(day),
        received_at=NOW,
    )


def failed(
    exam: str = "200-301",
    day: str = "2026-11-20",
    candidate_id: str | None = JANE,
    *,
    version: int = 1,
    result: str = "",
) -> ExamFailed:
    """A failed exam; with a result's number and a higher version, its correction."""
    taken = passed(exam, day, candidate_id, version=version, result=result)
    return ExamFailed.model_validate(taken.model_dump(exclude={"grade"}))


def registered(
    candidate_id: str = JANE,
    given: str = "Jane",
    family: str = "Doe",
    *,
    programme: str = "cisco",
    disclosure: bool = True,
    version: int = 1,
    name_revision: int = 1,
) -> CandidateRegistered | CandidateUpdated:
    kind = CandidateRegistered if version == 1 else CandidateUpdated
    return kind(
        programme=programme,
        candidate_id=candidate_id,
        version=version,
        contact=Contact(given_name=given, family_name=family, email="jane.doe@example.com"),
        disclosure=disclosure,
        registered_at=NOW,
        name_revision=name_revision,
    )


@dataclass
class Desk:
    """A running service, with tokens for everybody and a note of what it published."""

    app: FastAPI
    client: httpx2.AsyncClient
    bus: EmbeddedBus
    clock: FixedClock
    key: ECKey
    published: list[Any] = field(default_factory=list)

    @property
    def here(self) -> ServiceContext:
        found: ServiceContext = self.app.state.context
        return found

    def token(self, kind: str, subject: str, scope: str = "", **claims: Any) -> dict[str, str]:
        known = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": int(time.time()) + 3600}
        signed = sign({**known, "kind": kind, "scope": scope, **claims}, self.key)
        return {"Authorization": f"Bearer {signed}"}

    def candidate(self, candidate_id: str = JANE, programme: str = "cisco") -> dict[str, str]:
        return self.token("candidate", candidate_id, programme=programme)

    def staff(
        self, scope: str = "candidates:read", programmes: Sequence[str] = ("cisco", "juniper")
    ) -> dict[str, str]:
        return self.token("staff", "staff@example.com", scope, programmes=list(programmes))

    async def hear(self, *events: Event) -> None:
        """Have events delivered as one batch a type, and wait for what they lead to."""
        for kind in dict.fromkeys(type(event) for event in events):
            batch = [event for event in events if type(event) is kind]
            await self.bus.publish([Message(uuid7(), kind.type, encode(batch, NOW))])
        await self.settled()

    async def settled(self) -> None:
        """Everything written to the outbox has been published."""
        end = time.monotonic() + 20
        while True:
            async with self.here.database.reading() as session:
                rows, _ = await age(session, NOW)
            if rows == 0:
                return
            assert time.monotonic() < end, "the outbox does not empty"
            await asyncio.sleep(0.005)

    async def answer(
        self, path: str, headers: dict[str, str] | None = None, more: dict[str, str] | None = None
    ) -> httpx2.Response:
        given = {**(self.candidate() if headers is None else headers), **(more or {})}
        return await self.client.get(path, headers=given)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        answer = await self.answer(path, headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self, path: str, body: Any, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        given = self.candidate() if headers is None else headers
        answer = await self.client.post(path, json=body, headers=given)
        await self.settled()
        return answer

    def told(self) -> list[Any]:
        """What was published since this was asked last."""
        found = list(self.published)
        self.published.clear()
        return found

    async def new_day(self, instant: str) -> list[Any]:
        """Let the clock stand at an instant and do its work; return what it published."""
        self.told()
        self.clock.move_to(datetime.fromisoformat(instant))
        await keep_days(self.here)
        await self.settled()
        return self.told()

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.here.database.reading() as session:
            return [tuple(row) for row in await session.execute(text(sql))]

    async def state(self) -> list[tuple[Any, ...]]:
        """What is earned by whom, without what is drawn at random or counts the publications."""
        return await self.rows(
            "SELECT candidate_id, code, cycle, started_on, active_on, expires_on, withdrawn"
            " FROM certifications ORDER BY candidate_id, code"
        )


@asynccontextmanager
async def open_desk(
    url: str, programmes: Programmes = PROGRAMMES, **changes: Any
) -> AsyncIterator[Desk]:
    settings = Settings(
        environment="test", database_url=url, public_url="https://certtrack.example", **changes
    )
    key = ECKey.generate_key("P-256", {"kid": "test"}, private=True)
    document = {"keys": [key.as_dict(private=False)]}

    async def source() -> dict[str, Any]:
        return document

    bus, clock = EmbeddedBus(), FixedClock(NOW)
    published: list[Any] = []

    async def note(messages: Sequence[Message]) -> None:
        kinds = {kind.type: kind for kind in PUBLISHED}
        for message in messages:
            published.extend(one["data"] for one in decode(message.body, kinds[message.type]))

    bus.subscribe("listener", [kind.type for kind in PUBLISHED], note)
    app = create_app(settings, bus=bus, clock=clock, keys=Keys(source), programmes=programmes)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://certifications"
        ) as client,
    ):
        yield Desk(app, client, bus, clock, key, published)
