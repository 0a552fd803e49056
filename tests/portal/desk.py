"""What the fake gateway tells staff of feeds: imports, what waits, held results, completions."""

from typing import Any

Row = dict[str, Any]

FORMATS: list[Row] = [
    {
        "name": "results-csv",
        "kind": "results",
        "vendor": None,
        "description": "Results, UTF-8, separated by commas",
        "encoding": "utf-8",
        "delimiter": ",",
        "columns": ["exam_code", "registration_number"],
    },
    {
        "name": "pearson-no-shows",
        "kind": "changes",
        "vendor": "vue",
        "description": "Pearson VUE's no-show file",
        "encoding": "cp1252",
        "delimiter": "\t",
        "columns": ["registrationID"],
    },
]


def _traffic(calls: int, items: int, rejected: int) -> Row:
    return {
        "calls": calls,
        "refused": 0,
        "items": items,
        "accepted": items - rejected,
        "duplicates": 0,
        "rejected": rejected,
        "error_rate": rejected / items if items else 0.0,
    }


VENDORS: list[Row] = [
    {
        "vendor": "vue",
        "name": "Pearson VUE",
        "last_call_at": "2026-11-22T05:11:00Z",
        "last_delivery_at": "2026-11-22T05:11:00Z",
        "day": _traffic(12, 240, 60),
        "week": _traffic(80, 1900, 61),
        "delay_days_median": 1.5,
        "delay_days_p95": 9.0,
        "results_week": 1839,
        "expected_days": 5,
        "imports_failed_week": 1,
    },
    {
        "vendor": "cisco-ce",
        "name": "Cisco Continuing Education",
        "last_call_at": None,
        "last_delivery_at": None,
        "day": _traffic(0, 0, 0),
        "week": _traffic(0, 0, 0),
        "delay_days_median": None,
        "delay_days_p95": None,
        "results_week": 0,
        "expected_days": 0,
        "imports_failed_week": 0,
    },
]

_EXAM: Row = {
    "exam_code": "200-301",
    "exam_name": "Cisco Certified Network Associate (CCNA)",
    "grade": "pass",
    "score": "870",
    "exam_date": "2026-11-20",
    "received_at": "2026-11-21T02:10:00Z",
    "registration_number": "490200007",
}

WAITING: list[Row] = [
    {
        **_EXAM,
        "id": "w1",
        "kind": "result",
        "programme": "cisco",
        "vendor": "vue",
        "number": "490200001",
        "registration_number": "490200001",
        "testing_id": "226754999",
        "candidate_id": None,
        "last_name": "Roe",
        "reason": "No candidate has this testing ID yet.",
        "suggestions": [
            {
                "candidate_id": "CSCO10000000",
                "given_name": "Jane",
                "family_name": "Doe",
                "reasons": ["the testing id differs in one character"],
            }
        ],
        "external_id": None,
        "activity": None,
        "provider": None,
        "points": None,
        "active_on": None,
    },
    {
        "id": "w2",
        "kind": "credit",
        "programme": "cisco",
        "vendor": "cisco-ce",
        "number": "ce-77",
        "testing_id": None,
        "candidate_id": "CSCO1",
        "last_name": None,
        "received_at": "2026-11-21T02:10:00Z",
        "reason": "No candidate has this id.",
        "suggestions": [],
        "registration_number": None,
        "exam_code": None,
        "exam_name": None,
        "grade": None,
        "score": None,
        "exam_date": None,
        "external_id": "ce-77",
        "activity": "Advanced routing",
        "provider": "Global Knowledge",
        "points": "12.00",
        "active_on": "2026-11-01",
    },
]

FLAG: Row = {
    "id": "f1",
    "result_id": "r1",
    "programme": "cisco",
    "candidate_id": "CSCO10000000",
    "vendor": "vue",
    "registration_number": "490200007",
    "exam_code": "200-301",
    "exam_name": "Cisco Certified Network Associate (CCNA)",
    "state": "held",
    "check": "two_centres",
    "action": "hold",
    "message": "taken at centre 50123, and 350-401 at centre 70011",
    "raised_at": "2026-11-21T02:10:00Z",
    "closed_at": None,
    "closed_by": None,
    "note": None,
}

