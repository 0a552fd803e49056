"""The web edge that every service has: errors in one form, limits, request ids, parked events."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from joserfc.jwk import ECKey
from prometheus_client import REGISTRY
from pydantic import BaseModel, Field
from sqlalchemy import select, text

from shared import outbox, parked
from shared.auth import Keys, anyone, sign
from shared.envelope import Message, encode
from shared.errors import Conflict
from shared.events import ExamPassed, SignInLinkRequested
from shared.ids import uuid7
from shared.outbox import PARKED
from shared.programmes import Programmes
from shared.settings import Settings
from shared.web import Here, Write, create_service
from tests.modes import Mode
from tests.shared.desk import METADATA, passed
from tests.shared.examples import example
from tests.shared.test_auth import claims

KEY = ECKey.generate_key("P-256", auto_kid=True)
router = APIRouter()


class Thing(BaseModel):
    name: str = Field(max_length=5)
    size: int


@router.post("/things", dependencies=[anyone()])
async def post_thing(thing: Thing, session: Write) -> Thing:
    await outbox.add(session, passed(thing.size))
    if thing.name == "clash":
        raise Conflict("there is one of that name", existing="clash")
    if thing.name == "crash":
        raise RuntimeError("a bug")
    if thing.name == "away":
        raise ConnectionRefusedError("nobody there")
    if "\0" in thing.name:
        await session.execute(text("SELECT CAST(:name AS text)"), {"name": thing.name})
    return thing


@router.get("/here", dependencies=[anyone()])
async def where(here: Here) -> dict[str, str]:
    return {"name": here.name}


class Hours:
    """A clock that goes on only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


@router.post("/slow", dependencies=[anyone()])
async def follow(request: Request) -> StreamingResponse:
    hours: Hours = request.app.state.hours
    async for part in request.stream():
        hours.now += 0.25 if part else 0

    async def told() -> AsyncIterator[bytes]:
        for _ in range(3):
            hours.now += 100
            yield b"."

    return StreamingResponse(told())


@pytest.fixture
async def app(mode: Mode) -> AsyncIterator[FastAPI]:
    async def source() -> Mapping[str, Any]:
        return {"keys": [KEY.as_dict(private=False)]}

    settings = Settings(
        database_url=mode.database_url("exams"), max_body_bytes=2_000, log_level="CRITICAL"
    )
    made = create_service(
        name="exams",
        settings=settings,
        router=router,
        keys=Keys(source),
        programmes=Programmes({}),
    )
    database = made.state.context.database
    async with database.engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://exams") as opened:
        yield opened


# Of the events in these tests: one written here, one made up of its schema.
PROGRAMMES = ["cisco", "text"]


