"""What dashboards show of exams is what happened."""

from datetime import timedelta

from prometheus_client import REGISTRY

from services.exams.jobs import measure
from shared.metrics import VENDOR_CALLED
from tests.services.exams.conftest import NOW, Desk, known, result


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"service": "exams", **labels}) or 0.0


async def test_the_gauges_tell_what_waits(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result("1"))
    await desk.accepted("/results", result("2", candidate_id="CSCO99999999"))
    hold = {"programme": "cisco", "registration_number": "1", "kind": "hold"}
    await desk.accepted("/changes", hold)
    await measure(desk.here)
    assert value("certtrack_results_waiting", programme="cisco") == 1
    assert value("certtrack_results_held", programme="cisco") == 1
    assert value("certtrack_results_held", programme="juniper") == 0
    assert value("certtrack_imports", state="running") == 0
    assert value("certtrack_import_rows_left") == 0
    assert value("certtrack_vendor_called_timestamp_seconds", vendor="vue") == NOW.timestamp()


async def test_the_silence_of_a_vendor_outlasts_a_restart(desk: Desk) -> None:
    await desk.accepted("/results", result("1"))
    desk.clock.move_to(NOW + timedelta(days=3))
    VENDOR_CALLED.clear()  # As a process that has just been started.
    await measure(desk.here)
    name = "certtrack_vendor_called_timestamp_seconds"
    assert value(name, vendor="vue") == NOW.timestamp()
    assert REGISTRY.get_sample_value(name, {"service": "exams", "vendor": "psi"}) is None


async def test_results_are_counted_by_what_became_of_them(desk: Desk) -> None:
    def counted() -> list[float]:
        outcomes = ("accepted", "duplicate", "rejected")
        return [
            value("certtrack_results_total", programme="cisco", outcome=one) for one in outcomes
        ]

    before, late = counted(), value("certtrack_exam_to_arrival_days_sum", vendor="vue")
    bodies = [result("1"), result("1"), result("2", exam_code="nothing")]
    await desk.accepted("/results", {"results": bodies})
    assert [after - was for after, was in zip(counted(), before, strict=True)] == [1, 1, 1]
    assert value("certtrack_exam_to_arrival_days_sum", vendor="vue") - late == 2
