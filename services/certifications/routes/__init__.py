"""The HTTP edge of certifications."""

from fastapi import APIRouter

from services.certifications.routes import actions, candidate, planning, public, staff

router = APIRouter()
for part in (candidate, planning, staff, actions, public):
    router.include_router(part.router)
