"""One person with two accounts: merged by staff, in every service, and told apart again."""

import random
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

from tests.journeys.days import ago
from tests.journeys.product import Api, Candidate, Json, Person, Product, until

PASSWORD = "bridges over the fjord"
WHY = "She called and knew both."
CORE, CONCENTRATION, ASSOCIATE = "350-401", "300-410", "200-301"
TRANSCRIPT = {
    "description": "For work",
    "all_new": True,
    "certifications": [],
    "show_dates": True,
    "disabled": False,
    "private_notes": "",
    "remarks": "",
}


def known_to_all(product: Product, person: Person) -> str:
    """Somebody's candidate id once every service knows it."""
    product.register(person.registration(ASSOCIATE))
    return product.candidate_id(person)


def merge(product: Product, survivor: str, away: str) -> str:
    """Have staff merge two candidates; return the id of the merge."""
    body = {"programme": "cisco", "candidate_ids": [survivor, away]}
    made = product.staff.post("identity/merges", body)
    path = f"identity/merges/cisco/{made['id']}/confirm"
    assert product.staff.post(path, {"survivor": survivor, "reason": WHY})["state"] == "merged"
    return str(made["id"])


def undo(product: Product, merge_id: str) -> None:
    path = f"identity/merges/cisco/{merge_id}/undo"
    assert product.staff.post(path, {"reason": "They are two after all."})["state"] == "undone"


def holds(product: Product, candidate_id: str) -> dict[str, tuple[Json, ...]]:
    """What a candidate holds, as the dates and words that everybody sees."""
    path = f"certifications/candidates/cisco/{candidate_id}/certifications"
    # Whoever has only just appeared may not be known there yet.
    until(lambda: product.staff.ask("GET", path).status_code != 404, f"{candidate_id} is known")
    levels = product.staff.get(path)["levels"]
    return {
        one["certification"]: (one["status"], one["started_on"], one["expires_on"])
        for level in levels
        for one in level["certifications"]
    }


def recorded(product: Product, candidate_id: str) -> dict[str, tuple[Json, ...]]:
    """What certifications has published of a candidate: it shows in what kits there are."""
    path = f"fulfillment/candidates/cisco/{candidate_id}/entitlements"
    return {
        one["certification"]: (one["kit"],)
        for one in product.staff.get(path)["items"]
        if one["state"] != "withdrawn"
    }


def shared_by(candidate: Candidate) -> str:
    made = candidate.post("transcripts/transcripts", TRANSCRIPT | {"valid_through": ago(-300)})
    return str(made["code"])


def on_transcript(public: Api, code: str) -> set[str]:
    shown = public.get(f"transcripts/public/{code}")
    return {one["name"] for one in shown["certifications"]}


def shows_all(product: Product, code: str) -> bool:
    return {"CCNP Enterprise", "CCNA"} <= on_transcript(product.public, code)


def about_loss(product: Product, person: Person) -> list[str]:
    subjects = [one.subject for one in product.mails_to(person.email)]
    return [one for one in subjects if "no longer yours" in one]


def verified(product: Product, code: str) -> tuple[str, bool]:
    shown = product.public.get(f"certifications/public/{code}")
    return shown["holder"], shown["valid"]


def names_on_both(product: Product, *codes: str) -> set[str]:
    return {product.public.get(f"transcripts/public/{code}")["holder"] for code in codes}


