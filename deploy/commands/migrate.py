"""`certtrack migrate`: databases to the version of this code."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.console import WRONG_INPUT, give_up, say
from deploy.commands.sign_ins import sign_ins
from deploy.embedded.settings import EmbeddedSettings
from deploy.members import SERVICES
from deploy.offline import settings_for
from deploy.seeding import seed
from shared.migrations import newest, upgrade

Data = Annotated[
    Path | None,
    typer.Option(envvar="CERTTRACK_DATA", help="Folder of the SQLite files (default var/data)."),
]


def bring_up_to_date(settings: EmbeddedSettings) -> None:
    """Migrate the databases of all services; must not be called inside an event loop."""
    for service in SERVICES:
        upgrade(service, settings.database_of(service))


def migrate(
    service: Annotated[str, typer.Argument(help="A service, or all.")] = "all",
    data: Data = None,
    *,
    demonstration: Annotated[
        bool,
        typer.Option(
            "--demonstration",
            help="Then put the demonstration's people there, unless this is production.",
        ),
    ] = False,
) -> None:
    """Bring the database of a service, or of all, to the version of this code.

    CERTTRACK_DATABASES (an address with {service} in it) names databases on a server; otherwise
    the SQLite files in the data folder are meant.
    """
    if service not in (*SERVICES, "all"):
        give_up(f"There is no service {service!r}: {', '.join(SERVICES)}, or all.", WRONG_INPUT)
    settings = settings_for(data)
    for one in SERVICES if service == "all" else (service,):
        try:
            upgrade(one, settings.database_of(one))
        except OSError as fault:
            give_up(f"The database of {one} cannot be reached: {fault}")
        say(f"{one}: at version {newest(one)}")
    if demonstration and settings.environment != "production":
        seed(settings)
        say("\n".join(sign_ins()))
