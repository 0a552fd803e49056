"""How each operation is asked so that the right caller is answered."""

from base64 import b64decode
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

from deploy.local.processes import REPOSITORY
from shared.programmes import Course
from tests.journeys.days import ago

Json = Any

REASON = {"reason": "The rules have changed"}
TRIAL = {"files": {"kits.yaml": (REPOSITORY / "programmes/cisco/kits.yaml").read_text()}}
CREDITS = {
    "action": "credits",
    "points": "1",
    "title": "For Anna's eyes",
    "reason": "She was there",
}
PASSED = {"result": "PASS", "score": "87"}
IMAGINED = {"exams": [{"exam": "350-401", "day": ago(-20)}]}
TRANSCRIPT = {"description": "For Anna's eyes", "valid_through": ago(-20), "all_new": True}


def result(person: str, number: str) -> Json:
    return {
        "programme": "cisco",
        "registration_number": number,
        "exam_code": "200-301",
        "testing_id": f"T-{person}",
        "grade": "pass",
        "exam_date": ago(1),
    }


def booking(person: str, number: str) -> Json:
    booked = {name: value for name, value in result(person, number).items() if name != "grade"}
    del booked["exam_date"]
    contact = {"given_name": person, "family_name": "Holm", "email": f"{person}@example.com"}
    return booked | {"candidate": contact}


def cancellation(number: str) -> Json:
    return {"programme": "cisco", "registration_number": number, "kind": "cancel"}


def activity() -> Json:
    return {
        "programme": "cisco",
        "vendor": "vue",
        "external_id": f"C{uuid4().hex}",
        "testing_id": "T-anna",
        "activity": "A workshop",
        "points": 2,
        "active_on": ago(1),
    }


def hand_in() -> Json:
    days = next(_days)
    return {
        "data": {"course": COURSE.code, "completed_on": ago(days)},
        "files": {"certificate": ("certificate.png", PICTURE)},
    }


def upload() -> Json:
    header = "vendor,registration_number,exam_code,testing_id,grade,exam_date"
    row = f"vue,F{uuid4().hex},200-301,T-anna,pass,{ago(1)}"
    return {
        "params": {"kind": "results", "programme": "cisco"},
        "content": f"{header}\n{row}\n".encode(),
        "headers": {"content-type": "text/csv"},
    }


# Cisco's own data names no courses, which are what Juniper renews by.
COURSE = Course(code="COURSE", name="A course", level="associate")
# A picture of one point: the smallest certificate that can be read to its end.
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_days = count(1)


def notification() -> Json:
    """Pearson VUE's word about a result of a person whom nobody knows."""
    taken = {"registrationID": uuid4().hex, "grade": "pass", "examDate": ago(1)}
    return {
        "params": {"programme": "cisco"},
        "json": {
            "eventType": "RESULT_AVAILABLE",
            "clientCandidateID": "CSCO99999999",
            "exams": {"exam": [{"examSeriesCode": "200-301", "examResult": taken}]},
        },
    }


def results_file() -> Json:
    """Pearson VUE's results file with a result of the same person."""
    header = "ClientCandidateID\tRegistrationID\tExamSeriesCode\tExamDate\tGrade"
    row = f"CSCO99999999\tF{uuid4().hex}\t200-301\t{ago(1)}\tPass"
    return {
        "params": {"programme": "cisco", "name": "results-1.dat"},
        "content": f"{header}\n{row}\n".encode(),
    }


def invitation() -> Json:
    email = f"{uuid4().hex}@example.com"
    return {"programme": "cisco", "email": email, "name": "Nan", "roles": ["support"]}


def machine(**changes: Any) -> Json:
    rights = {"programmes": ["cisco"], "scopes": ["results:write"]}
    return {"client_id": uuid4().hex, "vendor": "vue", "name": "A machine", **rights, **changes}


def machine_settings() -> Json:
    return {name: value for name, value in machine().items() if name not in ("client_id", "vendor")}


