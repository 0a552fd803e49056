"""Golden cases put to the engine: what each says, beside what the engine gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from services.certifications.domain import Detail, Progress, State, details, evaluate
from services.certifications.domain.facts import AssignedNumber, Fact, Voided
from services.certifications.domain.retakes import next_eligible
from shared.programmes import Programme
from tests.services.certifications.golden.expectations import Unclear, expected, shown, term
from tests.services.certifications.golden.sentences import Sentence, Unreadable, fact_of, parse
from tests.services.certifications.golden.tables import HOME, Case, Line, known

PROGRAMMES = Path(__file__).parents[4] / "programmes"


@lru_cache
def programme(name: str) -> Programme:
    """A programme of programmes/, or of programmes/examples/."""
    folder = PROGRAMMES / name
    return Programme.load(folder if folder.is_dir() else PROGRAMMES / "examples" / name)


def tables() -> list[Path]:
    """Every table, by programme and subject."""
    return sorted(HOME.glob("*/*.yaml"))


def facts_of(case: Case, rules: Programme) -> list[Fact]:
    """The facts of a case; raises GoldenMistake for a sentence or a name that is wrong."""
    facts: list[Fact] = []
    names: dict[str, int] = {}
    for at, line in enumerate(case.facts, start=1):
        try:
            sentence = parse(line.text)
            fact = fact_of(sentence, str(at))
        except Unreadable as error:
            raise case.mistake(line.number, str(error)) from None
        _check_names(case, line, sentence, rules)
        if not isinstance(fact, AssignedNumber):
            if fact.id in names:
                raise case.mistake(
                    line.number,
                    f"id {fact.id!r} is already used on line {names[fact.id]}; expected another",
                )
            names[fact.id] = line.number
        facts.append(fact)
    for line, fact in zip(case.facts, facts, strict=True):
        if isinstance(fact, Voided) and fact.fact not in names:
            raise case.mistake(
                line.number,
                f"no fact has the id {fact.fact!r}; {known(fact.fact, [*names])}",
            )
    return facts


def _check_names(case: Case, line: Line, sentence: Sentence, rules: Programme) -> None:
    """A name the programme does not know is a slip of the pen, unless the sentence says so."""
    name = sentence.about[0]
    match sentence.verb:
        case "pass" | "fail":
            if "unknown" not in sentence.beside:
                _check_exam(case, line, name, rules)
            elif name in rules.exam_of:
                raise case.mistake(line.number, f"exam {name!r} is known; leave out unknown")
        case "grant" | "extend" | "suspend" | "revoke" | "reinstate" if name != "all":
            codes = list(rules.certifications)
            if name not in codes:
                raise case.mistake(
                    line.number, f"unknown certification {name!r}; {known(name, codes)}"
                )
        case "number" if name not in rules.number_series:
            series = list(rules.number_series)
            raise case.mistake(
                line.number, f"unknown number series {name!r}; {known(name, series)}"
            )
        case _:
            pass


def _check_exam(case: Case, line: Line, name: str, rules: Programme) -> None:
    if name not in rules.exam_of:
        raise case.mistake(line.number, f"unknown exam {name!r}; {known(name, [*rules.exam_of])}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One sentence of a case that the engine does not give."""

    line: int
    text: str


def differences(case: Case, rules: Programme) -> list[str]:
    """Everything in which the engine differs from the case; raises GoldenMistake."""
    facts = facts_of(case, rules)
    found = [one for day in case.days for one in _on(case, rules, facts, day)]
    where = case.file.relative_to(HOME) if case.file.is_relative_to(HOME) else case.file
    return [f"{where}:{one.line}: {one.text}" for one in found]


def _on(case: Case, rules: Programme, facts: list[Fact], day: date) -> Iterator[Difference]:
    state = evaluate(rules, facts, day)
    yield from _standings(case, rules, state, day)
    yield from _terms(case, rules, state, day)
    yield from _achievements(case, rules, state, day)
    yield from _retakes(case, rules, facts, day)
    named = {
        code: None
        for said in ("explain", "progress", "history")
        for code in case.said.get(said, {}).get(day, {})
    }
    if named:
        for said in ("explain", "progress", "history"):
            _check_codes(case, rules, said, day)
        yield from _details(case, details(rules, facts, day, named), day)


