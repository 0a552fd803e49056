"""Settings, attributes and postal addresses."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.identity.schemas.fields import NO_NULL

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NULL)]
Written = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NULL)]
Part = Annotated[str, StringConstraints(max_length=300, pattern=NO_NULL)]


class ChoiceOut(BaseModel):
    """One of the answers to choose from."""

    id: str
    name: str


class AnswerOut(BaseModel):
    """What a candidate has answered."""

    version: str = Field(description="the wording that was answered")
    value: bool | str
    given_at: datetime


class QuestionOut(BaseModel):
    """A question in the words of today, and its answer."""

    id: str
    name: str
    type: Literal["yes_no", "choice", "text"]
    required: bool
    consent: Literal["disclosure", "messages"] | None = Field(
        description="what a yes consents to; null: it is no consent"
    )
    version: str = Field(description="names the wording; sent back with the answer")
    text: str
    choices: list[ChoiceOut]
    longest: int
    answer: AnswerOut | None
    open: bool = Field(description="it waits for an answer, or is asked in other words since")


class SettingsOut(BaseModel):
    """The programme's questions and a candidate's answers."""

    questions: list[QuestionOut]
    confirmed_at: datetime | None
    confirm_by: date | None = Field(description="the last day before they are asked for again")
    due: bool = Field(description="an answer is missing, or confirm_by is over")


class AnswerIn(BaseModel):
    """An answer to one question."""

    model_config = ConfigDict(extra="forbid")

    version: Written = Field(description="the wording that was read")
    # Strict, so that 1 and "yes" are no consent.
    value: Annotated[bool, Field(strict=True)] | Written | None = None


class SettingsIn(BaseModel):
    """All answers, confirmed."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[dict[Name, AnswerIn], Field(max_length=100)]


class AttributeOut(BaseModel):
    """Something on record about a candidate."""

    id: str
    name: str
    used_for: str
    editable: bool = Field(description="the candidate writes it")
    identifies: bool = Field(description="it is an id")
    number_series: str | None = Field(
        description="the number series whose number stands here; certifications knows it"
    )
    longest: int
    value: str | None = Field(description="null: nothing set, or a number")


class AttributesOut(BaseModel):
    """What the programme keeps on record about a candidate."""

    items: list[AttributeOut]


class AttributesIn(BaseModel):
    """New values by attribute; an empty text takes one away."""

    model_config = ConfigDict(extra="forbid")

    values: Annotated[dict[Name, Written], Field(max_length=100)]


class AddressFields(BaseModel):
    """An address in one script."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    given_name: Part = ""
    family_name: Part = ""
    company: Part = ""
    line1: Part = Field("", description="street and number, or a box")
    line2: Part = ""
    city: Part = ""
    region: Part = Field("", description="state, province, prefecture, …")
    postal_code: Part = ""


class PostalAddressIn(BaseModel):
    """Where printed certificates go."""

    model_config = ConfigDict(extra="forbid")

    country: Annotated[str, StringConstraints(max_length=2, pattern=NO_NULL)] = Field(
        description="ISO 3166-1, two letters"
    )
    phone: Annotated[str, StringConstraints(max_length=60, pattern=NO_NULL)] = ""
    roman: AddressFields = Field(description="in the Roman alphabet, as carriers abroad read it")
    local: AddressFields | None = Field(None, description="in the script of the country")
    as_written: bool = Field(
        default=False, description="what seemed odd was looked at, and is right"
    )


class PostalAddressOut(BaseModel):
    """Where printed certificates go."""

    country: str
    phone: str
    roman: AddressFields
    local: AddressFields | None
    changed_at: datetime


class CountryOut(BaseModel):
    """What addresses of a country have."""

    code: str = Field(description="ISO 3166-1, two letters")
    needed: list[str]
    used: list[str]
    region_word: str = Field(description="what a region is: state, province, prefecture, …")
    postal_code_word: str = Field(description="what a code is: zip, postal, pin, eircode")
    postal_code_example: str | None


class AnswerGiven(BaseModel):
    """An answer as it was given once."""

    question: str
    version: str
    value: bool | str
    given_at: datetime
    replaced_at: datetime | None = Field(description="null: it is in force")


class ProfileOut(BaseModel):
    """What staff see of a candidate's profile."""

    settings: SettingsOut
    answers: list[AnswerGiven] = Field(description="every one ever given, newest first")
    attributes: list[AttributeOut]
    postal_address: PostalAddressOut | None
