"""Consuming: a batch of messages is one transaction; what cannot be handled is parked singly."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from opentelemetry.propagate import extract
from opentelemetry.trace import Link, SpanKind, get_current_span, get_tracer
from pydantic_core import from_json
from sqlalchemy.ext.asyncio import AsyncSession
from tenacity import AsyncRetrying, retry_if_exception, wait_random_exponential

from shared import inbox, metrics, parked
from shared.clock import Clock
from shared.database import Database, is_transient
from shared.envelope import Envelope, Message, caused_by, causes, decode, take_apart
from shared.events import Event
from shared.failpoints import failpoint
from shared.logs import log
from shared.my_data.tombstones import of_the_living

TRACER = get_tracer("certtrack")
MOST_LINKS = 50

# Envelopes by the type of their events.
ByType = Mapping[str, Sequence[Envelope[Any]]]
Handler = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]
Subscriptions = Sequence[tuple[type[Event], Handler]]


class UnknownType(ValueError):
    """A message of a type that this service has no handler for."""


class Consumer:
    """The bus edge of one service: each event takes effect once, whatever is delivered."""

    def __init__(
        self, name: str, database: Database, subscriptions: Subscriptions, clock: Clock
    ) -> None:
        self.name = name
        self.database = database
        self.clock = clock
        self.handlers = {event.type: (event, handler) for event, handler in subscriptions}

    @property
    def types(self) -> frozenset[str]:
        """The event types that this consumer handles."""
        return frozenset(self.handlers)

    async def deliver(self, messages: Sequence[Message]) -> None:
        """Handle messages; return once committed, retry while a fault is transient."""
        try:
            await self._handle(messages)
        except Exception as fault:
            if not is_transient(fault):
                raise
            # Only now, because nearly every message is handled at once.
            self._note_retry(fault)
            await self._handle_again(messages)

    async def _handle_again(self, messages: Sequence[Message]) -> None:
        retrying = AsyncRetrying(
            retry=retry_if_exception(is_transient),
            wait=wait_random_exponential(multiplier=0.05, max=5),
            before_sleep=lambda state: self._note_retry(
                state.outcome.exception() if state.outcome else None
            ),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                await self._handle(messages)

    async def retry(self, session: AsyncSession, parked_id: UUID, by: str) -> bool:
        """Handle a parked event once more; return whether it worked this time."""
        row = await parked.get(session, parked_id)
        message = Message(row["message_id"], row["type"], row["body"])
        try:
            async with session.begin_nested():
                await self._apply(session, [message])
        except Exception as error:
            if is_transient(error):
                raise
            await parked.failed_again(session, parked_id, error)
            return False
        await parked.settle(session, parked_id, "retried", by, self.clock.now())
        return True

    async def _handle(self, messages: Sequence[Message]) -> None:
        try:
            async with self.database.transaction() as session:
                fresh = await inbox.claim(session, messages, self.clock.now())
                failpoint("consumer.before_apply")
                handled = await self._apply(session, fresh)
                failpoint("consumer.before_commit")
            failpoint("consumer.after_commit")
        except Exception as error:
            if is_transient(error):
                raise
            log.warning("batch taken apart", service=self.name, fault=repr(error))
            for message in messages:
                await self._handle_alone(message)
        else:
            self._measure(handled)

    async def _apply(self, session: AsyncSession, messages: Sequence[Message]) -> ByType:
        by_type: dict[str, list[Envelope[Any]]] = defaultdict(list)
        for message in messages:
            event, _ = self._handler(message.type)
            by_type[message.type] += decode(message.body, event)
        for type_, some in by_type.items():
            # Asked for each type anew: an erasure may be among the messages before it.
            envelopes = await of_the_living(session, some)
            if not envelopes:
                continue
            name = f"{self.name} consumes {type_}"
            token = causes.set(caused_by(envelopes))
            bound = structlog.contextvars.bind_contextvars(
                correlation=envelopes[-1].get("correlationid")
            )
            try:
                with TRACER.start_as_current_span(
                    name, kind=SpanKind.CONSUMER, links=_origins(envelopes)
                ):
                    await self.handlers[type_][1](session, [one["data"] for one in envelopes])
            finally:
                causes.reset(token)
                structlog.contextvars.reset_contextvars(**bound)
        return by_type

    async def _handle_alone(self, message: Message) -> None:
        now = self.clock.now()
        handled: dict[str, list[Envelope[Any]]] = defaultdict(list)
        async with self.database.transaction() as session:
            if not await inbox.claim(session, [message], now):
                return
            try:
                bodies = take_apart(message.body)
                self._handler(message.type)
            except ValueError as error:
                await parked.park(session, message, message.body, error, now)
                self._note_parked(message, error)
                return
            for body in bodies:
                single = Message(message.id, message.type, body)
                try:
                    async with session.begin_nested():
                        for type_, envelopes in (await self._apply(session, [single])).items():
                            handled[type_] += envelopes
                except Exception as error:
                    if is_transient(error):
                        raise
                    await parked.park(session, message, body, error, now, **_identity(body))
                    self._note_parked(message, error)
        self._measure(handled)

    def _handler(self, type_: str) -> tuple[type[Event], Handler]:
        try:
            return self.handlers[type_]
        except KeyError:
            raise UnknownType(f"{self.name} has no handler for {type_!r}") from None

    def _measure(self, handled: ByType) -> None:
        now = self.clock.now()
        for type_, envelopes in handled.items():
            if envelopes:
                metrics.CONSUMED.labels(self.name, type_).inc(len(envelopes))
                lag = now - min([envelope["time"] for envelope in envelopes])
                metrics.CONSUMER_LAG.labels(self.name, type_).observe(lag.total_seconds())

    def _note_retry(self, fault: BaseException | None) -> None:
        metrics.CONSUMER_RETRIES.labels(self.name).inc()
        log.warning("batch tried again", service=self.name, fault=repr(fault))

    def _note_parked(self, message: Message, error: BaseException) -> None:
        log.error("event parked", service=self.name, type=message.type, fault=repr(error))


def _origins(envelopes: Sequence[Envelope[Any]]) -> list[Link]:
    """Return links to the traces that a batch comes from; a batch has many, so none is parent."""
    found = {trace for one in envelopes if (trace := one.get("traceparent"))}
    contexts = (
        get_current_span(extract({"traceparent": trace})).get_span_context()
        for trace in sorted(found)[:MOST_LINKS]
    )
    return [Link(context) for context in contexts]


def _identity(body: bytes) -> dict[str, str | None]:
    """Return what tells a parked event from others, as far as it says."""
    event = from_json(body)[0]
    lengths = {"event_id": ("id", 80), "programme": ("programme", 40), "subject": ("subject", 80)}
    return {
        name: str(event[key])[:most] if event.get(key) else None
        for name, (key, most) in lengths.items()
    }
