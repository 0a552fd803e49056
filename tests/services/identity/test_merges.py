"""Merges at identity: proposed once, decided by staff, undone exactly, and signed in with."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.identity.handlers.merges import propose, survivor_of
from shared.events import (
    AccountNoticed,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
    Contact,
)
from tests.services.identity.conftest import PASSWORD, Identity, registration
from tests.services.identity.factoring import owner
from tests.services.identity.staff import staffed
from tests.shared.desk import until

WHY = {"reason": "The same person on the phone"}
HEARD = (CandidatesMerged, CandidatesSeparated)


class Merging:
    """Two candidates, a member of staff who may merge them, and what is published of it."""

    def __init__(self, identity: Identity, token: str) -> None:
        self.identity = identity
        self.headers = {"Authorization": f"Bearer {token}"}
        self.ids: list[str] = []

    async def post(self, path: str, body: Any) -> httpx2.Response:
        answer = await self.identity.http.post(path, json=body, headers=self.headers)
        await self.identity.settle()
        return answer

    async def get(self, path: str) -> Any:
        answer = await self.identity.http.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def propose(self, *ids: str) -> Any:
        body = {"programme": "cisco", "candidate_ids": list(ids or self.ids[:2])}
        answer = await self.post("/merges", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def merge(self, survivor: str, away: str) -> Any:
        proposed = await self.propose(survivor, away)
        answer = await self.post(
            f"/merges/cisco/{proposed['id']}/confirm", {"survivor": survivor} | WHY
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def standing(self) -> dict[str, str | None]:
        rows = await self.identity.rows(
            "SELECT candidate_id, survivor FROM candidate_merges ORDER BY candidate_id"
        )
        return dict(rows)


@pytest.fixture
async def merging(identity: Identity) -> Merging:
    desk = Merging(identity, (await staffed(identity)).token)
    identity.bus.subscribe("merging", [kind.type for kind in HEARD], identity.listen)
    for testing_id in ("T1", "T2", "T3"):
        desk.ids.append(await identity.candidate_with_password(testing_id))
    return desk


async def test_a_pair_is_proposed_once_with_every_reason(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    first = await merging.propose(bob, ann)
    assert (first["state"], first["reasons"]) == ("proposed", ["staff"])
    assert [first["first"]["candidate_id"], first["second"]["candidate_id"]] == sorted([ann, bob])
    async with merging.identity.here.database.transaction() as session:
        again = await propose(
            session,
            programme="cisco",
            candidate_ids=[ann, bob],
            reasons=["name_and_email", "staff"],
            by=None,
        )
    assert str(again and again.id) == first["id"]
    listed = await merging.get("/merges?programme=cisco")
    assert [(one["id"], one["reasons"]) for one in listed["items"]] == [
        (first["id"], ["staff", "name_and_email"])
    ]


async def test_what_was_dismissed_comes_back_only_for_another_reason(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    proposed = await merging.propose()
    answer = await merging.post(f"/merges/cisco/{proposed['id']}/dismiss", WHY)
    assert answer.json()["state"] == "dismissed"
    found = []
    for reason in ("staff", "testing_id"):
        async with merging.identity.here.database.transaction() as session:
            found.append(
                await propose(
                    session, programme="cisco", candidate_ids=[ann, bob], reasons=[reason], by=None
                )
            )
    assert found[0] is None
    assert found[1] is not None
    assert (await merging.post(f"/merges/cisco/{proposed['id']}/dismiss", WHY)).status_code == 409


async def test_a_merge_is_told_to_services_and_to_both_mailboxes(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    done = await merging.merge(ann, bob)
    assert (done["state"], done["survivor"], done["merged_away"]) == ("merged", ann, bob)
    assert done["may_undo"]
    (event,) = merging.identity.of_type(CandidatesMerged)
    assert (event.candidate_id, event.into, event.version) == (bob, ann, 1)
    letters = merging.identity.of_type(AccountNoticed)
    assert len(letters) == 2
    assert {one.contact.email for one in letters} == {"T1@example.com", "T2@example.com"}
    assert {one.notice for one in letters} == {"merged"}
    async with merging.identity.here.database.reading() as session:
        assert await survivor_of(session, bob) == ann
        assert await survivor_of(session, ann) == ann
    of_old = await merging.get(f"/candidates/cisco/{bob}")
    assert of_old["merged_into"] == ann
    of_new = await merging.get(f"/candidates/cisco/{ann}")
    assert of_new["further_ids"] == [bob]
    assert {one["testing_id"] for one in of_new["testing_ids"]} == {"T1", "T2"}
    about = await merging.get(f"/candidates/cisco/{bob}/merges")
    assert [one["id"] for one in about["items"]] == [done["id"]]
    actions = await merging.identity.rows("SELECT action, subject FROM audit_entries")
    assert ("candidates.merged", ann) in actions


async def test_either_login_opens_the_session_of_the_person(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    before = (await merging.identity.sign_in(bob)).json()
    await merging.merge(ann, bob)
    # Whoever was signed in as the one that is no more signs in again.
    refreshed = await merging.identity.post(
        "/sessions/refresh", {"refresh_token": before["refresh_token"]}
    )
    assert refreshed.status_code == 401
    for login in (ann, bob, "T1@example.com"):
        answer = await merging.identity.sign_in(login)
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        me = (await merging.identity.http.get("/me", headers=headers)).json()
        assert me["candidate_id"] == ann
        assert {one["testing_id"] for one in me["testing_ids"]} == {"T1", "T2"}


async def test_undone_each_stands_for_themselves_and_old_sessions_end(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    done = await merging.merge(ann, bob)
    as_one = (await merging.identity.sign_in(bob)).json()
    answer = await merging.post(f"/merges/cisco/{done['id']}/undo", WHY)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["may_undo"]) == ("undone", False)
    (event,) = merging.identity.of_type(CandidatesSeparated)
    assert (event.candidate_id, event.into, event.version) == (bob, ann, 2)
    ended = await merging.identity.post(
        "/sessions/refresh", {"refresh_token": as_one["refresh_token"]}
    )
    assert ended.status_code == 401
    token = (await merging.identity.sign_in(bob)).json()["access_token"]
    me = await merging.identity.http.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["candidate_id"] == bob
    assert [one["testing_id"] for one in me.json()["testing_ids"]] == ["T2"]
    assert (await merging.post(f"/merges/cisco/{done['id']}/undo", WHY)).status_code == 409


async def test_after_thirty_days_it_stays_done(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    done = await merging.merge(ann, bob)
    merging.identity.clock.move_to(merging.identity.clock.now() + timedelta(days=30, minutes=1))
    answer = await merging.post(f"/merges/cisco/{done['id']}/undo", WHY)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("undo-too-late")
    assert not (await merging.get(f"/merges/cisco/{done['id']}"))["may_undo"]


async def test_a_chain_points_at_its_end_and_comes_apart_link_by_link(merging: Merging) -> None:
    ann, bob, eve = merging.ids
    first = await merging.merge(bob, ann)
    second = await merging.merge(eve, bob)
    assert await merging.standing() == {ann: eve, bob: eve}
    told = merging.identity.of_type(CandidatesMerged)
    assert [(one.candidate_id, one.into, one.version) for one in told] == [
        (ann, bob, 1),
        (ann, eve, 2),
        (bob, eve, 1),
    ]
    # The older merge undone: the newer stays.
    await merging.post(f"/merges/cisco/{first['id']}/undo", WHY)
    assert await merging.standing() == {ann: None, bob: eve}
    await merging.post(f"/merges/cisco/{second['id']}/undo", WHY)
    assert await merging.standing() == {ann: None, bob: None}


async def test_undoing_the_newer_merge_brings_the_older_back(merging: Merging) -> None:
    ann, bob, eve = merging.ids
    await merging.merge(bob, ann)
    second = await merging.merge(eve, bob)
    await merging.post(f"/merges/cisco/{second['id']}/undo", WHY)
    assert await merging.standing() == {ann: bob, bob: None}
    # What names an id that was merged away means the person.
    third = await merging.merge(eve, ann)
    assert (third["survivor"], third["merged_away"]) == (eve, bob)
    assert await merging.standing() == {ann: eve, bob: eve}


async def test_what_cannot_be_merged_is_refused_by_field(merging: Merging) -> None:
    ann, bob, eve = merging.ids
    proposed = await merging.propose()
    confirm = f"/merges/cisco/{proposed['id']}/confirm"
    other = await merging.post(confirm, {"survivor": eve} | WHY)
    assert other.status_code == 422
    assert [one["field"] for one in other.json()["errors"]] == ["survivor"]
    assert (await merging.post(confirm, {"survivor": ann})).status_code == 422
    assert (await merging.post(confirm, {"survivor": ann} | WHY)).status_code == 200
    assert (await merging.post(confirm, {"survivor": ann} | WHY)).status_code == 409
    again = await merging.post("/merges", {"programme": "cisco", "candidate_ids": [bob, ann]})
    assert again.status_code == 409
    for ids in ([ann], [ann, bob, eve], [ann, "CSCO99999999"]):
        wrong = await merging.post("/merges", {"programme": "cisco", "candidate_ids": ids})
        assert wrong.status_code in (404, 422)
    unknown = "00000000-0000-0000-0000-000000000000"
    for action in ("confirm", "dismiss", "undo"):
        body = {"survivor": ann} | WHY
        answer = await merging.post(f"/merges/cisco/{unknown}/{action}", body)
        assert answer.status_code == 404


async def test_the_one_who_can_be_reached_goes_on(merging: Merging) -> None:
    ann = merging.ids[0]
    await merging.identity.register(
        registration("T9", contact=Contact(given_name="Ann", family_name="Ng", email=None))
    )
    silent = await merging.identity.scalar(
        "SELECT candidate_id FROM testing_ids WHERE testing_id = 'T9'"
    )
    proposed = await merging.propose(ann, silent)
    path = f"/merges/cisco/{proposed['id']}/confirm"
    refused = await merging.post(path, {"survivor": silent} | WHY)
    assert refused.status_code == 422
    assert "no e-mail address" in refused.json()["errors"][0]["message"]
    assert (await merging.post(path, {"survivor": ann} | WHY)).status_code == 200


async def test_of_two_consents_the_stricter_holds_and_comes_back(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    async with merging.identity.here.database.transaction() as session:
        from services.identity.handlers.candidates import load  # noqa: PLC0415 - only here

        (await load(session, [bob], lock=True))[bob].disclosure = False
    done = await merging.merge(ann, bob)
    assert not (await merging.get(f"/candidates/cisco/{ann}"))["disclosure"]
    newest = merging.identity.of_type(CandidateUpdated)[-1]
    assert (newest.candidate_id, newest.disclosure) == (ann, False)
    await merging.post(f"/merges/cisco/{done['id']}/undo", WHY)
    assert (await merging.get(f"/candidates/cisco/{ann}"))["disclosure"]
    assert not (await merging.get(f"/candidates/cisco/{bob}"))["disclosure"]


async def test_a_registration_may_name_either_id_of_a_person(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    contradicting = registration("T2", named_candidate_id=ann, registration_number="R77")
    await merging.identity.register(contradicting)
    parked = "SELECT count(*) FROM parked"
    assert await merging.identity.scalar(parked) == 1
    await merging.merge(ann, bob)
    await merging.identity.register(contradicting.model_copy(update={"registration_number": "R78"}))
    assert await merging.identity.scalar(parked) == 1
    owner = await merging.identity.scalar(
        "SELECT candidate_id FROM testing_ids WHERE testing_id = 'T2'"
    )
    # It stays with the id that it came with, so that it goes back with it.
    assert owner == bob


async def test_two_who_merge_the_same_at_once_make_one_merge(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    proposed = await merging.propose()
    path = f"/merges/cisco/{proposed['id']}/confirm"
    answers = await asyncio.gather(
        *(merging.post(path, {"survivor": one} | WHY) for one in (ann, bob))
    )
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert len([one for one in (await merging.standing()).values() if one]) == 1


@pytest.mark.parametrize("step", ["confirm", "undo"])
async def test_whoever_waits_for_candidates_keeps_no_merge_from_others(
    merging: Merging, step: str
) -> None:
    database = merging.identity.here.database
    if database.dialect == "sqlite":
        pytest.skip("one writer at a time: nobody waits for a row")
    ann, bob, _ = merging.ids
    made = await (merging.propose(ann, bob) if step == "confirm" else merging.merge(ann, bob))
    body = WHY | ({"survivor": ann} if step == "confirm" else {})
    waits = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with database.transaction() as session:
        # As a merge with a third does, before it looks at proposals.
        await session.execute(text("SELECT 1 FROM candidates FOR UPDATE"))
        waiting = asyncio.create_task(merging.post(f"/merges/cisco/{made['id']}/{step}", body))
        await until(lambda: merging.identity.scalar(waits))
        await session.execute(text("SELECT 1 FROM merges FOR UPDATE NOWAIT"))
    assert (await waiting).status_code == 200


async def test_merges_are_for_who_may_merge_in_that_programme(merging: Merging) -> None:
    proposed = await merging.propose()
    path = f"/merges/cisco/{proposed['id']}"
    support = await staffed(merging.identity, "sue@example.com", roles=("support",))
    merging.headers = {"Authorization": f"Bearer {support.token}"}
    assert (await merging.post(f"{path}/undo", WHY)).status_code == 403
    assert (await merging.identity.http.get(path, headers=merging.headers)).status_code == 403


async def own(merging: Merging, login: str, password: str = PASSWORD) -> httpx2.Response:
    mine = (await merging.identity.sign_in(merging.ids[0])).json()["access_token"]
    answer = await merging.identity.http.post(
        "/me/merges",
        json={"login": login, "password": password},
        headers={"Authorization": f"Bearer {mine}"},
    )
    await merging.identity.settle()
    return answer


async def test_candidates_merge_two_accounts_that_both_are_theirs(merging: Merging) -> None:
    ann, bob, _ = merging.ids
    answer = await own(merging, "T2@example.com")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["other_id"], answer.json()["state"]) == (bob, "merged")
    assert await merging.standing() == {bob: ann}
    (one,) = (await merging.get(f"/candidates/cisco/{ann}/merges"))["items"]
    assert (one["reasons"], one["survivor"]) == (["candidate"], ann)
    again = await own(merging, bob)
    assert again.status_code == 422
    assert again.json()["type"].endswith("merge-impossible")
    # Staff can still take it back.
    assert (await merging.post(f"/merges/cisco/{one['id']}/undo", WHY)).status_code == 200
    token = (await merging.identity.sign_in(ann)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    listed = (await merging.identity.http.get("/me/merges", headers=headers)).json()["items"]
    assert [(one["other_id"], one["state"]) for one in listed] == [(bob, "undone")]


async def test_whoever_does_not_own_the_other_account_merges_nothing(merging: Merging) -> None:
    wrong = await own(merging, merging.ids[1], "another seven boots")
    nobody = await own(merging, "CSCO99999999")
    told = [(one.status_code, one.json()["detail"]) for one in (wrong, nobody)]
    assert told[0] == told[1]
    assert told[0][0] == 422
    assert await merging.standing() == {}
    tries = [await own(merging, merging.ids[1], "another seven boots") for _ in range(12)]
    assert tries[-1].status_code == 429
    # The delay is not for the account's owner.
    assert (await merging.identity.sign_in(merging.ids[2])).status_code == 200


async def test_an_old_id_does_not_give_away_who_asks_for_a_second_step(merging: Merging) -> None:
    ann, bob, cid = merging.ids
    await merging.merge(cid, bob)
    signed_in = owner(merging.identity, await merging.identity.sign_in(cid))
    assert (await signed_in.add_code_app())[1].status_code == 201
    # Bob's password is right, but it is cid who would become somebody else's.
    refused = await own(merging, bob)
    assert refused.status_code == 422
    assert "second step" in refused.json()["detail"]
    assert await merging.standing() == {bob: cid}
    assert (await merging.identity.sign_in(ann)).status_code == 200
