"""A request's body up to a limit, refused in our own words."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel

from shared.forms import parts_of


async def whole(request: Request, most: int) -> bytes:
    """The whole body, if it is not larger than allowed."""
    return b"".join([part async for part in parts_of(request, most)])


def _without_refs(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _without_refs(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {
            key: _without_refs(value, definitions)
            for key, value in schema.items()
            if key != "$defs"
        }
    return (
        [_without_refs(one, definitions) for one in schema] if isinstance(schema, list) else schema
    )


def documented(one: type[BaseModel], many: type[BaseModel]) -> dict[str, Any]:
    """The documentation of a body that is read from bytes in one call, one item or many."""
    schemas = [model.model_json_schema() for model in (one, many)]
    plain = [_without_refs(schema, schema.get("$defs", {})) for schema in schemas]
    content = {"application/json": {"schema": {"anyOf": plain}}}
    return {"requestBody": {"required": True, "content": content}}
