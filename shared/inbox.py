"""The inbox: a message takes effect once, however often it is delivered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared.envelope import Message
from shared.outbox import INBOX
from shared.rows import insert_new


async def claim(session: AsyncSession, messages: Sequence[Message], now: datetime) -> list[Message]:
    """Return the messages seen for the first time, noting them in the effect's own transaction."""
    wanted = {message.id: message for message in messages}
    rows = [{"message_id": id_, "received_at": now} for id_ in wanted]
    taken = await insert_new(session, INBOX, rows, returning=("message_id",))
    return [wanted[row["message_id"]] for row in taken]
