"""What changed files would do, told before they take effect."""

from pathlib import Path

import pytest
from sqlalchemy import text

from services.certifications import app
from tests.services.certifications.desk import Desk
from tests.services.certifications.dry_runs.asking import (
    RUNS,
    TODAY,
    begin,
    begun,
    everybody,
    lines,
    tried,
)
from tests.services.certifications.harbour import (
    ANN,
    BEN,
    CAT,
    CERTIFICATIONS,
    FIVE_YEARS,
    NAME,
    ONE_YEAR,
    open_harbour,
    write,
)
from tests.services.certifications.runs import ended


async def test_it_tells_who_gains_and_changes_nothing(desk: Desk) -> None:
    await everybody(desk)
    state, published = await desk.state(), len(desk.published)

    run = await tried(desk)

    assert (run["state"], run["problem"], run["as_of"]) == ("done", None, TODAY)
    assert (run["done"], run["total"], run["people"], run["skipped"]) == (3, 3, 1, 0)
    assert run["counts"] == {"gained": 1, "lost": 0, "dates": 0}
    assert run["certifications"] == [
        {"certification": "MATE", "name": "Mate", "gained": 1, "lost": 0, "dates": 0}
    ]
    assert (run["requested_by"], run["changed_files"]) == (
        "staff@example.com",
        ["certifications.yaml"],
    )
    (line,) = await lines(desk, run["id"])
    assert line == {
        "candidate_id": BEN,
        "certification": "MATE",
        "change": "gained",
        "before_status": "not_earned",
        "before_status_text": "Not earned",
        "before_active_on": None,
        "before_expires_on": None,
        "after_status": "active",
        "after_status_text": "Active",
        "after_active_on": "2025-03-01",
        "after_expires_on": "2029-03-01",
        "sentence": "Gains Mate: Active, 2025-03-01 to 2029-03-01; before: Not earned",
    }
    assert await desk.state() == state
    assert len(desk.published) == published


async def test_it_tells_who_loses(desk: Desk) -> None:
    await everybody(desk)
    run = await tried(desk, ONE_YEAR)
    assert run["counts"] == {"gained": 0, "lost": 1, "dates": 1}
    lost, moved = await lines(desk, run["id"])
    assert (lost["candidate_id"], lost["change"]) == (ANN, "lost")
    assert lost["sentence"] == (
        "Loses Mate: Expired, 2025-03-01 to 2026-03-01; before: Active, 2025-03-01 to 2029-03-01"
    )
    # The trial carried Cat's licence along, which is still to the good.
    assert (moved["candidate_id"], moved["change"]) == (CAT, "dates")
    assert moved["sentence"].endswith("(last day 1,096 days earlier)")


async def test_it_tells_whose_dates_change(plain: Desk) -> None:
    await everybody(plain)
    run = await tried(plain, FIVE_YEARS)
    assert run["counts"] == {"gained": 0, "lost": 0, "dates": 2}
    ann, _ = await lines(plain, run["id"])
    assert (ann["before_expires_on"], ann["after_expires_on"]) == ("2029-03-01", "2030-03-01")
    assert ann["sentence"].endswith("(last day 365 days later)")


async def test_a_certification_that_is_taken_out_is_lost(plain: Desk) -> None:
    await everybody(plain)
    start = CERTIFICATIONS.index("  - code: PILOT")
    without = CERTIFICATIONS[:start] + CERTIFICATIONS[CERTIFICATIONS.index("overrides:") :]
    run = await tried(plain, without)
    (cat,) = [line for line in await lines(plain, run["id"]) if line["certification"] == "PILOT"]
    assert (cat["candidate_id"], cat["change"], cat["after_status"]) == (CAT, "lost", "not_earned")
    assert "no longer part of the programme" in cat["sentence"]


async def test_the_day_that_is_asked_about_decides(plain: Desk) -> None:
    await everybody(plain)
    # On the day before Ben's exam nobody gains anything; twenty years on all has run out, and Ben
    # would have held what he now never did.
    before = await tried(plain, as_of="2025-02-28")
    assert (before["as_of"], before["people"]) == ("2025-02-28", 0)
    later = await tried(plain, as_of="2046-01-01")
    assert later["counts"] == {"gained": 0, "lost": 0, "dates": 1}


async def test_files_as_they_are_change_nobody(plain: Desk) -> None:
    await everybody(plain)
    run = await tried(plain, CERTIFICATIONS)
    assert (run["people"], run["certifications"], run["changed_files"]) == (0, [], [])
    assert run["before"] == run["after"]


async def test_a_dry_run_over_nobody_ends_at_once(desk: Desk) -> None:
    run = await tried(desk)
    assert (run["state"], run["done"], run["total"]) == ("done", 0, 0)


async def test_it_compares_with_the_files_that_were_in_force(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(app, "RUN_JOBS", ())
        async with open_harbour(database_url, folder) as desk:
            await everybody(desk)
            run = await begun(desk, FIVE_YEARS)
    # Meanwhile exactly these files are deployed; what was asked is answered all the same.
    write(folder, certifications=FIVE_YEARS)
    async with open_harbour(database_url, folder) as desk:
        assert (await ended(desk, f"{RUNS}/{run['id']}"))["counts"]["dates"] == 2


async def test_files_that_changed_unnoticed_are_no_basis(file_url: str, folder: Path) -> None:
    loaded = folder / NAME / "certifications.yaml"
    async with open_harbour(file_url, folder) as desk:
        # Before the service could keep what it had loaded.
        async with desk.here.database.transaction() as session:
            await session.execute(text("DELETE FROM programme_versions"))
        loaded.write_text(FIVE_YEARS)
        answer = await begin(desk)
        assert answer.status_code == 409
        assert "Restart it" in answer.json()["detail"]


async def test_one_bad_candidate_is_named_and_the_others_are_compared(desk: Desk) -> None:
    await everybody(desk)
    async with desk.here.database.transaction() as session:
        await session.execute(
            text("UPDATE facts SET data = '{}' WHERE candidate_id = :who"), {"who": ANN}
        )
    run = await tried(desk)
    assert (run["state"], run["done"], run["skipped"]) == ("done", 3, 1)
    assert f"Candidate {ANN} could not be evaluated: KeyError" in run["problem"]
    assert [line["candidate_id"] for line in await lines(desk, run["id"])] == [BEN]
