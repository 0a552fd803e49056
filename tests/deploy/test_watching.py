"""Prometheus and Grafana: the files, and that every figure in them is one that we measure."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import shared.metrics  # noqa: F401 - registers every metric of the product
from tests.deploy.programs import DEPLOY, run

PROMETHEUS = DEPLOY / "prometheus"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
# Made by Prometheus itself, and by the client library for every process.
FOREIGN = {"up", "process_resident_memory_bytes"}


def copied(tmp_path: Path, before: str, after: str) -> Path:
    for file in PROMETHEUS.iterdir():
        text = file.read_text()
        (tmp_path / file.name).write_text(text.replace(before, after))
    return tmp_path


def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    assert run("promtool", "check", "config", PROMETHEUS / "prometheus.yml").returncode == 0
    wrong = copied(tmp_path, "dns_sd_configs", "dns_configs")
    assert run("promtool", "check", "config", wrong / "prometheus.yml").returncode != 0


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("certtrack_outbox_age_seconds) > 60", "certtrack_outbox_age_seconds) > 6000")],
    ids=["as it is", "with a wrong threshold"],
)
def test_alerts_go_off_when_they_should(before: str, after: str, tmp_path: Path) -> None:
    folder = copied(tmp_path, before, after) if before else PROMETHEUS
    passed = run("promtool", "test", "rules", "alerts.test.yml", folder=folder).returncode == 0
    assert passed is not bool(before)


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_every_alert_has_a_test_and_a_word_in_the_manual() -> None:
    tests = yaml.safe_load((PROMETHEUS / "alerts.test.yml").read_text())["tests"]
    fired = {
        case["alertname"]
        for test in tests
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    manual = (DEPLOY.parent / "docs" / "operations.md").read_text()
    for alert in alerts():
        assert alert["alert"] in fired
        assert f"`{alert['alert']}`" in manual


def panels(dashboard: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(dashboard.read_text())["panels"]
    return found


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_has_panels_of_their_own(dashboard: Path) -> None:
    ids = [panel["id"] for panel in panels(dashboard)]
    assert len(set(ids)) == len(ids)
    for panel in panels(dashboard):
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        assert [target["refId"] for target in panel["targets"]] == sorted(
            {target["refId"] for target in panel["targets"]}
        )


def expressions(dashboard: Path) -> list[str]:
    return [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]


def understood(expressions: list[str], tmp_path: Path) -> bool:
    rules = [
        {"record": f"panel:{number}", "expr": _filled(expression)}
        for number, expression in enumerate(expressions)
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    return run("promtool", "check", "rules", file).returncode == 0


def _filled(expression: str) -> str:
    return expression.replace("$__rate_interval", "1m").replace("$service", "exams")


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_prometheus_understands_every_panel(dashboard: Path, tmp_path: Path) -> None:
    asked = expressions(dashboard)
    assert understood(asked, tmp_path)
    assert not understood([*asked, asked[0].replace(")", "", 1)], tmp_path)


def measured() -> set[str]:
    names = set()
    for metric in REGISTRY.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
        names |= {metric.name + suffix for suffix in suffixes.get(metric.type, [""])}
    return names | FOREIGN


@pytest.mark.parametrize("source", ["alerts", *(path.stem for path in DASHBOARDS)])
def test_every_figure_is_measured(source: str) -> None:
    if source == "alerts":
        asked = [alert["expr"] for alert in alerts()]
    else:
        asked = expressions(DEPLOY / "grafana" / "dashboards" / f"{source}.json")
    named = {
        name
        for expression in asked
        for name in re.findall(r"\b(certtrack_[a-z_]+|process_[a-z_]+|up)\b", expression)
    }
    assert named
    assert named - measured() == set()


def test_provisioning_points_at_what_compose_mounts() -> None:
    folder = DEPLOY / "grafana" / "provisioning"
    (source,) = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text())[
        "datasources"
    ]
    (provider,) = yaml.safe_load((folder / "dashboards" / "certtrack.yml").read_text())["providers"]
    compose = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())["services"]
    mounted = [volume.split(":")[1] for volume in compose["grafana"]["volumes"]]
    assert provider["options"]["path"] in mounted
    assert source["url"].removeprefix("http://").split(":")[0] in compose
    for dashboard in DASHBOARDS:
        uids = {panel["datasource"]["uid"] for panel in panels(dashboard)}
        assert uids == {source["uid"]}
