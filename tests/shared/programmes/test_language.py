"""What the words of the language mean where the programme itself can tell."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared.programmes import (
    DayOfYear,
    ExamsRequirement,
    Grace,
    Period,
    Programme,
    ProgrammeError,
    parts_of,
)
from shared.programmes.fields import parse_points
from shared.programmes.period import parse_period, parse_wait
from shared.programmes.retakes import first_day_again
from tests.shared.programmes.mistakes import LIGHTHOUSE

PROGRAMME = Programme.load(LIGHTHOUSE)
FIRST, SECOND, THIRD = PROGRAMME.policies
BY_CODE = PROGRAMME.certifications


def test_a_version_takes_over_what_it_does_not_state() -> None:
    assert (THIRD.renewal_anchor, SECOND.renewal_anchor) == ("fixed_cycle", "fixed_cycle")
    assert THIRD.extends == SECOND.extends == FIRST.extends
    assert set(THIRD.levels) == {"keeper", "warden", "master"}
    # Within a level too, field by field.
    assert THIRD.levels["keeper"].validity == Period(3, "year")
    assert THIRD.levels["keeper"].renewal == FIRST.levels["keeper"].renewal


def test_a_version_takes_over_nothing_that_is_about_the_other_version() -> None:
    assert SECOND.retroactive_from == date(2016, 1, 1)
    assert SECOND.running_terms == "lengthen"
    assert (THIRD.retroactive_from, THIRD.running_terms, THIRD.source) == (None, "keep", None)
    assert (SECOND.governed_by, THIRD.governed_by) == ("scheduling", "activity")


def test_what_is_null_is_there_no_longer() -> None:
    assert FIRST.levels["warden"].grace == Grace(
        lasts=Period(90, "day"), status="suspended", allows="renewal"
    )
    assert SECOND.levels["warden"].grace is None
    assert SECOND.levels["warden"].aligned_to == DayOfYear(12, 31)


def test_other_fields_are_taken_whole() -> None:
    assert FIRST.credits is not None
    assert SECOND.credits is not None
    assert FIRST.credits.use == "once"
    assert SECOND.credits.use == "each_certification"
    assert SECOND.credits.rollover is not None
    assert SECOND.credits.rollover.most == Decimal(40)
    assert THIRD.credits == SECOND.credits


def test_the_nearest_word_about_a_certification_governs() -> None:
    fog, warden, master = BY_CODE["FOG"], BY_CODE["WARDEN"], BY_CODE["MASTER"]
    assert fog.validity_under(FIRST) == Period(2, "year")
    assert fog.validity_under(SECOND) == Period(1, "year")
    assert fog.place_under(FIRST, "validity") == "policies.lighthouse-2010.levels.keeper"
    assert fog.place_under(THIRD, "validity") == "policies.lighthouse-2024.certifications.FOG"
    assert master.validity_under(THIRD) == Period(5, "year")
    assert master.place_under(THIRD, "validity") == "certifications.MASTER"
    assert fog.requires_under(FIRST) == fog.requires
    assert parts_of(fog.requires_under(THIRD)) != ()
    assert (fog.aligned_under(SECOND), fog.aligned_under(THIRD)) == (None, DayOfYear(6, 30))
    assert warden.grace_under(THIRD) == Grace(lasts=Period(30, "day"), allows="submission")
    assert master.grace_under(FIRST) == Grace(lasts=Period(60, "day"))


def test_a_bare_renewal_is_one_option() -> None:
    bare = BY_CODE["WARDEN"].renewal_under(FIRST)
    assert bare is not None
    assert bare.bare
    assert [option.requires for option in bare.options] == [FIRST.levels["warden"].renewal]
    written = BY_CODE["MASTER"].renewal_under(FIRST)
    assert written is not None
    assert not written.bare
    by_exam, by_credits = written.options
    assert (by_exam.anchor, by_exam.period) == ("requirement_met", Period(1, "year"))
    assert (by_exam.opens, by_exam.not_twice_running) == (Period(6, "month"), True)
    assert (by_credits.anchor, by_credits.period, by_credits.opens) == (None, None, None)


def test_a_pass_of_a_class_may_be_given_something_too() -> None:
    part = BY_CODE["WARDEN"].requires
    (_, exams), *_ = parts_of(part)
    assert isinstance(exams, ExamsRequirement)
    assert [place for place, _ in parts_of(exams)] == [("given",)]
    assert (exams.exams.once, exams.exams.within) == (True, Period(2, "year"))


def test_an_exam_is_found_by_its_former_codes() -> None:
    lamp = PROGRAMME.exams["LAMP"]
    assert "OIL" not in PROGRAMME.exams
    assert PROGRAMME.exam("OIL") is PROGRAMME.exam("WICK") is PROGRAMME.exam("LAMP") is lamp
    assert PROGRAMME.exam("CANDLE") is None
    # The length of the file's passes reaches it too.
    assert lamp.pass_validity == Period(3, "year")


def test_statuses_have_words_of_their_own_or_the_usual_ones() -> None:
    statuses = PROGRAMME.statuses
    assert (statuses.suspended, statuses.in_grace) == ("On leave", "In grace period")
    assert (statuses.lifetime, statuses.emeritus) == ("Active for a lifetime", "Emeritus")
    assert (statuses.revoked, statuses.replaced) == ("Revoked", "Replaced")


def test_what_rules_may_name_is_found_by_name() -> None:
    assert PROGRAMME.agreements["code-of-conduct"].versions_from("V2") == ("V2",)
    assert PROGRAMME.agreements["code-of-conduct"].versions_from(None) == ("V1", "V2")
    assert PROGRAMME.fees["yearly"].price is not None
    assert PROGRAMME.fees["emeritus-fee"].price is None
    assert list(PROGRAMME.approvals) == ["board-review"]
    assert list(PROGRAMME.education.categories) == ["group-a", "group-b"]
    assert list(PROGRAMME.education.activities) == ["class", "authoring"]
    assert PROGRAMME.education.courses["SOUND"].tracks == ("fog",)
    ten, five = PROGRAMME.achievements.values()
    assert (ten.holds("MASTER", "master"), ten.holds("WARDEN", "warden")) == (True, False)
    assert (five.holds("KEEPER", "keeper"), five.holds("FOG", "keeper")) == (True, False)
    (emeritus,) = PROGRAMME.emeritus
    assert emeritus.back is not None
    assert emeritus.back.within == Period(10, "year")


def test_a_programme_without_education_has_none() -> None:
    plain = Programme.load(Path(__file__).parent / "plain" / "cisco")
    assert not plain.education.categories
    assert not plain.education.courses


@pytest.mark.parametrize(
    ("entry", "failed", "number", "again"),
    [
        # The first row of docs/programmes.md: five whole days from the day after.
        (3, date(2026, 3, 1), 1, date(2026, 3, 7)),
        (2, date(2026, 3, 1), 1, date(2026, 3, 1)),
        (2, date(2026, 3, 1), 2, date(2026, 3, 7)),
        (2, date(2026, 3, 1), 9, date(2026, 3, 7)),
        (0, date(2014, 8, 2), 2, date(2014, 11, 1)),
    ],
)
def test_the_wait_after_a_fail_is_counted_from_the_day_after(
    entry: int, failed: date, number: int, again: date
) -> None:
    assert PROGRAMME.retakes[entry].again_after_fail(failed, number) == again


@pytest.mark.parametrize(
    ("wait", "again"),
    [
        ("1 hour", date(2026, 3, 2)),
        ("24 hours", date(2026, 3, 2)),
        ("25 hours", date(2026, 3, 3)),
        ("48 hours", date(2026, 3, 3)),
        ("0 hours", date(2026, 3, 1)),
    ],
)
def test_hours_begin_with_the_attempt_and_are_over_on_a_day(wait: str, again: date) -> None:
    assert first_day_again(parse_wait(wait), date(2026, 3, 1)) == again


def test_hours_are_for_waits_only() -> None:
    with pytest.raises(ValueError, match="expected a period"):
        parse_period("24 hours")


def test_the_wait_after_a_pass_is_counted_in_the_same_way() -> None:
    in_general, once = PROGRAMME.retakes[2], PROGRAMME.retakes[3]
    assert in_general.again_after_pass(date(2026, 1, 1)) == date(2026, 7, 1)
    assert once.again_after_pass(date(2026, 1, 1)) is None
    assert PROGRAMME.retakes[1].again_after_pass(date(2026, 1, 1)) == date(2026, 1, 1)
    assert in_general.again_after_pass(date.max) == date.max


def test_an_entry_is_in_force_through_its_last_day() -> None:
    old = PROGRAMME.retakes[0]
    assert [
        old.in_force(day)
        for day in (date(2014, 8, 1), date(2014, 8, 2), date(2015, 6, 30), date(2015, 7, 1))
    ] == [False, True, True, False]
    assert PROGRAMME.retakes[1].in_force(date(1990, 1, 1))
    fits = [entry.fits("STORM", "practice") for entry in PROGRAMME.retakes]
    assert fits == [True, True, False, True]
    assert PROGRAMME.retakes[0].again_after_pass(date(2015, 1, 1)) == date(2015, 1, 1)


@pytest.mark.parametrize(
    ("override", "day", "becomes"),
    [
        (0, date(2011, 12, 31), date(2011, 12, 31)),
        (0, date(2012, 1, 1), date(2012, 7, 1)),
        (0, date(2012, 3, 31), date(2012, 9, 30)),
        (0, date(2012, 4, 1), date(2012, 4, 1)),
        (1, date(2017, 12, 31), date(2018, 1, 31)),
        (1, date(2018, 2, 1), date(2018, 2, 1)),
    ],
)
def test_an_override_moves_the_last_days_of_its_stretch(
    override: int, day: date, becomes: date
) -> None:
    assert PROGRAMME.overrides[override].last_day(day) == becomes


def test_an_override_is_about_some_or_about_all() -> None:
    winter, storm = PROGRAMME.overrides
    assert (winter.is_about("KEEPER", "keeper"), winter.is_about("MASTER", "master")) == (
        True,
        False,
    )
    assert (storm.is_about("MASTER", "master"), storm.is_about("FOG", "keeper")) == (True, False)
    everyone = winter.model_copy(update={"levels": None})
    assert everyone.is_about("MASTER", "master")


def test_an_override_never_leads_to_an_earlier_day() -> None:
    to_a_day = PROGRAMME.overrides[1].model_copy(update={"extend_to": date(2017, 11, 1)})
    assert to_a_day.last_day(date(2017, 10, 1)) == date(2017, 11, 1)
    assert to_a_day.last_day(date(2017, 12, 1)) == date(2017, 12, 1)


@pytest.mark.parametrize(
    ("aligned", "day", "becomes"),
    [
        (DayOfYear(12, 31), date(2024, 5, 1), date(2024, 12, 31)),
        (DayOfYear(12, 31), date(2024, 12, 31), date(2024, 12, 31)),
        (DayOfYear(3, 31), date(2024, 5, 1), date(2025, 3, 31)),
        (DayOfYear(2, 29), date(2024, 1, 1), date(2024, 2, 29)),
        (DayOfYear(2, 29), date(2024, 3, 1), date(2025, 2, 28)),
        (DayOfYear(3, 31), date.max, date.max),
    ],
)
def test_an_aligned_day_moves_on_to_the_next_such_day(
    aligned: DayOfYear, day: date, becomes: date
) -> None:
    assert aligned.on_or_after(day) == becomes


def test_points_are_exact() -> None:
    assert FIRST.credits is not None
    assert [grant.points for grant in FIRST.credits.from_exams] == [Decimal(30), Decimal("7.5")]
    for wrong in (True, "30", -1, 0, 0.125, float("nan"), float("inf"), None):
        with pytest.raises(ValueError, match="expected credits: a number above 0"):
            parse_points(wrong)


def test_the_fingerprint_is_that_of_the_files(tmp_path: Path) -> None:
    copy = tmp_path / "lighthouse"
    shutil.copytree(LIGHTHOUSE, copy)
    assert Programme.load(copy).fingerprint == PROGRAMME.fingerprint
    kits = copy / "kits.yaml"
    kits.write_text(kits.read_text("utf-8") + "# A remark.\n", "utf-8")
    assert Programme.load(copy).fingerprint != PROGRAMME.fingerprint
    assert len(PROGRAMME.fingerprint) == 64


def test_a_programme_is_its_texts() -> None:
    texts = Programme.files(LIGHTHOUSE)
    assert list(texts) == [
        "programme.yaml",
        "exams.yaml",
        "education.yaml",
        "certifications.yaml",
        "kits.yaml",
        "feeds.yaml",
        "sign_in.yaml",
        "profile.yaml",
        "help.yaml",
        "cases.yaml",
        "data.yaml",
    ]
    again = Programme.of_texts("lighthouse", texts)
    assert again.fingerprint == PROGRAMME.fingerprint
    assert again.policies == PROGRAMME.policies


def test_the_mistakes_of_texts_name_their_files() -> None:
    texts = Programme.files(LIGHTHOUSE)
    texts["kits.yaml"] = "kits: [1]\n"
    texts["notes.txt"] = "remember the milk"
    del texts["exams.yaml"]

    with pytest.raises(ProgrammeError) as refused:
        Programme.of_texts("lighthouse", texts)

    needed = "programme.yaml, exams.yaml, certifications.yaml, kits.yaml"
    possible = (
        "programme.yaml, exams.yaml, education.yaml, certifications.yaml, kits.yaml, feeds.yaml, "
        "sign_in.yaml, profile.yaml, help.yaml, cases.yaml, data.yaml"
    )
    assert str(refused.value).splitlines() == [
        f"lighthouse/exams.yaml:1: this file is missing; expected {needed}",
        "lighthouse/kits.yaml:1: kits[0]: expected fields (name: value), not 1",
        f"lighthouse/notes.txt:1: is no file of a programme; expected one of {possible}",
    ]


def test_a_name_of_a_missing_education_file_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "lighthouse"
    shutil.copytree(LIGHTHOUSE, copy)
    (copy / "education.yaml").unlink()

    with pytest.raises(
        ProgrammeError,
        match=r"unknown activity 'authoring'; "
        r"expected one of the activities of education\.yaml, which has none",
    ):
        Programme.load(copy)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "lighthouse"
    shutil.copytree(LIGHTHOUSE, copy)
    (copy / "kits.yaml").unlink()
    (copy / "kits.yaml").mkdir()

    with pytest.raises(ProgrammeError, match=r"kits\.yaml:1: cannot be read: "):
        Programme.load(copy)


def test_a_file_that_is_no_text_has_no_text(tmp_path: Path) -> None:
    copy = tmp_path / "lighthouse"
    shutil.copytree(LIGHTHOUSE, copy)
    (copy / "kits.yaml").write_bytes(b"\xff\xfe")

    with pytest.raises(ProgrammeError, match=r"kits\.yaml:1: cannot be read as UTF-8 text"):
        Programme.files(copy)
