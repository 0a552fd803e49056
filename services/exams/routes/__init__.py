"""The HTTP edge of exams."""

from fastapi import APIRouter

from services.exams.routes import (
    activities,
    agreements,
    authorizations,
    completions,
    feed_files,
    feeds,
    history,
    import_files,
    imports,
    intake,
    reports,
    review,
    search,
    vendors,
    waiting,
)

router = APIRouter()
router.include_router(intake.router)
router.include_router(imports.router)
router.include_router(import_files.router)
router.include_router(history.router)
router.include_router(waiting.router)
router.include_router(reports.router)
router.include_router(review.router)
router.include_router(activities.router)
router.include_router(completions.router)
router.include_router(agreements.router)
router.include_router(authorizations.router)
router.include_router(feeds.router)
router.include_router(feed_files.router)
router.include_router(search.router)
router.include_router(vendors.router)
