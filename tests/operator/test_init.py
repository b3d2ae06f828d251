"""`muster init` leads from an empty folder to a Muster with which the doctor finds nothing wrong."""

import asyncio
import os
import pty
import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import yaml
from click.testing import CliRunner

from bot.config.policy_loading import load as load_policy
from bot.config.settings import load
from bot.domain.oncall import primary_at
from bot.operator.init import TAKEN_OVER, a_channel, a_zone, env_text, people, policy_text, settings_from
from bot.sandbox import Sandbox
from bot.slack.manifest import build_manifest
from tests.muster import muster

TODAY = date(2026, 11, 26)  # a Thursday
SOCKET = {"SLACK_BOT_TOKEN": "xoxb-" + "1-of-ours", "SLACK_APP_TOKEN": "xapp-" + "1-of-ours"}


class Terminal:
    """Somebody at a terminal, with `muster` on it."""

    def __init__(self, *arguments: str, cwd: Path, **environment: str) -> None:
        ours, theirs = pty.openpty()
        self._ours = ours
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "TERM": "dumb", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def _read(self) -> str:
        try:
            return os.read(self._ours, 65536).decode(errors="replace")
        except OSError:  # Linux says that the other side is closed in this way
            return ""

    def answer(self, question: str, typed: str) -> None:
        """Wait for a question, then type."""
        begun = len(self.shown)
        while question not in self.shown[begun:]:
            part = self._read()
            assert part, f"it ended before it asked “{question}”: {self.shown}"
            self.shown += part
        os.write(self._ours, f"{typed}\n".encode())

    def end(self) -> int:
        while part := self._read():
            self.shown += part
        os.close(self._ours)
        return self.process.wait(30)


async def test_whoever_answers_the_questions_has_a_muster_that_needs_no_mending(tmp_path: Path) -> None:
    async with Sandbox(now=lambda: datetime(2026, 11, 26, 9, 0, tzinfo=UTC), manifest=build_manifest()) as sandbox:
        sandbox.add_channel("major", members=[sandbox.bot])
        dana = sandbox.add_person("dana")
        given = sandbox.environment()
        tokens = [given["SLACK_BOT_TOKEN"], given["SLACK_APP_TOKEN"]]

        def talk() -> tuple[int, str]:
            terminal = Terminal("init", cwd=tmp_path, SLACK_API_URL=given["SLACK_API_URL"])
            terminal.answer("Which", "socket")
            terminal.answer("already? [y/N]", "n")
            terminal.answer("in a browser", "n")
            terminal.answer("Bot token", tokens[1])
            terminal.answer("Bot token", tokens[0])
            terminal.answer("App-level token", tokens[1])
            terminal.answer("time zone", "Madrid")
            terminal.answer("time zone", "Europe/Madrid")
            terminal.answer("one card per incident", "#major")
            terminal.answer("On call", dana.id)
            terminal.answer("Enter when that is done", "")
            return terminal.end(), terminal.shown

        code, shown = await asyncio.to_thread(talk)
    assert code == 0, shown
    assert not [one for one in tokens if one in shown]
    assert "SLACK_BOT_TOKEN: is an app-level token (xapp-…); a bot token (xoxb-…) is needed." in shown
    assert "“Madrid” is no time zone" in shown
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    settings = load({"MUSTER_POLICY": str(tmp_path / "policy.yml")}, tmp_path / ".env")
    assert [
        settings.bot_token.get_secret_value(),
        settings.app_token and settings.app_token.get_secret_value(),
    ] == tokens
    policy = load_policy(tmp_path / "policy.yml")
    assert (str(policy.timezone), policy.channels.broadcast) == ("Europe/Madrid", "major")
    assert policy.schedules["main"].members == (dana.id,)
    (link,) = [line.strip() for line in shown.splitlines() if line.startswith("https://api.slack.com/apps")]
    assert yaml.safe_load(unquote(link.partition("manifest_yaml=")[2])) == build_manifest()