def _check_codes(case: Case, rules: Programme, said: str, day: date) -> None:
    codes = list(rules.certifications)
    for code, lines in case.said.get(said, {}).get(day, {}).items():
        if code not in codes:
            number = lines[0].number if lines else case.line
            raise case.mistake(number, f"unknown certification {code!r}; {known(code, codes)}")


def _standings(case: Case, rules: Programme, state: State, day: date) -> Iterator[Difference]:
    by_day = case.said["expect"]
    if day not in by_day:
        return
    _check_codes(case, rules, "expect", day)
    for code, lines in by_day[day].items():
        line = lines[0]
        try:
            wanted = expected(line.text)
        except Unclear as error:
            raise case.mistake(line.number, f"{code}: {error}") from None
        if not wanted.met_by(state[code]):
            text = f"on {day} {code} should be {line.text!r} and is {shown(state[code])!r}"
            yield Difference(line.number, text)
    if case.only:
        for code, standing in state.standings.items():
            if code not in by_day[day] and standing.status != "not_earned":
                text = f"on {day} {code} should not be earned and is {shown(standing)!r}"
                yield Difference(case.line, text)


def _terms(case: Case, rules: Programme, state: State, day: date) -> Iterator[Difference]:
    _check_codes(case, rules, "terms", day)
    for code, lines in case.said.get("terms", {}).get(day, {}).items():
        cycles = state[code].cycles
        for at, line in enumerate(lines):
            try:
                is_so = term(line.text, cycles[at] if at < len(cycles) else None)
            except Unclear as error:
                raise case.mistake(line.number, f"{code}: {error}") from None
            if is_so != " ".join(line.text.split()):
                text = f"on {day} term {at + 1} of {code} should be {line.text!r} and is {is_so!r}"
                yield Difference(line.number, text)
        for cycle in cycles[len(lines) :]:
            text = (
                f"on {day} {code} should have {len(lines)} terms and also has {cycle.kind} "
                f"{cycle.active_on} to {cycle.expires_on or 'ever'}"
            )
            yield Difference(lines[-1].number if lines else case.line, text)


def _achievements(case: Case, rules: Programme, state: State, day: date) -> Iterator[Difference]:
    reached = {one.id: str(one.reached_on) for one in state.achievements}
    names = list(rules.achievements)
    for name, lines in case.said.get("achievements", {}).get(day, {}).items():
        line = lines[0]
        if name not in names:
            raise case.mistake(line.number, f"unknown achievement {name!r}; {known(name, names)}")
        is_so = reached.get(name, "not reached")
        if is_so != line.text:
            text = f"on {day} achievement {name} should be {line.text!r} and is {is_so!r}"
            yield Difference(line.number, text)


def _retakes(case: Case, rules: Programme, facts: list[Fact], day: date) -> Iterator[Difference]:
    for exam, lines in case.said.get("retakes", {}).get(day, {}).items():
        line = lines[0]
        _check_exam(case, line, exam, rules)
        eligible_on = next_eligible(rules, facts, exam, day).eligible_on
        is_so = "never" if eligible_on is None else str(eligible_on)
        if is_so != line.text:
            text = f"on {day} {exam} should be possible {line.text!r} and is {is_so!r}"
            yield Difference(line.number, text)


def _details(case: Case, found: dict[str, Detail], day: date) -> Iterator[Difference]:
    for said, texts in (("explain", _sentences), ("progress", _tree), ("history", _history)):
        for code, lines in case.said.get(said, {}).get(day, {}).items():
            there = texts(found[code])
            for line in lines:
                if not any(_holds(said, one, line.text) for one in there):
                    text = f"on {day} {said} of {code} should have {line.text!r} and has: "
                    yield Difference(line.number, text + " | ".join(there))


def _holds(said: str, is_so: str, wanted: str) -> bool:
    # A line of the tree begins with its number: 1 - (0/1) must not be found in 1.1 - (0/1).
    return is_so.startswith(wanted) if said == "progress" else wanted in is_so


def _sentences(found: Detail) -> list[str]:
    return [one.sentence for one in found.explanations]


def _history(found: Detail) -> list[str]:
    return [f"{line.date} {line.text}" for line in found.history]


def _tree(found: Detail) -> list[str]:
    def lines(node: Progress) -> Iterator[str]:
        yield f"{node} {node.text}"
        for child in node.children:
            yield from lines(child)

    return [line for root in found.progress for line in lines(root)]
