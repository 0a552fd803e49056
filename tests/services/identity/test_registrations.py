"""Registrations in, candidates and links out."""

import asyncio
import random
from typing import Any

import pytest

from shared.envelope import Message, encode
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    Contact,
    ExamRegistered,
    SignInLinkRequested,
    TestingId,
)
from shared.ids import uuid7
from tests.services.identity.conftest import Identity, registration


async def test_unknown_person_becomes_a_candidate_and_gets_a_welcome_link(
    identity: Identity,
) -> None:
    await identity.register(registration("T1"))
    (event,) = identity.of_type(CandidateRegistered)
    assert event.candidate_id == "CSCO10000000"
    assert event.version == 1
    assert event.contact.email == "T1@example.com"
    assert event.testing_ids == (TestingId(vendor="vue", testing_id="T1"),)
    (link,) = identity.of_type(SignInLinkRequested)
    assert (link.purpose, link.login_id) == ("welcome", "CSCO10000000")
    assert (link.expires_at - identity.clock.now()).days == 7


async def test_the_token_is_kept_nowhere(identity: Identity) -> None:
    await identity.register(registration("T1"))
    token = identity.link().token
    for table in ("sign_in_links", "outbox"):
        assert token not in repr(await identity.rows(f"SELECT * FROM {table}"))


async def test_each_programme_counts_for_itself(identity: Identity) -> None:
    await identity.register(
        registration("T1"), registration("T1", programme="juniper"), registration("T2")
    )
    ids = {event.candidate_id for event in identity.of_type(CandidateRegistered)}
    prefix = identity.here.programmes["juniper"].candidate_prefix
    assert ids == {"CSCO10000000", "CSCO10000001", f"{prefix}10000000"}


async def test_the_same_registration_in_any_number_and_order_gives_one_candidate(
    identity: Identity,
) -> None:
    await identity.register(registration("T1"), registration("T1", exam_code="350-401"))
    await identity.register(registration("T1"))
    assert await identity.scalar("SELECT count(*) FROM candidates") == 1
    assert len(identity.of_type(SignInLinkRequested)) == 1
    assert not identity.of_type(CandidateUpdated)


async def test_500_registrations_with_duplicates(identity: Identity) -> None:
    events = [registration(f"T{number % 400}") for number in range(500)]
    random.Random(7).shuffle(events)
    await identity.register(*events)
    ids = [event.candidate_id for event in identity.of_type(CandidateRegistered)]
    assert len(ids) == len(set(ids)) == 400
    assert min(ids, key=str) == "CSCO10000000"
    assert max(ids, key=str) == "CSCO10000399"
    tokens = {event.token for event in identity.of_type(SignInLinkRequested)}
    assert len(tokens) == 400
    await identity.register(*events)
    assert await identity.scalar("SELECT count(*) FROM candidates") == 400
    assert await identity.scalar("SELECT count(*) FROM parked") == 0


async def test_overlapping_batches_at_the_same_moment(identity: Identity) -> None:
    def message(first: int) -> Message:
        events = [registration(f"T{number}") for number in range(first, first + 50)]
        return Message(uuid7(), ExamRegistered.type, encode(events, identity.clock.now()))

    messages = [message(first) for first in (0, 25, 50, 10)]
    await asyncio.gather(*(identity.bus.send("identity", [one]) for one in messages))
    await identity.settle()
    assert await identity.scalar("SELECT count(*) FROM candidates") == 100
    assert len(identity.of_type(CandidateRegistered)) == 100
    assert await identity.scalar("SELECT count(*) FROM parked") == 0


async def test_a_named_candidate_gets_the_testing_id(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await identity.register(
        registration("T2", vendor="psi", named_candidate_id="CSCO10000000", contact=None),
        registration("T3", named_candidate_id="CSCO10000000", contact=None),
    )
    (event,) = identity.of_type(CandidateUpdated)
    assert event.version == 2
    assert event.testing_ids == (
        TestingId(vendor="psi", testing_id="T2"),
        TestingId(vendor="vue", testing_id="T1"),
        TestingId(vendor="vue", testing_id="T3"),
    )
    assert event.contact.email == "T1@example.com"


async def test_in_one_batch_the_naming_registration_decides_for_the_others(
    identity: Identity,
) -> None:
    await identity.register(registration("T1"))
    await identity.register(
        registration("T2"), registration("T2", named_candidate_id="CSCO10000000")
    )
    assert await identity.scalar("SELECT count(*) FROM candidates") == 1


async def test_naming_a_candidate_that_already_has_the_testing_id_changes_nothing(
    identity: Identity,
) -> None:
    await identity.register(registration("T1"))
    await identity.register(registration("T1", named_candidate_id="CSCO10000000"))
    await identity.register(registration(None, named_candidate_id="CSCO10000000", contact=None))
    assert not identity.of_type(CandidateUpdated)
    assert await identity.scalar("SELECT count(*) FROM parked") == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"named_candidate_id": "CSCO99999999"}, "named_candidate_id"),
        ({"named_candidate_id": "CSCO10000000", "programme": "juniper"}, "named_candidate_id"),
        ({"testing_id": None, "named_candidate_id": None}, "testing_id"),
        ({"programme": "nowhere"}, "programme"),
        (
            {"contact": Contact(given_name="A", family_name="B", email="not an address")},
            "contact.email",
        ),
    ],
)
async def test_what_fits_nobody_is_parked_singly_and_names_the_field(
    identity: Identity, changes: dict[str, Any], field: str
) -> None:
    await identity.register(registration("T1"))
    await identity.register(
        registration("T7"), registration(**({"testing_id": "T8"} | changes)), registration("T9")
    )
    assert await identity.scalar("SELECT count(*) FROM candidates") == 3
    ((error,),) = await identity.rows("SELECT error FROM parked")
    assert f"{field}:" in error


