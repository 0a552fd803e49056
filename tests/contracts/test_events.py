"""The published language changes only by a visible, compatible difference."""

import copy
import importlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic_core import from_json

from deploy.reference import events as reference
from shared.bus.topology import SUBSCRIPTIONS
from shared.envelope import caused_by, decode, encode
from shared.events import Event, event_types, producer_of
from tests.shared.examples import example

DOCS = Path(__file__).parents[2] / "docs"
SERVICES = {"identity", "exams", "certifications", "fulfillment", "transcripts", "notifications"}
KINDS = list(event_types().values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_type_is_named_for_its_owner_its_subject_and_what_happened(kind: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z_]+){2}\.v[1-9][0-9]*", kind.type)
    assert producer_of(kind) in SERVICES
    assert kind.__module__ == f"shared.events.{producer_of(kind)}"
    assert kind.__doc__


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_committed_schema_is_kept(kind: type[Event]) -> None:
    committed = from_json((DOCS / "events" / f"{kind.type}.schema.json").read_bytes())
    present = reference.schema_of(kind)
    assert reference.breaking_changes(committed, present) == [], (
        "a published event may only gain optional fields; anything else is a new type (v2)"
    )
    assert committed == present, "the schema has grown: run `make docs` and commit the difference"


def test_no_published_event_has_disappeared() -> None:
    committed = {path.name.removesuffix(".schema.json") for path in (DOCS / "events").iterdir()}
    assert committed == set(event_types())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_survives_its_journey_and_fits_its_schemas(kind: type[Event]) -> None:
    event = example(kind)
    body = encode([event], datetime(2026, 11, 22, tzinfo=UTC))
    (envelope,) = decode(body, kind)
    assert envelope["data"] == event
    assert caused_by([envelope])[event.candidate_id or ""].causation == envelope["id"]
    document = reference.asyncapi()
    schema = {
        "$ref": f"#/components/schemas/{kind.__name__}Envelope",
        "components": document["components"],
    }
    Draft202012Validator(schema).validate(from_json(body)[0])
    Draft202012Validator(reference.schema_of(kind)).validate(from_json(body)[0]["data"])


def change(schema: dict[str, Any], what: str) -> None:
    properties, required = schema["properties"], schema["required"]
    if what == "remove a field":
        del properties["exam_code"]
    elif what == "make a field optional":
        required.remove("exam_code")
    elif what == "change a type":
        properties["exam_code"]["type"] = "integer"
    elif what == "change a format":
        properties["exam_date"]["format"] = "date-time"
    elif what == "narrow a field that could be empty":
        properties["score"]["anyOf"].pop()
    elif what == "add an optional field":
        properties["centre"] = {"type": "string"}


@pytest.mark.parametrize(
    ("what", "breaks"),
    [
        ("remove a field", True),
        ("make a field optional", True),
        ("change a type", True),
        ("change a format", True),
        ("narrow a field that could be empty", True),
        ("add an optional field", False),
    ],
)
def test_a_breaking_change_is_noticed(what: str, *, breaks: bool) -> None:
    before = reference.schema_of(event_types()["exams.exam.passed.v1"])
    after = copy.deepcopy(before)
    change(after, what)
    assert bool(reference.breaking_changes(before, after)) == breaks


def test_generated_pages_are_the_present_ones() -> None:
    assert yaml.safe_load((DOCS / "asyncapi.yaml").read_text()) == reference.asyncapi()
    assert (DOCS / "events.md").read_text() == reference.catalogue()


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_the_topology_says_what_each_service_hears(service: str) -> None:
    consumers = importlib.import_module(f"services.{service}.consumers")
    heard = {event for event, _ in consumers.SUBSCRIPTIONS}
    assert heard == set(SUBSCRIPTIONS[service])
