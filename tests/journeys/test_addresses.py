"""A mailbox that is lost: in again with a score report, and mail follows the person."""

import re

from tests.journeys.days import ago
from tests.journeys.product import Candidate, Json, Person, Product, until

PASSWORD = "two lamps by the door"


def token_in(product: Product, address: str, subject: str) -> str:
    """The token of the link in a mail that proves an address."""
    text = product.wait_for_mail(address, subject).text
    found = re.search(rf"{re.escape(product.url)}/cisco/address/(\S+)", text)
    assert found, text
    return found[1]


def signed_in(product: Product, login: str) -> Candidate:
    body = {"programme": "cisco", "login": login, "password": PASSWORD}
    return Candidate(product.public.client, product.public.post("identity/sessions", body))


def found_by(product: Product, email: str) -> list[Json]:
    """Whom staff find by an address."""
    answer = product.staff.get("identity/candidates", programme="cisco", search=email)
    found: list[Json] = answer["items"]
    return found


def test_a_lost_mailbox_is_replaced_with_a_score_report(product: Product) -> None:
    ida = Person("Ida", "Sjöström")
    home, club = f"home.{ida.email}", f"club.{ida.email}"
    product.register(ida.registration("200-301"))
    result = ida.result("200-301", ago(1))
    product.results(result)
    product.held(ida, "CCNA", status="active")
    login = product.candidate_id(ida)

    # The report of the result has a number that no registration ever had.
    report = {
        "programme": "cisco",
        "family_name": "SJOSTROM",
        "registration_number": f" {result['registration_number'].lower()} ",
        "email": home,
    }

    def answered() -> bool:
        """Whether the report was found; the number comes by event, and may be a moment behind."""
        before = len(product.mails_to(home))
        product.public.post("identity/score-reports", report)
        until(lambda: len(product.mails_to(home)) > before, "an answer to the report")
        return "sign-in link" in product.mails_to(home)[-1].subject

    until(answered, "the report is found")
    token = token_in(product, home, "sign-in link")
    followed = product.public.post(
        "identity/address-proofs/redeem", {"token": token, "password": PASSWORD}
    )
    assert (followed["outcome"], followed["login_id"]) == ("updated", login)
    told = product.wait_for_mail(ida.email, "goes to another address")
    assert home in told.text
    assert [one["candidate_id"] for one in found_by(product, home)] == [login]

    # A second one is added, and made the primary one.
    candidate = signed_in(product, home)
    candidate.post("identity/me/emails", {"email": club})
    confirm = token_in(product, club, "Confirm your new")
    added = product.public.post("identity/address-proofs/redeem", {"token": confirm})
    assert added["outcome"] == "added"
    assert club in product.wait_for_mail(home, "was added").text
    candidate.post("identity/me/emails/primary", {"email": club})
    assert candidate.get("identity/me")["email"] == club
    product.wait_for_mail(home, "goes to another address")

    # Every service's mail follows.
    before = len(product.mails_to(home))
    product.results(ida.result("350-401", ago(0)))
    product.wait_for_mail(club, "350-401")
    assert len(product.mails_to(home)) == before
    assert signed_in(product, club).candidate_id == login
