"""What staff see and do: candidates, imports, parked events, deliveries of mail."""

from datetime import date

from shared.events import CertificationEarned
from tests.journeys.bus import park, publish
from tests.journeys.days import ago, three_years_after
from tests.journeys.product import Api, Json, Person, Product, a_number, until


def test_staff_find_people_by_name_address_and_ids(product: Product) -> None:
    people = [Person("Quirin", "Zápolya"), Person("Quirina", "Zápolya")]
    product.register(*(person.registration("200-301") for person in people))
    ids = [product.candidate_id(person) for person in people]

    def found(search: str) -> list[str]:
        rows = product.staff.items("identity/candidates", programme="cisco", search=search, limit=1)
        return [row["candidate_id"] for row in rows]

    assert set(ids) <= set(found("quirin zápolya"))
    assert found(people[1].email) == [ids[1]]
    assert found(ids[0]) == [ids[0]]
    assert found(people[0].testing_id) == [ids[0]]
    assert found(a_number("nobody")) == []
    shown = product.staff.get(f"identity/candidates/cisco/{ids[0]}")
    assert (shown["given_name"], shown["family_name"]) == ("Quirin", "Zápolya")
    assert shown["can_sign_in"] is False
    product.welcome(people[0])
    assert product.staff.get(f"identity/candidates/cisco/{ids[0]}")["can_sign_in"] is True


def test_staff_see_a_candidates_whole_record(product: Product) -> None:
    person = Person("Record")
    product.register(person.registration("200-301"))
    product.results(person.result("200-301", ago(1)))
    product.held(person, "CCNA")
    whose = f"candidates/cisco/{product.candidate_id(person)}"
    path = f"fulfillment/{whose}/entitlements"
    (kit,) = until(lambda: product.staff.get(path)["items"], "a kit")
    assert kit["certification"] == "CCNA"
    detail = product.staff.get(f"certifications/{whose}/certifications/CCNA")
    assert detail["explanation"]


def test_staff_upload_for_a_vendor_and_see_its_errors(product: Product) -> None:
    person = Person("Upload")
    product.register(person.registration("200-301"))
    text = (
        "vendor,registration_number,exam_code,testing_id,grade,exam_date\n"
        f"vue,{a_number('R')},200-301,{person.testing_id},pass,{ago(1)}\n"
        f"vue,{a_number('R')},200-301,{person.testing_id},pass,{ago(-40)}\n"
    )
    answer = product.staff.ask(
        "POST",
        "exams/imports",
        params={"kind": "results", "programme": "cisco", "name": "by hand.csv"},
        content=text.encode(),
        headers={"content-type": "text/csv"},
    )
    assert answer.status_code == 202, answer.text
    path = f"exams/imports/{answer.json()['id']}"

    def finished() -> Json:
        state = product.staff.get(path)
        return state if state["state"] == "finished" else None

    state = until(finished, "the file is worked off")
    assert (state["accepted"], state["rejected"], state["name"]) == (1, 1, "by hand.csv")
    errors = product.staff.ask("GET", f"{path}/errors").text.splitlines()
    assert errors[1].startswith("3,exam_date,")
    product.held(person, "CCNA")
    # What staff uploaded is not the vendor's.
    assert product.vendor.ask("GET", path).status_code == 404


def test_staff_see_every_mail_and_what_became_of_it(product: Product) -> None:
    person = Person("Mailed")
    product.register(person.registration("200-301"))
    product.results(person.result("200-301", ago(1)), person.result("200-201", ago(900)))
    product.wait_for_mail(person.email, "Congratulations")
    candidate_id = product.candidate_id(person)

    def mails() -> dict[str, Json]:
        rows = product.staff.items("notifications/emails", programme="cisco")
        mine = [row for row in rows if row["candidate_id"] == candidate_id]
        settled = [row for row in mine if row["state"] in ("sent", "suppressed")]
        return {f"{row['template']} {row['state']}": row for row in settled}

    until(lambda: len(mails()) == 4, "four mails are settled")
    told = mails()
    assert set(told) == {
        "welcome sent",
        "exam_result sent",
        "exam_result suppressed",
        "certification_earned sent",
    }
    welcome = told["welcome sent"]
    assert (welcome["to"], welcome["attempts"]) == (person.email, 1)
    assert welcome["sent_at"]
    assert "900" not in welcome["subject"]
    assert "more than 30 days" in told["exam_result suppressed"]["error"]
    # No link that lets somebody in is shown to staff.
    _, token = product.link_for(person)
    assert token not in str(told)


