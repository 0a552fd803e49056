"""Support cases: their kinds, their numbers, and which state follows what is done."""

from typing import Literal, TypeAlias, get_args

from shared.ids import is_public_code, public_code

Kind: TypeAlias = Literal["name_change", "merge", "missing_result", "other"]
State: TypeAlias = Literal[
    "open", "waiting_for_candidate", "waiting_for_staff", "resolved", "reopened"
]
Party: TypeAlias = Literal["candidate", "staff", "system"]
Action: TypeAlias = Literal[
    "opened", "written", "noted", "assigned", "resolved", "reopened", "approved", "rejected"
]

STATES: tuple[State, ...] = get_args(State)
# Somebody of the staff has to do something.
WITH_STAFF: tuple[State, ...] = ("open", "waiting_for_staff", "reopened")
UNSOLVED: tuple[State, ...] = (*WITH_STAFF, "waiting_for_candidate")

# How long a candidate may come back to a resolved case; later it is another matter.
REOPENABLE_DAYS = 60

_PREFIX = "CASE-"
# Five random characters are 33 million numbers; they are no secrets, only unlike each other.
_CODE = 6


def new_number() -> str:
    """Return a number that can be read aloud, such as CASE-7K3M-2Q; the last character checks."""
    code = public_code(_CODE)
    return f"{_PREFIX}{code[:4]}-{code[4:]}"


def number_of(typed: str) -> str | None:
    """Return the number that somebody typed in any case and spacing, None if it can be none."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    code = letters.removeprefix("CASE")
    if not is_public_code(code, _CODE):
        return None
    return f"{_PREFIX}{code[:4]}-{code[4:]}"


def after_writing(state: State, by: Party) -> State:
    """Return the state of a case in which somebody has written.

    A resolved case in which the candidate writes comes back to the staff; what staff add to a
    resolved case leaves it resolved.
    """
    if by == "candidate":
        return "reopened" if state in ("resolved", "reopened") else "waiting_for_staff"
    return state if state == "resolved" or by == "system" else "waiting_for_candidate"
