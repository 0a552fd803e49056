"""Consent to disclosure taken back: every public answer falls silent, and speaks again with it."""

from typing import Any

from tests.journeys.days import ago
from tests.journeys.product import Candidate, Json, Person, Product, until

# What the programme asks, and what is answered beside the consent.
REST = {"employee": False, "partner": False, "messages": False, "net-academy": False}


def consent(candidate: Candidate, *, to_disclosure: bool) -> None:
    """Answer the programme's questions, in the words in which they are asked."""
    asked = candidate.get("identity/me/settings")["questions"]
    values = {**REST, "disclosure": to_disclosure}
    answers = {one["id"]: {"version": one["version"], "value": values[one["id"]]} for one in asked}
    answer = candidate.ask("PUT", "identity/me/settings", json={"answers": answers})
    assert answer.is_success, answer.text
    assert answer.json()["due"] is False


def test_without_consent_every_public_answer_is_silent(product: Product) -> None:
    nora = Person("Nora")
    product.register(nora.registration("200-301"))
    candidate = product.welcome(nora)
    product.results(nora.result("200-301", ago(1)))
    code = candidate.wait_for("CCNA", status="active")["verification_code"]
    wish: Json = {"description": "For all", "valid_through": ago(-30), "all_new": True}
    shared = candidate.post("transcripts/transcripts", wish)["code"]
    public = {
        "certificate": f"certifications/public/{code}",
        "transcript": f"transcripts/public/{shared}",
    }

    def answers(**sent: Any) -> dict[str, int]:
        asked = {name: product.public.ask("GET", path, **sent) for name, path in public.items()}
        assert all("Nora" not in answer.text for answer in asked.values() if answer.is_error)
        return {name: answer.status_code for name, answer in asked.items()}

    until(lambda: answers() == {"certificate": 200, "transcript": 200}, "both speak at first")
    tags = {name: product.public.ask("GET", path).headers["etag"] for name, path in public.items()}

    consent(candidate, to_disclosure=False)
    silent = {"certificate": 404, "transcript": 410}
    until(lambda: answers() == silent, "both are silent", seconds=10)
    # What a browser has kept is not confirmed either.
    for name, path in public.items():
        headers = {"if-none-match": tags[name]}
        assert product.public.ask("GET", path, headers=headers).status_code == silent[name]
    # A code that was never given out gets the same answer, word for word.
    never = product.public.ask("GET", "certifications/public/4BTSW8KF")
    known = product.public.ask("GET", public["certificate"])
    told = ("type", "title", "status", "detail")
    assert [known.json()[name] for name in told] == [never.json()[name] for name in told]
    assert "Nora" not in product.public.client.get(f"/cisco/verify/{code}").text
    assert "Nora" not in product.public.client.get(f"/cisco/transcript/{shared}").text

    # Nothing is lost: she and staff see it as before.
    assert candidate.certifications()["CCNA"]["status"] == "active"
    assert product.held(nora, "CCNA", status="active")["verification_code"] == code

    consent(candidate, to_disclosure=True)
    until(lambda: answers() == {"certificate": 200, "transcript": 200}, "both speak again")
