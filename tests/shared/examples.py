"""One valid example of any event class, made from its fields."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from shared.events import Event

_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 1,
    bool: True,
    Decimal: Decimal("2.5"),
    UUID: UUID("01a20240-e0f4-7ef4-a457-29ed010c0289"),
    date: date(2026, 10, 1),
    datetime: datetime(2026, 10, 1, 12, tzinfo=UTC),
}


def example(kind: type[Event]) -> Event:
    """Return an event with every field filled."""
    return kind(**_fields(kind))


def _fields(kind: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(field.annotation) for name, field in kind.model_fields.items()}


def _value(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is Literal:
        return get_args(annotation)[0]
    if origin in (Union, UnionType):
        return _value(next(part for part in get_args(annotation) if part is not type(None)))
    if origin in (tuple, list):
        return [_value(get_args(annotation)[0])]
    if origin is dict:
        key, value = get_args(annotation)
        return {_value(key): _value(value)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation(**_fields(annotation))
    return _PLAIN[annotation]
