"""The portal's pages."""

from fastapi import APIRouter

from portal.routes import (
    certifications,
    history,
    mailbox,
    operation,
    personal,
    problems,
    programme,
    sign_in,
    staff_candidates,
    staff_imports,
    staff_operations,
    staff_sign_in,
    transcripts,
    verification,
)

router = APIRouter()
for part in (
    operation,
    mailbox,
    problems,
    programme,
    sign_in,
    personal,
    history,
    certifications,
    transcripts,
    verification,
    staff_sign_in,
    staff_candidates,
    staff_imports,
    staff_operations,
):
    router.include_router(part.router)
