"""What Jane Doe plans with: credits, when exams may be taken again, what imagined ones change."""

from typing import Any

RENEWED = (
    "CCNP Enterprise would be renewed on 4 December 2026 and be active through "
    "4 December 2029 instead of through 11 February 2028."
)
LOST = (
    "14 months and 7 days of the present term would be lost, because the new term counts from "
    "the day the requirement is met."
)

CREDITS: dict[str, Any] = {
    "as_of": "2026-11-22",
    "lines": [
        {
            "id": f"credits-{number}",
            "title": title,
            "provider": "CDL 01 July CCNP",
            "category": None,
            "points": points,
            "active_on": active,
            "inactive_on": inactive,
            "status": status,
            "why": why,
        }
        for number, (title, points, active, inactive, status, why) in enumerate(
            (
                ("Cisco CE Credits", "5", "2026-02-01", "2029-02-01", "active", ""),
                ("Cisco CE Credits", "5", "2026-02-01", "2029-02-01", "active", ""),
                (
                    "Designing Cisco Data Center Infrastructure",
                    "12.5",
                    "2026-11-03",
                    "2029-11-03",
                    "pending",
                    "It has not been approved yet.",
                ),
                (
                    "Cisco Live: technical sessions",
                    "8",
                    "2024-06-06",
                    "2027-06-06",
                    "used",
                    "The renewal of 11 February 2025 used it.",
                ),
            )
        )
    ],
    "totals": {"active": "10", "used": "8", "expired": "0", "pending": "12.5"},
}

ELIGIBILITY: dict[str, Any] = {
    "as_of": "2026-11-22",
    "items": [
        {
            "exam": "300-415",
            "name": "Implementing Cisco SD-WAN Solutions (ENSDWI)",
            "eligible_on": "2026-11-22",
            "attempts": 0,
            "attempt_number": 1,
            "reason": "No attempt is recorded: it can be taken at once.",
            "rule": None,
            "warns": [],
            "renews": ["CCNP-ENTERPRISE", "CCNA"],
        },
        {
            "exam": "350-401",
            "name": "Implementing Cisco Enterprise Network Core Technologies (ENCOR)",
            "eligible_on": "2027-05-21",
            "attempts": 3,
            "attempt_number": 4,
            "reason": "It was passed on 21 November 2026: the next attempt may be made from "
            "21 May 2027 on, 180 days counted from the day after.",
            "rule": "retakes[1].after_pass",
            "warns": [
                {
                    "certification": "CCNA-AUTOMATION",
                    "name": "CCNA Automation",
                    "text": "CCNA Automation ends on 18 January 2027, before 350-401, which would "
                    "renew it, can be taken again on 21 May 2027.",
                }
            ],
            "renews": ["CCNP-ENTERPRISE", "CCNA"],
        },
        {
            "exam": "300-925",
            "name": "A beta exam",
            "eligible_on": None,
            "attempts": 1,
            "attempt_number": 2,
            "reason": "It can be taken once in all, which was on 3 March 2026.",
            "rule": "retakes[0].attempts_ever",
            "warns": [],
            "renews": [],
        },
    ],
}

WHAT_IF: dict[str, Any] = {
    "on": "2026-12-04",
    "changes": [
        {
            "certification": "CCNP-ENTERPRISE",
            "name": "Cisco Certified Network Professional Enterprise",
            "before": {
                "status": "active",
                "status_text": "Active",
                "active_on": "2025-02-11",
                "expires_on": "2028-02-11",
            },
            "after": {
                "status": "active",
                "status_text": "Active",
                "active_on": "2026-12-04",
                "expires_on": "2029-12-04",
            },
            "months_lost": 14,
            "days_lost": 7,
            "best_day": "2028-02-11",
            "sentences": [
                RENEWED,
                LOST,
                "On 11 February 2028, its last day, nothing would be lost.",
            ],
        },
        {
            "certification": "CCIE-EI",
            "name": "CCIE Enterprise Infrastructure",
            "before": {
                "status": "not_earned",
                "status_text": "Not earned",
                "active_on": None,
                "expires_on": None,
            },
            "after": {
                "status": "active",
                "status_text": "Active",
                "active_on": "2026-12-04",
                "expires_on": "2029-12-04",
            },
            "months_lost": None,
            "days_lost": 0,
            "best_day": None,
            "sentences": [],
        },
    ],
    "warnings": ["350-401 may not be taken before 21 May 2027."],
    "sentences": ["Two certifications would change."],
}
