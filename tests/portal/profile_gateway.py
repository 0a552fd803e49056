"""The fake gateway's settings, attributes, postal address and help."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header
from fastapi.responses import Response

from tests.portal.refusals import Refused, one_of

if TYPE_CHECKING:
    from tests.portal.gateway import World

Json = Any
Bearer = Header(None)
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'
)


def question(name: str, heading: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": heading,
        "type": "yes_no",
        "required": True,
        "consent": None,
        "version": "2026",
        "text": text,
        "choices": [],
        "longest": 200,
        "answer": None,
        "open": True,
    } | more


SETTINGS: dict[str, Any] = {
    "questions": [
        question("employee", "Cisco employee", "Do you work for Cisco itself?"),
        question(
            "relation",
            "Your relation to Cisco",
            "Which of these describes you best?",
            type="choice",
            choices=[{"id": "partner", "name": "Partner"}, {"id": "none", "name": "None of these"}],
        ),
        question("motto", "Motto", "In a few words.", type="text", required=False, open=False),
        question(
            "disclosure",
            "Verification of certification",
            "May others check your certifications?\n\nWith “No”, both fall silent at once.",
            consent="disclosure",
        ),
    ],
    "confirmed_at": None,
    "confirm_by": None,
    "due": True,
}
ATTRIBUTES: list[dict[str, Any]] = [
    {"id": "ccie", "name": "CCIE number", "used_for": "Kept for life.", "editable": False,
     "identifies": True, "number_series": "ccie", "longest": 200, "value": None},
    {"id": "job-title", "name": "Job title", "used_for": "Shown to nobody else.", "editable": True,
     "identifies": False, "number_series": None, "longest": 100, "value": None},
    {"id": "netacad", "name": "Net Academy ID", "used_for": "Connects you with your courses.",
     "editable": False, "identifies": True, "number_series": None, "longest": 40,
     "value": "8682608"},
]  # fmt: skip
COUNTRIES: list[dict[str, Any]] = [
    {"code": code, "needed": ["line1"], "used": ["line1"], "region_word": word,
     "postal_code_word": "postal", "postal_code_example": example}
    for code, word, example in (("JP", "prefecture", "154-0023"), ("US", "state", "95014"))
]  # fmt: skip
TOPICS: list[dict[str, Any]] = [
    {
        "id": "sharing",
        "name": "Showing what you hold",
        "about": "Transcripts and who sees them.",
        "articles": [
            {"id": "share", "title": "How do I show my certifications?", "often": True},
            {"id": "stop", "title": "How do I stop it?", "often": False},
        ],
    },
]
BODY = """Make a [transcript](/transcripts), or see [how to stop](help:stop).

## Steps

1. Choose.
2. Save.

| line | means |
| --- | --- |
| `1 - (0 / 1)` | nothing yet |

