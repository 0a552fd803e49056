"""The product in one process, killed in the middle of an import; and a bad mail server."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.embedded.process import EmbeddedProcess
from deploy.embedded.settings import EmbeddedSettings
from deploy.local.ports import LOCALHOST, free_port
from deploy.local.smtp import SmtpServer
from deploy.members import SERVICES
from shared.events import EmailFailed, EmailSent
from tests.faults.books import Books, reached
from tests.faults.story import after_results, before, check, die_at, register, survive
from tests.faults.vendor import Group, Vendor

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

MANY = Group(first=0, count=5_000, mailed=60)
FEW = Group(first=10_000, count=300, mailed=10)
EXAMS = ("200-301", "300-410", "300-415", "300-420", "300-435")


@dataclass
class Embedded:
    """The product in one process, with the story's words for killing and starting it."""

    folder: Path
    port: int = field(default_factory=free_port)
    smtp: SmtpServer = field(default_factory=SmtpServer)
    process: EmbeddedProcess | None = None

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def databases(self) -> Mapping[str, str]:
        settings = EmbeddedSettings(data=self.folder / "data")
        return {service: settings.database_of(service) for service in SERVICES}

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.alive

    def start_one(self, _name: str, *, environment: Mapping[str, str] | None = None) -> None:
        mail = {
            "CERTTRACK_MAILBOX": "false",
            "CERTTRACK_SMTP_HOST": LOCALHOST,
            "CERTTRACK_SMTP_PORT": str(self.smtp.port),
            "CERTTRACK_MAILS_PER_SECOND": "0",
            "CERTTRACK_MAIL_LEASE_SECONDS": "5",
        }
        self.process = EmbeddedProcess(
            self.folder, port=self.port, environment={**mail, **(environment or {})}
        )
        self.process.start()

    def kill9(self, _name: str) -> None:
        assert self.process is not None
        self.process.kill9()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    running = Embedded(tmp_path_factory.mktemp("killed"))
    running.smtp.start()
    try:
        running.start_one("embedded")
        for group in (MANY, FEW):
            asyncio.run(register(running, group))
        yield running
    finally:
        running.kill9("embedded")
        running.smtp.stop()


async def test_five_thousand_results_survive_the_kill_of_the_one_process(
    product: Embedded,
) -> None:
    await survive(
        product,
        kind="results",
        items=MANY.results(EXAMS[0]),
        expected=after_results(MANY),
        victim="embedded",
        at_work="certifications.certifications",
    )


@pytest.mark.parametrize(
    ("failpoint", "exam"),
    [
        ("exams.import.after_commit", EXAMS[1]),
        ("consumer.before_commit", EXAMS[2]),
        ("relay.after_publish", EXAMS[3]),
    ],
)
async def test_the_one_process_may_die_at(product: Embedded, failpoint: str, exam: str) -> None:
    await die_at(
        product,
        name="embedded",
        failpoint=failpoint,
        dead=lambda: not product.alive,
        items=FEW.results(exam),
        expected=after_results(FEW),
        by_file=True,
    )


async def test_a_mail_server_that_is_away_and_then_refuses_loses_no_mail(
    product: Embedded,
) -> None:
    """Away, then one "later" and one "never": one mail is failed and told of, the rest arrive."""
    async with Books(product.databases) as books, Vendor(product.url) as vendor:
        begun = await before(product, books)
        product.smtp.stop()
        product.smtp.fail_next("451 4.3.0 Try later", "550 5.1.1 No such person")
        await vendor.post("results", FEW.results(EXAMS[4]))

        async def all_wait() -> bool:
            return await books.count("notifications.unsent") == 2 * FEW.mailed

        await reached(all_wait)
        product.smtp.start()

        async def one_left() -> bool:
            return await books.count("notifications.unsent") == 1

        await reached(one_left)
        # The minute passes that a server which said "later" is left in peace.
        await books.execute(
            "notifications",
            "UPDATE emails SET next_attempt_at = created_at WHERE state = 'queued'",
        )
        expected = after_results(FEW) | {
            "notifications.sent": 2 * FEW.mailed - 1,
            "notifications.failed": 1,
            EmailSent.type: 2 * FEW.mailed - 1,
            EmailFailed.type: 1,
        }
        await check(product, books, begun, expected, kills=0)
