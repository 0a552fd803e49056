"""The members of the house that run: six services and the portal."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from fastapi import FastAPI

# Identity first: the others ask it for the keys that tokens are verified with.
SERVICES = (
    "identity",
    "exams",
    "certifications",
    "fulfillment",
    "transcripts",
    "notifications",
)
PORTAL = "portal"


@dataclass(frozen=True)
class Member:
    """Where a member's application is made and at which prefix the gateway serves it."""

    name: str
    target: str
    prefix: str

    def factory(self) -> Callable[..., FastAPI]:
        """The member's `create_app`; imported only now, so that one can run without the others."""
        module, _, attribute = self.target.partition(":")
        made: Callable[..., FastAPI] = getattr(import_module(module), attribute)
        return made


def member(name: str) -> Member:
    """One member by its name; raises KeyError for a stranger."""
    if name == PORTAL:
        return Member(name, "portal.app:create_app", "")
    if name not in SERVICES:
        raise KeyError(name)
    return Member(name, f"services.{name}.app:create_app", f"/api/{name}")
