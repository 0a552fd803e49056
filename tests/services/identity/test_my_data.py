"""One's own data at identity: asked for, put together, fetched by its owner only; and erased."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.identity.handlers.data_answers import SERVICES
from shared.events import (
    AccountNoticed,
    CandidateErased,
    CandidateRegistered,
    DataErased,
    DataExportReady,
    DataExportRequested,
    NotificationsCopyWritten,
    producer_of,
)
from shared.ids import uuid7
from shared.my_data.copying import part_key
from shared.storage import FileMissing, storage_of
from tests.services.identity.conftest import registration
from tests.services.identity.keeping import (
    COPIES,
    WHY,
    Keeping,
    opened,
    staff_with,
)


@pytest.fixture
async def keeping(database_url: str, tmp_path: Path) -> AsyncIterator[Keeping]:
    async with opened(database_url, tmp_path) as made:
        yield made


async def test_a_copy_is_put_together_once_all_have_written_and_fetched(keeping: Keeping) -> None:
    asked = await keeping.ask("POST", "/me/data/copies")
    assert asked.status_code == 202, asked.text
    assert asked.json()["state"] == "gathering"
    again = await keeping.ask("POST", "/me/data/copies")
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (
        409,
        "request-under-way",
    )
    (wanted,) = keeping.identity.of_type(DataExportRequested)
    assert wanted.candidate_ids == (keeping.candidate_id,)
    assert keeping.notices() == ["data_export_requested"]
    await keeping.run("my-data")

    keys = await keeping.write_parts(wanted.request_id, COPIES[:-1])
    (copy,) = (await keeping.overview())["copies"]
    last = producer_of(COPIES[-1])
    assert (copy["state"], copy["missing"], copy["late"]) == ("gathering", [last], False)
    early = await keeping.ask("GET", f"/me/data/copies/{copy['id']}/file")
    assert early.status_code == 404

    keys += await keeping.write_parts(wanted.request_id, COPIES[-1:])
    (copy,) = (await keeping.overview())["copies"]
    assert (copy["state"], copy["missing"]) == ("ready", [])
    (ready,) = keeping.identity.of_type(DataExportReady)
    assert ready.contact.email == "T1@example.com"
    assert ready.expires_at == keeping.identity.clock.now() + timedelta(days=7)

    file = await keeping.ask("GET", f"/me/data/copies/{copy['id']}/file")
    assert file.status_code == 200
    assert file.headers["content-type"] == "application/zip"
    assert keeping.candidate_id in file.headers["content-disposition"]
    assert len(file.content) == copy["bytes"]
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        page = archive.read("read me.html").decode()
        own = archive.read("data/identity.json").decode()
    assert {f"data/{name}.json" for name in SERVICES} <= set(names)
    assert {f"documents/{name}/a paper.pdf" for name in SERVICES[1:]} <= set(names)
    assert "T1@example.com" in own
    assert "T1@example.com" in page
    assert "&lt;exams&gt;" in page
    assert "<exams>" not in page
    assert "argon2" not in own
    # The parts are gone, and the whole is there.
    for key in keys:
        with pytest.raises(FileMissing):
            await storage_of(keeping.identity.here).get(key)
    assert (await keeping.overview())["copies"][0]["fetched_at"] is not None


async def test_a_copy_is_deleted_after_its_time(keeping: Keeping) -> None:
    request_id = (await keeping.ask("POST", "/me/data/copies")).json()["id"]
    await keeping.run("my-data")
    await keeping.write_parts(request_id)
    key = await keeping.identity.scalar("SELECT file_key FROM data_requests")
    keeping.identity.clock.advance(timedelta(days=7))
    await keeping.run("forget-copies")
    assert await keeping.identity.scalar("SELECT state FROM data_requests") == "expired"
    with pytest.raises(FileMissing):
        await storage_of(keeping.identity.here).get(key)


async def test_nobody_else_fetches_a_copy(keeping: Keeping) -> None:
    request_id = (await keeping.ask("POST", "/me/data/copies")).json()["id"]
    await keeping.run("my-data")
    await keeping.write_parts(request_id)
    path = f"/me/data/copies/{request_id}/file"
    stranger = await keeping.identity.candidate_with_password("T2")
    token = (await keeping.identity.sign_in(stranger)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    other = await keeping.identity.http.get(path, headers=headers)
    unknown = await keeping.identity.http.get(f"/me/data/copies/{uuid7()}/file", headers=headers)
    assert other.status_code == unknown.status_code == 404
    assert other.json()["detail"] == unknown.json()["detail"]
    assert (await keeping.identity.http.get(path, headers=keeping.staff)).status_code == 403
    assert (await keeping.identity.http.get(path)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/me/data/copies", None),
        ("GET", "/me/data/copies/{id}/file", None),
        ("POST", "/me/data/erasure", {"candidate_id": "{own}"}),
    ],
)
async def test_it_takes_a_recent_proof_that_it_is_oneself(
    keeping: Keeping, method: str, path: str, body: Any
) -> None:
    keeping.identity.clock.advance(timedelta(minutes=16))
    refused = await keeping.ask(
        method,
        path.replace("{id}", str(uuid7())),
        body and {"candidate_id": keeping.candidate_id},
    )
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("/reauthentication-required")


async def test_a_broken_part_is_not_taken_and_services_that_are_late_are_named(
    keeping: Keeping,
) -> None:
    request_id = (await keeping.ask("POST", "/me/data/copies")).json()["id"]
    await keeping.run("my-data")
    await keeping.write_parts(request_id, COPIES[:-1])
    key = part_key(request_id, "notifications")
    await storage_of(keeping.identity.here).put(key, b"half of it")
    await keeping.answer(
        NotificationsCopyWritten(
            programme="cisco",
            candidate_id=keeping.candidate_id,
            request_id=request_id,
            key=key,
            bytes=99,
            sha256="0" * 64,
            at=keeping.identity.clock.now(),
        )
    )
    assert (await keeping.overview())["copies"][0]["state"] == "gathering"
    keeping.identity.clock.advance(timedelta(hours=1))
    await keeping.run("data-requests")
    listed = await keeping.ask("GET", "/data-requests?programme=cisco&kind=copy", staff=True)
    assert [one["late"] for one in listed.json()["items"]] == [True]


async def test_five_copies_a_day(keeping: Keeping) -> None:
    for _ in range(5):
        request_id = (await keeping.ask("POST", "/me/data/copies")).json()["id"]
        await keeping.run("my-data")
        await keeping.write_parts(request_id)
    refused = await keeping.ask("POST", "/me/data/copies")
    assert refused.status_code == 429
    assert refused.json()["type"].endswith("/too-many-copies")


async def test_an_erasure_waits_can_be_taken_back_and_asked_for_again(keeping: Keeping) -> None:
    wrong = await keeping.ask("POST", "/me/data/erasure", {"candidate_id": "CSCO1"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "candidate_id"
    body = {"candidate_id": keeping.candidate_id.lower()}
    asked = await keeping.ask("POST", "/me/data/erasure", body)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert (await keeping.ask("POST", "/me/data/erasure", body)).status_code == 409
    keeping.identity.clock.advance(timedelta(days=13, hours=23))
    await keeping.run("data-requests")
    assert (await keeping.overview())["erasure"]["state"] == "waiting"

    back = await keeping.ask("DELETE", "/me/data/erasure")
    assert (back.status_code, back.json()["state"]) == (200, "taken_back")
    assert (await keeping.ask("DELETE", "/me/data/erasure")).status_code == 409
    keeping.identity.clock.advance(timedelta(days=2))
    await keeping.run("data-requests")
    assert keeping.identity.of_type(CandidateErased) == []
    assert keeping.notices() == ["erasure_scheduled", "erasure_taken_back"]
    scheduled = keeping.identity.of_type(AccountNoticed)[0]
    assert scheduled.details["due"]


async def test_an_erasure_is_told_to_all_and_leaves_no_way_in(keeping: Keeping) -> None:
    identity, person = keeping.identity, keeping.candidate_id
    asked = await keeping.ask("POST", "/me/data/erasure", {"candidate_id": person})
    request_id = asked.json()["id"]
    refresh = (await identity.sign_in(person)).json()["refresh_token"]
    identity.clock.advance(timedelta(days=14))
    await keeping.run("data-requests")
    (erased,) = keeping.identity.of_type(CandidateErased)
    assert (erased.candidate_id, erased.keep) == (person, ("certifications", "audit"))
    (last,) = keeping.identity.of_type(DataErased)
    assert (last.contact.email, last.candidate_id) == ("T1@example.com", None)
    assert len(last.kept) == 2

    assert (await identity.sign_in(person)).status_code == 401
    assert (await identity.sign_in("T1@example.com")).status_code == 401
    again = await identity.post("/sessions/refresh", {"refresh_token": refresh})
    assert again.status_code == 401
    shown = await identity.http.get(f"/candidates/cisco/{person}", headers=keeping.staff)
    assert shown.status_code == 404

    await keeping.run("my-data")
    await keeping.run("data-requests")
    late = await keeping.ask("GET", keeping.path, staff=True)
    assert late.json()["erasure"]["state"] == "erasing"
    assert late.json()["erasure"]["missing"] == list(SERVICES[1:])
    await keeping.finish(request_id, [person])
    done = await keeping.ask("GET", keeping.path, staff=True)
    assert (done.json()["erasure"]["state"], done.json()["erasure"]["missing"]) == ("done", [])
    # Neither the name nor the address is anywhere, in what was told either.
    for table in ("outbox", "audit_entries", "data_requests", "parked"):
        for row in await identity.rows(f"SELECT * FROM {table}"):
            for value in row:
                written = bytes(value).decode() if isinstance(value, bytes) else str(value)
                assert "T1@example.com" not in written, table


async def test_what_comes_late_makes_nobody_anew_and_who_comes_back_is_somebody_else(
    keeping: Keeping,
) -> None:
    identity, person = keeping.identity, keeping.candidate_id
    body = {**WHY, "candidate_id": person, "at_once": True}
    await keeping.ask("POST", f"{keeping.path}/erasure", body, staff=True)
    # The job has been woken and may be at it already.
    for _ in range(200):
        await keeping.run("data-requests")
        if keeping.identity.of_type(CandidateErased):
            break
        await asyncio.sleep(0.02)
    assert len(keeping.identity.of_type(CandidateErased)) == 1
    known = len(identity.of_type(CandidateRegistered))

    await identity.register(registration("T1"), registration("T1", registration_number="R9"))
    await identity.register(registration(None, named_candidate_id=person))
    assert await identity.scalar("SELECT count(*) FROM candidates") == 0
    assert await identity.scalar("SELECT count(*) FROM parked") == 0
    assert len(identity.of_type(CandidateRegistered)) == known

    identity.clock.advance(timedelta(days=1, minutes=1))
    await identity.register(registration("T1", registration_number="R10"))
    newest = identity.of_type(CandidateRegistered)[-1]
    assert newest.candidate_id not in (None, person)


async def test_staff_need_the_scope_and_say_why(keeping: Keeping) -> None:
    reader = await staff_with(keeping.identity, "candidates:read")
    elsewhere = await staff_with(keeping.identity, "data:write", programme="juniper")
    for token in (reader, elsewhere):
        headers = {"Authorization": f"Bearer {token}"}
        refused = await keeping.identity.http.post(
            f"{keeping.path}/copies", json=WHY, headers=headers
        )
        assert refused.status_code == 403
    silent = await keeping.ask("POST", f"{keeping.path}/copies", {}, staff=True)
    assert silent.status_code == 422
    made = await keeping.ask("POST", f"{keeping.path}/copies", WHY, staff=True)
    assert (made.status_code, made.json()["asked_by"]) == (202, "staff")
    (noticed,) = keeping.identity.of_type(AccountNoticed)
    assert noticed.details["reason"] == WHY["reason"]
    unknown = await keeping.ask("POST", "/candidates/cisco/CSCO99/data/copies", WHY, staff=True)
    assert unknown.status_code == 404


async def test_staff_take_an_erasure_back(keeping: Keeping) -> None:
    body = {**WHY, "candidate_id": keeping.candidate_id}
    made = await keeping.ask("POST", f"{keeping.path}/erasure", body, staff=True)
    assert made.status_code == 202, made.text
    back = await keeping.ask("POST", f"{keeping.path}/erasure/take-back", WHY, staff=True)
    assert (back.status_code, back.json()["state"]) == (200, "taken_back")
    entries = await keeping.identity.rows("SELECT action, by_kind FROM audit_entries")
    assert {("erasure.requested", "staff"), ("erasure.taken_back", "staff")} <= set(entries)
