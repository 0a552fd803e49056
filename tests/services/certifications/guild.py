"""A small programme with a grace, a successor, credits and achievements, for a test's own ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from shared.events import ExamPassed
from shared.programmes import Programmes
from tests.services.certifications.desk import Desk, open_desk, passed

NAME = "guild"
ANN, BEN = "GLD000001", "GLD000002"
_FILES = {
    "programme.yaml": """\
id: guild
name: Guild of Joiners
candidate_prefix: GLD
candidate_digits: 6
timezone: Europe/Zurich
support_email: guild@example.com
branding: {accent: "#004c6d", accent_ink: "#ffffff", ink: "#0d1b2a", logo_text: Guild}
levels:
  - {id: craft, name: Craft}
  - {id: master, name: Master}
number_series: [{id: roll, name: Roll, first: 500}]
agreements:
  - {id: conduct, name: Code of conduct, versions: [{version: V1, effective_from: 2020-01-01}]}
fees: [{id: yearly, name: Yearly fee}]
approvals: [{id: board, name: Board review}]
achievements:
  - {id: two, name: Two years a joiner, certifications: [JOINER], years: 2, counting: total}
reminders: [90 days, 60 days, 30 days]
statuses: {active: In good standing, expired: Lapsed, not_earned: Not earned}
""",
    "exams.yaml": """\
pass_validity: lifetime
classes: [{id: piece, name: trial piece}]
exams:
  - {code: WOOD, name: Wood, class: piece}
  - {code: IRON, name: Iron, class: piece}
  - {code: OPUS, name: Masterpiece, class: piece}
retakes:
  - {after_fail: [15 days], after_pass: 180 days}
""",
    "education.yaml": """\
categories: [{id: core, name: Core subjects}]
activities: [{id: talk, name: Talk}]
courses: [{code: SAFE, name: Safety, level: craft}]
""",
    "certifications.yaml": """\
policies:
  - version: guild-2020
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
      craft:
        validity: 1 year
        renewal: {credits: {at_least: 10}}
        grace: {lasts: 30 days, status: in_grace, allows: renewal}
      master: {validity: 2 years, renewal: {exam: OPUS}}
certifications:
  - {code: JOINER, name: Joiner, level: craft, category: Trades, requires: {exam: WOOD}}
  - code: SMITH
    name: Smith
    level: master
    category: Trades
    requires: {exam: IRON}
    former_names: [{name: Blacksmith, until: 2026-12-31}]
    retired_on: 2027-02-28
    succeeded_by: {certification: FORGER, on: 2027-03-01}
  - code: FORGER
    name: Forger
    level: master
    category: Trades
    awarded_from: 2027-03-01
    requires: {exam: IRON}
  - code: MASTER
    name: Master joiner
    level: master
    category: Trades
    number_series: roll
    requires: {all_of: [{active: JOINER}, {exam: OPUS}]}
  - code: KEEPER
    name: Keeper
    level: master
    category: Offices
    requires:
      all_of:
        - {courses: {at_least: 1, of: [SAFE]}}
        - {agreement: conduct}
        - {fee: yearly}
        - {approval: board}
""",
    "kits.yaml": "kits: []\n",
}
SCOPES = "candidates:read certifications:write"


def took(exam: str, day: str, candidate_id: str = ANN) -> ExamPassed:
    """A passed exam of the guild."""
    return passed(exam, day, candidate_id, programme=NAME)


def write(folder: Path) -> Programmes:
    """Write the guild's programme into a folder and load it."""
    home = folder / NAME
    home.mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        (home / name).write_text(text, "utf-8")
    return Programmes.load(folder)


@asynccontextmanager
async def open_guild(url: str, folder: Path) -> AsyncIterator[Desk]:
    """The service with the guild's programme, written into a folder."""
    async with open_desk(url, write(folder)) as desk:
        yield desk
