"""Which event a difference is: each change of a certification is published once, as one event.

All but CertificationExpired carry the whole state, so that a consumer that has missed the ones
before loses nothing; therefore a certification that has run out under new dates is renewed with
the status expired.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.certifications.domain import Cycle, Standing, reason
from services.certifications.domain.wording import written
from services.certifications.handlers.findings import Change
from services.certifications.queries import Recorded
from services.certifications.reminders import Reminder
from shared.events import (
    CertificationEarned,
    CertificationExpired,
    CertificationExpiring,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationSuspended,
    Event,
)
from shared.programmes import Programme

# A new award, as against more of the same: by requirement, by staff, or in place of another.
_AWARDS = ("earned", "granted", "migrated")
WITHDRAWN = "Withdrawn"


def awards(standing: Standing) -> int:
    """Return how often a certification was given: 1, or more when earned anew."""
    return sum(term.kind in _AWARDS for term in standing.cycles)


def latest(standing: Standing) -> Cycle:
    """Return the latest term of what was earned."""
    return standing.cycles[-1]


def news_of(before: Recorded | None, standing: Standing) -> type[Event] | None:
    """Return the event that tells how a standing differs from what is recorded; None: nothing."""
    was = None if before is None or before.withdrawn else before
    by_staff = _held_back(standing.status, standing.grace_until)
    if by_staff is not None and (was is None or was.status != standing.status or was.grace_until):
        return by_staff
    if before is None:
        return CertificationEarned
    if was is None:
        return CertificationReinstated
    if by_staff is None and _held_back(was.status, was.grace_until) is not None:
        return CertificationReinstated
    return _of_time(was, standing)


def _of_time(was: Recorded, standing: Standing) -> type[Event] | None:
    status = standing.status
    if awards(standing) > was.cycle:
        return CertificationEarned
    if status == "replaced" and was.status != "replaced":
        return CertificationReplaced
    if standing.grace_until is not None and (was.status, was.grace_until) != (
        status,
        standing.grace_until,
    ):
        return CertificationGraceStarted
    if _moved(was, standing):
        return CertificationRenewed
    if status == was.status:
        return None
    return CertificationExpired if status == "expired" else CertificationRenewed


def _held_back(status: str, grace_until: date | None) -> type[Event] | None:
    if status == "revoked":
        return CertificationRevoked
    # What a programme calls suspended while it may still be renewed is a grace.
    if status == "suspended" and grace_until is None:
        return CertificationSuspended
    return None


def _moved(row: Recorded, standing: Standing) -> bool:
    term = latest(standing)
    return (row.started_on, row.active_on, row.expires_on, row.cycle) != (
        term.started_on,
        term.active_on,
        term.expires_on,
        awards(standing),
    ) or (standing.number is not None and standing.number != row.number)


def event_of(programme: Programme, change: Change, row: Mapping[str, Any]) -> Event:
    """Return the event of a changed certification; row: what is written of it."""
    _, standing, before, kind, *_ = change
    if kind is CertificationExpired:
        return CertificationExpired(
            programme=programme.id,
            candidate_id=row["candidate_id"],
            version=row["version"],
            certification=row["code"],
            expired_on=row["expires_on"],
            name=programme.certifications[row["code"]].name,
            status=row["status"],
            status_text=programme.statuses.expired,
            reason=f"Its last day was {written(row['expires_on'])} and nothing renewed it by then.",
        )
    more: dict[str, Any] = {"reason": _why(kind, programme, standing)}
    if kind is CertificationRevoked:
        more["by"] = "staff"
    elif kind is CertificationGraceStarted:
        more["grace_until"] = standing.grace_until
    elif kind is CertificationEarned:
        more["decided_at"] = change.decided_at
    elif kind is CertificationRenewed and before is not None:
        more["corrected"] = not _later(row["expires_on"], before.expires_on)
        more["decided_at"] = change.decided_at
    elif kind is CertificationReplaced:
        more["successor"] = _successor(programme, standing)
    return kind(**_state(programme, row), **more)


def _later(last: date | None, before: date | None) -> bool:
    """Tell whether a last day is later than another; None: there is none."""
    return before is not None and (last is None or last > before)


def withdrawn_event(programme: Programme, row: Mapping[str, Any]) -> CertificationRevoked:
    """Return the event of a certification that the facts no longer support."""
    state = {**_state(programme, row), "status": "revoked", "status_text": WITHDRAWN}
    return CertificationRevoked(
        **state, by="facts", reason="What is recorded of the candidate no longer supports it."
    )


def reminder_event(
    programme: Programme, row: Mapping[str, Any], reminder: Reminder, today: date
) -> CertificationExpiring:
    """Return the event of a reminder; it tells of the version that it reminds of."""
    last: date = row["expires_on"]
    return CertificationExpiring(
        **_state(programme, row),
        reason=f"Its last day is {written(last)}.",
        reminder=reminder.offset,
        days_left=(last - today).days,
    )


def _state(programme: Programme, row: Mapping[str, Any]) -> dict[str, Any]:
    one = programme.certifications[row["code"]]
    return {
        "programme": programme.id,
        "candidate_id": row["candidate_id"],
        "version": row["version"],
        "certification": one.code,
        "name": one.name,
        "title": one.full_title,
        "level": one.level,
        "category": one.category,
        "number": row["number"],
        "cycle": row["cycle"],
        "started_on": row["started_on"],
        "active_on": row["active_on"],
        "expires_on": row["expires_on"],
        "verification_code": row["verification_code"],
        "status": row["status"],
        "status_text": getattr(programme.statuses, row["status"]),
    }


def _why(kind: type[Event], programme: Programme, standing: Standing) -> str:
    if kind in (CertificationRevoked, CertificationSuspended) and standing.because:
        return standing.because
    if kind is CertificationGraceStarted and standing.grace_until and standing.expires_on:
        return (
            f"Its last day was {written(standing.expires_on)}; it may still be renewed through "
            f"{written(standing.grace_until)}."
        )
    if kind is CertificationReplaced:
        successor = programme.certifications[_successor(programme, standing)]
        return f"{successor.name} goes on in its place, with the same dates."
    return reason(programme, latest(standing))


def _successor(programme: Programme, standing: Standing) -> str:
    succession = programme.certifications[standing.certification].succeeded_by
    return standing.certification if succession is None else succession.certification
