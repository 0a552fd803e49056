"""What staff order by hand, one shape for each kind of action, and what was done."""

from abc import abstractmethod
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    RootModel,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from services.certifications.domain import Fact
from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    CourseCompletion,
    CreditEntry,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Field()
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Points = Annotated[Decimal, Field(gt=0, le=10_000, max_digits=7, decimal_places=2)]


class _Ordered(BaseModel):
    """What every action has; unknown fields are refused, lest a mistyped one is lost."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="why, in 3 to 500 characters; the candidate can read it")
    id: UUID | None = Field(
        default=None, description="an id of your own: the same sent twice is recorded once"
    )

    @abstractmethod
    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""


class _Dated(_Ordered):
    day: date | None = Field(default=None, description="the day it holds from; default: today")

    def on(self, today: date) -> date:
        """Return the day of the action."""
        return self.day or today


class Grant(_Dated):
    """Give a certification without its requirements being met."""

    action: Literal["grant"]
    certification: Name
    expires_on: date | None = Field(
        default=None, description="its last day; default: it lives as long as the rules say"
    )

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return Granted(action_id, self.certification, self.on(today), self.expires_on, self.reason)


class Extend(_Dated):
    """Give the latest term a later last day, even if it has run out."""

    action: Literal["extend"]
    certification: Name
    expires_on: date

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return Prolonged(
            action_id, self.certification, self.on(today), self.expires_on, self.reason
        )


class Suspend(_Dated):
    """Let a certification not count as active, until it is reinstated."""

    action: Literal["suspend"]
    certification: Name

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return Suspended(action_id, self.certification, self.on(today), self.reason)


class Revoke(_Dated):
    """Take a certification away, until it is reinstated."""

    action: Literal["revoke"]
    certification: Name | None = Field(default=None, description="default: every one")

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return Revoked(action_id, self.certification, self.on(today), self.reason)


class Reinstate(_Dated):
    """End a suspension or a revocation."""

    action: Literal["reinstate"]
    certification: Name | None = Field(default=None, description="default: every one")

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return Reinstated(action_id, self.certification, self.on(today), self.reason)


class Void(_Ordered):
    """Let a fact not count, as if it had never been."""

    action: Literal["void"]
    fact: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="the fact's id, as the timeline has it; a result also goes by its number"
    )

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        del today  # a void holds for every day
        return Voided(action_id, self.fact, self.reason)


class Credits(_Dated):
    """Record continuing education credits for one activity."""

    action: Literal["credits"]
    points: Points
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    item: Name | None = Field(
        default=None, description="what was taken, so that it counts once; default: the title"
    )
    category: Name | None = None
    activity: Name | None = None
    provider: Label = ""
    submitted_on: date | None = None
    expires_on: date | None = Field(default=None, description="the last day the credits count")
    pending: bool = Field(default=False, description="not approved yet: does not count")

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return CreditEntry(
            id=action_id,
            day=self.on(today),
            points=self.points,
            title=self.title,
            item=self.item or self.title,
            category=self.category,
            activity=self.activity,
            provider=self.provider,
            submitted_on=self.submitted_on,
            expires_on=self.expires_on,
            pending=self.pending,
        )


class Course(_Dated):
    """Record an approved course."""

    action: Literal["course"]
    course: Name
    submitted_on: date | None = None

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return CourseCompletion(action_id, self.course, self.on(today), self.submitted_on)


class Agreement(_Dated):
    """Record an agreement that the candidate has accepted."""

    action: Literal["agreement"]
    agreement: Name
    version: Name

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return AgreementAccepted(action_id, self.agreement, self.version, self.on(today))


class Fee(_Dated):
    """Record one payment of a fee."""

    action: Literal["fee"]
    fee: Name

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return FeePaid(action_id, self.fee, self.on(today))


class Approve(_Dated):
    """Record what the programme has decided by hand, e.g. a board review."""

    action: Literal["approval"]
    approval: Name

    def as_fact(self, action_id: str, today: date) -> Fact:
        """Return the fact that the action comes to."""
        return Approval(action_id, self.approval, self.on(today))


class ActionOrder(
    RootModel[
        Annotated[
            Grant
            | Extend
            | Suspend
            | Revoke
            | Reinstate
            | Void
            | Credits
            | Course
            | Agreement
            | Fee
            | Approve,
            Field(discriminator="action"),
        ]
    ]
):
    """One action; `action` says which, and so which other fields there are."""

    @model_validator(mode="wrap")
    @classmethod
    def _name_the_fields(cls, given: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Name faults by the fields that were sent, without the kind of action before them."""
        try:
            return validate(given)
        except ValidationError as error:
            faults = [
                InitErrorDetails(
                    type=PydanticCustomError(one["type"], "{said}", {"said": one["msg"]}),
                    loc=one["loc"][1:] or ("action",),
                    input=one["input"],
                )
                for one in error.errors()
            ]
            raise ValidationError.from_exception_data(cls.__name__, faults) from error


class UndoOrder(BaseModel):
    """Why an action is undone."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class ActionView(BaseModel):
    """What a member of staff did, and whether it was undone."""

    id: UUID
    action: str
    certification: str | None
    name: str | None = Field(description="the certification's name")
    text: str = Field(description="the action in words")
    day: date = Field(description="the day it holds from")
    data: dict[str, Any] = Field(description="the fact as it was recorded")
    author: str
    reason: str
    recorded_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    undo_reason: str | None


class Actions(BaseModel):
    """Everything that staff did about a candidate, newest first."""

    items: list[ActionView]
