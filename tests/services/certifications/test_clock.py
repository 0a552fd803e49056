"""The clock: expiry, grace, successions, achievements and reminders, each day once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from services.certifications import jobs
from services.certifications.domain import Fact
from services.certifications.jobs import JOBS, PORTION, keep_days
from services.certifications.present import Present, present
from shared.errors import TransientFault
from shared.events import (
    AchievementReached,
    CertificationEarned,
    CertificationExpired,
    CertificationExpiring,
    CertificationGraceStarted,
    CertificationRenewed,
    CertificationReplaced,
)
from shared.programmes import Programme, Programmes
from tests.services.certifications.desk import JANE, PROGRAMMES, Desk, open_desk, passed, registered
from tests.services.certifications.guild import ANN, NAME, open_guild, took, write


@pytest.fixture
async def guild(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_guild(database_url, tmp_path / "programmes") as desk:
        yield desk


def kinds(events: Sequence[Any]) -> list[str]:
    return [type(one).__name__.removeprefix("Certification") for one in events]


async def due(desk: Desk, candidate_id: str = JANE) -> str:
    ((day,),) = await desk.rows(
        f"SELECT due_on FROM candidates WHERE candidate_id = '{candidate_id}'"
    )
    return str(day)


async def written(desk: Desk) -> int:
    """How many certifications were published as expired."""
    ((events,),) = await desk.rows(
        f"SELECT sum(events) FROM outbox WHERE type = '{CertificationExpired.type}'"
    )
    return int(events)


async def test_a_certification_expires_after_the_whole_of_its_last_day(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    # 20 November 2029 ends in Los Angeles at 08:00 UTC of the next day.
    before = await desk.new_day("2029-11-21T07:59:00+00:00")
    assert "Expired" not in kinds(before)
    (expired,) = await desk.new_day("2029-11-21T08:00:00+00:00")
    assert isinstance(expired, CertificationExpired)
    assert (expired.candidate_id, expired.certification) == (JANE, "CCNA")
    assert (expired.name, expired.status, expired.status_text) == ("CCNA", "expired", "Expired")
    assert expired.expired_on == date(2029, 11, 20)
    assert "20 November 2029" in (expired.reason or "")
    assert await desk.rows("SELECT status, version FROM certifications") == [("expired", 2)]
    assert await due(desk) == "None"
    # Never twice, on whatever later day.
    assert await desk.new_day("2029-11-21T08:01:00+00:00") == []
    assert await desk.new_day("2031-01-01T00:00:00+00:00") == []


async def test_reminders_go_out_on_the_programmes_days_and_once(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2026-11-20"))
    sent = []
    for day in ("2027-11-19", "2027-11-20", "2027-11-21", "2028-11-20", "2029-08-22", "2029-09-21"):
        for hour in ("12", "13"):
            sent += await desk.new_day(f"{day}T{hour}:00:00-08:00")
    assert kinds(sent) == ["Expiring"] * 4
    assert [(one.reminder, one.days_left) for one in sent] == [
        ("2 years", 731),
        ("1 year", 365),
        ("90 days", 90),
        ("60 days", 60),
    ]
    first = sent[0]
    assert (first.certification, first.expires_on, first.status) == (
        "CCNA",
        date(2029, 11, 20),
        "active",
    )
    # A reminder changes nothing: it tells of the version that it reminds of.
    assert {one.version for one in sent} == {1}


async def test_days_missed_are_caught_up_once_with_the_nearest_reminder(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2026-11-20"))
    (reminder,) = await desk.new_day("2029-10-30T12:00:00-08:00")
    assert (reminder.reminder, reminder.days_left) == ("30 days", 21)
    # And where even the last day was missed, only the end of it all is told.
    assert kinds(await desk.new_day("2029-12-24T12:00:00-08:00")) == ["Expired"]


async def test_a_renewal_moves_the_reminders_with_the_last_day(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2026-11-20"))
    assert kinds(await desk.new_day("2028-11-20T12:00:00-08:00")) == ["Expiring"]
    await desk.hear(passed("200-301", "2028-11-20"))
    assert kinds(desk.told()) == ["Renewed"]
    # The second term ends in 2031: its first reminder is two years before.
    assert await desk.new_day("2029-09-21T12:00:00-08:00") == []
    (reminder,) = await desk.new_day("2029-11-20T12:00:00-08:00")
    assert (reminder.reminder, reminder.expires_on) == ("2 years", date(2031, 11, 20))


async def test_who_hears_of_a_term_today_needs_no_reminder_of_it_today(desk: Desk) -> None:
    # Three years less ninety days after the pass: a late result, on a day of reminders.
    await desk.new_day("2029-08-22T12:00:00-08:00")
    await desk.hear(passed("200-301", "2026-11-20"))
    assert kinds(desk.told()) == ["Earned"]
    assert await desk.new_day("2029-08-22T13:00:00-08:00") == []
    (reminder,) = await desk.new_day("2029-09-21T12:00:00-08:00")
    assert reminder.reminder == "60 days"


async def test_a_result_that_comes_first_does_what_the_clock_would_have_done(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2026-11-20"))
    desk.told()
    desk.clock.move_to(instant("2029-12-01T12:00:00-08:00"))
    await desk.hear(passed("300-999", "2029-11-30"))
    assert kinds(desk.told()) == ["Expired"]
    assert await desk.new_day("2029-12-01T13:00:00-08:00") == []


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_grace_starts_and_ends(guild: Desk) -> None:
    await guild.hear(took("WOOD", "2026-11-20"))
    guild.told()
    assert await guild.new_day("2027-11-20T12:00:00+01:00") != []  # reminders
    (started,) = await guild.new_day("2027-11-21T12:00:00+01:00")
    assert isinstance(started, CertificationGraceStarted)
    assert (started.status, started.status_text) == ("in_grace", "In grace period")
    assert (started.expires_on, started.grace_until) == (date(2027, 11, 20), date(2027, 12, 20))
    assert "20 December 2027" in started.reason
    assert await guild.new_day("2027-12-20T12:00:00+01:00") == []
    (expired,) = await guild.new_day("2027-12-21T12:00:00+01:00")
    assert isinstance(expired, CertificationExpired)
    assert (expired.status_text, expired.expired_on) == ("Lapsed", date(2027, 11, 20))


async def test_a_successor_takes_over_on_its_day(guild: Desk) -> None:
    await guild.hear(took("IRON", "2026-11-20"))
    guild.told()
    told = await guild.new_day("2027-03-01T12:00:00+01:00")
    assert sorted(kinds(told)) == ["Earned", "Replaced"]
    replaced = next(one for one in told if isinstance(one, CertificationReplaced))
    earned = next(one for one in told if isinstance(one, CertificationEarned))
    assert (replaced.certification, replaced.successor) == ("SMITH", "FORGER")
    assert (replaced.status, replaced.status_text) == ("replaced", "Replaced")
    assert (earned.certification, earned.expires_on) == ("FORGER", date(2028, 11, 20))
    shown = await guild.get("/certifications/SMITH", guild.candidate(ANN, NAME))
    assert shown["replaced_by"] == {"certification": "FORGER", "name": "Forger"}
    # It keeps the name under which it was earned.
    assert await guild.rows("SELECT name FROM certifications WHERE code = 'SMITH'") == [
        ("Blacksmith",)
    ]
    assert shown["earned_as"] == "Blacksmith"


async def test_an_achievement_is_reached_on_its_day_and_told_once(guild: Desk) -> None:
    await guild.hear(took("WOOD", "2024-11-25"), took("WOOD", "2025-12-25"))
    guild.told()
    reached: list[Any] = []
    for day in range(20, 31):
        for year in (2026, 2027):
            told = await guild.new_day(f"{year}-12-{day}T12:00:00+01:00")
            reached += [one for one in told if isinstance(one, AchievementReached)]
    (one,) = reached
    assert (one.achievement, one.name, one.candidate_id) == ("two", "Two years a joiner", ANN)
    assert await guild.rows("SELECT achievement FROM achievements") == [("two",)]
    shown = await guild.get("/certifications", guild.candidate(ANN, NAME))
    (seen,) = shown["achievements"]
    assert (seen["name"], seen["reached_on"]) == (one.name, str(one.reached_on))
    assert seen["intervals"][0]["first"] == "2024-11-25"


async def test_two_instances_at_once_tell_everything_once(database_url: str) -> None:
    people = [f"CSCO{10_000_000 + number}" for number in range(PORTION + 40)]
    async with open_desk(database_url) as one, open_desk(database_url) as other:
        await one.hear(*(passed("200-301", "2026-11-20", who) for who in people))
        assert {event.candidate_id for event in one.told() + other.told()} == {*people}
        for desk in (one, other):
            desk.clock.move_to(instant("2029-11-21T12:00:00-08:00"))
        await asyncio.gather(*(keep_days(desk.here) for desk in (one, other, one, other)))
        await one.settled()
        await other.settled()
        told = one.told() + other.told()
        assert {(type(event), event.candidate_id) for event in told} == {
            (CertificationExpired, who) for who in people
        }
        # Two relays may both send a row, which consumers know by its id; it was written once.
        assert await written(one) == len(people)
    async with open_desk(database_url) as again:
        again.clock.move_to(instant("2029-11-21T12:00:00-08:00"))
        assert await again.new_day("2029-11-21T12:01:00-08:00") == []
        assert await again.rows("SELECT DISTINCT status FROM certifications") == [("expired",)]


async def test_clock_and_results_at_once_miss_nothing(database_url: str) -> None:
    people = [f"CSCO{10_000_000 + number}" for number in range(PORTION)]
    async with open_desk(database_url) as one, open_desk(database_url) as other:
        await one.hear(*(passed("200-301", "2026-11-20", who) for who in people))
        one.told()
        for desk in (one, other):
            desk.clock.move_to(instant("2029-11-21T12:00:00-08:00"))
        # Half of them passed again on the last day, which is only heard of now.
        late = [passed("200-301", "2029-11-20", who) for who in people[::2]]
        parts = [late[start : start + 50] for start in range(0, len(late), 50)]
        await asyncio.gather(keep_days(other.here), *(one.hear(*part) for part in parts))
        await keep_days(other.here)
        await one.settled()
        assert await one.rows(
            "SELECT status, count(*) FROM certifications GROUP BY status ORDER BY status"
        ) == [("active", 250), ("expired", 250)]
        assert await one.rows("SELECT count(*) FROM parked") == [(0,)]
        told = [event for event in one.told() + other.told() if type(event) is CertificationExpired]
        names = {event.candidate_id for event in told}
        assert await written(one) == len(names)
        assert set(people[1::2]) <= names


async def test_a_portion_is_a_handful_of_statements(desk: Desk) -> None:
    people = [f"CSCO{10_000_000 + number}" for number in range(300)]
    await desk.hear(*(passed("200-301", "2026-11-20", who) for who in people))
    counted: list[str] = []

    @event.listens_for(desk.here.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE"):
            counted.append(statement)

    told = await desk.new_day("2029-11-21T12:00:00-08:00")
    assert len(told) == len(people)
    assert len([one for one in counted if "outbox" not in one and "programme" in one]) <= 12


async def test_a_kill_between_two_portions_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"CSCO{10_000_000 + number}" for number in range(PORTION + 40)]
    await desk.hear(*(passed("200-301", "2026-11-20", who) for who in people))
    desk.told()

    def killed(_name: str) -> None:
        raise KeyboardInterrupt

    desk.clock.move_to(instant("2029-11-21T12:00:00-08:00"))
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "failpoint", killed)
        with pytest.raises(KeyboardInterrupt):
            await keep_days(desk.here)
    await desk.settled()
    first = desk.told()
    assert len(first) == PORTION
    rest = await desk.new_day("2029-11-21T12:01:00-08:00")
    assert sorted(one.candidate_id for one in first + rest) == people


async def test_a_fault_that_passes_is_left_to_the_next_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.hear(passed("200-301", "2026-11-20"), passed("200-301", "2026-11-20", "CSCO2"))

    def away(*_: Any) -> Present:
        raise TransientFault("the database is away")

    def broken(*_: Any) -> Present:
        # First in the portion, then alone: the fault of the second is of another kind.
        faults.append(1)
        raise RuntimeError("odd") if len(faults) == 1 else TransientFault("away")

    faults: list[int] = []
    reviewing = import_module("services.certifications.handlers.review")
    desk.told()
    desk.clock.move_to(instant("2029-11-21T12:00:00-08:00"))
    for fault in (away, broken):
        with monkeypatch.context() as patched:
            patched.setattr(reviewing, "present", fault)
            with pytest.raises(TransientFault):
                await keep_days(desk.here)
    # Nobody was put off until tomorrow.
    assert len(await desk.new_day("2029-11-21T12:01:00-08:00")) == 2


async def test_each_programme_has_its_own_midnight(database_url: str, tmp_path: Path) -> None:
    guild = write(tmp_path)
    async with open_desk(database_url, Programmes({**PROGRAMMES, **guild})) as desk:
        await desk.hear(took("IRON", "2026-11-20"), passed("200-301", "2025-11-20", "CSCO2"))
        await desk.new_day("2027-03-02T12:00:00+00:00")
        # In Zurich the 20th of November is over nine hours before it is in Los Angeles.
        told = await desk.new_day("2028-11-20T23:30:00+00:00")
        assert {one.programme for one in told if type(one) is CertificationExpired} == {NAME}
        told = await desk.new_day("2028-11-21T08:30:00+00:00")
        assert [(type(one), one.candidate_id) for one in told] == [(CertificationExpired, "CSCO2")]


async def test_one_candidate_that_cannot_be_evaluated_stops_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.hear(*(passed("200-301", "2026-11-20", f"CSCO{number}") for number in range(5)))

    def fragile(programme: Programme, known: Sequence[tuple[date, Fact]], today: date) -> Present:
        if any("CSCO3/" in getattr(fact, "id", "") for _, fact in known):
            raise RuntimeError("a fact that nobody thought of")
        return present(programme, known, today)

    with monkeypatch.context() as patched:
        reviewing = import_module("services.certifications.handlers.review")
        patched.setattr(reviewing, "present", fragile)
        told = await desk.new_day("2029-11-21T12:00:00-08:00")
    assert sorted(one.candidate_id for one in told) == ["CSCO0", "CSCO1", "CSCO2", "CSCO4"]
    # It is looked at again on the next day, not all the time.
    assert await due(desk, "CSCO3") == "2029-11-22"
    assert await desk.new_day("2029-11-21T13:00:00-08:00") == []
    (late,) = await desk.new_day("2029-11-22T12:00:00-08:00")
    assert late.candidate_id == "CSCO3"


async def test_what_the_version_before_has_written_is_looked_at_once(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2026-11-20"), passed("200-301", "2022-11-20", "CSCO2"))
    desk.told()
    async with desk.here.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE candidates SET due_on = '1970-01-01'")
        await connection.exec_driver_sql("UPDATE certifications SET status = 'active'")
        await connection.exec_driver_sql("UPDATE certifications SET reminded_on = NULL")
    (expired,) = await desk.new_day("2026-11-22T12:00:00-08:00")
    assert (expired.candidate_id, type(expired)) == ("CSCO2", CertificationExpired)
    (reminder,) = await desk.new_day("2027-11-20T12:00:00-08:00")
    assert isinstance(reminder, CertificationExpiring)


async def test_the_job_runs_every_minute() -> None:
    (clock,) = [job for job in JOBS if job.name == "clock"]
    assert (clock.every.total_seconds(), clock.run) == (60, keep_days)


async def test_an_expired_certification_comes_back_by_a_late_result(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2023-11-10"))
    desk.told()
    await desk.new_day("2026-11-23T12:00:00-08:00")
    await desk.hear(passed("200-301", "2026-11-09"))
    (renewed,) = desk.told()
    assert isinstance(renewed, CertificationRenewed)
    assert (renewed.status, renewed.active_on) == ("active", date(2026, 11, 9))
    assert renewed.cycle == 1
