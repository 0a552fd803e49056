"""A name is changed: on certificates, for whoever verifies them, in transcripts; and a case."""

import io
from typing import Any

from pypdf import PdfReader

from tests.journeys.days import ago
from tests.journeys.product import Api, Candidate, Json, Person, Product, until
from tests.services.exams.handed_in import pdf, picture

CERTIFICATE = "certifications/certifications/CCNA/certificate.pdf"
DOCUMENT = {"identification": ("passport.png", picture(), "image/png")}
NO_DOCUMENT = {"identification": ("", b"", "application/octet-stream")}


def wish(candidate: Candidate, given: str, family: str, files: Any) -> Json:
    """A name that is asked for."""
    data = {"given_name": given, "family_name": family, "reason": "I have married."}
    answer = candidate.ask("POST", "identity/name-changes", data=data, files=files)
    assert answer.is_success, answer.text
    return answer.json()


def printed(candidate: Candidate) -> tuple[str, str]:
    """What the certificate says, and its name."""
    answer = candidate.ask("GET", CERTIFICATE)
    assert answer.is_success, answer.text
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    return " ".join(text.split()), answer.headers["content-disposition"]


def written(case: Json, api: Api, message: str, files: Any = None) -> Json:
    """A message in a case."""
    none = {"attachment": ("", b"", "application/octet-stream")}
    path = f"identity/cases/{case['number']}/messages"
    answer = api.ask("POST", path, data={"message": message}, files=files or none)
    assert answer.is_success, answer.text
    return answer.json()


def test_a_name_is_changed_everywhere(product: Product) -> None:
    person = Person("Ragnhild", family_name="Larsen")
    product.register(person.registration("200-301"))
    candidate = product.welcome(person)
    product.results(person.result("200-301", ago(1)))
    held = candidate.wait_for("CCNA", status="active")
    code = held["verification_code"]
    public = f"certifications/public/{code}"
    transcript: Json = {"description": "For all", "valid_through": ago(-30), "all_new": True}
    shared = candidate.post("transcripts/transcripts", transcript)["code"]
    text, name = until(lambda: printed(candidate), "the certificate")
    assert "Ragnhild Larsen" in text
    assert name.endswith('.1.pdf"')
    first = held["certificate_url"].partition("revision=")[2]

    # The writing alone: at once.
    small = wish(candidate, "Ragnhild", "LARSEN", NO_DOCUMENT)
    assert (small["state"], small["revision"]) == ("made", 2)
    candidate.wait_for("CCNA", certificate_url=f"{product.url}/api/{CERTIFICATE}?revision=1.2")
    assert "Ragnhild LARSEN" in printed(candidate)[0]
    product.wait_for_mail(person.email, "Your name is written anew")

    # Another name: with a document, which staff look at.
    change = wish(candidate, "Ragnhild", "Østby", DOCUMENT)
    opened = product.wait_for_mail(person.email, change["case"])
    assert f"/cisco/support/cases/{change['case']}" in opened.text
    document = product.staff.ask("GET", f"identity/name-changes/{change['id']}/identification")
    assert document.content == DOCUMENT["identification"][1]
    assert "LARSEN" in printed(candidate)[0]
    body = {"version": change["version"], "reason": "Passport seen."}
    product.staff.post(f"identity/name-changes/{change['id']}/approve", body)

    def replaced() -> Json:
        told = product.public.get(public, revision=first)
        return told if told["holder"] == "Ragnhild Østby" else None

    told = until(replaced, "the new name is verified")
    assert told["revision"] == "1.3"
    assert told["document"] == {"revision": first, "state": "replaced", "because": "name"}
    newest = product.public.get(public, revision="1.3")["document"]
    assert (newest["state"], newest["because"]) == ("current", None)
    text, name = printed(candidate)
    assert "Ragnhild Østby" in text
    assert name.endswith('-r1.3.pdf"')
    shown = f"transcripts/public/{shared}"
    until(lambda: "Østby" in product.public.ask("GET", shown).text, "the transcript's new name")
    page = product.public.client.get(f"/cisco/verify/{code}?revision={first}").text
    assert "was replaced by revision 1.3" in page
    decided = product.wait_for_mail(person.email, "is resolved")
    assert "Passport seen." in decided.text
    assert "Hello Ragnhild" in decided.text
    gone = product.staff.ask("GET", f"identity/name-changes/{change['id']}/identification")
    assert gone.status_code == 404


def test_a_case_goes_both_ways_by_mail(product: Product) -> None:
    person = Person("Solveig")
    product.register(person.registration("200-301"))
    candidate = product.welcome(person)
    form = {"kind": "missing_result", "subject": "My pass", "message": "It is missing."}
    files = {"attachment": ("report.pdf", pdf(), "application/pdf")}
    answer = candidate.ask("POST", "identity/cases", data=form, files=files)
    assert answer.is_success, answer.text
    case = answer.json()
    number = case["number"]
    product.wait_for_mail(person.email, f"{number}: My pass")
    desk = "certification-support@example.com"
    product.wait_for_mail(desk, f"{number}: a new case")
    (waiting,) = product.staff.items("identity/cases", search=number)
    assert waiting["candidate_id"] == candidate.candidate_id
    written(case, product.staff, "Which testing ID is it?\n\nThank you")
    mail = product.wait_for_mail(person.email, f"{number}: an answer")
    assert "Which testing ID is it?" in mail.text
    written(case, candidate, "This one.")
    staff = product.wait_for_mail("staff@example.com", f"{number}: a candidate has answered")
    assert "This one." not in staff.text
    file = case["entries"][0]["files"][0]
    saved = product.staff.ask("GET", f"identity/cases/{number}/files/{file['id']}")
    assert saved.content == files["attachment"][1]
    version = product.staff.get(f"identity/cases/{number}")["version"]
    body = {"version": version, "outcome": "Found."}
    assert product.staff.post(f"identity/cases/{number}/resolve", body)["state"] == "resolved"
    assert "Found." in product.wait_for_mail(person.email, f"{number} is resolved").text
