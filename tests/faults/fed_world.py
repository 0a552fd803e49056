"""What vendors say while `exams` is killed: a world from a seed, told in rounds, and its sum."""

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.faults.vendor import PROGRAMME, Group, file_of, long_ago

KILLS = 20
# One round of work before each kill, and one that nobody disturbs.
ROUNDS = KILLS + 1
PEOPLE = Group(first=0, count=2_000, mailed=0)
# What each exam earns by itself; taken on one day, none renews another's for longer.
EARNS = {
    "200-301": "CCNA",
    "300-410": "Specialist-ENARSI",
    "300-415": "Specialist-ENSDWI",
    "300-420": "Specialist-ENSLD",
    "300-435": "Specialist-ENAUTO",
    "300-440": "Specialist-ENCC",
    "300-445": "Specialist-ENNA",
}
DAY = long_ago()
FIRST_WORD = datetime(2026, 10, 1, tzinfo=UTC)
UPLOADS, LARGE, SMALL, POSTED = 11, 3_000, 600, 150
# Of the results, some are spoken of again; of those words most are posted, the others in files.
CHANGED, IN_POSTS = 0.15, 0.6
CREDITS, CREDITS_IN_FILES, RESTATED = 2_000, 400, 0.2
EARLIER = timedelta(days=30)  # than any certification, so that credits renew none

Item = dict[str, Any]


@dataclass
class Kept:
    """A result as it must be kept in the end."""

    person: int
    exam: str
    grade: str
    score: str
    held: bool = False
    revoked: bool = False
    said: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        return "revoked" if self.revoked else "held" if self.held else "recorded"

    @property
    def counts(self) -> bool:
        return self.state == "recorded" and self.grade == "pass"


@dataclass
class World:
    """All that is said in a run, by the round in which it is said, and what must come of it."""

    results: dict[str, Kept] = field(default_factory=dict)
    words: set[tuple[str, str, int]] = field(default_factory=set)
    credits: dict[str, tuple[int, Decimal, bool]] = field(default_factory=dict)
    uploads: list[tuple[int, str, bytes]] = field(default_factory=list)
    posts: list[list[tuple[str, list[Item]]]] = field(
        default_factory=lambda: [[] for _ in range(ROUNDS)]
    )
    drops: list[dict[str, bytes]] = field(default_factory=lambda: [{} for _ in range(ROUNDS)])
    # Rows of each file, by its name, and of these the numbers of those that must be refused.
    rows: dict[str, int] = field(default_factory=dict)
    refused: dict[str, list[int]] = field(default_factory=dict)
    # Names of files with the same bytes, and of those in which everything is new.
    copies: dict[str, str] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)