def test_nothing_is_parked_and_what_is_not_parked_cannot_be_settled(product: Product) -> None:
    nobody = "00000000-0000-7000-8000-000000000000"
    services = (
        "identity",
        "exams",
        "certifications",
        "fulfillment",
        "transcripts",
        "notifications",
    )
    for service in services:
        assert product.staff.items(f"{service}/parked") == []
        for how in ("retry", "discard"):
            answer = product.staff.ask("POST", f"{service}/parked/{nobody}/{how}")
            assert answer.status_code == 404


def parked(product: Product, service: str, subject: str) -> list[Json]:
    rows = product.staff.items(f"{service}/parked")
    return [row for row in rows if row["subject"] == subject]


def test_an_event_that_cannot_be_handled_is_parked_and_discarded(product: Product) -> None:
    person = Person("Parked")
    product.register(person.registration("200-301"))
    candidate_id = product.candidate_id(person)
    envelope = {
        "specversion": "1.0",
        "id": a_number("E"),
        "type": CertificationEarned.type,
        "source": "certifications",
        "subject": candidate_id,
        "time": "2026-01-01T00:00:00Z",
        "programme": "cisco",
        "data": {"programme": "cisco", "candidate_id": candidate_id, "certification": "CCNA"},
    }
    publish(product.databases["certifications"], CertificationEarned, [envelope])

    for service in ("fulfillment", "transcripts", "notifications"):
        (row,) = until(
            lambda service=service: parked(product, service, candidate_id),  # type: ignore[misc]  # the loop's own
            f"{service} has parked the event",
        )
        assert row["type"] == CertificationEarned.type
        assert "verification_code" in row["error"]
        path = f"{service}/parked/{row['id']}"
        assert product.staff.post(f"{path}/retry")["outcome"] == "failed again"
        (still,) = parked(product, service, candidate_id)
        assert still["attempts"] == row["attempts"] + 1
        assert product.staff.post(f"{path}/discard")["outcome"] == "discarded"
        assert parked(product, service, candidate_id) == []
        for how in ("retry", "discard"):
            assert product.staff.ask("POST", f"{path}/{how}").status_code == 409


def test_an_event_whose_fault_is_gone_is_handled_on_retry(product: Product) -> None:
    person = Person("Mended")
    product.register(person.registration("200-301"))
    candidate_id = product.candidate_id(person)
    event = CertificationEarned(
        programme="cisco",
        candidate_id=candidate_id,
        certification="CCNP-Enterprise",
        name="CCNP Enterprise",
        level="professional",
        category="General Certifications",
        cycle=1,
        started_on=date.fromisoformat(ago(1)),
        active_on=date.fromisoformat(ago(1)),
        expires_on=date.fromisoformat(three_years_after(ago(1))),
        verification_code="ABCDEFGH",
        reason="Earned.",
    )
    park(product.databases["fulfillment"], event, "ZeroDivisionError: division by zero")
    (row,) = parked(product, "fulfillment", candidate_id)
    path = f"fulfillment/candidates/cisco/{candidate_id}/entitlements"
    assert product.staff.get(path)["items"] == []
    assert product.staff.post(f"fulfillment/parked/{row['id']}/retry")["outcome"] == "retried"
    assert [kit["certification"] for kit in product.staff.get(path)["items"]] == ["CCNP-Enterprise"]
    assert parked(product, "fulfillment", candidate_id) == []


def test_staff_tokens_open_nothing_of_candidates(product: Product) -> None:
    for path in ("identity/me", "exams/history", "transcripts/transcripts"):
        assert product.staff.ask("GET", path).status_code == 403
        assert Api(product.public.client).ask("GET", path).status_code == 401
