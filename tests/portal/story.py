"""What the fake gateway tells: Jane Doe's certifications and what surrounds them."""

from typing import Any

Rows = list[dict[str, Any]]

PROGRAMMES: Rows = [
    {
        "id": "cisco",
        "name": "Cisco",
        "candidate_prefix": "CSCO",
        "timezone": "America/Los_Angeles",
        "certification_word": "certification",
        "branding": {
            "accent": "#049fd9",
            "accent_ink": "#ffffff",
            "ink": "#0d274d",
            "logo_text": "Cisco",
        },
        "support_email": "certification-support@cisco.example",
        "texts": {},
    },
    {
        "id": "juniper",
        "name": "Juniper Networks",
        "candidate_prefix": "JPR",
        "timezone": "America/Los_Angeles",
        "branding": {
            "accent": "#84b135",
            "accent_ink": "#ffffff",
            "ink": "#1d2b20",
            "logo_text": "Juniper Networks",
        },
        "support_email": "certification-support@juniper.example",
    },
]

PERSON: dict[str, Any] = {
    "candidate_id": "CSCO10000000",
    "programme": "cisco",
    "given_name": "Jane",
    "family_name": "Doe",
    "email": "jane.doe@example.com",
    "testing_ids": [{"vendor": "vue", "testing_id": "226754252"}],
    "disclosure": True,
    "registered_at": "2023-05-02T08:12:00Z",
    "can_sign_in": True,
}


def _exam(code: str, name: str, number: str, grade: str, day: str, expires: str | None) -> Any:
    return {
        "exam_code": code,
        "exam_name": name,
        "registration_number": number,
        "grade": grade,
        "score": "874" if grade == "pass" else "701",
        "exam_date": day,
        "received_at": f"{day}T21:14:09Z",
        "expires_on": expires,
    }


HISTORY: dict[str, Any] = {
    "exams": [
        _exam(
            "200-301",
            "Cisco Certified Network Associate",
            "461203377",
            "pass",
            "2023-06-14",
            "2026-06-14",
        ),
        _exam(
            "350-401",
            "Implementing Cisco Enterprise Network Core Technologies (ENCOR)",
            "468811042",
            "fail",
            "2024-09-02",
            None,
        ),
        _exam(
            "350-401",
            "Implementing Cisco Enterprise Network Core Technologies (ENCOR)",
            "469250118",
            "pass",
            "2024-10-21",
            "2027-10-21",
        ),
        _exam(
            "300-410",
            "Implementing Cisco Enterprise Advanced Routing and Services (ENARSI)",
            "472300961",
            "pass",
            "2025-02-11",
            "2028-02-11",
        ),
    ],
    "registrations": [
        {
            "exam_code": "300-415",
            "exam_name": "Implementing Cisco SD-WAN Solutions (ENSDWI)",
            "registration_number": "490117326",
            "appointment": "2026-12-04T17:30:00Z",
        }
    ],
}


def _held(
    code: str,
    name: str,
    level: str,
    status: str,
    days: tuple[str, str, str | None],
    verification: str,
    category: str = "general",
) -> dict[str, Any]:
    started, active, expires = days
    return {
        "certification": code,
        "name": name,
        "level": level,
        "category": category,
        "status": status,
        "status_text": {"active": "Active", "expired": "Expired"}[status],
        "number": None,
        "started_on": started,
        "active_on": active,
        "expires_on": expires,
        "verification_code": verification,
        "certificate_url": f"/api/certifications/certifications/{code}/certificate.pdf"
        if status == "active"
        else None,
    }


