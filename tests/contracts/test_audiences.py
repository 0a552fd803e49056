"""Whom each operation is for: tried with everybody else, and with other people's ids.

The operations come from the running code's own OpenAPI documents, so a new one is tried without
anybody thinking of it; how to ask it rightly has to be said once, in `ASKING` (`asking.py`).
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.audience_house import furnished
from tests.contracts.audience_world import World, shows_nothing
from tests.contracts.house import SCOPES
from tests.contracts.operations import ALL, AUDIENCES, CLOSED, KINDS, REFUSED, Operation, names

Json = Any
SCOPED = [one for one in CLOSED if one.scope]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with furnished(tmp_path_factory.mktemp("audiences")) as made:
        yield made


@pytest.mark.parametrize("operation", ALL, ids=names)
def test_every_operation_declares_its_audience(operation: Operation) -> None:
    assert operation.audience in AUDIENCES


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_the_right_caller_is_answered(world: World, operation: Operation) -> None:
    # Without this the refusals below could be of something else: a wrong path, a wrong body.
    for kind in operation.kinds:
        answer = world.ask(operation, world.token(kind))
        assert answer.is_success, answer.text


def right_token(world: World, operation: Operation) -> str:
    return world.token(min(operation.kinds))


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_everybody_else_is_refused(world: World, operation: Operation) -> None:
    prepared = world.prepared(operation, right_token(world, operation))
    assert world.send(prepared, None).status_code == 401
    for kind in set(KINDS) - operation.kinds:
        answer = world.send(prepared, world.token(kind))
        assert answer.status_code == 403, f"{kind}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_a_token_that_is_not_good_opens_nothing(world: World, operation: Operation) -> None:
    kind = next(iter(operation.kinds))
    bad = {
        "expired": world.token(kind, exp=int(time.time()) - 60),
        "without an end": world.token(kind, exp=None),
        "of another issuer": world.token(kind, iss="somebody"),
        "for another product": world.token(kind, aud="something"),
        "of nobody": world.token(kind, sub=None),
        "signed by another": world.token(kind, forged=True),
        "of no kind": world.token(kind, kind=None),
        "of a kind that there is not": world.token(kind, kind="root"),
    }
    prepared = world.prepared(operation, right_token(world, operation))
    for what, token in bad.items():
        answer = world.send(prepared, token)
        assert answer.status_code == 401, f"{what}: {answer.text}"
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", SCOPED, ids=names)
def test_without_its_scope_the_right_audience_is_refused(
    world: World, operation: Operation
) -> None:
    others = " ".join(set(SCOPES.split()) - {operation.scope})
    prepared = world.prepared(operation, right_token(world, operation))
    for kind in operation.kinds:
        for scope in (others, "", None):
            answer = world.send(prepared, world.token(kind, scope=scope))
            assert answer.status_code == 403, answer.text


UNSCOPED_FOR_MACHINES = [
    one for one in CLOSED if not one.scope and one.audience not in ("candidate", "owner")
]
# What is about the caller's own account, whatever they work for.
OWN = [one for one in CLOSED if one.audience == "owner"]


@pytest.mark.parametrize("operation", UNSCOPED_FOR_MACHINES, ids=names)
def test_two_audiences_have_their_scopes_too(world: World, operation: Operation) -> None:
    answer = world.ask(operation, world.token("staff", scope=""))
    assert answer.status_code == 403
    if operation.method != "get":
        answer = world.ask(operation, world.token("vendor", scope=""))
        assert answer.status_code == 403


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_staff_and_vendors_of_another_programme_get_nothing(
    world: World, operation: Operation
) -> None:
    if operation in OWN:
        return
    prepared = world.prepared(operation, right_token(world, operation))
    for kind in operation.kinds - {"candidate"}:
        for programmes in (["juniper"], []):
            answer = world.send(prepared, world.token(kind, programmes=programmes))
            shows_nothing(world, answer)
            if operation.method != "get":
                assert answer.status_code in REFUSED | {422}, answer.text


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_a_scope_of_one_programme_opens_nothing_in_another(
    world: World, operation: Operation
) -> None:
    if "staff" not in operation.kinds or operation in OWN:
        return
    # Everything in Juniper, and nothing but being there in Cisco, whose ids are asked for.
    programmes, grants = ["cisco", "juniper"], {"cisco": ["nothing:read"]}
    answer = world.ask(operation, world.token("staff", programmes=programmes, grants=grants))
    shows_nothing(world, answer)
    if operation.method != "get":
        assert answer.status_code in REFUSED | {422}, answer.text


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_another_vendor_gets_nothing_of_the_first_ones(world: World, operation: Operation) -> None:
    if "vendor" not in operation.kinds or operation.method != "get":
        return
    answer = world.ask(operation, world.token("vendor", vendor="other"))
    shows_nothing(world, answer)
    nameless = world.ask(operation, world.token("vendor", vendor=None))
    assert nameless.status_code == 403


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_another_candidate_gets_nothing_of_the_first_ones(
    world: World, operation: Operation
) -> None:
    if "candidate" not in operation.kinds:
        return
    same_id_elsewhere = world.token("candidate", programme="juniper")
    for token in (world.token("candidate", sub=world.ids["bert"]), same_id_elsewhere):
        answer = world.ask(operation, token)
        if "{transcript_id}" in operation.path or "{completion_id}" in operation.path:
            assert answer.status_code == 404, answer.text
        elif operation.method == "get" and "/me" not in operation.path:
            shows_nothing(world, answer)
        elif token == same_id_elsewhere and operation.method == "get":
            assert answer.status_code == 404


def test_the_secrets_are_there_to_be_found(world: World) -> None:
    """The control of `shows_nothing`: the right callers do see them."""
    seen = "".join(
        world.ask(operation, world.token(kind)).text
        for operation in CLOSED
        if operation.method == "get"
        for kind in operation.kinds
    )
    hidden = {"transcript_id", "import_id"}
    assert not [one for one in world.secrets - hidden if one not in seen]