def accounts() -> Json:
    """A file of one account, of somebody new."""
    text = f"family_name,email\nNew,{uuid4().hex}@example.com\n"
    return {"params": {"programme": "cisco"}, "content": text.encode()}


def of_cisco() -> Json:
    return {"params": {"programme": "cisco"}}


ANNA = "/candidates/{programme}/{candidate_id}"
HARBOUR = {
    "country": "HK",
    "roman": {"family_name": "Anna", "line1": "1 Quay", "region": "Hong Kong Island"},
}
QUESTIONS = ("employee", "partner", "messages", "net-academy", "disclosure")
SETTINGS = {"answers": {name: {"version": "2026", "value": True} for name in QUESTIONS}}
PEARSON = "/feeds/pearson-vue"
CASE = {"kind": "other", "subject": "A question", "message": "Why?"}
PROOF: Json = {"files": {"identification": ("passport.png", PICTURE)}}
# Of the operations about one case or name, by their paths.
CASES: dict[str, Json] = {
    "/cases/{number}/messages": {"data": {"message": "x"}, "files": {"attachment": ("", b"")}},
    "/cases/{number}/assign": {"json": {"to": None}},
    "/cases/{number}/resolve": {"json": {"version": 1, "outcome": "Done"}},
    "/cases/{number}/reopen": {"json": {"reason": "Not done"}},
    "/name-changes": {"data": {"given_name": "anna", "family_name": "Roe"}, **PROOF},
    "/name-changes/{change_id}/approve": {"json": {"version": 1}},
    "/name-changes/{change_id}/reject": {"json": {"version": 1, "reason": "Blurred"}},
}
MEMBER = "/staff/members/{programme}/{staff_id}"
# How an operation is asked so that the right caller is answered. What is not here takes only a
# path, whose ids are Anna's.
ASKING: dict[tuple[str, str, str], Callable[[], Json]] = {
    ("identity", "get", "/audit"): of_cisco,
    ("identity", "get", "/imports"): of_cisco,
    ("identity", "post", "/imports"): accounts,
    ("identity", "get", "/audit/actions"): of_cisco,
    ("identity", "get", "/audit/export"): of_cisco,
    ("identity", "get", "/staff/members"): of_cisco,
    ("identity", "get", "/staff/roles"): of_cisco,
    ("identity", "post", "/clients"): lambda: {"json": machine()},
    ("identity", "post", "/clients/{client_id}/revoke"): lambda: {"json": REASON},
    ("identity", "post", "/clients/{client_id}/secrets"): lambda: {"json": {"overlap_hours": 1}},
    ("identity", "put", "/clients/{client_id}"): lambda: {"json": machine_settings()},
    ("identity", "post", "/staff/members"): lambda: {"json": invitation()},
    ("identity", "post", f"{MEMBER}/activate"): lambda: {"json": REASON},
    ("identity", "post", f"{MEMBER}/deactivate"): lambda: {"json": REASON},
    ("identity", "post", f"{MEMBER}/second-factors/reset"): lambda: {"json": REASON},
    ("identity", "put", f"{MEMBER}/roles"): lambda: {"json": {"roles": ["support"]}},
    ("identity", "post", f"{ANNA}/account/second-factors/reset"): lambda: {"json": REASON},
    ("identity", "post", f"{ANNA}/account/sessions/end"): lambda: {"json": REASON},
    ("identity", "get", "/case-workers"): of_cisco,
    ("identity", "post", "/cases"): lambda: {"data": CASE, "files": {"attachment": ("", b"")}},
    ("identity", "post", f"{ANNA}/cases"): lambda: {"json": CASE},
    ("identity", "get", "/candidates"): lambda: {"params": {"programme": "cisco"}},
    ("identity", "get", "/help-votes"): of_cisco,
    ("identity", "get", "/data-requests"): of_cisco,
    ("identity", "get", "/merges"): of_cisco,
    ("identity", "put", "/me/attributes"): lambda: {"json": {"values": {"job-title": "Pilot"}}},
    ("identity", "put", "/me/help-votes/{article_id}"): lambda: {"json": {"helpful": True}},
    ("identity", "put", "/me/postal-address"): lambda: {"json": HARBOUR},
    ("identity", "put", "/me/settings"): lambda: {"json": SETTINGS},
    ("identity", "put", f"{ANNA}/attributes"): lambda: {"json": {"values": {"netacad": "17"}}},
    ("certifications", "post", f"{ANNA}/actions"): lambda: {"json": CREDITS},
    ("certifications", "post", f"{ANNA}/actions/{{action_id}}/undo"): lambda: {
        "json": {"reason": "She was not"}
    },
    ("certifications", "post", "/programmes/{programme}/dry-runs"): lambda: {"json": TRIAL},
    ("certifications", "post", "/programmes/{programme}/reevaluations"): lambda: {"json": REASON},
    ("certifications", "post", "/what-if"): lambda: {"json": IMAGINED},
    ("certifications", "post", f"{ANNA}/what-if"): lambda: {"json": IMAGINED},
    ("exams", "post", "/registrations"): lambda: {"json": booking("anna", uuid4().hex)},
    ("exams", "post", "/results"): lambda: {"json": result("anna", uuid4().hex)},
    ("exams", "post", "/changes"): lambda: {"json": cancellation(uuid4().hex)},
    ("exams", "post", "/results/{result_id}/hold"): lambda: {"json": REASON},
    ("exams", "post", "/results/{result_id}/release"): lambda: {"json": REASON},
    ("exams", "post", "/results/{result_id}/invalidate"): lambda: {"json": REASON},
    ("exams", "post", "/results/{result_id}/validate"): lambda: {"json": REASON},
    ("exams", "post", "/flags/{flag_id}/close"): lambda: {"json": {"note": "Looked into"}},
    ("exams", "get", "/held"): lambda: {"params": {"programme": "cisco"}},
    ("exams", "get", "/flags"): lambda: {"params": {"programme": "cisco"}},
    ("exams", "post", "/imports"): upload,
    ("exams", "post", "/credits"): lambda: {"json": activity()},
    ("exams", "post", "/completions"): hand_in,
    ("exams", "post", "/agreements/{agreement_id}/acceptances"): lambda: {
        "json": {"version": "V9"}
    },
    ("exams", "post", f"{PEARSON}/notifications"): notification,
    ("exams", "post", f"{PEARSON}/files"): results_file,
    ("exams", "get", f"{PEARSON}/files/{{kind}}"): of_cisco,
    ("exams", "post", f"{PEARSON}/files/{{kind}}/sent"): of_cisco,
    ("exams", "get", f"{PEARSON}/files/{{kind}}/sent/{{file_name}}"): of_cisco,
    ("exams", "get", f"{PEARSON}/candidates-in-error"): of_cisco,
    ("exams", "put", "/feeds/psi/bookings/{booking}/results"): lambda: {"json": PASSED},
    ("exams", "put", "/feeds/psi/eligibilities/{eligibility}/results"): lambda: {"json": PASSED},
    ("exams", "get", "/imports"): lambda: {"params": {"programme": "cisco"}},
    ("exams", "get", "/imports/formats"): of_cisco,
    ("exams", "get", "/vendors"): of_cisco,
    ("exams", "get", "/search"): lambda: {"params": {"q": "RESULT-ANNA"}},
    ("exams", "get", "/waiting"): lambda: {"params": {"programme": "cisco"}},
    ("notifications", "get", "/emails"): lambda: {"params": {"programme": "cisco"}},
    ("transcripts", "post", "/transcripts"): lambda: {"json": TRANSCRIPT},
    ("transcripts", "put", "/transcripts/{transcript_id}"): lambda: {"json": TRANSCRIPT},
}
