"""Column types that work on both databases, and the kernel's own tables in each service."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from shared.ids import uuid7

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: TIMESTAMPTZ on PostgreSQL, UTC text on SQLite, always aware in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants, which would mean another moment on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back aware."""
        del dialect  # both databases give the same kind of value
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class JSONDocument(TypeDecorator[Any]):
    """A JSON document: JSONB on PostgreSQL, JSON text on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the database's own JSON type."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


# The short name that models use.
JSON_ = JSONDocument


class IdMixin:
    """A time-ordered UUID as primary key."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)


def kernel_tables(metadata: MetaData) -> None:
    """Put the kernel's tables into a service's metadata, so that its migrations make them."""
    outbox = Table(
        "outbox",
        metadata,
        TableColumn("id", Uuid, primary_key=True),
        TableColumn("type", String(80), nullable=False),
        TableColumn("events", Integer, nullable=False),
        TableColumn("body", LargeBinary, nullable=False),
        TableColumn("secret", Integer, nullable=False, server_default="0"),
        TableColumn("created_at", UTCDateTime, nullable=False),
        TableColumn("published_at", UTCDateTime),
    )
    Index(
        "ix_outbox_unpublished",
        outbox.c.id,
        postgresql_where=outbox.c.published_at.is_(None),
        sqlite_where=outbox.c.published_at.is_(None),
    )
    Index("ix_outbox_type", outbox.c.type, outbox.c.id)
    Table(
        "inbox",
        metadata,
        TableColumn("message_id", Uuid, primary_key=True),
        TableColumn("received_at", UTCDateTime, nullable=False, index=True),
    )
    Table(
        "parked",
        metadata,
        TableColumn("id", Uuid, primary_key=True),
        TableColumn("message_id", String(80)),
        TableColumn("event_id", String(80)),
        TableColumn("programme", String(40)),
        TableColumn("type", String(200), nullable=False),
        TableColumn("subject", String(80)),
        TableColumn("body", LargeBinary, nullable=False),
        TableColumn("error", Text, nullable=False),
        TableColumn("attempts", Integer, nullable=False, server_default="1"),
        TableColumn("parked_at", UTCDateTime, nullable=False),
        TableColumn("state", String(10), nullable=False, server_default="parked"),
        TableColumn("settled_at", UTCDateTime),
        TableColumn("settled_by", String(200)),
    )
    # Who has been merged into whom (shared/merges.py): a row stays, with its survivor or none, so
    # that an older event never overwrites a newer one.
    merges = Table(
        "candidate_merges",
        metadata,
        TableColumn("programme", String(40), primary_key=True),
        TableColumn("candidate_id", String(40), primary_key=True),
        TableColumn("survivor", String(40)),
        TableColumn("version", Integer, nullable=False),
    )
    Index("ix_candidate_merges_survivor", merges.c.programme, merges.c.survivor)
    # Who is erased (shared/my_data): whatever comes late about them makes nothing anew. `traces` is
    # what their data is still looked for by, gone once nothing more can come.
    Table(
        "erasures",
        metadata,
        TableColumn("candidate_id", String(40), primary_key=True),
        TableColumn("programme", String(40), nullable=False),
        TableColumn("request_id", Uuid, nullable=False),
        TableColumn("keep", JSONDocument, nullable=False),
        TableColumn("traces", JSONDocument),
        TableColumn("erased_at", UTCDateTime, nullable=False),
        TableColumn("settles_at", UTCDateTime, nullable=False),
        TableColumn("swept_at", UTCDateTime),
        TableColumn("finished_at", UTCDateTime),
    )
    # Numbers of vendors that belonged to somebody who is erased, as SHA-256.
    Table(
        "erased_marks",
        metadata,
        TableColumn("digest", String(64), primary_key=True),
        TableColumn("until", UTCDateTime),
    )
    # Copies of a person's data that were asked for, until this service's part is written.
    Table(
        "data_copies",
        metadata,
        TableColumn("request_id", Uuid, primary_key=True),
        TableColumn("programme", String(40), nullable=False),
        TableColumn("candidate_ids", JSONDocument, nullable=False),
        TableColumn("requested_at", UTCDateTime, nullable=False),
        TableColumn("written_at", UTCDateTime),
    )
