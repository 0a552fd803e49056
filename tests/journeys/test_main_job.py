"""The main job from the vendor's first request to the page that a stranger reads."""

import io

from pypdf import PdfReader

from tests.journeys.days import ago, three_years_after
from tests.journeys.product import Candidate, Json, Person, Product, a_number, until


def arrive(product: Product, person: Person) -> Candidate:
    """A vendor books an exam for somebody nobody has heard of; the mailed link lets them in."""
    booked = product.register(person.registration("200-301", appointment=f"{ago(-9)}T09:30:00Z"))
    assert (booked["accepted"], booked["items"][0]["state"]) == (1, "waiting")
    candidate_id = product.candidate_id(person)
    assert candidate_id.startswith("CSCO")

    assert candidate_id in product.wait_for_mail(person.email, "Welcome").text
    _, token = product.link_for(person)
    checked = product.public.post("identity/sign-in-links/check", {"token": token})
    assert checked == {"programme": "cisco", "login_id": candidate_id, "purpose": "welcome"}
    password = {"token": token, "password": "three ferries to the island"}
    product.public.post("identity/sign-in-links/redeem", password)
    again = product.public.ask("POST", "identity/sign-in-links/redeem", json=password)
    assert again.status_code == 410

    candidate = product.sign_in(person, password["password"])
    me = candidate.get("identity/me")
    assert (me["candidate_id"], me["email"]) == (candidate_id, person.email)
    assert me["testing_ids"] == [{"vendor": "vue", "testing_id": person.testing_id}]
    (booking,) = candidate.get("exams/history")["registrations"]
    assert booking["registration_number"] == booked["items"][0]["registration_number"]
    return candidate


def react(product: Product, person: Person, candidate: Candidate, transcript: str) -> Json:
    """The result arrives, and everything that follows from it; the certification."""
    day = ago(1)
    posted = product.results(person.result("200-301", day, last_name=person.family_name))
    assert (posted["accepted"], posted["items"][0]["state"]) == (1, "recorded")
    ccna = candidate.wait_for("CCNA", status="active")
    assert ccna["started_on"] == ccna["active_on"] == day
    assert ccna["expires_on"] == three_years_after(day)
    (kit,) = until(lambda: candidate.get("fulfillment/entitlements")["items"], "a kit")
    assert (kit["certification"], kit["kit"], kit["state"]) == ("CCNA", "certificate", "claimable")
    (shown,) = until(lambda: candidate.get(transcript)["certifications"], "CCNA on the transcript")
    assert (shown["certification"], shown["included"]) == ("CCNA", True)
    mail = product.wait_for_mail(person.email, "Congratulations")
    assert ccna["verification_code"] in mail.text
    return ccna


