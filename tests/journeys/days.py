"""Days as the programmes of the demonstration count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.clock import years_on

_ZONE = ZoneInfo("America/Los_Angeles")


def ago(days: int = 0) -> str:
    """The calendar day so many days before today; negative for the future."""
    return (datetime.now(UTC).astimezone(_ZONE).date() - timedelta(days)).isoformat()


def three_years_after(day: str) -> str:
    """The last day of a term that began on a day."""
    return years_on(date.fromisoformat(day), 3).isoformat()
