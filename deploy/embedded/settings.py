"""Settings of the product in one process, and of work on its databases from outside."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.certifications.settings import Settings as CertificationsSettings
from services.exams.settings import ExamsSettings
from services.fulfillment.settings import Settings as FulfillmentSettings
from services.identity.settings import IdentitySettings
from services.notifications.settings import Settings as NotificationsSettings
from services.transcripts.settings import Settings as TranscriptsSettings
from shared.settings import Settings

_CLASSES: Mapping[str, type[Settings]] = {
    "identity": IdentitySettings,
    "exams": ExamsSettings,
    "certifications": CertificationsSettings,
    "fulfillment": FulfillmentSettings,
    "transcripts": TranscriptsSettings,
    "notifications": NotificationsSettings,
}


def settings_class(service: str) -> type[Settings]:
    """The class of a service's settings."""
    return _CLASSES[service]


class EmbeddedSettings(Settings):
    """The kernel's settings, and where the data of all services is.

    data: the folder of the SQLite files, one for each service;
    databases: a database address with {service} in it, instead of the SQLite files;
    mailbox: whether mail stays in the mailbox page; not said, it does outside production.
    """

    data: Path = Path("var/data")
    databases: str | None = None
    mailbox: bool | None = None

    def database_of(self, service: str) -> str:
        """The address of a service's own database."""
        if self.databases:
            return self.databases.replace("{service}", service)
        return f"sqlite+aiosqlite:///{(self.data / f'{service}.db').absolute()}"

    def of(self, service: str) -> Any:
        """A service's own settings: what they share is handed on, the rest is the environment's."""
        shared = self.model_dump(include=set(Settings.model_fields))
        shared |= {"database_url": self.database_of(service), "bus_url": "embedded:"}
        if service == "exams" and "CERTTRACK_INBOX_FOLDER" not in os.environ:
            shared["inbox_folder"] = (self.data / "inbox").absolute()
        if service == "notifications":
            unsaid = self.mailbox is None and self.environment != "production"
            shared["mailbox"] = self.mailbox or unsaid
        return settings_class(service)(**shared)
