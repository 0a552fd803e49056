"""What is mailed of support cases, to whom, once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.notifications.models import Email
from shared.events import CaseAnswered, CaseOpened, CaseReplied, CaseResolved, Contact
from tests.services.notifications.test_delivery import emails, settled
from tests.services.reacting import JANE, NOW, Reacting, person

CASE = UUID("01930000-0000-7000-8000-00000000000a")
MESSAGE = UUID("01930000-0000-7000-8000-00000000000b")
DESK = "desk@example.com"
REACHABLE = Contact(given_name="Jane", family_name="Doe", email="jane.new@example.com")


def said(kind: type[Any], **changes: Any) -> Any:
    values = {
        "programme": "cisco",
        "candidate_id": JANE,
        "case_id": CASE,
        "number": "CASE-7K3M-2Q",
        "kind": "other",
        "subject": "A question",
        "contact": REACHABLE,
        "at": NOW,
        **changes,
    }
    return kind(**values)


async def test_both_sides_are_told_of_a_case_once(keeping: Reacting) -> None:
    turns = [
        said(CaseOpened, message="Why?", notify=DESK),
        said(CaseAnswered, version=2, message_id=MESSAGE, message="Because."),
        said(CaseReplied, version=3, message_id=UUID(int=3), message="I see", notify=DESK),
        said(CaseResolved, version=4, outcome="Answered."),
        # Once more, after it was reopened.
        said(CaseResolved, version=6, outcome="Answered again."),
    ]
    await keeping.hear(person(), *turns, *turns)
    sent = await settled(keeping, 6)
    assert sorted(one["subject"] for one in sent) == [
        "CASE-7K3M-2Q is resolved: A question",
        "CASE-7K3M-2Q is resolved: A question",
        "CASE-7K3M-2Q: A question",
        "CASE-7K3M-2Q: a candidate has answered",
        "CASE-7K3M-2Q: a new case",
        'CASE-7K3M-2Q: an answer to "A question"',
    ]
    rows = {row["template"]: row for row in await keeping.rows(Email)}
    # To the address of the case, and to staff without the candidate seeing it as theirs.
    assert rows["case_answered"]["to_address"] == "jane.new@example.com"
    assert rows["case_waiting"]["to_address"] == DESK
    assert rows["case_waiting"]["candidate_id"] is None
    assert "message" not in rows["case_waiting"]["data"]


async def test_what_nobody_waits_for_is_not_mailed(keeping: Reacting) -> None:
    nobody = REACHABLE.model_copy(update={"email": None})
    await keeping.hear(
        person(),
        said(CaseReplied, message_id=MESSAGE, message="Anybody?"),
        said(CaseResolved, outcome="Closed by the candidate.", by="candidate"),
        said(CaseOpened, contact=nobody),
        said(CaseAnswered, message_id=MESSAGE, message="x", at=NOW - timedelta(days=40)),
    )
    suppressed = await keeping.until(lambda: _two(keeping))
    assert suppressed
    found = {one["template"]: one["error"] for one in await emails(keeping, "suppressed")}
    assert set(found) == {"case_opened", "case_answered"}
    assert "no e-mail address" in found["case_opened"]
    assert "more than 30 days" in found["case_answered"]
    assert len(await keeping.rows(Email)) == 2


def _two(keeping: Reacting) -> bool:
    return len(keeping.published) >= 2
