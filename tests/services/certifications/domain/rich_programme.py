"""A programme with one of everything that an explanation can be about."""

from pathlib import Path

from shared.programmes import Programme
from tests.services.certifications.domain.small_programme import small_programme

HEAD = """
agreements:
  - id: secrecy
    name: Secrecy agreement
    versions: [{version: V1, effective_from: 2010-01-01}, {version: V2, effective_from: 2020-01-01}]
fees: [{id: yearly, name: Yearly fee}]
approvals: [{id: board, name: Board review}]
number_series: [{id: pilots, name: Pilot number, first: 1024}]
achievements: [{id: five, name: Five years of Two, certifications: [Two], years: 5}]
emeritus:
  - certifications: [Two]
    after: 2 years
    requires: {fee: yearly}
    opens: 3 months
    lasts: 1 year
    return: {requires: {exam: B}}
"""
EXAMS = """
  - {code: E, name: Ebb, class: paper, aliases: [E1]}
retakes: [{after_fail: [5 days]}]
"""
EDUCATION = """
categories: [{id: group-a, name: Group A}, {id: group-b, name: Group B}]
activities: [{id: talk, name: Talks}, {id: book, name: Books}]
courses: [{code: K1, name: Knots, level: first, tracks: [land]}]
"""
CERTIFICATIONS = """
policies:
  - version: old
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    extends: [{levels: below}]
    credits: {validity: 3 years, new_cycle: ends, same_item: once_per_cycle, submit_within: 90 days}
    levels:
      first:
        validity: 3 years
        renewal: {any_of: [{exam: A}, {credits: {at_least: 30, maximum: {group-b: 10}}}]}
      second:
        validity: 3 years
        renewal:
          options:
            - {requires: {exam: B}, text: Sit Bow again, opens: 6 months, anchor: old_expiry}
            - {requires: {credits: {at_least: 40, minimum: {group-a: 20}}}, text: Forty credits}
            - {requires: {courses: {of: [K1]}}, text: Take Knots, period: 1 year,
               anchor: old_expiry, not_twice_running: true}
        grace: {lasts: 90 days}
    certifications:
      Yearly: {validity: 1 year, aligned_to: "12-31", renewal: {fee: yearly}}
      Cycle:
        validity: 3 years
        renewal:
          options:
            - anchor: fixed_cycle
              requires: {credits: {at_least: 20, every: {period: 1 year, at_least: 5}}}
        grace: {lasts: 30 days, allows: submission}
      Life: {validity: lifetime}
  - version: new
    based_on: old
    effective_from: 2024-01-01
    running_terms: lengthen
    levels: {first: {validity: 5 years}}
certifications:
  - {code: One, name: One, level: first, category: All, tracks: [land], requires: {exam: A},
     former_names: [{name: Uno, until: 2022-12-31}]}
  - {code: Two, name: Two, level: second, category: All, tracks: [land], number_series: pilots,
     requires: {all_of: [{active: One}, {exam: B}]}}
  - {code: Yearly, name: Yearly, level: first, category: All, requires: {exam: C}}
  - {code: Cycle, name: Cycle, level: second, category: All, tracks: [sea],
     requires: {all_of: [{exam: D}, {agreement: secrecy, version: V2}, {approval: board}]}}
  - {code: Life, name: Life, level: first, category: All,
     requires: {exams: {at_least: 2, of: [A, B], within: 1 year}}, awarded_from: 2015-01-01}
  - {code: Old, name: Old, level: first, category: All, requires: {exam: E},
     succeeded_by: {certification: Heir, on: 2023-06-01}}
  - {code: Heir, name: Heir, level: first, category: All,
     requires: {exam: D, given: {exam: E}}}
  - {code: Gone, name: Gone, level: first, category: All, requires: {exam: E},
     retired_on: 2012-12-31}
overrides:
  - id: flood
    announced_on: 2021-04-01
    reason: The flood of 2021.
    expiring: {from: 2021-03-01, to: 2021-09-30}
    extend_by: 6 months
  - id: storm
    announced_on: 2022-02-01
    reason: A storm
    expiring: {from: 2022-01-01, to: 2022-03-31}
    extend_to: 2022-05-01
"""


def rich_programme(folder: Path) -> Programme:
    return small_programme(folder, CERTIFICATIONS, head=HEAD, exams=EXAMS, education=EDUCATION)
