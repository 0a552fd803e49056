"""Why a term ends on the day it does: what was counted from where, and what moved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import Granted, Held, Prolonged
from services.certifications.domain.own_days import counted_from
from services.certifications.domain.reasons import staff_reason
from services.certifications.domain.rule import Anchor
from services.certifications.domain.state import Cycle
from services.certifications.domain.wording import listed, written
from shared.programmes import DayOfYear, Override, Period, Policy, Programme

_SINCE: dict[Anchor, str] = {
    "requirement_met": "the day the requirement was met",
    "old_expiry": "the last day it had before",
    "fixed_cycle": "the last day of the cycle before",
}


@dataclass(frozen=True, slots=True)
class _Origin:
    """How a last day came about, before any override moved it, and which day that was."""

    how: str
    day: date | None
    hint: str = ""


def why_it_ends(programme: Programme, dossier: Dossier, cycles: Sequence[Cycle], at: int) -> str:
    """The sentence for the last day of one of the terms of a certification, oldest first."""
    cycle = cycles[at]
    last = cycle.expires_on
    if last is None:
        return "It never expires."
    whole = f"valid through the whole of {written(last)} ({programme.timezone})."
    origin = _origin(programme, dossier, cycles, at)
    if not cycle.overrides or origin.day is None:
        return f"{origin.how}; {whole}{origin.hint}"
    known = [one for one in programme.overrides if one.id in cycle.overrides]
    moved = " ".join(_moved(one, origin.day, last) for one in known)
    return f"{origin.how}, gives {written(origin.day)}.{origin.hint} {moved} It is {whole}"


def overrides_text(programme: Programme, cycle: Cycle) -> str:
    """Why overrides moved a last day, in their own words."""
    reasons = [one.reason for one in programme.overrides if one.id in cycle.overrides]
    return listed([reason.strip().rstrip(".") for reason in reasons])


def _moved(override: Override, own: date, last: date) -> str:
    by = f"{override.extend_by} more" if override.extend_by is not None else "more time"
    return (
        f"{override.id}, announced on {written(override.announced_on)}, gives {by} to what ends "
        f"from {written(override.expiring.first)} to {written(override.expiring.last)}, so "
        f"{written(own)} became {written(last)}: {override.reason.strip().rstrip('.')}."
    )


def _origin(programme: Programme, dossier: Dossier, cycles: Sequence[Cycle], at: int) -> _Origin:
    cycle = cycles[at]
    given = cycle.causes[0] if cycle.causes else None
    if isinstance(given, Prolonged):
        why = staff_reason(cycle)
        how = f"Moved to {written(given.expires_on)} by staff on {written(given.day)}"
        return _Origin(f"{how} ({why})" if why else how, given.expires_on)
    if isinstance(given, Granted) and given.expires_on is not None:
        return _Origin(f"Set by staff with the grant of {written(given.day)}", given.expires_on)
    if isinstance(given, Held) and cycle.kind == "migrated":
        old = programme.certifications[given.certification].name
        return _Origin(f"Taken over from {old}, whose dates it keeps", None)
    if cycle.kind == "emeritus":
        ended = cycles[at - 1].expires_on or cycle.active_on
        lasts = dossier.rules.emeritus[cycle.certification].lasts
        return _since(lasts, ended, _SINCE["old_expiry"], None)
    return _by_rule(programme, dossier, cycles, at)


def _by_rule(programme: Programme, dossier: Dossier, cycles: Sequence[Cycle], at: int) -> _Origin:
    cycle = cycles[at]
    one = programme.certifications[cycle.certification]
    policy = policy_of(programme, cycle.policy)
    period = one.validity_under(policy)
    anchor: Anchor = "requirement_met"
    since = None
    if cycle.kind == "renewed":
        period, anchor = _renewal(programme, dossier, cycle, policy)
    elif cycle.kind == "extended":
        anchor = dossier.rules.policies[cycle.policy].rules[cycle.certification].anchor
    elif cycle.kind == "granted":
        since = "the day it was granted"
    elif cycle.kind == "lengthened":
        since = f"the day the term counts from, as {policy.version} has it"
    start = cycle.met_on or cycle.active_on
    if cycle.kind == "lengthened":
        start = counted_from(dossier, cycles[:at])
    elif anchor != "requirement_met" and at:
        start = cycles[at - 1].expires_on or start
    if period is None:
        return _Origin("Given by the rules", None)
    return _since(period, start, since or _SINCE[anchor], one.aligned_under(policy))


def _renewal(
    programme: Programme, dossier: Dossier, cycle: Cycle, policy: Policy
) -> tuple[Period | None, Anchor]:
    """The length and the anchor of the way by which a term was renewed."""
    one = programme.certifications[cycle.certification]
    terms = one.renewal_under(policy)
    ways = dossier.rules.policies[cycle.policy].rules[cycle.certification].options
    for written_, way in zip(() if terms is None else terms.options, ways, strict=False):
        if way.name == cycle.rule:
            return written_.period or one.validity_under(policy), way.anchor
    # An emeritus who comes back begins a term like one who has just earned it.
    return one.validity_under(policy), "requirement_met"


def _since(period: Period, start: date, since: str, aligned: DayOfYear | None) -> _Origin:
    own = period.after(start)
    how = f"{period} after {written(start)}, {since}"
    day = own if aligned is None else aligned.on_or_after(own)
    if day != own:
        how += f", moved on from {written(own)} to the next {written(day).rsplit(' ', 1)[0]}"
    hint = ""
    if (start.month, start.day, day.month, day.day) == (2, 29, 2, 28):
        hint = f" {day.year} has no 29 February, so the last day is the 28th."
    return _Origin(how, day, hint)


def policy_of(programme: Programme, version: str) -> Policy:
    """A policy by its version."""
    return next(one for one in programme.policies if one.version == version)
