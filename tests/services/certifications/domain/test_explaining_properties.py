"""What every explanation, tree, way and table keeps to, for any candidate of any programme."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.certifications.domain import Explained, Progress, evaluate
from services.certifications.domain.facts import AssignedNumber, CreditEntry, ExamPass, Fact
from services.certifications.domain.liveness import live
from services.certifications.domain.retakes import eligibility
from services.certifications.domain.what_if import compare
from tests.services.certifications.domain.drawn import (
    LOADED,
    candidates,
    credit_entries,
    days,
    everything,
    facts_of,
    in_any_programme,
    passes,
)

Candidate = tuple[str, tuple[list[Fact], date]]
MODEST = settings(max_examples=150, deadline=None, derandomize=True)


def ids(facts: list[Fact]) -> set[str]:
    return {fact.id for fact in facts if not isinstance(fact, AssignedNumber)}


def every_line(lines: tuple[Progress, ...]) -> Iterator[Progress]:
    for line in lines:
        yield line
        yield from every_line(line.children)


@MODEST
@given(candidates(everything))
def test_explanations_name_only_what_there_is(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    programme = LOADED[name]
    state = evaluate(programme, facts, as_of)
    explained = Explained(programme, facts, as_of)
    living = ids(list(live(facts)))
    versions = {policy.version for policy in programme.policies}
    overrides = {override.id for override in programme.overrides}
    for code in programme.certifications:
        found = explained.detail(code)
        assert found.standing == state[code]
        for why in found.explanations:
            assert why.sentence.endswith((".", "it."))
            assert "None" not in why.sentence
            assert why.policy is None or why.policy in versions
            assert set(why.overrides) <= overrides
            for fact in why.facts:
                assert fact.day <= as_of
                assert fact.id in (programme.certifications if fact.kind == "holding" else living)


@MODEST
@given(candidates(everything))
def test_every_value_that_is_shown_is_explained(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    explained = Explained(LOADED[name], facts, as_of)
    for standing in explained.state.standings.values():
        by_subject = {
            one.subject: one for one in explained.detail(standing.certification).explanations
        }
        for subject in ("started_on", "active_on", "expires_on", "grace_until"):
            value = getattr(standing, subject)
            if value is not None:
                assert by_subject[subject].date == value
        assert (standing.number is not None) == ("number" in by_subject)


@MODEST
@given(candidates(everything))
def test_histories_go_back_in_time_and_begin_with_the_first_term(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    explained = Explained(LOADED[name], facts, as_of)
    for code, standing in explained.state.standings.items():
        lines = explained.detail(code).history
        dates = [line.date for line in lines]
        assert dates == sorted(dates, reverse=True)
        assert all(line.date <= as_of and "None" not in line.text for line in lines)
        assert sum(line.kind in TERMS for line in lines) == len(standing.cycles)
        assert (standing.status == "expired") <= any(line.kind == "expired" for line in lines)


TERMS = {
    "earned", "renewed", "extended", "granted", "prolonged", "lengthened", "migrated", "emeritus",
}  # fmt: skip


@MODEST
@given(candidates(everything))
def test_trees_count_what_they_show(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    explained = Explained(LOADED[name], facts, as_of)
    known = ids(facts)
    for code in LOADED[name].certifications:
        found = explained.detail(code)
        for line in every_line(found.progress):
            assert 0 <= line.have <= line.need
            assert line.satisfied <= (line.have == line.need)
            for evidence in line.evidence:
                assert evidence.fact is None or evidence.fact in known
                assert evidence.day <= as_of
                assert evidence.why
                assert "None" not in evidence.why


@MODEST
@given(candidates(everything))
def test_ways_to_renew_lead_further(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    explained = Explained(LOADED[name], facts, as_of)
    for code in explained.state.standings:
        found = explained.detail(code)
        last = found.standing.expires_on
        for way in found.options:
            assert last is not None
            assert way.earliest_on <= way.latest_on
            assert way.new_expires_on is None or way.new_expires_on > last
            assert way.text
            assert 0 <= way.done <= 1
        if found.fastest is not None:
            best = found.options[found.fastest]
            assert best.new_expires_on is not None or best.for_life
            assert (
                all(
                    best.steps <= way.steps
                    for way in found.options
                    if way.note is None and (way.new_expires_on is not None or way.for_life)
                )
                or best.note is not None
            )


@MODEST
@given(candidates(everything))
def test_the_credit_table_holds_every_credit_once(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    table = Explained(LOADED[name], facts, as_of).credits()
    shown = [line.id for line in table.lines]
    assert len(shown) == len(set(shown))
    entered = {
        fact.id
        for fact in live(facts)
        if isinstance(fact, CreditEntry) and fact.day <= as_of and fact.points > 0
    }
    assert entered <= set(shown) <= ids(facts)
    assert sum(table.totals.values()) == sum((line.points for line in table.lines), Decimal(0))
    assert all(line.why.endswith(".") and "None" not in line.why for line in table.lines)


@MODEST
@given(candidates(everything))
def test_nothing_imagined_changes_nothing(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    found = compare(LOADED[name], facts, (), as_of)
    assert (found.changes, found.on) == ((), as_of)


Imagined = tuple[str, tuple[list[Fact], list[ExamPass | CreditEntry], date]]


def with_imagined() -> st.SearchStrategy[Imagined]:
    return in_any_programme(
        lambda programme: st.tuples(
            facts_of(everything, programme, 8),
            st.lists(
                st.one_of(passes(programme), credit_entries(programme)), min_size=1, max_size=3
            ),
            days(programme),
        )
    )


@MODEST
@given(with_imagined())
def test_what_if_says_what_evaluation_says(drawn: Imagined) -> None:
    name, (facts, imagined, as_of) = drawn
    programme = LOADED[name]
    found = compare(programme, facts, imagined, as_of)
    after = evaluate(programme, [*facts, *imagined], found.on)
    changed = {change.certification for change in found.changes}
    for code in programme.certifications:
        assert (code in changed) or evaluate(programme, facts, found.on)[code].expires_on == (
            after[code].expires_on
        )
    for change in found.changes:
        assert change.after == after[change.certification]
        assert (change.months_lost is None) == (change.days_lost is None)
        if change.best_day is not None:
            assert change.before.expires_on is not None
            assert as_of <= change.best_day <= change.before.expires_on
        assert all("None" not in sentence for sentence in change.sentences)


@MODEST
@given(candidates(everything))
def test_nobody_is_eligible_before_the_last_attempt(candidate: Candidate) -> None:
    name, (facts, as_of) = candidate
    programme = LOADED[name]
    for one in eligibility(programme, facts, as_of, programme.exams):
        assert one.eligible_on is None or one.eligible_on >= as_of
        if one.last_attempt_on is not None and one.eligible_on is not None:
            assert one.eligible_on >= one.last_attempt_on
