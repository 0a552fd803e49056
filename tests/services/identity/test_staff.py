"""Staff: invited, given roles, kept out; and nobody gives what they do not have."""

import asyncio
from datetime import timedelta

import pytest

from services.identity.domain.roles import ROLES, claims_of, scopes_of
from services.identity.domain.scopes import STAFF_SCOPES
from shared.auth import Principal
from shared.errors import Forbidden
from shared.events import AccountNoticed, StaffLinkRequested
from tests.services.identity.conftest import PASSWORD, Identity
from tests.services.identity.staff import arrived, signed_in, staffed


async def test_who_is_invited_sets_a_password_and_is_in(identity: Identity) -> None:
    ada = await staffed(identity)
    answer = await ada.invite("Sam@Example.com", "support")
    assert answer.status_code == 201, answer.text
    sam = answer.json()
    assert (sam["state"], sam["roles"], sam["yourself"]) == ("invited", ["support"], False)
    assert sam["scopes"] == sorted(ROLES["support"])
    await identity.settle()
    (link,) = identity.of_type(StaffLinkRequested)
    assert (link.purpose, link.contact.email, link.invited_by) == (
        "invitation",
        "Sam@Example.com",
        "Ada",
    )
    # Nobody is in before the link is followed.
    body = {"login": "sam@example.com", "password": PASSWORD}
    assert (await identity.post("/staff/sessions", body)).status_code == 401
    opened = await identity.post("/staff/sign-in-links/check", {"token": link.token})
    assert opened.json() == {"login": "Sam@Example.com", "name": "Sam", "purpose": "invitation"}
    redeem = {"token": link.token, "password": "sam@example.com"}
    refused = await identity.post("/staff/sign-in-links/redeem", redeem)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "password"
    redeem = {"token": link.token, "password": PASSWORD}
    assert (await identity.post("/staff/sign-in-links/redeem", redeem)).status_code == 200
    again = await identity.post("/staff/sign-in-links/redeem", redeem)
    assert (again.status_code, again.json()["reason"]) == (410, "used")
    desk = await signed_in(identity, "sam@example.com", sam["staff_id"])
    assert (await desk.get("/candidates", programme="cisco")).status_code == 200
    assert (await desk.get("/staff/members", programme="cisco")).status_code == 403
    member = await ada.member(sam["staff_id"])
    assert member["state"] == "active"
    assert member["last_signed_in_at"]
    said = await ada.audit(subject=sam["staff_id"])
    assert [one["action"] for one in said] == ["password.set", "staff.invited"]
    assert said[1]["by_name"] == "Ada"
    assert said[1]["details"]["roles"] == ["support"]


async def test_a_scope_of_one_programme_opens_nothing_in_another(identity: Identity) -> None:
    ada = await staffed(identity, programmes=("cisco", "juniper"))
    sam = await arrived(identity, ada, "sam@example.com", "programme_manager")
    answer = await ada.invite("sam@example.com", "fulfilment", programme="juniper")
    assert answer.status_code == 201, answer.text
    sam = await signed_in(identity, "sam@example.com", sam.staff_id)
    assert (await sam.get("/audit", programme="cisco")).status_code == 200
    assert (await sam.get("/audit", programme="juniper")).status_code == 403
    assert (await sam.get("/candidates", programme="juniper")).status_code == 200
    # They were there already: no link, but a mail that says what they may do now.
    await identity.settle()
    assert len(identity.of_type(StaffLinkRequested)) == 1
    told = identity.of_type(AccountNoticed)[-1]
    assert (told.programme, told.notice) == ("juniper", "staff_roles_changed")
    assert told.contact.email == "sam@example.com"


async def test_nobody_gives_what_they_do_not_have(identity: Identity) -> None:
    await staffed(identity)
    half = await staffed(identity, "half@example.com", scopes=("staff:write", "candidates:read"))
    refused = await half.invite("sam@example.com", "support")
    assert refused.status_code == 403
    assert "emails:read" in refused.json()["detail"]
    foreign = await half.invite("sam@example.com", "support", programme="juniper")
    assert foreign.status_code == 403
    roles = (await half.get("/staff/roles", programme="cisco")).json()
    assert {one["role"] for one in roles if one["yours_to_give"]} == set()
    # Nor takes it from somebody who has more.
    ada = next(
        one
        for one in (await half.get("/staff/members", programme="cisco")).json()
        if one["email"] == "ada@example.com"
    )
    path = f"/staff/members/cisco/{ada['staff_id']}"
    assert (await half.put(f"{path}/roles", roles=[])).status_code == 403
    reset = await half.post(f"{path}/second-factors/reset", reason="asked by telephone")
    assert reset.status_code == 403


