"""Which event a difference is, for every pair of before and after."""

from datetime import date
from typing import Any

import pytest

from services.certifications.domain import Cycle, Standing
from services.certifications.handlers.news import news_of
from services.certifications.queries import Recorded
from shared.events import (
    CertificationEarned,
    CertificationExpired,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationSuspended,
    Event,
)

FIRST, LAST, GRACE = date(2026, 3, 1), date(2027, 3, 1), date(2027, 4, 1)
TERM = Cycle("JOINER", 1, "earned", FIRST, FIRST, LAST, (), "rule", "policy")
ACTIVE = Standing("JOINER", "active", None, (TERM,))
ROW = Recorded(
    programme="guild",
    candidate_id="GLD1",
    code="JOINER",
    cycle=1,
    started_on=FIRST,
    active_on=FIRST,
    expires_on=LAST,
    number=None,
    verification_code="AAAA2222",
    withdrawn=False,
    version=1,
    status="active",
    grace_until=None,
    name="Joiner",
    reminded_on=None,
)
LONGER = ACTIVE._replace(cycles=(TERM, TERM._replace(kind="renewed", expires_on=GRACE)))
ANEW = ACTIVE._replace(cycles=(TERM, TERM))
GRACED = ACTIVE._replace(status="in_grace", grace_until=GRACE)
GRACED_AS_SUSPENDED = GRACED._replace(status="suspended")
SUSPENDED = ACTIVE._replace(status="suspended", since=FIRST)
REVOKED = ACTIVE._replace(status="revoked", since=FIRST)
EXPIRED = ACTIVE._replace(status="expired")


def row(status: str = "active", **changes: Any) -> Recorded:
    return ROW._replace(status=status, **changes)


TOLD: list[tuple[str, Recorded | None, Standing, type[Event] | None]] = [
    ("earned", None, ACTIVE, CertificationEarned),
    ("earned long ago", None, EXPIRED, CertificationEarned),
    ("never told, and revoked", None, REVOKED, CertificationRevoked),
    ("never told, and suspended", None, SUSPENDED, CertificationSuspended),
    ("the same", ROW, ACTIVE, None),
    ("new dates", ROW, LONGER, CertificationRenewed),
    ("anew", row("expired"), ANEW, CertificationEarned),
    ("a number at last", ROW, ACTIVE._replace(number="7"), CertificationRenewed),
    ("run out", ROW, EXPIRED, CertificationExpired),
    ("run out after its grace", row("in_grace", grace_until=GRACE), EXPIRED, CertificationExpired),
    (
        "other dates, run out too",
        row(expires_on=GRACE),
        EXPIRED,
        CertificationRenewed,
    ),
    ("back from expiry without new dates", row("expired"), ACTIVE, CertificationRenewed),
    ("emeritus", ROW, ACTIVE._replace(status="emeritus"), CertificationRenewed),
    ("grace", ROW, GRACED, CertificationGraceStarted),
    ("the same grace", row("in_grace", grace_until=GRACE), GRACED, None),
    ("a longer grace", row("in_grace", grace_until=LAST), GRACED, CertificationGraceStarted),
    ("a grace called suspended", ROW, GRACED_AS_SUSPENDED, CertificationGraceStarted),
    (
        "staff suspend in such a grace",
        row("suspended", grace_until=GRACE),
        SUSPENDED,
        CertificationSuspended,
    ),
    ("suspended", ROW, SUSPENDED, CertificationSuspended),
    ("still suspended", row("suspended"), SUSPENDED, None),
    (
        "suspended, with new dates",
        row("suspended"),
        LONGER._replace(status="suspended"),
        CertificationRenewed,
    ),
    ("suspended, then revoked", row("suspended"), REVOKED, CertificationRevoked),
    ("revoked", ROW, REVOKED, CertificationRevoked),
    ("still revoked", row("revoked"), REVOKED, None),
    ("revoked, now only suspended", row("revoked"), SUSPENDED, CertificationSuspended),
    ("reinstated", row("revoked"), ACTIVE, CertificationReinstated),
    ("reinstated after its last day", row("suspended"), EXPIRED, CertificationReinstated),
    ("reinstated into a grace", row("suspended"), GRACED, CertificationReinstated),
    ("supported again", row(withdrawn=True), ACTIVE, CertificationReinstated),
    ("supported again, and revoked", row(withdrawn=True), REVOKED, CertificationRevoked),
    ("replaced", ROW, ACTIVE._replace(status="replaced"), CertificationReplaced),
    ("still replaced", row("replaced"), ACTIVE._replace(status="replaced"), None),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD]
)
def test_a_difference_is_one_event(
    before: Recorded | None, after: Standing, expected: type[Event] | None
) -> None:
    assert news_of(before, after) is expected
