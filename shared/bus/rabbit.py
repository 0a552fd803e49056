"""The bus over RabbitMQ: a topic exchange, one quorum queue per service, publisher confirms.

One session (connection, channels, queues) lives under a supervisor that rebuilds all of it on
any error; aio-pika's own robust connection was measured not to come back after a broker kill.
"""

import asyncio
import contextlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from shared.bus import Deliver
from shared.bus.packing import pack, unpack
from shared.bus.topology import subscribers
from shared.envelope import CONTENT_TYPE, Message
from shared.errors import TransientFault
from shared.failpoints import failpoint
from shared.logs import log

EXCHANGE = "certtrack.events"
DEAD_LETTERS = "certtrack.dead"
PUBLISH_SECONDS = 10.0
# While one batch waits for its commit, another is decoded; consumers bear any order, as they do
# with several instances.
WORKERS = 2
# A message that comes alone is handled at once. Where the last one was handled less than so many
# seconds ago, what comes is a stream, and consumers may gather for a while.
STREAM_SECONDS = 0.5
# So much is worth a transaction of its own, about a hundred events; and so much is enough for one.
WORTH_BYTES = 64_000
FULL_BYTES = 1_000_000
# Seconds; the library's minute would take three to notice a broker that vanished without a word.
HEARTBEAT = 20
# Deliveries before a message is dead-lettered: a last resort, because the consumer itself
# retries and parks. High enough for a process that is killed again and again while it works.
DELIVERY_LIMIT = 50

_Received = tuple[AbstractIncomingMessage, Message]


@dataclass
class _Session:
    connection: Any
    exchange: Any
    default: Any
    ended: asyncio.Event


def queue_name(consumer: str) -> str:
    """Return the name of a consumer's queue."""
    return f"certtrack.{consumer}"


