"""The clock edge of identity."""

from datetime import timedelta

from services.identity.duplicate_jobs import FIND_DUPLICATES
from services.identity.handlers.case_files import DELETE_UNWANTED, delete_unwanted, sweep
from services.identity.handlers.data_answers import SETTLE
from services.identity.handlers.data_copies import (
    forget_copies,
    note_late,
    settle_copies,
    settle_erasures,
)
from services.identity.handlers.data_requests import begin_due_erasure
from services.identity.handlers.housekeeping import forget_what_is_over
from services.identity.handlers.links import ANSWER_REQUESTS, answer_link_requests
from services.identity.handlers.score_reports import answer_score_reports
from services.identity.handlers.staff_links import (
    ANSWER_STAFF_REQUESTS,
    answer_staff_link_requests,
)
from services.identity.my_data import MY_DATA
from services.identity.signing_keys import rotate
from shared.context import ServiceContext
from shared.jobs import Job


async def _answer_link_requests(here: ServiceContext) -> None:
    taken = 1
    while taken:
        async with here.database.transaction() as session:
            taken = await answer_link_requests(session) + await answer_score_reports(session)


async def _answer_staff_link_requests(here: ServiceContext) -> None:
    taken = 1
    while taken:
        async with here.database.transaction() as session:
            taken = await answer_staff_link_requests(session)


async def _rotate_signing_keys(here: ServiceContext) -> None:
    async with here.database.transaction() as session:
        await rotate(session)


async def _forget_what_is_over(here: ServiceContext) -> None:
    async with here.database.transaction() as session:
        await forget_what_is_over(session)


async def _delete_unwanted_files(here: ServiceContext) -> None:
    await delete_unwanted(here)


async def _sweep_files(here: ServiceContext) -> None:
    await sweep(here)


async def _settle_data_requests(here: ServiceContext) -> None:
    begun = True
    while begun:
        async with here.database.transaction() as session:
            begun = await begin_due_erasure(session)
    await settle_copies(here)
    await settle_erasures(here)
    await note_late(here)


JOBS = (
    Job(ANSWER_REQUESTS, timedelta(seconds=5), _answer_link_requests),
    Job(ANSWER_STAFF_REQUESTS, timedelta(seconds=5), _answer_staff_link_requests),
    Job(DELETE_UNWANTED, timedelta(minutes=1), _delete_unwanted_files),
    Job("sweep-files", timedelta(hours=1), _sweep_files),
    Job("rotate-signing-keys", timedelta(hours=1), _rotate_signing_keys),
    Job(SETTLE, timedelta(seconds=30), _settle_data_requests),
    FIND_DUPLICATES,
    Job("forget-copies", timedelta(hours=1), forget_copies),
    MY_DATA.job,
    Job("forget-what-is-over", timedelta(hours=1), _forget_what_is_over),
)
