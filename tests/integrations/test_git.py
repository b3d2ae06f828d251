"""Reviews in a folder: whole files, committed alone, and again changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config.settings import SECRETS
from bot.integrations.git import Folder, NotWritten

TOKENS = (*SECRETS, "PAGERDUTY_TOKEN", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


async def test_a_review_is_committed_alone(repository: Path) -> None:
    (repository / "draft.txt").write_text("somebody else's work")
    git(repository, "add", "draft.txt")
    await Folder(repository / "reviews").keep("INC-1.md", "# INC-1\n", "Review of INC-1")
    assert git(repository, "log", "--format=%an %s") == "Muster Review of INC-1\n"
    assert git(repository, "show", "--name-only", "--format=") == "reviews/INC-1.md\n"
    assert git(repository, "status", "--porcelain") == "A  draft.txt\n"


async def test_the_same_again_is_no_second_commit_and_a_change_is(repository: Path) -> None:
    folder = Folder(repository)
    for text in ("# INC-1\n", "# INC-1\n", "# INC-1, corrected\n"):
        await folder.keep("INC-1.md", text, "Review of INC-1")
    assert git(repository, "log", "--format=%s").splitlines() == ["Review of INC-1", "Review of INC-1"]
    assert (repository / "INC-1.md").read_text() == "# INC-1, corrected\n"


async def test_a_folder_that_is_no_repository_just_gets_the_file(tmp_path: Path) -> None:
    await Folder(tmp_path / "reviews").keep("INC-1.md", "# INC-1\n", "Review of INC-1")
    assert [one.name for one in (tmp_path / "reviews").iterdir()] == ["INC-1.md"]


async def test_a_commit_that_is_refused_says_why(repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(NotWritten, match="git commit failed: not today"):
        await Folder(repository).keep("INC-1.md", "# INC-1\n", "Review of INC-1")


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "reviews").write_text("a file is in the way")
    with pytest.raises(NotWritten, match=r"INC-1\.md could not be written"):
        await Folder(tmp_path / "reviews").keep("INC-1.md", "# INC-1\n", "Review of INC-1")


async def test_hooks_see_no_token(repository: Path) -> None:
    """Hooks are how a repository is pushed, and belong to whoever may configure it."""
    hook = repository / ".git" / "hooks" / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nenv > seen.txt\n")
    hook.chmod(0o755)
    asked = "import asyncio; from pathlib import Path; from bot.integrations.git import Folder; "
    given = {**os.environ, "SSH_AUTH_SOCK": "/tmp/agent", **dict.fromkeys(TOKENS, "xoxb-of-ours")}
    keep = f"{asked}asyncio.run(Folder(Path({str(repository)!r})).keep('INC-1.md', '# INC-1', 'Review'))"
    subprocess.run((sys.executable, "-c", keep), env=given, check=True)
    seen = (repository / "seen.txt").read_text()
    assert "xoxb-of-ours" not in seen
    assert {"PATH", "HOME", "SSH_AUTH_SOCK", "GIT_TERMINAL_PROMPT"} <= {
        line.partition("=")[0] for line in seen.splitlines()
    }
