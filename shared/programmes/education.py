"""The model of education.yaml: what continuing education consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field

from shared.programmes.fields import Code, Identifier, Named, Text
from shared.programmes.item import Item


class Course(Item):
    """A course that rules may name."""

    code: Code = Field(description="the course's code")
    name: Text = Field(description="the course's name")
    level: Identifier = Field(description="one of the levels of programme.yaml")
    tracks: tuple[Identifier, ...] = Field(default=(), description="tracks of programme.yaml")
    source: str | None = Field(default=None, description="where this was taken from")


class EducationFile(Item):
    """education.yaml: credit categories, kinds of activities, and courses."""

    categories: tuple[Named, ...] = Field(
        default=(), description="credit categories, each with id and name"
    )
    activities: tuple[Named, ...] = Field(
        default=(), description="kinds of activities, each with id and name"
    )
    courses: tuple[Course, ...] = Field(default=(), description="courses that rules may name")


@dataclass(frozen=True, slots=True)
class Education:
    """Categories and activities by id, and courses by code."""

    categories: Mapping[str, Named] = field(default_factory=dict)
    activities: Mapping[str, Named] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
