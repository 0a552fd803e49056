"""A running product, asked over HTTP as the demonstration's vendor and staff do."""

from collections.abc import Iterator
from typing import Any

import httpx2

from services.identity.demonstration import (
    CLIENT_ID,
    CLIENT_SECRET,
    STAFF_EMAIL,
    STAFF_PASSWORD,
)

Json = Any
_MOST = 1_000


class Refused(Exception):
    """The product answered, and not as the demonstration needs it."""


class Product:
    """The API behind one address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx2.Client(base_url=url, timeout=60)
        self._vendor: dict[str, str] = {}
        self._staff: dict[str, str] = {}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def is_there(self) -> bool:
        """Whether a product answers at all; raise Refused if something else does."""
        try:
            answer = self._client.get("/api/identity/programmes", timeout=5)
        except httpx2.HTTPError:
            return False
        if answer.status_code != httpx2.codes.OK:
            raise Refused(f"{self.url} answers, but not as Certtrack: {answer.status_code}")
        return True

    def programmes(self) -> dict[str, str]:
        """The programmes' names by their ids."""
        answer = self._read(self._client.get("/api/identity/programmes"))
        return {programme["id"]: programme["name"] for programme in answer}

    def sign_in(self) -> None:
        """Get the vendor's token and the staff's."""
        token = self._client.post(
            "/api/identity/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(CLIENT_ID, CLIENT_SECRET),
        )
        self._vendor = _bearer(self._read(token))
        session = self._client.post(
            "/api/identity/staff/sessions",
            json={"login": STAFF_EMAIL, "password": STAFF_PASSWORD},
        )
        self._staff = _bearer(self._read(session))

    def post(self, kind: str, items: list[Json]) -> Json:
        """Post registrations or results as the vendor; return what became of them."""
        whole: Json = {"accepted": 0, "duplicates": 0, "rejected": 0, "items": []}
        for start in range(0, len(items), _MOST):
            answer = self._read(
                self._client.post(
                    f"/api/exams/{kind}",
                    json={kind: items[start : start + _MOST]},
                    headers=self._vendor,
                )
            )
            for count in ("accepted", "duplicates", "rejected"):
                whole[count] += answer[count]
            whole["items"] += answer["items"]
        return whole

    def notify(self, programme: str, notifications: list[Json]) -> Json:
        """Post notifications of Pearson VUE about one programme; return what became of them."""
        return self._read(
            self._client.post(
                "/api/exams/feeds/pearson-vue/notifications",
                params={"programme": programme},
                json=notifications,
                headers=self._vendor,
            )
        )

    def upload(self, kind: str, programme: str, name: str, text: str) -> Json:
        """Upload a CSV file as staff; return the import."""
        return self._read(
            self._client.post(
                "/api/exams/imports",
                params={"kind": kind, "programme": programme, "name": name, "vendor": "vue"},
                content=text.encode(),
                headers={**self._staff, "Content-Type": "text/csv"},
            )
        )

    def imported(self, import_id: str) -> Json:
        """How far an import has come."""
        return self._read(self._client.get(f"/api/exams/imports/{import_id}", headers=self._staff))

    def candidates(self, programme: str) -> list[Json]:
        """All candidates of a programme, as staff see them."""
        return list(self._items("/api/identity/candidates", programme))

    def emails(self, programme: str) -> list[Json]:
        """All e-mails to a programme's candidates."""
        return list(self._items("/api/notifications/emails", programme))

    def waiting(self, programme: str) -> list[Json]:
        """The results whose candidate is not known yet."""
        return list(self._items("/api/exams/waiting", programme))

    def certifications(self, programme: str, candidate_id: str) -> list[Json]:
        """What a candidate holds or held."""
        path = f"/api/certifications/candidates/{programme}/{candidate_id}/certifications"
        found = self._client.get(path, headers=self._staff)
        if found.status_code == httpx2.codes.NOT_FOUND:
            return []  # identity knows the person a moment before certifications does
        answer = self._read(found)
        return [one for level in answer["levels"] for one in level["certifications"]]

    def act(self, programme: str, candidate_id: str, action: Json) -> Json:
        """Record an action of staff about a candidate."""
        path = f"/api/certifications/candidates/{programme}/{candidate_id}/actions"
        return self._read(self._client.post(path, json=action, headers=self._staff))

    def entitlements(self, programme: str, candidate_id: str) -> list[Json]:
        """The printed kits that a candidate may order."""
        path = f"/api/fulfillment/candidates/{programme}/{candidate_id}/entitlements"
        items: list[Json] = self._read(self._client.get(path, headers=self._staff))["items"]
        return items

    def _items(self, path: str, programme: str) -> Iterator[Json]:
        cursor = None
        while True:
            asked = {"programme": programme, "limit": "200"}
            if cursor:
                asked["cursor"] = cursor
            answer = self._read(self._client.get(path, params=asked, headers=self._staff))
            yield from answer["items"]
            cursor = answer["next"]
            if cursor is None:
                return

    def _read(self, answer: httpx2.Response) -> Json:
        if answer.is_error:
            body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            reason = body.get("detail") or body.get("title") or answer.reason_phrase
            raise Refused(
                f"{answer.request.method} {answer.request.url.path} answered"
                f" {answer.status_code}: {reason}"
            )
        return answer.json()


def _bearer(answer: Json) -> dict[str, str]:
    return {"authorization": f"Bearer {answer['access_token']}"}
