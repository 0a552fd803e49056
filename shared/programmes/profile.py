"""The model of profile.yaml: what candidates are asked about themselves, and what they may note."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.programmes.fields import Identifier, Named, Text
from shared.programmes.item import Item
from shared.programmes.period import PeriodField

LONGEST_ANSWER = 200


class QuestionVersion(Item):
    """One wording of a question; what was answered is answered to a wording."""

    version: Text = Field(description="the wording's name, such as 2026")
    effective_from: date = Field(description="the first day it is asked in these words")
    text: Text = Field(
        description="what candidates read and answer: plain paragraphs with blank lines between"
    )


class Question(Named):
    """What a programme asks its candidates on their settings page."""

    type: Literal["yes_no", "choice", "text"] = Field(description="yes_no, choice or text")
    required: bool = Field(default=True, description="true: must be answered (default: true)")
    versions: tuple[QuestionVersion, ...] = Field(
        min_length=1, description="its wordings, oldest first, with version and effective_from"
    )
    choices: tuple[Named, ...] = Field(
        default=(), description="what a choice is made of, each with id and name"
    )
    consent: Literal["disclosure", "messages"] | None = Field(
        default=None,
        description="disclosure: yes lets others verify certifications; messages: yes lets the "
        "programme write about more than exams and certifications",
    )
    assumed: bool = Field(
        default=False,
        description="what holds of a consent before it is answered: true or false (default: false)",
    )
    longest: int = Field(
        default=LONGEST_ANSWER, ge=1, le=1000, description="characters that a text may have"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            message = "expected choices in a question of the type choice, and in no other"
            raise ValueError(message)
        if self.consent is not None and self.type != "yes_no":
            message = "expected type yes_no, because a consent is given or not"
            raise ValueError(message)
        if self.assumed and self.consent is None:
            message = "expected a consent beside assumed, which says what holds of it at first"
            raise ValueError(message)
        return self

    def in_force(self, day: date) -> QuestionVersion | None:
        """The newest wording that is asked on a day; None before the first."""
        effective = [one for one in self.versions if one.effective_from <= day]
        return effective[-1] if effective else None


class Attribute(Named):
    """Something on record about a candidate beside names and ids, e.g. a job title."""

    used_for: Text = Field(description="what it is for, in a sentence that candidates read")
    editable: bool = Field(
        default=False,
        description="true: candidates write it themselves; false: staff do (default: false)",
    )
    number_series: Identifier | None = Field(
        default=None,
        description="a number series of programme.yaml: its number stands here, written by nobody",
    )
    identifies: bool = Field(
        default=False,
        description="true: an id, which stands on the identification page too (default: false)",
    )
    longest: int = Field(
        default=LONGEST_ANSWER, ge=1, le=1000, description="characters that it may have"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _written_by_one(self) -> Self:
        if self.editable and self.number_series is not None:
            message = "expected editable or number_series, not both: a number is given, not written"
            raise ValueError(message)
        return self


class ProfileFile(Item):
    """profile.yaml: questions, consents and attributes of the programme's candidates."""

    reconfirm: PeriodField | None = Field(
        default=None, description='how long answers stand until they are asked again: "1 year"'
    )
    questions: tuple[Question, ...] = Field(default=(), description="what candidates are asked")
    attributes: tuple[Attribute, ...] = Field(
        default=(), description="what else stands on record about a candidate"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    def question(self, name: str) -> Question | None:
        """The question of an id."""
        return next((one for one in self.questions if one.id == name), None)

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of an id."""
        return next((one for one in self.attributes if one.id == name), None)

    @property
    def disclosure(self) -> Question | None:
        """The question whose answer lets others verify certifications, None without one."""
        return next((one for one in self.questions if one.consent == "disclosure"), None)

    @property
    def disclosure_assumed(self) -> bool:
        """Whether others may verify the certifications of somebody who was not asked yet."""
        return self.disclosure is None or self.disclosure.assumed
