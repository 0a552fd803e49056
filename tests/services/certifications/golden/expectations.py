"""How a certification is expected to stand, in words, and what is different."""

import re
from dataclasses import dataclass
from datetime import date
from typing import get_args

from services.certifications.domain.state import Cycle, CycleKind, Standing, Status

FORM = (
    "not earned, or: STATUS ACTIVE_ON to EXPIRES_ON|ever [started DAY] [since DAY] "
    "[grace until DAY] [number N]"
)
TERM_FORM = "KIND ACTIVE_ON to EXPIRES_ON|ever [by CERTIFICATION] [under POLICY]"
STATUSES: dict[str, Status] = {one.replace("_", " "): one for one in get_args(Status)}
KINDS: tuple[CycleKind, ...] = get_args(CycleKind)
_DAY = r"\d{4}-\d{2}-\d{2}"
_STANDING = re.compile(
    rf"(?P<status>[a-z_ ]+?) (?P<active>{_DAY}) to (?P<expires>{_DAY}|ever)"
    rf"(?: started (?P<started>{_DAY}))?(?: since (?P<since>{_DAY}))?"
    rf"(?: grace until (?P<grace>{_DAY}))?(?: number (?P<number>\S+))?"
)
_TERM = re.compile(
    rf"(?P<kind>[a-z]+) (?P<active>{_DAY}) to (?P<expires>{_DAY}|ever)"
    r"(?: by (?P<by>\S+))?(?: under (?P<policy>\S+))?"
)


class Unclear(ValueError):
    """An expectation that cannot be read; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of one standing; None: not asked."""

    status: Status
    active_on: date | None = None
    expires_on: date | None = None
    started_on: date | None = None
    since: date | None = None
    grace_until: date | None = None
    number: str | None = None

    def met_by(self, standing: Standing) -> bool:
        if standing.status != self.status:
            return False
        if self.status == "not_earned":
            return True
        dates = (standing.active_on, standing.expires_on)
        return dates == (self.active_on, self.expires_on) and all(
            wanted is None or wanted == found
            for wanted, found in (
                (self.started_on, standing.started_on),
                (self.since, standing.since),
                (self.grace_until, standing.grace_until),
                (self.number, standing.number),
            )
        )


def expected(text: str) -> Expected:
    """Read how a certification should stand; raises Unclear."""
    if text in {"not earned", "not_earned"}:
        return Expected("not_earned")
    found = _STANDING.fullmatch(" ".join(text.split()))
    status = found and STATUSES.get(found["status"].replace("_", " "))
    if found is None or status is None or status == "not_earned":
        raise Unclear(
            f"{text!r} is not understood; expected: {FORM}. STATUS is one of "
            + ", ".join(one for one in STATUSES if one != "not earned")
        )
    return Expected(
        status,
        _day(found["active"]),
        _day(found["expires"]),
        _day(found["started"]),
        _day(found["since"]),
        _day(found["grace"]),
        found["number"],
    )


def shown(standing: Standing) -> str:
    """A standing in the words of the tables, with all there is to say."""
    if standing.cycle is None:
        return standing.status.replace("_", " ")
    words = [
        standing.status.replace("_", " "),
        f"{standing.active_on} to {standing.expires_on or 'ever'}",
        f"started {standing.started_on}",
    ]
    if standing.since is not None:
        words.append(f"since {standing.since}")
    if standing.grace_until is not None:
        words.append(f"grace until {standing.grace_until}")
    if standing.number is not None:
        words.append(f"number {standing.number}")
    return " ".join(words)


def term(text: str, like: Cycle | None) -> str:
    """The term `like` in as many words as the expectation `text` has; raises Unclear."""
    found = _TERM.fullmatch(" ".join(text.split()))
    if found is None or found["kind"] not in KINDS:
        raise Unclear(
            f"{text!r} is not understood; expected: {TERM_FORM}. KIND is one of {', '.join(KINDS)}"
        )
    # So that a day no calendar has is a mistake of the table, not of the engine.
    _day(found["active"])
    _day(found["expires"])
    if like is None:
        return "no such term"
    words = f"{like.kind} {like.active_on} to {like.expires_on or 'ever'}"
    if found["by"]:
        words += f" by {like.extended_by or 'nothing'}"
    if found["policy"]:
        words += f" under {like.policy}"
    return words


def _day(written: str | None) -> date | None:
    if written is None or written == "ever":
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unclear(f"{written!r} is no day of the calendar") from None
