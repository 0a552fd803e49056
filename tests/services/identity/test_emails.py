"""Several e-mail addresses of one candidate: added by link, chosen, removed, told of."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.identity.handlers.merges import merge
from shared.events import CandidateUpdated, SignInLinkRequested
from tests.services.identity.conftest import PASSWORD, Identity, registration
from tests.services.identity.proving import (
    Signed,
    ann,
    check,
    follow,
    person,
    proofs,
    signed_in,
    told,
)

NEW = "ann@home.example"


async def added(identity: Identity, me: Signed, email: str = NEW) -> None:
    await me.post("/me/emails", email=email)
    answer = await follow(identity, proofs(identity)[-1].token)
    assert answer.json()["outcome"] == "added", answer.text
    identity.heard.clear()


async def test_the_first_address_is_proven_by_the_link_that_was_mailed_to_it(
    identity: Identity,
) -> None:
    await identity.register(registration("T1"))
    proven = "SELECT count(*) FROM email_addresses WHERE verified_at IS NOT NULL"
    assert await identity.scalar(proven) == 0
    await identity.post(
        "/sign-in-links/redeem", {"token": identity.link().token, "password": PASSWORD}
    )
    assert await identity.scalar(proven) == 1
    found = await (await signed_in(identity, "T1@example.com")).emails()
    assert [(one["email"], one["is_primary"]) for one in found["emails"]] == [
        ("T1@example.com", True)
    ]
    assert (found["pending"], found["most"]) == ([], 10)


async def test_a_new_address_is_added_when_its_link_is_followed(identity: Identity) -> None:
    me = await ann(identity)
    answer = await me.post("/me/emails", email=NEW)
    assert answer.status_code == 202
    assert (await me.emails())["pending"][0]["email"] == NEW
    assert NEW not in await me.held()
    (proof,) = proofs(identity)
    assert (proof.purpose, proof.contact.email, proof.login_id) == (
        "new_address",
        NEW,
        "CSCO10000000",
    )
    opened = (await check(identity, proof.token)).json()
    assert opened == {
        "programme": "cisco",
        "login_id": "CSCO10000000",
        "email": NEW,
        "purpose": "new_address",
        "needs_password": False,
    }
    followed = await follow(identity, proof.token)
    assert followed.json()["outcome"] == "added"
    assert await me.held() == {"T1@example.com": True, NEW: False}
    assert (await me.emails())["pending"] == []
    # The primary address hears of it, and stays what it was.
    assert told(identity) == [("address_added", "T1@example.com")]
    assert not identity.of_type(CandidateUpdated)


async def test_a_proven_address_signs_in_and_gets_links(identity: Identity) -> None:
    me = await ann(identity)
    await me.post("/me/emails", email=NEW)
    assert (await identity.sign_in(NEW)).status_code == 401
    await follow(identity, proofs(identity)[-1].token)
    assert (await identity.sign_in(NEW.upper())).status_code == 200
    await identity.post("/sign-in-links", {"programme": "cisco", "email": NEW})
    await identity.settle()
    assert identity.link().contact.email == NEW
    assert identity.link().purpose == "forgotten"


async def test_another_primary_address_gets_the_mail_and_the_old_one_is_told(
    identity: Identity,
) -> None:
    me = await ann(identity)
    await added(identity, me)
    assert (await me.post("/me/emails/primary", email=NEW)).status_code == 204
    assert await me.held() == {NEW: True, "T1@example.com": False}
    (update,) = identity.of_type(CandidateUpdated)
    assert update.contact.email == NEW
    assert told(identity) == [
        ("primary_address_changed", "T1@example.com"),
        ("primary_address_changed", NEW),
    ]
    # Once more changes nothing and tells nobody.
    identity.heard.clear()
    assert (await me.post("/me/emails/primary", email=NEW)).status_code == 204
    assert identity.heard == []
    action = "SELECT details FROM audit_entries WHERE action = 'email.primary_chosen'"
    assert "ann@" not in str(await identity.scalar(action))


async def test_a_removed_address_opens_nothing_any_more(identity: Identity) -> None:
    me = await ann(identity)
    await added(identity, me)
    await identity.post("/sign-in-links", {"programme": "cisco", "email": NEW})
    await identity.settle()
    mailed = identity.link().token
    assert (await me.post("/me/emails/remove", email=NEW)).status_code == 204
    assert ("address_removed", NEW) in told(identity)
    assert ("address_removed", "T1@example.com") in told(identity)
    assert (await identity.sign_in(NEW)).status_code == 401
    gone = await identity.post("/sign-in-links/redeem", {"token": mailed, "password": PASSWORD})
    assert gone.status_code == 410
    assert gone.json()["reason"] == "replaced"
    identity.heard.clear()
    await identity.post("/sign-in-links", {"programme": "cisco", "email": NEW})
    await identity.settle()
    assert not identity.of_type(SignInLinkRequested)


async def test_the_primary_address_stays(identity: Identity) -> None:
    me = await ann(identity)
    answer = await me.post("/me/emails/remove", email="t1@EXAMPLE.com")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/last-address")


@pytest.mark.parametrize("path", ["/me/emails/primary", "/me/emails/remove", "/me/emails/call-off"])
async def test_an_address_that_is_not_ones_own_is_refused(identity: Identity, path: str) -> None:
    me = await ann(identity)
    await identity.candidate_with_password("T2")
    for email in ("T2@example.com", "nobody@example.com"):
        answer = await me.post(path, email=email)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/not-your-address")


async def test_an_address_one_has_already_is_refused(identity: Identity) -> None:
    me = await ann(identity)
    answer = await me.post("/me/emails", email=" T1@Example.com ")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "email"


async def test_what_was_called_off_explains_itself(identity: Identity) -> None:
    me = await ann(identity)
    await me.post("/me/emails", email=NEW)
    token = proofs(identity)[-1].token
    assert (await me.post("/me/emails/call-off", email=NEW)).status_code == 204
    assert (await me.emails())["pending"] == []
    for answer in (await check(identity, token), await follow(identity, token)):
        assert answer.status_code == 410
        assert answer.json()["reason"] == "replaced"
        assert answer.json()["purpose"] == "new_address"
        assert "called off" in answer.json()["detail"]


async def test_a_link_works_once_and_for_a_day(identity: Identity) -> None:
    me = await ann(identity)
    await me.post("/me/emails", email=NEW)
    first = proofs(identity)[-1].token
    # Whoever asks twice may follow either; that ends the other.
    await me.post("/me/emails", email=NEW)
    second = proofs(identity)[-1].token
    assert len((await me.emails())["pending"]) == 1
    assert (await check(identity, second)).status_code == 200
    await follow(identity, first)
    assert (await check(identity, second)).json()["reason"] == "replaced"
    used = await follow(identity, first)
    assert (used.status_code, used.json()["reason"]) == (410, "used")
    assert "used already" in used.json()["detail"]
    await me.post("/me/emails", email="other@home.example")
    late = proofs(identity)[-1].token
    identity.clock.advance(timedelta(hours=24))
    expired = await check(identity, late)
    assert expired.json()["reason"] == "expired"
    assert "new link" in expired.json()["detail"]
    assert (await check(identity, "no-such-token")).json()["reason"] == "unknown"


async def test_a_mailbox_is_not_filled_and_an_account_holds_so_many(identity: Identity) -> None:
    me = await ann(identity)
    answers = [
        (await me.post("/me/emails", email=f"n{n}@home.example")).status_code for n in range(6)
    ]
    assert answers == [202] * 5 + [429]
    for number in range(9):
        identity.clock.advance(timedelta(minutes=61))
        fresh = await signed_in(identity, "CSCO10000000")
        await fresh.post("/me/emails", email=f"m{number}@home.example")
        await follow(identity, proofs(identity)[-1].token)
    full = await (await signed_in(identity, "CSCO10000000")).post("/me/emails", email=NEW)
    assert full.status_code == 409
    assert full.json()["type"].endswith("/too-many-addresses")


async def test_changes_ask_who_one_is_when_that_was_long_ago(identity: Identity) -> None:
    me = await ann(identity)
    identity.clock.advance(timedelta(minutes=16))
    for path in ("/me/emails", "/me/emails/primary", "/me/emails/remove"):
        answer = await me.post(path, email=NEW)
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/reauthentication-required")


async def test_an_address_of_another_account_changes_nothing_and_prepares_a_merge(
    identity: Identity,
) -> None:
    await identity.candidate_with_password("T2")
    me = await ann(identity, "T1")
    asked = await me.post("/me/emails", email="T2@example.com")
    fresh = await me.post("/me/emails", email="nobody@example.com")
    # Who only asks does not learn that the address is known.
    assert (asked.status_code, asked.content) == (fresh.status_code, fresh.content)
    identity.heard.clear()
    await me.post("/me/emails", email="T2@example.com")
    followed = (await follow(identity, proofs(identity)[-1].token)).json()
    assert followed["outcome"] == "elsewhere"
    assert followed["case_number"].startswith("CASE-")
    assert list(await me.held()) == ["T1@example.com"]
    assert ("address_belongs_elsewhere", "T2@example.com") in told(identity)
    merge = await identity.rows("SELECT first_id, second_id, state, reasons FROM merges")
    assert merge[0][:3] == ("CSCO10000000", "CSCO10000001", "proposed")
    assert "email" in str(merge[0][3])
    # Asked again, the case stays the same.
    await me.post("/me/emails", email="T2@example.com")
    again = (await follow(identity, proofs(identity)[-1].token)).json()
    assert again["case_number"] == followed["case_number"]
    assert await identity.scalar("SELECT count(*) FROM cases") == 1
    assert (await identity.sign_in("T2@example.com")).status_code == 200


async def test_people_whom_staff_have_told_apart_may_share_a_mailbox(identity: Identity) -> None:
    await identity.candidate_with_password("T2")
    me = await ann(identity, "T1")
    await me.post("/me/emails", email="T2@example.com")
    await follow(identity, proofs(identity)[-1].token)
    async with identity.here.database.transaction() as session:
        await session.execute(text("UPDATE merges SET state = 'dismissed'"))
    await me.post("/me/emails", email="T2@example.com")
    assert (await follow(identity, proofs(identity)[-1].token)).json()["outcome"] == "added"
    # Then neither is signed in by it, but by the candidate id.
    assert (await identity.sign_in("T2@example.com")).status_code == 401
    assert (await identity.sign_in("CSCO10000001")).status_code == 200


async def test_one_mailbox_of_two_accounts_of_one_name_prepares_a_merge(
    identity: Identity,
) -> None:
    one = person("José", "García", "jose@example.com")
    other = person("GARCIA", "JOSE", "jose@example.com")
    await identity.register(registration("T1", contact=one), registration("T2", contact=other))
    identity.heard.clear()
    for _ in range(2):
        await identity.post("/sign-in-links", {"programme": "cisco", "email": "jose@example.com"})
        await identity.settle()
    # Everybody gets links; the explanation comes once a day.
    assert len(identity.of_type(SignInLinkRequested)) == 4
    assert told(identity).count(("shared_mailbox", "jose@example.com")) == 1
    assert await identity.scalar("SELECT count(*) FROM merges") == 1
    assert await identity.scalar("SELECT count(*) FROM cases") == 1


async def test_one_mailbox_of_two_people_is_no_reason_for_a_merge(identity: Identity) -> None:
    await identity.register(
        registration("T1", contact=person("Ann", "Ng", "info@example.com")),
        registration("T2", contact=person("Bob", "Ng", "info@example.com")),
    )
    identity.heard.clear()
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "info@example.com"})
    await identity.settle()
    assert told(identity) == [("shared_mailbox", "info@example.com")]
    assert await identity.scalar("SELECT count(*) FROM merges") == 0


async def test_everything_at_once_ends_in_one_order_or_another(identity: Identity) -> None:
    me = await ann(identity)
    await added(identity, me, "a@home.example")
    password = PASSWORD
    for number in range(3):
        # Only so many links are mailed in an hour.
        identity.clock.advance(timedelta(minutes=61))
        me = await signed_in(identity, "CSCO10000000", password)
        email = f"b{number}@home.example"
        await me.post("/me/emails", email=email)
        proof = proofs(identity)[-1].token
        await identity.post("/sign-in-links", {"programme": "cisco", "email": "a@home.example"})
        await identity.settle()
        link = {"token": identity.link().token, "password": f"three green hills {number}"}
        answers = await asyncio.gather(
            identity.post("/address-proofs/redeem", {"token": proof}),
            me.ask("/me/emails/call-off", {"email": email}),
            me.ask("/me/emails/primary", {"email": "a@home.example"}),
            me.ask("/me/emails/remove", {"email": "a@home.example"}),
            identity.post("/sign-in-links/redeem", link),
        )
        assert all(answer.status_code < 500 for answer in answers), answers
        # The link is void where the address that it was mailed to was removed first.
        password = link["password"] if answers[-1].is_success else password
        me = await signed_in(identity, "CSCO10000000", password)
        held = await me.held()
        assert list(held.values()).count(True) == 1
        primary = await identity.scalar("SELECT email FROM candidates")
        assert held[primary] is True
        if "a@home.example" not in held:
            await added(identity, me, "a@home.example")
        elif held["a@home.example"]:
            await me.post("/me/emails/primary", email="T1@example.com")


async def test_one_person_of_two_ids_gets_one_link(identity: Identity) -> None:
    both = person("Ann", "Ng", "ann@example.com")
    await identity.register(registration("T1", contact=both), registration("T2", contact=both))
    async with identity.here.database.transaction() as session:
        await merge(
            session,
            programme="cisco",
            survivor="CSCO10000001",
            merged_away="CSCO10000000",
            by=None,
            reason="One person",
        )
    identity.heard.clear()
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "ann@example.com"})
    await identity.settle()
    (link,) = identity.of_type(SignInLinkRequested)
    assert link.login_id == "CSCO10000001"
    assert ("shared_mailbox", "ann@example.com") not in told(identity)
    await identity.post("/sign-in-links/redeem", {"token": link.token, "password": PASSWORD})
    assert (await identity.sign_in("ann@example.com")).status_code == 200


async def test_bad_addresses_name_the_field(identity: Identity) -> None:
    me = await ann(identity)
    for bad in ("", "no address", "a@b\r\nBcc: c@d", "x" * 250 + "@example.com"):
        answer = await me.post("/me/emails", email=bad)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "email"
