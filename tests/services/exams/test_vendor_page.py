"""docs/vendors.md: what it shows is what happens."""

import json
import re
from pathlib import Path
from typing import Any

from tests.services.exams.conftest import Desk, known

PAGE = (Path(__file__).parents[3] / "docs" / "vendors.md").read_text("utf-8")


def shown(key: str) -> dict[str, Any]:
    """The example of a body with this list."""
    blocks = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    (block,) = (block for block in blocks if block.startswith(f'{{"{key}"'))
    found: dict[str, Any] = json.loads(block)
    return found


async def test_the_examples_of_results_and_changes(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "1234567"))
    said = await desk.accepted("/results", shown("results"))
    assert [item["state"] for item in said["items"]] == ["recorded"]
    said = await desk.accepted("/changes", shown("changes"))
    assert [item["outcome"] for item in said["items"]] == ["accepted"] * 4
    assert [item["state"] for item in said["items"]] == [*["recorded"] * 3, "pending"]
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    assert exam["score"] == "871"


async def test_the_example_of_activities(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001"))
    provider = desk.vendor("cisco-ce", scope="credits:write")
    said = await desk.accepted("/credits", shown("credits"), headers=provider)
    assert not [item for item in said["items"] if item["outcome"] != "accepted"]
    page = await desk.get("/activities", desk.candidate())
    assert [(row["external_id"], row["state"]) for row in page["items"]] == [
        ("1462601", "withdrawn"),
        ("1462600", "recorded"),
    ]
