"""What every test may ask for: real servers, started once, and the two ways to run."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import postgres, rabbitmq
from deploy.local.nginx import find_program as find_nginx
from deploy.local.postgres import NamedPostgres
from deploy.local.rabbitmq import NamedRabbitmq
from deploy.local.smtp import SmtpServer
from tests.modes import Mode

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def _missing() -> str:
    """Why distributed tests cannot run; empty when they can."""
    lacking = [d for d in (postgres.describe(), rabbitmq.describe()) if d.startswith("no ")]
    return ", ".join(lacking)


def pytest_report_header() -> str:
    nginx = find_nginx()
    chromium = next((path for path in map(shutil.which, _CHROMIUM) if path), None)
    taken = [
        postgres.describe(),
        rabbitmq.describe(),
        f"nginx from {nginx.parent}" if nginx else "no nginx",
        f"Chromium from {Path(chromium).parent}" if chromium else "no Chromium",
    ]
    return "servers: " + " · ".join(taken)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if why := _missing():
        for item in items:
            if item.get_closest_marker("distributed"):
                item.add_marker(pytest.mark.skip(reason=f"distributed: {why}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", ())
        if "distributed" in report.keywords
    ]
    if skipped and (why := _missing()):
        terminalreporter.write_sep("!", f"{len(skipped)} TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.write_line(
            f"Marked `distributed`, and there is {why}: half of what Certtrack promises was not"
            " checked. `make test` installs a broker on Debian (as root); elsewhere name one in"
            f" {rabbitmq.ENVIRONMENT_VARIABLE} and {postgres.ENVIRONMENT_VARIABLE}."
        )
        for report in skipped:
            terminalreporter.write_line(f"  {report.nodeid}")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that other system users may enter, as PostgreSQL and nginx need when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="certtrack-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(server_folder: Path) -> Iterator[NamedPostgres]:
    """A running PostgreSQL for the whole session; make databases in it, do not stop it."""
    server = postgres.private_or_named(server_folder / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rabbitmq_server(server_folder: Path) -> Iterator[NamedRabbitmq]:
    """A running RabbitMQ for the whole session; ask it for a vhost, do not stop it."""
    server = rabbitmq.private_or_named(server_folder / "rabbitmq")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A mail server for one test, that keeps what it is sent."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def embedded(tmp_path: Path) -> Mode:
    """The embedded way alone."""
    return Mode("embedded", tmp_path)


@pytest.fixture
def distributed(
    tmp_path: Path, postgres_server: NamedPostgres, rabbitmq_server: NamedRabbitmq
) -> Iterator[Mode]:
    """The distributed way alone; the test itself is marked ``distributed``."""
    mode = Mode("distributed", tmp_path, postgres_server, rabbitmq_server)
    yield mode
    mode.end()


@pytest.fixture(
    params=["embedded", pytest.param("distributed", marks=pytest.mark.distributed)],
)
def mode(request: pytest.FixtureRequest) -> Mode:
    """Each way to run in turn: a test that asks for it runs twice."""
    taken = request.getfixturevalue(request.param)
    assert isinstance(taken, Mode)
    return taken
