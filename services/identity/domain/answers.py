"""Answers to a programme's questions: which are right, which are open, when to ask again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.programmes import ProfileFile, Question

Value = bool | str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: to which wording, what, when."""

    version: str
    value: Value
    given_at: datetime


def wrong(question: Question, value: Value | None) -> str | None:
    """What is wrong with an answer, in words for its author; None: nothing."""
    if value is None or value == "":
        return "this question needs an answer" if question.required else None
    if question.type == "yes_no":
        return None if isinstance(value, bool) else "answer true or false"
    return _wrong_text(question, value) if isinstance(value, str) else "answer with text"


def _wrong_text(question: Question, value: str) -> str | None:
    if question.type == "choice":
        known = [choice.id for choice in question.choices]
        return None if value in known else f"choose one of {', '.join(known)}"
    if len(value) > question.longest:
        return f"use at most {question.longest} characters"
    if any(not (letter.isprintable() or letter == "\n") for letter in value):
        return "this has a character that cannot be shown"
    return None


def is_open(question: Question, answer: Given | None, today: date) -> bool:
    """Whether a question waits for an answer: it has none, or was asked in other words since."""
    wording = question.in_force(today)
    if wording is None or not question.required:
        return False
    return answer is None or answer.version != wording.version


def confirm_by(profile: ProfileFile, confirmed_on: date | None) -> date | None:
    """The last day on which the answers stand without being asked for again."""
    if confirmed_on is None or profile.reconfirm is None:
        return None
    return profile.reconfirm.after(confirmed_on)


def is_due(
    profile: ProfileFile, answers: Mapping[str, Given], confirmed_on: date | None, today: date
) -> bool:
    """Whether the settings page wants to be looked at."""
    asked = [one for one in profile.questions if one.in_force(today) is not None]
    if not asked:
        return False
    if any(is_open(one, answers.get(one.id), today) for one in asked):
        return True
    last = confirm_by(profile, confirmed_on)
    return last is not None and last < today
