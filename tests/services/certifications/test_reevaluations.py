"""Every candidate anew under the files that are loaded: once, whatever happens on the way."""

import asyncio
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.certifications import app, reevaluations, run_jobs
from shared.events import CertificationEarned, CertificationRenewed
from tests.services.certifications.desk import Desk
from tests.services.certifications.harbour import (
    ANN,
    BEN,
    FIVE_YEARS,
    LAW_WILL_DO,
    NAME,
    open_harbour,
    staff,
    took,
    write,
)
from tests.services.certifications.runs import ended, service_process

RUNS = f"/programmes/{NAME}/reevaluations"
REASON = "The port office changed the rules"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "programmes")


@pytest.fixture
async def many(database_url: str, folder: Path) -> int:
    """So many mates, evaluated under the old rules; then the files of the new ones are there."""
    async with open_harbour(database_url, folder) as desk:
        people = [f"HP9{n:05}" for n in range(60)]
        await desk.hear(*(took("NAV", "2025-03-01", one) for one in people))
    write(folder, certifications=FIVE_YEARS)
    return len(people)


async def begin(desk: Desk, scope: str = "programmes:write", **body: Any) -> httpx2.Response:
    body = {"reason": REASON} | body
    return await desk.client.post(RUNS, json=body, headers=staff(desk, scope))


async def begun(desk: Desk) -> dict[str, Any]:
    answer = await begin(desk)
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{RUNS}/{run['id']}"
    return run


async def changed_since(desk: Desk) -> bool:
    view = await desk.get(f"/programmes/{NAME}", staff(desk))
    said: bool = view["changed_since"]
    return said


async def versions(desk: Desk) -> set[int]:
    return {row[0] for row in await desk.rows("SELECT version FROM certifications")}


async def test_it_writes_and_publishes_what_the_new_rules_change(
    database_url: str, folder: Path
) -> None:
    async with open_harbour(database_url, folder) as desk:
        await desk.hear(took("NAV", "2025-03-01", ANN), took("LAW", "2025-03-01", BEN))
        assert not await changed_since(desk)
    write(folder, certifications=LAW_WILL_DO.replace("validity: 4 years", "validity: 5 years"))
    async with open_harbour(database_url, folder) as desk:
        # New files alone change nobody.
        assert await changed_since(desk)
        assert desk.published == []

        run = await begun(desk)
        done = await ended(desk, f"{RUNS}/{run['id']}")

        assert (done["state"], done["done"], done["total"], done["skipped"]) == ("done", 2, 2, 0)
        assert (done["reason"], done["requested_by"]) == (REASON, "staff@example.com")
        told = {event.candidate_id: event for event in desk.published}
        assert len(desk.published) == 2
        assert isinstance(told[ANN], CertificationRenewed)
        assert told[ANN].expires_on == date(2030, 3, 1)
        assert isinstance(told[BEN], CertificationEarned)
        assert not await changed_since(desk)

        # Once more changes nothing and tells nobody.
        await ended(desk, f"{RUNS}/{(await begun(desk))['id']}")
        assert len(desk.published) == 2
        assert len((await desk.get(RUNS, staff(desk)))["items"]) == 2


