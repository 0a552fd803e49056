"""The whole product, started once in each form and shared by the stories."""

import json
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx2
import pytest

from deploy.commands.run_distributed import seed
from deploy.distributed import Topology
from deploy.embedded.process import EmbeddedProcess
from deploy.members import SERVICES
from tests.journeys.product import Mail, Product
from tests.openid import provider as openid_provider
from tests.openid.provider import CLIENT_ID, CLIENT_SECRET

# Stories tell what happens, not how fast: mail is not held back, and a password costs a stranger
# less than a fifth of a second (tests/deploy starts the product with the cost that it comes with).
_ENVIRONMENT = {
    "CERTTRACK_MAILS_PER_SECOND": "0",
    "CERTTRACK_LOG_LEVEL": "WARNING",
    "CERTTRACK_ARGON2_MEMORY_KIB": "1024",
    "CERTTRACK_ARGON2_PASSES": "1",
    "CERTTRACK_ARGON2_LANES": "1",
    # Nothing is under way any more when a story has somebody erased.
    "CERTTRACK_ERASURE_SETTLE_MINUTES": "0",
}


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the product is started with; registered with a provider of sign-ins where there is one.

    A story that goes there tells the provider first where the product is.
    """
    if openid_provider.describe().startswith("no "):
        return _ENVIRONMENT
    issuer = request.getfixturevalue("openid_server").issuer
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "issuer": issuer}
    clients = json.dumps({"cisco/cisco-com": client})
    return {**_ENVIRONMENT, "CERTTRACK_PROVIDER_CLIENTS": clients}


@pytest.fixture(scope="session")
def embedded_product(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[Product]:
    """The product in one process, as `certtrack run` starts it."""
    folder = tmp_path_factory.mktemp("journeys")
    files = {service: folder / "data" / f"{service}.db" for service in SERVICES}
    databases = {service: f"sqlite+aiosqlite:///{file}" for service, file in files.items()}
    with EmbeddedProcess(folder, environment=environment) as process:

        def mails_to(address: str) -> list[Mail]:
            api = f"{process.url}/api/notifications/mailbox"
            rows = httpx2.get(api, params={"limit": 200}).json()
            shown = [
                httpx2.get(f"{api}/{row['id']}").json() for row in rows if row["to"] == address
            ]
            return [Mail(one["subject"], one["text"]) for one in reversed(shown)]

        with closing(
            Product(process.url, mails_to, databases, [folder / "certtrack.log"])
        ) as product:
            yield product


@pytest.fixture(scope="session")
def distributed_product(environment: dict[str, str]) -> Iterator[Product]:
    """Every member its own process behind nginx, with PostgreSQL, RabbitMQ and SMTP."""
    topology = Topology(environment={"*": environment}, before_services=seed)
    # In a thread: once a browser is open, this one has playwright's event loop running, and
    # migrations want one of their own.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(topology.start).result()
    try:

        def mails_to(address: str) -> list[Mail]:
            received = topology.smtp.to(address)
            return [Mail(one.subject, one.text, one.message_id) for one in received]

        logs = [topology.log(name) for name in topology.members]
        with closing(Product(topology.url, mails_to, topology.databases, logs)) as product:
            yield product
    finally:
        topology.stop()


@pytest.fixture(
    params=["embedded", pytest.param("distributed", marks=pytest.mark.distributed)],
)
def product(request: pytest.FixtureRequest) -> Product:
    """Each form in turn; asked for by name, so that browser stories keep their place at the end."""
    taken = request.getfixturevalue(f"{request.param}_product")
    assert isinstance(taken, Product)
    return taken


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failed story what the product's processes said: their logs are gone soon."""
    report = yield
    product = item.funcargs.get("product")
    if report.failed and isinstance(product, Product):
        for log in product.logs:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            report.sections.append((f"the end of {log.name}", "\n".join(lines[-20:])))
    return report
