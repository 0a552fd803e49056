"""The two ways to run, as a test sees them: addresses for databases and for the bus."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from deploy.local.postgres import NamedPostgres
from deploy.local.rabbitmq import NamedRabbitmq


@dataclass
class Mode:
    """One test's own databases and bus; nothing in them before, nobody else's afterwards."""

    name: Literal["embedded", "distributed"]
    folder: Path
    postgres: NamedPostgres | None = None
    rabbitmq: NamedRabbitmq | None = None
    _databases: dict[str, str] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)
    _bus_url: str = ""

    @property
    def distributed(self) -> bool:
        return self.name == "distributed"

    @property
    def bus_url(self) -> str:
        """``embedded:``, or a vhost of this test's own."""
        if self.rabbitmq is None:
            return "embedded:"
        if not self._bus_url:
            self._bus_url = self.rabbitmq.create_vhost()
        return self._bus_url

    def database_url(self, service: str) -> str:
        """The same empty database each time one service asks."""
        if service not in self._databases:
            if self.postgres is None:
                url = f"sqlite+aiosqlite:///{self.folder / service}.sqlite3"
            else:
                name = f"{service}_{secrets.token_hex(6)}"
                self._made.append(name)
                url = self.postgres.create_database(name)
            self._databases[service] = url
        return self._databases[service]

    def end(self) -> None:
        """Drop what was made on the server."""
        for name in self._made:
            if self.postgres is not None:
                self.postgres.drop_database(name)