RESULT: Row = {
    **_EXAM,
    "id": "r1",
    "programme": "cisco",
    "candidate_id": "CSCO10000000",
    "named_candidate_id": None,
    "testing_id": "226754001",
    "last_name": "Doe",
    "vendor": "vue",
    "vendor_name": "Pearson VUE",
    "passing_score": "825",
    "sections": [{"name": "Network access", "score": "80%"}],
    "taken_at": None,
    "centre": "50123",
    "state": "held",
    "reason": "The recording is being looked at.",
    "review": "held",
    "vendor_held": True,
    "revoked": False,
    "changed_at": "2026-11-21T09:00:00Z",
    "expires_on": "2029-11-20",
    "version": 2,
    "may": ["release", "invalidate"],
    "changes": [
        {
            "kind": "change",
            "said_by": "vue",
            "channel": "api",
            "stated_at": "2026-11-21T08:00:00Z",
            "sequence": None,
            "received_at": "2026-11-21T08:00:01Z",
            "reason": None,
            "data": {"score": "870", "grade": "pass", "sections": [{"name": "x", "score": "1"}]},
        },
        {
            "kind": "review_hold",
            "said_by": "01a203e0-afb8-7c22-997b-5010b20c88e6",
            "channel": "staff",
            "stated_at": None,
            "sequence": None,
            "received_at": "2026-11-21T09:00:00Z",
            "reason": "The recording is being looked at.",
            "data": {},
        },
    ],
    "flags": [FLAG],
}

HELD: list[Row] = [
    {
        **_EXAM,
        "id": "r1",
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "vendor": "vue",
        "vendor_name": "Pearson VUE",
        "changed_at": "2026-11-21T09:00:00Z",
        "held_by": "both",
        "reason": "The recording is being looked at.",
    }
]

COMPLETION: Row = {
    "id": "c1",
    "programme": "cisco",
    "candidate_id": "CSCO10000000",
    "candidate_name": "Jane Doe",
    "course": "ENCOR",
    "course_name": "Enterprise core, in class",
    "completed_on": "2026-11-02",
    "notes": "Taken in the evening.\nThe certificate has my maiden name.",
    "state": "submitted",
    "reason": None,
    "file_name": "certificate.pdf",
    "file_type": "application/pdf",
    "file_bytes": 48_000,
    "submitted_at": "2026-11-03T08:00:00Z",
    "updated_at": "2026-11-03T08:00:00Z",
    "decided_at": None,
    "decided_by": None,
    "version": 1,
    "steps": [{"action": "submitted", "at": "2026-11-03T08:00:00Z", "by": None, "text": ""}],
}


def _call(status: int, rejected: int) -> Row:
    return {
        "id": f"call-{status}",
        "at": "2026-11-22T05:11:00Z",
        "vendor": "vue",
        "client": "vue-client",
        "programmes": "cisco",
        "channel": "api",
        "method": "POST",
        "path": "/api/exams/results",
        "status": status,
        "items": 500,
        "accepted": 500 - rejected,
        "duplicates": 0,
        "rejected": rejected,
        "bytes": 96_000,
        "milliseconds": 84,
        "address": "192.0.2.7",
        "request_id": None,
    }


CALLS: list[Row] = [_call(200, 2), _call(422, 500)]

HITS: list[Row] = [
    {
        "kind": kind,
        "what": what,
        "id": number,
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "vendor": "vue",
        "title": title,
        "state": state,
    }
    for kind, what, number, title, state in (
        ("candidate", "candidate_id", "CSCO10000000", "Jane Doe", None),
        ("result", "candidate_id", "r1", "200-301 490200007", "held"),
        ("import", "file", "imp-21", "results-2026-11-21.csv", "finished"),
        ("activity", "external id", "credits-9", "A webinar", "withdrawn"),
        ("authorization", "number", "au-1", "350-801 CT2001", "accepted"),
    )
] + [
    {
        "kind": "activity",
        "what": "external id",
        "id": "w2",
        "programme": "cisco",
        "candidate_id": None,
        "vendor": "cisco-ce",
        "title": "Advanced routing",
        "state": None,
    }
]

AUTHORIZATION: Row = {
    "id": "au-1",
    "number": "CT2001",
    "programme": "cisco",
    "candidate_id": "CSCO10000000",
    "vendor": "vue",
    "vendor_name": "Pearson VUE",
    "exam_code": "350-801",
    "exam_name": "Implementing Collaboration Core",
    "attempts": 1,
    "first_day": "2026-11-01",
    "last_day": "2027-02-01",
    "state": "error",
    "scheduling_url": None,
    "updated_at": "2026-11-21T02:10:00Z",
    "accommodations": ["ET01HR"],
    "vendor_number": None,
    "message": "the exam is not offered",
    "sent_in": "ead-20261121-120000.dat",
    "sent_at": "2026-11-21T20:00:00Z",
    "created_by": "staff@example.com",
}

UNTOLD: list[Row] = [
    {
        "candidate_id": "CSCO10000009",
        "vendor": "vue",
        "vendor_number": None,
        "message": "the name has letters that the file cannot hold",
        "sent_in": None,
        "sent_at": "2026-11-21T20:00:00Z",
    }
]
