"""What both buses promise, in one suite: the embedded bus is proven equal to RabbitMQ."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.bus import embedded
from shared.clock import FixedClock
from shared.envelope import Message, encode
from shared.errors import TransientFault
from shared.events import CandidateRegistered, ExamPassed, event_types
from shared.housekeeping import tidy
from shared.ids import uuid7
from shared.outbox import OUTBOX
from shared.settings import Settings
from tests.modes import Mode
from tests.shared.desk import EFFECTS, House, house, passed, until
from tests.shared.examples import example


@pytest.fixture
async def opened(mode: Mode) -> AsyncIterator[House]:
    async with house(mode) as built:
        yield built


async def test_every_subscriber_gets_every_event_once(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    notifications = await opened.open("notifications")
    opened.start_relay("exams")
    await exams.add(*(passed(number) for number in range(1_200)))
    for desk in (certifications, notifications):
        await until(partial(_count, desk, 1_200))
        assert sum(len(events) for events in desk.handled) == 1_200
    assert await exams.effects() == {}
    await until(lambda: _is(exams.unpublished, 0))


async def test_a_few_large_messages_or_many_small_ones_fill_a_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "PORTION_BYTES", 1_000)
    delivered: list[list[int]] = []

    async def deliver(messages: Sequence[Message]) -> None:
        delivered.append([len(message.body) for message in messages])

    bus = embedded.EmbeddedBus()
    bus.subscribe("certifications", [ExamPassed.type], deliver)
    sizes = [1, 400, 599, 5_000, 10, 10]
    messages = [Message(uuid7(), ExamPassed.type, b" " * size) for size in sizes]
    await bus.publish(messages)
    await bus.send("certifications", messages[:1])
    assert delivered == [[1, 400, 599], [5_000], [10, 10], [1]]


async def test_a_message_delivered_again_takes_effect_once(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    await exams.add(passed(1), passed(2))
    messages = [message async for batch in _messages(exams) for message in batch]
    await exams.relay.bus.publish(messages)
    await exams.relay.bus.publish(messages)
    await exams.relay.bus.publish(messages * 2)
    await exams.add(passed(3))
    assert await exams.relay.send() == 2
    await until(lambda: _count(certifications, 3))
    await until(lambda: _is(certifications.inbox, 2))
    assert sum(len(events) for events in certifications.handled) == 3


async def test_a_transient_fault_is_tried_again_and_nothing_is_parked(opened: House) -> None:
    faults = [TransientFault("away"), ConnectionResetError("cut"), TimeoutError("late")]

    async def handler(_session: AsyncSession, _events: Sequence[ExamPassed]) -> None:
        if faults:
            raise faults.pop()

    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications", handler)
    opened.start_relay("exams")
    await exams.add(*(passed(number) for number in range(20)))
    await until(lambda: _count(certifications, 20))
    assert faults == []
    assert await certifications.parked() == []


async def test_a_permanent_fault_is_parked_singly_and_the_rest_commits(opened: House) -> None:
    async def handler(_session: AsyncSession, events: Sequence[ExamPassed]) -> None:
        for event in events:
            if event.exam_code == "bad":
                raise ValueError("no such exam: bad")

    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications", handler)
    opened.start_relay("exams")
    await exams.add(*(passed(n, code="bad" if n in (7, 60) else "200-301") for n in range(100)))
    await until(lambda: _count(certifications, 98))
    parked = await certifications.parked()
    assert [row["subject"] for row in parked] == ["CSCO10000007", "CSCO10000060"]
    assert all(row["error"] == "ValueError: no such exam: bad" for row in parked)
    assert [from_json(row["body"])[0]["data"]["registration_number"] for row in parked] == [
        "R7",
        "R60",
    ]
    assert all(row["event_id"] == from_json(row["body"])[0]["id"] for row in parked)


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        pytest.param(ExamPassed.type, b"{not json", id="not JSON"),
        pytest.param(ExamPassed.type, b'{"data": 1}', id="not a batch"),
        pytest.param(ExamPassed.type, b"\xff\xfe\x00", id="not text"),
        pytest.param("exams.exam.passed.v99", b"[{}]", id="unknown version"),
    ],
)
async def test_what_cannot_be_decoded_is_parked_raw(opened: House, type_: str, body: bytes) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    foreign = Message(uuid7(), type_, body)
    good = Message(uuid7(), ExamPassed.type, encode([passed(1)], _now()))
    if opened.mode.distributed:
        await exams.relay.bus.send("certifications", [foreign, good])
    else:
        await certifications.consumer.deliver([foreign, good])
    await until(lambda: _count(certifications, 1))
    # Two messages, two workers: the good one may be through before the other is parked.
    await until(certifications.parked)
    (row,) = await certifications.parked()
    assert (row["type"], row["body"], row["event_id"]) == (type_, body, None)


async def test_an_event_with_a_wrong_field_is_parked_and_its_neighbours_are_not(
    opened: House,
) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    batch = from_json(encode([passed(1), passed(2), passed(3)], _now()))
    batch[1]["data"]["exam_date"] = "yesterday"
    batch[2]["data"]["a field of the future"] = {"ignored": True}
    await exams.relay.bus.send(
        "certifications", [Message(uuid7(), ExamPassed.type, to_json(batch))]
    )
    await until(lambda: _count(certifications, 2))
    (row,) = await certifications.parked()
    assert row["subject"] == "CSCO10000002"
    assert "exam_date" in row["error"]
    assert set(await certifications.effects()) == {"R1", "R3"}


async def test_any_order_and_any_repetition_give_the_same_state(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    versions = [passed(n, version=version) for n in range(30) for version in (1, 2, 3)]
    chance = random.Random(20261122)
    for _ in range(4):
        chance.shuffle(versions)
        messages = [
            Message(uuid7(), ExamPassed.type, encode(versions[start : start + 7], _now()))
            for start in range(0, len(versions), 7)
        ]
        await exams.relay.bus.publish(messages)
        await until(lambda: _count(certifications, 30))
    await until(lambda: _is(certifications.inbox, 4 * 13))
    assert set((await certifications.effects()).values()) == {(3, 1)}


async def test_what_was_published_before_the_consumer_came_is_not_lost(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    if opened.mode.distributed:
        await exams.add(passed(1))
        assert await exams.relay.send() == 1
        certifications = await opened.open("certifications")
    else:
        # In one process the outbox is the queue: a relay that runs only later finds the row.
        await exams.add(passed(1))
        certifications = await opened.open("certifications")
        opened.start_relay("exams")
    await until(lambda: _count(certifications, 1))


async def test_replay_of_one_producer_into_one_consumer(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    notifications = await opened.open("notifications")
    opened.start_relay("exams")
    await exams.add(*(passed(number) for number in range(40)))
    await until(lambda: _count(certifications, 40))
    await until(lambda: _count(notifications, 40))
    async with certifications.database.transaction() as session:
        await session.execute(EFFECTS.delete())
    async for messages in outbox.history(exams.database, [ExamPassed.type]):
        await exams.relay.bus.send("certifications", messages)
    await until(lambda: _count(certifications, 40))
    assert await notifications.inbox() == 1


async def test_a_secret_event_is_blanked_once_published_and_not_replayed(opened: House) -> None:
    link = example(event_types()["identity.sign_in_link.requested.v1"])
    identity = await opened.open("identity", types=(ExamPassed,))
    await identity.add(link)
    async with identity.database.reading() as session:
        assert b"token" in (await session.execute(select(OUTBOX.c.body))).scalar_one()
    assert await identity.relay.send() == 1
    async with identity.database.reading() as session:
        assert (await session.execute(select(OUTBOX.c.body))).scalar_one() == b""
    replayed = [batch async for batch in outbox.history(identity.database, [link.type])]
    assert replayed == []


async def _count(desk: Any, wanted: int) -> bool:
    return len(await desk.effects()) == wanted


async def _is(read: Any, wanted: int) -> bool:
    return bool(await read() == wanted)


async def _messages(desk: Any) -> AsyncIterator[list[Message]]:
    async with desk.database.reading() as session:
        rows = (await session.execute(select(OUTBOX.c.id, OUTBOX.c.type, OUTBOX.c.body))).all()
    yield [Message(row.id, row.type, row.body) for row in rows]


def _now() -> datetime:
    return datetime.now(UTC)


async def test_housekeeping_forgets_only_what_is_old_and_already_published(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    await exams.add(passed(1))
    assert await exams.relay.send() == 1
    await until(lambda: _count(certifications, 1))
    await exams.add(passed(2))
    for days, left in ((Settings(), 2), (Settings(inbox_days=1, outbox_days=1), 1)):
        for desk in (exams, certifications):
            here = desk.database.context
            assert here is not None
            here.settings, here.clock = days, FixedClock(_now() + timedelta(days=20))
            await tidy(here)
        async with exams.database.reading() as session:
            assert len((await session.execute(select(OUTBOX.c.id))).all()) == left
    assert await exams.unpublished() == 1
    assert await certifications.inbox() == 0
