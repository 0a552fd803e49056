"""The operations of every service, from the running code's own OpenAPI documents."""

from dataclasses import dataclass
from typing import Any

from deploy.members import SERVICES, member
from shared.auth import kinds_of

AUDIENCES = {
    "public",
    "candidate",
    "candidate-or-staff",
    "owner",
    "vendor",
    "vendor-or-staff",
    "staff",
    "internal",
}
KINDS = ("candidate", "vendor", "staff", "internal")
REFUSED = {401, 403, 404}


@dataclass(frozen=True)
class Operation:
    """One operation of one service, as its document declares it."""

    service: str
    method: str
    path: str
    audience: str
    scope: str | None

    def __str__(self) -> str:
        return f"{self.service} {self.method.upper()} {self.path}"

    @property
    def kinds(self) -> set[str]:
        return set(kinds_of(self.audience))


DOCUMENTS: dict[str, Any] = {name: member(name).factory()().openapi() for name in SERVICES}


def operations() -> list[Operation]:
    found = []
    for service, document in DOCUMENTS.items():
        for path, methods in document["paths"].items():
            for method, declared in methods.items():
                audience, scope = declared.get("x-audience", ""), declared.get("x-scope")
                found.append(Operation(service, method, path, audience, scope))
    return found


ALL = operations()
CLOSED = [one for one in ALL if one.audience != "public"]


def names(one: Operation) -> str:
    return str(one)
