"""Waiting for what an erasure does after it was heard of."""

import asyncio

from sqlalchemy import select

from shared.context import ServiceContext
from shared.my_data.tombstones import ERASURES


async def swept(here: ServiceContext) -> None:
    """Wait until bodies and files have been gone through: before that no service is stopped."""
    for _ in range(1000):
        async with here.database.reading() as session:
            left = select(ERASURES.c.candidate_id).where(ERASURES.c.swept_at.is_(None))
            if await session.scalar(left) is None:
                return
        await asyncio.sleep(0.01)
    raise AssertionError("the sweeps did not come to an end")
