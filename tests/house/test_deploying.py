"""The files for deploying say what the program does: its variables, ports, paths, versions and exit codes."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import DRAIN_WITHIN
from bot.config.settings import VARIABLES, Settings
from bot.operator.run import WRONG
from bot.web.readiness import Readiness
from bot.web.server import SHUTDOWN_WITHIN
from tests.house.sources import ROOT
from tests.web.test_server import serving

DEPLOY = ROOT / "docs" / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
CONTAINERFILE = ROOT / "Containerfile"
FILES = [CONTAINERFILE, ROOT / "compose.yml", *(file for file in DEPLOY.rglob("*") if file.is_file())]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSION = PROJECT["version"]
PORT = Settings.model_validate({}).http_port
NOBODY = 10001
STOPS_WITHIN = DRAIN_WITHIN.total_seconds() + SHUTDOWN_WITHIN


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def manifest(name: str) -> dict[str, Any]:
    found = yaml.safe_load(read(KUBERNETES / f"{name}.yaml"))
    assert isinstance(found, dict)
    return found


def pod() -> dict[str, Any]:
    found: dict[str, Any] = manifest("deployment")["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_every_variable_is_one_of_the_program(file: Path) -> None:
    assert set(re.findall(r"\b(?:MUSTER|SLACK)_[A-Z_]+\b", read(file))) - set(VARIABLES) == set()


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_every_version_is_this_one(file: Path) -> None:
    assert set(re.findall(r"(?:muster:|newTag: |muster_bot-)(\d[\w.]*\d)", read(file))) <= {VERSION}


async def test_ports_and_paths_are_those_of_the_web_server() -> None:
    probes = [pod()["containers"][0][f"{kind}Probe"]["httpGet"] for kind in ("liveness", "readiness")]
    (command,) = re.findall(r"^HEALTHCHECK .*\\\n +CMD (.+)$", read(CONTAINERFILE), re.MULTILINE)
    _, *arguments = json.loads(command)
    assert [one["path"] for one in probes] == ["/healthz", "/readyz"]
    async with serving(Readiness()) as (session, web):
        for path in (one["path"] for one in probes):
            async with session.get(path) as answer:
                assert answer.status == 200
        for port, is_healthy in ((web.port, True), (9, False)):
            checked = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, env={"MUSTER_HTTP_PORT": str(port)}, stderr=asyncio.subprocess.DEVNULL
            )
            assert (await checked.wait() == 0) is is_healthy
    assert f"MUSTER_HTTP_PORT={PORT}" in read(CONTAINERFILE)
    assert f"EXPOSE {PORT}" in read(CONTAINERFILE)
    (container,) = pod()["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    assert manifest("deployment")["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"] == str(PORT)


def test_what_the_containerfile_copies_is_enough_for_the_wheel(tmp_path: Path) -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", read(CONTAINERFILE), re.MULTILINE):
        *sources, to = line.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, tmp_path / source)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=tmp_path, check=True)
    assert [file.name for file in (tmp_path / "dist").iterdir()] == [f"muster_bot-{VERSION}-py3-none-any.whl"]


def test_the_image_is_nobody_s_and_of_a_python_that_is_supported() -> None:
    text = read(CONTAINERFILE)
    assert text.rstrip().splitlines()[-2:] == ['ENTRYPOINT ["muster"]', 'CMD ["run"]']
    assert f"--uid {NOBODY} " in text
    assert text.index(f"USER {NOBODY}:{NOBODY}") > text.rindex("RUN ")
    for version in re.findall(r"python:([\d.]+)-slim", text):
        assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    (extras,) = re.findall(r"'\.\[([\w,]+)\]'", text)
    assert set(extras.split(",")) <= PROJECT["optional-dependencies"].keys()


def test_compose_has_all_it_names_and_lets_muster_write_nowhere() -> None:
    compose = yaml.safe_load(read(ROOT / "compose.yml"))
    muster, postgres = compose["services"]["muster"], compose["services"]["postgres"]
    assert (muster["read_only"], muster["cap_drop"]) == (True, ["ALL"])
    assert muster["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert muster["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert (ROOT / muster["build"]["dockerfile"]).is_file()
    assert muster["environment"]["MUSTER_POLICY"] == muster["volumes"][0].split(":")[1]
    url = re.sub(r"\$\{.*\}", "…", muster["environment"]["MUSTER_DATABASE_URL"])
    user, name = (postgres["environment"][f"POSTGRES_{one}"] for one in ("USER", "DB"))
    assert url == f"postgresql://{user}:…@postgres/{name}"
    named = [volume.split(":") for volume in (muster["volumes"][1], *postgres["volumes"])]
    assert [one[0] for one in named] == list(compose["volumes"])
    assert named[0][1] == "/var/lib/muster", "where the journal is, and nothing else may be written"
    assert int(muster["stop_grace_period"].removesuffix("s")) > STOPS_WITHIN


def test_the_manifests_belong_together() -> None:
    deployment, kustomization = manifest("deployment"), manifest("kustomization")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert manifest("service")["spec"]["selector"] == labels
    assert manifest("poddisruptionbudget")["spec"]["selector"]["matchLabels"] == labels
    assert manifest("networkpolicy")["spec"]["podSelector"]["matchLabels"] == labels
    others = {"kustomization.yaml", "secret.example.yaml", "policy.yml"}
    assert {*kustomization["resources"], *others} == {file.name for file in KUBERNETES.iterdir()}
    (container,) = pod()["containers"]
    assert [image["name"] for image in kustomization["images"]] == [container["image"]]
    assert container["envFrom"] == [{"secretRef": {"name": manifest("secret.example")["metadata"]["name"]}}]
    (policy,) = kustomization["configMapGenerator"]
    mount = next(one for one in container["volumeMounts"] if one["name"] == "policy")
    told = {one["name"]: one["value"] for one in container["env"]}
    assert told["MUSTER_POLICY"] == f"{mount['mountPath']}/{policy['files'][0]}"
    assert {"name": "policy", "configMap": {"name": policy["name"]}} in pod()["volumes"]


def test_of_two_replicas_one_always_stays_and_none_may_do_more_than_it_needs() -> None:
    spec = manifest("deployment")["spec"]
    assert (spec["replicas"], spec["strategy"]["rollingUpdate"]["maxUnavailable"]) == (2, 0)
    assert manifest("poddisruptionbudget")["spec"]["minAvailable"] == 1
    assert pod()["terminationGracePeriodSeconds"] > STOPS_WITHIN
    assert pod()["automountServiceAccountToken"] is False
    assert (pod()["securityContext"]["runAsNonRoot"], pod()["securityContext"]["runAsUser"]) == (True, NOBODY)
    allowed = pod()["containers"][0]["securityContext"]
    assert (allowed["readOnlyRootFilesystem"], allowed["allowPrivilegeEscalation"]) == (True, False)
    assert allowed["capabilities"] == {"drop": ["ALL"]}


def test_kubectl_reads_the_manifests() -> None:
    if kubectl := shutil.which("kubectl"):
        read_by = subprocess.run([kubectl, "kustomize", str(KUBERNETES)], capture_output=True, text=True, check=True)
        made = list(yaml.safe_load_all(read_by.stdout))
        expected = ["ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service"]
        assert sorted(one["kind"] for one in made) == expected
        assert f"image: muster:{VERSION}" in read_by.stdout


def test_the_unit_is_not_started_again_in_vain_and_may_write_its_state_alone(tmp_path: Path) -> None:
    text = read(DEPLOY / "muster.service")
    told = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert int(told["RestartPreventExitStatus"]) == WRONG
    assert int(told["TimeoutStopSec"]) > STOPS_WITHIN
    assert told["WorkingDirectory"] == f"/var/lib/{told['StateDirectory']}"
    assert (told["ProtectSystem"], told["NoNewPrivileges"], told["CapabilityBoundingSet"]) == ("strict", "yes", "")
    if analyze := shutil.which("systemd-analyze"):
        unit = tmp_path / "muster.service"
        unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text), encoding="utf-8")
        verified = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
        assert (verified.returncode, verified.stderr) == (0, "")
