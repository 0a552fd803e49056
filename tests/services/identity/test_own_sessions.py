"""One's own sessions and password: seen, ended, changed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.identity.app import create_app
from services.identity.domain.devices import device_in_words
from shared.errors import StartRefused
from shared.events import AccountNoticed
from tests.services.identity.conftest import PASSWORD, Identity, settings_for
from tests.services.identity.factoring import CHROME, jane, owner, sam, sign_staff_in

ID = "CSCO10000000"
NEW = "eleven dry socks"


async def goes_on(identity: Identity, refresh: str) -> bool:
    answer = await identity.post("/sessions/refresh", {"refresh_token": refresh})
    return answer.status_code == 200


async def test_sessions_are_listed_with_device_and_place(identity: Identity) -> None:
    here = await jane(identity)
    identity.clock.advance(timedelta(minutes=5))
    body = {"programme": "cisco", "login": ID, "password": PASSWORD}
    headers = {"X-Forwarded-For": "203.0.113.5", "User-Agent": CHROME}
    there = owner(identity, await identity.http.post("/sessions", json=body, headers=headers))
    found = (await here.get("/sessions"))["items"]
    assert [one["current"] for one in found] == [False, True]
    newest = found[0]
    assert newest["device"] == "Chrome on Linux"
    assert newest["address"] == "203.0.113.5"
    assert newest["methods"] == ["pwd"]
    # What was left alone for too long is not shown.
    identity.clock.advance(timedelta(hours=23, minutes=57))
    (left,) = (await there.get("/sessions"))["items"]
    assert left["current"]


async def test_one_is_ended_and_nobody_elses(identity: Identity) -> None:
    here = await jane(identity)
    there = owner(identity, await identity.sign_in(ID))
    bert_id = await identity.candidate_with_password("T2")
    bert = owner(identity, await identity.sign_in(bert_id))
    (his,) = (await bert.get("/sessions"))["items"]
    assert (await here.ask("DELETE", f"/sessions/{his['id']}")).status_code == 404
    assert (await here.ask("DELETE", f"/sessions/{uuid4()}")).status_code == 404
    assert (await here.ask("DELETE", "/sessions/nonsense")).status_code == 422
    other = next(one for one in (await here.get("/sessions"))["items"] if not one["current"])
    assert (await here.ask("DELETE", f"/sessions/{other['id']}")).status_code == 204
    assert (await here.ask("DELETE", f"/sessions/{other['id']}")).status_code == 404
    assert not await goes_on(identity, there.refresh)
    assert await goes_on(identity, here.refresh)
    assert await goes_on(identity, bert.refresh)


async def test_all_others_are_ended(identity: Identity) -> None:
    here = await jane(identity)
    others = [owner(identity, await identity.sign_in(ID)) for _ in range(3)]
    assert (await here.ask("POST", "/sessions/end-others")).json() == {"ended": 3}
    assert (await here.ask("POST", "/sessions/end-others")).json() == {"ended": 0}
    assert not any([await goes_on(identity, one.refresh) for one in others])
    assert await goes_on(identity, here.refresh)
    await identity.settle()
    assert [event.notice for event in identity.of_type(AccountNoticed)] == ["sessions_ended"]


async def test_a_candidates_password_is_changed(identity: Identity) -> None:
    here = await jane(identity)
    there = owner(identity, await identity.sign_in(ID))
    weak = await here.ask("PUT", "/security/password", {"password": "password1"})
    assert weak.status_code == 422
    assert weak.json()["errors"][0]["field"] == "password"
    own_name = await here.ask("PUT", "/security/password", {"password": "T1@example.com"})
    assert own_name.status_code == 422
    assert (await here.ask("PUT", "/security/password", {"password": NEW})).status_code == 204
    assert not await goes_on(identity, there.refresh)
    assert await goes_on(identity, here.refresh)
    assert (await identity.sign_in(ID)).status_code == 401
    assert (await identity.sign_in(ID, NEW)).status_code == 200
    await identity.settle()
    (told,) = identity.of_type(AccountNoticed)
    assert (told.notice, told.contact.email) == ("password_changed", "T1@example.com")


async def test_a_link_sent_before_the_change_sets_no_password_after_it(
    identity: Identity,
) -> None:
    here = await jane(identity)
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "T1@example.com"})
    await identity.settle()
    assert (await here.ask("PUT", "/security/password", {"password": NEW})).status_code == 204
    body = {"token": identity.link().token, "password": "another nine words"}
    assert (await identity.post("/sign-in-links/redeem", body)).status_code == 410


async def test_staff_change_theirs(identity: Identity) -> None:
    here = await sam(identity)
    own = await here.ask("PUT", "/security/password", {"password": "sam@example.com"})
    assert own.status_code == 422
    assert (await here.ask("PUT", "/security/password", {"password": NEW})).status_code == 204
    assert (await sign_staff_in(identity)).status_code == 401
    body = {"login": "sam@example.com", "password": NEW}
    assert (await identity.post("/staff/sessions", body)).status_code == 200
    await identity.settle()
    (told,) = identity.of_type(AccountNoticed)
    assert told.candidate_id is None
    assert (told.notice, told.contact.email) == ("password_changed", "sam@example.com")
    await here.ask("POST", "/sessions/end-others")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("curl/8.1", "curl"),
        ("<script>", ""),
        (None, ""),
    ],
)
def test_devices_are_told_in_plain_words(told: str | None, words: str) -> None:
    assert device_in_words(told) == words


def test_production_refuses_staff_with_one_factor() -> None:
    settings = settings_for(
        "sqlite+aiosqlite:///nowhere.db",
        environment="production",
        staff_second_factor="optional",
        key_encryption_secret="x" * 40,
    )
    with pytest.raises(StartRefused, match="STAFF_SECOND_FACTOR"):
        create_app(settings)