async def test_one_at_a_time(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RUN_JOBS", ())
    async with open_harbour(database_url, folder) as desk:
        first = await begun(desk)
        second = await begin(desk)
        assert second.status_code == 409
        assert second.json()["type"].endswith("/problems/run-under-way")
        await run_jobs.work_off_reevaluations(desk.here)
        assert (await ended(desk, f"{RUNS}/{first['id']}"))["state"] == "done"
        await begun(desk)


async def test_of_two_at_the_same_moment_one_is_begun(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RUN_JOBS", ())
    async with open_harbour(database_url, folder) as desk:
        answers = await asyncio.gather(*(begin(desk) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]


@pytest.mark.parametrize(
    "body", [{"reason": "no"}, {"reason": "  x  "}, {"reason": "x" * 501}, {"other": 1}]
)
async def test_a_reason_is_needed(database_url: str, folder: Path, body: dict[str, Any]) -> None:
    async with open_harbour(database_url, folder) as desk:
        answer = await begin(desk, **body)
        assert answer.status_code == 422
        assert answer.json()["errors"]


async def test_only_staff_who_may(database_url: str, folder: Path) -> None:
    async with open_harbour(database_url, folder) as desk:
        assert (await begin(desk, "candidates:read")).status_code == 403
        run = await begun(desk)
        for path in (RUNS, f"{RUNS}/{run['id']}"):
            for refused in (staff(desk, "programmes:write"), desk.staff(programmes=["cisco"])):
                assert (await desk.answer(path, refused)).status_code == 403
        unknown = f"{RUNS}/018f0000-0000-7000-8000-000000000000"
        assert (await desk.answer(unknown, staff(desk))).status_code == 404
        assert (await desk.answer(f"{RUNS}?cursor=x", staff(desk))).status_code == 422


async def test_one_bad_candidate_is_named_and_the_others_are_evaluated(
    database_url: str, folder: Path
) -> None:
    async with open_harbour(database_url, folder) as desk:
        await desk.hear(took("NAV", "2025-03-01", ANN), took("NAV", "2025-03-01", BEN))
        async with desk.here.database.transaction() as session:
            await session.execute(
                text("UPDATE facts SET data = '{}' WHERE candidate_id = :who"), {"who": ANN}
            )
    write(folder, certifications=FIVE_YEARS)
    async with open_harbour(database_url, folder) as desk:
        done = await ended(desk, f"{RUNS}/{(await begun(desk))['id']}")
        assert (done["state"], done["done"], done["skipped"]) == ("done", 2, 1)
        assert f"Candidate {ANN} could not be evaluated" in done["problem"]
        assert [event.candidate_id for event in desk.published] == [BEN]


async def test_a_run_that_fails_again_and_again_is_given_up(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(app, "RUN_JOBS", ())
    monkeypatch.setattr(reevaluations, "lock", broken)
    async with open_harbour(database_url, folder) as desk:
        await desk.hear(took("NAV", "2025-03-01", ANN))
        run = await begun(desk)
        for _ in range(reevaluations.MOST_ATTEMPTS):
            with pytest.raises(RuntimeError, match="on purpose"):
                await run_jobs.work_off_reevaluations(desk.here)
        failed = await ended(desk, f"{RUNS}/{run['id']}")
        assert failed["state"] == "failed"
        assert failed["problem"] == "at the first candidates: RuntimeError: on purpose"


async def test_two_instances_share_one(
    database_url: str, folder: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RUN_JOBS", ())
    async with (
        open_harbour(database_url, folder, reevaluation_portion=2) as one,
        open_harbour(database_url, folder, reevaluation_portion=2) as other,
    ):
        run = await begun(one)
        await asyncio.gather(
            run_jobs.work_off_reevaluations(one.here), run_jobs.work_off_reevaluations(other.here)
        )
        # Whoever found the row locked left; the other is done with it.
        done = await ended(one, f"{RUNS}/{run['id']}")
        assert (done["state"], done["done"]) == ("done", many)
        assert await versions(one) == {2}


async def test_whoever_has_other_files_leaves_it_alone(
    database_url: str, folder: Path, tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RUN_JOBS", ())
    old = write(tmp_path / "old")
    async with (
        open_harbour(database_url, folder, reevaluation_portion=10) as new_one,
        open_harbour(database_url, old) as old_one,
    ):
        run = await begun(new_one)
        assert await run_jobs.reevaluate_portion(new_one.here)
        assert not await run_jobs.reevaluate_portion(old_one.here)
        # Abandoned, it starts again from the beginning: no half of it under each of the two.
        old_one.clock.advance(reevaluations.ABANDONED + timedelta(seconds=1))
        await run_jobs.work_off_reevaluations(old_one.here)
        done = await ended(old_one, f"{RUNS}/{run['id']}")
        assert (done["state"], done["done"]) == ("done", many)
        assert done["fingerprint"] == old_one.here.programmes[NAME].fingerprint
        lasts = await old_one.rows("SELECT DISTINCT expires_on FROM certifications")
        assert [str(row[0]) for row in lasts] == ["2029-03-01"]


@pytest.mark.faults
@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_kill_9_between_two_portions(
    database_url: str, folder: Path, many: int, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        async with open_harbour(database_url, folder) as desk:
            run = await begun(desk)
    service = await service_process(
        database_url,
        folder,
        reevaluation_portion="10",
        failpoint=f"certifications.reevaluation.{point}:4",
    )
    assert await service.wait() == -signal.SIGKILL
    async with open_harbour(database_url, folder) as desk:
        desk.clock.move_to(datetime.now(UTC))
        done = await ended(desk, f"{RUNS}/{run['id']}")
        assert (done["state"], done["done"], done["skipped"]) == ("done", many, 0)
        # Published once each, before the kill or after it.
        assert await versions(desk) == {2}
        renewed = await desk.rows(
            f"SELECT sum(events) FROM outbox WHERE type = '{CertificationRenewed.type}'"
        )
        assert renewed == [(many,)]
