"""The HTTP edge of identity."""

from fastapi import APIRouter

from services.identity.routes import (
    articles,
    attributes,
    audit,
    candidates,
    cases,
    clients,
    emails,
    external_identities,
    federation,
    links,
    mapping,
    names,
    postal_addresses,
    profile,
    programmes,
    second_step,
    self_registrations,
    sessions,
    settings,
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
    cases,
    names,
    programmes,
    settings,
    attributes,
    postal_addresses,
    profile,
    articles,
    self_registrations,
    external_identities,
    federation,
    staff_links,
    staff,
    clients,
    audit,
):
    router.include_router(part.router)
