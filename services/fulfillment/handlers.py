"""What fulfillment does: entitle candidates to kits."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from services.fulfillment.domain import State, free_initial_kit
from services.fulfillment.models import ENTITLEMENT_KEY, Entitlement
from shared.context import context
from shared.events import CertificationEarned, CertificationReinstated, CertificationRevoked
from shared.ids import uuid7
from shared.rows import upsert

Kept: TypeAlias = CertificationEarned | CertificationReinstated | CertificationRevoked


async def entitle(session: AsyncSession, events: Sequence[Kept]) -> None:
    """Entitle each holder to the free initial kit of a certification, where it has one.

    Once for good: neither a repeated event nor an award earned anew gives a second kit. What is
    revoked takes the kit back, what is reinstated gives it again; the newest event wins.
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
            "state": _state(event),
            "created_at": now,
        }
    await upsert(
        session,
        Entitlement,
        # Sorted, so that two consumers that meet on the same rows lock them in one order.
        [rows[key] for key in sorted(rows)],
        key=ENTITLEMENT_KEY,
        update=("name", "earned_on", "version", "state"),
        newer="version",
    )


def _state(event: Kept) -> State:
    return "withdrawn" if isinstance(event, CertificationRevoked) else "claimable"
