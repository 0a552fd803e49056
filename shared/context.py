"""What a running service has at hand: one object, reachable from a request and from a session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from shared.clock import Clock
    from shared.database import Database
    from shared.programmes import Programmes


@dataclass
class ServiceContext:
    """The collaborators of one running service.

    extras: what the service itself adds (a mailer, signing keys); filled while it starts.
    """

    name: str
    settings: Any
    clock: Clock
    database: Database
    programmes: Programmes
    extras: dict[str, Any] = field(default_factory=dict)
    _wakers: dict[str, asyncio.Event] = field(default_factory=dict)

    def waker(self, name: str) -> asyncio.Event:
        """Return the event that a job waits for."""
        return self._wakers.setdefault(name, asyncio.Event())

    def wake(self, name: str) -> None:
        """Run a job at once instead of at its next time."""
        self.waker(name).set()


def context(session: AsyncSession) -> ServiceContext:
    """Return the context of the service that opened a session."""
    found: ServiceContext = session.info["context"]
    return found


def wake_after_commit(session: AsyncSession, name: str) -> None:
    """Run a job at once when this session's transaction has been committed."""
    session.info.setdefault("wake", set()).add(name)
