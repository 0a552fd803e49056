"""The portal's pages."""

from fastapi import APIRouter

from portal.routes import (
    agreements,
    ce_activities,
    certifications,
    completions,
    history,
    mailbox,
    operation,
    personal,
    problems,
    programme,
    sign_in,
    staff_actions,
    staff_candidates,
    staff_imports,
    staff_operations,
    staff_programme,
    staff_runs,
    staff_sign_in,
    transcripts,
    verification,
    what_if,
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
    ce_activities,
    agreements,
    completions,
    certifications,
    what_if,
    transcripts,
    verification,
    staff_sign_in,
    staff_candidates,
    staff_actions,
    staff_imports,
    staff_operations,
    staff_programme,
    staff_runs,
):
    router.include_router(part.router)
