"""What no file may hold, and what the set-up promises."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT, named, project_files

LARGEST = 512 * 1024
"""Bytes."""
PICTURES = {".png", ".svg", ".woff2", ".ttf"}
REGISTRIES = re.compile(r"(?<![\w.])((test\.)?pypi|(registry\.)?npmjs|crates)\.(org|io|com)\b|python[h]osted")
SOMEBODYS_MACHINE = re.compile(r"(?<![\w.])/(work|home/\w+|Users/\w+)/")
PATCHING = re.compile(r"\b(unittest[.]mock|unittest import [m]ock|Magic[M]ock|monkey[p]atch|[m]ocker)\b")
VAGUE = re.compile(r"^\s*class (\w*(?:Manager|Helper|Utils?|Handler)|\w+Service)\b", re.MULTILINE)
TARGETS = {"help", "setup", "demo", "test", "check", "bench", "chaos", "fuzz", "run", "format"}


def lines_with(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    """Where a pattern stands, as `file:line`, in files with one of the suffixes, or in all."""
    return [
        f"{named(file)}:{number}"
        for file in project_files()
        if file.suffix not in PICTURES and (not suffixes or file.suffix in suffixes)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRIES) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert lines_with(SOMEBODYS_MACHINE) == []


def test_nothing_is_patched() -> None:
    assert lines_with(PATCHING, ".py") == []


def test_classes_are_named_by_what_they_are() -> None:
    assert lines_with(VAGUE, ".py") == []


def test_files_are_small_and_hold_text() -> None:
    too_large = [named(file) for file in project_files() if file.stat().st_size > LARGEST]
    binary = [named(file) for file in project_files() if file.suffix not in PICTURES and b"\0" in file.read_bytes()]
    assert (too_large, binary) == ([], [])


def test_every_file_has_something_in_it() -> None:
    assert [named(file) for file in project_files() if file.name != "__init__.py" and not file.stat().st_size] == []


def test_constraints_are_bare_names_and_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", line)] == []
    assert lines == sorted(set(lines))


def test_every_dependency_is_constrained_to_a_version_it_allows() -> None:
    constraints = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    wanted = [Requirement(one) for one in stated if not one.startswith(project["name"])]
    assert [
        str(one)
        for one in wanted
        if not one.specifier.contains(constraints.get(canonicalize_name(one.name), "0"), prereleases=True)
    ] == []


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z]+):.* ## \S", makefile, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_shows_the_two_commands(command: str) -> None:
    assert re.search(rf"^{command}\b", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
