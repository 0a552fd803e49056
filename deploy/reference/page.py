"""The merged OpenAPI document as one page of plain HTML: no script, nothing from elsewhere."""

from html import escape
from typing import Any

Node = dict[str, Any]


def page(document: Node) -> str:
    """The whole reference."""
    sections = [_section(document, tag["name"]) for tag in document["tags"]]
    schemas = document["components"]["schemas"]
    names = " ".join(f'<a href="#{tag["name"]}">{tag["name"]}</a>' for tag in document["tags"])
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<title>Certtrack: the HTTP API</title><link rel="stylesheet" href="/api/docs.css">',
            "</head><body><header><h1>Certtrack: the HTTP API</h1>",
            f"<p>{escape(document['info']['description'].replace('`', ''))}</p>",
            f'<nav>{names} <a href="#schemas">schemas</a>',
            '<a href="/api/openapi.json">openapi.json</a></nav></header><main>',
            *sections,
            '<section id="schemas"><h2>Schemas</h2>',
            *(_schema(name, schema) for name, schema in schemas.items()),
            "</section></main></body></html>\n",
        ]
    )


def _section(document: Node, tag: str) -> str:
    operations = [
        _operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    ]
    return f'<section id="{tag}"><h2>{tag}</h2>{"".join(operations)}</section>'


def _operation(method: str, path: str, operation: Node) -> str:
    audience = operation.get("x-audience", "public")
    scope = f" · {operation['x-scope']}" if "x-scope" in operation else ""
    rows = [
        (p["name"], p["in"], _type(p.get("schema", {})), p.get("description", ""))
        for p in operation.get("parameters", ())
    ]
    bodies = operation.get("requestBody", {}).get("content", {})
    rows += [("body", kind, _type(body.get("schema", {})), "") for kind, body in bodies.items()]
    answers = [
        (status, "", _answer(answer), answer.get("description", ""))
        for status, answer in operation.get("responses", {}).items()
    ]
    description = operation.get("description", "")
    return (
        f"<details><summary><b class={method}>{method.upper()}</b> <code>{escape(path)}</code>"
        f" <span>{escape(operation.get('summary', ''))}</span>"
        f"<em>{escape(audience + scope)}</em></summary>"
        f"<p>{escape(description)}</p>{_table('Takes', rows)}{_table('Answers', answers)}</details>"
    )


def _answer(answer: Node) -> str:
    kinds = answer.get("content", {})
    return ", ".join(_type(body.get("schema", {})) or escape(kind) for kind, body in kinds.items())


def _schema(name: str, schema: Node) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (
            field,
            "required" if field in required else "",
            _type(kind),
            kind.get("description", "") if isinstance(kind, dict) else "",
        )
        for field, kind in schema.get("properties", {}).items()
    ]
    body = _table("", rows) if rows else f"<p>{_type(schema)}</p>"
    described = escape(schema.get("description", ""))
    return (
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{described}</p>{body}</details>"
    )


def _table(title: str, rows: list[tuple[str, str, str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f"<tr><th scope=row>{escape(name)}<td>{escape(where)}<td>{kind}<td>{escape(text)}"
        for name, where, kind, text in rows
    )
    caption = f"<caption>{title}</caption>" if title else ""
    return f"<table>{caption}{lines}</table>"


def _type(schema: Any) -> str:
    """A schema in a few words; names of other schemas are links."""
    if not isinstance(schema, dict):
        return ""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " or ".join(_type(part) for part in schema[word])
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return escape(" | ".join(str(value) for value in values))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {})) or 'anything'}"
    kind = str(schema.get("type", ""))
    return escape(f"{kind} ({schema['format']})" if "format" in schema else kind)
