"""The command line: as people start it, in processes of its own; what it refuses at once, in forked ones."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.muster import muster


def started(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        check=False,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_lists_every_command(tmp_path: Path) -> None:
    shown = started("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for name in (
        "init",
        "manifest",
        "run",
        "demo",
        "sandbox",
        "migrate",
        "doctor",
        "rebuild",
        "backup",
        "outbox",
        "review",
        "export",
    ):
        assert f"  {name} " in shown.stdout


def test_run_lists_every_problem_at_once_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text("priorites: {}\nchannels: {prefix: INC!}\n", encoding="utf-8")
    refused = started("run", cwd=tmp_path, SLACK_BOT_TOKEN="xapp-secret", MUSTER_POLICY="policy.yml")
    assert refused.returncode == 2
    assert refused.stdout == ""
    for words in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "policy.yml:1", "`priorities`", "policy.yml:2"):
        assert words in refused.stderr
    assert "xapp-secret" not in refused.stderr


def test_migrate_makes_the_tables_and_the_other_commands_say_what_is_missing(tmp_path: Path) -> None:
    assert started("migrate", cwd=tmp_path).returncode == 0
    assert (tmp_path / "muster.db").exists()
    for arguments in (["outbox", "list"], ["review", "INC-1"], ["export", "incidents"], ["rebuild"]):
        refused = muster(*arguments, cwd=tmp_path)
        assert refused.returncode == 1
        assert "start the bot once" in refused.stderr


@pytest.mark.parametrize("arguments", [["nosuch"], ["review"], ["review", "INC-1", "--format", "doc"], ["export", "x"]])
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert muster(*arguments, cwd=tmp_path).returncode == 2


def test_a_word_that_is_no_reference_is_wrong_usage(tmp_path: Path) -> None:
    refused = muster("review", "42x", cwd=tmp_path)
    assert refused.returncode == 2
    assert "INC-42" in refused.stderr


NOT_LOADED = (
    "requests",
    "charset_normalizer",
    "urllib3",
    "pygments",
    "rich",
    "sqlalchemy.orm",
    "mcp",
    "weasyprint",
    "alembic",
    "psycopg",
    "apprise",
    "opentelemetry",
    "rfc3161_client",
    "cryptography",
)
"""Each takes megabytes of an idle bot's memory; only PostgreSQL, a migration, one format or one door needs it."""


def test_the_bot_holds_nothing_in_memory_that_it_may_never_need(tmp_path: Path) -> None:
    """What it looks for secrets with works all the same. Who needs `requests`, `rich` or the ORM afterwards has it."""
    lines = (
        "import json, sys",
        "from bot.cli import load_bot",
        "load_bot()",
        "from bot.review import load_patterns, without_secrets",
        "load_patterns()",
        "clean = without_secrets('it was xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx')[0]",
        "print(json.dumps([clean, sorted(sys.modules)]))",
        "import requests, rich.console, sqlalchemy.orm",
        "from sqlalchemy.ext.asyncio.session import AsyncSession",
        "assert requests.get and rich.console.Console and AsyncSession.begin",
    )
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], check=True, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    clean, loaded = json.loads(ended.stdout)
    assert clean == "it was [redacted]"
    assert [name for name in NOT_LOADED if name in loaded] == []
    assert "sqlalchemy.dialects.postgresql" not in loaded


def test_the_sandbox_prints_where_to_point_an_app_and_ends_politely(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "bot", "sandbox"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        while (line := process.stdout.readline().strip()) != "ready":
            assert line, "it ended before it was ready"
            lines.append(line)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    names = [line.partition("=")[0] for line in lines]
    assert names == ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SANDBOX_URL"]


def test_the_sandbox_refuses_a_bad_seed(tmp_path: Path) -> None:
    (tmp_path / "seed.yml").write_text("channels: {general: {members: [nobody]}}\n", encoding="utf-8")
    refused = muster("sandbox", "--seed", "seed.yml", cwd=tmp_path)
    assert refused.returncode == 2
    assert "nobody" in refused.stderr


def test_doctor_answers_in_json_too(tmp_path: Path) -> None:
    shown = muster("doctor", "--json", cwd=tmp_path)
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["findings"][0]["code"] == "settings"
