"""The model of feeds.yaml: who sends results and credits, how, and what is checked about them."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from shared.programmes.faults import shown
from shared.programmes.fields import Code, Identifier, Text
from shared.programmes.item import Item
from shared.programmes.period import Period, PeriodField

FeedKind: TypeAlias = Literal["results", "registrations", "credits", "changes", "no_shows"]
"""What the rows of a file say."""

_EXAM = frozenset(
    {
        "registration_number",
        "exam_code",
        "testing_id",
        "candidate_id",
        "centre",
        "stated_at",
        "sequence",
    }
)
_OUTCOME = frozenset({"grade", "score", "passing_score", "exam_date"})
OUR_COLUMNS: dict[FeedKind, frozenset[str]] = {
    "results": _EXAM | _OUTCOME | {"exam_name", "last_name", "taken_at"},
    "registrations": _EXAM
    | {"given_name", "family_name", "email", "appointment", "authorization_id"},
    "changes": _EXAM | _OUTCOME | {"subject", "kind", "notice_id", "reason", "appointment"},
    "no_shows": _EXAM | {"notice_id", "reason"},
    "credits": frozenset(
        {
            "external_id",
            "candidate_id",
            "testing_id",
            "activity",
            "item",
            "category",
            "provider",
            "points",
            "active_on",
            "expires_on",
            "review",
            "withdrawn",
            "reason",
            "stated_at",
            "sequence",
        }
    ),
}
"""The columns that a mapping may fill, by the kind of its rows."""


def parse_score(written: Any) -> Decimal:
    """Read a score; raises ValueError with what was expected."""
    if isinstance(written, int | float | Decimal) and not isinstance(written, bool):
        score = Decimal(str(written))
        if score.is_finite():
            return score
    message = f"expected a score: a number such as 300, not {shown(written)}"
    raise ValueError(message)


ScoreField = Annotated[
    Decimal,
    PlainValidator(parse_score),
    WithJsonSchema({"type": "number", "examples": [300]}),
]


class Mapping(Item):
    """How a vendor's own CSV file says what ours says: a layout kept as data."""

    id: Identifier = Field(description="an identifier: small letters, digits, - and _")
    kind: FeedKind = Field(description=f"what its rows say: {', '.join(OUR_COLUMNS)}")
    encoding: Text = Field(
        default="utf-8", description="the encoding of the file, such as utf-8 or cp1252"
    )
    delimiter: Literal[",", "tab", ";", "|"] = Field(
        default=",", description='what separates columns: ",", tab, ";" or "|" (default: ",")'
    )
    columns: dict[str, str] = Field(
        min_length=1, description="the file's columns, each with the column of ours that it fills"
    )
    ignored: tuple[Text, ...] = Field(
        default=(), description="columns of the file that are left unread"
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="by our column: what a value of theirs means with us"
    )
    dates: dict[str, str] = Field(
        default_factory=dict,
        description='by our column: how a date or time is written, such as "%d/%m/%Y"',
    )
    timezone: Text = Field(
        default="UTC", description="the time zone of times that carry no offset (default: UTC)"
    )
    constants: dict[str, str] = Field(
        default_factory=dict, description="by our column: the value of every row"
    )
    source: str | None = Field(default=None, description="where this was taken from")


class Vendor(Item):
    """One who sends: a testing vendor, or a provider of continuing education."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=32)] = Field(
        description="the vendor's id: at most 32 small letters, digits and -"
    )
    name: Text = Field(description="the name that people read")
    order_by: Literal["time", "sequence"] = Field(
        default="time",
        description="what tells a newer statement from an older one: "
        "time (stated_at) or sequence (default: time)",
    )
    scheduling_url: Annotated[str, Field(pattern=r"^https://[^\s\"'<>]+$")] | None = Field(
        default=None, description="an https address where candidates book exams"
    )
    expected_days: int = Field(
        default=5,
        ge=0,
        le=366,
        description="so many days after an exam its result should be here (default: 5)",
    )
    programme_code: Text | None = Field(
        default=None, description="what the vendor calls this programme in its files"
    )
    mappings: tuple[Mapping, ...] = Field(
        default=(), description="layouts of the vendor's own files"
    )
    source: str | None = Field(default=None, description="where this was taken from")


CheckName: TypeAlias = Literal[
    "retake_too_early",
    "score_out_of_range",
    "exam_retired",
    "two_centres",
    "impossible_date",
    "too_many_attempts",
]
NEEDS_HISTORY: frozenset[str] = frozenset({"retake_too_early", "two_centres", "too_many_attempts"})
"""The checks that compare a result with the others of its candidate."""

# What belongs to one check and would say nothing beside another.
_BELONGS: dict[str, frozenset[str]] = {
    "least": frozenset({"score_out_of_range"}),
    "most": frozenset({"score_out_of_range"}),
    "within": frozenset({"two_centres", "too_many_attempts"}),
    "attempts": frozenset({"too_many_attempts"}),
}


class ResultCheck(Item):
    """What is looked at in incoming results, and what happens to those that it finds."""

    check: CheckName = Field(
        description="retake_too_early, score_out_of_range, exam_retired, two_centres, "
        "impossible_date or too_many_attempts"
    )
    action: Literal["flag", "hold", "notify"] = Field(
        description="flag, hold (until staff release it) or notify (staff by e-mail)"
    )
    exams: tuple[Code, ...] | None = Field(
        default=None, min_length=1, description="a list of exam codes"
    )
    of_class: tuple[Identifier, ...] | None = Field(
        default=None, min_length=1, description="a list of exam classes"
    )
    least: ScoreField | None = Field(default=None, description="the lowest score there is")
    most: ScoreField | None = Field(default=None, description="the highest score there is")
    attempts: int | None = Field(default=None, ge=1, description="so many attempts are allowed")
    within: PeriodField | None = Field(
        default=None, description='the length of the stretch, such as "12 months" or "1 day"'
    )
    notify: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = Field(
        default=None, description="an e-mail address (default: support_email of programme.yaml)"
    )
    source: str | None = Field(default=None, description="where this was taken from")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.exams is not None and self.of_class is not None:
            message = "expected exams or of_class or neither, not both"
            raise ValueError(message)
        for field, checks in _BELONGS.items():
            if getattr(self, field) is not None and self.check not in checks:
                message = f"{field} says nothing here; it belongs to {' and '.join(sorted(checks))}"
                raise ValueError(message)
        if self.notify is not None and self.action != "notify":
            message = "expected action: notify where an address is given"
            raise ValueError(message)
        if self.check == "score_out_of_range":
            if self.least is None and self.most is None:
                message = "expected least or most or both: the scores that there are"
                raise ValueError(message)
            if self.least is not None and self.most is not None and self.most < self.least:
                message = f"expected most to be at least {self.least}, least, not {self.most}"
                raise ValueError(message)
        if self.check == "too_many_attempts" and (self.attempts is None or self.within is None):
            message = "expected attempts and within: so many in any stretch of that length"
            raise ValueError(message)
        return self

    @property
    def stretch(self) -> Period:
        """The stretch that is looked at; two centres are compared on one day by default."""
        return self.within or Period(1, "day")

    def fits(self, exam: str, exam_class: str) -> bool:
        """Whether this check is about an exam."""
        if self.exams is not None:
            return exam in self.exams
        return self.of_class is None or exam_class in self.of_class


class FeedsFile(Item):
    """feeds.yaml: who sends, how their files are written, and what is checked."""

    vendors: tuple[Vendor, ...] = Field(default=(), description="who sends results and credits")
    checks: tuple[ResultCheck, ...] = Field(
        default=(), description="what is looked at in every incoming result"
    )
