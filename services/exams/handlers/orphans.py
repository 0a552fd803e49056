"""Certificates that no completion names (any more): swept from the storage."""

from services.exams.handlers.completions import PREFIX
from services.exams.models import Completion
from shared import orphans
from shared.context import ServiceContext


async def sweep(here: ServiceContext) -> int:
    """Delete files without a row: of hand-ins that failed, and those replaced by another.

    Returns how many.
    """
    return await orphans.sweep(here, PREFIX, Completion.file_key)
