"""The page of a copy that a person reads: everything in it, in plain words and tables."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

# What a table of a page can bear; all of it is in the data.
MOST_ROWS = 200
_FOR_PROGRAMS = ("outbox", "parked")
# Without the fractions of a second, and without the zone: all are in UTC.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)")
_SERVICES = {
    "identity": "You and your account",
    "exams": "Exams, courses and agreements",
    "certifications": "Certifications",
    "fulfillment": "Kits and plaques",
    "transcripts": "Transcripts",
    "notifications": "E-mails",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff;max-width:70rem;
margin:0 auto;padding:2rem 1rem}h1{font-size:1.8rem;line-height:1.2}h2{margin-top:3rem;
border-bottom:1px solid #767680}h3{margin:2rem 0 .25rem}p{max-width:44rem}
.table{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;
border-bottom:1px solid #c7c7cf}th{white-space:nowrap}td{max-width:28rem;overflow-wrap:break-word}
@media(prefers-color-scheme:dark){body{color:#e4e4e9;background:#1b1b1f}a{color:#a8c7fa}}
"""


def page_of(
    programme: str,
    candidate_ids: Sequence[str],
    asked_at: datetime,
    held: Mapping[str, bytes],
    files: Sequence[str],
) -> bytes:
    """Return the page as HTML, without anything that is loaded from elsewhere.

    held: what each service wrote, as JSON; files: the names of all files beside the page.
    """
    named = escape(", ".join(candidate_ids))
    documents = [name for name in files if name.startswith("documents/")]
    parts = [
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width'>",
        f"<title>Your data at {escape(programme)}</title><style>{_STYLE}</style></head>",
        "<body><main>",
        f"<h1>Everything that {escape(programme)} holds about you</h1>",
        f"<p>Candidate ID {named}. Asked for on {asked_at:%Y-%m-%d} at {asked_at:%H:%M} UTC.",
        "Times are UTC; days are those of the programme's time zone.</p>",
        "<p>The same is in the folder <b>data</b>, one JSON file for each part of the product,",
        "for programs to read. Passwords, keys and links are in no copy.</p>",
        _list_of(documents),
        *(_part(service, content) for service, content in held.items()),
        "</main></body></html>\n",
    ]
    return "\n".join(parts).encode()


def _list_of(documents: Sequence[str]) -> str:
    if not documents:
        return "<h2>Documents</h2><p>There are none.</p>"
    items = "".join(f"<li>{escape(name.removeprefix('documents/'))}</li>" for name in documents)
    return f"<h2>Documents</h2><p>In the folder <b>documents</b>:</p><ul>{items}</ul>"


def _part(service: str, content: bytes) -> str:
    tables = json.loads(content)["tables"]
    heading = f"<h2>{escape(_SERVICES.get(service, service))}</h2>"
    if not tables:
        return f"{heading}<p>Nothing is held here about you.</p>"
    # Who somebody is comes last where it is erased last, and first where it is read.
    read = [name for name in reversed(tables) if name not in _FOR_PROGRAMS]
    counted = [name for name in _FOR_PROGRAMS if name in tables]
    shown = [_table(name, tables[name]) for name in read]
    return heading + "\n".join([*shown, *(_count(name, tables[name]) for name in counted)])


def _count(name: str, held: Mapping[str, Any]) -> str:
    """Messages between the parts of the product say nothing that is not told above."""
    what = escape(held.get("what", ""))
    return f"<h3>{escape(_words(name))}</h3><p>{what} {len(held['rows'])} in the data.</p>"


def _table(name: str, held: Mapping[str, Any]) -> str:
    rows: list[Mapping[str, Any]] = held["rows"]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    columns = [one for one in columns if any(row.get(one) not in (None, "") for row in rows)]
    head = "".join(f"<th scope=col>{escape(_words(one))}</th>" for one in columns)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(one))}</td>" for one in columns) + "</tr>"
        for row in rows[:MOST_ROWS]
    )
    more = len(rows) - MOST_ROWS
    rest = f"<p>And {more} more in the data.</p>" if more > 0 else ""
    left_out = "".join(
        f"<p>Left out: {escape(_words(column).lower())} ({escape(why)}).</p>"
        for column, why in held.get("left_out", {}).items()
    )
    what = escape(held.get("what", ""))
    return (
        f"<h3>{escape(_words(name))}</h3><p>{what}</p><div class=table tabindex=0><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}{left_out}"
    )


def _cell(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return escape(json.dumps(value, ensure_ascii=False))
    text = str(value)
    if moment := _MOMENT.fullmatch(text):
        text = f"{moment[1]} {moment[2]}"
    return escape(text)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
