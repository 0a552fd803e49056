"""A small programme in which everything that exams tells of counts, and the events that tell it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from shared.events import (
    AgreementAccepted,
    CourseCompletionStanding,
    CreditsStanding,
    ExamFailed,
    ExamPassed,
    ResultStanding,
)
from shared.programmes import Programmes
from tests.services.certifications.desk import NOW, Desk, open_desk, passed

NAME = "orchard"
ANN = "ORC000001"
_IDS = UUID("6f1d3c52-0000-4000-8000-000000000001")
_FILES = {
    "programme.yaml": """\
id: orchard
name: Orchard Keepers
candidate_prefix: ORC
candidate_digits: 6
timezone: Europe/Zurich
support_email: keepers@example.com
branding: {accent: "#004c6d", accent_ink: "#ffffff", ink: "#0d1b2a", logo_text: Orchard}
levels: [{id: branch, name: Branch}, {id: tree, name: Tree}]
agreements:
  - {id: conduct, name: Code of conduct, versions: [{version: V1, effective_from: 2020-01-01}]}
statuses: {active: Active, expired: Expired, not_earned: Not earned}
""",
    "exams.yaml": """\
pass_validity: 3 years
classes: [{id: piece, name: trial piece}]
exams:
  - {code: PRUNE, name: Pruning, class: piece}
  - {code: GRAFT, name: Grafting, class: piece}
retakes:
  - exams: [GRAFT]
    attempts_ever: 2
  - {after_fail: [5 days], after_pass: 180 days, most: {attempts: 3, within: 12 months}}
""",
    "education.yaml": """\
categories: [{id: fruit, name: Fruit}]
activities: [{id: talk, name: Talk}]
courses: [{code: SAFE, name: Safe ladders, level: branch}]
""",
    "certifications.yaml": """\
policies:
  - version: orchard-2020
    effective_from: 2020-01-01
    renewal_anchor: requirement_met
    credits:
      validity: 3 years
      new_cycle: ends
      use: once
      same_item: once_per_cycle
      counts_for: each
      earned_while: any
    levels:
      branch:
        validity: 2 years
        renewal: {any_of: [{credits: {at_least: 10}}, {exam: PRUNE}]}
      tree: {validity: 2 years, renewal: {courses: {at_least: 1, of: [SAFE]}}}
certifications:
  - {code: PRUNER, name: Pruner, level: branch, category: Trades, requires: {exam: PRUNE}}
  - {code: GRAFTER, name: Grafter, level: branch, category: Trades, requires: {exam: GRAFT}}
  - code: LADDER
    name: Ladder hand
    level: branch
    category: Trades
    requires: {courses: {at_least: 1, of: [SAFE]}}
  - code: KEEPER
    name: Keeper
    level: tree
    category: Trades
    requires: {all_of: [{exam: PRUNE}, {agreement: conduct}]}
""",
    "kits.yaml": "kits: []\n",
}


def write(folder: Path) -> Programmes:
    """Write the programme into a folder and load it."""
    home = folder / NAME
    home.mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        (home / name).write_text(text, "utf-8")
    return Programmes.load(folder)


@asynccontextmanager
async def open_orchard(url: str, folder: Path) -> AsyncIterator[Desk]:
    """The service with this programme, written into a folder."""
    async with open_desk(url, write(folder)) as desk:
        yield desk


def took(exam: str = "PRUNE", day: str = "2026-11-01", candidate_id: str = ANN) -> ExamPassed:
    """A passed exam of the orchard."""
    return passed(exam, day, candidate_id, programme=NAME)


def became(
    kind: type[ResultStanding],
    result: ExamPassed | ExamFailed,
    version: int,
    reason: str | None = None,
    **changes: Any,
) -> ResultStanding:
    """What became of a result: held, released, changed, revoked or reinstated."""
    word = kind.__name__.removeprefix("Result").lower()
    state = word if word in ("held", "revoked") else "recorded"
    said = {**result.model_dump(), "version": version, "state": state, "reason": reason}
    return kind(**said | {"changed_at": NOW} | changes)


def points(kind: type[CreditsStanding], version: int = 1, **changes: Any) -> CreditsStanding:
    """Ten points for a talk, as they stand in a version."""
    said: dict[str, Any] = {
        "programme": NAME,
        "candidate_id": ANN,
        "version": version,
        "credit_id": uuid5(_IDS, "talk"),
        "external_id": "1462600",
        "vendor": "education",
        "activity": "Talk on apples",
        "item": "apples",
        "category": "fruit",
        "provider": "Orchard School",
        "points": Decimal(10),
        "active_on": date(2026, 11, 10),
        "source": "creq-20261120-200500.csv",
        "changed_at": NOW,
    }
    return kind(**said | changes)


def course(
    kind: type[CourseCompletionStanding], version: int = 1, **changes: Any
) -> CourseCompletionStanding:
    """The course on ladders, completed and handed in, as it stands in a version."""
    said: dict[str, Any] = {
        "programme": NAME,
        "candidate_id": ANN,
        "version": version,
        "completion_id": uuid5(_IDS, "ladders"),
        "course": "SAFE",
        "course_name": "Safe ladders",
        "completed_on": date(2026, 10, 1),
        "submitted_on": date(2026, 10, 20),
        "at": NOW,
    }
    if "reason" in kind.model_fields:
        said["reason"] = "The name on it is not yours."
    return kind(**said | changes)


def agreed(candidate_id: str = ANN, day: str = "2026-11-05", **changes: Any) -> AgreementAccepted:
    """The code of conduct, accepted."""
    said: dict[str, Any] = {
        "programme": NAME,
        "candidate_id": candidate_id,
        "acceptance_id": uuid5(_IDS, "conduct"),
        "agreement": "conduct",
        "agreement_version": "V1",
        "accepted_on": date.fromisoformat(day),
        "accepted_at": NOW,
    }
    return AgreementAccepted(**said | changes)
