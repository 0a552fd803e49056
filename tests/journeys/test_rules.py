"""The rule engine as people meet it: by hand, what if, tried rules, and everybody anew."""

import pytest

from deploy.local.processes import REPOSITORY
from tests.journeys.days import ago, three_years_after
from tests.journeys.product import Candidate, Json, Person, Product, until

PROGRAMME = REPOSITORY / "programmes" / "cisco"


class Desk:
    """A member of staff at the record of one candidate."""

    def __init__(self, product: Product, person: Person) -> None:
        self.product = product
        self.path = f"certifications/candidates/cisco/{product.candidate_id(person)}"

    def act(self, action: str, reason: str = "Decided by the review board", **more: Json) -> Json:
        """What becomes of an action."""
        return self.product.staff.post(
            f"{self.path}/actions", {"action": action, "reason": reason, **more}
        )

    def undo(self, done: Json) -> Json:
        """What becomes of taking an action back."""
        reason = {"reason": "It was the wrong person"}
        return self.product.staff.post(f"{self.path}/actions/{done['id']}/undo", reason)


@pytest.fixture
def person(product: Product) -> Person:
    """Somebody with a CCNA."""
    somebody = Person("Regula")
    product.register(somebody.registration("200-301"))
    product.results(somebody.result("200-301", ago(20)))
    product.held(somebody, "CCNA", expires_on=three_years_after(ago(20)))
    return somebody


@pytest.fixture
def candidate(product: Product, person: Person) -> Candidate:
    """The same person, signed in."""
    return product.welcome(person)


@pytest.fixture
def desk(product: Product, person: Person) -> Desk:
    """Staff at that person's record."""
    return Desk(product, person)


def test_what_staff_take_and_give_back_reaches_everybody(
    product: Product, person: Person, candidate: Candidate, desk: Desk
) -> None:
    shared = candidate.post(
        "transcripts/transcripts",
        {"description": "For work", "valid_through": ago(-30), "all_new": True},
    )

    def public() -> list[str]:
        path = f"transcripts/public/{shared['code']}"
        return [one["status_text"] for one in product.public.get(path)["certifications"]]

    def kits() -> int:
        return len(candidate.get("fulfillment/entitlements")["items"])

    before = candidate.wait_for("CCNA", status="active")
    until(lambda: public() == ["Active"] and kits() == 1, "transcript and kit")

    suspended = desk.act("suspend", certification="CCNA")
    candidate.wait_for("CCNA", status="suspended", certificate_url=None)
    until(lambda: public() == ["Suspended"], "the public transcript says so")
    product.wait_for_mail(person.email, "CCNA is suspended")

    desk.undo(suspended)
    candidate.wait_for("CCNA", status="active", expires_on=before["expires_on"])
    product.wait_for_mail(person.email, "CCNA is yours again")

    revoked = desk.act("revoke", certification="CCNA")
    candidate.wait_for("CCNA", status="revoked")
    until(lambda: public() == ["Revoked"] and kits() == 0, "transcript and kit are told")
    verify = f"certifications/public/{before['verification_code']}"
    assert product.public.get(verify)["valid"] is False
    desk.undo(revoked)
    again = candidate.wait_for("CCNA", status="active")
    assert again["verification_code"] == before["verification_code"]
    until(lambda: public() == ["Active"] and kits() == 1, "everything is as before")
    assert product.public.get(verify)["valid"] is True


def test_a_voided_result_takes_the_certification_along(
    product: Product, person: Person, candidate: Candidate, desk: Desk
) -> None:
    timeline = product.staff.get(f"{desk.path}/timeline")
    (fact,) = [one["fact_id"] for one in timeline["items"] if one["kind"] == "fact"]
    voided = desk.act("void", "The test centre reported a mix-up", fact=fact)
    until(lambda: "CCNA" not in candidate.certifications(), "the CCNA is gone")
    product.wait_for_mail(person.email, "CCNA is no longer yours")
    desk.undo(voided)
    candidate.wait_for("CCNA", status="active")


def test_credits_and_what_they_would_bring(candidate: Candidate, desk: Desk) -> None:
    candidate.wait_for("CCNA", status="active")
    desk.act("credits", points=10, title="A course", day=ago(3))
    table = candidate.get("certifications/credits")
    assert [(one["title"], float(one["points"])) for one in table["lines"]] == [("A course", 10)]
    shown = candidate.get("certifications/certifications/CCNA")
    assert (10, 30) in [(float(n["have"]), float(n["need"])) for n in _nodes(shown["progress"])]
    imagined = {"credits": [{"points": 20, "day": ago(0)}]}
    told = candidate.post("certifications/what-if", imagined)
    (change,) = told["changes"]
    assert change["certification"] == "CCNA"
    assert change["after"]["expires_on"] == three_years_after(ago(0))
    # Nothing was recorded by asking.
    assert candidate.certifications()["CCNA"]["expires_on"] == three_years_after(ago(20))
    past = candidate.get("certifications/certifications", as_of=ago(30))
    assert past["levels"] == []


def test_changed_rules_are_tried_before_they_hold(product: Product, person: Person) -> None:
    rules = (PROGRAMME / "certifications.yaml").read_text()
    runs = "certifications/programmes/cisco/dry-runs"
    refused = product.staff.ask(
        "POST", runs, json={"files": {"certifications.yaml": rules + "\nnonsense: true\n"}}
    )
    assert refused.status_code == 422, refused.text
    assert "certifications.yaml" in refused.text
    changed = rules.replace("requires: {exam: 200-301}", "requires: {exam: 350-401}", 1)
    assert changed != rules
    begun = product.staff.post(runs, {"files": {"certifications.yaml": changed}})

    def ended() -> Json:
        run = product.staff.get(f"{runs}/{begun['id']}")
        return run if run["finished_at"] else None

    done = until(ended, "the dry run ends", seconds=60)
    assert (done["state"], done["done"]) == ("done", done["total"])
    assert done["counts"]["lost"] >= 1
    listed = product.staff.ask("GET", f"{runs}/{begun['id']}/lines.csv").text
    assert product.candidate_id(person) in listed
    # It was a try: whoever held a CCNA holds it still.
    product.held(person, "CCNA", status="active")


def test_everybody_is_evaluated_anew(product: Product, person: Person) -> None:
    runs = "certifications/programmes/juniper/reevaluations"
    begun = product.staff.post(runs, {"reason": "After an upgrade"})

    def ended() -> Json:
        run = product.staff.get(f"{runs}/{begun['id']}")
        return run if run["finished_at"] else None

    done = until(ended, "the re-evaluation ends", seconds=60)
    assert (done["state"], done["done"]) == ("done", done["total"])
    product.held(person, "CCNA", status="active")


def _nodes(tree: list[Json]) -> list[Json]:
    return [node for root in tree for node in (root, *_nodes(root["children"]))]
