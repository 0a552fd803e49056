"""deploy/kubernetes: built by kustomize, checked against the API's schemas and our own rules."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.embedded.settings import settings_class
from deploy.members import PORTAL, SERVICES
from portal.settings import PortalSettings
from tests.deploy.programs import DEPLOY, run

Object = dict[str, Any]


@pytest.fixture(scope="module")
def built() -> str:
    done = run("kubectl", "kustomize", DEPLOY / "kubernetes")
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def objects(built: str) -> list[Object]:
    return list(yaml.safe_load_all(built))


def of_kind(objects: list[Object], kind: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in objects if one["kind"] == kind}


def pods(objects: list[Object]) -> dict[str, Object]:
    return {
        name: one["spec"]["template"]
        for kind in ("Deployment", "Job")
        for name, one in of_kind(objects, kind).items()
    }


def valid(text: str, tmp_path: Path) -> bool:
    file = tmp_path / "objects.yaml"
    file.write_text(text)
    return run("kubernetes-validate", "--strict", "--quiet", file).returncode == 0


def test_the_objects_are_what_the_api_takes(built: str, tmp_path: Path) -> None:
    assert valid(built, tmp_path)
    assert not valid(built.replace("containerPort: 8000", "containerPort: http", 1), tmp_path)
    assert not valid(built.replace("readinessProbe:", "readynessProbe:", 1), tmp_path)


def test_the_inbox_is_a_volume_that_every_pod_of_exams_shares(tmp_path: Path) -> None:
    whole = tmp_path / "kubernetes"
    shutil.copytree(DEPLOY / "kubernetes", whole)
    # The base takes the gateway's files from beside it.
    shutil.copytree(DEPLOY / "gateway", tmp_path / "gateway")
    (whole / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\n"
        "kind: Kustomization\n"
        "namespace: certtrack\n"
        "resources: [namespace.yaml, base]\n"
        "components: [inbox]\n"
    )
    done = run("kubectl", "kustomize", whole)
    assert done.returncode == 0, done.stdout
    assert valid(done.stdout, tmp_path)
    found = list(yaml.safe_load_all(done.stdout))
    (claim,) = of_kind(found, "PersistentVolumeClaim").values()
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    pod = pods(found)["exams"]["spec"]
    (mount,) = [one for one in pod["containers"][0]["volumeMounts"] if one["name"] == "inbox"]
    given = {one["name"]: one.get("value") for one in pod["containers"][0]["env"]}
    assert given["CERTTRACK_INBOX_FOLDER"] == mount["mountPath"]
    assert {"name": "inbox", "persistentVolumeClaim": {"claimName": "inbox"}} in pod["volumes"]
    assert pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsGroup"]
    assert all("inbox" not in str(other) for name, other in pods(found).items() if name != "exams")


def test_every_member_is_deployed(objects: list[Object]) -> None:
    assert set(of_kind(objects, "Deployment")) == {*SERVICES, PORTAL, "gateway"}
    assert set(of_kind(objects, "Service")) == {*SERVICES, PORTAL, "gateway"}
    assert set(of_kind(objects, "Job")) == {"migrate"}


def test_every_pod_is_restricted(objects: list[Object]) -> None:
    for name, pod in pods(objects).items():
        assert pod["spec"]["securityContext"]["runAsNonRoot"], name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        for container in pod["spec"]["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name


def test_every_deployment_is_probed(objects: list[Object]) -> None:
    for name, one in of_kind(objects, "Deployment").items():
        for container in one["spec"]["template"]["spec"]["containers"]:
            ready = container["readinessProbe"]["httpGet"]["path"]
            assert ready == ("/healthz" if name == "gateway" else "/readyz")
            assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"


@pytest.mark.parametrize("name", [*SERVICES, PORTAL])
def test_a_member_gets_what_it_needs_under_names_it_knows(name: str, objects: list[Object]) -> None:
    fields = (PortalSettings if name == PORTAL else settings_class(name)).model_fields
    (container,) = pods(objects)[name]["spec"]["containers"]
    given = {one["name"] for one in container["env"] if one["name"].startswith("CERTTRACK_")}
    assert given <= {f"CERTTRACK_{field.upper()}" for field in fields}
    assert container["image"].partition(":")[0] == f"certtrack/{name}"
    if name != PORTAL:
        address = next(one for one in container["env"] if one["name"] == "CERTTRACK_DATABASE_URL")
        assert address["value"].endswith(f"/{name}")


def test_the_common_variables_are_settings_of_somebody(objects: list[Object]) -> None:
    known = {
        f"CERTTRACK_{field.upper()}"
        for fields in (
            PortalSettings.model_fields,
            *(settings_class(n).model_fields for n in SERVICES),
        )
        for field in fields
    }
    (common,) = (
        one for name, one in of_kind(objects, "ConfigMap").items() if name.startswith("certtrack-")
    )
    assert {name for name in common["data"] if name.startswith("CERTTRACK_")} <= known


def test_the_gateway_has_the_same_templates_as_everywhere(objects: list[Object]) -> None:
    (templates,) = (
        one
        for name, one in of_kind(objects, "ConfigMap").items()
        if name.startswith("gateway-templates")
    )
    for file in (DEPLOY / "gateway" / "templates").iterdir():
        assert templates["data"][file.name] == file.read_text()


def test_network_policies_speak_of_pods_that_there_are(objects: list[Object]) -> None:
    labels = [pod["metadata"]["labels"] for pod in pods(objects).values()]

    def chosen(selector: Object) -> bool:
        wanted = selector.get("matchLabels", {}).items()
        return any(wanted <= one.items() for one in labels)

    policies = of_kind(objects, "NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}
    for policy in policies.values():
        assert chosen(policy["spec"]["podSelector"])
        for rule in policy["spec"].get("ingress", ()):
            for source in rule.get("from", ()):
                assert "podSelector" not in source or chosen(source["podSelector"])
