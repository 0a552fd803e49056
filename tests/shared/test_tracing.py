"""Traces go through the bus: a batch links to the requests that it comes from."""

from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy.ext.asyncio import AsyncSession

from shared import consuming
from shared.envelope import Message, encode
from shared.events import ExamPassed
from shared.ids import uuid7
from tests.modes import Mode
from tests.shared.desk import house, passed


async def test_a_consumer_links_to_the_traces_of_its_events(
    embedded: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    monkeypatch.setattr(consuming, "TRACER", tracer)
    onward: list[bytes] = []

    async def handler(session: AsyncSession, events: Sequence[ExamPassed]) -> None:
        onward.append(encode(events, session.info["context"].clock.now()))

    async with house(embedded) as opened:
        certifications = await opened.open("certifications", handler)
        messages = []
        for number in (1, 2):
            with tracer.start_as_current_span(f"request {number}"):
                body = encode([passed(number)], certifications.consumer.clock.now())
                messages.append(Message(uuid7(), ExamPassed.type, body))
        await certifications.consumer.deliver(messages)
    *requests, consumer = exporter.get_finished_spans()
    assert [span.name for span in requests] == ["request 1", "request 2"]
    assert consumer.name == "certifications consumes exams.exam.passed.v1"
    linked = {link.context.trace_id for link in consumer.links}
    assert linked == {span.context.trace_id for span in requests}
    assert format(consumer.context.trace_id, "032x").encode() in onward[0]
