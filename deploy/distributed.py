"""The distributed form on one machine: every member its own process, behind the real gateway.

The same topology as docker-compose.yml with private servers, for `certtrack run-distributed`,
for tests that kill and cut off single processes, and for benchmarks.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from deploy.gateway.render import render
from deploy.local import postgres as local_postgres
from deploy.local import rabbitmq as local_rabbitmq
from deploy.local.nginx import NginxServer
from deploy.local.ports import LOCALHOST, free_port
from deploy.local.processes import REPOSITORY, ServiceProcess
from deploy.local.smtp import SmtpServer
from deploy.members import PORTAL, SERVICES, member
from shared.migrations import upgrade

POSTGRES, RABBITMQ, SMTP, GATEWAY = "postgres", "rabbitmq", "smtp", "gateway"
# As in docker-compose.yml.
POSTGRES_SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
Environments = Mapping[str, Mapping[str, str]]


class Topology:
    """PostgreSQL, RabbitMQ, SMTP, six services, the portal and the gateway.

    folder: data and logs, kept when given, otherwise a temporary one;
    environment: added for a member by its name, for all services and the portal under "*";
    gateway: gateway variables that differ (see deploy/gateway/defaults.env);
    port: of the gateway; postgres_settings: `-c` settings of a private PostgreSQL;
    before_services: called with the topology when the databases are migrated (a seed).
    Every process is known by its name: postgres, rabbitmq, smtp, gateway, portal and the six
    services.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        environment: Environments | None = None,
        gateway: Mapping[str, str] | None = None,
        port: int | None = None,
        postgres_settings: Mapping[str, str] | None = None,
        before_services: "Callable[[Topology], object] | None" = None,
    ) -> None:
        self._temporary = folder is None
        # Not under a private home: PostgreSQL runs as a user of its own when we are root.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="certtrack-"))
        if self._temporary:
            self.folder.chmod(0o755)
        self.environment = {name: dict(pairs) for name, pairs in (environment or {}).items()}
        self._before_services = before_services
        self.port = port or free_port()
        self.inside_port = free_port()
        self.ports = {name: free_port() for name in (*SERVICES, PORTAL)}
        servers = self._server_ports()
        self.postgres = (
            local_postgres.private_or_named(self.folder)
            if local_postgres.ENVIRONMENT_VARIABLE in os.environ
            else local_postgres.PostgresServer(
                self.folder / POSTGRES,
                port=servers[POSTGRES],
                settings={**POSTGRES_SETTINGS, **(postgres_settings or {})},
            )
        )
        self.rabbitmq = (
            local_rabbitmq.private_or_named(self.folder)
            if local_rabbitmq.ENVIRONMENT_VARIABLE in os.environ
            else local_rabbitmq.RabbitmqServer(self.folder / RABBITMQ, port=servers[RABBITMQ])
        )
        self.smtp = SmtpServer(self.folder / "mail")
        self.databases: dict[str, str] = {}
        self.members: dict[str, ServiceProcess] = {}
        self.nginx = NginxServer(
            self.folder / GATEWAY, configuration=self._gateway(gateway or {}), port=self.port
        )

    @property
    def url(self) -> str:
        """The product's address: the gateway."""
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all processes."""
        return (POSTGRES, RABBITMQ, SMTP, *SERVICES, PORTAL, GATEWAY)

    @property
    def addresses(self) -> dict[str, str]:
        """Where everything listens: to look at one member without the gateway."""
        return {
            GATEWAY: self.url,
            **{name: f"http://{LOCALHOST}:{port}" for name, port in self.ports.items()},
            POSTGRES: self.postgres.url,
            RABBITMQ: self.rabbitmq.url,
            SMTP: self.smtp.url,
        }

    # -- all of it

    def start(self) -> None:
        """Return when every member is ready; raise ServerUnavailableError if one cannot be."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with ThreadPoolExecutor(2) as both:
                list(both.map(lambda server: server.start(), (self.postgres, self.rabbitmq)))
            self.smtp.start()
            self._make_databases()
            if self._before_services is not None:
                self._before_services(self)
            for name in (*SERVICES, PORTAL):
                self.members[name] = self._process(name, {})
                self.members[name].start(wait=False)
            for name in (*SERVICES, PORTAL):
                self._wait(name)
            self.nginx.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every process; with a temporary folder, remove it."""
        self.nginx.stop()
        with ThreadPoolExecutor(8) as together:
            list(together.map(lambda process: process.terminate(), self.members.values()))
        self.smtp.stop()
        self.rabbitmq.stop()
        self.postgres.stop()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def dead(self) -> list[str]:
        """The members that have ended although nobody stopped them."""
        ended = [name for name, process in self.members.items() if not process.alive]
        return ended if self.nginx.alive else [*ended, GATEWAY]

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    # -- one process by its name

    def start_one(self, name: str, *, environment: Mapping[str, str] | None = None) -> None:
        """Start one that was stopped; a member may get a further environment (a failpoint)."""
        if name in self.ports:
            self.members[name] = self._process(name, environment or {})
            self.members[name].start(wait=False)
            self._wait(name)
        else:
            self._server(name).start()

    def stop_one(self, name: str) -> None:
        """Stop one as a deployment would."""
        if name in self.ports:
            self.members[name].terminate()
        else:
            self._server(name).stop()

    def kill9(self, name: str) -> None:
        """End one as a power cut would. Servers named in the environment cannot be killed."""
        if name in self.ports:
            self.members[name].kill9()
            return
        server = self._server(name)
        if isinstance(server, SmtpServer):
            server.stop()
        elif isinstance(
            server, NginxServer | local_postgres.PostgresServer | local_rabbitmq.RabbitmqServer
        ):
            server.kill9()
        else:
            raise TypeError(f"{name} is not ours to kill: {server.description}")

    def restart(self, name: str, *, environment: Mapping[str, str] | None = None) -> None:
        """Stop one and start it again."""
        self.stop_one(name)
        self.start_one(name, environment=environment)

    def pid(self, name: str) -> int:
        """The process id of one."""
        process = self.members.get(name) or self._server(name)
        if isinstance(
            process,
            ServiceProcess
            | NginxServer
            | local_postgres.PostgresServer
            | local_rabbitmq.RabbitmqServer,
        ):
            return process.pid
        raise TypeError(f"{name} is not a process of ours")

    def log(self, name: str) -> Path:
        """The log file of a member."""
        return self.folder / "logs" / f"{name}.log"

    # -- making them

    def _server(
        self, name: str
    ) -> NginxServer | SmtpServer | local_postgres.NamedPostgres | local_rabbitmq.NamedRabbitmq:
        servers: dict[
            str,
            NginxServer | SmtpServer | local_postgres.NamedPostgres | local_rabbitmq.NamedRabbitmq,
        ] = {
            POSTGRES: self.postgres,
            RABBITMQ: self.rabbitmq,
            SMTP: self.smtp,
            GATEWAY: self.nginx,
        }
        return servers[name]

    def _make_databases(self) -> None:
        named = not isinstance(self.postgres, local_postgres.PostgresServer)
        for service in SERVICES:
            # On a server of somebody else's several topologies may be at work.
            database = f"certtrack_{self.port}_{service}" if named else service
            url = self._database(database)
            self.databases[service] = url
            upgrade(service, url)

    def _database(self, name: str) -> str:
        """A database with what an earlier start left in it, made if there is none."""
        made = self.folder / "databases" / name
        if made.exists():
            parts = urlsplit(self.postgres.url)
            return urlunsplit(parts._replace(scheme="postgresql+asyncpg", path=f"/{name}"))
        url = self.postgres.create_database(name)
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch()
        return url

    def _server_ports(self) -> dict[str, int]:
        """The same ports at every start in one folder: RabbitMQ names its data after its own."""
        remembered = self.folder / "ports.json"
        if remembered.exists():
            known: dict[str, int] = json.loads(remembered.read_text(encoding="utf-8"))
            return known
        chosen = {name: free_port() for name in (POSTGRES, RABBITMQ)}
        self.folder.mkdir(parents=True, exist_ok=True)
        remembered.write_text(json.dumps(chosen), encoding="utf-8")
        return chosen

    def _process(self, name: str, environment: Mapping[str, str]) -> ServiceProcess:
        return ServiceProcess(
            name,
            target=member(name).target,
            log=self.log(name),
            port=self.ports[name],
            root_path=member(name).prefix,
            environment={**self.environment_of(name), **environment},
        )

    def environment_of(self, name: str) -> dict[str, str]:
        """The settings of a member as environment variables."""
        common = {
            "CERTTRACK_PUBLIC_URL": self.url,
            "CERTTRACK_PROGRAMMES_FOLDER": str(REPOSITORY / "programmes"),
            "CERTTRACK_BUS_URL": self.rabbitmq.url,
            "CERTTRACK_JWKS_URL": f"{self.addresses['identity']}/.well-known/jwks.json",
            "CERTTRACK_GATEWAY_URL": f"http://{LOCALHOST}:{self.inside_port}",
            "CERTTRACK_SMTP_HOST": LOCALHOST,
            "CERTTRACK_SMTP_PORT": str(self.smtp.port),
            **self.environment.get("*", {}),
        }
        if name in SERVICES:
            common["CERTTRACK_DATABASE_URL"] = self.databases[name]
            # On one machine the instances of a service can share a folder.
            common["CERTTRACK_STORAGE_URL"] = f"file:{(self.folder / 'files').absolute()}"
        return {**common, **self.environment.get(name, {})}

    def _wait(self, name: str) -> None:
        self.members[name].wait_ready(path="/healthz" if name == PORTAL else "/readyz")

    def _gateway(self, overrides: Mapping[str, str]) -> str:
        folder = self.folder / GATEWAY
        upstreams = {
            f"GATEWAY_{name.upper()}": f"{LOCALHOST}:{port}" for name, port in self.ports.items()
        }
        path = render(
            folder,
            {
                **upstreams,
                "GATEWAY_LISTEN": f"{LOCALHOST}:{self.port}",
                "GATEWAY_INTERNAL_LISTEN": f"{LOCALHOST}:{self.inside_port}",
                "GATEWAY_PUBLIC_URL": self.url,
                "GATEWAY_RESOLVE": "",
                "GATEWAY_RESOLVER": LOCALHOST,
                "GATEWAY_STATE": str(folder),
                "GATEWAY_DOCUMENTS": str(REPOSITORY / "docs"),
                "GATEWAY_ACCESS_LOG": str(folder / "access.log"),
                "GATEWAY_ERROR_LOG": str(folder / "nginx.log"),
                **overrides,
            },
        )
        text = path.read_text(encoding="utf-8")
        # Workers of a root nginx would be somebody who may not read this checkout.
        return f"user root;\n{text}" if os.geteuid() == 0 else text
