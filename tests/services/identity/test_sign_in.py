"""Signing in: the right password, the wrong one, and those who keep guessing."""

import asyncio
import statistics
import time
from datetime import timedelta

from sqlalchemy import update

from services.identity.handlers.staff import create_staff
from services.identity.models import StaffMember
from shared.events import Contact
from tests.services.identity.conftest import (
    PASSWORD,
    Identity,
    registration,
    running,
    settings_for,
)

HOME = "203.0.113.5"
STRANGER = "198.51.100.7"


async def test_signing_in_by_candidate_id_or_address(identity: Identity) -> None:
    await identity.candidate_with_password()
    for login in ("CSCO10000000", " csco10000000 ", "T1@example.com", "t1@EXAMPLE.com "):
        answer = await identity.sign_in(login)
        assert answer.status_code == 200, login
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["principal"] == {
            "kind": "candidate",
            "subject": "CSCO10000000",
            "name": "Ann Ng",
            "programme": "cisco",
            "programmes": ["cisco"],
        }


async def test_wrong_and_unknown_get_the_same_answer(identity: Identity) -> None:
    await identity.candidate_with_password()
    await identity.register(registration("T2"))  # known, and has no password yet
    answers = [
        await identity.sign_in("CSCO10000000", "not this one"),
        await identity.sign_in("CSCO10000001", "not this one"),
        await identity.sign_in("CSCO77777777", "not this one"),
        await identity.sign_in("T1@example.com", "not this one"),
        await identity.sign_in("nobody@example.com", "not this one"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)


async def test_wrong_and_unknown_take_the_same_time(database_url: str) -> None:
    # Dear enough that the hash, not the database, decides the time.
    dear = settings_for(database_url, argon2_memory_kib=16384, argon2_passes=2)
    async with running(dear) as identity:
        await identity.candidate_with_password()

        async def seconds(login: str) -> float:
            started = time.perf_counter()
            answer = await identity.sign_in(login, "not this one")
            assert answer.status_code == 401
            return time.perf_counter() - started

        known, unknown = [], []
        for number in range(15):
            known.append(await seconds("CSCO10000000"))
            unknown.append(await seconds(f"CSCO9000000{number}"))
            identity.clock.advance(timedelta(hours=25))
        ratio = statistics.median(known) / statistics.median(unknown)
        assert 0.6 < ratio < 1.7


async def test_a_candidate_of_another_programme_is_unknown(identity: Identity) -> None:
    await identity.candidate_with_password()
    body = {"programme": "juniper", "login": "CSCO10000000", "password": PASSWORD}
    assert (await identity.post("/sessions", body)).status_code == 401
    body["programme"] = "nowhere"
    assert (await identity.post("/sessions", body)).status_code == 404


async def test_at_a_shared_mailbox_the_candidate_id_is_needed(identity: Identity) -> None:
    shared = Contact(given_name="Ann", family_name="Ng", email="family@example.com")
    for testing_id in ("T1", "T2"):
        await identity.register(registration(testing_id, contact=shared))
        body = {"token": identity.link().token, "password": PASSWORD}
        assert (await identity.post("/sign-in-links/redeem", body)).status_code == 200
    assert (await identity.sign_in("family@example.com")).status_code == 401
    assert (await identity.sign_in("CSCO10000001")).status_code == 200


async def test_the_delay_grows_and_is_no_lock_out(identity: Identity) -> None:
    await identity.candidate_with_password()
    waits = []
    for _ in range(9):
        answer = await identity.sign_in("CSCO10000000", "not this one", STRANGER)
        if answer.status_code == 429:
            wait = int(answer.headers["retry-after"])
            assert answer.json()["retry_after"] == wait
            waits.append(wait)
            identity.clock.advance(timedelta(seconds=wait))
            answer = await identity.sign_in("CSCO10000000", "not this one", STRANGER)
        assert answer.status_code == 401
    assert waits == [1, 2, 4]
    identity.clock.advance(timedelta(seconds=8))
    # After the delay the right password works, and failures are forgotten.
    assert (await identity.sign_in("CSCO10000000", PASSWORD, STRANGER)).status_code == 200
    assert (await identity.sign_in("CSCO10000000", "no", STRANGER)).status_code == 401
    assert (await identity.sign_in("CSCO10000000", PASSWORD, STRANGER)).status_code == 200


async def test_unknown_logins_are_slowed_down_alike(identity: Identity) -> None:
    await identity.candidate_with_password()
    for login in ("CSCO10000000", "CSCO88888888"):
        answers = [await identity.sign_in(login, "not this one", STRANGER) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 6 + [429]


async def test_hurrying_does_not_help(identity: Identity) -> None:
    await identity.candidate_with_password()
    answers = await asyncio.gather(
        *(identity.sign_in("CSCO10000000", f"guess {n}", STRANGER) for n in range(20))
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(401) == 6
    assert statuses.count(429) == 14


async def test_strangers_cannot_keep_the_owner_out(identity: Identity) -> None:
    await identity.candidate_with_password()
    assert (await identity.sign_in("CSCO10000000", PASSWORD, HOME)).status_code == 200
    for number in range(30):
        await identity.sign_in("CSCO10000000", "not this one", f"198.51.100.{number}")
    # From elsewhere the account answers slowly for the moment, at home it does not.
    assert (await identity.sign_in("CSCO10000000", PASSWORD, "192.0.2.77")).status_code == 429
    assert (await identity.sign_in("CSCO10000000", PASSWORD, HOME)).status_code == 200


async def test_the_mailed_link_gets_the_owner_in_from_anywhere(identity: Identity) -> None:
    await identity.candidate_with_password()
    for number in range(30):
        await identity.sign_in("CSCO10000000", "not this one", f"198.51.100.{number}")
    away = "192.0.2.77"
    assert (await identity.sign_in("CSCO10000000", PASSWORD, away)).status_code == 429
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "T1@example.com"}, away)
    await identity.settle()
    body = {"token": identity.link().token, "password": "another nine words"}
    assert (await identity.post("/sign-in-links/redeem", body, away)).status_code == 200
    for number in range(30):
        await identity.sign_in("CSCO10000000", "not this one", f"198.51.100.{number}")
    answer = await identity.sign_in("CSCO10000000", "another nine words", away)
    assert answer.status_code == 200


async def test_one_address_at_many_accounts_is_slowed_down(identity: Identity) -> None:
    statuses = [
        (await identity.sign_in(f"CSCO9{number:07d}", "guess", STRANGER)).status_code
        for number in range(53)
    ]
    assert statuses[:51] == [401] * 51
    assert statuses[51] == 429
    assert (await identity.sign_in("CSCO91111111", "guess", HOME)).status_code == 401


async def test_what_a_client_writes_into_the_forwarded_header_does_not_count(
    identity: Identity,
) -> None:
    headers_of = [f"10.9.8.{number}, {STRANGER}" for number in range(7)]
    statuses = [
        (await identity.sign_in("CSCO90000000", "guess", forwarded)).status_code
        for forwarded in headers_of
    ]
    assert statuses == [401] * 6 + [429]


async def test_a_login_may_be_anything(identity: Identity) -> None:
    for login in ("' OR 1=1 --", "ﬀ" * 100, "@", "a@b@c", "%"):
        assert (await identity.sign_in(login)).status_code == 401, login
    for login in ("x" * 301, "", "null \0 character"):
        assert (await identity.sign_in(login)).status_code == 422, login


async def test_staff_sign_in(identity: Identity) -> None:
    async with identity.here.database.transaction() as session:
        staff_id = await create_staff(
            session,
            email="Sam@Example.com",
            name="Sam",
            password=PASSWORD,
            programmes=["cisco"],
            scopes=["candidates:read"],
        )
    body = {"login": "sam@example.com", "password": PASSWORD}
    answer = await identity.post("/staff/sessions", body)
    assert answer.json()["principal"] == {
        "kind": "staff",
        "subject": str(staff_id),
        "name": "Sam",
        "programme": None,
        "programmes": ["cisco"],
    }
    wrong = await identity.post("/staff/sessions", {**body, "password": "not this one"})
    unknown = await identity.post("/staff/sessions", {**body, "login": "no@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    # Candidates' and staff's doors are two.
    assert (await identity.sign_in("sam@example.com")).status_code == 401
    # Who leaves gets no further token, and no new session.
    async with identity.here.database.transaction() as session:
        await session.execute(update(StaffMember).values(active=False))
    refreshed = await identity.post(
        "/sessions/refresh", {"refresh_token": answer.json()["refresh_token"]}
    )
    assert refreshed.status_code == 401
    assert (await identity.post("/staff/sessions", body)).status_code == 401


async def test_an_older_hash_is_made_anew(database_url: str) -> None:
    async with running(settings_for(database_url)) as identity:
        await identity.candidate_with_password()
    async with running(settings_for(database_url, argon2_passes=2)) as identity:
        assert (await identity.sign_in("CSCO10000000")).status_code == 200
        stored = await identity.scalar("SELECT password_hash FROM credentials")
        assert stored.startswith("$argon2id$v=19$m=8,t=2,p=1$")
        assert (await identity.sign_in("CSCO10000000")).status_code == 200


async def test_more_sign_ins_than_are_taken_are_told_so(database_url: str) -> None:
    small = settings_for(
        database_url, password_threads=1, password_queue=1, argon2_memory_kib=32768
    )
    async with running(small) as identity:
        answers = await asyncio.gather(*(identity.sign_in(f"CSCO9000000{n}") for n in range(8)))
        statuses = {answer.status_code for answer in answers}
        assert statuses == {401, 503}
        busy = next(answer for answer in answers if answer.status_code == 503)
        assert busy.headers["retry-after"] == "2"
