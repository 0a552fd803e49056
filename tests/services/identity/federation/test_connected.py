"""Whose an account at a provider is: proven once, one account for one candidate, given up again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.identity.handlers.merges import merge
from services.identity.models import Credential
from shared.events import AccountNoticed
from shared.programmes import Programme, Programmes
from tests.openid.provider import Provider
from tests.services.identity.conftest import (
    PROGRAMMES,
    Identity,
    registration,
    running,
    settings_for,
)
from tests.services.identity.factoring import Owner, finish, owner
from tests.services.identity.federation.conftest import (
    SEEN,
    Federated,
    clients,
    said,
)
from tests.services.identity.proving import proofs, show_report
from tests.services.identity.staff import staffed

pytestmark = pytest.mark.openid

MINE = "/me/external-identities"


async def signed_in(federated: Federated, login: str = "CSCO10000000") -> Owner:
    return owner(federated.identity, await federated.identity.sign_in(login))


async def connecting(federated: Federated, jane: Owner, account: str) -> str:
    """Go to the provider to connect an account; return the secret with which it waits."""
    begun = await jane.ask("POST", f"{MINE}/flows", {"provider": "cisco-com"})
    assert begun.status_code == 201, begun.text
    done = await federated.finish(federated.answer(begun.json(), account))
    assert done.status_code == 200, done.text
    assert done.json()["connecting"] is True
    pending: str = done.json()["pending"]
    return pending


async def connect(federated: Federated, jane: Owner, account: str) -> Any:
    pending = await connecting(federated, jane, account)
    return await jane.ask("POST", MINE, {"pending": pending})


def notices(identity: Identity) -> list[tuple[str, str | None]]:
    return [
        (one.notice, one.contact.email)
        for one in identity.of_type(AccountNoticed)
        if one.notice.startswith("external")
    ]


async def test_connected_shown_and_given_up(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password()
    jane = await signed_in(federated)
    assert (await connect(federated, jane, "ann")).status_code == 201
    mine = await jane.get(MINE)
    (one,) = mine["items"]
    assert (one["provider_name"], one["label"]) == ("Cisco.com ID", SEEN)
    # One of this provider is all that the programme allows.
    assert mine["providers"] == []
    entered = (await federated.sign_in("ann")).json()["session"]
    assert entered["principal"]["subject"] == jane.subject

    assert (await jane.ask("DELETE", f"{MINE}/{one['id']}")).status_code == 204
    assert said(await jane.ask("DELETE", f"{MINE}/{one['id']}"))[:2] == (
        404,
        "unknown-external-account",
    )
    assert (await federated.sign_in("ann")).json()["session"] is None
    await identity.settle()
    assert notices(identity) == [
        ("external_account_connected", "T1@example.com"),
        ("external_account_disconnected", "T1@example.com"),
    ]
    # Given up, it can be connected again.
    assert (await connect(federated, jane, "ann")).status_code == 201


async def test_an_account_is_one_candidates(federated: Federated) -> None:
    identity = federated.identity
    await federated.connected("ann")
    other = await identity.candidate_with_password("T2")
    bob = await signed_in(federated, other)
    begun = await bob.ask("POST", f"{MINE}/flows", {"provider": "cisco-com"})
    taken = await federated.finish(federated.answer(begun.json(), "ann"))
    assert said(taken) == (409, "external-account-taken", "somebodys")
    # Nobody is signed in as somebody else on the way.
    assert await identity.scalar("SELECT count(*) FROM external_identities") == 1

    jane = await signed_in(federated)
    begun = await jane.ask("POST", f"{MINE}/flows", {"provider": "cisco-com"})
    mine = await federated.finish(federated.answer(begun.json(), "ann"))
    assert said(mine) == (409, "external-account-taken", "yours")


async def test_of_two_who_connect_one_account_one_succeeds(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password("T1")
    await identity.candidate_with_password("T2")
    jane, bob = await signed_in(federated), await signed_in(federated, "CSCO10000001")
    first = await connecting(federated, jane, "ann")
    second = await connecting(federated, bob, "ann")
    done = await asyncio.gather(
        jane.ask("POST", MINE, {"pending": first}), bob.ask("POST", MINE, {"pending": second})
    )
    assert sorted(one.status_code for one in done) == [201, 409]


async def test_a_second_account_is_refused_by_policy(federated: Federated) -> None:
    await federated.connected("ann")
    jane = await signed_in(federated)
    assert said(await connect(federated, jane, "ann2"))[:2] == (409, "too-many-external-accounts")
    pending = await federated.waiting("ann3")
    body = {"pending": pending, "token": await federated.link("T1@example.com")}
    refused = await federated.identity.post("/federation/pending/redeem", body)
    assert said(refused)[:2] == (409, "too-many-external-accounts")
    # Neither the link nor the waiting was used up by that.
    opened = await federated.identity.post("/sign-in-links/check", {"token": body["token"]})
    assert opened.status_code == 200
    opened = await federated.identity.post("/federation/pending/check", {"pending": pending})
    assert opened.status_code == 200


@pytest.fixture
async def generous(database_url: str, openid_server: Provider) -> AsyncIterator[Federated]:
    """A programme that lets candidates connect many accounts."""
    texts = Programme.files(PROGRAMMES / "cisco")
    texts["sign_in.yaml"] = texts["sign_in.yaml"].replace(
        "links_per_candidate: one", "links_per_candidate: many"
    )
    settings = settings_for(
        database_url, public_url="http://portal.test", provider_clients=clients(openid_server)
    )
    programmes = Programmes({"cisco": Programme.of_texts("cisco", texts)})
    async with running(settings, programmes) as identity:
        yield Federated(identity, openid_server)


async def test_a_second_account_is_allowed_by_policy(generous: Federated) -> None:
    await generous.connected("ann")
    jane = await signed_in(generous)
    assert (await connect(generous, jane, "ann2")).status_code == 201
    mine = await jane.get(MINE)
    assert len(mine["items"]) == 2
    assert mine["providers"] == [{"id": "cisco-com", "name": "Cisco.com ID"}]
    for account in ("ann", "ann2"):
        done = (await generous.sign_in(account)).json()
        assert done["session"]["principal"]["subject"] == jane.subject


async def test_what_waits_for_one_is_not_anothers(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password("T1")
    await identity.candidate_with_password("T2")
    jane, bob = await signed_in(federated), await signed_in(federated, "CSCO10000001")
    pending = await connecting(federated, jane, "ann")
    assert said(await bob.ask("POST", MINE, {"pending": pending}))[:2] == (410, "pending-over")
    # Nor can it be connected by a link that somebody has mailed to bob.
    body = {"pending": pending, "token": await federated.link("T2@example.com")}
    refused = await identity.post("/federation/pending/redeem", body)
    assert said(refused)[:2] == (410, "pending-over")
    assert (await jane.ask("POST", MINE, {"pending": pending})).status_code == 201


async def test_what_waits_works_once_and_for_a_day(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password()
    jane = await signed_in(federated)
    pending = await connecting(federated, jane, "ann")
    assert (await jane.ask("POST", MINE, {"pending": pending})).status_code == 201
    again = await jane.ask("POST", MINE, {"pending": pending})
    assert said(again) == (410, "pending-over", "used")
    late = await federated.waiting("bob")
    identity.clock.advance(timedelta(hours=24))
    over = await identity.post("/federation/pending/check", {"pending": late})
    assert said(over) == (410, "pending-over", "expired")
    unknown = await identity.post("/federation/pending/check", {"pending": "x"})
    assert said(unknown) == (410, "pending-over", "unknown")


async def test_old_proof_connects_nothing(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password()
    jane = await signed_in(federated)
    pending = await connecting(federated, jane, "ann")
    identity.clock.advance(timedelta(minutes=16))
    for answer in (
        await jane.ask("POST", MINE, {"pending": pending}),
        await jane.ask("POST", f"{MINE}/flows", {"provider": "cisco-com"}),
        await jane.ask("DELETE", f"{MINE}/{'0' * 32}"),
    ):
        assert said(answer)[:2] == (403, "reauthentication-required")


async def test_the_last_way_in_stays(federated: Federated) -> None:
    identity = federated.identity
    await federated.connected("ann")
    async with identity.here.database.transaction() as session:
        credential = await session.get_one(Credential, "CSCO10000000")
        await session.delete(credential)
    jane = await _entered(federated, "ann")
    (one,) = (await jane.get(MINE))["items"]
    refused = await jane.ask("DELETE", f"{MINE}/{one['id']}")
    assert said(refused)[:2] == (409, "last-way-in")
    # Staff can: a link by mail is then the way in.
    desk = await staffed(identity)
    path = f"/candidates/cisco/{jane.subject}/external-identities"
    assert [each["id"] for each in (await desk.get(path)).json()] == [one["id"]]
    why = {"reason": "The mailbox there was taken over"}
    gone = await desk.post(f"{path}/{one['id']}/disconnect", **why)
    assert gone.status_code == 204, gone.text
    entry = (await desk.audit(subject=jane.subject))[0]
    assert (entry["action"], entry["details"]["reason"]) == (
        "external_account.disconnected",
        why["reason"],
    )
    await identity.settle()
    assert identity.of_type(AccountNoticed)[-1].details["reason"] == why["reason"]


async def test_staff_without_the_right_see_nothing(federated: Federated) -> None:
    await federated.connected("ann")
    path = "/candidates/cisco/CSCO10000000/external-identities"
    outsider = await staffed(federated.identity, "eve@example.com", roles=("reviewer",))
    assert (await outsider.get(path)).status_code == 403
    desk = await staffed(federated.identity)
    assert (await desk.get("/candidates/cisco/CSCO19999999/external-identities")).status_code == 404
    assert (await desk.get("/candidates/juniper/CSCO10000000/external-identities")).status_code in (
        403,
        404,
    )
    nobodys = f"{path}/0199f0a0-0000-7000-8000-000000000000/disconnect"
    assert (await desk.post(nobodys, reason="On purpose")).status_code == 404
    assert (await desk.post(nobodys, reason="")).status_code == 422


async def test_one_cannot_disconnect_anothers(federated: Federated) -> None:
    identity = federated.identity
    await federated.connected("ann")
    await identity.candidate_with_password("T2")
    theirs = await identity.scalar("SELECT id FROM external_identities")
    bob = await signed_in(federated, "CSCO10000001")
    refused = await bob.ask("DELETE", f"{MINE}/{theirs}")
    assert said(refused)[:2] == (404, "unknown-external-account")


async def test_by_score_report_the_new_address_is_proven_too(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password()
    await _told_of_exam(identity)
    pending = await federated.waiting("ann")
    assert (await show_report(identity)).status_code == 202
    (proof,) = proofs(identity)
    body = {"pending": pending, "token": proof.token}
    done = await identity.post("/federation/pending/redeem", body)
    assert done.status_code == 200, done.text
    assert done.json()["principal"]["subject"] == "CSCO10000000"
    assert await identity.scalar("SELECT email FROM candidates") == "ann@new.example"
    assert (await federated.sign_in("ann")).json()["session"] is not None
    # Followed once, it changes nothing a second time.
    again = await federated.waiting("bob")
    refused = await identity.post("/federation/pending/redeem", body | {"pending": again})
    assert said(refused) == (410, "link-gone", "used")


async def test_a_score_report_with_anothers_address_makes_a_case(federated: Federated) -> None:
    identity = federated.identity
    await identity.candidate_with_password("T1")
    await identity.candidate_with_password("T2")
    await _told_of_exam(identity)
    pending = await federated.waiting("ann")
    await show_report(identity, email="T2@example.com")
    (proof,) = proofs(identity)
    body = {"pending": pending, "token": proof.token}
    elsewhere = await identity.post("/federation/pending/redeem", body)
    assert said(elsewhere)[:2] == (409, "address-elsewhere")
    assert elsewhere.json()["case_number"].startswith("CASE-")
    assert await identity.scalar("SELECT count(*) FROM cases") == 1
    assert await identity.scalar("SELECT count(*) FROM external_identities") == 0


async def test_a_second_step_is_asked_for_here_too(federated: Federated) -> None:
    identity = federated.identity
    await federated.connected("ann")
    jane = await signed_in(federated)
    app, _ = await jane.add_code_app()
    asked = await federated.sign_in("ann")
    assert said(asked)[:2] == (403, "second-factor-required")
    identity.clock.advance(timedelta(seconds=30))
    code = app.at(identity.clock.now())
    done = await finish(identity, asked.json()["challenge"], code=code)
    assert done.status_code == 200, done.text


async def test_a_merged_away_id_opens_the_survivors_session(federated: Federated) -> None:
    identity = federated.identity
    await federated.connected("ann", "T1")
    await identity.candidate_with_password("T2")
    async with identity.here.database.transaction() as session:
        await merge(
            session,
            programme="cisco",
            survivor="CSCO10000001",
            merged_away="CSCO10000000",
            by=None,
            reason="one person",
        )
    done = (await federated.sign_in("ann")).json()
    assert done["session"]["principal"]["subject"] == "CSCO10000001"
    bob = await signed_in(federated, "CSCO10000001")
    assert len((await bob.get(MINE))["items"]) == 1


async def test_words_of_a_provider_are_only_words(federated: Federated) -> None:
    federated.provider.knows(
        "odd", email="no address", given_name=["a list"], family_name="Ng\u202e\u0000", name=7
    )
    told = (await federated.sign_in("odd")).json()["waiting"]
    assert told["email"] is None
    assert told["given_name"] == ""
    assert told["family_name"] == "Ng"


async def _entered(federated: Federated, account: str) -> Owner:
    given = (await federated.sign_in(account)).json()["session"]
    return Owner(
        federated.identity,
        given["principal"]["subject"],
        given["access_token"],
        given["refresh_token"],
    )


async def _told_of_exam(identity: Identity) -> None:
    await identity.register(registration("T1"))
    identity.heard.clear()
