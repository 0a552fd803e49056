"""One OpenAPI document made of the services' own."""

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def merge(documents: Mapping[str, Document], *, version: str) -> Document:
    """One document with every path at the prefix where the gateway serves it.

    documents: each service's own document by its name. Schemas get the service's name in front,
    because two services may mean different things by one word.
    """
    paths: Document = {}
    schemas: Document = {}
    for service, document in documents.items():
        renamed = _with_references(document, service)
        for path, operations in renamed["paths"].items():
            for operation in operations.values():
                operation["tags"] = [service]
                if "operationId" in operation:
                    operation["operationId"] = f"{service}_{operation['operationId']}"
            paths[f"/api/{service}{path}"] = operations
        for name, schema in renamed.get("components", {}).get("schemas", {}).items():
            schemas[f"{service}.{name}"] = schema
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Certtrack",
            "version": version,
            "description": (
                "Every operation of the six services. Errors are application/problem+json "
                "(RFC 9457). `x-audience` says whom an operation is for, `x-scope` what the "
                "access token must allow."
            ),
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": service} for service in documents],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _with_references(node: Any, service: str) -> Any:
    if isinstance(node, list):
        return [_with_references(item, service) for item in node]
    if not isinstance(node, dict):
        return node
    prefix = "#/components/schemas/"
    return {
        key: f"{prefix}{service}.{value.removeprefix(prefix)}"
        if key == "$ref" and isinstance(value, str) and value.startswith(prefix)
        else _with_references(value, service)
        for key, value in node.items()
    }
