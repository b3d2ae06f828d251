"""No file needs itself by way of others, not even for its types."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "bot").rglob("*.py"))
}


def needed_by(module: str) -> Iterator[str]:
    """The modules of ours that it imports, wherever in the file: below TYPE_CHECKING and in functions too."""
    for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name in SOURCES)
            case ast.ImportFrom(module=str(origin), names=names) if origin in SOURCES:
                inner = {name.name: f"{origin}.{name.name}" for name in names}
                yield from (path if path in SOURCES else origin for path in inner.values())


@pytest.mark.parametrize("package", sorted({".".join(name.split(".")[:2]) for name in SOURCES if "." in name}))
def test_no_file_needs_itself_by_way_of_others(package: str) -> None:
    modules = [name for name in SOURCES if f"{name}.".startswith(f"{package}.")]
    needs = {name: {other for other in needed_by(name) if other in modules and other != name} for name in modules}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        pytest.fail(" needs ".join(reversed(error.args[1])))
