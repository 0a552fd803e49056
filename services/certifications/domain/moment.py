"""One day as it is lived."""

from dataclasses import dataclass
from datetime import date

from services.certifications.domain.rule import PolicyRules, Trigger
from services.certifications.domain.state import Cycle


@dataclass(slots=True)
class Moment:
    """What happened on a day under the policy in force, and what it has begun so far.

    `again` are certifications (None: every one) that are to be looked at whatever happened,
    because evidence that could do nothing may now earn or renew.
    """

    day: date
    policy: PolicyRules
    triggers: set[Trigger]
    changed: list[Cycle]
    again: set[str | None]
