"""A verification code is somebody's for good: what is drawn twice is drawn anew."""

import pytest

from services.certifications.handlers import records
from shared.ids import public_code
from tests.services.certifications.desk import JANE, Desk, passed

JOHN, JIM = "CSCO10000002", "CSCO10000003"


async def test_a_code_that_a_certificate_carries_already_is_drawn_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, other = public_code(8), public_code(8)
    # Jane has the first; of John and Jim, in one batch, both draw it, and then the same again.
    drawn = iter([taken, taken, taken, other, other])
    monkeypatch.setattr(
        records, "public_code", lambda length: next(drawn, None) or public_code(length)
    )
    await desk.hear(passed(candidate_id=JANE))
    await desk.hear(passed(candidate_id=JOHN), passed(candidate_id=JIM))

    told = {event.candidate_id: event.verification_code for event in desk.told()}
    recorded = await desk.rows("SELECT candidate_id, verification_code FROM certifications")
    assert told == dict(recorded)
    assert told[JANE] == taken
    assert other in told.values()
    assert len(set(told.values())) == 3
    assert await desk.rows("SELECT count(*) FROM parked") == [(0,)]


async def test_a_batch_of_two_programmes_writes_for_both(desk: Desk) -> None:
    await desk.hear(passed("200-301"), passed("JN0-105", candidate_id="JNPR1", programme="juniper"))
    recorded = await desk.rows(
        "SELECT c.programme, c.candidate_id, c.withdrawn, c.version, p.reviewed_on IS NULL "
        "FROM certifications AS c JOIN candidates AS p "
        "ON p.programme = c.programme AND p.candidate_id = c.candidate_id ORDER BY c.programme"
    )
    assert [(*row[:2], bool(row[2]), row[3], bool(row[4])) for row in recorded] == [
        ("cisco", JANE, False, 1, False),
        ("juniper", "JNPR1", False, 1, False),
    ]
