"""Imports point one way, and the rules are pure."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOT = ROOT / "bot"

KNOWN_TO_BLOCKS = {"anyascii"}
"""A table of letters: no input, no output."""
CLOCKS = {"now", "utcnow", "today"}


def files_of(package: str) -> list[Path]:
    return sorted((BOT / package).rglob("*.py"))


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def foreign_to(package: str, known: set[str]) -> dict[str, set[str]]:
    """What a package imports beyond itself, the standard library and what it may know; by file."""
    found = {
        str(file.relative_to(ROOT)): {
            name
            for name in imported_by(file)
            if name.split(".")[0] not in sys.stdlib_module_names
            and not any(f"{name}.".startswith(f"{one}.") for one in {f"bot.{package}", *known})
        }
        for file in files_of(package)
    }
    return {file: names for file, names in found.items() if names}


def test_every_import_keeps_to_the_contracts() -> None:
    """In a process of its own: import-linter sets up logging and switches off every logger there is."""
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout


def test_decisions_are_recorded_in_one_place() -> None:
    """Where it is also said who is told: whoever recorded past it would tell nobody."""
    calls = {
        file.relative_to(BOT).as_posix()
        for file in sorted(BOT.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr.startswith("record") and ast.unparse(node.value) == "tx"
    }
    assert calls == {"workflows/context.py"}


def test_the_sdk_of_mcp_is_loaded_when_somebody_asks_and_not_before() -> None:
    """It takes half a second and 30 MB: no module has the one that imports it among its own imports."""
    at_once = {
        file.relative_to(BOT).as_posix()
        for file in sorted(BOT.rglob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("bot.web.mcp.serving", "mcp"))
    }
    assert at_once == {"web/mcp/serving.py"}


def test_the_domain_knows_the_standard_library_alone() -> None:
    assert foreign_to("domain", set()) == {}


def test_blocks_know_the_domain_and_the_standard_library_alone() -> None:
    assert foreign_to("blocks", {"bot.domain", *KNOWN_TO_BLOCKS}) == {}


def test_the_sandbox_knows_nothing_of_the_bot() -> None:
    known = {"aiohttp", "pydantic", "yaml", "bot.sandbox"}
    found = foreign_to("sandbox", known)
    assert found.pop("bot/sandbox/pytest.py") == {"pytest", "pytest_asyncio"}
    assert found == {}


@pytest.mark.parametrize("package", ["domain", "blocks", "review"])
def test_pure_code_waits_for_nothing_and_asks_no_clock(package: str) -> None:
    impure = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in files_of(package)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
        or (isinstance(node, ast.Attribute) and node.attr in CLOCKS)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print"})
    ]
    assert impure == []


NETWORK = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "slack_bolt",
    "slack_sdk",
    "smtplib",
    "urllib.request",
}
REACH_OUT = {
    *("bot/slack", "bot/jobs/oncall_sources.py"),  # Slack, and the calendars that the policy names
    # they answer, and ask nobody
    *(
        "bot/web/actions.py",
        "bot/web/alerts.py",
        "bot/web/api",
        "bot/web/budgets.py",
        "bot/web/dashboard.py",
        "bot/web/entrance.py",
        "bot/web/mcp",
        "bot/web/reviews.py",
        "bot/web/signing_in.py",
        "bot/web/status_page.py",
        "bot/web/trackers.py",
        "bot/web/trends.py",
        "bot/web/visiting.py",
    ),
    "bot/web/server.py",
    "bot/integrations/alerts/fetching.py",  # Amazon's certificates, where alerts of CloudWatch are switched on
    "bot/operator/asking.py",  # the Muster that MUSTER_URL names
    "bot/integrations/outgoing.py",  # the receivers of webhooks, and the engines, that the policy names
    "bot/integrations/mail.py",  # the mail server that the policy names
    *("bot/sandbox", "bot/demo"),  # this machine
}


def test_nothing_but_slack_and_calendars_is_reached_over_the_network() -> None:
    reaching = {
        file.relative_to(ROOT).as_posix()
        for file in files_of("")
        if any(name == one or name.startswith(f"{one}.") for name in imported_by(file) for one in NETWORK)
    }
    assert not [name for name in reaching if not any(name.startswith(allowed) for allowed in REACH_OUT)]
    asking = re.compile(r"\bClientSession\b|\burlopen\b|\bopen_connection\b|\bcreate_connection\b")
    web = [file.name for file in files_of("web") if asking.search(file.read_text(encoding="utf-8"))]
    assert web == []
