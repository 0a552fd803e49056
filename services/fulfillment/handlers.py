"""What fulfillment does: entitle candidates to kits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.fulfillment.domain import free_initial_kit
from services.fulfillment.models import ENTITLEMENT_KEY, Entitlement
from shared.context import context
from shared.events import CertificationEarned
from shared.ids import uuid7
from shared.rows import upsert


async def entitle(session: AsyncSession, events: Sequence[CertificationEarned]) -> None:
    """Entitle each holder to the free initial kit of a certification, where it has one.

    Once for good: neither a repeated event nor an award earned anew gives a second kit.
    """
    here = context(session)
    now = here.clock.now()
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for event in sorted(events, key=lambda event: event.version):
        kit = free_initial_kit(here.programmes[event.programme], event.certification)
        if kit is None:
            continue
        rows[event.programme, str(event.candidate_id), event.certification] = {
            "id": uuid7(),
            "programme": event.programme,
            "candidate_id": event.candidate_id,
            "certification": event.certification,
            "kind": "initial",
            "kit": kit.code,
            "name": event.name,
            "earned_on": event.active_on,
            "version": event.version,
            "state": "claimable",
            "created_at": now,
        }
    await upsert(
        session,
        Entitlement,
        # Sorted, so that two consumers that meet on the same rows lock them in one order.
        [rows[key] for key in sorted(rows)],
        key=ENTITLEMENT_KEY,
        update=("name", "earned_on", "version"),
        newer="version",
    )
