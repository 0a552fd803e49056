"""The main job, told: what a vendor posts and what becomes of it, with counts and timings."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from deploy.demonstration.by_hand import by_hand
from deploy.demonstration.files import Feed, Item, feed, has_passed, person_of, programme_of
from deploy.demonstration.product import Json, Product, Refused

_PATIENCE_SECONDS = 60.0
_SHOWN = 3


@dataclass
class Story:
    """One run of the demonstration against a running product.

    tell: prints a line; clock: measures durations.
    """

    product: Product
    tell: Callable[[str], None]
    clock: Callable[[], float] = time.perf_counter
    _emails_before: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Post the files, wait for what they cause, and say what happened.

        Raises Refused when the product does not answer as it should.
        """
        names = self.product.programmes()
        files = feed((datetime.now(UTC) - timedelta(days=1)).date())
        self.product.sign_in()
        self._emails_before = self._emails(names)
        self._register(files, names)
        posted = self._post_results(files)
        self._certifications(files, names, posted)
        self._reactions(names)
        self._by_hand(names)
        self._afterwards(files)
        self._files(files)
        self._late_registration(files)
        self._again(files)

    # -- the chapters

    def _register(self, files: Feed, names: dict[str, str]) -> None:
        people = {(item["programme"], item["testing_id"]) for item in files.registrations}
        started = self.clock()
        answer = self.product.post("registrations", files.registrations)
        self._head(
            "The vendor registers people for exams",
            f"one request with {len(files.registrations)} registrations of {len(people)} people",
        )
        self._outcomes(answer, started)
        self._until(lambda: self._unknown(files.registrations, names) == 0, "become candidates")
        known = ", ".join(
            f"{name} {len(self.product.candidates(programme))}" for programme, name in names.items()
        )
        self._line(f"everybody is a candidate {self._since(started)} after the post: {known}")

    def _post_results(self, files: Feed) -> float:
        self._head(
            "The exams are over and the results come",
            f"{len(files.notifications)} notifications of Pearson VUE's kind and"
            f" {len(files.history)} rows of one person's history",
        )
        started = self.clock()
        self._notify(files.notifications)
        self._outcomes(self.product.post("results", files.history), started, of_results=True)
        return started

    def _notify(self, notifications: list[Item]) -> None:
        for programme in sorted(set(map(programme_of, notifications))):
            mine = [one for one in notifications if programme_of(one) == programme]
            started = self.clock()
            self._outcomes(self.product.notify(programme, mine), started, of_results=True)

    def _certifications(self, files: Feed, names: dict[str, str], posted: float) -> None:
        passed = {person_of(one) for one in files.notifications if has_passed(one)}
        held: dict[str, list[Json]] = {}

        def all_hold() -> bool:
            for programme in names:
                for person in self.product.candidates(programme):
                    mine = {(programme, one["testing_id"]) for one in person["testing_ids"]}
                    if mine & passed and not held.get(person["candidate_id"]):
                        held[person["candidate_id"]] = self.product.certifications(
                            programme, person["candidate_id"]
                        )
            holders = sum(1 for one in held.values() if one)
            return holders >= len(passed) - len(files.late_registrations)

        self._until(all_hold, "get their certifications")
        self._head(
            "Who met every requirement is certified",
            f"everybody who passed holds something {self._since(posted)} after the post",
        )
        names_held = Counter(one["name"] for person in held.values() for one in person)
        for name, count in names_held.most_common():
            self._line(f"{count:>4}  {name}")

    def _reactions(self, names: dict[str, str]) -> None:
        self._head("And everything that follows has followed", "")
        self._until(lambda: not self._unsent(names), "get their e-mails")
        mails = self._emails(names) - self._emails_before
        for template, count in sorted(mails.items()):
            self._line(f"{count:>4}  {template}")
        if not mails:
            self._line("   0  e-mails: nothing is told twice")
        programme = next(iter(names))
        person = self.product.candidates(programme)[0]
        kits = self.product.entitlements(programme, person["candidate_id"])
        name = f"{person['given_name']} {person['family_name']}"
        self._line(f"{len(kits):>4}  printed kits that {name} may order")

    def _by_hand(self, names: dict[str, str]) -> None:
        programme = next(iter(names))
        people = sorted(self.product.candidates(programme), key=lambda one: one["candidate_id"])
        holders = [one for one in people if self._holds(programme, one, "CCNA")]
        self._head("What no vendor reports, staff record by hand", "each with its reason")
        for one in by_hand(datetime.now(UTC).date() - timedelta(days=1)):
            person = holders[one.candidate]
            self.product.act(programme, person["candidate_id"], one.body(person["candidate_id"]))
            self._line(f"{person['given_name']} {person['family_name']}: {one.tells}")

    def _afterwards(self, files: Feed) -> None:
        self._head("Results have a life", "one is held, the score of another is corrected")
        self._notify(files.afterwards)

    def _files(self, files: Feed) -> None:
        programme = files.late_registrations[0]["programme"]
        self._head("And files come in", "activities of a provider, and results with two mistakes")
        for kind, name, text in (
            ("credits", "creq-demonstration.csv", files.activities),
            ("results", "results-demonstration.csv", files.results),
        ):
            job = self.product.upload(kind, programme, name, text)

            def done(import_id: str = job["id"]) -> bool:
                return bool(self.product.imported(import_id)["finished_at"])

            self._until(done, "be taken in")
            job = self.product.imported(job["id"])
            counts = ("accepted", "duplicates", "rejected")
            self._line(f"{name}: " + ", ".join(f"{job[count]} {count}" for count in counts))

    def _holds(self, programme: str, person: Json, certification: str) -> bool:
        held = self.product.certifications(programme, person["candidate_id"])
        return any(one["certification"] == certification for one in held)

    def _late_registration(self, files: Feed) -> None:
        programme = files.late_registrations[0]["programme"]
        waiting = len(self.product.waiting(programme))
        person = files.late_registrations[0]["candidate"]
        name = f"{person['given_name']} {person['family_name']}"
        self._head(f"One result came before its person: {name}'s", f"{waiting} waiting")
        started = self.clock()
        self._outcomes(self.product.post("registrations", files.late_registrations), started)
        mine = files.late_registrations[0]["testing_id"]

        def certified() -> bool:
            for one in self.product.candidates(programme):
                if any(known["testing_id"] == mine for known in one["testing_ids"]):
                    return bool(self.product.certifications(programme, one["candidate_id"]))
            return False

        self._until(certified, "be taken up")
        taken_up = self._since(started)
        self._line(f"the result was taken up: certified {taken_up} after the post")
        # So that no mail of this run is counted as one of the next.
        self._until(lambda: self._congratulated(programme, person["email"]), "be congratulated")

    def _again(self, files: Feed) -> None:
        self._head("The vendor sends the same results once more", "nothing changes")
        self._notify(files.notifications)

    # -- telling

    def _head(self, title: str, rest: str) -> None:
        self.tell("")
        self.tell(f"{title}: {rest}" if rest else title)

    def _line(self, text: str) -> None:
        self.tell(f"    {text}")

    def _outcomes(self, answer: Json, started: float, *, of_results: bool = False) -> None:
        # A registration makes its candidate, so only results have anything to wait for.
        waiting = sum(1 for item in answer["items"] if item["state"] == "waiting" and of_results)
        self._line(
            f"answered in {self._since(started)}: {answer['accepted']} accepted"
            + (f" ({waiting} of them wait for their candidate)" if waiting else "")
            + f", {answer['duplicates']} duplicates, {answer['rejected']} rejected"
        )
        rejected = [item for item in answer["items"] if item["outcome"] == "rejected"]
        for item in rejected[:_SHOWN]:
            reasons = "; ".join(f"{one['field']}: {one['message']}" for one in item["errors"])
            self._line(f"rejected {item['registration_number']}: {reasons}")

    def _since(self, started: float) -> str:
        seconds = self.clock() - started
        return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"

    # -- looking and waiting

    def _unknown(self, registrations: list[Item], names: dict[str, str]) -> int:
        known = {
            (programme, one["testing_id"])
            for programme in names
            for person in self.product.candidates(programme)
            for one in person["testing_ids"]
        }
        return len({(item["programme"], item["testing_id"]) for item in registrations} - known)

    def _emails(self, names: dict[str, str]) -> Counter[str]:
        return Counter(
            f"{mail['template']} e-mails {mail['state']}".replace("_", " ")
            for programme in names
            for mail in self.product.emails(programme)
        )

    def _congratulated(self, programme: str, address: str) -> bool:
        return any(
            mail["to"] == address and "certification" in mail["template"]
            for mail in self.product.emails(programme)
            if mail["state"] not in ("waiting", "queued")
        )

    def _unsent(self, names: dict[str, str]) -> bool:
        return any(
            mail["state"] in ("waiting", "queued")
            for programme in names
            for mail in self.product.emails(programme)
        )

    def _until(self, done: Callable[[], bool], what: str) -> None:
        deadline = self.clock() + _PATIENCE_SECONDS
        while not done():
            if self.clock() > deadline:
                raise Refused(f"{_PATIENCE_SECONDS:.0f} s were not enough for them to {what}")
            time.sleep(0.05)
