"""The vocabulary of requirement trees: what earns and what renews a certification."""

from typing import Annotated, Any, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from shared.programmes.evidence import CourseSelection, CreditSelection
from shared.programmes.fields import Identifier
from shared.programmes.item import Item
from shared.programmes.period import PeriodField

# The first that is found names the node: at_least is last, because a fee may have one too.
KINDS = (
    "exam",
    "exams",
    "credits",
    "courses",
    "active",
    "agreement",
    "fee",
    "approval",
    "all_of",
    "any_of",
    "at_least",
)


def kind_of(requirement: Any) -> str | None:
    """The tag of a requirement: angle brackets keep tags apart from field names in errors."""
    for kind in KINDS:
        if (kind in requirement) if isinstance(requirement, dict) else hasattr(requirement, kind):
            return f"<{kind}>"
    return None


class Remarked(Item):
    """A node that may carry its own words and the source it was taken from."""

    text: str | None = Field(default=None, description="the words a candidate reads for this part")
    source: str | None = Field(default=None, description="where the rule was taken from")


class ExamRequirement(Remarked):
    """A valid pass of one exam."""

    exam: str = Field(description="an exam code of exams.yaml")
    given: "Requirement | None" = Field(
        default=None, description="a requirement that must have been met on the day of the pass"
    )
    once: bool = Field(
        default=False, description="true: what the pass earned or renewed uses it up for the rest"
    )


class ExamSelection(Item):
    """So many different exams out of a list or of some classes."""

    at_least: int = Field(default=1, ge=1, description="how many different exams (default 1)")
    of: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="a list of exam codes"
    )
    of_class: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="a list of exam classes of exams.yaml"
    )
    same_track: bool = Field(
        default=False, description="true: only exams that share a track with the certification"
    )
    once: bool = Field(
        default=False, description="true: what the passes earned or renewed uses them up"
    )
    within: PeriodField | None = Field(
        default=None, description='the longest time between the first and the last, "3 years"'
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.of is None) == (self.of_class is None):
            message = "expected either of (exam codes) or of_class (exam classes)"
            raise ValueError(message)
        if self.of is not None and len(set(self.of)) < self.at_least:
            message = f"expected at least {self.at_least} different exams in of"
            raise ValueError(message)
        return self


class ExamsRequirement(Remarked):
    """Valid passes of so many different exams."""

    exams: ExamSelection = Field(description="at_least with of or of_class")
    given: "Requirement | None" = Field(
        default=None, description="a requirement that must have been met on the day of each pass"
    )


class CreditsRequirement(Remarked):
    """So many continuing education credits."""

    credits: CreditSelection = Field(description="at_least, and what limits them")


class CoursesRequirement(Remarked):
    """So many different completed courses."""

    courses: CourseSelection = Field(description="at_least with of or levels")


class ActiveRequirement(Remarked):
    """Another certification that is active on that day."""

    active: str = Field(description="a certification code of certifications.yaml")


class AgreementRequirement(Remarked):
    """An accepted agreement."""

    agreement: Identifier = Field(description="an agreement of programme.yaml")
    version: str | None = Field(
        default=None, description="the version that must be accepted, or a later one"
    )


class FeeRequirement(Remarked):
    """Payments of a fee since the present term began."""

    fee: Identifier = Field(description="a fee of programme.yaml")
    at_least: int = Field(default=1, ge=1, description="how many payments (default 1)")


class ApprovalRequirement(Remarked):
    """A decision of the programme's staff."""

    approval: Identifier = Field(description="an approval of programme.yaml")


class AllOf(Remarked):
    """Every part, all met on the same day."""

    all_of: "tuple[Requirement, ...]" = Field(min_length=1, description="a list of requirements")


class AnyOf(Remarked):
    """One part."""

    any_of: "tuple[Requirement, ...]" = Field(min_length=1, description="a list of requirements")


class AtLeast(Remarked):
    """So many of the parts."""

    at_least: int = Field(ge=1, description="how many of the parts")
    of: "tuple[Requirement, ...]" = Field(min_length=1, description="a list of requirements")

    @model_validator(mode="after")
    def _enough_parts(self) -> Self:
        if self.at_least > len(self.of):
            message = f"expected at least {self.at_least} parts in of, found {len(self.of)}"
            raise ValueError(message)
        return self


Requirement: TypeAlias = Annotated[
    Annotated[ExamRequirement, Tag("<exam>")]
    | Annotated[ExamsRequirement, Tag("<exams>")]
    | Annotated[CreditsRequirement, Tag("<credits>")]
    | Annotated[CoursesRequirement, Tag("<courses>")]
    | Annotated[ActiveRequirement, Tag("<active>")]
    | Annotated[AgreementRequirement, Tag("<agreement>")]
    | Annotated[FeeRequirement, Tag("<fee>")]
    | Annotated[ApprovalRequirement, Tag("<approval>")]
    | Annotated[AllOf, Tag("<all_of>")]
    | Annotated[AnyOf, Tag("<any_of>")]
    | Annotated[AtLeast, Tag("<at_least>")],
    Discriminator(kind_of),
]
BY_TAG: dict[str, type[Item]] = {
    "<exam>": ExamRequirement,
    "<exams>": ExamsRequirement,
    "<credits>": CreditsRequirement,
    "<courses>": CoursesRequirement,
    "<active>": ActiveRequirement,
    "<agreement>": AgreementRequirement,
    "<fee>": FeeRequirement,
    "<approval>": ApprovalRequirement,
    "<all_of>": AllOf,
    "<any_of>": AnyOf,
    "<at_least>": AtLeast,
}
for _model in BY_TAG.values():
    _model.model_rebuild()

Part: TypeAlias = tuple[tuple[str | int, ...], Requirement]


def parts_of(requirement: Requirement) -> tuple[Part, ...]:
    """The direct parts of a requirement, each with its path below it."""
    match requirement:
        case ExamRequirement(given=given) | ExamsRequirement(given=given):
            return () if given is None else ((("given",), given),)
        case AllOf(all_of=parts):
            return tuple((("all_of", at), part) for at, part in enumerate(parts))
        case AnyOf(any_of=parts):
            return tuple((("any_of", at), part) for at, part in enumerate(parts))
        case AtLeast(of=parts):
            return tuple((("of", at), part) for at, part in enumerate(parts))
        case _:
            return ()
