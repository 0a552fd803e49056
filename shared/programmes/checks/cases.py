"""What cases.yaml says."""

from shared.programmes.cases import FILLED
from shared.programmes.checks.inspection import Inspection

FILE = "cases.yaml"


def check_cases(look: Inspection) -> None:
    """Answers of one id, and blanks in them that nothing is filled in for."""
    answers = look.files.cases.answers
    look.ids_once(FILE, "answers", answers, "id", "answer")
    for at, answer in enumerate(answers):
        for blank in answer.unknown_blanks():
            expected = ", ".join(f"{{{name}}}" for name in FILLED)
            message = f"unknown blank {{{blank}}}; expected one of {expected}"
            look.say(FILE, ("answers", at, "text"), message)
