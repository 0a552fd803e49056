"""Sessions: refresh tokens take turns, and a copied one ends the session."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2

from tests.services.identity.conftest import Identity


async def refresh(identity: Identity, token: str) -> httpx2.Response:
    return await identity.post("/sessions/refresh", {"refresh_token": token})


async def signed_in(identity: Identity) -> dict[str, Any]:
    await identity.candidate_with_password()
    answer: dict[str, Any] = (await identity.sign_in("CSCO10000000")).json()
    return answer


async def test_a_refresh_token_gives_the_next_pair(identity: Identity) -> None:
    first = await signed_in(identity)
    second = (await refresh(identity, first["refresh_token"])).json()
    assert second["principal"] == first["principal"]
    assert second["refresh_token"] != first["refresh_token"]
    third = await refresh(identity, second["refresh_token"])
    assert third.status_code == 200
    me = await identity.http.get(
        "/me", headers={"Authorization": f"Bearer {third.json()['access_token']}"}
    )
    assert me.json()["candidate_id"] == "CSCO10000000"


async def test_a_token_used_twice_ends_the_session_for_both(identity: Identity) -> None:
    first = await signed_in(identity)
    second = (await refresh(identity, first["refresh_token"])).json()
    identity.clock.advance(timedelta(seconds=11))
    reused = await refresh(identity, first["refresh_token"])
    assert reused.status_code == 401
    assert "used twice" in reused.json()["detail"]
    assert (await refresh(identity, second["refresh_token"])).status_code == 401
    assert await identity.scalar("SELECT ended_why FROM sessions") == "reuse"


async def test_two_portals_with_one_browsers_token_both_go_on(identity: Identity) -> None:
    first = await signed_in(identity)
    answers = await asyncio.gather(*(refresh(identity, first["refresh_token"]) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        assert (await refresh(identity, answer.json()["refresh_token"])).status_code == 200


async def test_other_sessions_go_on(identity: Identity) -> None:
    first = await signed_in(identity)
    other = (await identity.sign_in("CSCO10000000")).json()
    await refresh(identity, first["refresh_token"])
    identity.clock.advance(timedelta(seconds=11))
    assert (await refresh(identity, first["refresh_token"])).status_code == 401
    assert (await refresh(identity, other["refresh_token"])).status_code == 200


async def test_a_session_ends_when_it_is_left_alone_and_at_the_latest(identity: Identity) -> None:
    idle = await signed_in(identity)
    token = (await identity.sign_in("CSCO10000000")).json()["refresh_token"]
    identity.clock.advance(timedelta(hours=23))
    token = (await refresh(identity, token)).json()["refresh_token"]
    identity.clock.advance(timedelta(hours=1))
    assert (await refresh(identity, idle["refresh_token"])).status_code == 401
    for _ in range(14):
        identity.clock.advance(timedelta(hours=22))
        token = (await refresh(identity, token)).json()["refresh_token"]
    identity.clock.advance(timedelta(hours=22))
    assert (await refresh(identity, token)).status_code == 401


async def test_signing_out(identity: Identity) -> None:
    first = await signed_in(identity)
    for _ in range(2):
        answer = await identity.post("/sessions/end", {"refresh_token": first["refresh_token"]})
        assert answer.status_code == 204
    assert (await refresh(identity, first["refresh_token"])).status_code == 401
    unknown = await identity.post("/sessions/end", {"refresh_token": "no-such-token"})
    assert unknown.status_code == 204


async def test_a_new_password_ends_all_sessions(identity: Identity) -> None:
    first = await signed_in(identity)
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "T1@example.com"})
    await identity.settle()
    body = {"token": identity.link().token, "password": "another nine words"}
    assert (await identity.post("/sign-in-links/redeem", body)).status_code == 200
    assert (await refresh(identity, first["refresh_token"])).status_code == 401


async def test_unknown_tokens_are_refused(identity: Identity) -> None:
    assert (await refresh(identity, "no-such-token")).status_code == 401
    assert (await refresh(identity, "")).status_code == 422


async def test_tokens_are_kept_as_hashes_only(identity: Identity) -> None:
    first = await signed_in(identity)
    kept = repr(await identity.rows("SELECT * FROM refresh_tokens"))
    assert first["refresh_token"] not in kept
