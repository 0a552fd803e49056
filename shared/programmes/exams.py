"""The model of exams.yaml: the exams and when they may be taken again."""

from datetime import date

from pydantic import Field

from shared.programmes.fields import Code, FormerName, Identifier, Named, Text
from shared.programmes.item import Item
from shared.programmes.period import ValidityField
from shared.programmes.retakes import Retake


class Exam(Item):
    """One exam: its class and tracks decide which rules it meets."""

    code: Code = Field(description="the exam's code")
    name: Text = Field(description="the exam's name")
    exam_class: Identifier = Field(alias="class", description="one of the classes of this file")
    tracks: tuple[Identifier, ...] = Field(default=(), description="tracks of programme.yaml")
    aliases: tuple[Code, ...] = Field(
        default=(), description="former codes under which it is reported too"
    )
    pass_validity: ValidityField = Field(
        default=None, description="how long a pass counts (default: pass_validity of the file)"
    )
    earned_from: date | None = Field(
        default=None, description="the first day on which a pass counts"
    )
    retired: bool = Field(default=False, description="true when it can no longer be taken")
    retired_on: date | None = Field(default=None, description="the last day it could be taken")
    replaced_by: Code | None = Field(default=None, description="the code of its successor")
    former_names: tuple[FormerName, ...] = Field(
        default=(), description="former names, each with until"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def pass_expires_on(self, day: date) -> date | None:
        """The last day on which a pass of `day` counts; None: for ever."""
        return None if self.pass_validity is None else self.pass_validity.after(day)


class ExamsFile(Item):
    """exams.yaml: the exams, their classes and the rules for taking them again."""

    pass_validity: ValidityField = Field(description='"3 years", or lifetime')
    classes: tuple[Named, ...] = Field(min_length=1, description="exam classes with id and name")
    exams: tuple[Exam, ...] = Field(min_length=1, description="the exams")
    retakes: tuple[Retake, ...] = Field(
        default=(), description="when an exam may be taken again; the first entry that fits governs"
    )