CCNP = _held(
    "CCNP-ENTERPRISE",
    "Cisco Certified Network Professional Enterprise",
    "professional",
    "active",
    ("2024-10-21", "2025-02-11", "2028-02-11"),
    "K7QM4TXB",
)
CCNA = _held(
    "CCNA",
    "Cisco Certified Network Associate",
    "associate",
    "active",
    ("2023-06-14", "2023-06-14", "2028-02-11"),
    "V7L4P3MC",
)
CORE = _held(
    "SPEC-ENCOR",
    "Cisco Certified Specialist – Enterprise Core",
    "specialist",
    "active",
    ("2024-10-21", "2024-10-21", "2028-02-11"),
    "RW5HN2YA",
)
ENARSI = _held(
    "SPEC-ENARSI",
    "Cisco Certified Specialist – Enterprise Advanced Infrastructure Implementation",
    "specialist",
    "active",
    ("2025-02-11", "2025-02-11", "2028-02-11"),
    "9DJX6CEP",
)
CCT = _held(
    "CCT",
    "Cisco Certified Technician Routing & Switching",
    "entry",
    "expired",
    ("2019-03-04", "2019-03-04", "2022-03-04"),
    "4BTSW8KF",
)

CERTIFICATIONS: dict[str, Any] = {
    "as_of": "2026-11-22",
    "levels": [
        {"level": "professional", "name": "Professional", "certifications": [CCNP]},
        {"level": "specialist", "name": "Specialist", "certifications": [CORE, ENARSI]},
        {"level": "associate", "name": "Associate", "certifications": [CCNA]},
        {"level": "entry", "name": "Entry", "certifications": [CCT]},
    ],
    "available": [
        {
            "certification": "CCIE-EI",
            "name": "CCIE Enterprise Infrastructure",
            "level": "expert",
            "title": "Cisco Certified Internetwork Expert Enterprise Infrastructure",
            "level_name": "Expert",
            "progress": {"have": 1, "need": 2, "started": True, "text": "1 of 2 requirements met"},
        }
    ],
}


def _node(
    number: str, text: str, have: int, need: int, *children: Any, evidence: Rows | None = None
) -> dict[str, Any]:
    return {
        "number": number,
        "text": text,
        "have": have,
        "need": need,
        "satisfied": have >= need,
        "children": list(children),
        "evidence": evidence or [],
    }


def _proof(text: str, day: str, counts: bool, why: str = "") -> dict[str, Any]:
    return {"text": text, "date": day, "counts": counts, "why": why}


ENCOR_FACT = {
    "kind": "pass",
    "id": "469250118",
    "date": "2024-10-21",
    "text": "350-401 ENCOR passed, registration 469250118",
}
ENARSI_FACT = {
    "kind": "pass",
    "id": "472300961",
    "date": "2025-02-11",
    "text": "300-410 ENARSI passed, registration 472300961",
}