class RabbitBus:
    """A bus over RabbitMQ, used by one process for one or more services.

    url: amqp://; name: shown in the broker's list of connections; prefetch: messages held
    unacknowledged; linger_milliseconds: how long to wait for more messages to fill a batch;
    gather_milliseconds: how long in a stream of small messages.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        prefetch: int = 40,
        linger_milliseconds: float = 2.0,
        gather_milliseconds: float = 0.0,
    ) -> None:
        self.url = url
        self.name = name
        self.prefetch = prefetch
        self.linger = linger_milliseconds / 1000
        self.gather = gather_milliseconds / 1000
        self._subscribers: dict[str, tuple[frozenset[str], Deliver]] = {}
        self._session: _Session | None = None
        self._heard = frozenset().union(*subscribers().values())
        self._ready = asyncio.Event()
        self._supervisor: asyncio.Task[None] | None = None
        self._fault: str | None = "not connected yet"

    def subscribe(self, consumer: str, types: Collection[str], deliver: Deliver) -> None:
        """Have messages of these types delivered to a consumer; before `start`."""
        self._subscribers[consumer] = (frozenset(types), deliver)

    async def start(self) -> None:
        """Begin to connect, publish and deliver in the background."""
        self._supervisor = asyncio.create_task(self._supervise(), name=f"rabbit {self.name}")

    async def stop(self) -> None:
        """Disconnect; unacknowledged messages come again."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None

    def fault(self) -> str | None:
        """Return why there is no session with the broker, or None."""
        return self._fault

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return once the broker has confirmed every message; raise otherwise."""
        await self._send(
            [
                (self._exchange_of, message.type, message, message.type in self._heard)
                for message in messages
            ]
        )

    async def send(self, consumer: str, messages: Sequence[Message]) -> None:
        """Put messages into one consumer's queue."""
        key = queue_name(consumer)
        await self._send([(self._default_of, key, message, True) for message in messages])

    @staticmethod
    def _exchange_of(session: _Session) -> Any:
        return session.exchange

    @staticmethod
    def _default_of(session: _Session) -> Any:
        return session.default

    async def _send(self, parts: Sequence[tuple[Any, str, Message, bool]]) -> None:
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._ready.wait()
                session = self._session
                if session is None:
                    raise TransientFault("the broker is away")
                await asyncio.gather(
                    *(
                        exchange_of(session).publish(
                            _outgoing(message), routing_key=key, mandatory=mandatory
                        )
                        for exchange_of, key, message, mandatory in parts
                    )
                )
        except TimeoutError as late:
            # A publish that hangs (disk alarm, frozen connection) may still land: the inbox
            # absorbs the duplicate.
            raise TransientFault(f"no confirm from the broker in {PUBLISH_SECONDS:.0f} s") from late
        except (aio_pika.exceptions.AMQPError, OSError, RuntimeError) as fault:
            self._end_session()
            raise TransientFault(f"the broker did not take the message: {fault!r}") from fault

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.ended.set()

    async def _supervise(self) -> None:
        pause = 0.2
        while True:
            try:
                async with contextlib.AsyncExitStack() as stack:
                    session = await self._open(stack)
                    self._session, self._fault = session, None
                    self._ready.set()
                    pause = 0.2
                    log.info("broker connected", process_name=self.name)
                    await session.ended.wait()
                    raise ConnectionError("the session with the broker has ended")
            except asyncio.CancelledError:
                raise
            except Exception as fault:  # whatever broke, everything is rebuilt
                self._fault = f"broker at {_address(self.url)}: {fault!r}"
                log.warning("broker unreachable, trying again", fault=self._fault, seconds=pause)
            finally:
                self._session = None
                self._ready.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 3.0)

    async def _open(self, stack: contextlib.AsyncExitStack) -> _Session:
        ended = asyncio.Event()
        connection = await aio_pika.connect(
            _with_heartbeat(self.url), timeout=10, client_properties={"connection_name": self.name}
        )
        stack.push_async_callback(_close_quietly, connection)
        connection.close_callbacks.add(lambda *_: ended.set())
        sending = await connection.channel(publisher_confirms=True, on_return_raises=True)
        sending.close_callbacks.add(lambda *_: ended.set())
        exchange = await sending.declare_exchange(
            EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True
        )
        queues = await _declare(sending, exchange)
        for consumer, (_, deliver) in self._subscribers.items():
            channel = await connection.channel(publisher_confirms=False)
            channel.close_callbacks.add(lambda *_: ended.set())
            await channel.set_qos(prefetch_count=self.prefetch)
            inward: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
            queue = await channel.get_queue(queues[consumer], ensure=False)
            for number in range(WORKERS):
                worker = asyncio.create_task(
                    self._consume(inward, deliver), name=f"consume {consumer} {number}"
                )
                worker.add_done_callback(lambda _: ended.set())
                stack.push_async_callback(_cancel, worker)
            await queue.consume(inward.put)
        return _Session(connection, exchange, sending.default_exchange, ended)

    async def _consume(
        self, inward: asyncio.Queue[AbstractIncomingMessage], deliver: Deliver
    ) -> None:
        linger, handled_at = self.linger, -STREAM_SECONDS
        while True:
            batch = [await _next(inward)]
            now = time.monotonic()
            streams = now - handled_at < STREAM_SECONDS
            await self._fill(batch, inward, now, linger, self.gather if streams else linger)
            # Under load a longer wait makes fewer, fuller transactions.
            linger = min(linger * 2, 0.02) if len(batch) > 1 else self.linger
            await deliver([message for _, message in batch])
            failpoint("consumer.before_ack")
            for incoming, _ in batch:
                await incoming.ack()
            handled_at = time.monotonic()

    async def _fill(
        self,
        batch: list[_Received],
        inward: asyncio.Queue[AbstractIncomingMessage],
        begun: float,
        linger: float,
        gather: float,
    ) -> None:
        """Wait for more: for as long as `gather` while what there is is little."""
        size = len(batch[0][1].body)
        # The broker sends no more than the prefetch: all of it held here, nothing would come.
        while len(batch) < max(1, self.prefetch // WORKERS) and size < FULL_BYTES:
            patience = linger if size >= WORTH_BYTES else max(linger, gather)
            try:
                async with asyncio.timeout(begun + patience - time.monotonic()):
                    batch.append(await _next(inward))
            except TimeoutError:
                return
            size += len(batch[-1][1].body)


def _outgoing(message: Message) -> aio_pika.Message:
    body, encoding = pack(message.body)
    return aio_pika.Message(
        body,
        message_id=str(message.id),
        type=message.type,
        content_type=CONTENT_TYPE,
        content_encoding=encoding,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


async def _next(inward: asyncio.Queue[AbstractIncomingMessage]) -> _Received:
    incoming = await inward.get()
    return incoming, _message(incoming)


def _message(incoming: AbstractIncomingMessage) -> Message:
    try:
        identity: UUID | str = UUID(incoming.message_id or "")
    except ValueError:
        # Not ours; a stable id keeps a redelivery from being parked twice.
        identity = _derived_id(incoming)
    body = unpack(incoming.body, incoming.content_encoding)
    return Message(identity, incoming.type or incoming.routing_key or "", body)


def _derived_id(incoming: AbstractIncomingMessage) -> UUID:
    digest = sha256(f"{incoming.message_id}\0{incoming.routing_key}\0".encode() + incoming.body)
    return UUID(bytes=digest.digest()[:16])


async def _declare(channel: Any, exchange: Any) -> dict[str, str]:
    dead = await channel.declare_exchange(DEAD_LETTERS, aio_pika.ExchangeType.FANOUT, durable=True)
    graveyard = await channel.declare_queue(
        DEAD_LETTERS, durable=True, arguments={"x-queue-type": "quorum"}
    )
    await graveyard.bind(dead)
    names = {}
    for consumer, types in subscribers().items():
        names[consumer] = queue_name(consumer)
        queue = await channel.declare_queue(
            names[consumer],
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": DEAD_LETTERS,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        for type_ in sorted(types):
            await queue.bind(exchange, routing_key=type_)
    return names


async def _close_quietly(connection: Any) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(3):
            await connection.close()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task


def _with_heartbeat(url: str) -> str:
    return url if "heartbeat=" in url else f"{url}{'&' if '?' in url else '?'}heartbeat={HEARTBEAT}"


def _address(url: str) -> str:
    return url.rpartition("@")[2]
