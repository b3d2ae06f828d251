"""The files that belong to the project, without what builds, tests and editors leave beside them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "bot", "docs", "runbooks", "tests")
NOT_OURS = {".env", ".git"}
"""In a worktree of git `.git` is a file, which names a folder of this machine."""
LEFT_BEHIND = (".pyc", ".db", ".db-wal", ".db-shm", ".db.lock", ".log")


def project_files() -> Iterator[Path]:
    """Every file of the project, folder by folder."""
    yield from (file for file in sorted(ROOT.iterdir()) if file.is_file() and _is_ours(file))
    for folder in FOLDERS:
        yield from (file for file in sorted((ROOT / folder).rglob("*")) if file.is_file() and _is_ours(file))


def _is_ours(file: Path) -> bool:
    return file.name not in NOT_OURS and not file.name.endswith(LEFT_BEHIND) and "__pycache__" not in file.parts


def named(file: Path) -> str:
    """The file as one would write it: from the top of the project."""
    return file.relative_to(ROOT).as_posix()
