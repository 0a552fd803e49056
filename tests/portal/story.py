"""What the fake gateway tells: Jane Doe's certifications and what surrounds them."""

from typing import Any

from tests.portal import past
from tests.portal.standing import CCNA, CCNP, CCT, CORE, ENARSI

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
            "logo_mark": "m1",
        },
        "support_email": "certification-support@cisco.example",
        "texts": {},
        "courses": [
            {"code": "ENCOR", "name": "Implementing Enterprise Core"},
            {"code": "CCNA", "name": "Implementing and Administering Solutions"},
        ],
        "agreements": [{"id": "confidentiality", "name": "Confidentiality Agreement"}],
        "asks": True,
        "has_help": True,
        "sign_in": {
            "providers": [{"id": "cisco-com", "name": "Cisco.com ID"}],
            "self_registration": True,
        },
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


def _exam(
    code: str, name: str, number: str, grade: str, day: str, expires: str | None, **more: Any
) -> Any:
    return {
        "exam_code": code,
        "exam_name": name,
        "registration_number": number,
        **past.VUE,
        "grade": grade,
        "score": "874" if grade == "pass" else "701",
        "passing_score": "825",
        "sections": [{"name": "Architecture", "score": "80%"}],
        "exam_date": day,
        "centre": "US-4711",
        "state": "recorded",
        "reason": None,
        "received_at": f"{day}T21:14:09Z",
        "changed_at": None,
        "expires_on": expires,
    } | more


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
    "registrations": past.REGISTRATIONS,
    "scheduling": [{"vendor": "vue", "vendor_name": "Pearson VUE", "url": past.PAGE}],
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
        "format": "results-csv",
        "vendor": "vue",
        "dry_run": False,
        "channel": "upload",
        "problem": None,
        "bytes": 64_000,
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
