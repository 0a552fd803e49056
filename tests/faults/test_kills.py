"""The distributed product, one process of which is killed in the middle: exact counts after."""

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.commands.run_distributed import seed
from deploy.distributed import GATEWAY, POSTGRES, RABBITMQ, Topology
from deploy.local.postgres import PostgresServer
from deploy.local.rabbitmq import RabbitmqServer
from deploy.members import SERVICES
from tests.faults.story import (
    after_registrations,
    after_results,
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


@pytest.mark.parametrize(
    ("victim", "at_work", "first"),
    [
        ("identity", "identity.candidates", 30_000),
        ("exams", "exams.registrations", 40_000),
        ("gateway", "exams.registrations", 50_000),
    ],
)
async def test_a_thousand_registrations_survive_the_kill_of(
    topology: Topology, victim: str, at_work: str, first: int
) -> None:
    group = Group(first=first, count=1_000, mailed=100)
    await survive(
        topology,
        kind="registrations",
        items=group.registrations(),
        expected=after_registrations(group),
        victim=victim,
        at_work=at_work,
    )


@pytest.mark.parametrize("seed", [int(os.environ.get("CERTTRACK_TEST_SEED", "20261122"))])
async def test_one_kill_after_the_other_at_any_moment(topology: Topology, seed: int) -> None:
    """Another seed, named in the environment, is another order and other moments."""
    chance = random.Random(seed)
    victims = [*SERVICES, GATEWAY]
    if isinstance(topology.postgres, PostgresServer):
        victims.append(POSTGRES)
    if isinstance(topology.rabbitmq, RabbitmqServer):
        victims.append(RABBITMQ)
    chance.shuffle(victims)
    await endure(
        topology,
        items=SOME.results(EXAMS[0]),
        expected=after_results(SOME),
        victims=victims,
        chance=chance,
    )


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
