"""Candidates who may be one person are found, and those who share a mailbox are left alone."""

import pytest

from services.identity.domain.likeness import alike, is_role_mailbox
from services.identity.duplicate_jobs import find_duplicates
from shared.events import Contact
from tests.services.identity.conftest import Identity, registration


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ann", "Ng"), ("ANN", "NG")),
        (("Ann", "Ng"), ("Ng", "Ann")),
        (("Jürgen", "Müller"), ("Juergen", "Mueller")),
        (("Иван", "Петров"), ("Ivan", "Petrov")),
        (("Jonathan", "Featherstone"), ("Jonathon", "Featherstone")),
        (("María José", "de la Cruz"), ("Maria Jose", "De La Cruz")),
    ],
)
def test_one_name_in_two_writings(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ann", "Ng"), ("Bob", "Ng")),
        (("Anna", "Holm"), ("Johan", "Holm")),
        (("", ""), ("", "")),
        (("Ann", "Ng"), ("", "")),
    ],
)
def test_two_names(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not alike(one, other)


def test_mailboxes_of_functions() -> None:
    assert is_role_mailbox("info@school.example")
    assert is_role_mailbox("no.reply@school.example")
    assert is_role_mailbox("training+cisco@school.example")
    assert not is_role_mailbox("ann.ng@school.example")


async def arrive(identity: Identity, given: str, family: str, email: str) -> str:
    testing_id = f"D{await identity.scalar('SELECT count(*) FROM candidates')}"
    contact = Contact(given_name=given, family_name=family, email=email)
    await identity.register(registration(testing_id, contact=contact))
    return str(
        await identity.scalar(
            "SELECT candidate_id FROM testing_ids WHERE testing_id = :id", id=testing_id
        )
    )


async def proposed(identity: Identity) -> list[tuple[str, str]]:
    rows = await identity.rows(
        "SELECT first_id, second_id FROM merges WHERE state = 'proposed' ORDER BY first_id"
    )
    return [(str(first), str(second)) for first, second in rows]


async def test_who_shares_name_and_address_is_proposed_once(identity: Identity) -> None:
    ann = await arrive(identity, "Ann", "Ng", "ann@example.com")
    again = await arrive(identity, "Ng", "Ann", "ANN@example.com")
    await arrive(identity, "Bob", "Ng", "ann@example.com")
    await arrive(identity, "Ann", "Ng", "other@example.com")
    for _ in range(2):
        await find_duplicates(identity.here)
    assert await proposed(identity) == [(ann, again)]
    # Later only what is new is looked at, and still found.
    third = await arrive(identity, "Ann", "Ng", "other@example.com")
    await find_duplicates(identity.here)
    assert third in {second for _, second in await proposed(identity)}


async def test_a_shared_mailbox_proves_nothing(identity: Identity) -> None:
    for _ in range(2):
        await arrive(identity, "Ann", "Ng", "info@school.example")
    for _ in range(5):
        await arrive(identity, "Jo", "Li", "family@example.com")
    await find_duplicates(identity.here)
    assert await proposed(identity) == []


async def test_whom_a_registration_takes_for_one_is_proposed(identity: Identity) -> None:
    ann = await arrive(identity, "Ann", "Ng", "ann@example.com")
    bob = await arrive(identity, "Robert", "Smith", "bob@example.com")
    contradicting = registration("D1", named_candidate_id=ann, registration_number="R9")
    await identity.register(contradicting)
    assert await identity.scalar("SELECT count(*) FROM parked") == 1
    await find_duplicates(identity.here)
    assert await proposed(identity) == [(ann, bob)]
    reasons = await identity.scalar("SELECT reasons FROM merges")
    assert "testing_id" in str(reasons)
