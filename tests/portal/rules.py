"""What the fake gateway tells of the programme's rules, of runs over everybody, and of actions."""

from typing import Any

Rows = list[dict[str, Any]]


def _node(kind: str, text: str, *children: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "text": text,
        "need": None,
        "exams": [],
        "source": None,
        "children": list(children),
    } | more


def _certification(code: str, name: str, level: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "title": name,
        "level": level,
        "category": "General Certifications",
        "tracks": ["enterprise"],
        "number_series": None,
        "awarded_from": None,
        "retired_on": None,
        "succeeded_by": None,
        "succeeded_on": None,
        "former_names": [],
        "validity": "3 years",
        "aligned_to": None,
        "grace": None,
        "requires": _node("exam", "Pass 200-301", exams=["200-301"]),
        "renewal": [],
        "source": None,
    } | more


RENEWAL = _node(
    "any_of",
    "Any one of these",
    _node("exams", "Pass one technology core exam", exams=["350-401", "350-601"], need=1),
    _node(
        "all_of",
        "Credits and an exam",
        _node("credits", "40 continuing education credits", need=40),
        _node("exams", "Pass one associate exam", exams=["200-301"], need=1),
    ),
    source="cisco.com, recertification policy",
)


def _policy(version: str, first: str, last: str | None, **more: Any) -> dict[str, Any]:
    return {
        "version": version,
        "effective_from": first,
        "effective_until": last,
        "retroactive_from": None,
        "based_on": None,
        "in_force": last is None,
        "governed_by": "award",
        "renewal_anchor": "requirement_met",
        "running_terms": "keep",
        "extends": ["A renewal carries along every active certification of its level and below."],
        "credits": ["Credits live 3 years."],
        "levels": [
            {
                "level": "associate",
                "validity": "3 years",
                "aligned_to": None,
                "grace": None,
                "renewed": True,
                "source": None,
            }
        ],
        "own_rules": ["CCNA"],
        "source": "cisco.com",
    } | more


RULES: dict[str, Any] = {
    "id": "cisco",
    "name": "Cisco",
    "timezone": "America/Los_Angeles",
    "as_of": "2026-11-22",
    "fingerprint": "5f2c1d90ab347e6f" * 4,
    "loaded_since": "2026-11-20T10:00:00Z",
    "reevaluated": None,
    "changed_since": True,
    "policy": "cisco-2025-07-15",
    "levels": [
        {"id": "entry", "name": "Entry"},
        {"id": "associate", "name": "Associate"},
        {"id": "professional", "name": "Professional"},
    ],
    "tracks": [{"id": "enterprise", "name": "Enterprise"}],
    "statuses": {"active": "Active", "in_grace": "In grace period", "revoked": "Revoked"},
    "reminders": ["2 years", "90 days"],
    "texts": {},
    "policies": [
        _policy("cisco-2020-02-24", "2020-02-24", "2025-07-14"),
        _policy("cisco-2025-07-15", "2025-07-15", None, based_on="cisco-2020-02-24"),
    ],
    "certifications": [
        _certification(
            "CCNA",
            "CCNA",
            "associate",
            renewal=[
                {
                    "text": "",
                    "anchor": "requirement_met",
                    "period": None,
                    "opens": None,
                    "not_twice_running": False,
                    "source": None,
                    "requires": RENEWAL,
                }
            ],
        ),
        _certification(
            "CCNP-ENTERPRISE",
            "CCNP Enterprise",
            "professional",
            former_names=[{"name": "CCNP Routing and Switching", "until": "2020-02-23"}],
            grace={"lasts": "90 days", "status": "in_grace", "allows": "renewal"},
        ),
        _certification("CCT", "CCT", "entry", retired_on="2024-01-01"),
        _certification("CCDA", "CCDA", "associate", succeeded_by="CCNA", succeeded_on="2020-02-24"),
    ],
    "exams": [
        {
            "code": "200-301",
            "name": "Implementing and Administering Cisco Solutions (CCNA)",
            "exam_class": "associate_exam",
            "class_name": "Associate exam",
            "tracks": ["enterprise"],
            "aliases": ["200-125"],
            "pass_validity": "3 years",
            "earned_from": None,
            "retired": False,
            "retired_on": None,
            "replaced_by": None,
            "former_names": [{"name": "Interconnecting Cisco Networking Devices", "until": None}],
            "retakes": [
                {
                    "text": "After a fail 5 days, counted from the day after.",
                    "effective_from": "2014-08-02",
                    "effective_until": None,
                    "source": "cisco.com, exam policies",
                }
            ],
            "source": "cisco.com",
        },
        {
            "code": "350-001",
            "name": "CCIE Routing and Switching",
            "exam_class": "expert_exam",
            "class_name": "Expert exam",
            "tracks": [],
            "aliases": [],
            "pass_validity": "3 years",
            "earned_from": None,
            "retired": True,
            "retired_on": "2014-06-03",
            "replaced_by": "400-101",
            "former_names": [],
            "retakes": [],
            "source": None,
        },
    ],
    "overrides": [
        {
            "id": "covid-2020",
            "announced_on": "2020-04-01",
            "reason": "Test centres were closed.",
            "text": "Terms that end from 1 March to 30 September 2020 get 6 months more.",
            "source": "cisco.com",
        }
    ],
    "number_series": [
        {"id": "ccie", "name": "CCIE number", "text": "Begins with 1024.", "source": None}
    ],
    "agreements": [
        {
            "id": "confidentiality",
            "name": "Certification and Confidentiality Agreement",
            "text": "V9 from 1 January 2020 on",
            "source": None,
        }
    ],
    "fees": [],
    "approvals": [{"id": "board-review", "name": "Board review", "text": "", "source": None}],
    "achievements": [
        {"id": "ccie-10", "name": "10-year CCIE", "text": "10 years in a row", "source": None}
    ],
    "emeritus": [],
    "categories": [],
    "activities": [],
    "courses": [],
}

