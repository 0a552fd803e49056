"""Why a term begins, and why a last day and the end of a grace are what they are."""

import pytest

from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.explaining import CYCLE, ONE, TWO, explained


@pytest.mark.parametrize(
    ("on", "code", "facts", "sentence"),
    [
        (
            "2018-06-01",
            "One",
            [ONE],
            (
                "3 years after 15 May 2018, the day the requirement was met; "
                "valid through the whole of 15 May 2021 (Europe/Zurich)."
            ),
        ),
        (
            "2021-04-01",
            "One",
            [ONE],
            (
                "3 years after 15 May 2018, the day the requirement was met, "
                "gives 15 May 2021. flood, announced on 1 April 2021, gives 6 months more to what "
                "ends "
                "from 1 March 2021 to 30 September 2021, so 15 May 2021 became 15 November 2021: "
                "The "
                "flood of 2021. It is valid through the whole of 15 November 2021 (Europe/Zurich)."
            ),
        ),
        (
            "2022-02-01",
            "One",
            ["pass A on 2019-02-15"],
            (
                "3 years after 15 February 2019, the day "
                "the requirement was met, gives 15 February 2022. storm, announced on 1 February "
                "2022, "
                "gives more time to what ends from 1 January 2022 to 31 March 2022, so 15 "
                "February 2022 "
                "became 1 May 2022: A storm. It is valid through the whole of 1 May 2022 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2024-01-01",
            "One",
            ["pass A on 2023-01-01"],
            (
                "5 years after 1 January 2023, the day "
                "the term counts from, as new has it; valid through the whole of 1 January 2028 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2016-02-29",
            "One",
            ["pass A on 2016-02-29"],
            (
                "3 years after 29 February 2016, the day "
                "the requirement was met; valid through the whole of 28 February 2019 "
                "(Europe/Zurich). "
                "2019 has no 29 February, so the last day is the 28th."
            ),
        ),
        (
            "2019-01-01",
            "Two",
            [*TWO, "pass B on 2018-12-01"],
            (
                "3 years after 1 February 2019, the "
                "last day it had before; valid through the whole of 1 February 2022 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2019-01-01",
            "Two",
            [*TWO, "course K1 on 2018-01-01"],
            (
                "1 year after 1 February 2019, "
                "the last day it had before; valid through the whole of 1 February 2020 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2016-05-01",
            "Yearly",
            ["pass C on 2016-03-01"],
            (
                "1 year after 1 March 2016, the day "
                "the requirement was met, moved on from 1 March 2017 to the next 31 December; "
                "valid "
                "through the whole of 31 December 2017 (Europe/Zurich)."
            ),
        ),
        (
            "2019-03-01",
            "Two",
            [*TWO, "fee yearly on 2019-01-01"],
            (
                "1 year after 1 February 2019, "
                "the last day it had before; valid through the whole of 1 February 2020 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2016-03-01",
            "Life",
            ["pass A on 2016-01-01", "pass B on 2016-02-01"],
            "It never expires.",
        ),
        (
            "2018-01-01",
            "One",
            ["grant One on 2017-01-01: Merit"],
            (
                "3 years after 1 January 2017, "
                "the day it was granted; valid through the whole of 1 January 2020 (Europe/Zurich)."
            ),
        ),
        (
            "2018-01-01",
            "One",
            ["grant One on 2017-01-01 to 2019-07-01: Merit"],
            (
                "Set by staff with "
                "the grant of 1 January 2017; valid through the whole of 1 July 2019 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2019-01-01",
            "One",
            [ONE, "extend One on 2018-06-01 to 2025-01-01: Illness."],
            (
                "Moved to "
                "1 January 2025 by staff on 1 June 2018 (Illness); valid through the whole of 1 "
                "January "
                "2025 (Europe/Zurich)."
            ),
        ),
        (
            "2023-06-01",
            "Heir",
            ["pass E on 2022-01-01"],
            (
                "Taken over from Old, whose dates it "
                "keeps; valid through the whole of 1 January 2025 (Europe/Zurich)."
            ),
        ),
        (
            "2016-06-01",
            "One",
            ["pass A on 2015-01-01", "pass B on 2016-06-01"],
            (
                "3 years after "
                "1 June 2016, the day the requirement was met; valid through the whole of 1 June "
                "2019 "
                "(Europe/Zurich)."
            ),
        ),
        (
            "2019-06-01",
            "Two",
            [*TWO, "fee yearly on 2019-01-01", "pass B on 2019-05-01"],
            (
                "3 years "
                "after 1 May 2019, the day the requirement was met; valid through the whole of 1 "
                "May 2022 "
                "(Europe/Zurich)."
            ),
        ),
    ],
)
def test_every_last_day(
    rich: Programme, on: str, code: str, facts: list[str], sentence: str
) -> None:
    assert explained(rich, on, code, *facts)["expires_on"].sentence == sentence


def test_a_fixed_cycle_that_was_met_ahead(rich: Programme) -> None:
    found = explained(rich, "2022-12-01", "Cycle", *CYCLE)
    assert found["active_on"].date == day("2023-02-02")
    assert found["active_on"].sentence == (
        "Renewed on 1 June 2022: earned 20 credits with 3 activities from 1 June 2020 to "
        "1 June 2022. The new term begins on 2 February 2023."
    )
    assert found["expires_on"].sentence == (
        "3 years after 1 February 2023, the last day of the cycle before; valid through the whole "
        "of 1 February 2026 (Europe/Zurich)."
    )


def test_a_grace_is_explained(rich: Programme) -> None:
    why = explained(rich, "2019-04-01", "Two", *TWO)["grace_until"]
    assert (why.date, why.rule, why.policy) == (
        day("2019-05-02"),
        "policies.old.levels.second.grace",
        "old",
    )
    assert why.sentence == (
        "90 days after 1 February 2019, its last day; the grace lasts through the whole of "
        "2 May 2019 (Europe/Zurich)."
    )
