"""A small programme whose files a test can change, and the service that serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from shared.events import ExamPassed
from shared.programmes import Programmes
from tests.services.certifications.desk import Desk, open_desk, passed

NAME = "harbour"
ANN, BEN, CAT = "HP000001", "HP000002", "HP000003"
SCOPES = "candidates:read programmes:write"

PROGRAMME = """\
id: harbour
name: Harbour Pilots
candidate_prefix: HP
candidate_digits: 6
timezone: Europe/Lisbon
support_email: pilots@example.com
branding: {accent: "#004c6d", accent_ink: "#ffffff", ink: "#0d1b2a", logo_text: Harbour Pilots}
levels:
  - {id: mate, name: Mate}
  - {id: pilot, name: Pilot}
number_series: [{id: badge, name: Badge, first: 100, source: port office}]
agreements:
  - {id: conduct, name: Code of conduct, versions: [{version: V1, effective_from: 2020-01-01}]}
fees: [{id: yearly, name: Yearly fee, price: {amount: 5000, currency: EUR}}]
approvals: [{id: board, name: Board review}]
achievements:
  - {id: ten, name: Ten years a pilot, levels: [pilot], years: 10}
reminders: [90 days, 30 days]
statuses: {active: Active, expired: Expired, not_earned: Not earned}
texts: {welcome: Welcome aboard}
"""
EXAMS = """\
pass_validity: 3 years
classes:
  - {id: theory, name: theory exam}
  - {id: trial, name: sea trial}
exams:
  - {code: NAV, name: Navigation, class: theory}
  - {code: LAW, name: Law of the sea, class: theory}
  - {code: TRIAL, name: Sea trial, class: trial}
retakes:
  - {of_class: [trial], after_fail: [15 days], after_pass: 180 days, source: port rules}
"""
CERTIFICATIONS = """\
policies:
  - version: harbour-2020
    effective_from: 2020-01-01
    renewal_anchor: requirement_met
    extends:
      - {levels: below, tracks: any}
    levels:
      mate:
        validity: 4 years
        renewal: {exams: {at_least: 1, of_class: [theory]}}
      pilot:
        validity: 2 years
        renewal: {exam: TRIAL, source: port rules}
  - version: harbour-2026
    based_on: harbour-2020
    effective_from: 2026-01-01
    levels:
      pilot:
        validity: 3 years
certifications:
  - code: MATE
    name: Mate
    level: mate
    category: Licences
    requires: {exam: NAV}
  - code: PILOT
    name: Pilot
    level: pilot
    category: Licences
    number_series: badge
    requires:
      all_of:
        - {active: MATE}
        - {exam: TRIAL, given: {exam: LAW}, text: Pass the sea trial}
overrides:
  - id: storm
    announced_on: 2021-02-01
    reason: The harbour was closed
    expiring: {from: 2021-01-01, to: 2021-03-31}
    extend_by: 6 months
"""
KITS = """\
kits:
  - code: licence
    name: Printed licence
    description: Licence card
    levels: [mate, pilot]
    initial_price: {amount: 0, currency: EUR}
    price: {amount: 2500, currency: EUR}
"""
FILES = {
    "programme.yaml": PROGRAMME,
    "exams.yaml": EXAMS,
    "certifications.yaml": CERTIFICATIONS,
    "kits.yaml": KITS,
}
# Anybody who knows the law is a mate; nobody is for longer than a year.
LAW_WILL_DO = CERTIFICATIONS.replace(
    "requires: {exam: NAV}", "requires: {any_of: [{exam: NAV}, {exam: LAW}]}"
)
ONE_YEAR = CERTIFICATIONS.replace("validity: 4 years", "validity: 1 year")
FIVE_YEARS = CERTIFICATIONS.replace("validity: 4 years", "validity: 5 years")


def write(folder: Path, **changed: str) -> Path:
    """Write the programme's files into a folder of programmes; return that."""
    (folder / NAME).mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / NAME / name).write_text(changed.get(name.removesuffix(".yaml"), text))
    return folder


def took(exam: str, day: str, candidate_id: str) -> ExamPassed:
    return passed(exam, day, candidate_id, programme=NAME)


@asynccontextmanager
async def open_harbour(url: str, folder: Path, **changes: Any) -> AsyncIterator[Desk]:
    """The service with the programme of a folder."""
    programmes = Programmes.load(folder)
    known = {"programmes_folder": folder, "dry_run_workers": 1, **changes}
    async with open_desk(url, programmes, **known) as desk:
        yield desk


def staff(desk: Desk, scope: str = SCOPES) -> dict[str, str]:
    return desk.staff(scope, [NAME])
