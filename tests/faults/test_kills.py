"""The distributed product, one process of which is killed in the middle: exact counts after."""

import asyncio
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.commands.run_distributed import seed
from deploy.distributed import GATEWAY, POSTGRES, RABBITMQ, Topology
from deploy.local.postgres import PostgresServer
from deploy.local.processes import ServiceProcess
from deploy.local.rabbitmq import RabbitmqServer
from deploy.local.smtp import SmtpServer
from deploy.members import SERVICES, member
from tests.faults.books import Books
from tests.faults.story import (
    after_registrations,
    after_results,
    before,
    check,
    die_at,
    endure,
    register,
    survive,
)
from tests.faults.vendor import Group

pytestmark = [pytest.mark.faults, pytest.mark.distributed, pytest.mark.timeout(400)]

# Mail as fast as it goes; what a killed process had taken to send is free again soon.
QUICK = {
    "CERTTRACK_MAILS_PER_SECOND": "0",
    "CERTTRACK_MAIL_LEASE_SECONDS": "5",
    "CERTTRACK_LOG_LEVEL": "WARNING",
}
MANY = Group(first=0, count=5_000, mailed=60)
SOME = Group(first=20_000, count=2_000, mailed=100)
FEW = [Group(first=10_000 + 1_000 * n, count=300, mailed=10) for n in range(3)]
# Each earns a certification of its own, and with the others' dates renews none.
EXAMS = ("200-301", "300-410", "300-415", "300-420", "300-435", "300-440", "300-445")


@pytest.fixture(scope="module")
def topology(server_folder: Path) -> Iterator[Topology]:
    made = Topology(server_folder / "killed", environment={"*": QUICK}, before_services=seed)
    made.start()
    try:
        for group in (MANY, SOME, *FEW):
            asyncio.run(register(made, group))
        yield made
    finally:
        made.stop()


def skip_unless_ours(topology: Topology, name: str) -> None:
    """A server that is named in the environment is not killed."""
    if name == POSTGRES and not isinstance(topology.postgres, PostgresServer):
        pytest.skip(f"{topology.postgres.description} is not ours to kill")
    if name == RABBITMQ and not isinstance(topology.rabbitmq, RabbitmqServer):
        pytest.skip(f"{topology.rabbitmq.description} is not ours to kill")


@pytest.mark.parametrize(
    ("victim", "at_work", "exam"),
    [
        ("exams", "exams.results", EXAMS[0]),
        ("certifications", "certifications.certifications", EXAMS[1]),
        ("transcripts", "transcripts.holdings", EXAMS[2]),
        ("fulfillment", "fulfillment.entitlements", EXAMS[3]),
        ("notifications", "notifications.sent", EXAMS[4]),
        ("rabbitmq", "transcripts.holdings", EXAMS[5]),
        ("postgres", "transcripts.holdings", EXAMS[6]),
    ],
)
async def test_five_thousand_results_survive_the_kill_of(
    topology: Topology, victim: str, at_work: str, exam: str
) -> None:
    skip_unless_ours(topology, victim)
    await survive(
        topology,
        kind="results",
        items=MANY.results(exam),
        expected=after_results(MANY),
        victim=victim,
        at_work=at_work,
    )


async def test_a_thousand_registrations_survive_the_kill_of_identity(topology: Topology) -> None:
    group = Group(first=30_000, count=1_000, mailed=100)
    await survive(
        topology,
        kind="registrations",
        items=group.registrations(),
        expected=after_registrations(group),
        victim="identity",
        at_work="identity.candidates",
    )


# Up to seven seeds, with commas between; each is another order and other moments.
SEEDS = os.environ.get("CERTTRACK_TEST_SEEDS", "20261122").split(",")