async def test_a_testing_id_of_somebody_else_is_parked(identity: Identity) -> None:
    await identity.register(registration("T1"), registration("T2"))
    await identity.register(registration("T2", named_candidate_id="CSCO10000000"))
    ((error,),) = await identity.rows("SELECT error FROM parked")
    assert "belongs to CSCO10000001, not to CSCO10000000" in error
    owner = "SELECT candidate_id FROM testing_ids WHERE testing_id = 'T2'"
    assert await identity.scalar(owner) == "CSCO10000001"


async def test_a_person_without_address_gets_no_link_until_the_address_is_told(
    identity: Identity,
) -> None:
    nameless = registration("T1", contact=None)
    await identity.register(nameless)
    assert not identity.of_type(SignInLinkRequested)
    await identity.register(registration("T1"))
    (event,) = identity.of_type(CandidateUpdated)
    assert (event.contact.given_name, event.contact.email) == ("Ann", "T1@example.com")
    assert identity.link().purpose == "welcome"
    # Told once, it stays; and nothing is sent again.
    other = Contact(given_name="Eve", family_name="No", email="eve@example.com")
    await identity.register(registration("T1", contact=other), nameless)
    assert len(identity.heard) == 3


async def test_persons_who_share_a_mailbox_stay_two(identity: Identity) -> None:
    shared = Contact(given_name="Ann", family_name="Ng", email="family@example.com")
    await identity.register(registration("T1", contact=shared), registration("T2", contact=shared))
    assert {event.login_id for event in identity.of_type(SignInLinkRequested)} == {
        "CSCO10000000",
        "CSCO10000001",
    }


async def test_any_order_and_repetition_gives_the_same_persons(identity: Identity) -> None:
    await identity.register(registration("known"))
    states = []
    for seed in range(6):
        chance = random.Random(seed)

        def told(testing_id: str, prefix: str = f"{seed}-", **changes: Any) -> ExamRegistered:
            return registration(prefix + testing_id, **changes)

        ann = Contact(given_name="Ann", family_name="Ng", email="ann@example.com")
        nameless = Contact(given_name="", family_name="", email="bob@example.com")
        bob = Contact(given_name="Bob", family_name="Lo")
        events = [
            told("A", contact=ann),
            told("A", contact=None),
            told("B", contact=nameless),
            told("B", contact=bob),
            told("C", vendor="psi", contact=ann),
            told("D", named_candidate_id="CSCO10000000", contact=ann),
            told("E", contact=None),
        ] * 2
        chance.shuffle(events)
        while events:
            batch = [events.pop() for _ in range(min(len(events), chance.randint(1, 5)))]
            await identity.register(*batch)
        rows = await identity.rows(
            "SELECT t.vendor, t.testing_id, c.given_name, c.family_name, c.email"
            " FROM testing_ids t JOIN candidates c ON c.candidate_id = t.candidate_id"
            " WHERE t.testing_id LIKE :mine ORDER BY 1, 2",
            mine=f"{seed}-%",
        )
        states.append([(row[0], row[1].removeprefix(f"{seed}-"), *row[2:]) for row in rows])
    assert states[0] == [
        ("psi", "C", "Ann", "Ng", "ann@example.com"),
        ("vue", "A", "Ann", "Ng", "ann@example.com"),
        ("vue", "B", "Bob", "Lo", "bob@example.com"),
        ("vue", "D", "Ann", "Ng", "known@example.com"),
        ("vue", "E", "", "", None),
    ]
    assert all(state == states[0] for state in states)
    newest = {event.candidate_id: event for event in identity.of_type(CandidateUpdated)}
    version = await identity.scalar(
        "SELECT version FROM candidates WHERE candidate_id = 'CSCO10000000'"
    )
    assert newest["CSCO10000000"].version == version == 7
    assert len(newest["CSCO10000000"].testing_ids) == 7
    assert await identity.scalar("SELECT count(*) FROM parked") == 0
