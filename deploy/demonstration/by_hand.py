"""What the demonstration's staff record by hand, because no vendor reports it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

# So that the same action is recorded once, however often the demonstration runs.
_NAMESPACE = UUID("0193a5b0-6c1f-7d33-9c55-2f0d7a4b6e10")
# The demonstration's own candidate, and the place of others in the list of candidates.
FIRST, SECOND, THIRD = range(3)


@dataclass(frozen=True, slots=True)
class ByHand:
    """One action about one candidate; `tells` is what to say of it."""

    candidate: int
    action: dict[str, Any]
    tells: str

    def body(self, candidate_id: str) -> dict[str, Any]:
        """Return what is posted, under an id that the same action always has."""
        return {**self.action, "id": str(uuid5(_NAMESPACE, f"{candidate_id} {self.tells}"))}


def by_hand(today: date) -> list[ByHand]:
    """Return the actions, with days around the present one."""

    def ago(days: int) -> str:
        return (today - timedelta(days=days)).isoformat()

    def activity(points: int, title: str, provider: str, days: int, **more: Any) -> dict[str, Any]:
        return {
            "action": "credits",
            "points": points,
            "title": title,
            "provider": provider,
            "day": ago(days),
            "submitted_on": ago(0),
            "reason": "Attendance confirmed by the provider",
            **more,
        }

    return [
        ByHand(
            FIRST,
            activity(5, "Segment routing in practice", "Example Learning", 2),
            "5 credits for a course",
        ),
        ByHand(
            FIRST,
            activity(5, "Technical sessions of the yearly conference", "Example Events", 1),
            "5 credits for a conference",
        ),
        ByHand(
            FIRST,
            activity(16, "Wireless surveys, digital course", "Example Learning", 1, pending=True),
            "16 credits still under review",
        ),
        ByHand(
            FIRST,
            {
                "action": "grant",
                "certification": "Specialist-ENSDWI",
                "expires_on": (today + timedelta(days=60)).isoformat(),
                "reason": "Recognised from a partner's programme",
            },
            "a certification granted by hand, for sixty days",
        ),
        ByHand(
            SECOND,
            {
                "action": "suspend",
                "certification": "CCNA",
                "reason": "A question about the test session is open",
            },
            "a certification suspended",
        ),
        ByHand(
            THIRD,
            {
                "action": "revoke",
                "certification": "CCNA",
                "reason": "The agreement was broken",
            },
            "a certification revoked",
        ),
    ]
