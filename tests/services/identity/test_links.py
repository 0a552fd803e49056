"""Mailed links: asked for, opened, used once, and what they say afterwards."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from shared.events import Contact, SignInLinkRequested
from tests.services.identity.conftest import PASSWORD, Identity, registration


async def ask(identity: Identity, email: str, address: str | None = None) -> httpx2.Response:
    body = {"programme": "cisco", "email": email}
    answer = await identity.post("/sign-in-links", body, address)
    await identity.settle()
    return answer


async def redeem(identity: Identity, token: str, password: str = PASSWORD) -> httpx2.Response:
    return await identity.post("/sign-in-links/redeem", {"token": token, "password": password})


def without_id(answer: httpx2.Response) -> dict[str, str]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


async def test_a_link_tells_whom_it_is_for_and_sets_the_password(identity: Identity) -> None:
    await identity.register(registration("T1"))
    token = identity.link().token
    checked = await identity.post("/sign-in-links/check", {"token": token})
    assert checked.json() == {
        "programme": "cisco",
        "login_id": "CSCO10000000",
        "purpose": "welcome",
    }
    used = await redeem(identity, token)
    assert used.json() == {"programme": "cisco", "login_id": "CSCO10000000"}
    assert (await identity.sign_in("CSCO10000000")).status_code == 200


async def test_a_link_opened_twice_explains_itself(identity: Identity) -> None:
    await identity.register(registration("T1"))
    token = identity.link().token
    await redeem(identity, token)
    for answer in (
        await identity.post("/sign-in-links/check", {"token": token}),
        await redeem(identity, token),
    ):
        assert answer.status_code == 410
        assert answer.json()["reason"] == "used"
        assert answer.json()["programme"] == "cisco"
        assert "used already" in answer.json()["detail"]


async def test_of_many_who_use_a_link_at_once_one_succeeds(identity: Identity) -> None:
    await identity.register(registration("T1"))
    token = identity.link().token
    answers = await asyncio.gather(
        *(redeem(identity, token, f"seven wet boots {n}") for n in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 5


async def test_an_expired_link_says_when(identity: Identity) -> None:
    await identity.register(registration("T1"))
    identity.clock.advance(timedelta(days=7))
    answer = await redeem(identity, identity.link().token)
    assert answer.status_code == 410
    assert answer.json()["reason"] == "expired"
    assert "ask for a new link" in answer.json()["detail"]


async def test_links_asked_for_live_24_hours(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await ask(identity, "T1@example.com")
    token = identity.link().token
    identity.clock.advance(timedelta(hours=23, minutes=59))
    assert (await identity.post("/sign-in-links/check", {"token": token})).status_code == 200
    identity.clock.advance(timedelta(minutes=1))
    assert (await identity.post("/sign-in-links/check", {"token": token})).status_code == 410


async def test_setting_the_password_ends_the_other_links(identity: Identity) -> None:
    await identity.register(registration("T1"))
    first = identity.link().token
    await ask(identity, "t1@EXAMPLE.com")
    assert identity.link().purpose == "first_login"
    await redeem(identity, identity.link().token)
    answer = await redeem(identity, first)
    assert answer.json()["reason"] == "replaced"


async def test_who_has_a_password_is_sent_a_forgotten_link(identity: Identity) -> None:
    await identity.candidate_with_password()
    await ask(identity, " T1@example.com ")
    assert identity.link().purpose == "forgotten"
    await redeem(identity, identity.link().token, "another nine words")
    assert (await identity.sign_in("CSCO10000000")).status_code == 401
    assert (await identity.sign_in("CSCO10000000", "another nine words")).status_code == 200


async def test_an_unknown_link_explains_itself(identity: Identity) -> None:
    answer = await redeem(identity, "no-such-token")
    assert answer.status_code == 410
    assert answer.json()["reason"] == "unknown"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 8"),
        ("x" * 257, "at most 256"),
        ("password1234", "most common"),
        ("Cisco2026!", "most common"),
        ("abababababab", "run or repetition"),
        ("csco10000000", "login ID"),
        ("T1@example.com", "login ID"),
        ("Ann Ng 123", "name"),
    ],
)
async def test_a_refused_password_leaves_the_link_usable(
    identity: Identity, password: str, words: str
) -> None:
    await identity.register(registration("T1"))
    token = identity.link().token
    answer = await redeem(identity, token, password)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "password"
    assert words in answer.json()["detail"]
    assert (await redeem(identity, token)).status_code == 200


async def test_known_and_unknown_addresses_get_the_same_answer(identity: Identity) -> None:
    await identity.register(registration("T1"))
    known = await ask(identity, "T1@example.com")
    before = len(identity.heard)
    unknown = await ask(identity, "nobody@example.com")
    assert known.status_code == unknown.status_code == 202
    # The ids of the two requests are random; all else is the same to the letter.
    assert without_id(known) == without_id(unknown)
    assert len(known.content) == len(unknown.content)
    assert {k for k in known.headers if k != "x-request-id"} == {
        k for k in unknown.headers if k != "x-request-id"
    }
    assert len(identity.heard) == before


async def test_an_address_of_another_programme_gets_nothing(identity: Identity) -> None:
    await identity.register(registration("T1", programme="juniper"))
    before = len(identity.heard)
    await ask(identity, "T1@example.com")
    assert len(identity.heard) == before


async def test_everybody_at_a_shared_mailbox_gets_a_link(identity: Identity) -> None:
    shared = Contact(given_name="Ann", family_name="Ng", email="family@example.com")
    await identity.register(registration("T1", contact=shared), registration("T2", contact=shared))
    identity.heard.clear()
    await ask(identity, "family@example.com")
    links = identity.of_type(SignInLinkRequested)
    assert {link.login_id for link in links} == {"CSCO10000000", "CSCO10000001"}
    assert len({link.token for link in links}) == 2


async def test_a_mailbox_is_not_filled_by_strangers(identity: Identity) -> None:
    await identity.register(registration("T1"))
    identity.heard.clear()
    for _ in range(8):
        assert (await ask(identity, "T1@example.com")).status_code == 202
    assert len(identity.heard) == 5
    identity.clock.advance(timedelta(hours=1, seconds=1))
    await ask(identity, "T1@example.com")
    assert len(identity.heard) == 6


async def test_one_address_cannot_ask_without_end(identity: Identity) -> None:
    answers = [
        (await ask(identity, f"n{number}@example.com", "198.51.100.7")).status_code
        for number in range(53)
    ]
    assert answers[:51] == [202] * 51
    assert 429 in answers[51:]
    assert (await ask(identity, "n@example.com", "198.51.100.8")).status_code == 202


async def test_bad_requests_name_the_field(identity: Identity) -> None:
    answer = await ask(identity, "not an address")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "email"
    unknown = await identity.post(
        "/sign-in-links", {"programme": "nowhere", "email": "a@example.com"}
    )
    assert unknown.status_code == 404
