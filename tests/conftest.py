"""What every test may ask for: real servers, started once, and the two ways to run."""

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from deploy.local import postgres, rabbitmq
from deploy.local.nginx import find_program as find_nginx
from deploy.local.postgres import NamedPostgres, PostgresServer
from deploy.local.processes import REPOSITORY
from deploy.local.rabbitmq import NamedRabbitmq
from deploy.local.smtp import SmtpServer
from shared.logs import log
from shared.programmes import Programmes
from tests import chromium
from tests.databases import Databases
from tests.dealing import Dealing
from tests.modes import Mode
from tests.openid import provider as openid_provider
from tests.openid.provider import Provider
from tests.s3 import S3Server

# What tells each kind of test why it cannot run here; nothing when it can.
_LACKING: dict[str, Callable[[], list[str]]] = {
    "distributed": lambda: [d for d in (postgres.describe(), rabbitmq.describe()) if _none(d)],
    "browser": lambda: [d for d in (chromium.describe(),) if _none(d)],
    "openid": lambda: [d for d in (openid_provider.describe(),) if _none(d)],
}

# Nothing of it is needed after a power cut, and to drop a database would otherwise take a second.
# The fault tests kill servers of their own, which keep to PostgreSQL's defaults.
_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

PROGRAMMES = REPOSITORY / "programmes"
# Folders with the longest files, which come first: a file is one worker's alone, and nobody
# shall wait for the last one at the end.
_LONG_FILES = ("faults", "journeys", "deploy", "contracts", "servers")


# A machine that is busy is no fault of the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def _none(description: str) -> bool:
    return description.startswith("no ")


def pytest_report_header() -> str:
    nginx = find_nginx()
    taken = [
        postgres.describe(),
        rabbitmq.describe(),
        f"nginx from {nginx.parent}" if nginx else "no nginx",
        chromium.describe(),
        openid_provider.describe(),
    ]
    return "servers: " + " · ".join(taken)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for kind, lacking in _LACKING.items():
        if why := ", ".join(lacking()):
            for item in items:
                if item.get_closest_marker(kind):
                    item.add_marker(pytest.mark.skip(reason=f"{kind}: {why}"))
    # Playwright keeps its own event loop in this thread once a browser is open, and an asyncio
    # test cannot start another beside it.
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, _place(item)))


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return _LONG_FILES.index(folder) if folder in _LONG_FILES else len(_LONG_FILES)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealing | None:
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # It would have the files with the most tests first.
    return Dealing(config, log)


def pytest_collection_finish() -> None:
    # Thousands of tests and all that they import stay until the end: the collector of garbage
    # need not go through them again and again, which took a tenth of the time.
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for kind, lacking in _LACKING.items():
        why = ", ".join(lacking())
        skipped = [r for r in terminalreporter.stats.get("skipped", ()) if kind in r.keywords]
        if not (skipped and why):
            continue
        terminalreporter.write_sep("!", f"{len(skipped)} TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.write_line(
            f"They are marked `{kind}`, and here is {why}: what they promise was not checked."
            " `make test` installs what is missing on Debian as root; a server elsewhere is named"
            f" in {postgres.ENVIRONMENT_VARIABLE} and {rabbitmq.ENVIRONMENT_VARIABLE}."
        )
        for report in skipped:
            terminalreporter.write_line(f"  {report.nodeid}")


@pytest.fixture(scope="session", autouse=True)
def programmes_read_once() -> Iterator[None]:
    """The house's own programmes, which no test changes, are not read by each application anew."""
    read = Programmes.load
    own = cache(lambda: read(PROGRAMMES))

    def load(folder: Path) -> Programmes:
        return own() if folder.resolve() == PROGRAMMES else read(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Programmes, "load", load)
        yield


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """What one test had logs written to, which may be closed by then, is not the next one's."""
    yield
    structlog.reset_defaults()
    vars(log).pop("bind", None)  # Cached at the first use, as configured then.


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
    server = postgres.private_or_named(server_folder / "postgres", _UNSAFE)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(server, PostgresServer):
            # It has no certificate: to ask for TLS costs each connection a millisecond in vain.
            patch.setenv("PGSSLMODE", "disable")
        yield server
    server.stop()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The services' databases, each migrated once; see `empty_database`."""
    return Databases(tmp_path_factory.mktemp("databases"))


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


@pytest.fixture(scope="session")
def s3_server(server_folder: Path) -> Iterator[S3Server]:
    """An S3-speaking server for the whole session; choose a prefix of your own in its bucket."""
    server = S3Server(server_folder / "s3.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def openid_server() -> Iterator[Provider]:
    """A provider of OpenID Connect for the whole session, told of one portal; do not stop it."""
    with Provider("http://portal.test/cisco/sign-in/return/cisco-com") as provider:
        yield provider


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


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine, with nobody to phone (`page` comes from pytest-playwright)."""
    return {**browser_type_launch_args, **chromium.launch_arguments()}
