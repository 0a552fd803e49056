"""A bad network between a service and its broker or database: late, frozen, cut."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from deploy.local.rabbitmq import RabbitmqServer
from shared import database
from shared.bus import rabbit
from shared.consuming import Consumer
from shared.database import is_transient
from shared.envelope import Message
from shared.events import CandidateRegistered
from tests.faults.proxy import Proxy
from tests.modes import Mode
from tests.shared.desk import Desk, House, house, passed, until

pytestmark = [pytest.mark.faults, pytest.mark.distributed]


@pytest.fixture
async def opened(distributed: Mode) -> AsyncIterator[House]:
    async with house(distributed) as built:
        yield built


@pytest.fixture
async def broker(distributed: Mode) -> AsyncIterator[Proxy]:
    """In front of the broker, for whoever opens behind it."""
    async with Proxy(distributed.bus_url) as proxy:
        yield proxy


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """How often each message was delivered to anybody, by its id."""
    counted: Counter[object] = Counter()
    deliver = Consumer.deliver

    async def counting(self: Consumer, messages: Sequence[Message]) -> None:
        counted.update(message.id for message in messages)
        await deliver(self, messages)

    monkeypatch.setattr(Consumer, "deliver", counting)
    return counted


async def exams_behind(opened: House, url: str) -> Desk:
    """The publishing service, its broker behind another address."""
    direct = opened.mode.bus_url
    opened.mode._bus_url = url
    exams = await opened.open("exams", types=(CandidateRegistered,))
    opened.mode._bus_url = direct
    opened.start_relay("exams")
    return exams


async def certifications_behind(opened: House, url: str) -> Desk:
    """The consuming service, its broker behind another address."""
    direct = opened.mode.bus_url
    opened.mode._bus_url = url
    certifications = await opened.open("certifications")
    opened.mode._bus_url = direct
    return certifications


async def all_arrived(exams: Desk, certifications: Desk, events: int) -> None:
    """Everything published, handled exactly once, nothing parked."""

    async def done() -> bool:
        try:
            arrived = len(await certifications.effects()) == events
            parked.append(await certifications.parked())
            return await exams.unpublished() == 0 and arrived
        except Exception as fault:
            # We look through the same line, and may be the first to meet a dead connection.
            if not is_transient(fault):
                raise
            return False

    parked: list[list[Any]] = []
    await until(done, 60)
    assert sum(len(handled) for handled in certifications.handled) == events
    assert parked[-1] == []


async def has(desk: Desk, events: int) -> bool:
    return len(await desk.effects()) >= events


async def test_an_unconfirmed_publish_lands_and_its_repeats_are_absorbed(
    opened: House,
    broker: Proxy,
    deliveries: Counter[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rabbit, "PUBLISH_SECONDS", 0.3)
    exams = await exams_behind(opened, broker.url)
    certifications = await opened.open("certifications")
    await exams.add(passed(1))
    await until(lambda: has(certifications, 1))
    await until(lambda: _is(exams, 0))
    broker.freeze(upward=False)  # what is sent arrives; the confirm does not come back
    await exams.add(passed(2))
    await until(lambda: deliveries.most_common(1)[0][1] >= 2)
    assert await exams.unpublished() == 1
    broker.thaw()
    await all_arrived(exams, certifications, 2)
    assert await certifications.inbox() == 2


async def test_a_publish_held_up_on_its_way_lands_later_and_once(
    opened: House,
    broker: Proxy,
    deliveries: Counter[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rabbit, "PUBLISH_SECONDS", 0.3)
    exams = await exams_behind(opened, broker.url)
    certifications = await opened.open("certifications")
    await exams.add(passed(1))
    await until(lambda: _is(exams, 0))
    broker.freeze()
    await exams.add(passed(2))
    await asyncio.sleep(1.5)  # long enough for it to be sent again, and again
    assert await exams.unpublished() == 1
    broker.thaw()
    await all_arrived(exams, certifications, 2)
    await until(lambda: max(deliveries.values()) >= 2)


async def test_a_frozen_connection_is_given_up_by_its_heartbeat(
    opened: House, broker: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbit, "PUBLISH_SECONDS", 0.5)
    exams = await exams_behind(opened, f"{broker.url}?heartbeat=1")
    certifications = await opened.open("certifications")
    await exams.add(passed(1))
    await until(lambda: _is(exams, 0))
    broker.freeze()  # and never thawed
    await exams.add(passed(2))
    await all_arrived(exams, certifications, 2)


async def test_the_publishers_connection_is_cut_again_and_again(
    opened: House, broker: Proxy, deliveries: Counter[object]
) -> None:
    exams = await exams_behind(opened, broker.url)
    certifications = await opened.open("certifications")
    broker.delay = 0.002
    for cut in range(3):
        for message in range(60):
            first = cut * 600 + message * 10
            await exams.add(*(passed(number) for number in range(first, first + 10)))
        await until(partial(has, certifications, cut * 600 + 10))
        broker.cut()
    await all_arrived(exams, certifications, 1_800)


async def test_the_consumers_acknowledgements_are_lost_and_the_messages_come_again(
    opened: House, broker: Proxy, deliveries: Counter[object]
) -> None:
    certifications = await certifications_behind(opened, broker.url)
    exams = await exams_behind(opened, opened.mode.bus_url)
    await exams.add(passed(1))
    await until(lambda: has(certifications, 1))
    broker.freeze(downward=False)
    await exams.add(*(passed(number) for number in range(2, 50)))
    await exams.add(*(passed(number) for number in range(50, 100)))
    await until(lambda: has(certifications, 99))
    broker.cut()
    await exams.add(passed(100))
    await all_arrived(exams, certifications, 100)
    await until(lambda: max(deliveries.values()) >= 2)
    assert sum(len(handled) for handled in certifications.handled) == 100


async def test_a_broker_that_takes_nothing_because_its_disk_is_full(
    opened: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = opened.mode.rabbitmq
    if not isinstance(broker, RabbitmqServer):
        pytest.skip("the broker is not ours to fill")
    monkeypatch.setattr(rabbit, "PUBLISH_SECONDS", 0.5)
    exams = await exams_behind(opened, opened.mode.bus_url)
    certifications = await opened.open("certifications")
    await exams.add(passed(1))
    await until(lambda: _is(exams, 0))
    await asyncio.to_thread(broker.control, "set_disk_free_limit", "100000GB")
    try:
        await exams.add(passed(2))
        await asyncio.sleep(1.5)  # long enough for it to be sent again
        assert await exams.unpublished() == 1
    finally:
        await asyncio.to_thread(broker.control, "set_disk_free_limit", "50MB")
    await all_arrived(exams, certifications, 2)


@pytest.mark.parametrize("fault", ["late", "frozen", "cut", "frozen, then cut", "frozen for good"])
@pytest.mark.parametrize("service", ["exams", "certifications"])
async def test_a_bad_line_to_the_database(
    opened: House, service: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "frozen for good":
        monkeypatch.setattr(database, "STATEMENT_SECONDS", 2.0)
    direct = opened.mode.database_url(service)
    async with Proxy(direct) as line:
        opened.mode._databases[service] = line.url
        exams = await exams_behind(opened, opened.mode.bus_url)
        certifications = await opened.open("certifications")
        line.delay = 0.005
        for number in range(60):
            if number in {20, 40}:
                break_line(line, fault)
            await _persistently(exams, number)
        line.delay = 0.0
        await all_arrived(exams, certifications, 60)
        for desk in (exams, certifications):
            await desk.database.close()


async def test_a_server_notices_within_a_minute_that_a_client_has_vanished(opened: House) -> None:
    exams = await opened.open("exams")
    async with exams.database.reading() as session:
        query = "SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp_keepalives%'"
        found = (await session.execute(text(query))).all()
    seconds = {row.name.removeprefix("tcp_keepalives_"): int(row.setting) for row in found}
    assert 0 < seconds["idle"] + seconds["interval"] * seconds["count"] <= 60


def break_line(line: Proxy, fault: str) -> None:
    """Do to a line what the fault's name says."""
    if fault == "cut":
        line.cut()
    elif fault.startswith("frozen"):
        line.freeze()
        after = {"frozen": line.thaw, "frozen, then cut": line.cut}.get(fault, line.give_up)
        seconds = 4.0 if fault == "frozen for good" else 0.5
        asyncio.get_running_loop().call_later(seconds, after)


async def _persistently(exams: Desk, number: int) -> None:
    # The line breaks before the transaction begins, so what failed was never committed.
    while True:
        try:
            await exams.add(passed(number))
            return
        except Exception:
            await asyncio.sleep(0.05)


async def _is(desk: Desk, unpublished: int) -> bool:
    return await desk.unpublished() == unpublished