PASSED_ID = "vue:469250118"


def _event(kind: str, day: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "date": day,
        "text": text,
        "certification": None,
        "fact_id": None,
        "voided": False,
        "action_id": None,
        "undone": False,
        "reason": None,
        "author": None,
        "recorded_at": None,
    } | more


TIMELINE: Rows = [
    {
        "kind": "action",
        "date": "2026-03-01",
        "text": "Cisco Certified Network Associate extended to 11 February 2028",
        "certification": "CCNA",
        "fact_id": "a1",
        "voided": False,
        "action_id": "a1",
        "undone": False,
        "reason": "Illness, with a doctor's note",
        "author": "Sam Staff",
        "recorded_at": "2026-03-01T10:00:00Z",
    },
    _event("term", "2025-02-11", "CCNP Enterprise: earned", certification="CCNP-ENTERPRISE"),
    _event("fact", "2025-02-11", "Passed 300-410 ENARSI", fact_id="vue:472300961", voided=True),
    _event("fact", "2024-10-21", "Passed 350-401 ENCOR", fact_id=PASSED_ID),
]

ACTIONS: Rows = [
    {
        "id": "a1",
        "action": "extend",
        "certification": "CCNA",
        "day": "2026-03-01",
        "name": "Cisco Certified Network Associate",
        "text": "Cisco Certified Network Associate extended to 11 February 2028",
        "data": {"expires_on": "2028-02-11"},
        "author": "Sam Staff",
        "reason": "Illness, with a doctor's note",
        "recorded_at": "2026-03-01T10:00:00Z",
        "undone_by": None,
        "undone_at": None,
        "undo_reason": None,
    },
    {
        "id": "a0",
        "action": "suspend",
        "certification": "CCNA",
        "day": "2025-06-01",
        "name": "Cisco Certified Network Associate",
        "text": "Cisco Certified Network Associate suspended",
        "data": {},
        "author": "Sam Staff",
        "reason": "Wrong person",
        "recorded_at": "2025-06-01T10:00:00Z",
        "undone_by": "Kim Other",
        "undone_at": "2025-06-02T10:00:00Z",
        "undo_reason": "It was somebody else of the same name",
    },
]


def dry_run(number: str, state: str, done: int) -> dict[str, Any]:
    """Return one dry run of 1,200 candidates."""
    found = done > 0
    return {
        "id": number,
        "programme": "cisco",
        "state": state,
        "problem": None,
        "requested_by": "staff@example.com",
        "as_of": "2026-11-22",
        "changed_files": ["certifications.yaml"],
        "before": "5f2c" * 16,
        "after": "91bb" * 16,
        "done": done,
        "total": 1200,
        "people": 3 if found else 0,
        "counts": {"gained": 1, "lost": 1, "dates": 1}
        if found
        else {"gained": 0, "lost": 0, "dates": 0},
        "certifications": [
            {"certification": "CCNA", "name": "CCNA", "gained": 1, "lost": 1, "dates": 1}
        ]
        if found
        else [],
        "created_at": "2026-11-22T06:00:00Z",
        "finished_at": "2026-11-22T06:01:00Z" if state == "done" else None,
    }


DRY_RUNS: Rows = [dry_run("run-2", "running", 0), dry_run("run-1", "done", 1200)]


def _line(number: int, change: str, before: str, after: str, sentence: str) -> dict[str, Any]:
    def end(status: str) -> str | None:
        return None if status == "not_earned" else "2027-05-02"

    return {
        "candidate_id": f"CSCO1000000{number}",
        "certification": "CCNA",
        "change": change,
        "before_status": before,
        "before_active_on": "2024-05-02" if end(before) else None,
        "before_expires_on": end(before),
        "after_status": after,
        "after_active_on": "2024-05-02" if end(after) else None,
        "after_expires_on": end(after),
        "sentence": sentence,
    }


LINES: Rows = [
    _line(1, "gained", "not_earned", "active", "CCNA would be active."),
    _line(2, "lost", "active", "expired", "CCNA would have ended."),
    _line(3, "dates", "active", "active", "CCNA would end on 2 May 2027."),
]

REEVALUATIONS: Rows = [
    {
        "id": "re-1",
        "programme": "cisco",
        "state": "running",
        "problem": None,
        "requested_by": "staff@example.com",
        "reason": "The policy of July",
        "fingerprint": "5f2c" * 16,
        "done": 0,
        "total": 1200,
        "created_at": "2026-11-22T06:00:00Z",
        "finished_at": None,
    }
]