def test_two_accounts_become_one_and_two_again(product: Product) -> None:
    ann, other = Person("Annika"), Person("Annica", "Lindqvist-Berg")
    first, second = known_to_all(product, ann), known_to_all(product, other)
    product.results(ann.result(CORE, ago(40)))
    product.results(other.result(CONCENTRATION, ago(30)), other.result(ASSOCIATE, ago(35)))
    mine, theirs = product.welcome(ann, PASSWORD), product.welcome(other, PASSWORD)
    mine.wait_for("Specialist-ENCOR")
    code = theirs.wait_for("CCNA")["verification_code"]
    until(lambda: "CCNA" in recorded(product, second), "the other has the kit of CCNA")
    transcripts = shared_by(mine), shared_by(theirs)
    assert names_on_both(product, *transcripts) == {"Annika Lindqvist", "Annica Lindqvist-Berg"}
    before = [(holds(product, one), recorded(product, one)) for one in (first, second)]

    # What staff are shown before is what it comes to.
    question = {"programme": "cisco", "survivor": first, "merged_away": second}
    preview = product.staff.post("certifications/merges/preview", question)
    changes = {one["certification"]: one["change"] for one in preview["certifications"]}
    assert changes["CCNP-Enterprise"] == "earned"
    merge_id = merge(product, first, second)
    person = product.sign_in(other, PASSWORD)
    assert person.candidate_id == first
    person.wait_for("CCNP-Enterprise", status="active")
    person.wait_for("CCNA", status="active")
    assert set(person.certifications()) == set(changes)

    # In every service, by either id, and for strangers.
    until(lambda: len(person.get("exams/history")["exams"]) == 3, "three exams")
    assert holds(product, first) == holds(product, second)
    until(lambda: names_on_both(product, *transcripts) == {"Annika Lindqvist"}, "one holder")
    until(lambda: all(shows_all(product, one) for one in transcripts), "transcripts show all")
    assert len(person.items("transcripts/transcripts")) == 2
    assert verified(product, code) == ("Annika Lindqvist", True)
    until(lambda: "CCNP-Enterprise" in recorded(product, first), "the new kit")
    entitled = [one["certification"] for one in person.get("fulfillment/entitlements")["items"]]
    assert len(entitled) == len(set(entitled)), "each kit once"

    # A result with the other's testing id counts for the person, and goes back with it.
    product.results(other.result("300-420", ago(1)))
    specialist = person.wait_for("Specialist-ENSLD")["name"]
    product.wait_for_mail(ann.email, f"earned {specialist}")
    assert not about_loss(product, ann)
    earned = [one.subject for one in product.mails_to(ann.email) if "earned CCNA" in one.subject]
    assert not earned, "whoever held CCNA was congratulated when it was earned"

    undo(product, merge_id)
    until(lambda: holds(product, first) == before[0][0], "the first stands as before")
    theirs_now = set(before[1][0]) | {"Specialist-ENSLD"}
    until(lambda: set(holds(product, second)) == theirs_now, "so does the other, and has the new")
    until(lambda: recorded(product, first) == before[0][1], "the first has the kits of before")
    until(
        lambda: before[1][1].items() <= recorded(product, second).items(),
        "so has the other",
    )
    assert "CCNP-Enterprise" not in recorded(product, second)
    two = {"Annika Lindqvist", "Annica Lindqvist-Berg"}
    until(lambda: names_on_both(product, *transcripts) == two, "two holders")
    gone = {"CCNA", "CCNP Enterprise"}
    until(
        lambda: on_transcript(product.public, transcripts[0]).isdisjoint(gone),
        "the first shows what the first holds",
    )
    assert verified(product, code) == ("Annica Lindqvist-Berg", True)
    assert product.sign_in(other, PASSWORD).candidate_id == second
    for somebody in (ann, other):
        assert not about_loss(product, somebody), "being told apart is no loss"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_merges_among_results_end_at_the_evaluation_of_the_union(
    product: Product, seed: int
) -> None:
    """Whatever comes when, a person stands like somebody who had it all under one id."""
    draw = random.Random(seed)
    one, other, both = (Person(f"{name}{seed}") for name in ("Linnea", "Linea", "Whole"))
    alone = Person(f"Alone{seed}")
    people = (one, other, both, alone)
    ids = {person: known_to_all(product, person) for person in people}
    exams = draw.sample([CORE, CONCENTRATION, ASSOCIATE, "300-420", "300-415", "300-410"], 5)
    taken = [(exam, ago(draw.randint(2, 400)), draw.choice([one, other])) for exam in exams]
    if not any(person is other for _, _, person in taken):
        taken[0] = (*taken[0][:2], other)
    posts = [[person.result(exam, day)] for exam, day, person in taken]
    posts += [[both.result(exam, day) for exam, day, _ in taken]]
    posts += [[alone.result(exam, day) for exam, day, person in taken if person is other]]
    first, second = ids[one], ids[other]

    def merged_and_back() -> str:
        merge_id = merge(product, first, second)
        for _ in range(draw.randint(0, 2)):
            undo(product, merge_id)
            merge_id = merge(product, first, second)
        return merge_id

    # Everything at once: results of both, and staff who change their mind.
    with ThreadPoolExecutor(4) as at_once:
        deciding = at_once.submit(merged_and_back)
        draw.shuffle(posts)
        for posted in as_completed(
            at_once.submit(product.results, *rows) for rows in posts if rows
        ):
            assert posted.result()["accepted"] >= 1
        merge_id = deciding.result()

    until(
        lambda: len(product.history(both, len(taken))) == len(taken),
        "the reference has every result",
    )

    def as_the_whole() -> bool:
        wanted = holds(product, ids[both])
        kits = recorded(product, ids[both])
        return (
            holds(product, first) == wanted == holds(product, second)
            and recorded(product, first) == kits == recorded(product, second)
            and len(product.history(one, len(taken))) == len(taken)
        )

    until(as_the_whole, "the person stands like one who had it all under one id")
    undo(product, merge_id)

    def apart() -> bool:
        return holds(product, second) == holds(product, ids[alone]) and recorded(
            product, second
        ) == recorded(product, ids[alone])

    until(apart, "the other stands like one who never was merged")
