"""The clock edge of certifications: what a new day brings, wherever the programme is at home."""

from datetime import date, timedelta

from services.certifications import handlers
from services.certifications.my_data import MY_DATA
from services.certifications.queries import Person
from shared.clock import today
from shared.context import ServiceContext
from shared.database import is_transient
from shared.failpoints import failpoint
from shared.jobs import Job
from shared.logs import log

# One transaction: long enough to be worth its statements, short enough to keep nobody waiting.
PORTION = 500


async def keep_days(context: ServiceContext) -> None:
    """Review every candidate whose day has come, in each programme's time zone.

    That expires, starts graces, grants achievements and reminds; days on which nobody looked are
    caught up in one step. A portion is one transaction, so a kill loses nothing and doubles
    nothing; several instances share the work by their row locks.
    """
    for programme in context.programmes.values():
        day = today(context.clock, programme.timezone)
        while await _portion(context, programme.id, day):
            failpoint("certifications.between_portions")


async def _portion(context: ServiceContext, programme: str, day: date) -> bool:
    people: list[Person] = []
    try:
        async with context.database.transaction() as session:
            people += await handlers.take_due(session, programme, day, PORTION)
            await handlers.review(session, people)
    except Exception as fault:
        if is_transient(fault):
            raise
        # One candidate whose facts cannot be evaluated must not stop everybody's clock.
        log.warning("clock portion taken apart", programme=programme, fault=repr(fault))
        for person in people:
            await _alone(context, person, day)
    return len(people) == PORTION


async def _alone(context: ServiceContext, person: Person, day: date) -> None:
    try:
        async with context.database.transaction() as session:
            await handlers.lock(session, [person])
            await handlers.review(session, [person])
    except Exception as fault:
        if is_transient(fault):
            raise
        log.error("candidate not looked after", candidate=person.candidate_id, fault=repr(fault))
        async with context.database.transaction() as session:
            await handlers.postpone(session, person, day)


JOBS = (Job("clock", every=timedelta(minutes=1), run=keep_days), MY_DATA.job)
