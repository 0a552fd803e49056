"""Who works for the programmes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.identity.domain.links import LinkState, state_of
from services.identity.domain.roles import scopes_of
from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class StaffRole(Base):
    """A role that a staff member has in one programme."""

    __tablename__ = "staff_roles"

    staff_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StaffMember(IdMixin, Base):
    """Somebody who works for one or several programmes."""

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    # None until the invitation has been followed.
    password_hash: Mapped[str | None] = mapped_column(Text)
    # Scopes given one by one on the command line, alike in all these programmes; where somebody
    # has a role, only the roles count.
    programmes: Mapped[list[str]] = mapped_column(JSON_)
    scopes: Mapped[list[str]] = mapped_column(JSON_)
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Always loaded with the member: without them nobody can say what the member may do.
    roles: Mapped[list[StaffRole]] = relationship(
        lazy="selectin", order_by=(StaffRole.programme, StaffRole.role), viewonly=True
    )

    @property
    def may_sign_in(self) -> bool:
        """Whether there is anything that the member may do here."""
        return self.active and bool(self.grants)

    def roles_in(self, programme: str) -> list[str]:
        """Return the member's roles in a programme."""
        return [one.role for one in self.roles if one.programme == programme]

    @property
    def grants(self) -> dict[str, frozenset[str]]:
        """What the member may do, by programme; programmes without any right are left out."""
        names = {one.programme for one in self.roles}
        grants = {name: frozenset(self.scopes) for name in self.programmes if name not in names}
        grants |= {name: scopes_of(self.roles_in(name)) for name in names}
        return {name: scopes for name, scopes in sorted(grants.items()) if scopes}


class StaffLink(IdMixin, Base):
    """A mailed single-use link with which a staff member sets a password; kept as SHA-256."""

    __tablename__ = "staff_links"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("staff.id", ondelete="CASCADE"), index=True
    )
    # invitation or forgotten
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Ended by a newer link, or because the member was deactivated.
    void_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def state(self, now: datetime) -> LinkState:
        """Return whether the link works at that instant, and if not, why."""
        return state_of(
            used_at=self.used_at, void_at=self.void_at, expires_at=self.expires_at, now=now
        )


class StaffLinkRequest(IdMixin, Base):
    """Somebody asked for a staff member's link; a job answers, known address or not."""

    __tablename__ = "staff_link_requests"

    programme: Mapped[str] = mapped_column(String(40))
    email_key: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
