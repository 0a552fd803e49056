"""The published language as documents: one JSON Schema per event type, and AsyncAPI 3.0."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic_core import to_json

from shared.bus.rabbit import EXCHANGE
from shared.bus.topology import SUBSCRIPTIONS, subscribers
from shared.envelope import CONTENT_TYPE, MOST_EVENTS
from shared.events import Event, event_types, producer_of

Document = dict[str, Any]


def schema_of(kind: type[Event]) -> Document:
    """Return the JSON Schema of an event's data."""
    schema = kind.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{kind.type}.schema.json",
        **schema,
    }


def breaking_changes(before: Document, after: Document) -> list[str]:
    """Return what in a new schema would break a consumer of the old one; adding optional is fine.

    The rule is DESIGN's: optional fields may be added, anything else is a new event type.
    """
    return list(_breaks(before, after, before, after, ""))


def _breaks(
    old: Any, new: Any, old_root: Document, new_root: Document, where: str
) -> Iterator[str]:
    old, new = _resolve(old, old_root), _resolve(new, new_root)
    place = where or "data"
    for name in old.get("properties", {}):
        if name not in new.get("properties", {}):
            yield f"{place}.{name} was removed"
            continue
        yield from _breaks(
            old["properties"][name],
            new["properties"][name],
            old_root,
            new_root,
            f"{where}.{name}".lstrip("."),
        )
    yield from _own_breaks(old, new, place)
    if "items" in old and "items" in new:
        yield from _breaks(old["items"], new["items"], old_root, new_root, f"{place}[]")
    for one, other in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=False):
        yield from _breaks(one, other, old_root, new_root, where)


def _own_breaks(old: Document, new: Document, place: str) -> Iterator[str]:
    for name in set(old.get("required", ())) - set(new.get("required", ())):
        yield f"{place}.{name} is no longer always there"
    for key in ("type", "format", "const"):
        if old.get(key) != new.get(key):
            yield f"{place}: {key} changed from {old.get(key)!r} to {new.get(key)!r}"
    if "enum" in old:
        for value in set(map(str, new.get("enum", ()))) - set(map(str, old["enum"])):
            yield f"{place}: new value {value} that old consumers do not know"
    if len(old.get("anyOf", ())) != len(new.get("anyOf", ())):
        yield f"{place}: other kinds of value than before"


def _resolve(node: Document, root: Document) -> Document:
    reference = node.get("$ref")
    return root["$defs"][reference.rpartition("/")[2]] if reference else node


def asyncapi() -> Document:
    """Return the AsyncAPI 3.0 document of all events, who publishes and who hears them."""
    channels: Document = {}
    operations: Document = {}
    messages: Document = {}
    schemas: Document = {}
    for type_, kind in event_types().items():
        name = kind.__name__
        schema = kind.model_json_schema(
            mode="serialization", ref_template="#/components/schemas/{model}"
        )
        schemas.update(schema.pop("$defs", {}))
        schemas[name] = schema
        messages[name] = {
            "name": type_,
            "title": name,
            "summary": (kind.__doc__ or "").strip().splitlines()[0],
            "contentType": CONTENT_TYPE,
            "payload": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_EVENTS,
                "items": {"$ref": f"#/components/schemas/{name}Envelope"},
            },
        }
        schemas[f"{name}Envelope"] = _envelope(type_, name, producer_of(kind))
        channels[name] = {
            "address": type_,
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": EXCHANGE, "type": "topic", "durable": True},
                }
            },
        }
        producer = producer_of(kind)
        operations[f"{producer}.send.{name}"] = _operation("send", name, f"{producer} publishes it")
        for consumer, heard in sorted(subscribers().items()):
            if type_ in heard:
                operations[f"{consumer}.receive.{name}"] = _operation(
                    "receive", name, f"{consumer} reacts to it"
                )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Certtrack events",
            "version": "1.0.0",
            "description": (
                f"One message carries 1 to {MOST_EVENTS} events of one type, as a CloudEvents 1.0 "
                "JSON batch. Delivery is at least once, in no particular order. Consumers ignore "
                "fields that they do not know."
            ),
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _operation(action: str, name: str, summary: str) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
    }


def _envelope(type_: str, name: str, producer: str) -> Document:
    text = {"type": "string"}
    instant = {"type": "string", "format": "date-time"}
    return {
        "type": "object",
        "required": [
            "specversion",
            "id",
            "type",
            "source",
            "time",
            "programme",
            "correlationid",
            "aggregateversion",
            "data",
        ],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "type": {"const": type_},
            "source": {"const": f"/certtrack/{producer}"},
            "subject": {**text, "description": "the candidate's id"},
            "time": instant,
            "datacontenttype": {"const": "application/json"},
            "programme": text,
            "correlationid": {**text, "description": "the request that all of this comes from"},
            "causationid": {**text, "description": "the event that led to this one"},
            "aggregateversion": {"type": "integer", "minimum": 1},
            "traceparent": {**text, "description": "W3C trace context"},
            "data": {"$ref": f"#/components/schemas/{name}"},
        },
    }


def catalogue() -> str:
    """Return the events as a page for people: what each means, who publishes, who hears it."""
    lines = [
        "# Events",
        "",
        "Generated by `make docs` from `shared/events/`; do not edit.",
        "",
        "| event | type | published by | heard by | means |",
        "| --- | --- | --- | --- | --- |",
    ]
    for type_, kind in event_types().items():
        heard = [name for name, events in SUBSCRIPTIONS.items() if kind in events]
        meaning = (kind.__doc__ or "").strip().splitlines()[0]
        schema = f"[{type_}](events/{type_}.schema.json)"
        lines.append(
            f"| {kind.__name__} | {schema} | {producer_of(kind)} | {', '.join(heard) or '–'} "
            f"| {meaning} |"
        )
    return "\n".join([*lines, ""])


def write(folder: Path) -> list[Path]:
    """Write schemas, catalogue and AsyncAPI under a docs folder; return what was written."""
    written = []
    (folder / "events").mkdir(parents=True, exist_ok=True)
    for type_, kind in event_types().items():
        path = folder / "events" / f"{type_}.schema.json"
        path.write_bytes(to_json(schema_of(kind), indent=2) + b"\n")
        written.append(path)
    path = folder / "asyncapi.yaml"
    path.write_text(yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=100))
    page = folder / "events.md"
    page.write_text(catalogue())
    return [*written, path, page]
