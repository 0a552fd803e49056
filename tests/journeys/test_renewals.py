"""Certifications over the years: renewed, carried along, waiting for a prerequisite, corrected."""

import pytest

from tests.journeys.days import ago, three_years_after
from tests.journeys.product import Person, Product, until


@pytest.fixture
def person(product: Product, request: pytest.FixtureRequest) -> Person:
    """Somebody registered, in the programme that a test names."""
    somebody = Person("Renate", programme=getattr(request, "param", "cisco"))
    exam = "200-301" if somebody.programme == "cisco" else "JN0-106"
    product.register(somebody.registration(exam))
    return somebody


def test_passing_again_renews_and_is_told_once(product: Product, person: Person) -> None:
    first, second = ago(400), ago(1)
    product.results(person.result("200-301", first))
    earned = product.held(person, "CCNA", expires_on=three_years_after(first))
    product.results(person.result("200-301", second))
    renewed = product.held(person, "CCNA", expires_on=three_years_after(second))
    assert (renewed["started_on"], renewed["active_on"]) == (first, second)
    # One certificate through all its terms: a printed code must not die of a renewal.
    assert renewed["verification_code"] == earned["verification_code"]
    mail = product.wait_for_mail(person.email, "renew")
    assert "CCNA" in mail.subject
    # The first pass was old news when it came.
    assert not [one for one in product.mails_to(person.email) if "Congrat" in one.subject]
    assert len([one for one in product.mails_to(person.email) if "renew" in one.subject]) == 1


def test_a_failed_retake_changes_no_date(product: Product, person: Person) -> None:
    day = ago(300)
    product.results(person.result("200-301", day))
    product.held(person, "CCNA")
    product.results(person.result("200-301", ago(2), "fail"))
    assert [exam["grade"] for exam in product.history(person, 2)].count("fail") == 1
    assert product.held(person, "CCNA")["expires_on"] == three_years_after(day)


def test_a_higher_certification_carries_the_lower_along(product: Product, person: Person) -> None:
    associate, core, professional = ago(700), ago(60), ago(3)
    product.results(person.result("200-301", associate))
    product.held(person, "CCNA", expires_on=three_years_after(associate))
    product.results(person.result("350-401", core), person.result("300-410", professional))
    ccnp = product.held(person, "CCNP-Enterprise")
    assert (ccnp["started_on"], ccnp["expires_on"]) == (
        professional,
        three_years_after(professional),
    )
    carried = product.held(person, "CCNA", expires_on=three_years_after(professional))
    assert carried["started_on"] == associate
    product.held(person, "Specialist-ENCOR", expires_on=three_years_after(professional))
    product.held(person, "Specialist-ENARSI", started_on=professional)
    path = f"candidates/cisco/{product.candidate_id(person)}/certifications/CCNA"
    explained = product.staff.get(f"certifications/{path}")
    (why,) = [one for one in explained["explanation"] if one["subject"] == "active_on"]
    assert "300-410" in why["sentence"]


@pytest.mark.parametrize("person", ["juniper"], indirect=True)
def test_an_award_waits_for_its_prerequisite(product: Product, person: Person) -> None:
    specialist, associate = ago(200), ago(20)
    product.results(person.result("JN0-352", specialist))
    product.history(person, 1)
    product.results(person.result("JN0-106", associate))
    product.held(person, "JNCIA-Junos", started_on=associate)
    waited = product.held(person, "JNCIS-ENT")
    # Not when the exam was passed, but when everything was met.
    assert waited["started_on"] == associate
    product.results(person.result("JN0-650", ago(2)))
    product.held(person, "JNCIP-ENT", started_on=ago(2))
    product.held(person, "JNCIS-ENT", expires_on=three_years_after(ago(2)))
    product.held(person, "JNCIA-Junos", expires_on=three_years_after(ago(2)))


def test_an_older_result_that_comes_late_is_put_in_its_place(
    product: Product, person: Person
) -> None:
    late, known = ago(800), ago(100)
    product.results(person.result("200-301", known))
    before = product.held(person, "CCNA", started_on=known)
    product.results(person.result("200-301", late))
    after = product.held(person, "CCNA", started_on=late)
    # The later pass renews what the older one earned, so the last day stays.
    assert (after["active_on"], after["expires_on"]) == (known, before["expires_on"])
    assert after["verification_code"] == before["verification_code"]


def test_what_expired_is_earned_anew(product: Product, person: Person) -> None:
    long_ago, new = ago(2_000), ago(1)
    product.results(person.result("200-301", long_ago))
    product.held(person, "CCNA", status="expired", expires_on=three_years_after(long_ago))
    code = product.held(person, "CCNA")["verification_code"]
    if code:
        proof = product.public.get(f"certifications/public/{code}")
        assert (proof["valid"], proof["status"]) == (False, "expired")
    product.results(person.result("200-301", new))
    product.held(person, "CCNA", status="active", started_on=new)
    product.wait_for_mail(person.email, "Congratulations")


def test_results_in_one_post_or_in_any_order_end_alike(product: Product) -> None:
    exams = [("200-301", ago(500)), ("350-401", ago(40)), ("300-410", ago(4))]
    people = [Person("Order"), Person("Order"), Person("Order")]
    product.register(*(person.registration("200-301") for person in people))
    product.results(*(people[0].result(*exam) for exam in exams))
    for exam in exams:
        product.results(people[1].result(*exam))
    for exam in reversed(exams):
        product.results(people[2].result(*exam))
    states = []
    for person in people:
        path = f"candidates/cisco/{product.candidate_id(person)}/certifications"
        product.held(person, "CCNP-Enterprise")
        product.held(person, "CCNA", started_on=exams[0][1], expires_on=three_years_after(ago(4)))
        until(lambda person=person: product.history(person, 3), "all results")  # type: ignore[misc]  # a loop's own person
        levels = product.staff.get(f"certifications/{path}")["levels"]
        private = ("verification_code", "verification_url", "certificate_url")
        states.append(
            [
                {name: value for name, value in one.items() if name not in private}
                for level in levels
                for one in level["certifications"]
            ]
        )
    assert states[0] == states[1] == states[2]
    assert len(states[0]) == 4
