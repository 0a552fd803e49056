"""A person takes a copy of everything, then has it erased: across all services, in both forms."""

import asyncio
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from sqlalchemy import MetaData, select

from deploy.members import SERVICES
from shared.database import Database
from tests.journeys.days import ago
from tests.journeys.product import Json, Person, Product, until

EXAM = "200-301"
WHY = {"reason": "Asked for by letter"}


def dump(product: Product) -> dict[tuple[str, str], list[str]]:
    """Every row of every table of every service, as text."""

    async def read() -> dict[tuple[str, str], list[str]]:
        found = {}
        for service in SERVICES:
            models: Any = import_module(f"services.{service}.models")
            metadata: MetaData = models.Base.metadata
            database = Database(product.databases[service], pool=1)
            async with database.reading() as session:
                for table in metadata.sorted_tables:
                    rows = (await session.execute(select(table))).all()
                    found[service, table.name] = [" ".join(map(_text, row)) for row in rows]
            await database.close()
        return found

    # In a thread: a browser story before this one leaves an event loop running.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(read())).result()


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def test_all_that_is_held_is_copied_and_then_erased(product: Product) -> None:
    freja = Person("Frejalotta", "Ångström-Vindelälv")
    booking, result = freja.registration(EXAM), freja.result(EXAM, ago(3))
    product.register(booking)
    me = product.welcome(freja)
    product.results(result)
    held = me.wait_for("CCNA")
    code = held["verification_code"]
    until(lambda: product.mails_to(freja.email)[1:], "the congratulation")
    shared = _share(me)
    case = me.ask(
        "POST",
        "identity/cases",
        files={
            "kind": (None, "other"),
            "subject": (None, "My plaque"),
            "message": (None, "Where is my plaque, please?"),
        },
    )
    assert case.status_code == 201, case.text

    data, documents = _copy(product, me, freja)
    assert freja.email in data["identity"]
    assert "Where is my plaque, please?" in data["identity"]
    assert freja.testing_id in data["exams"]
    assert booking["registration_number"] in data["exams"]
    assert result["registration_number"] in data["exams"]
    assert code in data["certifications"]
    assert shared in data["transcripts"]
    assert "CCNA" in data["fulfillment"]
    assert freja.email in data["notifications"]
    (certificate,) = [one for name, one in documents.items() if name.startswith("documents/")]
    assert certificate.startswith(b"%PDF")
    assert "Ångström-Vindelälv" in documents["read me.html"].decode()

    path = f"identity/candidates/cisco/{me.candidate_id}/data"
    body = {**WHY, "candidate_id": me.candidate_id, "at_once": True}
    product.staff.post(f"{path}/erasure", body)

    def done() -> bool:
        return bool(product.staff.get(path)["erasure"]["state"] == "done")

    until(done, "every service has erased", seconds=90)
    product.wait_for_mail(freja.email, "has been erased")
    _nothing_is_left(product, freja, me, code, shared, [booking, result])


def _share(me: Any) -> str:
    form = {
        "description": "For Frejalotta's next employer",
        "valid_through": ago(-30),
        "all_new": True,
        "certifications": [],
        "show_dates": True,
        "private_notes": "They pay better",
        "remarks": "",
        "disabled": False,
    }
    return str(until(lambda: _shared(me, form), "a transcript"))


def _shared(me: Any, form: Json) -> str | None:
    answer = me.ask("POST", "transcripts/transcripts", json=form)
    return answer.json()["code"] if answer.is_success else None


def _copy(product: Product, me: Any, person: Person) -> tuple[dict[str, str], dict[str, bytes]]:
    asked = me.post("identity/me/data/copies")
    product.wait_for_mail(person.email, "copy of your data from")
    answer = me.ask("GET", f"identity/me/data/copies/{asked['id']}/file")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    data = {}
    for service in SERVICES:
        written = json.loads(files[f"data/{service}.json"])
        assert written["tables"], service
        data[service] = json.dumps(written, ensure_ascii=False)
    return data, files


def _nothing_is_left(
    product: Product, person: Person, me: Any, code: str, shared: str, said: list[Json]
) -> None:
    login = {"programme": "cisco", "login": person.email, "password": "bridges over the fjord"}
    assert product.public.ask("POST", "identity/sessions", json=login).status_code == 401
    assert product.public.ask("GET", f"transcripts/public/{shared}").status_code == 404
    proof = product.public.get(f"certifications/public/{code}")
    assert (proof["erased"], proof["holder"], proof["valid"]) == (True, "", True)

    # What the vendor sends again, and the last access token, make nobody anew.
    (again,) = product.results(said[1])["items"]
    assert again["outcome"] == "duplicate", again
    named = person.result(EXAM, ago(1), candidate_id=me.candidate_id)
    assert product.results(named)["items"][0]["outcome"] == "duplicate"
    assert me.ask("GET", "identity/me").status_code == 404

    traces = [
        person.email,
        person.given_name,
        person.family_name,
        person.testing_id,
        shared,
        "They pay better",
        "Where is my plaque",
        *(one["registration_number"] for one in [*said, named]),
    ]
    for (service, table), rows in dump(product).items():
        for row in rows:
            # The last word is forgotten a day after it went out.
            if table in ("emails", "mailbox") and "has been erased" in row:
                continue
            for trace in traces:
                # The family name is escaped where a body holds it.
                for written in {trace, json.dumps(trace)[1:-1]}:
                    assert written not in row, f"{written!r} is left in {service}.{table}"
