"""Registering by oneself: nobody before the proof, and nothing told to strangers."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from shared.events import AddressProofRequested, CandidateRegistered
from tests.services.identity.conftest import PASSWORD, Identity
from tests.services.identity.proving import proofs, show_report

JANE = {"given_name": "Jane", "family_name": "Doe", "email": "jane@new.example"}


async def ask(identity: Identity, address: str | None = None, **changes: Any) -> httpx2.Response:
    body = {"programme": "cisco", **JANE, **changes}
    answer = await identity.post("/self-registrations", body, address)
    await identity.settle()
    return answer


async def token(identity: Identity, **changes: Any) -> str:
    assert (await ask(identity, **changes)).status_code == 202
    return proofs(identity)[-1].token


async def finish(identity: Identity, token: str, password: str = PASSWORD) -> httpx2.Response:
    answer = await identity.post(
        "/self-registrations/redeem", {"token": token, "password": password}
    )
    await identity.settle()
    return answer


async def test_a_candidate_only_once_the_link_is_followed(identity: Identity) -> None:
    link = await token(identity)
    assert await identity.scalar("SELECT count(*) FROM candidates") == 0
    (proof,) = identity.of_type(AddressProofRequested)
    assert (proof.purpose, proof.contact.email, proof.candidate_id) == (
        "self_registration",
        "jane@new.example",
        None,
    )
    opened = await identity.post("/self-registrations/check", {"token": link})
    assert opened.json() == {"programme": "cisco", **JANE, "login_ids": []}

    done = await finish(identity, link)
    assert done.status_code == 201, done.text
    assert done.json()["principal"]["subject"] == "CSCO10000000"
    (event,) = identity.of_type(CandidateRegistered)
    assert (event.candidate_id, event.contact.email, event.version) == (
        "CSCO10000000",
        "jane@new.example",
        1,
    )
    for login in ("CSCO10000000", "jane@new.example"):
        assert (await identity.sign_in(login)).status_code == 200
    addresses = await identity.rows(
        "SELECT email, is_primary, verified_at IS NOT NULL FROM email_addresses"
    )
    assert [tuple(map(str, one)) for one in addresses] in (
        [("jane@new.example", "True", "True")],
        [("jane@new.example", "1", "1")],
    )


async def test_a_link_works_once(identity: Identity) -> None:
    link = await token(identity)
    done = await asyncio.gather(*(finish(identity, link) for _ in range(4)))
    assert sorted(one.status_code for one in done) == [201, 410, 410, 410]
    assert await identity.scalar("SELECT count(*) FROM candidates") == 1
    gone = await identity.post("/self-registrations/check", {"token": link})
    assert (gone.status_code, gone.json()["reason"]) == (410, "used")


async def test_a_link_lives_a_day(identity: Identity) -> None:
    link = await token(identity)
    identity.clock.advance(timedelta(hours=24))
    gone = await finish(identity, link)
    assert (gone.status_code, gone.json()["reason"]) == (410, "expired")
    assert "register again" in gone.json()["detail"]


async def test_links_for_other_things_register_nobody(identity: Identity) -> None:
    await identity.candidate_with_password()
    await show_report(identity)
    others = [identity.link().token, proofs(identity)[-1].token]
    for path in ("check", "redeem"):
        for other in others:
            body = {"token": other, "password": PASSWORD}
            gone = await identity.post(f"/self-registrations/{path}", body)
            assert gone.status_code == 410, path
    last = await identity.post("/self-registrations/check", {"token": others[-1]})
    assert last.json()["reason"] == "unknown"
    # And the other way round.
    link = await token(identity)
    for path in ("/sign-in-links/redeem", "/address-proofs/redeem"):
        gone = await identity.post(path, {"token": link, "password": PASSWORD})
        assert gone.status_code == 410, path


async def test_a_weak_password_leaves_the_link_usable(identity: Identity) -> None:
    link = await token(identity)
    for weak in ("password", "jane@new.example", "janedoe1"):
        refused = await finish(identity, link, weak)
        assert refused.status_code == 422, weak
        assert refused.json()["errors"][0]["field"] == "password"
    assert (await finish(identity, link)).status_code == 201


async def test_without_a_way_in_there_is_no_account(identity: Identity) -> None:
    link = await token(identity)
    refused = await identity.post("/self-registrations/redeem", {"token": link})
    assert refused.status_code == 422
    assert await identity.scalar("SELECT count(*) FROM candidates") == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"family_name": ""}, "family_name"),
        ({"family_name": "  "}, "family_name"),
        ({"family_name": "Doe\u0000"}, "family_name"),
        ({"given_name": "Jane\r\nBcc: x@y.example"}, None),
        ({"given_name": "x" * 101}, "given_name"),
        ({"given_name": "💥"}, "given_name"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.example\r\nBcc: x@y.example"}, "email"),
        ({"locale": "en\n"}, "locale"),
    ],
)
async def test_what_is_no_name_and_no_address(
    identity: Identity, changes: dict[str, str], field: str | None
) -> None:
    answer = await ask(identity, **changes)
    if field is None:
        # Line ends within a name are spaces, which no letter's head can be broken with.
        assert answer.status_code == 202
        assert proofs(identity)[0].contact.given_name == "Jane Bcc: x@y.example"
        return
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)


@pytest.mark.parametrize("name", ["O’Brien-Smythe", "李", "محمد", "de la Cruz", "Nguyễn"])
async def test_real_names_are_taken(identity: Identity, name: str) -> None:
    link = await token(identity, given_name="", family_name=name)
    assert (await finish(identity, link)).status_code == 201
    assert await identity.scalar("SELECT family_name FROM candidates") == name


async def test_known_and_unknown_addresses_are_answered_alike(identity: Identity) -> None:
    await identity.candidate_with_password("T1")
    known = await ask(identity, email="T1@example.com")
    unknown = await ask(identity, email="T9@example.com")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    for name in ("content-type", "content-length"):
        assert known.headers[name] == unknown.headers[name]
    # The same mail goes to both.
    first, second = proofs(identity)
    assert (first.purpose, first.contact.given_name) == (second.purpose, second.contact.given_name)
    # Whether the address is known is looked at by nobody but its reader.
    opened = await identity.post("/self-registrations/check", {"token": first.token})
    assert opened.json()["login_ids"] == ["CSCO10000000"]


async def test_a_mailbox_gets_so_many_links_an_hour(identity: Identity) -> None:
    for _ in range(8):
        assert (await ask(identity)).status_code == 202
    assert len(proofs(identity)) == 5
    identity.clock.advance(timedelta(hours=1, seconds=1))
    assert (await ask(identity)).status_code == 202
    assert len(proofs(identity)) == 6


async def test_requests_from_one_address_are_slowed_down(identity: Identity) -> None:
    codes = set()
    for number in range(55):
        body = {"programme": "cisco", **JANE, "email": f"{number}@example.com"}
        codes.add((await identity.post("/self-registrations", body, "192.0.2.9")).status_code)
    assert codes == {202, 429}


async def test_the_same_person_twice_is_proposed_as_one(identity: Identity) -> None:
    await identity.candidate_with_password("T1")
    link = await token(identity, given_name="ann", family_name="NG", email="T1@example.com")
    assert (await finish(identity, link)).status_code == 201
    rows = await identity.rows("SELECT state, first_id, second_id FROM merges")
    assert rows == [("proposed", "CSCO10000000", "CSCO10000001")]


async def test_a_shared_mailbox_alone_makes_nobody_one_person(identity: Identity) -> None:
    await identity.candidate_with_password("T1")
    link = await token(identity, email="T1@example.com")
    assert (await finish(identity, link)).status_code == 201
    assert await identity.scalar("SELECT count(*) FROM merges") == 0


async def test_where_the_programme_does_not_allow_it(identity: Identity) -> None:
    refused = await ask(identity, programme="juniper")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("self-registration-closed")
    assert (await ask(identity, programme="nobody")).status_code == 404
