"""Notes: what of a portion is out already, each written down before the next one is sent."""

from types import TracebackType
from typing import Self

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.handlers.delivery import Fate
from shared.database import Database
from shared.tables import UTCDateTime

# A link token has done its work once the e-mail is out, and is nobody's business after.
_OUT = text(
    "UPDATE emails SET sent_at = :sent_at, to_address = :to_address, subject = :subject, "
    "secret = NULL WHERE id = :id AND state = 'queued'"
).bindparams(bindparam("id", type_=Uuid), bindparam("sent_at", type_=UTCDateTime))


class Notes:
    """Notes which e-mails are out, so that none is sent again though nobody lives to settle them.

    It is all that must outlive the process, and costs a fraction of settling each by itself.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def add(self, fate: Fate) -> None:
        """Note that an e-mail is out; it is committed on return."""
        values = {
            "id": fate.email.id,
            "sent_at": fate.sent_at,
            "to_address": fate.to_address,
            "subject": fate.subject,
        }
        if self._database.dialect == "sqlite":
            # Its writers queue up, and none of them may keep the others waiting for a portion.
            async with self._database.transaction() as session:
                await session.execute(_OUT, values)
            return
        if self._connection is None:
            # One statement each, which PostgreSQL commits without being told to.
            engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._connection = await engine.connect()
        await self._connection.execute(_OUT, values)
