"""The demonstration's people, put into identity's database while nothing of it runs."""

import asyncio

from deploy.embedded.settings import EmbeddedSettings
from deploy.offline import taken
from services.identity import demonstration


def seed(settings: EmbeddedSettings) -> None:
    """Create them where they are missing; raise StartRefused in production."""

    async def run() -> None:
        async with taken("identity", settings) as identity:
            await demonstration.seed(identity.state.context)

    asyncio.run(run())
