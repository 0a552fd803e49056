"""Every id in every path: one that nobody has, somebody else's, and what is no id at all."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.contracts.asking import ASKING
from tests.contracts.audience_house import furnished
from tests.contracts.audience_world import World, shows_nothing
from tests.contracts.operations import CLOSED, Operation, names

WITH_IDS = [one for one in CLOSED if set(re.findall(r"{(\w+)}", one.path)) - {"programme"}]
HOSTILE = (
    "' OR '1'='1",
    "../../identity/me",
    "%2e%2e%2f",
    "a\0b",
    "x" * 500,
    "{{7*7}}",
    "-1",
    "ﬀ\u202e",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with furnished(tmp_path_factory.mktemp("hostile")) as made:
        yield made


def ask(world: World, operation: Operation, kind: str, value: str) -> Any:
    """The operation asked rightly but for its ids, which are all another."""
    asking = ASKING.get((operation.service, operation.method, operation.path))
    request = asking() if asking else {}
    path = operation.path.replace("{programme}", "cisco")
    path = re.sub(r"{\w+}", lambda _: quote(value, safe=""), path)
    headers = {"authorization": f"Bearer {world.token(kind)}"} | request.pop("headers", {})
    url = f"/api/{operation.service}{path}"
    return world.house.client.request(operation.method, url, headers=headers, **request)


@pytest.mark.parametrize("operation", WITH_IDS, ids=names)
def test_an_id_that_nobody_has_opens_nothing(world: World, operation: Operation) -> None:
    for kind in operation.kinds:
        for value in (str(uuid4()), "CSCO99999999"):
            shows_nothing(world, ask(world, operation, kind, value))


@pytest.mark.parametrize("operation", WITH_IDS, ids=names)
def test_what_is_no_id_does_no_harm(world: World, operation: Operation) -> None:
    for kind in operation.kinds:
        for value in HOSTILE:
            answer = ask(world, operation, kind, value)
            shows_nothing(world, answer)
            if not answer.is_success:
                assert answer.headers["content-type"] == "application/problem+json", value


def test_there_are_ids_to_try() -> None:
    tried = {str(one) for one in WITH_IDS}
    assert "identity GET /candidates/{programme}/{candidate_id}/account" in tried
    assert "identity DELETE /clients/{client_id}/secrets/{secret_id}" in tried
