"""A loaded programme, and all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shared.programmes.checks import Checks
from shared.programmes.document import Document
from shared.programmes.faults import Fault, ProgrammeError
from shared.programmes.files import (
    Branding,
    Certification,
    CertificationsFile,
    Exam,
    ExamsFile,
    Kit,
    KitsFile,
    Named,
    NumberSeries,
    Policy,
    ProgrammeFile,
    StatusTexts,
)
from shared.programmes.item import Item
from shared.programmes.period import Period
from shared.programmes.reading import read

FILES: dict[str, type[Item]] = {
    "programme.yaml": ProgrammeFile,
    "exams.yaml": ExamsFile,
    "certifications.yaml": CertificationsFile,
    "kits.yaml": KitsFile,
}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Programme:
    """What one awarding organisation wrote down; compared and hashed by identity."""

    id: str
    name: str
    certification_word: str
    candidate_prefix: str
    candidate_digits: int
    timezone: str
    branding: Branding
    support_email: str
    levels: Mapping[str, Named]
    tracks: Mapping[str, Named]
    number_series: Mapping[str, NumberSeries]
    reminders: tuple[Period, ...]
    statuses: StatusTexts
    texts: Mapping[str, str]
    exam_classes: Mapping[str, Named]
    exams: Mapping[str, Exam]
    policies: tuple[Policy, ...]
    certifications: Mapping[str, Certification]
    kits: Mapping[str, Kit]

    def level_rank(self, level: str) -> int:
        """The place of a level, 0 for the lowest."""
        return list(self.levels).index(level)

    def initial_kit(self, certification: str) -> Kit | None:
        """The kit that earning a certification entitles to."""
        level = self.certifications[certification].level
        return next((kit for kit in self.kits.values() if level in kit.levels), None)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read one programme's folder; raises ProgrammeError."""
        faults: list[Fault] = []
        documents: dict[str, Document] = {}
        read_files: dict[str, Item] = {}
        for name, model in FILES.items():
            try:
                documents[name] = Document(folder / name)
                read_files[name] = read(documents[name], model)
            except ProgrammeError as error:
                faults += error.faults
        if faults:
            raise ProgrammeError(faults)
        match tuple(read_files.values()):
            case (
                ProgrammeFile() as head,
                ExamsFile() as exams,
                CertificationsFile() as certifications,
                KitsFile() as kits,
            ):
                faults = Checks(documents, head, exams, certifications, kits).all()
                if faults:
                    raise ProgrammeError(faults)
                return cls._of(head, exams, certifications, kits)
        raise AssertionError(read_files)  # pragma: no cover - FILES names these four

    @classmethod
    def _of(
        cls, head: ProgrammeFile, exams: ExamsFile, rules: CertificationsFile, kits: KitsFile
    ) -> Self:
        return cls(
            id=head.id,
            name=head.name,
            certification_word=head.certification_word,
            candidate_prefix=head.candidate_prefix,
            candidate_digits=head.candidate_digits,
            timezone=head.timezone,
            branding=head.branding,
            support_email=head.support_email,
            levels={level.id: level for level in head.levels},
            tracks={track.id: track for track in head.tracks},
            number_series={series.id: series for series in head.number_series},
            reminders=head.reminders,
            statuses=head.statuses,
            texts=head.texts,
            exam_classes={one.id: one for one in exams.classes},
            exams={exam.code: _with_validity(exam, exams) for exam in exams.exams},
            policies=rules.policies,
            certifications={one.code: one for one in rules.certifications},
            kits={kit.code: kit for kit in kits.kits},
        )


def _with_validity(exam: Exam, file: ExamsFile) -> Exam:
    if "pass_validity" in exam.model_fields_set:
        return exam
    return exam.model_copy(update={"pass_validity": file.pass_validity})


class Programmes(Mapping[str, Programme]):
    """Every programme of a folder, by id."""

    def __init__(self, programmes: Mapping[str, Programme]) -> None:
        self._programmes = dict(programmes)

    def __getitem__(self, programme: str) -> Programme:
        return self._programmes[programme]

    def __iter__(self) -> Iterator[str]:
        return iter(self._programmes)

    def __len__(self) -> int:
        return len(self._programmes)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every programme of a folder; raises ProgrammeError with all their mistakes.

        A programme is a folder with a programme.yaml directly below `folder`; folders without
        one are not looked at.
        """
        faults: list[Fault] = []
        found: dict[str, Programme] = {}
        for file in sorted(folder.glob("*/programme.yaml")):
            try:
                found[file.parent.name] = Programme.load(file.parent)
            except ProgrammeError as error:
                faults += error.faults
        if not faults and not found:
            faults.append(
                Fault(folder, 1, "", "holds no programme; expected <programme>/programme.yaml")
            )
        if faults:
            raise ProgrammeError(faults)
        return cls(found)
