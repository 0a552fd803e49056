"""Calls of vendors' machines: on record, answered once for each key, and from where they may be."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.exams.jobs import forget_calls
from services.exams.models import Call, IdempotencyKey, Result
from tests.services.exams.conftest import NOW, Desk, known, result

AUDITOR = "calls:read imports:read"


def keyed(desk: Desk, key: str, vendor: str = "vue") -> dict[str, str]:
    return {**desk.vendor(vendor), "Idempotency-Key": key}


async def calls(desk: Desk, **query: str) -> list[dict[str, Any]]:
    wanted = "&".join(f"{name}={value}" for name, value in query.items())
    found = await desk.get(f"/calls?{wanted}", desk.staff(AUDITOR))
    return list(found["items"])


async def results(desk: Desk) -> int:
    async with desk.here.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(Result)) or 0)


async def test_every_call_is_on_record(desk: Desk) -> None:
    headers = {**desk.vendor(), "X-Forwarded-For": "192.0.2.7", "X-Request-ID": "a-request-of-vue"}
    body = {"results": [result("1"), result("2"), result("3", exam_code="nothing")]}
    await desk.accepted("/results", body, headers=headers)
    await desk.accepted("/results", body, headers=headers)
    await desk.post("/results", b"{", headers=headers)
    await desk.post("/results", result("4"), headers=desk.vendor(scope="imports:write"))
    await desk.post("/results", result("5", grade="maybe"), headers=desk.vendor("psi"))
    await desk.upload("registration_number\n", desk.vendor())
    made = await calls(desk)
    told = [
        (call["vendor"], call["path"], call["status"], call["items"], call["accepted"])
        for call in reversed(made)
    ]
    assert told == [
        ("vue", "/results", 200, 3, 2),
        ("vue", "/results", 200, 3, 0),
        ("vue", "/results", 400, 0, 0),
        ("vue", "/results", 403, 0, 0),
        ("psi", "/results", 422, 1, 0),
        ("vue", "/imports", 422, 0, 0),
    ]
    first = made[-1]
    assert (first["client"], first["address"]) == ("vue-client", "192.0.2.7")
    assert (first["request_id"], first["channel"]) == ("a-request-of-vue", "api")
    assert first["bytes"] > 300
    assert (made[-2]["duplicates"], made[-2]["rejected"]) == (2, 1)
    assert [call["vendor"] for call in await calls(desk, vendor="psi")] == ["psi"]


async def test_whatever_length_a_body_claims_its_call_is_on_record(desk: Desk) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"registration_number\n"

    claimed = {**desk.vendor(), "Content-Length": "9500000000000000000"}
    path = "/imports?kind=results&programme=cisco"
    answer = await desk.client.post(path, content=never(), headers=claimed)
    assert answer.status_code == 413
    (call,) = await calls(desk)
    assert (call["status"], call["bytes"]) == (413, 2**31 - 1)


async def test_a_keyed_call_that_is_too_large_is_on_record_as_it_was_answered(desk: Desk) -> None:
    async def sent() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 1_000_000

    answer = await desk.client.post("/results", content=sent(), headers=keyed(desk, "a"))
    assert answer.status_code == 413
    assert [call["status"] for call in await calls(desk)] == [413]


@pytest.mark.parametrize("many", [False, True])
async def test_a_post_and_its_record_are_one_transaction(
    desk: Desk, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"results": [result()]} if many else result()
    headers = {**desk.vendor(), "X-Request-ID": "a-request-of-vue"}

    async def broken(*_args: object) -> None:
        raise ConnectionError("the server is gone")

    with monkeypatch.context() as patched:
        patched.setattr("services.exams.handlers.singles.record", broken)
        patched.setattr("services.exams.routes.intake.record", broken)
        failed = await desk.client.post("/results", json=body, headers=headers)
    assert failed.status_code >= 500
    assert await results(desk) == 0
    await desk.accepted("/results", body, headers=headers)
    await desk.accepted("/results", body, headers=headers)
    told = [
        (call["status"], call["items"], call["accepted"], call["duplicates"], call["request_id"])
        for call in reversed(await calls(desk))
    ]
    assert told == [
        (503, 0, 0, 0, "a-request-of-vue"),
        (200, 1, 1, 0, "a-request-of-vue"),
        (200, 1, 0, 1, "a-request-of-vue"),
    ]


async def test_a_call_that_breaks_down_is_on_record_and_gives_its_key_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("services.exams.routes.intake.record", broken)
        failed = await desk.post("/results", {"results": [result()]}, headers=keyed(desk, "a"))
    assert failed.status_code == 500
    said = await desk.accepted("/results", {"results": [result()]}, headers=keyed(desk, "a"))
    assert said["accepted"] == 1
    assert [call["status"] for call in await calls(desk)] == [200, 500]


async def test_posts_that_share_a_transaction_are_each_on_record(desk: Desk) -> None:
    async def posted(number: int) -> None:
        headers = {**desk.vendor(), "X-Request-ID": f"request-{number}"}
        await desk.accepted("/results", result(str(number)), headers=headers)

    await asyncio.gather(*(posted(number) for number in range(5)))
    made = {call["request_id"]: call["accepted"] for call in await calls(desk)}
    assert made == {f"request-{number}": 1 for number in range(5)}


async def test_staff_see_the_calls_of_their_programmes_only_page_by_page(desk: Desk) -> None:
    for place in range(5):
        programme = "juniper" if place == 2 else "cisco"
        headers = desk.vendor(programmes=[programme])
        await desk.post("/results", result(str(place), programme=programme), headers=headers)
    auditor = desk.staff(AUDITOR, programmes=["cisco"])
    seen, cursor = [], ""
    while True:
        found = await desk.get(f"/calls?limit=2{cursor}", auditor)
        seen += [call["programmes"] for call in found["items"]]
        if found["next"] is None:
            break
        cursor = f"&cursor={found['next']}"
    assert seen == ["cisco"] * 4
    refused = await desk.client.get("/calls?programme=juniper", headers=auditor)
    assert refused.status_code == 403
    unscoped = await desk.client.get("/calls", headers=desk.staff("imports:read"))
    assert unscoped.status_code == 403


async def test_the_same_key_is_answered_once(desk: Desk) -> None:
    first = await desk.post("/results", result(), headers=keyed(desk, "a"))
    again = await desk.post("/results", result(), headers=keyed(desk, "a"))
    assert first.json()["accepted"] == 1
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    # A new key is a new request, which finds the result there.
    assert (await desk.post("/results", result(), headers=keyed(desk, "b"))).json()["duplicates"]
    # Another vendor's key of the same name is its own.
    others = await desk.post("/results", result(), headers=keyed(desk, "a", "psi"))
    assert others.json()["accepted"] == 1


async def test_a_key_belongs_to_one_request(desk: Desk) -> None:
    await desk.accepted("/results", result("1"), headers=keyed(desk, "a"))
    other = await desk.post("/results", result("2"), headers=keyed(desk, "a"))
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-key-reused")
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await results(desk) == 1


async def test_a_refused_request_gives_its_key_back(desk: Desk) -> None:
    wrong = await desk.post("/results", result(grade="maybe"), headers=keyed(desk, "a"))
    assert wrong.status_code == 422
    right = await desk.post("/results", result(), headers=keyed(desk, "a"))
    assert right.json()["accepted"] == 1


async def test_a_request_under_way_keeps_its_key_until_it_is_given_up(desk: Desk) -> None:
    headers = keyed(desk, "a")
    answers = await asyncio.gather(
        *(desk.post("/results", result(), headers=headers) for _ in range(4))
    )
    stored = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in stored}) == 1
    async with desk.here.database.transaction() as session:
        (row,) = (await session.scalars(select(IdempotencyKey))).all()
        row.status = None
        row.created_at = NOW
    waiting = await desk.post("/results", result(), headers=headers)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (409, "1")
    # Whoever had it died with the process: after a minute the next may go on.
    desk.clock.move_to(NOW + timedelta(seconds=61))
    assert (await desk.post("/results", result(), headers=headers)).json()["duplicates"] == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "ké"])
async def test_a_key_that_cannot_be_one_is_refused(desk: Desk, key: str) -> None:
    headers: Any = {**desk.vendor(), "Idempotency-Key": key.encode("latin-1")}
    answer = await desk.client.post("/results", json=result(), headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/unusable-idempotency-key")


async def test_a_key_needs_a_token_like_everything_else(desk: Desk) -> None:
    answer = await desk.client.post("/results", json=result(), headers={"Idempotency-Key": "a"})
    assert answer.status_code == 401


async def test_a_file_with_a_key_is_taken_once(desk: Desk) -> None:
    file = (
        "registration_number,exam_code,grade,exam_date,candidate_id\n1,200-301,pass,2026-11-20,C\n"
    )
    first = await desk.upload(file, keyed(desk, "a"))
    again = await desk.upload(file, keyed(desk, "a"))
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]


async def test_a_client_may_ask_from_its_own_networks_only(desk: Desk) -> None:
    bound = desk.token(
        "vendor",
        "vue-client",
        "results:write",
        vendor="vue",
        programmes=["cisco"],
        addresses=["192.0.2.0/24"],
    )

    async def posted(address: str) -> int:
        headers = {**bound, "X-Forwarded-For": address}
        return (await desk.post("/results", result(), headers=headers)).status_code

    assert await posted("192.0.2.9") == 200
    assert await posted("198.51.100.9") == 403
    # What the client itself wrote before the gateway's word is not believed.
    assert await posted("192.0.2.9, 198.51.100.9") == 403
    assert [call["status"] for call in await calls(desk)] == [403, 403, 200]


async def test_how_a_vendor_is_doing(desk: Desk) -> None:
    await desk.hear(known())
    headers = desk.vendor(programmes=["cisco"])
    bodies = [result(str(day), exam_date=f"2026-11-{day:02}") for day in (12, 20, 21, 22)]
    await desk.accepted("/results", {"results": [*bodies, result("9", exam_code="nothing")]})
    await desk.post("/results", b"{", headers=headers)
    found = await desk.get("/vendors?programme=cisco")
    vue = next(one for one in found["items"] if one["vendor"] == "vue")
    assert (vue["day"]["calls"], vue["day"]["refused"]) == (2, 1)
    assert (vue["day"]["items"], vue["day"]["rejected"]) == (5, 1)
    assert vue["day"]["error_rate"] == pytest.approx(0.2)
    assert (vue["delay_days_median"], vue["delay_days_p95"]) == (1.5, 10)
    assert (vue["results_week"], vue["expected_days"]) == (4, 7)
    assert vue["last_delivery_at"] == vue["last_call_at"] == NOW.isoformat().replace("+00:00", "Z")
    quiet = await desk.get("/vendors?programme=juniper")
    assert all(one["last_delivery_at"] is None for one in quiet["items"] if one["vendor"] != "vue")
    refused = await desk.client.get(
        "/vendors?programme=juniper", headers=desk.staff(AUDITOR, programmes=["cisco"])
    )
    assert refused.status_code == 403
    unknown = await desk.client.get("/vendors?programme=nothing", headers=desk.staff(AUDITOR))
    assert unknown.status_code in (403, 404)


async def test_when_a_vendor_last_delivered_is_told_however_long_ago(desk: Desk) -> None:
    await desk.accepted("/results", result("1"), headers=desk.vendor(programmes=["cisco"]))
    told = NOW.isoformat().replace("+00:00", "Z")
    desk.clock.move_to(NOW + timedelta(days=30))
    psi = desk.vendor("psi", programmes=["cisco"])
    await desk.post("/results", b"{", headers=psi)
    desk.clock.move_to(NOW + timedelta(days=60))
    found = {one["vendor"]: one for one in (await desk.get("/vendors?programme=cisco"))["items"]}
    assert found["vue"]["last_delivery_at"] == found["vue"]["last_call_at"] == told
    assert (found["vue"]["week"]["calls"], found["vue"]["results_week"]) == (0, 0)
    assert found["cisco-ce"]["last_call_at"] is None
    elsewhere = (await desk.get("/vendors?programme=juniper"))["items"]
    assert all(one["last_delivery_at"] is None for one in elsewhere)


async def test_old_calls_and_keys_are_forgotten(desk: Desk) -> None:
    await desk.accepted("/results", result(), headers=keyed(desk, "a"))
    desk.clock.move_to(NOW + timedelta(hours=25))
    await forget_calls(desk.here)
    async with desk.here.database.reading() as session:
        assert not (await session.scalars(select(IdempotencyKey))).all()
        assert len((await session.scalars(select(Call))).all()) == 1
    desk.clock.move_to(NOW + timedelta(days=401))
    await forget_calls(desk.here)
    async with desk.here.database.reading() as session:
        assert not (await session.scalars(select(Call))).all()
