"""The HTTP edge of identity."""

from fastapi import APIRouter

from services.identity.routes import (
    audit,
    candidates,
    clients,
    emails,
    external_identities,
    federation,
    links,
    mapping,
    programmes,
    second_step,
    self_registrations,
    sessions,
    staff,
    staff_links,
    tokens,
)

router = APIRouter()
for part in (
    tokens,
    sessions,
    second_step,
    links,
    mapping,
    emails,
    candidates,
    programmes,
    self_registrations,
    external_identities,
    federation,
    staff_links,
    staff,
    clients,
    audit,
):
    router.include_router(part.router)