<script>alert(1)</script> ![picture](https://example.com/a.png) [no](javascript:alert(1)) [out](https://example.com/)
"""


@dataclass
class Profile:
    """What a candidate has said, and what readers said."""

    settings: dict[str, Any] = field(default_factory=lambda: deepcopy(SETTINGS))
    attributes: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(ATTRIBUTES))
    address: Json = None
    odd: bool = True
    votes: list[tuple[str, str, bool]] = field(default_factory=list)


def answered(there: Profile, body: Json) -> None:
    """Keep answers as identity would."""
    errors = [
        {"field": f"answers.{one['id']}", "message": "this question needs an answer"}
        for one in there.settings["questions"]
        if one["required"] and body["answers"][one["id"]]["value"] is None
    ]
    if errors:
        raise Refused(422, "invalid", errors=errors)
    for one in there.settings["questions"]:
        given = body["answers"][one["id"]]
        if given["version"] != one["version"]:
            raise Refused(409, "asked-otherwise")
        if given["value"] is not None:
            one["answer"] = given | {"given_at": "2026-11-22T12:00:00Z"}
        one["open"] = False
    there.settings |= {
        "confirmed_at": "2026-11-22T12:00:00Z", "confirm_by": "2027-11-22", "due": False,
    }  # fmt: skip


def candidate_profile(world: "World") -> APIRouter:
    """Settings, attributes, address and help as candidates and strangers ask for them."""
    router = APIRouter()
    there = world.profile

    @router.get("/identity/me/settings")
    async def settings(authorization: str | None = Bearer) -> Json:
        world.who(authorization, "candidate")
        return there.settings

    @router.put("/identity/me/settings")
    async def confirm(body: dict[str, Any], authorization: str | None = Bearer) -> Json:
        world.who(authorization, "candidate")
        answered(there, body)
        return there.settings

    @router.get("/identity/me/attributes")
    async def attributes(authorization: str | None = Bearer) -> Json:
        world.who(authorization, "candidate")
        return {"items": there.attributes}

    @router.put("/identity/me/attributes")
    async def write(body: dict[str, Any], authorization: str | None = Bearer) -> Json:
        world.who(authorization, "candidate")
        return _written(there, body)

    @router.get("/identity/me/postal-address")
    async def address(authorization: str | None = Bearer) -> Json:
        world.who(authorization, "candidate")
        return there.address

    @router.put("/identity/me/postal-address")
    async def keep(body: dict[str, Any], authorization: str | None = Bearer) -> Json:
        world.who(authorization, "candidate")
        if not body["country"]:
            error = {"field": "country", "message": "choose a country"}
            raise Refused(422, "invalid", errors=[error])
        if there.odd and not body["as_written"]:
            error = {"field": "roman.postal_code", "message": "mostly different, such as 95014"}
            raise Refused(422, "address-doubtful", errors=[error])
        there.address = body | {"changed_at": "2026-11-22T12:00:00Z"}
        return there.address

    @router.delete("/identity/me/postal-address", status_code=204)
    async def forget(authorization: str | None = Bearer) -> None:
        world.who(authorization, "candidate")
        there.address = None

    @router.get("/identity/countries")
    async def countries() -> Json:
        return COUNTRIES

    @router.put("/identity/me/help-votes/{article}", status_code=204)
    async def vote(article: str, body: dict[str, bool], authorization: str | None = Bearer) -> None:
        there.votes.append(
            (world.who(authorization, "candidate")["subject"], article, body["helpful"])
        )

    @router.post("/identity/programmes/cisco/help/{article}/votes", status_code=204)
    async def vote_as_stranger(article: str, body: dict[str, bool]) -> None:
        there.votes.append(("stranger", article, body["helpful"]))

    @router.get("/identity/programmes/cisco/help")
    async def help_topics(search: str = "") -> Json:
        return {"topics": [] if search == "nothing" else TOPICS}

    @router.get("/identity/programmes/cisco/help/{article_id}")
    async def article(article_id: str) -> Json:
        found = one_of(TOPICS[0]["articles"], article_id)
        return found | {"topic": "sharing", "topic_name": TOPICS[0]["name"], "body": BODY}

    @router.get("/identity/programmes/cisco/logo")
    async def logo() -> Response:
        headers = {"content-security-policy": "default-src 'none'; sandbox", "etag": '"m1"'}
        return Response(LOGO, media_type="image/svg+xml", headers=headers)

    return router


def staff_profile(world: "World") -> APIRouter:
    """The same as staff ask for it."""
    router = APIRouter()
    there = world.profile

    @router.get("/identity/candidates/cisco/{candidate_id}/profile")
    async def profile(candidate_id: str, authorization: str | None = Bearer) -> Json:
        world.may(authorization, "accounts:read")
        if candidate_id != "CSCO10000000":
            raise Refused(404, "not-found")
        given = {"version": "2026", "given_at": "2026-11-20T12:00:00Z"}
        return {
            "settings": there.settings,
            "answers": [
                given | {"question": "disclosure", "value": False, "replaced_at": None},
                given
                | {
                    "question": "disclosure",
                    "value": True,
                    "replaced_at": "2026-11-20T12:00:00Z",
                },
                given | {"question": "gone", "value": "once asked", "replaced_at": None},
            ],
            "attributes": there.attributes,
            "postal_address": there.address,
        }

    @router.put("/identity/candidates/cisco/{candidate_id}/attributes")
    async def write(
        candidate_id: str, body: dict[str, Any], authorization: str | None = Bearer
    ) -> Json:
        world.may(authorization, "accounts:write")
        return _written(there, body)

    @router.get("/identity/help-votes")
    async def votes(authorization: str | None = Bearer) -> Json:
        world.may(authorization, "cases:read")
        items = [
            {"id": "share", "title": "How do I show it?", "topic_name": "S", "helpful": 3, "of": 4},
            {"id": "none", "title": "Never voted", "topic_name": "S", "helpful": 0, "of": 0},
            {"id": "stop", "title": "How do I stop it?", "topic_name": "S", "helpful": 0, "of": 2},
        ]
        return {"items": items}

    return router


def _written(there: Profile, body: dict[str, Any]) -> Json:
    for name, text in body["values"].items():
        if "\u202e" in text:
            error = {"field": f"values.{name}", "message": "a character that cannot be shown"}
            raise Refused(422, "invalid", errors=[error])
        one_of(there.attributes, name)["value"] = text or None
    return {"items": there.attributes}
