"""The wheel holds all that Muster needs at run time, and finds it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT

LOOK = """
from pathlib import Path
from bot.config import runbooks
from bot.demo.story import read, shipped as stories
from bot.config.policy_loading import load
from bot.config.shipped import shipped
print(Path(shipped("manifest.yml")).read_text(encoding="utf-8").count("/incident"))
print(*sorted(one.slug for one in runbooks.load(shipped("runbooks"))))
print(len([read(name).title for name in stories()]))
print(load(None).categories[0])
print(shipped("runbooks"))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as it would lie in site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


def test_the_wheel_ships_runbooks_manifest_policy_stories_and_licence(unpacked: Path) -> None:
    def names(pattern: str) -> set[str]:
        return {file.name for file in unpacked.glob(pattern)}

    assert names("bot/_shipped/runbooks/*.md") == {file.name for file in (ROOT / "runbooks").glob("*.md")}
    assert names("bot/demo/stories/*.yaml") == {file.name for file in (ROOT / "bot/demo/stories").glob("*.yaml")}
    assert names("bot/_shipped/*.yml") | names("bot/config/*.yml") == {"manifest.yml", "policy.yml"}
    assert names("*.dist-info/licenses/*") == {"LICENSE"}


def test_the_wheel_ships_every_module_and_data_file_of_the_package(unpacked: Path) -> None:
    ours = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "bot").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    theirs = {file.relative_to(unpacked).as_posix() for file in unpacked.glob("bot/**/*") if file.is_file()}
    assert ours - theirs == set()


def test_the_tests_stay_out_of_the_wheel(unpacked: Path) -> None:
    assert {entry.name.partition("-")[0] for entry in unpacked.iterdir()} == {"bot", "muster_bot"}


def test_an_installed_muster_finds_what_was_shipped_with_it(unpacked: Path, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked)}
    said = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert said[0] == "1"
    assert "database-data-loss" in said[1].split()
    assert said[2] == "5"
    assert said[3] == "outage"
    assert Path(said[4]) == unpacked / "bot" / "_shipped" / "runbooks"
