"""Days and instants as the pages show them: 2021-Apr-01, in the programme's time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from markupsafe import Markup

NOTHING = Markup('<span class="none" aria-hidden="true">–</span>')
DAY_PATTERN = "yyyy-MMM-dd"
INSTANT_PATTERN = "yyyy-MMM-dd HH:mm"


def parse_day(value: date | str | None) -> date | None:
    """Return the calendar day an API answer means, None for none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(value[:10]) if value else None


def parse_instant(value: datetime | str | None) -> datetime | None:
    """Return the instant an API answer means, aware, None for none."""
    if not value:
        return None
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def show_day(value: date | str | None, locale: str = "en") -> Markup:
    """Return a day for the page: <time datetime="2021-04-01">2021-Apr-01</time>."""
    day = parse_day(value)
    if day is None:
        return NOTHING
    words = format_date(day, DAY_PATTERN, locale=locale)
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words)


def show_day_in(value: datetime | str | None, timezone: str, locale: str = "en") -> Markup:
    """Return the day on which an instant falls in a time zone; the time on hover."""
    instant = parse_instant(value)
    if instant is None:
        return NOTHING
    there = instant.astimezone(ZoneInfo(timezone))
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.astimezone(UTC).isoformat(timespec="seconds"),
        format_datetime(there, INSTANT_PATTERN, tzinfo=there.tzinfo, locale=locale),
        format_date(there.date(), DAY_PATTERN, locale=locale),
    )


def show_instant(value: datetime | str | None, timezone: str = "UTC", locale: str = "en") -> Markup:
    """Return an instant for the page, in the programme's time zone, which it names on hover."""
    instant = parse_instant(value)
    if instant is None:
        return NOTHING
    words = format_datetime(instant, INSTANT_PATTERN, tzinfo=ZoneInfo(timezone), locale=locale)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.astimezone(UTC).isoformat(timespec="seconds"), timezone, words
    )


def days_until(value: date | str | None, today: date) -> int | None:
    """Return how many days are left until a day; the day itself is 0."""
    day = parse_day(value)
    return None if day is None else (day - today).days


def share_gone(start: date | str | None, end: date | str | None, today: date) -> int | None:
    """Return how much of a term has gone by, 0..100, None when it has no end."""
    first, last = parse_day(start), parse_day(end)
    if first is None or last is None or last <= first:
        return None
    return max(0, min(100, round(100 * (today - first).days / (last - first).days)))
