"""A person's number is told with its series, for as long as it is on record."""

from tests.services.certifications.desk import JANE, Desk, passed, registered


async def test_a_number_is_told_with_its_series_also_after_it_expired(desk: Desk) -> None:
    await desk.hear(registered(JANE), passed("350-401", "2026-09-01"))
    await desk.hear(passed("CCIE-EI-LAB", "2026-09-10"), passed("200-301", "2026-09-10"))
    for query in ("", "?as_of=2036-01-01"):
        shown = await desk.get(f"/certifications{query}", desk.candidate(JANE))
        held = [one for level in shown["levels"] for one in level["certifications"]]
        told = {one["number_series"]: one["number"] for one in held}
        assert set(told) == {None, "ccie"}
        assert told[None] is None
        assert int(told["ccie"]) >= 1024
