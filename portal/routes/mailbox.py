"""The demonstration's mailbox: what would have been mailed; absent where mail is real."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from portal.visits import Visit, segment

router = APIRouter()

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@router.get("/mailbox")
async def mailbox(request: Request) -> HTMLResponse:
    """List the mails, newest first."""
    visit = Visit(request, None, "candidate")
    answer = await visit.get("notifications/mailbox")
    mails = answer["items"] if isinstance(answer, dict) else answer
    return visit.page("mailbox.html", mails=mails)


@router.get("/mailbox/{mail_id}")
async def mail(request: Request, mail_id: str) -> HTMLResponse:
    """Show one mail."""
    visit = Visit(request, None, "candidate")
    shown = await visit.get(f"notifications/mailbox/{segment(mail_id)}")
    return visit.page("mail.html", mail=shown)


@router.get("/mailbox/{mail_id}/html")
async def mail_html(request: Request, mail_id: str) -> Response:
    """Return a mail's own HTML, for a frame that can run nothing."""
    visit = Visit(request, None, "candidate")
    shown = await visit.get(f"notifications/mailbox/{segment(mail_id)}")
    body = '<base target="_blank">' + str(shown.get("html") or "")
    headers = {"content-security-policy": MAIL_POLICY, "x-frame-options": "SAMEORIGIN"}
    return HTMLResponse(body, headers=headers)
