"""Nobody learns from an answer, or from the work behind it, whether an account is known."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx2
import pytest
from sqlalchemy import event

from shared.events import Contact
from tests.services.identity.conftest import PASSWORD, Identity, registration
from tests.services.identity.proving import Signed, ann
from tests.services.identity.staff import staffed

# To PostgreSQL one value goes plainly and several as an array, in a statement otherwise the same.
_ONE_OF = re.compile(r"= ANY\(CAST\((\$\d+) AS (\w+)\[\]\)\)")
# Set only in the test's own task: what jobs do meanwhile is not counted.
_NOTED: ContextVar[list[str] | None] = ContextVar("noted", default=None)


@contextmanager
def statements(identity: Identity) -> Iterator[list[str]]:
    """Note each statement that the requests made here send to the database."""
    noted: list[str] = []
    engine = identity.here.database.engine.sync_engine

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = _NOTED.get()
        if found is not None:
            found.append(_ONE_OF.sub(r"= CAST(\1 AS \2)", statement))

    event.listen(engine, "before_cursor_execute", note)
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)
        event.remove(engine, "before_cursor_execute", note)


async def work_of(
    identity: Identity, path: str, body: dict[str, Any], me: Signed | None = None
) -> tuple[httpx2.Response, list[str]]:
    """Return the answer, and every statement that it took, after another of its kind."""
    with statements(identity) as noted:
        answer = await (me.ask(path, body) if me else identity.post(path, body))
    await identity.settle()
    return answer, noted


def shown(answer: httpx2.Response) -> tuple[int, dict[str, Any], set[str]]:
    """Return all of an answer that may not differ: ids and moments of requests are random."""
    body = {
        name: value
        for name, value in answer.json().items()
        if name not in {"request_id", "asked_at", "instance", "retry_after"}
    }
    return answer.status_code, body, set(answer.headers)


BY_EMAIL = [
    pytest.param({"email": "T1@example.com"}, id="can sign in"),
    pytest.param({"email": "T2@example.com"}, id="has no password"),
    pytest.param({"email": "shared@example.com"}, id="is shared"),
    pytest.param({"email": "nobody@example.com"}, id="is unknown"),
]
BY_REPORT = [
    pytest.param({"family_name": "Ng", "registration_number": "RT1"}, id="matches"),
    pytest.param({"family_name": "Li", "registration_number": "RT2"}, id="another name"),
    pytest.param({"family_name": "Ng", "registration_number": "R9"}, id="unknown number"),
]
LOGINS = [
    pytest.param("CSCO10000000", id="can sign in"),
    pytest.param("T1@example.com", id="can sign in by address"),
    pytest.param("CSCO10000001", id="has no password"),
    pytest.param("shared@example.com", id="is shared"),
    pytest.param("both@example.com", id="is shared by two who can sign in"),
    pytest.param("CSCO99999999", id="is unknown"),
    pytest.param("nobody@example.com", id="is an unknown address"),
]


def contact_of(testing_id: str, email: str) -> Contact:
    contact = registration(testing_id).contact
    assert contact is not None
    return contact.model_copy(update={"email": email})


async def people(identity: Identity) -> None:
    await identity.candidate_with_password("T1")
    shared = contact_of("T3", "shared@example.com")
    await identity.register(
        registration("T2"),
        registration("T3", contact=shared),
        registration("T4", contact=shared),
    )


@pytest.mark.parametrize("case", BY_EMAIL)
async def test_asking_for_a_link(identity: Identity, case: dict[str, str]) -> None:
    await people(identity)
    unknown = {"programme": "cisco", "email": "stranger@example.com"}
    expected, work = await work_of(identity, "/sign-in-links", unknown)
    answer, same_work = await work_of(identity, "/sign-in-links", {"programme": "cisco", **case})
    assert shown(answer) == shown(expected)
    assert same_work == work
    status = await identity.http.get(f"/link-requests/{answer.json()['request_id']}")
    assert status.json()["state"] == "answered"
    assert set(status.json()) == {"state", "asked_at", "answered_at"}


@pytest.mark.parametrize("case", BY_REPORT)
async def test_showing_a_score_report(identity: Identity, case: dict[str, str]) -> None:
    await people(identity)
    stranger = {
        "programme": "cisco",
        "family_name": "Stranger",
        "registration_number": "R0",
        "email": "a@new.example",
    }
    expected, work = await work_of(identity, "/score-reports", stranger)
    answer, same_work = await work_of(
        identity, "/score-reports", stranger | {"email": "b@new.example"} | case
    )
    assert shown(answer) == shown(expected)
    assert same_work == work


@pytest.mark.parametrize("login", LOGINS)
async def test_signing_in_with_a_wrong_password(identity: Identity, login: str) -> None:
    await people(identity)
    both = contact_of("T5", "both@example.com")
    for testing_id in ("T5", "T6"):
        await identity.register(registration(testing_id, contact=both))
        link = {"token": identity.link().token, "password": PASSWORD}
        await identity.post("/sign-in-links/redeem", link)
    wrong = {"programme": "cisco", "password": "not the password"}
    # By address and by id different columns are compared: each is held against its own kind.
    stranger = "stranger@example.com" if "@" in login else "CSCO55555555"
    expected, work = await work_of(identity, "/sessions", wrong | {"login": stranger})
    answer, same_work = await work_of(identity, "/sessions", wrong | {"login": login})
    assert shown(answer) == shown(expected)
    assert same_work == work


@pytest.mark.parametrize("email", ["T2@example.com", "shared@example.com"])
async def test_adding_an_address_of_somebody_else(identity: Identity, email: str) -> None:
    me = await ann(identity)
    shared = contact_of("T3", "shared@example.com")
    await identity.register(
        registration("T2"),
        registration("T3", contact=shared),
        registration("T4", contact=shared),
    )
    # The first request of all fetches the keys.
    await me.emails()
    expected, work = await work_of(identity, "/me/emails", {"email": "x@example.com"}, me)
    answer, same_work = await work_of(identity, "/me/emails", {"email": email}, me)
    assert shown(answer) == shown(expected)
    assert same_work == work


async def test_links_that_do_not_exist_tell_nothing_of_anybody(identity: Identity) -> None:
    await people(identity)
    for path in ("/sign-in-links/check", "/address-proofs/check"):
        answer = await identity.post(path, {"token": "x" * 43})
        assert answer.status_code == 410
        assert answer.json()["reason"] == "unknown"
        assert "programme" not in answer.json()
    for path in ("/sign-in-links/redeem", "/address-proofs/redeem"):
        body = {"token": "x" * 43, "password": PASSWORD}
        assert (await identity.post(path, body)).json()["reason"] == "unknown"


STAFF = [
    pytest.param("ada@example.com", id="can sign in"),
    pytest.param("nell@example.com", id="is invited"),
    pytest.param("gone@example.com", id="is deactivated"),
    pytest.param("nobody@example.com", id="is unknown"),
]


async def staff(identity: Identity) -> None:
    ada = await staffed(identity)
    await ada.invite("nell@example.com", "support")
    gone = (await ada.invite("gone@example.com", "support")).json()["staff_id"]
    assert (await ada.post(f"/staff/members/cisco/{gone}/deactivate", reason="left")).is_success
    await identity.settle()


@pytest.mark.parametrize("login", STAFF)
async def test_staff_signing_in_with_a_wrong_password(identity: Identity, login: str) -> None:
    await staff(identity)
    wrong = {"password": "not the password"}
    expected, work = await work_of(identity, "/staff/sessions", wrong | {"login": "s@example.com"})
    answer, same_work = await work_of(identity, "/staff/sessions", wrong | {"login": login})
    assert shown(answer) == shown(expected)
    assert same_work == work


@pytest.mark.parametrize("email", STAFF)
async def test_staff_asking_for_a_link(identity: Identity, email: str) -> None:
    await staff(identity)
    asked = {"programme": "cisco", "email": "stranger@example.com"}
    expected, work = await work_of(identity, "/staff/sign-in-links", asked)
    answer, same_work = await work_of(identity, "/staff/sign-in-links", asked | {"email": email})
    assert shown(answer) == shown(expected)
    assert same_work == work
