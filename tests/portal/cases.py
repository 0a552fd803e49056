"""Cases and names, as the fake gateway tells of them."""

from typing import Any

NUMBER = "CASE-7K3M-2Q"
CHANGE = "01930000-0000-7000-8000-0000000000c1"
SUE = "01930000-0000-7000-8000-0000000000a1"


def _entry(action: str, author: str, at: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": f"entry-{at}-{action}",
        "action": action,
        "author": author,
        "author_name": None,
        "text": text,
        "internal": False,
        "at": at,
        "files": [],
    } | more


def _case(number: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "candidate_name": "Jane Doe",
        "kind": "missing_result",
        "subject": "My pass of 200-301 is missing",
        "state": "waiting_for_candidate",
        "opened_by": "candidate",
        "assigned_to": SUE,
        "assigned_name": "Sue Support",
        "outcome": None,
        "opened_at": "2026-11-19T09:30:00Z",
        "updated_at": "2026-11-20T10:15:00Z",
        "resolved_at": None,
        "version": 4,
        "name_change_id": None,
        "details": {},
        "can_reopen": True,
        "entries": [],
    } | more


FILE = {
    "id": "file-1",
    "purpose": "attachment",
    "name": "score report, page 1.pdf",
    "type": "application/pdf",
    "bytes": 185_000,
    "deleted_at": None,
}
CASES = [
    _case(
        NUMBER,
        entries=[
            _entry(
                "opened",
                "candidate",
                "2026-11-19T09:30:00Z",
                "I passed on 2 November.\nIt is not in my testing history.",
                files=[FILE],
            ),
            _entry(
                "assigned",
                "staff",
                "2026-11-19T11:00:00Z",
                "Sue Support",
                internal=True,
                author_name="Sue Support",
            ),
            _entry(
                "noted",
                "staff",
                "2026-11-19T11:02:00Z",
                "The vendor has sent nothing. Asked Pearson.",
                internal=True,
                author_name="Sue Support",
            ),
            _entry(
                "written",
                "staff",
                "2026-11-20T10:15:00Z",
                "Hello Jane,\n\nwhich testing ID stands on your score report?",
                author_name="Sue Support",
            ),
        ],
    ),
    _case(
        "CASE-NAME-22",
        kind="name_change",
        subject="Change of name to Jane Roe",
        state="open",
        assigned_to=None,
        assigned_name=None,
        name_change_id=CHANGE,
        entries=[
            _entry(
                "opened",
                "candidate",
                "2026-11-21T08:00:00Z",
                "I have married.",
                files=[
                    FILE | {"id": "file-2", "purpose": "identification", "name": "passport.png"}
                ],
            )
        ],
    ),
    _case(
        "CASE-D2NE-33",
        kind="other",
        subject="Where is my plaque?",
        state="resolved",
        outcome="It was sent on 12 October.",
        resolved_at="2026-10-14T10:00:00Z",
        entries=[
            _entry("opened", "candidate", "2026-10-12T10:00:00Z", "Where is it?"),
            _entry(
                "resolved",
                "staff",
                "2026-10-14T10:00:00Z",
                "It was sent on 12 October.",
                author_name="Sue Support",
            ),
        ],
    ),
    _case(
        "CASE-2LD2-44",
        kind="merge",
        subject="Two accounts",
        state="resolved",
        can_reopen=False,
        outcome="Merged.",
        opened_by="system",
        details={"merge_id": "m-1"},
        entries=[_entry("opened", "system", "2026-06-01T10:00:00Z", "They share an address.")],
    ),
]
ANSWERS = [
    {"id": "soon", "title": "We are looking into it", "text": "Hello Jane Doe,\n\nsoon."},
    {"id": "which", "title": "Which testing ID?", "text": "Which testing ID <b>stands</b> there?"},
]
WORKERS = [{"id": SUE, "name": "Sue Support"}, {"id": "staff@example.com", "name": "Sam Staff"}]


def name_change(**more: Any) -> dict[str, Any]:
    return {
        "id": CHANGE,
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "case": "CASE-NAME-22",
        "small": False,
        "state": "waiting",
        "given_name_before": "Jane",
        "family_name_before": "Doe",
        "given_name": "Jane",
        "family_name": "Roe",
        "reason": "I have married.\nHere is my new passport.",
        "decision": None,
        "revision": None,
        "asked_at": "2026-11-21T08:00:00Z",
        "decided_at": None,
        "decided_by": None,
        "version": 1,
        "identification": {"type": "image/png", "bytes": 640_000, "deleted_at": None},
    } | more


EARLIER = name_change(
    id="01930000-0000-7000-8000-0000000000c0",
    case=None,
    small=True,
    state="made",
    given_name_before="JANE",
    family_name="Doe",
    family_name_before="DOE",
    reason="",
    revision=2,
    asked_at="2026-03-02T08:00:00Z",
    decided_at="2026-03-02T08:00:00Z",
    identification=None,
)
REJECTED = name_change(
    id="01930000-0000-7000-8000-0000000000c9",
    case="CASE-REJ2-22",
    state="rejected",
    family_name="Rowe",
    decision="The document shows another name: Roe.\nPlease ask again.",
    decided_at="2026-11-20T08:00:00Z",
    identification={
        "type": "image/png",
        "bytes": 640_000,
        "deleted_at": "2026-11-20T08:00:00Z",
    },
)
