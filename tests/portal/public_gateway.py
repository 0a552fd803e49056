"""The gateway's part that strangers see: verification, transcripts, the demonstration's mail."""

from typing import Any

from fastapi import APIRouter

from tests.portal import story
from tests.portal.refusals import Refused, one_of


def strangers(world: Any) -> APIRouter:
    """Answer what anybody may ask."""
    router = APIRouter()

    @router.get("/certifications/public/{code}")
    async def verify(code: str) -> Any:
        if code not in world.certificates:
            raise Refused(404, "not-found")
        return world.certificates[code]

    @router.get("/transcripts/public/{code}")
    async def transcript(code: str) -> Any:
        if code == "GONEGONEGONEGONE":
            raise Refused(410, "gone", "The owner has closed this transcript.")
        if code != story.PUBLIC_TRANSCRIPT["code"]:
            raise Refused(404, "not-found")
        return story.PUBLIC_TRANSCRIPT

    @router.get("/notifications/mailbox")
    async def mailbox() -> Any:
        if world.mailbox is None:
            raise Refused(404, "not-found")
        return world.mailbox

    @router.get("/notifications/mailbox/{mail_id}")
    async def mail(mail_id: str) -> Any:
        if world.mailbox is None:
            raise Refused(404, "not-found")
        return one_of(world.mailbox, mail_id)

    return router
