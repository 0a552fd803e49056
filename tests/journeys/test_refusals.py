"""Bad input from outside: a problem document that names field and row, and nothing half-written."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.journeys.days import ago
from tests.journeys.product import MEDIA_PROBLEM, Api, Person, Product, a_number

Item = dict[str, Any]
Change = Callable[[Item], Any]


def problem(answer: httpx2.Response, status: int) -> Any:
    """The document of a refusal, which every refusal is."""
    assert answer.status_code == status, answer.text[:1000]
    assert answer.headers["content-type"] == MEDIA_PROBLEM
    body = answer.json()
    assert body["status"] == status
    assert body["type"].rpartition("/problems/")[2]
    assert body["title"]
    assert body["request_id"]
    return body


def with_(**values: Any) -> Change:
    return lambda item: {**item, **values}


def without(*names: str) -> Change:
    return lambda item: {name: value for name, value in item.items() if name not in names}


class Counted:
    """What is written in the product, as far as it can be seen from outside."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.person = Person("Witness")

    def now(self) -> dict[str, int]:
        staff = self.product.staff
        return {
            "candidates": len(staff.items("identity/candidates", programme="cisco", limit=200)),
            "waiting": len(staff.items("exams/waiting", programme="cisco", limit=200)),
            "imports": len(staff.items("exams/imports", programme="cisco", limit=200)),
            "parked": sum(
                len(staff.items(f"{service}/parked")) for service in ("identity", "exams")
            ),
        }


@pytest.fixture
def counted(product: Product) -> Counted:
    return Counted(product)


RESULTS: dict[str, tuple[Change, str]] = {
    "unknown programme": (with_(programme="atlantis"), "programme"),
    "unknown exam": (with_(exam_code="999-999"), "exam_code"),
    "an exam of another programme": (with_(exam_code="JN0-106"), "exam_code"),
    "a grade that there is not": (with_(grade="splendid"), "grade"),
    "a future date": (with_(exam_date=ago(-2)), "exam_date"),
    "a date before all exams": (with_(exam_date="1901-01-01"), "exam_date"),
    "a day that there is not": (with_(exam_date="2026-02-30"), "exam_date"),
    "a number for a date": (with_(exam_date=1_700_000_000), "exam_date"),
    "a number for a text": (with_(registration_number=12), "registration_number"),
    "a list for a text": (with_(exam_code=["200-301"]), "exam_code"),
    "an absurdly long number": (with_(registration_number="9" * 100_000), "registration_number"),
    "a null character": (with_(testing_id="T\x001"), "testing_id"),
    "an empty number": (with_(registration_number="  "), "registration_number"),
    "no number": (without("registration_number"), "registration_number"),
    "no grade": (without("grade"), "grade"),
    "nobody it is about": (without("testing_id", "candidate_id"), "testing_id"),
    "not an object": (lambda item: "a result", ""),
}


@pytest.mark.parametrize("what", RESULTS)
def test_a_wrong_result_names_its_field_and_is_not_kept(counted: Counted, what: str) -> None:
    product = counted.product
    change, field = RESULTS[what]
    right = counted.person.result("200-301", ago(1))
    before = counted.now()

    alone = product.vendor.ask("POST", "exams/results", json=change(right))
    named = {error.get("field", "") for error in problem(alone, 422).get("errors", [])}
    assert field in named or not field

    beside = product.vendor.ask("POST", "exams/results", json={"results": [change(right)]})
    assert beside.status_code == 200
    (item,) = beside.json()["items"]
    assert item["outcome"] == "rejected"
    assert item["errors"]
    assert not field or field in {error["field"] for error in item["errors"]}
    assert counted.now() == before


def test_a_wrong_registration_names_its_field(counted: Counted) -> None:
    product = counted.product
    right = counted.person.registration("200-301")
    person = right["candidate"]
    wrong = {
        "candidate.email": {**right, "candidate": {**person, "email": "not an address"}},
        "candidate.given_name": {**right, "candidate": {**person, "given_name": "x" * 5_000}},
        "appointment": {**right, "appointment": "tomorrow at nine"},
        "exam_code": {**right, "exam_code": "none"},
    }
    before = counted.now()
    for field, item in wrong.items():
        answer = problem(product.vendor.ask("POST", "exams/registrations", json=item), 422)
        assert field in [error["field"] for error in answer["errors"]]
    assert counted.now() == before


