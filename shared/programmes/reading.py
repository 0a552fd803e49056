"""From a document to a model, with errors in the words of the file's author."""

import types
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from shared.programmes.document import Document
from shared.programmes.faults import Place, ProgrammeError, shown
from shared.programmes.fields import MEANING
from shared.programmes.item import Item
from shared.programmes.renewals import RENEWAL_BY_TAG
from shared.programmes.requirements import KINDS

File = TypeVar("File", bound=Item)

EXPECTED = {
    "string_type": "text (put numbers and dates that are names in quotes)",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date such as 2020-02-24, without quotes",
    "tuple_type": "a list",
    "dict_type": "fields (name: value)",
    "model_type": "fields (name: value)",
    "model_attributes_type": "fields (name: value)",
    "union_tag_not_found": f"a requirement: exactly one of {', '.join(KINDS)}",
}


def read(document: Document, model: type[File]) -> File:
    """Check a document against its model; raises ProgrammeError with every mistake."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        # A value that fits no branch of a union fails once for each.
        failed: dict[Place, list[Any]] = {}
        for detail in error.errors(include_url=False):
            failed.setdefault(_place(document, detail["loc"]), []).append(detail)
        raise ProgrammeError(
            [document.fault(place, _message(model, details)) for place, details in failed.items()]
        ) from None


def _place(document: Document, loc: tuple[str | int, ...]) -> Place:
    """The place in the file: pydantic's, without its tags and the names of union branches."""
    place: Place = ()
    for at, part in enumerate(loc):
        last = at == len(loc) - 1
        if (*place, part) in document.lines or (last and not _is_branch(part)):
            place = (*place, part)
    return place


def _is_branch(part: str | int) -> bool:
    return isinstance(part, str) and not part.isidentifier()


def _message(model: type[Item], details: list[Any]) -> str:
    # What has the right shape and is empty says more than what else it could have been.
    detail = next((one for one in details if one["type"] == "too_short"), details[0])
    kind: str = detail["type"]
    *parents, last = detail["loc"] or ("",)
    if kind == "union_tag_not_found" and last == "<requirement>":
        # Only what renews may be written as options too.
        return f"expected {EXPECTED[kind]}, or options, not {shown(detail['input'])}"
    holder = _model_at(model, tuple(parents))
    fields = {} if holder is None else _fields(holder)
    if kind == "missing" and last in fields:
        return f"is missing; expected {fields[last].description}"
    if kind == "extra_forbidden" and fields:
        return f"is not known here; expected one of {', '.join(fields)}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "too_short":
        return f"expected at least {detail['ctx']['min_length']} in this list, not none"
    if kind == "string_pattern_mismatch" and last in fields:
        wanted = f"expected {fields[last].description}"
    else:
        wanted = _wanted(detail)
    if any(one["type"] == "tuple_type" for one in details[1:]):
        wanted += ", or a list"
    return f"{wanted}, not {shown(detail['input'])}"


def _wanted(detail: Any) -> str:
    kind: str = detail["type"]
    if kind == "literal_error":
        return f"expected {detail['ctx']['expected']}"
    if kind == "string_pattern_mismatch":
        # A name in a list or before a colon, which no field describes.
        pattern: str = detail["ctx"]["pattern"]
        return f"expected {MEANING.get(pattern, f'text like {pattern}')}"
    if kind in EXPECTED:
        return f"expected {EXPECTED[kind]}"
    return str(detail["msg"]).replace("Input should", "should")


def _fields(model: type[Item]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(model: type[Item], loc: tuple[str | int, ...]) -> type[Item] | None:
    """The model whose field an error is about."""
    here: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        if part in RENEWAL_BY_TAG:
            here = RENEWAL_BY_TAG[part]
        elif part == "<requirement>":
            # The tag of the kind of requirement comes next.
            continue
        elif isinstance(here, type) and issubclass(here, Item):
            field = _fields(here).get(part)
            here = None if field is None else _inside(field.annotation)
        elif isinstance(here, dict):
            here = here["value"]
    return here if isinstance(here, type) and issubclass(here, Item) else None


def _inside(annotation: Any) -> Any:
    """The model within a list, an option or an annotation; {"value": model} for a mapping."""
    origin = get_origin(annotation)
    if origin is None:
        return annotation
    arguments = get_args(annotation)
    if origin is dict:
        return {"value": _inside(arguments[1])}
    if origin in (Union, types.UnionType, Annotated, tuple):
        inner = [_inside(argument) for argument in arguments if argument is not Ellipsis]
        models = [one for one in inner if isinstance(one, type) and issubclass(one, Item)]
        return models[0] if models else None
    return None
