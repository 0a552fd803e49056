"""What exams.yaml and education.yaml say."""

from shared.programmes.checks.inspection import Inspection
from shared.programmes.exams import Exam
from shared.programmes.faults import Place
from shared.programmes.retakes import Retake

FILE = "exams.yaml"


def check_exams(look: Inspection) -> None:
    """Codes and former codes used twice, names that are unknown, retakes that never govern."""
    exams = look.files.exams.exams
    look.ids_once(FILE, "classes", look.files.exams.classes, "id", "class")
    look.once(FILE, _codes(exams), "exam code")
    for at, exam in enumerate(exams):
        place: Place = ("exams", at)
        look.knows(FILE, (*place, "class"), "class", exam.exam_class)
        look.knows_all(FILE, (*place, "tracks"), "track", exam.tracks)
        if exam.replaced_by == exam.code:
            look.say(FILE, (*place, "replaced_by"), "is the exam itself; expected another exam")
        elif exam.replaced_by is not None:
            look.knows(FILE, (*place, "replaced_by"), "exam", exam.replaced_by)
        if (
            exam.earned_from is not None
            and exam.retired_on is not None
            and exam.retired_on < exam.earned_from
        ):
            look.say(
                FILE,
                (*place, "retired_on"),
                f"expected a day on or after {exam.earned_from}, earned_from",
            )
    _check_retakes(look)


def _codes(exams: tuple[Exam, ...]) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for at, exam in enumerate(exams):
        found.append((("exams", at, "code"), exam.code))
        for number, alias in enumerate(exam.aliases):
            found.append((("exams", at, "aliases", number), alias))
    return found


def _check_retakes(look: Inspection) -> None:
    always: list[tuple[int, frozenset[str]]] = []
    for at, retake in enumerate(look.files.exams.retakes):
        place: Place = ("retakes", at)
        look.knows_all(FILE, (*place, "exams"), "exam", retake.exams)
        look.knows_all(FILE, (*place, "of_class"), "class", retake.of_class)
        about = _exams_of(look, retake)
        hidden_by = next((line for line, exams in always if about and about <= exams), None)
        if hidden_by is not None:
            look.say(
                FILE,
                place,
                f"never governs: the entry on line {hidden_by} fits the same exams on every day; "
                "expected the special entry before the general one",
            )
        if retake.effective_from is None and retake.effective_until is None:
            always.append((look.documents[FILE].fault(place, "").line, about))


def _exams_of(look: Inspection, retake: Retake) -> frozenset[str]:
    exams = look.files.exams.exams
    return frozenset(exam.code for exam in exams if retake.fits(exam.code, exam.exam_class))


def check_education(look: Inspection) -> None:
    """Names used twice or unknown."""
    file = "education.yaml"
    education = look.files.education
    look.ids_once(file, "categories", education.categories, "id", "category")
    look.ids_once(file, "activities", education.activities, "id", "activity")
    look.ids_once(file, "courses", education.courses, "code", "course code")
    for at, course in enumerate(education.courses):
        look.knows(file, ("courses", at, "level"), "level", course.level)
        look.knows_all(file, ("courses", at, "tracks"), "track", course.tracks)