DETAILS: dict[str, Any] = {
    "CCNP-ENTERPRISE": {
        **CCNP,
        "progress": [
            _node(
                "1",
                "Renew by any one of these before the expiry date",
                0,
                1,
                _node(
                    "1.1",
                    "Pass one technology core exam",
                    0,
                    1,
                    evidence=[
                        _proof(
                            "350-401 ENCOR passed",
                            "2024-10-21",
                            False,
                            "It was used to earn this certification and counts once.",
                        )
                    ],
                ),
                _node(
                    "1.2",
                    "Pass two different professional concentration exams",
                    1,
                    2,
                    evidence=[
                        _proof("300-415 ENSDWI passed", "2026-08-19", True),
                        _proof(
                            "300-410 ENARSI passed",
                            "2025-02-11",
                            False,
                            "It was used to earn this certification and counts once.",
                        ),
                    ],
                ),
                _node("1.3", "Pass one expert written exam or lab", 0, 1),
                _node("1.4", "Earn 80 continuing education credits", 0, 80),
            ),
        ],
        "explanation": [
            {
                "subject": "started_on",
                "date": "2024-10-21",
                "sentence": "You passed the core exam on this day: the first fact that counts.",
                "facts": [ENCOR_FACT],
                "rule": "A certification starts with the first fact that counts towards it.",
                "policy": "cisco/2020-02-24",
            },
            {
                "subject": "active_on",
                "date": "2025-02-11",
                "sentence": "With the concentration exam every requirement was fulfilled.",
                "facts": [ENCOR_FACT, ENARSI_FACT],
                "rule": "One core exam and one concentration exam, both within three years.",
                "policy": "cisco/2020-02-24",
            },
            {
                "subject": "expires_on",
                "date": "2028-02-11",
                "sentence": "Three years after the day on which the requirements were met.",
                "facts": [ENCOR_FACT, ENARSI_FACT],
                "rule": "Valid for three years; the same calendar day, 29 February becomes 28.",
                "policy": "cisco/2020-02-24",
            },
        ],
        "history": [
            {"date": "2025-02-11", "text": "Certification earned"},
            {"date": "2024-10-21", "text": "Exam 350-401 passed; on the way"},
        ],
        "renewal": [],
    },
    "CCNA": {**CCNA, "progress": [], "explanation": [], "history": [], "renewal": []},
    "CCT": {**CCT, "progress": [], "explanation": [], "history": [], "renewal": []},
    "CCIE-EI": {
        "certification": "CCIE-EI",
        "name": "CCIE Enterprise Infrastructure",
        "level": "expert",
        "category": "general",
        "status": "not_earned",
        "status_text": "Not earned yet",
        "number": None,
        "started_on": None,
        "active_on": None,
        "expires_on": None,
        "verification_code": None,
        "certificate_url": None,
        "progress": [
            _node(
                "1",
                "All of these",
                1,
                2,
                _node(
                    "1.1",
                    "Pass the core exam 350-401 ENCOR",
                    1,
                    1,
                    evidence=[_proof("350-401 ENCOR passed", "2024-10-21", True)],
                ),
                _node("1.2", "Pass the lab exam within three years of it", 0, 1),
            ),
        ],
        "explanation": [],
        "history": [],
        "renewal": [],
    },
}

ENTITLEMENTS: Rows = [
    {
        "id": "e1",
        "certification": "CCNP-ENTERPRISE",
        "name": CCNP["name"],
        "kit": "ccnp-kit",
        "kit_name": "CCNP Enterprise Certificate",
        "state": "claimable",
        "earned_on": "2025-02-11",
    },
    {
        "id": "e2",
        "certification": "CCNA",
        "name": CCNA["name"],
        "kit": "ccna-kit",
        "kit_name": "CCNA Certificate",
        "state": "claimable",
        "earned_on": "2023-06-14",
    },
]


def included(codes: list[str]) -> Rows:
    """Return a transcript's list of certifications."""
    return [
        {
            "certification": one["certification"],
            "name": one["name"],
            "level": one["level"],
            "active_on": one["active_on"],
            "expires_on": one["expires_on"],
            "status": one["status"],
            "included": one["certification"] in codes,
        }
        for one in (CCNP, CORE, ENARSI, CCNA, CCT)
    ]


TRANSCRIPTS: Rows = [
    {
        "id": "t1",
        "code": "H7KQ4RW9XBTM2FCN",
        "description": "Application at Example Networks",
        "valid_through": "2027-01-31",
        "all_new": True,
        "certifications": included(["CCNP-ENTERPRISE", "CCNA"]),
        "show_dates": True,
        "private_notes": "",
        "remarks": "With best regards to the hiring team.",
        "disabled": False,
        "views": 3,
        "last_viewed_at": "2026-11-20T16:42:00Z",
        "public_url": "",
    },
    {
        "id": "t2",
        "code": "P3DVWY6AJS8ETG5L",
        "description": "Tender of the city library",
        "valid_through": "2026-10-01",
        "all_new": False,
        "certifications": included(["CCNA"]),
        "show_dates": False,
        "private_notes": "",
        "remarks": "",
        "disabled": False,
        "views": 11,
        "last_viewed_at": "2026-09-12T07:01:00Z",
        "public_url": "",
    },
]

