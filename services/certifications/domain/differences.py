"""What other rules would make of one candidate's certifications."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from services.certifications.domain.state import Standing, State
from shared.programmes import Programme

Change: TypeAlias = Literal["gained", "lost", "dates"]


class Difference(NamedTuple):
    """One certification that stands otherwise under the changed rules.

    `gained` and `lost` are about being active; whatever else differs, a day or a status, is
    `dates`. A tuple of plain values, because it travels between processes.
    """

    certification: str
    change: Change
    before_status: str
    before_active_on: date | None
    before_expires_on: date | None
    after_status: str
    after_active_on: date | None
    after_expires_on: date | None
    sentence: str


def differences(
    present: Programme, changed: Programme, before: State, after: State
) -> Iterator[Difference]:
    """Compare what one set of facts gives under two versions of a programme, on one day."""
    for code in sorted(before.standings.keys() | after.standings.keys()):
        old, new = before[code], after[code]
        if _seen(old) == _seen(new):
            continue
        yield Difference(
            code,
            _change(old, new),
            old.status,
            old.active_on,
            old.expires_on,
            new.status,
            new.active_on,
            new.expires_on,
            _sentence(present, changed, old, new),
        )


def _seen(standing: Standing) -> tuple[object, ...]:
    return (
        standing.status,
        standing.started_on,
        standing.active_on,
        standing.expires_on,
        standing.grace_until,
    )


def _change(old: Standing, new: Standing) -> Change:
    if old.holding == new.holding:
        return "dates"
    return "gained" if new.holding else "lost"


def _sentence(present: Programme, changed: Programme, old: Standing, new: Standing) -> str:
    code = new.certification
    known = changed.certifications.get(code) or present.certifications[code]
    if code not in changed.certifications:
        now = "it is no longer part of the programme"
    else:
        now = _described(changed, new)
    was = _described(present, old)
    match _change(old, new):
        case "gained":
            return f"Gains {known.name}: {now}; before: {was}"
        case "lost":
            return f"Loses {known.name}: {now}; before: {was}"
        case _:
            return f"Changes {known.name}: {now}; before: {was}{_moved(old, new)}"


def _described(programme: Programme, standing: Standing) -> str:
    text = str(getattr(programme.statuses, standing.status))
    if standing.active_on is None:
        return text
    last = "for a lifetime" if standing.expires_on is None else f"to {standing.expires_on}"
    grace = "" if standing.grace_until is None else f", grace until {standing.grace_until}"
    return f"{text}, {standing.active_on} {last}{grace}"


def _moved(old: Standing, new: Standing) -> str:
    if old.expires_on is None or new.expires_on is None or old.expires_on == new.expires_on:
        return ""
    days = (new.expires_on - old.expires_on).days
    count = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f" (last day {count} {'later' if days > 0 else 'earlier'})"
