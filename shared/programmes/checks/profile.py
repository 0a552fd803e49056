"""What profile.yaml says."""

from shared.programmes.checks.inspection import Inspection
from shared.programmes.faults import Place
from shared.programmes.profile import Question

FILE = "profile.yaml"


def check_profile(look: Inspection) -> None:
    """Questions and attributes used twice, their wordings, their number series."""
    profile = look.files.profile
    look.ids_once(FILE, "questions", profile.questions, "id", "question")
    look.ids_once(FILE, "attributes", profile.attributes, "id", "attribute")
    consents: list[tuple[Place, str]] = [
        (("questions", at, "consent"), one.consent)
        for at, one in enumerate(profile.questions)
        if one.consent is not None
    ]
    look.once(FILE, consents, "the question of the consent")
    for at, question in enumerate(profile.questions):
        _check_question(look, ("questions", at), question)
    for at, attribute in enumerate(profile.attributes):
        if attribute.number_series is not None:
            place = ("attributes", at, "number_series")
            look.knows(FILE, place, "number series", attribute.number_series)


def _check_question(look: Inspection, place: Place, question: Question) -> None:
    versions = question.versions
    named: list[tuple[Place, str]] = [
        ((*place, "versions", at, "version"), one.version) for at, one in enumerate(versions)
    ]
    look.once(FILE, named, "the version of a question")
    choices: list[tuple[Place, str]] = [
        ((*place, "choices", at, "id"), one.id) for at, one in enumerate(question.choices)
    ]
    look.once(FILE, choices, "choice")
    for at in range(1, len(versions)):
        before = versions[at - 1].effective_from
        if versions[at].effective_from <= before:
            look.say(
                FILE,
                (*place, "versions", at, "effective_from"),
                f"expected a day after {before}, when the version before it begins",
            )
