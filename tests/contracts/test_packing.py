"""Long messages are an eighth as long on RabbitMQ; what says so and is not is kept aside."""

import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import aio_pika
import pytest

from shared.bus import packing
from shared.bus.packing import PACKED, WORTH_BYTES, pack, unpack
from shared.bus.rabbit import queue_name
from shared.envelope import Message, encode
from shared.events import CandidateRegistered, ExamPassed
from shared.ids import uuid7
from tests.modes import Mode
from tests.shared.desk import Desk, House, house, passed, until


@pytest.fixture
async def opened(distributed: Mode) -> AsyncIterator[House]:
    async with house(distributed) as built:
        yield built


@pytest.mark.parametrize("length", [0, WORTH_BYTES - 1, WORTH_BYTES, 1_000_000])
def test_a_body_comes_out_as_it_went_in(length: int) -> None:
    body = bytes(place % 251 for place in range(length))
    travelling, encoding = pack(body)
    assert encoding == (None if length < WORTH_BYTES else PACKED)
    assert len(travelling) < length or encoding is None
    assert unpack(travelling, encoding) == body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{not packed", id="not packed"),
        pytest.param(zlib.compress(b"x" * 100)[:-5], id="cut off"),
        pytest.param(zlib.compress(b"x" * 100) + b"y", id="something behind it"),
        pytest.param(zlib.compress(b"x" * 2_000), id="too long"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_only_says_that_it_is_packed_is_left_alone(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "MOST_BYTES", 1_000)
    assert unpack(body, PACKED) == body
    assert unpack(body, "gzip") == body


@pytest.mark.distributed
async def test_a_batch_is_packed_in_the_queue_and_a_single_event_legible(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    batch = Message(uuid7(), ExamPassed.type, encode([passed(n) for n in range(500)], _now()))
    single = Message(uuid7(), ExamPassed.type, encode([passed(501)], _now()))
    await exams.relay.bus.publish([batch, single])
    async with await aio_pika.connect(opened.mode.bus_url) as link, link.channel() as channel:
        queue = await channel.get_queue(queue_name("certifications"))
        found = [await queue.get(timeout=10) for _ in range(2)]
    first, second = sorted(found, key=lambda one: len(one.body), reverse=True)
    assert first.content_encoding == PACKED
    assert len(first.body) * 5 < len(batch.body)
    assert zlib.decompress(first.body) == batch.body
    assert (second.content_encoding, second.body) == (None, single.body)


@pytest.mark.distributed
async def test_a_message_that_is_not_packed_as_it_says_is_parked_raw(opened: House) -> None:
    exams = await opened.open("exams", types=(CandidateRegistered,))
    certifications = await opened.open("certifications")
    await exams.add(*(passed(number) for number in range(500)))
    await exams.relay.send()  # with that the queues are there
    async with await aio_pika.connect(opened.mode.bus_url) as link, link.channel() as channel:
        lie = aio_pika.Message(
            b"not packed", message_id=str(uuid7()), type=ExamPassed.type, content_encoding=PACKED
        )
        await channel.default_exchange.publish(lie, queue_name("certifications"))
    await until(partial(_handled, certifications, 500))
    await until(certifications.parked)
    (row,) = await certifications.parked()
    assert (row["type"], row["body"], row["event_id"]) == (ExamPassed.type, b"not packed", None)


async def _handled(desk: Desk, count: int) -> bool:
    return len(await desk.effects()) == count


def _now() -> datetime:
    return datetime.now(UTC)
