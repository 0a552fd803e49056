"""Jane Doe's past with testing vendors and providers: results, bookings, activities, courses."""

from typing import Any

Rows = list[dict[str, Any]]

ENSDWI = "Implementing Cisco SD-WAN Solutions (ENSDWI)"
VUE = {"vendor": "vue", "vendor_name": "Pearson VUE"}
PAGE = "https://vendor.example/cisco"


def _booked(code: str, number: str, day: str | None, stage: str | None, **more: Any) -> Any:
    return {
        "exam_code": code,
        "exam_name": f"Exam {code}",
        "registration_number": number,
        **VUE,
        "state": "booked" if stage in ("booked", "sitting") else "awaiting",
        "stage": stage,
        "appointment": f"{day}T17:30:00Z" if day else None,
        "centre": None,
        "expected_on": None,
        "scheduling_url": PAGE,
        "received_at": "2026-11-02T09:30:00Z",
        "changed_at": None,
    } | more


REGISTRATIONS: Rows = [
    _booked(
        "300-415",
        "490117326",
        "2026-12-04",
        "booked",
        exam_name=ENSDWI,
        centre="US-4711",
        expected_on="2026-12-09",
    ),
    _booked("300-420", "490117401", "2026-11-22", "sitting", expected_on="2026-11-27"),
    _booked("300-425", "490117402", "2026-11-20", "awaiting", expected_on="2026-11-25"),
    _booked("300-430", "490117403", "2026-11-09", "overdue", expected_on="2026-11-14"),
    _booked("300-435", "490117404", "2026-11-18", "received", expected_on="2026-11-23"),
    _booked("300-440", "490117405", "2026-10-09", None, state="cancelled"),
    _booked("300-445", "490117406", "2026-09-09", None, state="no_show"),
]


def _authorized(number: str, code: str, days: tuple[str, str], state: str) -> Any:
    return {
        "id": f"au-{number}",
        "number": number,
        **VUE,
        "exam_code": code,
        "exam_name": f"Exam {code}",
        "attempts": 2,
        "first_day": days[0],
        "last_day": days[1],
        "state": state,
        "scheduling_url": PAGE,
        "updated_at": "2026-11-01T10:00:00Z",
    }


AUTHORIZATIONS: Rows = [
    _authorized("CT1001", "350-801", ("2026-11-01", "2027-02-01"), "accepted"),
    _authorized("CT1002", "350-901", ("2027-01-01", "2027-03-01"), "accepted"),
    _authorized("CT1003", "350-902", ("2026-11-01", "2027-03-01"), "sent"),
    _authorized("CT1004", "350-903", ("2026-11-01", "2027-03-01"), "error"),
    _authorized("CT1005", "350-904", ("2025-11-01", "2026-03-01"), "accepted"),
    _authorized("CT1006", "350-905", ("2026-11-01", "2027-03-01"), "withdrawn"),
]


def _activity(id_: str, name: str, points: float, **more: Any) -> Any:
    return {
        "id": id_,
        "external_id": f"14626{id_[-2:]}",
        "vendor": "cisco-ce",
        "vendor_name": "Cisco Continuing Education",
        "activity": name,
        "item": None,
        "category": None,
        "category_name": None,
        "provider": "CDL 01 July CCNP",
        "points": points,
        "active_on": "2026-02-01",
        "expires_on": "2029-02-01",
        "state": "recorded",
        "review": None,
        "reason": None,
        "source": "creq-20260214-200500.csv",
        "received_at": "2026-02-15T04:05:00Z",
        "updated_at": "2026-02-24T11:00:00Z",
    } | more


ACTIVITIES: Rows = [
    _activity(
        "credits-2",
        "Designing Cisco Data Center Infrastructure",
        12.5,
        active_on="2026-11-03",
        expires_on="2029-11-03",
        state="pending",
        review="pending",
        item="DCID",
        category_name="Instructor-led training",
        source="API",
    ),
    _activity("credits-0", "Cisco CE Credits", 5.0),
    _activity("credits-1", "Cisco CE Credits", 5.0, review="approved"),
    _activity(
        "credits-9",
        "A webinar <b>taken twice</b>",
        1.0,
        state="withdrawn",
        reason="It was reported twice",
    ),
    _activity("credits-8", "A course elsewhere", 3.0, state="rejected", review="rejected"),
]

TEXT = "This is what we agree on.\n\nYou keep to yourself <b>what</b> the exams ask."

AGREEMENTS: Rows = [
    {
        "id": "conduct",
        "name": "Code of Conduct",
        "required": False,
        "state": "accepted",
        "version": "2",
        "effective_from": "2024-01-01",
        "text": TEXT,
        "acceptable": False,
        "accepted_version": "2",
        "accepted_at": "2024-02-03T08:00:00Z",
        "acceptances": [
            {
                "id": "ac-1",
                "version": "2",
                "accepted_at": "2024-02-03T08:00:00Z",
                "accepted_on": "2024-02-03",
                "text_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "source": "portal",
            }
        ],
    },
    {
        "id": "confidentiality",
        "name": "Cisco Certification and Confidentiality Agreement",
        "required": True,
        "state": "outdated",
        "version": "V10",
        "effective_from": "2026-01-01",
        "text": TEXT,
        "acceptable": True,
        "accepted_version": "V9",
        "accepted_at": "2023-06-14T08:00:00Z",
        "acceptances": [
            {
                "id": "ac-2",
                "version": "V9",
                "accepted_at": "2023-06-14T08:00:00Z",
                "accepted_on": "2023-06-14",
                "text_digest": None,
                "source": "result",
            }
        ],
    },
]


def completion(id_: str, state: str, **more: Any) -> dict[str, Any]:
    """A completed course as the API tells of it."""
    return {
        "id": id_,
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "candidate_name": None,
        "course": "ENCOR",
        "course_name": "Implementing Enterprise Core",
        "completed_on": "2026-10-30",
        "notes": "Room 3,\nfive days",
        "state": state,
        "reason": None,
        "file_name": "certificate.pdf",
        "file_type": "application/pdf",
        "file_bytes": 184_220,
        "submitted_at": "2026-11-02T09:30:00Z",
        "updated_at": "2026-11-02T09:30:00Z",
        "decided_at": None,
        "decided_by": None,
        "version": 1,
        "steps": [
            {"action": "submitted", "at": "2026-11-02T09:30:00Z", "by": None, "text": "Room 3"}
        ],
    } | more


COMPLETIONS: Rows = [
    completion("co-1", "submitted"),
    completion(
        "co-2",
        "returned",
        version=2,
        reason="The page with\nthe date is missing.",
        decided_at="2026-11-05T10:00:00Z",
    ),
    completion("co-3", "approved", decided_at="2026-11-05T10:00:00Z"),
    completion("co-4", "rejected", reason="Not your name.", decided_at="2026-11-05T10:00:00Z"),
]
