"""The names that a programme knows, and the mistakes found in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.programmes.document import Document
from shared.programmes.faults import Fault, Place
from shared.programmes.folder import Files

# So many names are listed in a message; more would hide what it says.
NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one kind: what one is called, where they stand, and which there are."""

    what: str
    list_name: str
    file: str
    names: tuple[str, ...]


class Inspection:
    """Collects the mistakes of one programme whose files are each well formed."""

    def __init__(self, documents: dict[str, Document], files: Files) -> None:
        self.documents = documents
        self.files = files
        self.faults: list[Fault] = []
        head, exams, education = files.programme, files.exams, files.education
        certifications = files.certifications
        self.known_names = {
            one.what: one
            for one in (
                _ids("level", "levels", "programme.yaml", head.levels),
                _ids("track", "tracks", "programme.yaml", head.tracks),
                _ids("number series", "number_series", "programme.yaml", head.number_series),
                _ids("agreement", "agreements", "programme.yaml", head.agreements),
                _ids("fee", "fees", "programme.yaml", head.fees),
                _ids("approval", "approvals", "programme.yaml", head.approvals),
                _ids("class", "classes", "exams.yaml", exams.classes),
                _ids("exam", "exams", "exams.yaml", exams.exams, "code"),
                _ids("category", "categories", "education.yaml", education.categories),
                _ids("activity", "activities", "education.yaml", education.activities),
                _ids("course", "courses", "education.yaml", education.courses, "code"),
                _ids(
                    "certification",
                    "certifications",
                    "certifications.yaml",
                    certifications.certifications,
                    "code",
                ),
            )
        }
        self.exam_of_alias = {alias: exam.code for exam in exams.exams for alias in exam.aliases}

    def say(self, file: str, place: Place, message: str) -> None:
        """Note a mistake."""
        self.faults.append(self.documents[file].fault(place, message))

    def knows(self, file: str, place: Place, what: str, name: str) -> None:
        """Check that a name is one of its kind."""
        known = self.known_names[what]
        if name in known.names:
            return
        home = "this file" if known.file == file else known.file
        expected = f"expected one of the {known.list_name} of {home}"
        if what == "exam" and name in self.exam_of_alias:
            self.say(
                file,
                place,
                f"{name!r} is a former code; expected {self.exam_of_alias[name]!r}, the exam's own",
            )
            return
        if not known.names:
            expected += ", which has none"
        elif len(known.names) <= NAMES_SHOWN:
            expected += f": {', '.join(known.names)}"
        self.say(file, place, f"unknown {what} {name!r}; {expected}")

    def knows_all(self, file: str, place: Place, what: str, names: Iterable[str] | None) -> None:
        """Check every name of a list."""
        for at, name in enumerate(names or ()):
            self.knows(file, (*place, at), what, name)

    def knows_keys(self, file: str, place: Place, what: str, names: Iterable[str]) -> None:
        """Check every name that a field has below it."""
        for name in names:
            self.knows(file, (*place, name), what, name)

    def once(self, file: str, names: Iterable[tuple[Place, str]], what: str) -> None:
        """Check that no name is used twice."""
        first: dict[str, int] = {}
        for place, name in names:
            if name in first:
                self.say(
                    file,
                    place,
                    f"{what} {name!r} is already used on line {first[name]}; expected a new one",
                )
            else:
                first[name] = self.documents[file].fault(place, "").line

    def ids_once(self, file: str, field: str, items: Iterable[object], key: str, what: str) -> None:
        """Check that no two items of a list have the same name."""
        named = (((field, at, key), getattr(item, key)) for at, item in enumerate(items))
        self.once(file, named, what)


def _ids(
    what: str, list_name: str, file: str, items: Iterable[object], key: str = "id"
) -> Vocabulary:
    return Vocabulary(what, list_name, file, tuple(getattr(item, key) for item in items))
