"""What must hold for any facts: drawn at random and compared."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services.certifications.domain import AssignedNumber, ExamPass, Fact, details, evaluate
from shared.programmes import Programmes
from tests.services.certifications.domain.candidates import PROGRAMMES

LOADED = Programmes.load(PROGRAMMES)
# Few days close together and on both sides of three years, so that terms meet, touch and miss.
DAYS = st.one_of(
    st.sampled_from(
        [
            date(2020, 2, 24) + timedelta(days=365 * year + step)
            for year in range(8)
            for step in (0, 1, 2, 40)
        ]
    ),
    st.dates(date(2019, 1, 1), date(2030, 12, 31)),
)


def facts_of(programme: str, days: st.SearchStrategy[date] = DAYS) -> st.SearchStrategy[list[Fact]]:
    exams = st.sampled_from([*LOADED[programme].exams, "unknown"])
    passes = st.builds(ExamPass, st.sampled_from("abc"), exams, days)
    numbers = st.builds(AssignedNumber, st.just("ccie"), st.integers(1024, 1030))
    return st.lists(st.one_of(passes, passes, passes, numbers), max_size=14)


def candidates() -> st.SearchStrategy[tuple[str, list[Fact]]]:
    return st.sampled_from(sorted(LOADED)).flatmap(
        lambda programme: st.tuples(st.just(programme), facts_of(programme))
    )


@settings(max_examples=300, deadline=None)
@given(candidates(), DAYS, st.randoms(use_true_random=False))
def test_order_and_repetition_never_matter(
    candidate: tuple[str, list[Fact]], as_of: date, random: Random
) -> None:
    programme, facts = LOADED[candidate[0]], candidate[1]
    expected = evaluate(programme, facts, as_of)
    shuffled = facts + random.choices(facts, k=5) if facts else []
    random.shuffle(shuffled)
    assert evaluate(programme, shuffled, as_of) == expected


@settings(max_examples=300, deadline=None)
@given(candidates(), DAYS)
def test_a_day_is_seen_the_same_from_later(candidate: tuple[str, list[Fact]], as_of: date) -> None:
    programme, facts = LOADED[candidate[0]], candidate[1]
    # An override is not known before it was announced.
    assume(all(one.announced_on <= as_of for one in programme.overrides))
    now = evaluate(programme, facts, as_of)
    known = [fact for fact in facts if not isinstance(fact, ExamPass) or fact.day <= as_of]
    assert evaluate(programme, known, as_of) == now
    later = evaluate(programme, facts, date(2040, 1, 1))
    for code in programme.certifications:
        so_far = [term for term in later[code].cycles if (term.met_on or term.active_on) <= as_of]
        assert tuple(so_far) == now[code].cycles


@settings(max_examples=300, deadline=None)
@given(candidates(), DAYS)
def test_terms_are_well_formed_and_rest_on_existing_facts(
    candidate: tuple[str, list[Fact]], as_of: date
) -> None:
    programme, facts = LOADED[candidate[0]], candidate[1]
    for standing in evaluate(programme, facts, as_of).standings.values():
        assert standing.cycles
        before = None
        for ordinal, term in enumerate(standing.cycles, start=1):
            assert term.ordinal == ordinal
            last = term.expires_on or date.max
            assert term.started_on <= term.active_on < last
            assert term.causes
            for cause in term.causes:
                assert not isinstance(cause, ExamPass) or cause in facts
            if term.kind == "earned":
                assert term.started_on == term.active_on
                assert before is None or before < term.active_on
            elif term.kind != "migrated":
                assert before is not None
                assert before < last
            before = last
        assert before is not None
        assert standing.status == "replaced" or standing.holding == (as_of <= before)


@settings(max_examples=200, deadline=None)
@given(facts_of("cisco"), facts_of("cisco"))
def test_more_passes_never_take_an_award_away(some: list[Fact], more: list[Fact]) -> None:
    # For Juniper the rules say so: an early renewal can end a prerequisite before it is needed.
    cisco, as_of = LOADED["cisco"], date(2040, 1, 1)
    held = evaluate(cisco, some, as_of).standings
    assert held.keys() <= evaluate(cisco, some + more, as_of).standings.keys()


@settings(max_examples=150, deadline=None)
@given(facts_of("cisco", st.dates()), st.dates())
def test_every_day_a_calendar_has_gets_an_answer(facts: list[Fact], as_of: date) -> None:
    cisco = LOADED["cisco"]
    state = evaluate(cisco, facts, as_of)
    for code, found in details(cisco, facts, as_of, cisco.certifications).items():
        assert found.explanations
        assert found.standing == state[code]


# An exam of before the version that lets it renew: on that version's first day it did not.
BEFORE_IT_RENEWED: list[Fact] = [
    ExamPass("a", "200-901", date(2019, 1, 1)),
    ExamPass("b", "200-301", date(2019, 1, 2)),
    ExamPass("c", "100-150", date(2020, 2, 24)),
]


@settings(max_examples=150, deadline=None)
@given(candidates(), DAYS)
@example(("cisco", BEFORE_IT_RENEWED), date(2020, 2, 24))
@example(("cisco", BEFORE_IT_RENEWED[:2]), date(2021, 1, 1))
def test_the_tree_agrees_with_the_state(candidate: tuple[str, list[Fact]], as_of: date) -> None:
    programme, facts = LOADED[candidate[0]], candidate[1]
    ids = {fact.id for fact in facts if isinstance(fact, ExamPass)}
    for found in details(programme, facts, as_of, programme.certifications).values():
        for root in found.progress:
            # Whatever is met has been acted on: what is open is what is still to do.
            assert root.number == "1"
            assert root.have <= root.need
            assert not root.satisfied
            for evidence in (*root.evidence, *(e for c in root.children for e in c.evidence)):
                assert evidence.fact is None or evidence.fact in ids


def test_the_machines_hash_seed_does_not_matter() -> None:
    script = (
        "from datetime import date, timedelta\n"
        "from pathlib import Path\n"
        "from services.certifications.domain import ExamPass, details, evaluate\n"
        "from shared.programmes import Programmes\n"
        f"cisco = Programmes.load(Path({str(PROGRAMMES)!r}))['cisco']\n"
        "exams = list(cisco.exams)\n"
        "facts = [ExamPass(str(n), exams[n * 7 % len(exams)], date(2020, 3, 1)"
        " + timedelta(days=n * 11 % 400)) for n in range(90)]\n"
        "as_of = date(2023, 1, 1)\n"
        "state = evaluate(cisco, facts, as_of)\n"
        "print(state.standings, sorted(state.numbers_needed), state.changes_on)\n"
        "print(details(cisco, facts, as_of, cisco.certifications))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
