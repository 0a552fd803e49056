"""One candidate as seen on a day, and what every view says the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.certifications.domain import Fact
from services.certifications.queries import Recorded
from shared.programmes import Programme


@dataclass(frozen=True)
class Seen:
    """One candidate as seen on a day: the programme, the facts with their days, what is recorded.

    `today` tells whether the day is the present one: certificates are of today only.
    `name_revision` is that of the name which certificates carry.
    """

    programme: Programme
    known: Sequence[tuple[date, Fact]]
    recorded: Mapping[str, Recorded]
    as_of: date
    today: date
    public_url: str
    name_revision: int = 1

    @property
    def facts(self) -> list[Fact]:
        """The facts, as the rule engine takes them."""
        return [fact for _, fact in self.known]


def date_rule(programme: Programme) -> str:
    """Return the rule that every shown date follows."""
    return (
        "A certification is valid through the whole of its expiry date; days are those of "
        f"{programme.timezone}."
    )


def verification_url(public_url: str, programme: Programme, recorded: Recorded) -> str:
    """Return the public page that a certificate names."""
    return f"{public_url}/{programme.id}/verify/{recorded.verification_code}"


def revision_of(recorded: Recorded, name_revision: int) -> str:
    """Return which writing of a certificate is the present one.

    Either half may change what is printed: what is recorded, or the name.
    """
    return f"{recorded.version}.{name_revision}"


def earned_as(programme: Programme, recorded: Recorded | None) -> str | None:
    """Return what a certification was called when it was earned, if it is called otherwise now."""
    if recorded is None or recorded.code not in programme.certifications:
        return None
    now = programme.certifications[recorded.code].name
    return None if recorded.name in (None, now) else recorded.name