async def test_roles_are_changed_by_somebody_else(identity: Identity) -> None:
    ada = await staffed(identity)
    own = f"/staff/members/cisco/{ada.staff_id}"
    assert (await ada.put(f"{own}/roles", roles=["support"])).status_code == 409
    assert (await ada.post(f"{own}/deactivate", reason="going home")).status_code == 409
    assert (await ada.post(f"{own}/second-factors/reset", reason="lost it")).status_code == 409
    sam = await arrived(identity, ada, "sam@example.com", "support")
    path = f"/staff/members/cisco/{sam.staff_id}/roles"
    assert (await ada.put(path, roles=["reviewer", "fulfilment"])).status_code == 204
    sam = await signed_in(identity, "sam@example.com", sam.staff_id)
    member = await ada.member(sam.staff_id)
    assert member["roles"] == ["reviewer", "fulfilment"]
    assert member["scopes"] == sorted(scopes_of(["reviewer", "fulfilment"]))
    (said,) = await ada.audit(action="staff.roles_changed")
    assert said["details"] == {
        "name": "Sam",
        "before": ["support"],
        "after": ["fulfilment", "reviewer"],
    }
    unknown = await ada.put(path, roles=["king"])
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"].startswith("roles")
    # Without any role they no longer work here, and cannot sign in any more.
    assert (await ada.put(path, roles=[])).status_code == 204
    assert (await ada.get(f"/staff/members/cisco/{sam.staff_id}")).status_code == 404
    body = {"login": "sam@example.com", "password": PASSWORD}
    assert (await identity.post("/staff/sessions", body)).status_code == 401


