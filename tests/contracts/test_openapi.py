"""The documents of the HTTP API: valid, complete, and kept whatever a caller sends."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from pydantic_core import from_json, to_json
from schemathesis import Case

from deploy.members import SERVICES, member
from deploy.reference.http import document
from tests.contracts.house import House, opened
from tests.contracts.operations import DOCUMENTS

Json = Any
DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = 20
OPERATIONS = [
    (service, method, path)
    for service, described in DOCUMENTS.items()
    for path, methods in described["paths"].items()
    for method in methods
]


def faults(described: Json) -> list[str]:
    """What is wrong with a document, beyond what its own schema says."""
    found = []
    seen = set()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            name = f"{method} {path}"
            if operation["operationId"] in seen:
                found.append(f"{name}: its operationId is another's too")
            seen.add(operation["operationId"])
            if not operation.get("description"):
                found.append(f"{name}: nobody says what it does")
            if "application/problem+json" not in operation["responses"]["default"]["content"]:
                found.append(f"{name}: refusals are not problem documents")
    for reference in references(described):
        place = described
        for part in reference.removeprefix("#/").split("/"):
            place = place.get(part, {})
        if not place:
            found.append(f"{reference} points nowhere")
    return found


def references(node: Json) -> Iterator[str]:
    """All references in a document."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for item in node.values():
            yield from references(item)


@pytest.mark.parametrize("service", SERVICES)
def test_each_services_document_is_valid(service: str) -> None:
    described = DOCUMENTS[service]
    assert described["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(copy.deepcopy(described)).validate()
    assert faults(described) == []
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_merged_document_is_valid_and_holds_every_operation() -> None:
    merged = document({name: member(name).factory()() for name in SERVICES})
    schemathesis.openapi.from_dict(copy.deepcopy(merged)).validate()
    assert faults(merged) == []
    named = {(method, path) for path, methods in merged["paths"].items() for method in methods}
    assert named == {(method, f"/api/{service}{path}") for service, method, path in OPERATIONS}


def spoil(described: Json, how: str) -> None:
    operation = described["paths"]["/history"]["get"]
    if how == "two operations of one name":
        operation["operationId"] = described["paths"]["/waiting"]["get"]["operationId"]
    elif how == "a reference to nothing":
        described["components"]["schemas"].pop("History")
    elif how == "an operation without words":
        operation["description"] = ""
    elif how == "errors of another form":
        operation["responses"]["default"] = {"description": "", "content": {}}


@pytest.mark.parametrize(
    "how",
    [
        "two operations of one name",
        "a reference to nothing",
        "an operation without words",
        "errors of another form",
    ],
)
def test_a_spoiled_document_is_noticed(how: str) -> None:
    described = copy.deepcopy(DOCUMENTS["exams"])
    spoil(described, how)
    assert faults(described)


def test_a_document_that_is_none_is_noticed() -> None:
    described = copy.deepcopy(DOCUMENTS["exams"])
    described["paths"]["/history"]["get"]["responses"] = "none"
    with pytest.raises(jsonschema_rs.ValidationError):
        schemathesis.openapi.from_dict(described).validate()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("openapi")) as house:
        yield house


def bearer(house: House, audience: str) -> dict[str, str]:
    """Somebody whom the operation is for."""
    kind = "candidate" if audience == "owner" else audience.rpartition("-or-")[2]
    if kind == "public":
        return {}
    subject = "CSCO10000000" if kind == "candidate" else f"{kind}@example.com"
    claims: dict[str, Any] = {"programmes": ["cisco", "juniper"], "vendor": "vue"}
    if kind == "candidate":
        claims = {"programme": "cisco"}
    return {"authorization": f"Bearer {house.token(kind, subject, **claims)}"}


@pytest.mark.parametrize(
    ("service", "method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS]
)
def test_whatever_is_sent_is_answered_as_documented(
    house: House, service: str, method: str, path: str
) -> None:
    described = DOCUMENTS[service]
    operation = schemathesis.openapi.from_dict(described)[path][method.upper()]
    declared = described["paths"][path][method]
    # Passwords are slow on purpose.
    slow = path.endswith(("sessions", "redeem", "token", "confirm", "password"))
    examples = 4 if slow else EXAMPLES
    headers = bearer(house, declared["x-audience"])

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def fuzz(case: Case[Any]) -> None:
        request = case.as_transport_kwargs(base_url=f"http://testserver/api/{service}")
        request["headers"] = {**dict(request.get("headers") or {}), **headers}
        request.pop("cookies", None)
        if isinstance(request.get("data"), str | bytes):
            request["content"] = request.pop("data")
        answer = house.client.request(**request, follow_redirects=False)
        told = f"{request}: {answer.status_code} {answer.text[:500]}"
        assert answer.status_code < 500, told
        kind = answer.headers.get("content-type", "").partition(";")[0]
        expected = declared["responses"].get(str(answer.status_code))
        if expected is None:
            assert answer.is_error, told
            expected = declared["responses"]["default"]
        if not answer.content:
            return
        assert kind in expected["content"], told
        if kind.endswith("json"):
            schema = {**expected["content"][kind]["schema"], "components": described["components"]}
            Draft202012Validator(schema).validate(from_json(answer.content))

    fuzz()


def test_the_committed_reference_is_the_present_one() -> None:
    present = document({name: member(name).factory()() for name in SERVICES})
    committed = from_json((DOCS / "openapi.json").read_bytes())
    for one in (present, committed):
        one["info"].pop("version")
    assert committed == from_json(to_json(present)), "run `make docs` and commit the difference"