BODIES: dict[str, tuple[bytes, int]] = {
    "not JSON": (b'{"results": [', 400),
    "broken in the middle": (b'{"results": [{"grade": pass}]}', 400),
    "nothing": (b"", 400),
    "another encoding": ('{"results": [{"last_name": "Åse"}]}'.encode("latin-1"), 400),
    "UTF-16": ('{"results": []}'.encode("utf-16"), 400),
    "not a number": (b'{"results": [{"score": NaN}]}', 400),
    "nested without end": (b"[" * 100_000, 400),
    "a list": (b"[]", 422),
    "a text": (b'"results"', 422),
    "a list that is none": (b'{"results": {"0": {}}}', 422),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_is_refused_whole(counted: Counted, what: str) -> None:
    body, status = BODIES[what]
    before = counted.now()
    for kind in ("results", "registrations"):
        answer = counted.product.vendor.ask(
            "POST",
            f"exams/{kind}",
            content=body.replace(b"results", kind.encode()),
            headers={"content-type": "application/json"},
        )
        problem(answer, status)
    assert counted.now() == before


def test_a_request_has_at_most_a_thousand_items(counted: Counted) -> None:
    items = [counted.person.result("200-301", ago(1)) for _ in range(1_001)]
    before = counted.now()
    answer = counted.product.vendor.ask("POST", "exams/results", json={"results": items})
    body = problem(answer, 422)
    assert "1,001" in body["detail"]
    assert body["errors"][0]["field"] == "results"
    assert counted.now() == before


def test_an_absurdly_large_body_is_refused(counted: Counted) -> None:
    body = b'{"results": ["' + b"x" * 4_000_000 + b'"]}'
    answer = counted.product.vendor.ask(
        "POST", "exams/results", content=body, headers={"content-type": "application/json"}
    )
    problem(answer, 413)


HEADER = "registration_number,exam_code,testing_id,grade,exam_date\n"
FILES: dict[str, tuple[bytes, int | None]] = {
    "empty": (b"", 1),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", 1),
    "another encoding": ((HEADER + "R1,200-301,Åse,pass,2026-01-02\n").encode("latin-1"), 2),
    "UTF-16": (HEADER.encode("utf-16"), 1),
    "semicolons": (HEADER.replace(",", ";").encode(), 1),
    "an unknown column": (HEADER.replace("grade", "colour").encode(), 1),
    "a column twice": (HEADER.replace("grade", "exam_code").encode(), 1),
    "a short row": ((HEADER + "R1,200-301\n").encode(), 2),
    "a quotation without end": ((HEADER + 'R1,"200-301,T,pass,2026-01-02\n').encode(), None),
    "a null character": ((HEADER + "R1,200-301,T\x00,pass,2026-01-02\n").encode(), 2),
}


def upload(api: Api, body: bytes, **params: str) -> httpx2.Response:
    return api.ask(
        "POST",
        "exams/imports",
        params={"kind": "results", "programme": "cisco", **params},
        content=body,
        headers={"content-type": "text/csv"},
    )


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(counted: Counted, what: str) -> None:
    body, line = FILES[what]
    before = counted.now()
    answer = problem(upload(counted.product.vendor, body), 422)
    lines = [error["line"] for error in answer["errors"]]
    assert line is None or line in lines
    assert counted.now() == before


def test_a_file_too_large_or_for_nobody_is_refused(counted: Counted) -> None:
    vendor = counted.product.vendor
    before = counted.now()
    problem(upload(vendor, HEADER.encode(), programme="atlantis"), 404)
    problem(upload(vendor, HEADER.encode(), kind="recipes"), 422)
    problem(upload(vendor, HEADER.encode() + b"x" * 22_000_000), 422)
    assert counted.now() == before


def test_without_a_right_token_nothing_is_told_and_nothing_is_taken(counted: Counted) -> None:
    product = counted.product
    result = counted.person.result("200-301", ago(1))
    before = counted.now()
    header, payload, signature = str(product.vendor.token).split(".")
    forged = f"{header}.{payload}.{signature[:-4]}AAAA"
    unsigned = f"eyJhbGciOiJub25lIn0.{payload}."
    for token in (None, "nonsense", forged, unsigned):
        answer = Api(product.public.client, token).ask("POST", "exams/results", json=result)
        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    problem(product.staff.ask("POST", "exams/results", json=result), 403)
    narrow = Api(product.public.client, product.vendor_token("registrations:write"))
    problem(narrow.ask("POST", "exams/results", json=result), 403)
    for secret in ("wrong", ""):
        answer = product.public.ask(
            "POST",
            "identity/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=("vue-demonstration", secret),
        )
        assert problem(answer, 401)["error"] == "invalid_client"
    assert counted.now() == before


def test_nobody_reaches_what_is_another_candidates(product: Product) -> None:
    anna, bert = Person("Anna"), Person("Bert")
    product.register(anna.registration("200-301"), bert.registration("200-301"))
    product.results(anna.result("200-301", ago(1)))
    hers, his = product.welcome(anna), product.welcome(bert)
    hers.wait_for("CCNA")
    wish = {"description": "Mine", "valid_through": ago(-10), "all_new": True}
    transcript = hers.post("transcripts/transcripts", wish)

    path = f"transcripts/transcripts/{transcript['id']}"
    problem(his.ask("GET", path), 404)
    problem(his.ask("PUT", path, json=wish), 404)
    problem(his.ask("DELETE", path), 404)
    problem(his.ask("GET", "certifications/certifications/CCNA/certificate.pdf"), 409)
    assert his.certifications() == {}
    assert his.get("exams/history")["exams"] == []
    assert his.get("fulfillment/entitlements")["items"] == []
    assert his.get("transcripts/transcripts")["items"] == []
    whose = f"candidates/cisco/{hers.candidate_id}"
    for place in (
        f"identity/{whose}",
        f"exams/{whose}/history",
        f"certifications/{whose}/certifications",
        f"fulfillment/{whose}/entitlements",
    ):
        problem(his.ask("GET", place), 403)
        problem(product.vendor.ask("GET", place), 403)
        problem(product.public.ask("GET", place), 401)
        # The same id in another programme is nobody.
        elsewhere = product.staff.ask("GET", place.replace("cisco", "juniper"))
        assert elsewhere.status_code == 404 or elsewhere.json() == {"items": []}
    assert hers.get(path)["description"] == "Mine"


def test_answers_about_accounts_do_not_tell_who_has_one(product: Product) -> None:
    known = Person("Known")
    product.register(known.registration("200-301"))
    product.welcome(known)
    asked = [
        product.public.ask(
            "POST", "identity/sign-in-links", json={"programme": "cisco", "email": email}
        )
        for email in (known.email, "nobody@example.com")
    ]
    assert [one.status_code for one in asked] == [202, 202]
    # Each request has its own id and its own moment, whoever asks.
    said = [one.json() for one in asked]
    assert [set(one) for one in said] == [set(said[0])] * 2
    assert said[0]["message"] == said[1]["message"]
    tried = [
        product.public.ask(
            "POST",
            "identity/sessions",
            json={"programme": "cisco", "login": login, "password": "not this one"},
        )
        for login in (known.email, "nobody@example.com")
    ]
    said = [{**problem(one, 401), "request_id": ""} for one in tried]
    assert said[0] == said[1]


def test_wrong_transcripts_name_their_field(product: Product) -> None:
    person = Person("Form")
    product.register(person.registration("200-301"))
    candidate = product.welcome(person)
    right = {"description": "For work", "valid_through": ago(-5), "all_new": True}
    wrong = {
        "valid_through": {**right, "valid_through": ago(1)},
        "description": {**right, "description": "x" * 500},
        "certifications": {**right, "certifications": [a_number("NO-")], "all_new": False},
        "remarks": {**right, "remarks": "bell \x07"},
    }
    for field, form in wrong.items():
        answer = problem(candidate.ask("POST", "transcripts/transcripts", json=form), 422)
        assert any(field in error["field"] for error in answer["errors"]), answer
    assert candidate.get("transcripts/transcripts")["items"] == []
