"""The HTTP edge of certifications."""

from fastapi import APIRouter

from services.certifications.routes import (
    actions,
    candidate,
    planning,
    programmes,
    public,
    staff,
)

router = APIRouter()
for part in (candidate, planning, staff, actions, public, programmes):
    router.include_router(part.router)