class Teller:
    """Makes a world from a seed."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(f"{seed} world")
        self.world = World()
        self._said = 0

    def tell(self) -> World:
        results = [self._result(exam, person) for exam in EARNS for person in PEOPLE.people]
        self.chance.shuffle(results)
        words = [word for item in results for word in self._life(item)]
        self.chance.shuffle(words)
        self._send_results(results)
        posted = int(len(words) * IN_POSTS)
        self._in_rounds("changes", words[:posted])
        for number, part in enumerate(_parts(words[posted:], ROUNDS // 3)):
            self._drop(3 * number + 1, f"changes-{number:02}.csv", part, fresh=False)
        self._send_credits()
        return self.world

    def _at(self) -> datetime:
        """A moment of its own for each word, so that there is no doubt what came last."""
        self._said += 1
        return FIRST_WORD + timedelta(milliseconds=self._said)

    def _result(self, exam: str, person: int) -> Item:
        grade = self.chance.choice(("pass", "pass", "pass", "fail"))
        score = str(self.chance.randint(300, 1000))
        self.world.results[f"{exam}-{person}"] = Kept(person, exam, grade, score)
        return {
            "programme": PROGRAMME,
            "registration_number": f"{exam}-{person}",
            "exam_code": exam,
            "testing_id": f"T{person}",
            "grade": grade,
            "score": score,
            "exam_date": DAY.isoformat(),
            "stated_at": self._at().isoformat(),
        }

    def _life(self, result: Item) -> Iterator[Item]:
        if self.chance.random() > CHANGED:
            return
        number = result["registration_number"]
        kept = self.world.results[number]
        kinds = ["hold", "release", "hold", "change", "revoke", "reinstate", "change"]
        first = self.chance.randrange(len(kinds))
        for kind in kinds[first : first + self.chance.randint(1, 3)]:
            at = self._at()
            told: Item = {}
            if kind == "change":
                kept.grade = self.chance.choice(("pass", "fail"))
                kept.score = str(self.chance.randint(300, 1000))
                told = {"grade": kept.grade, "score": kept.score}
            elif kind in ("hold", "release"):
                kept.held = kind == "hold"
            else:
                kept.revoked = kind == "revoke"
            kept.said.add(kind)
            self.world.words.add((number, kind, _microseconds(at)))
            yield {
                "programme": PROGRAMME,
                "registration_number": number,
                "subject": "result",
                "kind": kind,
                "stated_at": at.isoformat(),
                **told,
            }

    def _send_results(self, results: list[Item]) -> None:
        def take(count: int) -> list[Item]:
            taken = results[:count]
            del results[:count]
            return taken

        for number in range(UPLOADS):
            name = f"results-uploaded-{number}.csv"
            part = take(SMALL if number else LARGE)
            bad = sorted(self.chance.sample(range(len(part)), 5))
            for place in reversed(bad):
                part.insert(place, {**part[place], "exam_date": "the day before"})
            self._file(name, part)
            # The header is row 1, and each bad row moves those behind it.
            self.world.refused[name] = [place + moved + 2 for moved, place in enumerate(bad)]
            self.world.uploads.append((number * ROUNDS // UPLOADS, name, file_of(part)))
        self._in_rounds("results", take(POSTED * ROUNDS))
        for number, part in enumerate(_parts(results, ROUNDS)):
            name = f"results-dropped-{number:02}.csv"
            if number % 7 == 3:
                self._pack(number, name, part)
                continue
            self._drop(number, name, part)
            if number % 5 == 1:
                copy = f"results-again-{number:02}.csv"
                self.world.copies[copy] = name
                self.world.rows[copy] = len(part)
                self.world.drops[min(number + self.chance.randrange(3), KILLS)][copy] = file_of(
                    part
                )
            if number % 9 == 4:
                cut = f"results-cut-off-{number:02}.csv"
                self.world.bad.add(cut)
                self.world.drops[number][cut] = file_of(part)[:-40]

    def _send_credits(self) -> None:
        stated: list[Item] = []
        for number in range(CREDITS):
            item = {
                "programme": PROGRAMME,
                "external_id": f"C{number}",
                "testing_id": f"T{self.chance.choice(PEOPLE.people)}",
                "activity": f"Course {number}",
                "active_on": (DAY - EARLIER).isoformat(),
            }
            again = number >= CREDITS_IN_FILES and self.chance.random() < RESTATED
            for withdrawn in (False, self.chance.random() < 0.5) if again else (False,):
                points = Decimal(self.chance.randint(1, 12)) / 4
                said = {"points": str(points), "stated_at": self._at().isoformat()}
                stated.append({**item, **said, **({"withdrawn": True} if withdrawn else {})})
                whose = int(item["testing_id"][1:])
                self.world.credits[item["external_id"]] = whose, points, withdrawn
        for number, part in enumerate(_parts(stated[:CREDITS_IN_FILES], 4)):
            self._drop(number * ROUNDS // 4, f"creq-20261101-00000{number}.csv", part)
        posted = stated[CREDITS_IN_FILES:]
        self.chance.shuffle(posted)
        self._in_rounds("credits", posted)

    def _in_rounds(self, word: str, items: list[Item]) -> None:
        for number, part in enumerate(_parts(items, ROUNDS)):
            self.world.posts[number].append((word, part))

    def _file(self, name: str, items: Sequence[Item]) -> bytes:
        columns = dict.fromkeys((column for item in items for column in item), "")
        self.world.rows[name] = len(items)
        return file_of([{**columns, **item} for item in items])

    def _drop(self, round_: int, name: str, items: Sequence[Item], *, fresh: bool = True) -> None:
        self.world.drops[round_][name] = self._file(name, items)
        if fresh:
            self.world.fresh.add(name)

    def _pack(self, round_: int, name: str, items: Sequence[Item]) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, part in enumerate(_parts(items, 3)):
                member = name.replace(".csv", f"-{number}.csv")
                archive.writestr(member, self._file(member, part))
                self.world.fresh.add(member)
        archived = name.replace(".csv", ".zip")
        self.world.drops[round_][archived] = packed.getvalue()


def _parts(items: Sequence[Item], count: int) -> list[list[Item]]:
    return [list(items[first::count]) for first in range(count)]


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
