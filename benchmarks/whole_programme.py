"""What goes over all candidates of a programme: dry runs, and the job that keeps the days."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from sqlalchemy import text

from benchmarks.careers import Careers
from benchmarks.figures import Figure, figure
from deploy.local.processes import REPOSITORY
from services.certifications import dry_runs, programme_files, run_jobs, run_queries
from services.certifications.app import create_app
from services.certifications.dry_runs import Trial
from services.certifications.jobs import keep_days
from services.certifications.models import Candidate, FactRow, HeldCertification
from services.certifications.settings import Settings
from shared.bus.embedded import EmbeddedBus
from shared.clock import years_on
from shared.context import ServiceContext
from shared.ids import public_code
from shared.migrations import upgrade
from shared.outbox import OUTBOX
from shared.programmes import Programme
from shared.rows import insert_new

PROGRAMME = "cisco"
PEOPLE = 100_000
FACTS = 15
HELD = 1_000_000
CHANGING = 1_000
RUNS = 3
MEGABYTE = 1_000_000
_PORTION = 2_000
# So many different careers; drawing each of a hundred thousand anew would only measure the drawing.
_CAREERS = 2_000
_AS_OF = date(2026, 11, 22)


async def dry_run_100k() -> list[Figure]:
    """Measure a dry run that changes every associate, over 100,000 candidates with 15 facts."""
    async with _certifications() as here:
        await _fill(here)
        seconds, reading, memory = [], [], []
        for _ in range(RUNS):
            reading.append(await _read_all(here))
            taken, most = await _dry_run(here)
            seconds.append(taken)
            memory.append(most)
    return [
        figure(
            "dry_run_100k",
            seconds,
            "s",
            yardstick=reading,
            note=f"{PEOPLE:,} candidates with {FACTS} facts, two workers, SQLite;"
            " beside reading the same facts",
        ),
        figure(
            "dry_run_100k_memory",
            [last for _, last in memory],
            "MB",
            yardstick=[first for first, _ in memory],
            note="most that service and workers hold in the last tenth; beside the second tenth",
        ),
    ]


async def daily_job_1m() -> list[Figure]:
    """Measure a day on which 1,000 of 1,000,000 certifications expire."""
    async with _certifications() as here:
        await _hold(here)
        seconds, counting = [], []
        for number in range(RUNS):
            await _due(here, number)
            counting.append(await _count(here))
            before = await _published(here)
            started = time.perf_counter()
            await keep_days(here)
            seconds.append(time.perf_counter() - started)
            changed = await _published(here) - before
            if changed != CHANGING:
                raise RuntimeError(f"{changed} events were published, expected {CHANGING}")
    return [
        figure(
            "daily_job_1m",
            seconds,
            "s",
            yardstick=counting,
            note=f"{HELD:,} certifications of which {CHANGING:,} expire, SQLite;"
            " beside counting the expired by their dates",
        )
    ]


@asynccontextmanager
async def _certifications() -> AsyncIterator[ServiceContext]:
    """The service's database and programmes, with nothing else of it running."""
    with TemporaryDirectory(prefix="certtrack-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'certifications.db'}"
        await asyncio.to_thread(upgrade, "certifications", url)
        settings = Settings(
            database_url=url,
            programmes_folder=REPOSITORY / "programmes",
            log_level="ERROR",
            dry_run_workers=2,
        )
        here: ServiceContext = create_app(settings, bus=EmbeddedBus()).state.context
        try:
            yield here
        finally:
            await here.database.close()


async def _fill(here: ServiceContext) -> None:
    careers = Careers(here.programmes[PROGRAMME])
    drawn = [careers.rows(FACTS) for _ in range(_CAREERS)]
    for first in range(0, PEOPLE, _PORTION):
        people = [f"CSCO{number:08}" for number in range(first, first + _PORTION)]
        facts = [
            {
                "programme": PROGRAMME,
                "candidate_id": who,
                "kind": kind,
                "key": key,
                "version": 1,
                "occurred_on": date.fromisoformat(day),
                "data": data,
            }
            for place, who in enumerate(people)
            for kind, key, day, data in drawn[place % _CAREERS]
        ]
        async with here.database.transaction() as session:
            await insert_new(session, Candidate, [_candidate(who, None) for who in people])
            await insert_new(session, FactRow, facts)


def _candidate(who: str, due_on: date | None) -> dict[str, object]:
    return {
        "programme": PROGRAMME,
        "candidate_id": who,
        "given_name": "",
        "family_name": "",
        "disclosure": False,
        "version": 1,
        "due_on": due_on,
    }


async def _read_all(here: ServiceContext) -> float:
    started = time.perf_counter()
    after = ""
    while True:
        async with here.database.reading() as session:
            portion = await run_queries.portion(
                session, PROGRAMME, after, here.settings.dry_run_portion
            )
        if portion is None:
            return time.perf_counter() - started
        after = portion.last


async def _dry_run(here: ServiceContext) -> tuple[float, tuple[float, float]]:
    """Run one; return its seconds, and what was held at most early on and late."""
    programme = here.programmes[PROGRAMME]
    async with here.database.transaction() as session:
        present = await programme_files.in_force(session, programme)
        # A year less for everything that lives three: most candidates see another date.
        changed = {**present}
        rules = present["certifications.yaml"]
        changed["certifications.yaml"] = rules.replace("validity: 3 years", "validity: 2 years")
        trial = Trial(
            programme=programme,
            files=changed,
            changed_files=["certifications.yaml"],
            fingerprint=Programme.of_texts(PROGRAMME, changed).fingerprint,
            as_of=_AS_OF,
            requested_by="benchmark",
        )
        run = await dry_runs.begin(session, trial)
    held: list[tuple[float, float]] = []
    watching = asyncio.create_task(_watch(here, held))
    started = time.perf_counter()
    await run_jobs.work_off_dry_runs(here)
    seconds = time.perf_counter() - started
    watching.cancel()
    async with here.database.reading() as session:
        done = await run_queries.dry_run(session, PROGRAMME, run.id)
    if (done.state, done.done, done.skipped) != ("done", PEOPLE, 0) or not done.people:
        raise RuntimeError(
            f"the dry run ended otherwise: {done.state}, {done.done}, {done.problem}"
        )
    early = max((size for share, size in held if 0.1 <= share < 0.2), default=0.0)
    late = max((size for share, size in held if share >= 0.9), default=0.0)
    return seconds, (early, late)


async def _watch(here: ServiceContext, held: list[tuple[float, float]]) -> None:
    """Note, again and again, how far the run is and what all its processes hold."""
    me = psutil.Process()
    while True:
        async with here.database.reading() as session:
            done = await session.scalar(
                text("SELECT done FROM dry_runs ORDER BY created_at DESC, id DESC LIMIT 1")
            )
        size = 0.0
        for process in (me, *me.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                size += process.memory_info().rss / MEGABYTE
        held.append((int(done or 0) / PEOPLE, size))
        await asyncio.sleep(0.2)


async def _hold(here: ServiceContext) -> None:
    """A million candidates with one certification each, which runs for two more years."""
    passed, last = _AS_OF - timedelta(days=365), _AS_OF + timedelta(days=731)
    for first in range(0, HELD, _PORTION):
        people = [f"CSCO{number:08}" for number in range(first, first + _PORTION)]
        async with here.database.transaction() as session:
            await insert_new(session, Candidate, [_candidate(who, last) for who in people])
            await insert_new(session, FactRow, [_pass(who, passed) for who in people])
            await insert_new(session, HeldCertification, [_held(who, passed) for who in people])


def _pass(who: str, day: date) -> dict[str, object]:
    return {
        "programme": PROGRAMME,
        "candidate_id": who,
        "kind": "exam",
        "key": "1",
        "version": 1,
        "occurred_on": day,
        "data": {"exam": "200-301", "registration": "R1"},
    }


def _held(who: str, day: date) -> dict[str, object]:
    return {
        "programme": PROGRAMME,
        "candidate_id": who,
        "code": "CCNA",
        "cycle": 1,
        "started_on": day,
        "active_on": day,
        "expires_on": years_on(day, 3),
        "number": None,
        "verification_code": public_code(8),
        "withdrawn": False,
        "version": 1,
        "status": "active",
        "grace_until": None,
        "name": "CCNA",
        "reminded_on": day,
    }


async def _due(here: ServiceContext, number: int) -> None:
    """Let some, others each time, have passed so long ago that yesterday was their last day."""
    today = datetime.now(UTC).date()
    passed = years_on(today, -3) - timedelta(days=2)
    first = number * CHANGING * 7
    people = [f"CSCO{one:08}" for one in range(first, first + CHANGING)]
    who = {"first": people[0], "last": people[-1], "programme": PROGRAMME}
    span = "programme = :programme AND candidate_id BETWEEN :first AND :last"
    last = years_on(passed, 3)
    dates = "started_on = :day, active_on = :day, expires_on = :last"
    async with here.database.transaction() as session:
        for statement, values in (
            (f"UPDATE facts SET occurred_on = :day WHERE {span}", {"day": str(passed)}),
            (f"UPDATE candidates SET due_on = :due WHERE {span}", {"due": str(today)}),
            (
                f"UPDATE certifications SET {dates}, reminded_on = :last WHERE {span}",
                {"day": str(passed), "last": str(last)},
            ),
        ):
            await session.execute(text(statement), {**who, **values})


async def _count(here: ServiceContext) -> float:
    started = time.perf_counter()
    async with here.database.reading() as session:
        await session.execute(
            text("SELECT count(*) FROM certifications WHERE expires_on < :today"),
            {"today": str(_AS_OF)},
        )
    return time.perf_counter() - started


async def _published(here: ServiceContext) -> int:
    async with here.database.reading() as session:
        return int(await session.scalar(text(f"SELECT sum(events) FROM {OUTBOX.name}")) or 0)
