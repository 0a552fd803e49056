"""Who was made one person or told apart: what of it is news to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.domain import Standing
from services.certifications.domain.state import Achievement
from services.certifications.handlers.news import awards, latest, news_of
from services.certifications.models import HeldCertification, PublishedAchievement
from services.certifications.queries import Person, Recorded
from shared.clock import today
from shared.context import context
from shared.events import (
    CertificationExpired,
    CertificationGraceStarted,
    CertificationRevoked,
    CertificationSuspended,
    Event,
)
from shared.rows import one_of

E = TypeVar("E", bound=Event)
# Whoever held it under either id was told when it happened.
_LOSSES = (
    CertificationExpired,
    CertificationGraceStarted,
    CertificationRevoked,
    CertificationSuspended,
)


@dataclass(frozen=True)
class Regrouped:
    """Persons who gained ids just now, and candidates who were told apart.

    joined: what was recorded under the ids that came to a person, by certification; apart: of
    whom everything is known from before or from being one person; achievements: those that were
    published under the ids that came.
    """

    joined: Mapping[Person, Mapping[str, Sequence[Recorded]]] = field(default_factory=dict)
    apart: frozenset[Person] = frozenset()
    achievements: frozenset[tuple[Person, str]] = frozenset()

    def as_told(
        self, person: Person, before: Recorded | None, standing: Standing, news: type[Event]
    ) -> tuple[type[Event], bool]:
        """Return the event that tells a difference, and whether it is no news to the person."""
        if person in self.apart:
            return news, True
        told = [
            row
            for row in self.joined.get(person, {}).get(standing.certification, ())
            if not row.withdrawn
        ]
        if not told:
            return news, False
        if before is not None and before.withdrawn:
            # Once theirs by an earlier merge: it comes back as what it is.
            return news, True
        own = [] if before is None else [before]
        if news in _LOSSES or any(_same(row, standing) for row in [*told, *own]):
            return news, True
        if own:
            return news, False
        # As seen from the id that came: more of what it held, not a first award.
        other = news_of(told[0]._replace(cycle=awards(standing)), standing)
        return other or news, other is None

    def recorded(self, person: Person) -> dict[str, Recorded]:
        """Return what a person held under the ids that came, as rows of the person's own.

        Without a verification code: these rows are still to be made.
        """
        return {
            code: rows[0]._replace(
                candidate_id=person.candidate_id, verification_code="", version=0
            )
            for code, rows in self.joined.get(person, {}).items()
        }

    def about(self, person: Person) -> set[Person]:
        """Return the person, if losing something is no news to them."""
        return {person} if person in self.apart or person in self.joined else set()

    def knows(self, person: Person, achievement: str) -> bool:
        """Tell whether a person has been told of an achievement under another id."""
        return person in self.apart or (person, achievement) in self.achievements


UNCHANGED = Regrouped()


def _same(row: Recorded, standing: Standing) -> bool:
    # Neither cycle nor first day: they are worked out over other facts now.
    return (row.status, row.expires_on, row.grace_until) == (
        standing.status,
        latest(standing).expires_on,
        standing.grace_until,
    )


def quietly(event: E) -> E:
    """Return an event as one that is no news to the person."""
    return event.model_copy(update={"regrouped": True})


async def settle_reminders(session: AsyncSession, people: Sequence[Person]) -> None:
    """Note that whoever was told apart needs no reminder of the days up to today."""
    here = context(session)
    for name in {person.programme for person in people}:
        theirs = [person.candidate_id for person in people if person.programme == name]
        table: Any = HeldCertification.__table__
        await session.execute(
            update(table)
            .where(table.c.programme == name, one_of(session, table.c.candidate_id, theirs))
            .values(reminded_on=today(here.clock, here.programmes[name].timezone))
        )


async def forget_achievements(
    session: AsyncSession, regrouped: Regrouped, reached: Sequence[tuple[Person, Achievement]]
) -> None:
    """Forget what candidates who were told apart reached only together."""
    if not regrouped.apart:
        return
    table: Any = PublishedAchievement.__table__
    key = (table.c.programme, table.c.candidate_id, table.c.achievement)
    rows = await session.execute(
        select(*key).where(one_of(session, key[:2], sorted(regrouped.apart)))
    )
    still = {(*person, one.id) for person, one in reached}
    gone = [tuple(row) for row in rows if tuple(row) not in still]
    if gone:
        await session.execute(delete(table).where(one_of(session, key, gone)))