async def test_a_programme_keeps_an_administrator(identity: Identity) -> None:
    ada = await staffed(identity)
    # One who was invited and never came does not count.
    assert (await ada.invite("never@example.com", "administrator")).status_code == 201
    bob = await arrived(identity, ada, "bob@example.com", "administrator")
    mine = f"/staff/members/cisco/{ada.staff_id}"
    his = f"/staff/members/cisco/{bob.staff_id}"
    # Both at once: one of them is too late.
    answers = await asyncio.gather(
        ada.put(f"{his}/roles", roles=["support"]), bob.put(f"{mine}/roles", roles=["support"])
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["type"].endswith("/last-administrator")


async def test_who_is_deactivated_is_out_at_once(identity: Identity) -> None:
    ada = await staffed(identity)
    sam = await arrived(identity, ada, "sam@example.com", "support")
    body = {"login": "sam@example.com", "password": PASSWORD}
    session = (await identity.post("/staff/sessions", body)).json()
    assert (await ada.post(f"/staff/members/cisco/{sam.staff_id}/link")).status_code == 202
    await identity.settle()
    link = identity.of_type(StaffLinkRequested)[-1]
    assert link.purpose == "forgotten"
    path = f"/staff/members/cisco/{sam.staff_id}"
    no_reason = await ada.post(f"{path}/deactivate", reason="")
    assert no_reason.json()["errors"][0]["field"] == "reason"
    gone = await ada.post(f"{path}/deactivate", reason="has left")
    assert (gone.status_code, gone.json()["state"]) == (200, "deactivated")
    refresh = {"refresh_token": session["refresh_token"]}
    assert (await identity.post("/sessions/refresh", refresh)).status_code == 401
    assert (await identity.post("/staff/sessions", body)).status_code == 401
    redeem = {"token": link.token, "password": PASSWORD}
    assert (await identity.post("/staff/sign-in-links/redeem", redeem)).status_code == 410
    assert (await ada.invite("sam@example.com", "support")).status_code == 409
    back = await ada.post(f"{path}/activate", reason="is back")
    assert back.json()["state"] == "active"
    assert (await identity.post("/staff/sessions", body)).status_code == 200
    actions = [one["action"] for one in await ada.audit(subject=sam.staff_id, action="staff")]
    assert actions[:2] == ["staff.activated", "staff.deactivated"]


async def test_who_works_elsewhere_too_is_not_deactivated_from_here(identity: Identity) -> None:
    both = await staffed(identity, "both@example.com", programmes=("cisco", "juniper"))
    await staffed(identity)
    sam = await arrived(identity, both, "sam@example.com", "support")
    assert (await both.invite("sam@example.com", "support", programme="juniper")).is_success
    ada = await signed_in(identity, "ada@example.com", "")
    path = f"/staff/members/cisco/{sam.staff_id}"
    refused = await ada.post(f"{path}/deactivate", reason="has left")
    assert refused.status_code == 403
    assert (await ada.post(f"{path}/second-factors/reset", reason="lost")).status_code == 403
    assert (await ada.member(sam.staff_id))["other_programmes"] == 1
    assert (await ada.get(f"/staff/members/juniper/{sam.staff_id}")).status_code == 403
    assert (await ada.put(f"{path}/roles", roles=[])).status_code == 204
    assert (await ada.get(path)).status_code == 404


async def test_a_forgotten_password_is_set_by_link(identity: Identity) -> None:
    ada = await staffed(identity)
    sessions = await identity.scalar("SELECT count(*) FROM sessions WHERE ended_at IS NULL")
    assert sessions == 1
    asked = [
        await identity.post("/staff/sign-in-links", {"programme": "cisco", "email": email})
        for email in ("ada@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in asked] == [202, 202]
    assert asked[0].json() == asked[1].json()
    await until_answered(identity)
    (link,) = identity.of_type(StaffLinkRequested)
    assert (link.purpose, link.contact.email, link.invited_by) == (
        "forgotten",
        "ada@example.com",
        None,
    )
    redeem = {"token": link.token, "password": "eight new boots"}
    assert (await identity.post("/staff/sign-in-links/redeem", redeem)).status_code == 200
    ended = await identity.scalar("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL")
    assert ended == 1
    await signed_in(identity, "ada@example.com", ada.staff_id, "eight new boots")
    # Five links an hour at most.
    for _ in range(8):
        await identity.post(
            "/staff/sign-in-links", {"programme": "cisco", "email": "ada@example.com"}
        )
        await until_answered(identity)
    assert len(identity.of_type(StaffLinkRequested)) == 5
    identity.clock.advance(timedelta(hours=25))
    late = identity.of_type(StaffLinkRequested)[-1]
    gone = await identity.post("/staff/sign-in-links/check", {"token": late.token})
    assert (gone.status_code, gone.json()["reason"]) == (410, "expired")


async def until_answered(identity: Identity) -> None:
    for _ in range(500):
        if not await identity.scalar("SELECT count(*) FROM staff_link_requests"):
            break
        await asyncio.sleep(0.01)
    await identity.settle()


async def test_rights_are_changed_only_soon_after_signing_in(identity: Identity) -> None:
    ada = await staffed(identity)
    identity.clock.advance(timedelta(minutes=20))
    refused = await ada.invite("sam@example.com", "support")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/reauthentication-required")
    assert (await ada.get("/staff/members", programme="cisco")).status_code == 200


def test_roles_allow_only_what_there_is() -> None:
    for scopes in ROLES.values():
        assert scopes <= STAFF_SCOPES
    assert ROLES["administrator"] == STAFF_SCOPES
    assert "staff:write" not in ROLES["programme_manager"]
    assert scopes_of(["nothing of the kind"]) == frozenset()


def test_a_token_names_only_the_programmes_with_less() -> None:
    alike = claims_of({"cisco": frozenset({"a", "b"}), "juniper": frozenset({"a", "b"})})
    assert alike == {"programmes": ["cisco", "juniper"], "scope": "a b"}
    claims = claims_of({"cisco": frozenset({"a", "b"}), "juniper": frozenset({"b"})})
    assert claims["grants"] == {"juniper": ["b"]}
    caller = Principal(
        "staff",
        "x",
        programmes=frozenset({"cisco", "juniper"}),
        scopes=frozenset({"a", "b"}),
        grants={"juniper": frozenset({"b"})},
    )
    assert caller.within("a").programmes == {"cisco"}
    assert caller.within("b").programmes == {"cisco", "juniper"}
    caller.may("cisco", "a")
    for programme, scope in (("juniper", "a"), ("elsewhere", "b")):
        with pytest.raises(Forbidden):
            caller.may(programme, scope)
