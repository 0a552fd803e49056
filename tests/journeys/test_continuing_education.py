"""Credits, completed courses and agreements, from whoever tells of them to what they renew."""

from tests.journeys.days import ago, three_years_after
from tests.journeys.product import Candidate, Json, Person, Product, a_number, until
from tests.services.exams.handed_in import pdf


def handed_in(candidate: Candidate, method: str, path: str, **form: str) -> Json:
    """A course handed in, with its certificate."""
    files = {"certificate": ("certificate.pdf", pdf(), "application/pdf")}
    answer = candidate.ask(method, f"exams/{path}", data=form, files=files)
    assert answer.is_success, answer.text
    return answer.json()


def decided(product: Product, completion: Json, action: str, reason: str = "") -> Json:
    """What a completion is after a decision of staff."""
    body = {"version": completion["version"], "reason": reason}
    return product.staff.post(f"exams/completions/{completion['id']}/{action}", body)


def test_credits_renew_from_the_day_of_the_activity_and_can_be_withdrawn(
    product: Product,
) -> None:
    person = Person("Karin")
    product.register(person.registration("200-301"))
    passed, active = ago(200), ago(3)
    product.results(person.result("200-301", passed))
    product.held(person, "CCNA", expires_on=three_years_after(passed))
    credit = {
        "programme": "cisco",
        "external_id": a_number("C"),
        "testing_id": person.testing_id,
        "activity": "CDL: Implementing Automation",
        "provider": "Learning Partner",
        "points": "30",
        "active_on": active,
    }
    statements: list[tuple[Json, str]] = [
        ({"review": "pending"}, three_years_after(passed)),
        ({"review": "approved"}, three_years_after(active)),
        ({"withdrawn": True, "reason": "Booked twice."}, three_years_after(passed)),
    ]
    for hour, (statement, expires_on) in enumerate(statements, start=8):
        said = {**credit, **statement, "stated_at": f"{ago(1)}T{hour:02}:00:00Z"}
        answer = product.vendor.post("exams/credits", {"credits": [said]})
        assert answer["accepted"] == 1, answer
        product.held(person, "CCNA", expires_on=expires_on)
    assert "CCNA" in product.wait_for_mail(person.email, "renew").subject


def test_a_course_that_staff_approve_renews_from_its_completion(product: Product) -> None:
    person = Person("Sigrid", programme="juniper")
    product.register(person.registration("JN0-106"))
    passed, completed = ago(200), ago(5)
    product.results(person.result("JN0-106", passed))
    product.held(person, "JNCIA-Junos", expires_on=three_years_after(passed))
    candidate = product.welcome(person)

    form = {"course": "IJOS", "completed_on": ago(6)}
    first = handed_in(candidate, "POST", "completions", **form)
    returned = decided(product, first, "return", "The certificate is of another person.")
    mail = product.wait_for_mail(person.email, "needs more about your course")
    assert "of another person" in mail.text
    form = {"course": "IJOS", "completed_on": completed, "version": str(returned["version"])}
    again = handed_in(candidate, "PUT", f"completions/{first['id']}", **form)

    def seen() -> list[str]:
        whose = f"candidates/juniper/{candidate.candidate_id}"
        items = product.staff.get(f"certifications/{whose}/timeline")["items"]
        return [one["text"] for one in items if "IJOS" in one["text"] and one["kind"] == "fact"]

    reviewed = "Completed the course IJOS Introduction to Junos (in review)"
    until(lambda: seen() == [reviewed], "the course is in review")
    approved = decided(product, again, "approve")
    candidate.wait_for("JNCIA-Junos", active_on=completed)
    assert seen() == ["Completed the course IJOS Introduction to Junos"]
    product.wait_for_mail(person.email, "Introduction to Junos was approved")
    decided(product, approved, "reject", "It was of another year.")
    candidate.wait_for("JNCIA-Junos", active_on=passed)
    rejected = product.wait_for_mail(person.email, "Introduction to Junos was not accepted")
    assert "of another year" in rejected.text
    assert seen() == []


def test_an_agreement_that_was_accepted_is_on_record(product: Product) -> None:
    person = Person("Tuva")
    product.register(person.registration("200-301"))
    candidate = product.welcome(person)
    (agreement, *_) = [
        one for one in candidate.get("exams/agreements")["items"] if one["acceptable"]
    ]
    version = agreement["version"]
    path = f"exams/agreements/{agreement['id']}/acceptances"
    candidate.post(path, {"version": version})
    whose = f"certifications/candidates/cisco/{candidate.candidate_id}/timeline"

    def recorded() -> bool:
        texts = [one["text"] for one in product.staff.get(whose)["items"]]
        return any(text.startswith("Accepted") and version in text for text in texts)

    until(recorded, "the acceptance is among the candidate's facts")