def test_a_script_is_asked_nothing_and_what_is_there_stays(tmp_path: Path) -> None:
    done = muster("init", "--no-input", "--no-check", "--on-call", "U1A,U2B", cwd=tmp_path, **SOCKET)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    before = (tmp_path / ".env").read_text(encoding="utf-8")
    again = muster("init", "--no-input", "--no-check", cwd=tmp_path, **{**SOCKET, "SLACK_APP_TOKEN": "xapp-other"})
    assert (again.returncode, "--replace" in again.stderr) == (2, True)
    assert (tmp_path / ".env").read_text(encoding="utf-8") == before
    replaced = muster(
        "init", "--no-input", "--no-check", "--replace", cwd=tmp_path, **{**SOCKET, "SLACK_APP_TOKEN": "xapp-o"}
    )
    assert replaced.returncode == 0
    assert "SLACK_APP_TOKEN=xapp-o\n" in (tmp_path / ".env").read_text(encoding="utf-8")
    assert "members" not in yaml.safe_load((tmp_path / "policy.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        ([], SOCKET, "Nobody can be asked here"),
        (["--no-input"], {}, "Set SLACK_BOT_TOKEN and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"),
        (["--no-input"], {**SOCKET, "SLACK_BOT_TOKEN": SOCKET["SLACK_APP_TOKEN"]}, "a bot token (xoxb-…) is needed"),
        (["--no-input", "--time-zone", "Madrid"], SOCKET, "no time zone"),
        (["--no-input", "--on-call", "@dana"], SOCKET, "no Slack id"),
        (["--no-input", "--broadcast", "The Incidents"], SOCKET, "no channel"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    arguments: list[str], environment: dict[str, str], words: str, tmp_path: Path
) -> None:
    refused = muster("init", *arguments, cwd=tmp_path, **environment)
    assert (refused.returncode, words in refused.stderr) == (2, True), refused.stderr
    assert not [secret for secret in environment.values() if secret in refused.stderr]
    assert list(tmp_path.iterdir()) == []


def test_for_http_an_address_and_the_signing_secret_are_asked_for_and_nothing_that_is_known() -> None:
    """`click` reads what is typed unseen from the same input here; that it is unseen is tested at a terminal."""
    secret = "0a" * 16
    typed = ["http", "http://muster.example", "https://muster.example/", "n", "n", secret, SOCKET["SLACK_BOT_TOKEN"]]
    with CliRunner().isolation(input="\n".join([*typed, SOCKET["SLACK_BOT_TOKEN"], secret])) as (_, shown, _):
        asked = settings_from({"MUSTER_DATABASE_URL": "sqlite:////var/m.db"}, asks=True)
        told = shown.getvalue().decode()
    assert asked == {
        "MUSTER_DATABASE_URL": "sqlite:////var/m.db",
        "MUSTER_PUBLIC_URL": "https://muster.example/",
        "SLACK_BOT_TOKEN": SOCKET["SLACK_BOT_TOKEN"],
        "SLACK_SIGNING_SECRET": secret,
    }
    assert "has to begin with https://" in told
    (link,) = [line for line in told.splitlines() if line.startswith("https://api.slack.com/apps")]
    made = yaml.safe_load(unquote(link.partition("manifest_yaml=")[2]))
    assert made == build_manifest(request_url="https://muster.example/slack/events")


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    values = [
        "xoxb-1",
        "xapp-1",
        "0a" * 16,
        "http://127.0.0.1:9/api/",
        "sqlite:////var/a#b/m.db",
        "https://muster.example",
    ]
    given = dict(zip(TAKEN_OVER, values, strict=True))
    (tmp_path / "policy.yml").write_text("{}", encoding="utf-8")
    (tmp_path / ".env").write_text(env_text(given), encoding="utf-8")
    settings = load({"MUSTER_POLICY": str(tmp_path / "policy.yml")}, tmp_path / ".env")
    assert settings.database_url == "sqlite+aiosqlite:////var/a#b/m.db"
    assert (settings.public_url, settings.policy) == ("https://muster.example", tmp_path / "policy.yml")
    assert settings.warnings == ()


@pytest.mark.parametrize("broadcast", ["incidents", "911", "on", "störungen", ""])
def test_the_policy_is_read_as_it_was_meant(broadcast: str, tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text(policy_text("UTC", a_channel(broadcast or "-"), (), TODAY), encoding="utf-8")
    policy = load_policy(tmp_path / "p.yml")
    assert (policy.channels.broadcast, dict(policy.schedules)) == (broadcast or None, {})


def test_the_first_of_those_on_call_has_this_week(tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text(policy_text("UTC", "incidents", people("U1A, U2B U1A"), TODAY), encoding="utf-8")
    policy = load_policy(tmp_path / "p.yml")
    schedule = policy.schedules[policy.default_schedule or ""]
    assert schedule.members == ("U1A", "U2B")
    assert primary_at(schedule, datetime(2026, 11, 26, 12, 0, tzinfo=UTC)) == "U1A"


@pytest.mark.parametrize(
    ("read", "typed"), [(a_zone, ""), (a_zone, "../UTC"), (a_channel, "a b"), (people, "U1 <@U2>")]
)
def test_what_is_no_answer_is_asked_for_again(read: object, typed: str) -> None:
    assert callable(read)
    with pytest.raises(click.BadParameter):
        read(typed)


def test_the_manifest_for_http_names_the_address(tmp_path: Path) -> None:
    shown = muster("manifest", "--public-url", "https://muster.example/", cwd=tmp_path)
    assert yaml.safe_load(shown.stdout) == build_manifest(request_url="https://muster.example/slack/events")
    assert muster("manifest", cwd=tmp_path).stdout == (Path(__file__).parents[2] / "manifest.yml").read_text("utf-8")