@pytest.mark.parametrize(("seed", "exam"), list(zip(SEEDS, EXAMS, strict=False)))
async def test_one_kill_after_the_other_at_any_moment(
    topology: Topology, seed: str, exam: str
) -> None:
    chance = random.Random(seed)
    victims = [*SERVICES, GATEWAY]
    if isinstance(topology.postgres, PostgresServer):
        victims.append(POSTGRES)
    if isinstance(topology.rabbitmq, RabbitmqServer):
        victims.append(RABBITMQ)
    chance.shuffle(victims)
    await endure(
        topology,
        items=SOME.results(exam),
        expected=after_results(SOME),
        victims=victims,
        chance=chance,
    )


@dataclass
class Broken:
    """The product with a broken build of one service in it, until that is started anew."""

    topology: Topology
    build: str

    @property
    def url(self) -> str:
        return self.topology.url

    @property
    def smtp(self) -> SmtpServer:
        return self.topology.smtp

    @property
    def databases(self) -> Mapping[str, str]:
        return self.topology.databases

    def kill9(self, name: str) -> None:
        self.topology.kill9(name)

    def start_one(self, name: str, *, environment: Mapping[str, str] | None = None) -> None:
        if environment is None:
            self.topology.start_one(name)
            return
        broken = {"CERTTRACK_BROKEN_BUILD": self.build, "CERTTRACK_BROKEN_SERVICE": name}
        process = ServiceProcess(
            name,
            target="tests.faults.mutants:create_app",
            log=self.topology.log(name),
            port=self.topology.ports[name],
            root_path=member(name).prefix,
            environment={**self.topology.environment_of(name), **environment, **broken},
        )
        self.topology.members[name] = process
        process.start()


@pytest.mark.parametrize(
    ("build", "failpoint", "noticed", "again", "exam"),
    [
        (
            *("ack before commit", "consumer.before_commit", "certifications.inbox"),
            *("exams", EXAMS[5]),
        ),
        (
            *("mark before publish", "relay.before_publish", "transcripts.inbox"),
            *("certifications", EXAMS[6]),
        ),
    ],
    ids=["ack before commit", "mark before publish"],
)
async def test_a_broken_build_does_not_pass(
    topology: Topology, build: str, failpoint: str, noticed: str, again: str, exam: str
) -> None:
    """What it loses is noticed; and what is still in the outbox of `again` mends it."""
    group = FEW[-1]
    async with Books(topology.databases) as books:
        begun = await before(topology, books)
        with pytest.raises(AssertionError, match=f"not settled.*{noticed}"):
            await die_at(
                Broken(topology, build),
                name="certifications",
                failpoint=failpoint,
                dead=lambda: not topology.members["certifications"].alive,
                items=group.results(exam),
                expected=after_results(group),
                patience=5,
            )
        await books.execute(again, "UPDATE outbox SET published_at = NULL")
        await check(topology, books, begun, after_results(group), kills=1)


STEPS = [
    *(("exams", f"exams.import.{step}") for step in ("before_commit", "after_commit")),
    *(("exams", f"relay.{step}") for step in ("before_publish", "after_publish")),
    *(
        ("certifications", f"consumer.{step}")
        for step in ("before_apply", "before_commit", "after_commit", "before_ack")
    ),
    *(("certifications", f"relay.{step}") for step in ("before_publish", "after_publish")),
    ("notifications", "notifications.after_send"),
]
SLOTS = dict(zip(STEPS, ((g, e) for g in FEW for e in EXAMS), strict=False))


@pytest.mark.parametrize(("name", "failpoint"), STEPS)
async def test_a_process_may_die_between_any_two_steps(
    topology: Topology, name: str, failpoint: str
) -> None:
    group, exam = SLOTS[name, failpoint]
    doubled = await die_at(
        topology,
        name=name,
        failpoint=failpoint,
        dead=lambda: not topology.members[name].alive,
        items=group.results(exam),
        expected=after_results(group),
        by_file="import" in failpoint,
    )
    # Nothing but the one mail that was sent and not yet written down ever comes again.
    assert doubled == (1 if failpoint == "notifications.after_send" else 0)
