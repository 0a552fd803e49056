"""How Jane Doe stands: her certifications in every status, one explained, credits, exams again."""

from typing import Any

Rows = list[dict[str, Any]]

WORDS = {
    "active": "Active",
    "lifetime": "Active for a lifetime",
    "in_grace": "In grace period",
    "suspended": "Suspended",
    "expired": "Expired",
    "revoked": "Revoked",
    "emeritus": "Emeritus",
    "replaced": "Replaced",
    "not_earned": "Not earned",
}


def _held(
    code: str,
    name: str,
    level: str,
    status: str,
    days: tuple[str, str, str | None],
    verification: str,
    **more: Any,
) -> dict[str, Any]:
    started, active, expires = days
    return {
        "certification": code,
        "name": name,
        "title": name,
        "level": level,
        "level_name": level.title(),
        "category": "General Certifications",
        "status": status,
        "status_text": WORDS[status],
        "number": None,
        "started_on": started,
        "active_on": active,
        "expires_on": expires,
        "grace_until": None,
        "since": None,
        "because": None,
        "replaced_by": None,
        "earned_as": None,
        "verification_code": verification,
        "certificate_url": f"/api/certifications/certifications/{code}/certificate.pdf"
        if status in ("active", "lifetime")
        else None,
    } | more


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
CCIE = _held(
    "CCIE-RS",
    "CCIE Routing and Switching",
    "expert",
    "emeritus",
    ("2007-02-21", "2025-03-01", "2027-03-01"),
    "HW6C2ZNB",
    number="17204",
)
DEVNET = _held(
    "CCNA-AUTOMATION",
    "CCNA Automation",
    "associate",
    "in_grace",
    ("2023-10-20", "2023-10-20", "2026-10-20"),
    "M3XJ7QKD",
    grace_until="2027-01-18",
    earned_as="Cisco Certified DevNet Associate",
)
CYBEROPS = _held(
    "CCNA-CYBERSECURITY",
    "CCNA Cybersecurity",
    "associate",
    "suspended",
    ("2025-01-15", "2025-01-15", "2028-01-15"),
    "Y5RF8TVE",
    since="2026-09-01",
    because="An exam session is under investigation.",
)
WIRELESS = _held(
    "CCNP-WIRELESS-2020",
    "CCNP Enterprise Wireless",
    "professional",
    "revoked",
    ("2021-06-02", "2021-06-02", "2024-06-02"),
    "T9GD4WHA",
    since="2023-05-05",
    because="The exam was taken by somebody else.",
)
LEGACY = _held(
    "CCDA",
    "Cisco Certified Design Associate",
    "associate",
    "replaced",
    ("2018-04-11", "2018-04-11", "2021-04-11"),
    "C2PKX6NM",
    replaced_by={"certification": "CCNA", "name": "Cisco Certified Network Associate"},
)
CSM = _held(
    "CSM",
    "Customer Success Manager",
    "entry",
    "lifetime",
    ("2020-08-30", "2020-08-30", None),
    "N8VQ3LJE",
)

CERTIFICATIONS: dict[str, Any] = {
    "as_of": "2026-11-22",
    "levels": [
        {"level": "entry", "name": "Entry", "certifications": [CCT, CSM]},
        {
            "level": "associate",
            "name": "Associate",
            "certifications": [CCNA, DEVNET, CYBEROPS, LEGACY],
        },
        {"level": "specialist", "name": "Specialist", "certifications": [CORE, ENARSI]},
        {"level": "professional", "name": "Professional", "certifications": [CCNP, WIRELESS]},
        {"level": "expert", "name": "Expert", "certifications": [CCIE]},
    ],
    "achievements": [
        {
            "id": "ccie-10",
            "name": "10-year CCIE",
            "reached_on": "2017-02-21",
            "intervals": [{"first": "2007-02-21", "last": "2017-02-21"}],
            "sentence": "Ten years in a row.",
        },
        {
            "id": "ccie-15",
            "name": "15-year CCIE",
            "reached_on": "2022-02-21",
            "intervals": [{"first": "2007-02-21", "last": "2022-02-21"}],
            "sentence": "Fifteen years in a row.",
        },
    ],
    "coming_achievements": [
        {
            "id": "ccie-20",
            "name": "20-year CCIE",
            "expected_on": "2027-02-21",
            "intervals": [{"first": "2007-02-21", "last": "2026-11-22"}],
            "sentence": "19 years and 9 months are counted.",
        }
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
                _node(
                    "1.4",
                    "Earn 80 continuing education credits",
                    10,
                    80,
                    evidence=[
                        _proof("5 credits, Cisco CE Credits", "2026-02-01", True),
                        _proof("5 credits, Cisco CE Credits", "2026-02-01", True),
                    ],
                ),
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
            {"date": "2025-02-11", "text": "Manually granted certification: a lost result"},
            {"date": "2024-10-21", "text": "Exam 350-401 passed; on the way"},
        ],
        "options": [
            {
                "number": "1.3",
                "text": "Pass one expert written exam or lab",
                "missing": ["Pass one of 400-007 or a CCIE lab"],
                "rule": "certifications.CCNP-ENTERPRISE.renewal",
                "done": 0.5,
                "earliest_on": "2026-11-22",
                "new_expires_on": "2029-11-22",
                "latest_on": "2028-02-11",
                "latest_expires_on": "2031-02-11",
                "for_life": False,
                "carried_by": None,
                "note": None,
            },
            {
                "number": "1.2",
                "text": "Pass two different professional concentration exams",
                "missing": ["Pass one more of 300-420, 300-435, 300-440"],
                "rule": "certifications.CCNP-ENTERPRISE.renewal",
                "done": 0.5,
                "earliest_on": "2026-11-22",
                "new_expires_on": "2029-11-22",
                "latest_on": "2028-02-11",
                "latest_expires_on": "2031-02-11",
                "for_life": False,
                "carried_by": None,
                "note": None,
            },
        ],
        "fastest": 1,
        "renewal": [],
    },
    **{
        one["certification"]: {
            **one,
            "progress": [],
            "explanation": [],
            "history": [],
            "renewal": [],
        }
        for one in (CCNA, CCT, DEVNET, CYBEROPS, WIRELESS, LEGACY, CCIE, CSM)
    },
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
