"""Candidates in one line each, and what they hold in one line each."""

from datetime import date
from pathlib import Path

from services.certifications.domain import ExamPass, Fact, State
from tests.services.certifications.golden.sentences import fact_of, parse

PROGRAMMES = Path(__file__).parents[4] / "programmes"


def day(written: str) -> date:
    return date.fromisoformat(written)


def passed(*rows: str) -> list[Fact]:
    """Facts from rows such as "200-301 2021-04-01"."""
    found: list[Fact] = []
    for at, row in enumerate(rows):
        exam, on = row.split()
        found.append(ExamPass(f"registration-{at}", exam, day(on)))
    return found


def told(*sentences: str) -> list[Fact]:
    """Facts from sentences such as "30 credits on 2021-04-01 category group-a as first"."""
    return [fact_of(parse(text), f"fact-{at}") for at, text in enumerate(sentences)]


def terms(state: State, certification: str) -> list[str]:
    """Terms as rows such as "earned 2021-04-01 2024-04-01"."""
    return [
        f"{term.kind} {term.active_on} {term.expires_on or 'lifetime'}"
        for term in state[certification].cycles
    ]
