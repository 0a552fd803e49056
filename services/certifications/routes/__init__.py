"""The HTTP edge of certifications."""

from fastapi import APIRouter

from services.certifications.routes import (
    actions,
    candidate,
    merges,
    planning,
    programmes,
    public,
    staff,
)

router = APIRouter()
for part in (candidate, planning, staff, actions, merges, public, programmes):
    router.include_router(part.router)