PUBLIC_TRANSCRIPT: dict[str, Any] = {
    "code": "H7KQ4RW9XBTM2FCN",
    "programme": "cisco",
    "holder": "Jane Doe",
    "valid_through": "2027-01-31",
    "remarks": "With best regards to the hiring team.",
    "certifications": [
        {name: one[name] for name in ("name", "level", "active_on", "expires_on", "status")}
        for one in (CCNP, CORE, CCNA, CCT)
    ],
}

PUBLIC_CERTIFICATES: dict[str, Any] = {
    "K7QM4TXB": {
        "valid": True,
        "programme": "cisco",
        "holder": "Jane Doe",
        "certification": "CCNP-ENTERPRISE",
        "name": CCNP["name"],
        "status": "active",
        "active_on": "2025-02-11",
        "expires_on": "2028-02-11",
    },
    "4BTSW8KF": {
        "valid": False,
        "programme": "cisco",
        "holder": "Jane Doe",
        "certification": "CCT",
        "name": CCT["name"],
        "status": "expired",
        "active_on": "2019-03-04",
        "expires_on": "2022-03-04",
    },
}


def _import(number: str, state: str, rows: int, done: int, rejected: int) -> dict[str, Any]:
    return {
        "id": number,
        "kind": "results",
        "programme": "cisco",
        "name": f"results-2026-11-{number[-2:]}.csv",
        "state": state,
        "rows": rows,
        "done": done,
        "accepted": done - rejected,
        "duplicates": 0,
        "rejected": rejected,
        "created_at": "2026-11-22T06:00:00Z",
        "finished_at": "2026-11-22T06:00:09Z" if state == "finished" else None,
        "uploaded_by": "staff@example.com",
    }


IMPORTS: Rows = [
    _import("imp-22", "running", 1200, 0, 0),
    _import("imp-21", "finished", 5000, 5000, 2),
]

PARKED: dict[str, Rows] = {
    "certifications": [
        {
            "id": "p1",
            "type": "exams.result.passed.v1",
            "subject": "CSCO10000007",
            "error": "KeyError: '999-999'",
            "parked_at": "2026-11-22T05:11:00Z",
            "attempts": 1,
        },
    ]
}

WAITING: Rows = [
    {
        "programme": "cisco",
        "vendor": "vue",
        "registration_number": "490200001",
        "exam_code": "200-301",
        "testing_id": "226754999",
        "candidate_id": None,
        "grade": "pass",
        "exam_date": "2026-11-20",
        "received_at": "2026-11-21T02:10:00Z",
        "last_name": "Roe",
        "reason": "No candidate has this testing ID yet.",
    },
]

EMAILS: Rows = [
    {
        "id": "m1",
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "template": "earned",
        "to": "jane.doe@example.com",
        "subject": "Congratulations, Jane",
        "state": "sent",
        "message_id": "<m1@example.com>",
        "created_at": "2026-11-21T02:10:00Z",
        "sent_at": "2026-11-21T02:10:01Z",
        "attempts": 1,
        "error": None,
    },
    {
        "id": "m2",
        "programme": "cisco",
        "candidate_id": "CSCO10000003",
        "template": "welcome",
        "to": "gone@example.com",
        "subject": "Your login ID",
        "state": "failed",
        "message_id": "<m2@example.com>",
        "created_at": "2026-11-21T02:11:00Z",
        "sent_at": None,
        "attempts": 5,
        "error": "550 no such mailbox",
    },
]

LINKS: dict[str, Any] = {
    "good-token": {"programme": "cisco", "login_id": "CSCO10000000", "purpose": "welcome"},
}

MAILBOX: Rows = [
    {
        "id": "m1",
        "to": "jane.doe@example.com",
        "subject": "Welcome: set your password",
        "sent_at": "2026-11-22T06:00:00Z",
        "text": "Hello Jane,\n\nset your password here:\n"
        "http://127.0.0.1:8080/cisco/link/good-token\n",
        "html": "<p style='color:#333'>Hello Jane, <a href='/cisco/link/good-token'>set your "
        "password</a>.</p>",
    },
]
