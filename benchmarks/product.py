"""The product under measurement, in both forms, and what has happened inside it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.load import Vendor, registrations, until_counted
from deploy.distributed import Topology
from deploy.embedded.process import EmbeddedProcess
from deploy.local.processes import REPOSITORY
from services.identity import demonstration
from services.identity.app import create_app
from services.identity.settings import IdentitySettings
from shared.bus.embedded import EmbeddedBus

# The last thing that each service does because of a result that earns a certification.
REACTIONS = {
    "exams": "SELECT count(*) FROM results",
    "certifications": "SELECT count(*) FROM certifications",
    "transcripts": "SELECT count(*) FROM holdings",
    "fulfillment": "SELECT count(*) FROM entitlements",
    "notifications": "SELECT count(*) FROM emails WHERE template = 'certification_earned'",
}
KNOWN = {
    "identity": "SELECT count(*) FROM candidates",
    "exams": "SELECT count(*) FROM testing_ids",
    "certifications": "SELECT count(*) FROM candidates WHERE version > 0",
    "transcripts": "SELECT count(*) FROM holders",
    "notifications": "SELECT count(*) FROM contacts",
}
# Mail is queued as fast as results come and sent at the pace that a mail server takes; its
# sending is not what is measured here.
QUIET = {"CERTTRACK_MAILS_PER_SECOND": "1", "CERTTRACK_LOG_LEVEL": "ERROR"}


class Product:
    """A running product: its address, its vendor, and counts in its databases."""

    def __init__(
        self, url: str, databases: dict[str, str], pids: dict[str, int], broker: str = ""
    ) -> None:
        self.url = url
        self.broker = broker
        self.databases = databases
        self.pids = pids
        self.vendor = Vendor(url)
        self.people = 0
        self._servers: dict[str, asyncpg.Connection] = {}
        self._files: dict[str, sqlite3.Connection] = {}

    async def count(self, service: str, query: str) -> int:
        """Return what a counting query gives in a service's database."""
        address = self.databases[service]
        if address.startswith("postgresql"):
            if service not in self._servers:
                self._servers[service] = await asyncpg.connect(address.replace("+asyncpg", ""))
            return int(await self._servers[service].fetchval(query))
        if service not in self._files:
            self._files[service] = sqlite3.connect(f"file:{address}?mode=ro", uri=True)
        return int(self._files[service].execute(query).fetchone()[0])

    async def reach(
        self, queries: dict[str, str], wanted: dict[str, int], *, seconds: float
    ) -> None:
        """Return when every service has counted so far; raise TimeoutError when one does not.

        Counts only grow, so one after the other is enough, and looking costs the product least.
        """
        for service, query in queries.items():
            await until_counted(
                partial(self.count, service, query), wanted[service], seconds=seconds
            )

    async def counts(self, queries: dict[str, str]) -> dict[str, int]:
        """Return the present counts."""
        return {service: await self.count(service, query) for service, query in queries.items()}

    async def register(self, count: int) -> None:
        """Register more people and wait until every service knows them."""
        before = await self.counts(KNOWN)
        await self.vendor.post("registrations", registrations(self.people, count))
        self.people += count
        wanted = {service: number + count for service, number in before.items()}
        await self.reach(KNOWN, wanted, seconds=60 + count / 100)

    async def close(self) -> None:
        """Close what was opened to look inside."""
        await self.vendor.close()
        for file in self._files.values():
            file.close()
        for server in self._servers.values():
            await server.close()


@asynccontextmanager
async def distributed(gateway: Mapping[str, str] | None = None) -> AsyncIterator[Product]:
    """Start the distributed form, with the demonstration's vendor in it.

    gateway: variables of the gateway that differ.
    """
    topology = Topology(
        environment={"*": QUIET},
        gateway=gateway,
        before_services=seed,
    )
    async with topology:
        pids = {name: topology.pid(name) for name in topology.members}
        product = Product(topology.url, topology.databases, pids, topology.rabbitmq.url)
        await product.vendor.sign_in(demonstration.CLIENT_ID, demonstration.CLIENT_SECRET)
        try:
            yield product
        finally:
            await product.close()


@asynccontextmanager
async def embedded() -> AsyncIterator[Product]:
    """Start the embedded form, with the demonstration in it."""
    with TemporaryDirectory(prefix="certtrack-bench-") as folder:
        process = EmbeddedProcess(Path(folder), environment=QUIET)
        await asyncio.to_thread(process.start)
        files = {path.stem: str(path) for path in (Path(folder) / "data").glob("*.db")}
        product = Product(process.url, files, {"embedded": process.pid})
        await product.vendor.sign_in(demonstration.CLIENT_ID, demonstration.CLIENT_SECRET)
        try:
            yield product
        finally:
            await product.close()
            await asyncio.to_thread(process.stop)


def seed(topology: Topology) -> None:
    """Put the demonstration's vendor and staff into identity before the services start."""
    settings = IdentitySettings(
        database_url=topology.databases["identity"], programmes_folder=REPOSITORY / "programmes"
    )
    here = create_app(settings, bus=EmbeddedBus()).state.context

    async def run() -> None:
        try:
            await demonstration.seed(here)
        finally:
            await here.database.close()

    asyncio.run(run())
