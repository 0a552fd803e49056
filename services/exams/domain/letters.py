"""Outcomes of a file's rows, one letter each, so that a million of them are a megabyte."""

from services.exams.domain.outcome import Outcome

_STATES = {"recorded": "r", "waiting": "w", "held": "h", "revoked": "v"}
REJECTED = "x"
_SAID = {
    REJECTED: ("rejected", ""),
    "a": ("accepted", ""),
    "A": ("duplicate", ""),
    **{letter: ("accepted", state) for state, letter in _STATES.items()},
    **{letter.upper(): ("duplicate", state) for state, letter in _STATES.items()},
}


def letter_of(outcome: Outcome) -> str:
    """An outcome's letter; a duplicate's is the capital."""
    if outcome.outcome == "rejected":
        return REJECTED
    letter = _STATES.get(outcome.state or "", "a")
    return letter.upper() if outcome.outcome == "duplicate" else letter


def said_by(letter: str) -> tuple[str, str]:
    """The outcome and the state that a letter stands for."""
    return _SAID[letter]
