"""The running product as the people of the stories meet it: by its address and its mail."""

import itertools
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from services.identity import demonstration

T = TypeVar("T")
Json = Any
PATIENCE_SECONDS = 30.0
# Access tokens live fifteen minutes.
TOKEN_SECONDS = 300.0
MEDIA_PROBLEM = "application/problem+json"
_numbers = itertools.count(1)
_run = secrets.token_hex(3).upper()


@dataclass(frozen=True)
class Mail:
    """One e-mail as its receiver sees it."""

    subject: str
    text: str
    message_id: str = ""


def until(look: Callable[[], T], what: str, *, seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` returns once that is true."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.02)
    return seen


def a_number(prefix: str = "") -> str:
    """A registration number or testing id that no other story has."""
    return f"{prefix}{_run}{next(_numbers):05}"


@dataclass(frozen=True)
class Person:
    """Somebody who books an exam, as the testing vendor knows them."""

    given_name: str
    family_name: str = "Lindqvist"
    programme: str = "cisco"
    testing_id: str = field(default_factory=lambda: a_number("T"))

    @property
    def email(self) -> str:
        return f"{self.given_name}.{self.testing_id}@example.com".lower()

    def registration(self, exam: str, **more: Json) -> Json:
        """One booking of an exam."""
        return {
            "programme": self.programme,
            "registration_number": a_number("R"),
            "exam_code": exam,
            "testing_id": self.testing_id,
            "candidate": {
                "given_name": self.given_name,
                "family_name": self.family_name,
                "email": self.email,
            },
            **more,
        }

    def result(self, exam: str, day: str, grade: str = "pass", **more: Json) -> Json:
        """One result of an exam."""
        return {
            "programme": self.programme,
            "registration_number": a_number("R"),
            "exam_code": exam,
            "testing_id": self.testing_id,
            "grade": grade,
            "exam_date": day,
            **more,
        }


class Api:
    """The API as one caller uses it: with their token, and patient where asked to slow down."""

    def __init__(self, client: httpx2.Client, token: str | None = None) -> None:
        self.client = client
        self.token = token

    def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx2.Response:
        """Any answer, whatever its status."""
        mine = {"authorization": f"Bearer {self.token}"} if self.token else {}
        while True:
            answer = self.client.request(
                method, f"/api/{path}", headers={**mine, **(headers or {})}, **more
            )
            if answer.status_code != 429:
                return answer
            time.sleep(float(answer.headers["retry-after"]))

    def get(self, path: str, **params: Any) -> Json:
        """The answer to a question that must be answered."""
        return _good(self.ask("GET", path, params=params)).json()

    def post(self, path: str, body: Json = None, **more: Any) -> Json:
        """The answer to something that must be taken."""
        answer = _good(self.ask("POST", path, json=body, **more))
        return answer.json() if answer.content else None

    def items(self, path: str, **params: Any) -> list[Json]:
        """All pages of a list, in pages small enough to need several."""
        found: list[Json] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, **{"limit": 50, **params, **cursor})
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}


def _good(answer: httpx2.Response) -> httpx2.Response:
    assert answer.is_success, (
        f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:2000]}"
    )
    return answer


class Candidate(Api):
    """A candidate who has signed in."""

    def __init__(self, client: httpx2.Client, answer: Json) -> None:
        super().__init__(client, answer["access_token"])
        self.candidate_id: str = answer["principal"]["subject"]

    def certifications(self) -> dict[str, Json]:
        """What I hold or held, by code."""
        levels = self.get("certifications/certifications")["levels"]
        return {one["certification"]: one for level in levels for one in level["certifications"]}

    def wait_for(self, code: str, **wanted: Json) -> Json:
        """My certification once it is there and has these values."""

        def there() -> Json:
            one = self.certifications().get(code)
            return one if one and all(one[name] == wanted[name] for name in wanted) else None

        return until(there, f"{code} with {wanted}")


class Product:
    """One running product, in either form; its stories share it and keep to their own people."""

    def __init__(
        self,
        url: str,
        mails: Callable[[str], list[Mail]],
        databases: Mapping[str, str],
        logs: Sequence[Path] = (),
    ) -> None:
        self.url = url
        self.databases = databases
        self.mails_to = mails
        self.logs = logs
        self._client = httpx2.Client(base_url=url, timeout=30)
        self.public = Api(self._client)
        self._apis: dict[str, tuple[Api, float]] = {}

    @property
    def vendor(self) -> Api:
        """The demonstration's vendor."""
        return self._fresh("vendor", self.vendor_token)

    @property
    def staff(self) -> Api:
        """The demonstration's staff member."""
        return self._fresh("staff", self.staff_token)

    def _fresh(self, who: str, token: Callable[[], str]) -> Api:
        # The stories share one product for longer than a token lives.
        api, until = self._apis.get(who, (None, 0.0))
        if api is None or time.monotonic() > until:
            api = Api(self._client, token())
            self._apis[who] = api, time.monotonic() + TOKEN_SECONDS
        return api

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def vendor_token(self, scope: str = "") -> str:
        """A token by OAuth 2.0 client credentials."""
        answer = self.public.ask(
            "POST",
            "identity/oauth/token",
            data={"grant_type": "client_credentials", "scope": scope},
            auth=(demonstration.CLIENT_ID, demonstration.CLIENT_SECRET),
        )
        return str(_good(answer).json()["access_token"])

    def staff_token(self) -> str:
        """The token of the demonstration's staff member."""
        body = {"login": demonstration.STAFF_EMAIL, "password": demonstration.STAFF_PASSWORD}
        return str(self.public.post("identity/staff/sessions", body)["access_token"])

    def register(self, *registrations: Json) -> Json:
        """What becomes of bookings that a vendor posts."""
        return self.vendor.post("exams/registrations", {"registrations": list(registrations)})

    def results(self, *results: Json) -> Json:
        """What becomes of results that a vendor posts."""
        return self.vendor.post("exams/results", {"results": list(results)})

    def wait_for_mail(self, address: str, subject: str) -> Mail:
        """The first mail to somebody whose subject holds these words."""
        found = until(
            lambda: [mail for mail in self.mails_to(address) if subject in mail.subject],
            f"a mail “{subject}” to {address}",
        )
        return found[0]

    def link_for(self, person: Person, subject: str = "Welcome") -> tuple[str, str]:
        """The address in somebody's mail that sets a password, and its token."""
        text = self.wait_for_mail(person.email, subject).text
        pattern = rf"({re.escape(self.url)}/{person.programme}/link/(\S+))"
        link = re.search(pattern, text)
        assert link, text
        return link[1], link[2]

    def sign_in(self, person: Person, password: str) -> Candidate:
        """Somebody with a password, by their e-mail address."""
        body = {"programme": person.programme, "login": person.email, "password": password}
        return Candidate(self._client, self.public.post("identity/sessions", body))

    def welcome(self, person: Person, password: str = "bridges over the fjord") -> Candidate:
        """Somebody registered who follows the mailed link, sets a password and signs in."""
        _, token = self.link_for(person)
        self.public.post("identity/sign-in-links/redeem", {"token": token, "password": password})
        return self.sign_in(person, password)

    def candidate_id(self, person: Person) -> str:
        """The id that the programme gave somebody, once it has."""
        found = until(
            lambda: self.staff.get(
                "identity/candidates", programme=person.programme, search=person.testing_id
            )["items"],
            f"{person} is a candidate",
        )
        return str(found[0]["candidate_id"])

    def history(self, person: Person, exams: int) -> list[Json]:
        """Somebody's exams as staff see them, once there are so many."""
        path = f"candidates/{person.programme}/{self.candidate_id(person)}/history"

        def there() -> list[Json]:
            answer = self.staff.ask("GET", f"exams/{path}")
            found: list[Json] = answer.json()["exams"] if answer.is_success else []
            return found if len(found) >= exams else []

        return until(there, f"{exams} exams of {person.given_name}")

    def held(self, person: Person, code: str, **wanted: Json) -> Json:
        """Somebody's certification as staff see it, once it is there and has these values."""
        path = f"candidates/{person.programme}/{self.candidate_id(person)}/certifications"

        def there() -> Json:
            answer = self.staff.ask("GET", f"certifications/{path}")
            levels = answer.json()["levels"] if answer.is_success else []
            held = [one for level in levels for one in level["certifications"]]
            fits = [
                one
                for one in held
                if one["certification"] == code and all(one[k] == v for k, v in wanted.items())
            ]
            return fits[0] if fits else None

        return until(there, f"{person.given_name} holds {code} with {wanted}")
