"""The check itself, checked: it passes the build as it is and finds every broken one out."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from deploy.local.processes import REPOSITORY, Child
from shared import outbox
from shared.clock import SystemClock
from shared.context import ServiceContext
from shared.database import Database
from shared.events import Event
from tests.faults.desk_process import TALLY
from tests.modes import Mode
from tests.shared.desk import EFFECTS, METADATA, passed, until

pytestmark = pytest.mark.faults

EVENTS = 90
# Comes last: when it has been counted, all before it have been, or never will be.
LAST = EVENTS


class Desks:
    """The processes of one story, and a look into their databases."""

    def __init__(self, mode: Mode, build: str, stack: ExitStack) -> None:
        self._mode = mode
        self._build = build
        self._stack = stack
        self._processes: dict[str, Child] = {}
        self._databases: dict[str, Database] = {}
        self.names = ["exams", "certifications"] if mode.distributed else ["exams+certifications"]

    def process_of(self, desk: str) -> str:
        return next(name for name in self.names if desk in name)

    def start(self, name: str, failpoint: str = "") -> None:
        given = {
            "bus": self._mode.bus_url,
            "databases": {desk: self._mode.database_url(desk) for desk in name.split("+")},
            "build": self._build,
        }
        child = Child(
            [sys.executable, "-m", "tests.faults.desk_process", json.dumps(given)],
            log=self._mode.folder / f"{name}.log",
            environment={
                **os.environ,
                "PYTHONPATH": str(REPOSITORY),
                "CERTTRACK_FAILPOINT": failpoint,
            },
            folder=REPOSITORY,
        )
        child.start()
        self._stack.callback(child.kill9)
        self._processes[name] = child

    def dead(self, name: str) -> bool:
        return not self._processes[name].alive

    def tail(self, name: str) -> str:
        return self._processes[name].tail()

    async def database(self, desk: str) -> Database:
        if desk not in self._databases:
            database = Database(self._mode.database_url(desk))
            database.context = ServiceContext(desk, None, SystemClock(), database, None)  # type: ignore[arg-type]  # the kernel alone needs neither settings nor programmes
            async with database.engine.begin() as connection:
                await connection.run_sync(METADATA.create_all)
            self._databases[desk] = database
        return self._databases[desk]

    async def add(self, *events: Event) -> None:
        database = await self.database("exams")
        async with database.transaction() as session:
            await outbox.add(session, *events)

    async def applied(self) -> Counter[str]:
        """How often each event was applied."""
        database = await self.database("certifications")
        async with database.reading() as session:
            rows = (await session.execute(select(EFFECTS))).all()
        tallies = {row.key: row.times for row in rows if row.key.startswith(TALLY)}
        return Counter({key.removeprefix(TALLY): times for key, times in tallies.items()})

    async def close(self) -> None:
        for database in self._databases.values():
            await database.close()


def check(applied: Counter[str]) -> None:
    """Each event took effect exactly once."""
    wanted = {f"R{number}" for number in range(EVENTS + 1)}
    lost = wanted - applied.keys()
    doubled = {key for key, times in applied.items() if times > 1}
    assert not lost, f"{len(lost)} events lost"
    assert not doubled, f"{len(doubled)} events doubled"


async def tell(desks: Desks, victim: str, failpoint: str) -> Counter[str]:
    """Have one process die at a failpoint and start again; how often each event was applied."""
    for desk in ("exams", "certifications"):
        await desks.database(desk)
    for first in range(0, EVENTS, 30):
        await desks.add(*(passed(number) for number in range(first, first + 30)))
    for name in desks.names:
        desks.start(name, failpoint if name == victim else "")
    await until(lambda: desks.dead(victim), 60)
    assert "Traceback" not in desks.tail(victim), desks.tail(victim)
    desks.start(victim)
    await desks.add(passed(LAST))

    async def last_has_come() -> bool:
        return f"R{LAST}" in await desks.applied()

    await until(last_has_come, 60)
    return await desks.applied()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


CONTROLS = [
    # broken build, where a process dies in each form, whose process, and what that must do
    ("ack before commit", "consumer.before_commit", "consumer.before_commit", "lost"),
    ("mark before publish", "relay.before_publish", "relay.before_publish", "lost"),
    ("no inbox", "consumer.before_ack", "relay.after_publish", "doubled"),
]


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "broken"])
@pytest.mark.parametrize(
    ("build", "distributed_point", "embedded_point", "harm"), CONTROLS, ids=[c[0] for c in CONTROLS]
)
async def test_the_check_passes_what_is_right_and_finds_what_is_broken(
    mode: Mode,
    stack: ExitStack,
    build: str,
    distributed_point: str,
    embedded_point: str,
    harm: str,
    broken: bool,
) -> None:
    desks = Desks(mode, build if broken else "as it is", stack)
    failpoint = distributed_point if mode.distributed else embedded_point
    victim = desks.process_of("exams" if failpoint.startswith("relay") else "certifications")
    applied = await tell(desks, victim, failpoint)
    await desks.close()
    if broken:
        with pytest.raises(AssertionError, match=harm):
            check(applied)
    else:
        check(applied)


@pytest.mark.parametrize("failpoint", ["consumer.before_apply", "consumer.after_commit"])
async def test_one_process_with_everything_in_it_survives_a_kill_at(
    embedded: Mode, stack: ExitStack, failpoint: str
) -> None:
    desks = Desks(embedded, "as it is", stack)
    check(await tell(desks, desks.process_of("certifications"), failpoint))
    await desks.close()
