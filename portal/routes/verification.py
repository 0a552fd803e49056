"""What strangers see: a candidate's transcript, or the proof of one certification."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Visit, Visitor, segment

router = APIRouter()

LONGEST_REVISION = 40
BLANKS = str.maketrans("", "", " -\t")


def _entered(visit: Visit) -> str:
    return visit.request.query_params.get("code", "").translate(BLANKS).upper()


@router.get("/{programme}/transcript")
async def enter_transcript(visit: Visitor) -> Response:
    """Let a stranger enter a transcript's code."""
    return _enter(visit, "transcript")


@router.get("/{programme}/verify")
async def enter_certificate(visit: Visitor) -> Response:
    """Let a stranger enter a certificate's verification code."""
    return _enter(visit, "verify")


def _enter(visit: Visit, what: str) -> Response:
    if code := _entered(visit):
        return visit.go(f"{visit.home}{what}/{segment(code)}")
    return visit.page("enter_code.html", asked=what)


@router.get("/{programme}/transcript/{code}")
async def transcript(visit: Visitor, code: str) -> HTMLResponse:
    """Show what a candidate chose to show."""
    return await _shown(visit, "transcript", "transcripts", code)


@router.get("/{programme}/verify/{code}")
async def verify(visit: Visitor, code: str) -> HTMLResponse:
    """Say whether a certification is valid, and whether the certificate at hand was replaced."""
    revision = visit.request.query_params.get("revision", "")
    # A certificate's own is short; of another nothing can be said.
    asked = {"revision": revision} if 0 < len(revision) <= LONGEST_REVISION else None
    return await _shown(visit, "verify", "certifications", code, asked)


async def _shown(
    visit: Visit, what: str, service: str, code: str, asked: dict[str, str] | None = None
) -> HTMLResponse:
    assert visit.programme
    visit.session = None
    plain = code.translate(BLANKS).upper()
    try:
        document = await visit.get(f"{service}/public/{segment(plain)}", asked)
    except ApiProblem as problem:
        if problem.status not in (404, 410, 422):
            raise
        status = 410 if problem.status == 410 else 404
        return visit.page("not_shown.html", status, asked=what, code=plain, reason=problem.detail)
    if document.get("programme") not in (visit.programme.id, visit.programme.name):
        return visit.page("not_shown.html", 404, asked=what, code=plain, reason="")
    page = visit.page(f"{what}.html", document=document, code=plain)
    page.headers["x-robots-tag"] = "noindex"
    return page
