"""Cross references: what no single field can tell about a programme."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.programmes.document import Document
from shared.programmes.faults import Fault, Place
from shared.programmes.folder import Files
from shared.programmes.renewals import RenewalTerms
from shared.programmes.requirements import (
    ActiveRequirement,
    ExamRequirement,
    ExamsRequirement,
    Requirement,
    parts_of,
)


def walk(requirement: Requirement, place: Place) -> Iterator[tuple[Place, Requirement]]:
    """Every node of a requirement tree with its place in the file."""
    yield place, requirement
    for below, part in parts_of(requirement):
        yield from walk(part, (*place, *below))


class Checks:
    """Collects the mistakes of one programme whose four files are each well formed."""

    def __init__(
        self,
        documents: dict[str, Document],
        files: Files,
    ) -> None:
        self.documents = documents
        self.programme = files.programme
        self.exams = files.exams
        self.certifications = files.certifications
        self.kits = files.kits
        self.faults: list[Fault] = []

    def all(self) -> list[Fault]:
        """Run every check."""
        self._programme()
        self._exams()
        self._policies()
        self._certifications()
        self._prerequisites()
        self._kits()
        return self.faults

    def _say(self, file: str, place: Place, message: str) -> None:
        self.faults.append(self.documents[file].fault(place, message))

    def _known(
        self, file: str, place: Place, name: str, what: str, known: Iterable[str], where: str
    ) -> None:
        names = list(known)
        if name not in names:
            hint = f": {', '.join(names)}" if 0 < len(names) <= 12 else ""
            self._say(file, place, f"unknown {what} {name!r}; expected one of {where}{hint}")

    def _once(self, file: str, names: Iterable[tuple[Place, str]], what: str) -> None:
        first: dict[str, int] = {}
        for place, name in names:
            if name in first:
                message = (
                    f"{what} {name!r} is already used on line {first[name]}; expected a new one"
                )
                self._say(file, place, message)
            else:
                first[name] = self.documents[file].fault(place, "").line

    def _ids(self, file: str, field: str, items: Iterable[object], key: str, what: str) -> None:
        named = (((field, at, key), getattr(item, key)) for at, item in enumerate(items))
        self._once(file, named, what)

    def _programme(self) -> None:
        programme = self.programme
        file = "programme.yaml"
        folder = self.documents[file].file.parent.name
        if programme.id != folder:
            self._say(file, ("id",), f"expected {folder!r}, the name of the folder")
        try:
            ZoneInfo(programme.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._say(
                file,
                ("timezone",),
                f"unknown time zone {programme.timezone!r}; "
                "expected an IANA name such as America/Los_Angeles",
            )
        self._ids(file, "levels", programme.levels, "id", "level")
        self._ids(file, "tracks", programme.tracks, "id", "track")
        self._ids(file, "number_series", programme.number_series, "id", "number series")

    def _levels(self, file: str, place: Place, names: Iterable[str]) -> None:
        known = [level.id for level in self.programme.levels]
        for at, name in enumerate(names):
            self._known(file, (*place, at), name, "level", known, "the levels of programme.yaml")

    def _tracks(self, file: str, place: Place, names: Iterable[str]) -> None:
        known = [track.id for track in self.programme.tracks]
        for at, name in enumerate(names):
            self._known(file, (*place, at), name, "track", known, "the tracks of programme.yaml")

    def _exams(self) -> None:
        file = "exams.yaml"
        exams = self.exams.exams
        codes = [exam.code for exam in exams]
        classes = [one.id for one in self.exams.classes]
        self._ids(file, "classes", self.exams.classes, "id", "class")
        self._ids(file, "exams", exams, "code", "exam code")
        for at, exam in enumerate(exams):
            place: Place = ("exams", at)
            self._known(
                file,
                (*place, "class"),
                exam.exam_class,
                "class",
                classes,
                "the classes of this file",
            )
            self._tracks(file, (*place, "tracks"), exam.tracks)
            if exam.replaced_by is not None:
                successor = exam.replaced_by
                self._known(
                    file,
                    (*place, "replaced_by"),
                    successor,
                    "exam",
                    codes,
                    "the exams of this file",
                )

    def _policies(self) -> None:
        file = "certifications.yaml"
        policies = self.certifications.policies
        self._ids(file, "policies", policies, "version", "policy version")
        levels = [level.id for level in self.programme.levels]
        used = {certification.level for certification in self.certifications.certifications}
        for at, policy in enumerate(policies):
            place: Place = ("policies", at)
            if at and policy.effective_from <= policies[at - 1].effective_from:
                self._say(
                    file,
                    (*place, "effective_from"),
                    f"expected a day after {policies[at - 1].effective_from}, "
                    "when the version before it begins",
                )
            for number, scope in enumerate(policy.extends):
                if isinstance(scope.levels, tuple):
                    self._levels(file, (*place, "extends", number, "levels"), scope.levels)
            for level, rule in policy.levels.items():
                inner = (*place, "levels", level)
                self._known(file, inner, level, "level", levels, "the levels of programme.yaml")
                if rule.renewal is not None:
                    for option in RenewalTerms.of(rule.renewal).options:
                        self._requirement(option.requires, (*inner, "renewal"))
            for level in levels:
                if level in used and level not in policy.levels and policy.based_on is None:
                    self._say(
                        file,
                        (*place, "levels", level),
                        "is missing; certifications of this level exist, "
                        "expected its validity and renewal",
                    )

    def _certifications(self) -> None:
        file = "certifications.yaml"
        certifications = self.certifications.certifications
        self._ids(file, "certifications", certifications, "code", "certification code")
        levels = [level.id for level in self.programme.levels]
        series = [one.id for one in self.programme.number_series]
        for at, certification in enumerate(certifications):
            place: Place = ("certifications", at)
            level = certification.level
            self._known(
                file, (*place, "level"), level, "level", levels, "the levels of programme.yaml"
            )
            self._tracks(file, (*place, "tracks"), certification.tracks)
            if certification.number_series is not None:
                self._known(
                    file,
                    (*place, "number_series"),
                    certification.number_series,
                    "number series",
                    series,
                    "the number_series of programme.yaml",
                )
            self._requirement(certification.requires, (*place, "requires"))
            if certification.renewal is not None:
                for option in RenewalTerms.of(certification.renewal).options:
                    self._requirement(option.requires, (*place, "renewal"))

    def _requirement(self, requirement: Requirement, place: Place) -> None:
        file = "certifications.yaml"
        exams = [exam.code for exam in self.exams.exams]
        classes = [one.id for one in self.exams.classes]
        codes = [certification.code for certification in self.certifications.certifications]
        for at, node in walk(requirement, place):
            match node:
                case ExamRequirement(exam=exam):
                    self._known(file, (*at, "exam"), exam, "exam", exams, "the exams of exams.yaml")
                case ExamsRequirement(exams=selection):
                    for number, exam in enumerate(selection.of or ()):
                        inner = (*at, "exams", "of", number)
                        self._known(file, inner, exam, "exam", exams, "the exams of exams.yaml")
                    for number, name in enumerate(selection.of_class or ()):
                        inner = (*at, "exams", "of_class", number)
                        self._known(
                            file, inner, name, "class", classes, "the classes of exams.yaml"
                        )
                case ActiveRequirement(active=code):
                    self._known(
                        file,
                        (*at, "active"),
                        code,
                        "certification",
                        codes,
                        "the certifications of this file",
                    )
                case _:
                    pass

    def _prerequisites(self) -> None:
        certifications = self.certifications.certifications
        graph = {
            certification.code: [
                node.active
                for _, node in walk(certification.requires, ())
                if isinstance(node, ActiveRequirement)
            ]
            for certification in certifications
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            ring: list[str] = error.args[1][::-1]
            at = next(number for number, one in enumerate(certifications) if one.code == ring[0])
            self._say(
                "certifications.yaml",
                ("certifications", at, "requires"),
                f"nobody could ever earn it: {' needs '.join(ring)}; "
                "expected prerequisites without a cycle",
            )

    def _kits(self) -> None:
        file = "kits.yaml"
        self._ids(file, "kits", self.kits.kits, "code", "kit code")
        taken: list[tuple[Place, str]] = []
        for at, kit in enumerate(self.kits.kits):
            self._levels(file, ("kits", at, "levels"), kit.levels)
            taken += [(("kits", at, "levels", n), level) for n, level in enumerate(kit.levels)]
        self._once(file, taken, "the initial kit of level")
