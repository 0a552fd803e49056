"""CloudEvents 1.0 in JSON batch mode: how events travel, and what caused what.

One message carries 1..500 events of one type (CloudEvents JSON event format, section 4).
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, NotRequired, TypeVar
from uuid import UUID

from opentelemetry.propagate import inject
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json
from typing_extensions import TypedDict  # which pydantic wants before Python 3.12

from shared.events import Event, producer_of
from shared.ids import uuid7

E = TypeVar("E", bound=Event)

MOST_EVENTS = 500
CONTENT_TYPE = "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True)
class Message:
    """What a bus carries: one batch of events of one type, encoded."""

    id: UUID | str
    type: str
    body: bytes


class Cause(NamedTuple):
    """What led to the events that are being written: an earlier event or a request."""

    correlation: str
    causation: str | None = None


# There is one for every event.
_cause = Cause._make
# By candidate, because one transaction handles many events with different origins; "" is the rest.
causes: ContextVar[dict[str, Cause]] = ContextVar("causes")


class Envelope(TypedDict, Generic[E]):
    """One event with its CloudEvents attributes; a dictionary, because there are very many."""

    id: str
    type: str
    source: str
    time: datetime
    data: E
    subject: NotRequired[str | None]
    correlationid: NotRequired[str | None]
    causationid: NotRequired[str | None]
    traceparent: NotRequired[str | None]


def encode(events: Sequence[Event], now: datetime) -> bytes:
    """Return one message body for events of one type, written at an instant."""
    kind = type(events[0])
    known = causes.get({})
    rest = known.get("") or Cause(correlation=str(uuid7()))
    trace: dict[str, str] = {}
    inject(trace)
    shared = {
        "specversion": "1.0",
        "type": kind.type,
        "source": f"/certtrack/{producer_of(kind)}",
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        **({"traceparent": trace["traceparent"]} if "traceparent" in trace else {}),
    }
    batch = []
    for event in events:
        cause = known.get(event.candidate_id or "", rest)
        envelope: dict[str, Any] = {
            **shared,
            "id": uuid7(),
            "programme": event.programme,
            "correlationid": cause.correlation,
            "aggregateversion": event.version,
            "data": event,
        }
        if event.candidate_id is not None:
            envelope["subject"] = event.candidate_id
        if cause.causation is not None:
            envelope["causationid"] = cause.causation
        batch.append(envelope)
    return to_json(batch)


@lru_cache(maxsize=200)
def _batch_of(kind: type[Event]) -> TypeAdapter[list[Envelope[Any]]]:
    return TypeAdapter(list[Envelope[kind]])  # type: ignore[valid-type]  # one adapter per event class


def decode(body: bytes, kind: type[E]) -> list[Envelope[E]]:
    """Return the events of a message body.

    Raises pydantic.ValidationError if the body, or any event in it, is not of that kind.
    """
    return _batch_of(kind).validate_json(body)


def take_apart(body: bytes) -> list[bytes]:
    """Return each event of a message as a message body of its own.

    Raises ValueError if the body is not a JSON array of objects.
    """
    parts = from_json(body)
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ValueError("not a CloudEvents JSON batch: an array of objects was expected")
    return [to_json([part]) for part in parts]


def caused_by(envelopes: Sequence[Envelope[Any]]) -> dict[str, Cause]:
    """Return what each candidate's follow-up events are caused by."""
    return {
        envelope.get("subject") or "": _cause(
            (envelope.get("correlationid") or envelope["id"], envelope["id"])
        )
        for envelope in envelopes
    }