def look(candidate: Candidate, ccna: Json) -> None:
    """The candidate sees what happened, and why, and has it on paper."""
    (exam,) = candidate.get("exams/history")["exams"]
    shown = [exam[name] for name in ("exam_code", "grade", "exam_date", "expires_on")]
    assert shown == ["200-301", "pass", ccna["active_on"], ccna["expires_on"]]
    detail = candidate.get("certifications/certifications/CCNA")
    why = {one["subject"]: one for one in detail["explanation"]}
    assert why["expires_on"]["date"] == ccna["expires_on"]
    assert why["expires_on"]["policy"]
    assert "200-301" in why["started_on"]["facts"][0]["text"]
    (tree,) = candidate.get("certifications/certifications/CCNP-Enterprise")["progress"]
    branches = [(one["number"], one["have"], one["need"]) for one in tree["children"]]
    assert branches == [("1.1", 0, 1), ("1.2", 0, 1)]

    pdf = candidate.ask("GET", "certifications/certifications/CCNA/certificate.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    words = " ".join(PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().split())
    assert "Ines Lindqvist" in words
    assert ccna["verification_code"] in words.replace(" ", "")


def test_from_a_booking_to_a_certificate_that_a_stranger_can_check(product: Product) -> None:
    ines = Person("Ines")
    candidate = arrive(product, ines)

    # A transcript for an employer, before there is anything to show.
    wish: Json = {
        "description": "For the shipping company",
        "valid_through": ago(-30),
        "all_new": True,
        "remarks": "Available from March.",
        "private_notes": "Ask for the harbour job.",
    }
    transcript = candidate.post("transcripts/transcripts", wish)
    assert len(transcript["code"]) == 16
    assert transcript["certifications"] == []
    mine = f"transcripts/transcripts/{transcript['id']}"

    ccna = react(product, ines, candidate, mine)
    look(candidate, ccna)

    # Strangers: the certificate's code, and the transcript's link.
    proof = product.public.get(f"certifications/public/{ccna['verification_code']}")
    assert (proof["valid"], proof["holder"]) == (True, "Ines Lindqvist")
    seen = product.public.get(f"transcripts/public/{transcript['code']}")
    assert (seen["holder"], seen["remarks"]) == ("Ines Lindqvist", wish["remarks"])
    (award,) = seen["certifications"]
    assert (award["name"], award["expires_on"]) == ("CCNA", ccna["expires_on"])
    assert wish["private_notes"] not in str(seen)
    assert wish["description"] not in str(seen)
    assert candidate.get(mine)["views"] == 1

    # The candidate stops sharing, and the link says so.
    assert candidate.ask("PUT", mine, json={**wish, "disabled": True}).is_success
    closed = product.public.ask("GET", f"transcripts/public/{transcript['code']}")
    assert closed.status_code == 410

    # Everything was said once.
    subjects = [mail.subject for mail in product.mails_to(ines.email)]
    assert sum("Congratulations" in subject for subject in subjects) == 1
    assert sum("Welcome" in subject for subject in subjects) == 1


def test_a_result_before_its_person_waits_where_staff_see_it(product: Product) -> None:
    early = Person("Early")
    result = early.result("200-301", ago(2))
    assert product.results(result)["items"][0]["state"] == "waiting"

    def waiting() -> list[str]:
        rows = product.staff.items("exams/waiting", programme="cisco")
        return [row["registration_number"] for row in rows]

    assert result["registration_number"] in waiting()
    product.register(early.registration("200-301"))
    product.held(early, "CCNA", status="active")
    assert result["registration_number"] not in waiting()
    # Who is known by then is written to as if it had come in order.
    product.wait_for_mail(early.email, "Congratulations")


def test_the_same_again_changes_nothing(product: Product) -> None:
    twice = Person("Twice")
    booking, result = twice.registration("200-301"), twice.result("200-301", ago(3))
    product.register(booking)
    product.results(result)
    before = product.held(twice, "CCNA", status="active")
    product.wait_for_mail(twice.email, "Congratulations")
    until(lambda: product.mails_to(twice.email)[2:], "welcome, result and congratulation")

    assert product.register(booking, booking)["duplicates"] == 2
    answer = product.results(result, result)
    assert (answer["accepted"], answer["duplicates"]) == (0, 2)
    # A later event of the same person has passed through everything that an effect would have.
    other = twice.result("200-201", ago(3), "fail")
    product.results(other)
    until(lambda: product.mails_to(twice.email)[3:], "the mail of the other result")
    assert product.held(twice, "CCNA") == before
    assert len(product.mails_to(twice.email)) == 4
    numbers = [exam["registration_number"] for exam in product.history(twice, 2)]
    assert sorted(numbers) == sorted([result["registration_number"], other["registration_number"]])


def test_good_items_are_taken_beside_a_bad_one(product: Product) -> None:
    good, other = Person("Good"), Person("Other")
    bad = good.registration("200-301") | {"exam_code": "no-such-exam"}
    answer = product.register(good.registration("200-301"), bad, other.registration("200-301"))
    assert [item["outcome"] for item in answer["items"]] == ["accepted", "rejected", "accepted"]
    (fault,) = answer["items"][1]["errors"]
    assert fault["field"] == "exam_code"
    assert "no-such-exam" in fault["message"]
    assert product.candidate_id(good) != product.candidate_id(other)


def test_the_same_number_with_other_content_is_refused(product: Product) -> None:
    person = Person("Contra")
    product.register(person.registration("200-301"))
    result = person.result("200-301", ago(5), "fail")
    product.results(result)
    answer = product.vendor.ask("POST", "exams/results", json={**result, "grade": "pass"})
    assert answer.status_code == 409
    assert [error["field"] for error in answer.json()["errors"]] == ["grade"]
    (exam,) = product.history(person, 1)
    assert exam["grade"] == "fail"


def test_a_file_with_errors_is_corrected_and_posted_again(product: Product) -> None:
    people = [Person(f"File{n}") for n in range(6)]
    product.register(*(person.registration("200-301") for person in people))
    day = ago(4)
    rows = [
        [a_number("R"), "200-301", person.testing_id, "Lindqvist", "pass", "900", day]
        for person in people
    ]
    rows[1][6] = "2019-02-30"
    rows[3][4] = "perhaps"
    header = "registration_number,exam_code,testing_id,last_name,grade,score,exam_date"
    text = "\n".join([header, *(",".join(row) for row in rows)])

    def upload(content: str, name: str) -> Json:
        answer = product.vendor.ask(
            "POST",
            "exams/imports",
            params={"kind": "results", "programme": "cisco", "name": name},
            content=content.encode(),
            headers={"content-type": "text/csv"},
        )
        assert answer.status_code == 202, answer.text
        where = answer.headers["location"].removeprefix("/api/")

        def finished() -> Json:
            state = product.vendor.get(where)
            return state if state["state"] == "finished" else None

        return until(finished, f"{name} is worked off")

    first = upload(text, "january.csv")
    counted = ("rows", "done", "accepted", "duplicates", "rejected")
    assert [first[name] for name in counted] == [6, 6, 4, 0, 2]
    errors = product.vendor.ask("GET", f"exams/imports/{first['id']}/errors").text
    lines = errors.splitlines()
    assert lines[0] == f"row,field,message,{header}"
    assert [line.split(",")[:2] for line in lines[1:]] == [["3", "exam_date"], ["5", "grade"]]

    corrected = errors.replace("2019-02-30", day).replace("perhaps", "pass")
    second = upload(corrected, "january, corrected.csv")
    assert [second[name] for name in counted] == [2, 2, 2, 0, 0]
    third = upload(text.replace("2019-02-30", day).replace("perhaps", "pass"), "whole.csv")
    assert [third[name] for name in counted] == [6, 6, 0, 6, 0]
    for person in people:
        product.held(person, "CCNA", status="active", active_on=day)
    # Staff see the vendor's files too.
    names = [one["name"] for one in product.staff.items("exams/imports", programme="cisco")]
    assert {"january.csv", "january, corrected.csv", "whole.csv"} <= set(names)
