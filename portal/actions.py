"""What staff can do to a candidate's record: the kinds of action and the fields of each."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.forms import Form
from portal.gateway import ApiProblem

LONGEST_REASON = 500
SHORTEST_REASON = 3
EVERY = "*"


@dataclass(frozen=True)
class Kind:
    """One kind of action: which fields it asks for, and which of them may stay empty."""

    name: str
    fields: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    # Whether it can be done to all certifications of the candidate at once.
    every: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("grant", ("certification", "day", "expires_on"), frozenset({"expires_on"})),
        Kind("extend", ("certification", "day", "expires_on")),
        Kind("suspend", ("certification", "day")),
        Kind("revoke", ("certification", "day"), every=True),
        Kind("reinstate", ("certification", "day"), every=True),
        Kind("void", ("fact",)),
        Kind(
            "credits",
            ("title", "points", "day", "category", "activity", "provider", "item"),
            frozenset({"category", "activity", "provider", "item"}),
        ),
        Kind("course", ("course", "day")),
        Kind("agreement", ("agreement", "version", "day")),
        Kind("fee", ("fee", "day")),
        Kind("approval", ("approval", "day")),
    )
}
DAYS = frozenset({"day", "expires_on"})


@dataclass
class Filled:
    """A filled-in form for an action, and what is wrong with it."""

    kind: Kind
    values: dict[str, str]
    reason: str = ""
    wrongs: dict[str, str] = field(default_factory=dict)
    said: str = ""

    @classmethod
    def empty(cls, kind: Kind, given: dict[str, str], today: date) -> "Filled":
        """Return a form to begin with: the day is today, other fields as the link gave them."""
        values = {name: given.get(name, "") for name in kind.fields}
        if "day" in values:
            values["day"] = values["day"] or today.isoformat()
        return cls(kind, values)

    @classmethod
    def read(cls, kind: Kind, form: Form) -> "Filled":
        """Read what was filled in and check what can be checked here."""
        filled = cls(kind, {name: form.text(name) for name in kind.fields}, form.text("reason"))
        filled._check()
        return filled

    def body(self) -> dict[str, Any]:
        """Return what the API is asked to do."""
        values: dict[str, Any] = {name: value for name, value in self.values.items() if value}
        if values.get("certification") == EVERY:
            del values["certification"]
        return {"action": self.kind.name, "reason": self.reason, **values}

    def blame(self, problem: ApiProblem) -> None:
        """Put what the API refused to its fields."""
        for error in problem.errors:
            name = str(error.get("field", "")).rsplit(".", 1)[-1]
            if name in self.values or name == "reason":
                self.wrongs[name] = str(error.get("message", ""))
            else:
                self.said = f"{self.said} {error.get('message', '')}".strip()
        if not self.wrongs and not self.said:
            self.said = problem.detail or problem.title

    def _check(self) -> None:
        for name, value in self.values.items():
            if not value and name not in self.kind.optional:
                self.wrongs[name] = "missing"
            elif value and name in DAYS and not _is_day(value):
                self.wrongs[name] = "day"
            elif value and name == "points" and not _is_amount(value):
                self.wrongs[name] = "points"
        if self.values.get("certification") == EVERY and not self.kind.every:
            self.wrongs["certification"] = "missing"
        if not SHORTEST_REASON <= len(self.reason) <= LONGEST_REASON:
            self.wrongs["reason"] = "reason"


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_amount(value: str) -> bool:
    try:
        return Decimal(value) > 0
    except InvalidOperation:
        return False
