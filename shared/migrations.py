"""Migrations: the one Alembic environment that all services share."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url

from shared.database import Database

# Any number does; all processes that migrate one database must wait for each other on it.
_LOCK = 7_310_441


def configuration(service: str, database_url: str | None = None) -> Config:
    """Return the Alembic configuration of a service."""
    config = Config()
    config.set_main_option("script_location", f"services.{service}:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def upgrade(service: str, database_url: str) -> None:
    """Bring a service's database to the newest version; makes the folder of a SQLite file."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(configuration(service, database_url), "head")


def newest(service: str) -> str | None:
    """Return the version that the code expects."""
    return ScriptDirectory.from_config(configuration(service)).get_current_head()


def run_environment(metadata: MetaData) -> None:
    """Run the migrations asked for; called by each service's env.py."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given, metadata)
        return
    asyncio.run(_run_online(context.config.attributes["database_url"], metadata))


async def _run_online(url: str, metadata: MetaData) -> None:
    database = Database(url, pool=1, patient=True)
    try:
        async with database.engine.execution_options(writing=True).begin() as connection:
            await connection.run_sync(_run, metadata)
    finally:
        await database.close()


def _run(connection: Connection, metadata: MetaData) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET lock_timeout = '30s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
