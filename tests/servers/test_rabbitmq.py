from collections.abc import Iterator
from pathlib import Path

import aio_pika
import psutil
import pytest
from aio_pika.abc import AbstractChannel
from pamqp.common import FieldTable

from deploy.local.ports import answers
from deploy.local.rabbitmq import NamedRabbitmq, RabbitmqServer

pytestmark = [pytest.mark.distributed, pytest.mark.slow]

DURABLE: FieldTable = {"x-queue-type": "quorum"}


@pytest.fixture(scope="module")
def server(server_folder: Path) -> Iterator[RabbitmqServer]:
    server = RabbitmqServer(server_folder / "rabbitmq-of-its-own")
    server.start()
    yield server
    server.stop()


async def put(channel: AbstractChannel, body: bytes) -> None:
    await channel.declare_queue("results", durable=True, arguments=DURABLE)
    message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await channel.default_exchange.publish(message, routing_key="results")


async def waiting(url: str) -> int:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        queue = await channel.declare_queue("results", durable=True, arguments=DURABLE)
        return queue.declaration_result.message_count or 0


async def test_messages_survive_restart_and_kill(server: RabbitmqServer) -> None:
    url = server.create_vhost()
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        await put(channel, b"passed")

    server.restart()
    assert await waiting(url) == 1

    first = server.pid
    server.kill9()
    assert not server.alive
    assert not answers(server.port)
    assert not psutil.pid_exists(first)
    server.start()
    assert await waiting(url) == 1


async def test_vhosts_do_not_see_each_other(server: RabbitmqServer) -> None:
    one, other = server.create_vhost(), server.create_vhost()
    async with await aio_pika.connect(one) as connection, connection.channel() as channel:
        await put(channel, b"passed")

    assert await waiting(one) == 1
    assert await waiting(other) == 0


def test_stopping_leaves_no_port_mapper(server: RabbitmqServer) -> None:
    server.start()
    mapper = int(server._environment["ERL_EPMD_PORT"])
    assert answers(mapper)

    server.stop()

    assert not answers(mapper)
    assert not answers(server.port)


async def test_the_session_s_broker_takes_connections(rabbitmq_server: NamedRabbitmq) -> None:
    assert await waiting(rabbitmq_server.create_vhost()) == 0