def manager() -> dict[str, str]:
    mine = claims(kind="staff", sub="someone", scope="events:manage", programmes=PROGRAMMES)
    token = sign(mine, KEY)
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b'{"name": "clash", "size": 1}', 409, "conflict"),
        (b'{"name": "crash", "size": 1}', 500, "internal"),
        (b'{"name": "away", "size": 1}', 503, "unavailable"),
        (b'{"name": "too long", "size": "x"}', 422, "invalid"),
        (b'{"name": ', 400, "malformed"),
        (b'{"name": "a", "size": 1, "rest": "' + b"x" * 3_000 + b'"}', 413, "too-large"),
    ],
)
async def test_every_error_is_a_problem_document_and_writes_nothing(
    app: FastAPI, client: httpx2.AsyncClient, body: bytes, status: int, slug: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/things", content=body, headers=headers)
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"].endswith(f"/problems/{slug}")
    assert problem["request_id"] == answer.headers["x-request-id"]
    async with app.state.context.database.reading() as session:
        waiting, _ = await outbox.age(session, app.state.context.clock.now())
    assert waiting == 0


async def test_a_wrong_field_is_named(client: httpx2.AsyncClient) -> None:
    problem = (await client.post("/things", json={"name": "too long", "size": "x"})).json()
    assert {error["field"] for error in problem["errors"]} == {"name", "size"}


async def test_unknown_paths_and_methods_are_problems_too(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/nowhere")).json()["status"] == 404
    assert (await client.delete("/things")).json()["status"] == 405


async def test_a_null_character_is_the_senders_mistake_and_not_ours(
    mode: Mode, client: httpx2.AsyncClient
) -> None:
    answer = await client.post("/things", json={"name": "a\0", "size": 1})
    # PostgreSQL keeps no such text; SQLite does.
    assert answer.status_code == (422 if mode.distributed else 200)


async def test_a_request_id_is_kept_if_it_is_one(client: httpx2.AsyncClient) -> None:
    for given, kept in (("abcdef-12345", True), ("<script>", False), ("x" * 90, False)):
        answer = await client.get("/here", headers={"x-request-id": given})
        assert (answer.headers["x-request-id"] == given) is kept


async def test_ready_says_what_is_missing(app: FastAPI, client: httpx2.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready", "service": "exams"}
    async with app.state.context.database.transaction() as session:
        await session.execute(text("DROP TABLE outbox"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "outbox" in answer.json()["database"]
    assert (await client.get("/healthz")).status_code == 200


async def test_metrics_know_the_route(client: httpx2.AsyncClient) -> None:
    await client.get("/here")
    found = (await client.get("/metrics")).text
    assert 'certtrack_request_seconds_count{method="GET",route="/here",service="exams"' in found


async def test_a_slow_sender_and_a_long_answer_are_no_slow_service(
    app: FastAPI, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = app.state.hours = Hours()
    monkeypatch.setattr("shared.web.time", hours)

    async def sent() -> AsyncIterator[bytes]:
        for _ in range(4):
            hours.now += 1_000
            yield b"."

    def took() -> float:
        labels = {"service": "exams", "method": "POST", "route": "/slow", "status": "200"}
        return REGISTRY.get_sample_value("certtrack_request_seconds_sum", labels) or 0.0

    before = took()
    assert (await client.post("/slow", content=sent())).text == "..."
    assert took() - before == pytest.approx(1)


async def test_parked_events_are_listed_settled_and_secrets_stay_hidden(
    app: FastAPI, client: httpx2.AsyncClient
) -> None:
    here = app.state.context
    link = example(SignInLinkRequested)
    now = here.clock.now()
    async with here.database.transaction() as session:
        for event in (passed(1), link, passed(2)):
            body = encode([event], now)
            message = Message(uuid7(), type(event).type, body)
            await parked.park(
                session, message, body, ValueError("no"), now, programme=event.programme
            )
        foreign = Message(uuid7(), ExamPassed.type, b"[]")
        await parked.park(session, foreign, b"[]", ValueError("no"), now, programme="another")
        hidden = await session.scalar(select(PARKED.c.id).where(PARKED.c.programme == "another"))
    first = (await client.get("/parked?limit=2", headers=manager())).json()
    rest = (await client.get(f"/parked?cursor={first['next']}", headers=manager())).json()
    items = [*first["items"], *rest["items"]]
    assert [item["type"] for item in items] == [ExamPassed.type, link.type, ExamPassed.type]
    assert rest["next"] is None
    assert "R1" in items[0]["body"]
    assert "text" not in items[1]["body"]
    for item, action, outcome in (
        (items[0], "retry", "failed again"),
        (items[0], "discard", "discarded"),
    ):
        answer = await client.post(f"/parked/{item['id']}/{action}", headers=manager())
        assert answer.json() == {"id": item["id"], "outcome": outcome}
    again = await client.post(f"/parked/{items[0]['id']}/retry", headers=manager())
    assert again.status_code == 409
    for action in ("retry", "discard"):
        foreign_one = await client.post(f"/parked/{hidden}/{action}", headers=manager())
        assert foreign_one.status_code == 404
    assert (await client.post(f"/parked/{uuid7()}/retry", headers=manager())).status_code == 404
    assert (await client.get("/parked?cursor=nonsense", headers=manager())).status_code == 422
    assert (await client.get("/parked")).status_code == 401
