"""What staff voided does not count; what voids a void brings it back."""

from hypothesis import given
from hypothesis import strategies as st

from services.certifications.domain.facts import AssignedNumber, ExamPass, Fact, Voided
from services.certifications.domain.liveness import live, voids_in_force
from tests.services.certifications.domain.candidates import day

PASS = ExamPass("p", "A", day("2024-01-01"))
OTHER = ExamPass("o", "B", day("2024-01-01"))
NUMBER = AssignedNumber("ccie", 1024)


def test_without_voids_every_fact_lives() -> None:
    assert live([PASS, OTHER, NUMBER]) == {PASS, OTHER, NUMBER}


def test_what_is_voided_does_not() -> None:
    void = Voided("v", "p", "Copied answers")
    assert live([void, PASS, OTHER, NUMBER]) == {OTHER, NUMBER}
    assert voids_in_force([void, PASS]) == {"p": void}


def test_a_void_is_voided_and_so_on() -> None:
    facts: list[Fact] = [PASS, Voided("v", "p"), Voided("w", "v")]
    assert live(facts) == {PASS}
    assert live([*facts, Voided("x", "w")]) == frozenset()
    assert live([*facts, Voided("x", "w"), Voided("y", "x")]) == {PASS}


def test_voids_in_a_circle_say_nothing() -> None:
    circle = [Voided("v", "w"), Voided("w", "v")]
    assert live([PASS, *circle, Voided("x", "x")]) == {PASS}
    assert voids_in_force(circle) == {}
    assert live([PASS, *circle, Voided("w", "p")]) == {PASS}


@given(
    st.lists(st.builds(Voided, st.sampled_from("abcdef"), st.sampled_from("abcdefpo")), max_size=9),
)
def test_the_order_of_voids_does_not_matter(voids: list[Voided]) -> None:
    facts: list[Fact] = [PASS, OTHER, *voids]
    assert live(facts) == live(list(reversed(facts)) + facts)
    force = voids_in_force(facts)
    # Whatever is in force is itself in force voided by nothing, and names its target.
    assert all(void.fact == target and void.id not in force for target, void in force.items())
