"""A loaded programme, and all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shared.programmes.cases import CasesFile
from shared.programmes.certifications import Certification
from shared.programmes.checks import mistakes
from shared.programmes.education import Education
from shared.programmes.exams import Exam, ExamsFile
from shared.programmes.faults import Fault, ProgrammeError
from shared.programmes.feeds import ResultCheck, Vendor
from shared.programmes.fields import Named
from shared.programmes.folder import Files, fingerprint, read_files, read_folder, texts_of
from shared.programmes.help import HelpFile
from shared.programmes.honours import AchievementRule, EmeritusRule
from shared.programmes.kits import Kit
from shared.programmes.logo import Logo, read_logo
from shared.programmes.my_data import DataFile
from shared.programmes.organisation import (
    Agreement,
    ApprovalKind,
    Branding,
    Fee,
    NumberSeries,
    StatusTexts,
)
from shared.programmes.overrides import Override
from shared.programmes.period import Period
from shared.programmes.policies import Policy, whole_policies
from shared.programmes.profile import ProfileFile
from shared.programmes.retakes import Retake
from shared.programmes.sign_in import IdentityProvider


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Programme:
    """What one awarding organisation wrote down; compared and hashed by identity.

    `policies` are whole: what a version takes from the one it is based on is there.
    `fingerprint` is the SHA-256 of the files with rules, as hexadecimal text.
    """

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
    agreements: Mapping[str, Agreement]
    fees: Mapping[str, Fee]
    approvals: Mapping[str, ApprovalKind]
    achievements: Mapping[str, AchievementRule]
    emeritus: tuple[EmeritusRule, ...]
    reminders: tuple[Period, ...]
    statuses: StatusTexts
    texts: Mapping[str, str]
    exam_classes: Mapping[str, Named]
    exams: Mapping[str, Exam]
    exam_of: Mapping[str, Exam]
    retakes: tuple[Retake, ...]
    education: Education
    policies: tuple[Policy, ...]
    certifications: Mapping[str, Certification]
    overrides: tuple[Override, ...]
    kits: Mapping[str, Kit]
    vendors: Mapping[str, Vendor]
    checks: tuple[ResultCheck, ...]
    providers: Mapping[str, IdentityProvider]
    self_registration: bool
    profile: ProfileFile
    help: HelpFile
    cases: CasesFile
    data: DataFile
    logo: Logo | None
    fingerprint: str

    def level_rank(self, level: str) -> int:
        """The place of a level, 0 for the lowest."""
        return list(self.levels).index(level)

    def exam(self, code: str) -> Exam | None:
        """The exam of a code or of a former code, under which it may still be reported."""
        return self.exam_of.get(code)

    def initial_kit(self, certification: str) -> Kit | None:
        """The kit that earning a certification entitles to."""
        level = self.certifications[certification].level
        return next((kit for kit in self.kits.values() if level in kit.levels), None)

    @classmethod
    def files(cls, folder: Path) -> dict[str, str]:
        """The texts of one programme's files by name, as they stand; raises ProgrammeError."""
        return texts_of(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read one programme's folder; raises ProgrammeError."""
        return cls._checked(folder, read_folder(folder), with_logo=True)

    @classmethod
    def of_texts(cls, programme: str, texts: Mapping[str, str]) -> Self:
        """Read a programme from texts by file name, e.g. for a dry run; raises ProgrammeError.

        Its mistakes name the files as <programme>/<file>; it has no logo.
        """
        contents = {name: text.encode() for name, text in texts.items()}
        return cls._checked(Path(programme), contents)

    @classmethod
    def _checked(
        cls, folder: Path, contents: Mapping[str, bytes], *, with_logo: bool = False
    ) -> Self:
        documents, files = read_files(folder, contents)
        faults = mistakes(documents, files)
        logo = None
        if with_logo and files.programme.branding.logo is not None:
            try:
                logo = read_logo(folder, files.programme.branding.logo)
            except ValueError as error:
                place = ("branding", "logo")
                faults.append(documents["programme.yaml"].fault(place, str(error)))
        if faults:
            raise ProgrammeError(faults)
        return cls._of(files, fingerprint(contents), logo)

    @classmethod
    def _of(cls, files: Files, mark: str, logo: Logo | None) -> Self:
        head, rules, education = files.programme, files.certifications, files.education
        exams = [_with_validity(exam, files.exams) for exam in files.exams.exams]
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
            agreements={agreement.id: agreement for agreement in head.agreements},
            fees={fee.id: fee for fee in head.fees},
            approvals={approval.id: approval for approval in head.approvals},
            achievements={achievement.id: achievement for achievement in head.achievements},
            emeritus=head.emeritus,
            reminders=head.reminders,
            statuses=head.statuses,
            texts=head.texts,
            exam_classes={one.id: one for one in files.exams.classes},
            exams={exam.code: exam for exam in exams},
            exam_of={code: exam for exam in exams for code in (exam.code, *exam.aliases)},
            retakes=files.exams.retakes,
            education=Education(
                categories={category.id: category for category in education.categories},
                activities={activity.id: activity for activity in education.activities},
                courses={course.code: course for course in education.courses},
            ),
            policies=whole_policies(rules.policies),
            certifications={one.code: one for one in rules.certifications},
            overrides=rules.overrides,
            kits={kit.code: kit for kit in files.kits.kits},
            vendors={vendor.id: vendor for vendor in files.feeds.vendors},
            checks=files.feeds.checks,
            providers={one.id: one for one in files.sign_in.providers},
            self_registration=files.sign_in.self_registration,
            profile=files.profile,
            help=files.help,
            cases=files.cases,
            data=files.data,
            logo=logo,
            fingerprint=mark,
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
