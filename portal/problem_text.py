"""What is told of one type of problem."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemText:
    """One type of problem."""

    status: int
    title: str
    meaning: str
    remedy: str
