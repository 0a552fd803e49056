"""The tables of notifications: contacts, e-mails, and the local mailbox of a demonstration."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, MetaData, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import JSON_, NAMING, IdMixin, UTCDateTime, kernel_tables


class Base(DeclarativeBase):
    """The service's own metadata, with the kernel's tables beside its own."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


class Contact(Base):
    """Local copy of how to reach a candidate; without an address nothing can be sent yet."""

    __tablename__ = "contacts"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    email: Mapped[str | None] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(35))
    version: Mapped[int]


class Email(IdMixin, Base):
    """One e-mail from its cause to its fate.

    natural_key names the cause, so that the same cause never makes two e-mails.
    priority: lower goes out first. data is what the template says; secret is the link token, gone
    once the e-mail is settled.
    to_address is fixed from the start for a sign-in link, else taken from the contact on sending.
    """

    __tablename__ = "emails"
    __table_args__ = (
        UniqueConstraint("natural_key"),
        Index(
            "ix_emails_due",
            "priority",
            "next_attempt_at",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(
            "ix_emails_waiting",
            "programme",
            "candidate_id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index("ix_emails_programme", "programme", "id"),
    )

    programme: Mapped[str] = mapped_column(String(40))
    candidate_id: Mapped[str | None] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(40))
    natural_key: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    priority: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON_)
    secret: Mapped[str | None] = mapped_column(Text)
    to_address: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(300))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MailboxItem(Base):
    """An e-mail as it was delivered to the local mailbox of a demonstration."""

    __tablename__ = "mailbox"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    to_address: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
