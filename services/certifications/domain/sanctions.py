"""Suspensions and revocations by staff, each from its day until it is lifted."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from services.certifications.domain.dates import day_before
from services.certifications.domain.facts import Reinstated, Revoked, Suspended

Sanction: TypeAlias = Literal["suspended", "revoked"]


@dataclass(slots=True)
class Bar:
    """One suspension or revocation; `certification` None: of every certification.

    `until` is the first day on which it holds no more; `lifted` the same for single
    certifications where all are barred.
    """

    sanction: Sanction
    certification: str | None
    since: date
    because: str
    until: date = date.max
    lifted: dict[str, date] = field(default_factory=dict)

    def holds(self, code: str, day: date) -> bool:
        """Whether a certification is barred on a day."""
        return (
            self.certification in (None, code)
            and self.since <= day < self.until
            and day < self.lifted.get(code, date.max)
        )

    def days(self, code: str) -> tuple[date, date] | None:
        """The first and the last barred day of a certification; date.max stands for no end."""
        end = min(self.until, self.lifted.get(code, date.max))
        if self.certification not in (None, code) or end <= self.since:
            return None
        return self.since, end if end == date.max else day_before(end)


class Sanctions:
    """Every bar of one candidate, oldest first."""

    __slots__ = ("bars",)

    def __init__(self) -> None:
        self.bars: list[Bar] = []

    def begin(self, fact: Suspended | Revoked, codes: tuple[str | None, ...]) -> None:
        """Bar certifications from the fact's day on."""
        sanction: Sanction = "suspended" if isinstance(fact, Suspended) else "revoked"
        self.bars += [Bar(sanction, code, fact.day, fact.reason) for code in codes]

    def lift(self, fact: Reinstated, codes: tuple[str | None, ...]) -> None:
        """End what bars certifications, even what began on the same day."""
        for bar in self.bars:
            if bar.until <= fact.day:
                continue
            if None in codes or bar.certification in codes:
                bar.until = fact.day
            elif bar.certification is None:
                for code in codes:
                    if code is not None:
                        bar.lifted.setdefault(code, fact.day)

    def hand_over(self, code: str, successor: str, day: date) -> None:
        """What bars a certification on a day bars the one that takes its place, too."""
        self.bars += [
            Bar(bar.sanction, successor, bar.since, bar.because)
            for bar in self.bars
            if bar.certification == code and bar.holds(code, day)
        ]

    def on(self, code: str, day: date) -> Bar | None:
        """What bars a certification on a day: a revocation before a suspension."""
        found: Bar | None = None
        for bar in self.bars:
            if bar.holds(code, day) and (found is None or found.sanction == "suspended"):
                if bar.sanction == "revoked":
                    return bar
                found = found or bar
        return found

    def revoked(self, code: str, day: date) -> bool:
        """Whether nothing can be earned or renewed on a day."""
        return bool(self.bars) and any(
            bar.sanction == "revoked" and bar.holds(code, day) for bar in self.bars
        )

    def days(self, code: str) -> list[tuple[date, date]]:
        """Every stretch of barred days of a certification."""
        return [days for bar in self.bars if (days := bar.days(code)) is not None]
