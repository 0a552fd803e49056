"""Staff, API clients, the record of what was done: as the API tells of them."""

from typing import Any

Row = dict[str, Any]

SAM, ADA, NEW = (
    "01a20461-0000-7000-8000-000000000001",
    "01a20461-0000-7000-8000-000000000002",
    "01a20461-0000-7000-8000-000000000003",
)
ROLES: list[Row] = [
    {
        "role": "support",
        "scopes": ["accounts:read", "accounts:write", "candidates:read", "cases:write"],
        "yours_to_give": True,
    },
    {
        "role": "reviewer",
        "scopes": ["candidates:read", "completions:review", "names:review"],
        "yours_to_give": True,
    },
    {"role": "administrator", "scopes": ["events:manage", "staff:write"], "yours_to_give": False},
]


def member(staff_id: str, name: str, **changes: Any) -> Row:
    return {
        "staff_id": staff_id,
        "email": f"{name.lower()}@example.com",
        "name": name,
        "roles": ["support"],
        "scopes": ["accounts:read", "candidates:read"],
        "active": True,
        "state": "active",
        "other_programmes": 0,
        "last_signed_in_at": "2026-11-21T08:30:00Z",
        "invited_until": None,
        "second_factors": 1,
        "yourself": False,
        **changes,
    }


MEMBERS = [
    member(ADA, "Ada", roles=["administrator"], yourself=True, other_programmes=1),
    member(
        NEW,
        "Nell",
        state="invited",
        last_signed_in_at=None,
        second_factors=0,
        invited_until="2026-11-29T12:00:00Z",
    ),
    member(SAM, "Sam", roles=["support", "reviewer"]),
]
SECRET: Row = {
    "secret_id": "01a20461-0000-7000-8000-000000000011",
    "created_at": "2026-10-01T09:00:00Z",
    "expires_at": None,
    "last_used_at": "2026-11-22T11:59:00Z",
}
CLIENTS: list[Row] = [
    {
        "client_id": "vue-results",
        "name": "Pearson VUE, results",
        "vendor": "vue",
        "programmes": ["cisco"],
        "scopes": ["results:write"],
        "addresses": ["192.0.2.0/24"],
        "active": True,
        "created_at": "2026-10-01T09:00:00Z",
        "last_used_at": "2026-11-22T11:59:00Z",
        "revoked_at": None,
        "secrets": [SECRET],
        "yours": True,
    },
    {
        "client_id": "old-one",
        "name": "An old machine",
        "vendor": "psi",
        "programmes": ["cisco", "juniper"],
        "scopes": ["results:write", "registrations:write"],
        "addresses": [],
        "active": False,
        "created_at": "2025-10-01T09:00:00Z",
        "last_used_at": None,
        "revoked_at": "2026-01-01T09:00:00Z",
        "secrets": [],
        "yours": False,
    },
]
ENTRIES: list[Row] = [
    {
        "entry_id": "01a20461-0000-7000-8000-000000000021",
        "at": "2026-11-22T10:00:00Z",
        "programme": "cisco",
        "action": "second_factor.reset",
        "by_kind": "staff",
        "by_id": SAM,
        "by_name": "Sam",
        "subject": "CSCO10000000",
        "details": {"passkeys": 1, "reason": "Lost the telephone."},
        "request_id": "r-1",
    },
    {
        "entry_id": "01a20461-0000-7000-8000-000000000022",
        "at": "2026-11-21T10:00:00Z",
        "programme": "cisco",
        "action": "staff.roles_changed",
        "by_kind": "staff",
        "by_id": ADA,
        "by_name": "Ada",
        "subject": SAM,
        "details": {"name": "Sam", "before": ["support"], "after": ["support", "reviewer"]},
        "request_id": "r-2",
    },
    {
        "entry_id": "01a20461-0000-7000-8000-000000000023",
        "at": "2026-11-20T10:00:00Z",
        "programme": "cisco",
        "action": "client.changed",
        "by_kind": "system",
        "by_id": None,
        "by_name": None,
        "subject": "vue-results",
        "details": {"before": {"scopes": []}, "after": {"scopes": ["results:write"]}},
        "request_id": None,
    },
]
ACCOUNT_FILE: Row = {
    "import_id": "01a20461-0000-7000-8000-000000000041",
    "programme": "cisco",
    "name": "people-of-the-academy.csv",
    "by_name": "Ada",
    "welcome": True,
    "state": "finished",
    "rows": 1200,
    "made": 1150,
    "already_there": 48,
    "rejected": 2,
    "started_at": "2026-11-22T09:00:00Z",
    "finished_at": "2026-11-22T09:00:02Z",
    "refused": [
        {"row": 7, "faults": [{"field": "email", "message": "is not an e-mail address"}]},
        {"row": 9, "faults": [{"field": "family_name", "message": "a name is needed"}]},
    ],
}
ACCOUNT: Row = {
    "candidate_id": "CSCO10000000",
    "has_password": True,
    "password_set_at": "2026-10-01T09:00:00Z",
    "emails": [
        {
            "email": "jane.doe@example.com",
            "primary": True,
            "verified_at": "2026-10-01T09:00:00Z",
        },
        {"email": "jane@work.example", "primary": False, "verified_at": None},
    ],
    "sessions": [
        {
            "session_id": "01a20461-0000-7000-8000-000000000031",
            "created_at": "2026-11-22T09:00:00Z",
            "expires_at": "2026-12-06T09:00:00Z",
            "address": "192.0.2.9",
            "device": "Firefox on Linux",
        }
    ],
    "passkeys": [
        {"name": "Jane's phone", "created_at": "2026-10-02T09:00:00Z", "last_used_at": None}
    ],
    "code_app_since": None,
    "recovery_codes_left": 8,
    "links": [
        {
            "purpose": "welcome",
            "created_at": "2026-09-30T09:00:00Z",
            "expires_at": "2026-10-07T09:00:00Z",
            "state": "used",
        }
    ],
}
