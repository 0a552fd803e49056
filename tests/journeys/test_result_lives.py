"""A result after it was recorded, from the vendor's word to the candidate's page and mail."""

import pytest

from tests.journeys.days import ago, three_years_after
from tests.journeys.product import Json, Person, Product, until


@pytest.fixture
def person(product: Product) -> Person:
    somebody = Person("Lovisa")
    product.register(somebody.registration("200-301"))
    return somebody


def say(product: Product, result: Json, kind: str, **more: Json) -> None:
    """What the vendor says of a result after its first statement."""
    change = {
        "programme": result["programme"],
        "registration_number": result["registration_number"],
        "kind": kind,
        **more,
    }
    answer = product.vendor.post("exams/changes", {"changes": [change]})
    assert answer["accepted"] == 1, answer


def test_what_is_earned_and_told_follows_the_life_of_a_result(
    product: Product, person: Person
) -> None:
    day = ago(2)
    result = person.result("200-301", day, score="874")
    product.results(result)
    earned = product.held(person, "CCNA", expires_on=three_years_after(day))
    code = earned["verification_code"]
    candidate = product.welcome(person)

    def gone() -> bool:
        return "CCNA" not in candidate.certifications()

    say(product, result, "hold", reason="The centre's seating plan is being compared.")
    until(gone, "the held result takes CCNA back")
    mail = product.wait_for_mail(person.email, "is held")
    assert "seating plan" in mail.text
    assert "874" not in mail.text
    product.wait_for_mail(person.email, "CCNA is no longer yours")
    shown = candidate.get("certifications/certifications/CCNA")
    assert "its result is held" in shown["explanation"][0]["sentence"]
    eligible = candidate.get("certifications/eligibility")["items"]
    (again,) = [one for one in eligible if one["exam"] == "200-301"]
    assert again["attempts"] == 1

    say(product, result, "release")
    back = product.held(person, "CCNA", expires_on=three_years_after(day))
    assert back["verification_code"] == code
    product.wait_for_mail(person.email, "CCNA is yours again")

    say(product, result, "revoke", reason="Answers were copied.")
    until(gone, "the revoked result takes CCNA back")
    assert "Answers were copied" in product.wait_for_mail(person.email, "was revoked").text

    say(product, result, "reinstate")
    again_held = product.held(person, "CCNA", expires_on=three_years_after(day))
    assert (again_held["started_on"], again_held["verification_code"]) == (day, code)
    assert "874" in product.wait_for_mail(person.email, "counts again").text

    say(product, result, "change", grade="fail", score="612")
    until(gone, "the corrected result takes CCNA back")
    assert "612" in product.wait_for_mail(person.email, "was updated").text
    # The result itself was told once, as it was first.
    subjects = [one.subject for one in product.mails_to(person.email)]
    assert subjects.count("Your result for exam 200-301 has arrived") == 1


def test_a_result_that_was_held_before_it_came_is_told_when_it_is_released(
    product: Product, person: Person
) -> None:
    result = person.result("200-301", ago(1))
    # The hold is stated before the result itself arrives.
    say(product, result, "hold")
    product.results(result)
    product.wait_for_mail(person.email, "is held")
    assert not [one for one in product.mails_to(person.email) if "has arrived" in one.subject]
    say(product, result, "release")
    product.wait_for_mail(person.email, "has arrived")
    product.held(person, "CCNA")
