"""The base of every event, and the registry of the published language."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

# type string -> class; filled once, as the modules of shared.events are imported.
_BY_TYPE: dict[str, type["Event"]] = {}


class Event(BaseModel):
    """A fact that a service publishes: past tense, frozen, unknown fields ignored.

    programme: the programme concerned; candidate_id: the person concerned, if known;
    version: the version of the thing the event tells of (CloudEvents `aggregateversion`):
    a consumer never lets an older version overwrite a newer one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str] = ""
    # A secret event carries a token: its outbox row is blanked once it has been published.
    secret: ClassVar[bool] = False
    # What is still told of a person who is erased; everything else about them is passed over.
    survives_erasure: ClassVar[bool] = False

    programme: str
    candidate_id: str | None = None
    version: Annotated[int, Field(ge=1)] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type:
            if cls.type in _BY_TYPE:
                raise TypeError(f"two event classes have the type {cls.type}")
            _BY_TYPE[cls.type] = cls


def event_types() -> dict[str, type[Event]]:
    """Return every event class by its type string, sorted."""
    return dict(sorted(_BY_TYPE.items()))


def event_class(type_: str) -> type[Event] | None:
    """Return the class of a type string, or None for a type that is not known here."""
    return _BY_TYPE.get(type_)


def producer_of(event: type[Event]) -> str:
    """Return the service that owns an event class."""
    return event.type.partition(".")[0]
