"""`muster init`: by asking, from an empty folder to a Muster with which `muster doctor` finds nothing wrong.

Secrets are typed unseen, or come from the environment; what is there already is replaced only where somebody said so.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import yaml

from bot.config.policy_words import channel_name
from bot.config.settings import what_is_wrong
from bot.operator.commands import WRONG, NotPossible, say, write_out
from bot.operator.tokens import PERSON
from bot.operator.zone import local_zone
from bot.slack.manifest import build_manifest, link_to_create

T = TypeVar("T")
ENV_FILE, POLICY_FILE = Path(".env"), Path("policy.yml")
TAKEN_OVER = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "MUSTER_DATABASE_URL",
    "MUSTER_PUBLIC_URL",
)
"""What is written into `.env` and not asked for where the environment has it."""
ENV_HEAD = "# Muster's settings. There are secrets in it: keep it to yourself, and out of version control.\n"
POLICY_HEAD = """\
# Your policy. It is laid over the one that comes with Muster, so what stands here is all that differs.
# After a change: `muster doctor`, which names every mistake with its line, then restart Muster.
"""
POLICY_OF_NOBODY = """\
# Nobody is on call yet: whoever declares an incident is asked to command it. For example:
# default_schedule: main
# schedules:
#   main: {rotation: weekly, start: 2026-01-05, handover: "mon 09:00", members: [U0123, U0456]}
"""
NO_TOKENS = "Set SLACK_BOT_TOKEN and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET in the environment."
NO_ONE_TO_ASK = f"Nobody can be asked here; use --no-input. {NO_TOKENS}"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the command line said; None where somebody is to be asked, or the default counts."""

    zone: str | None = None
    broadcast: str | None = None
    """The channel's name; empty for none."""
    on_call: tuple[str, ...] | None = None
    asks: bool = True
    replaces: bool = False
    """Whether files that are there may be written anew."""


def init(answers: Answers, environ: Mapping[str, str]) -> None:
    """Write `.env` and `policy.yml` into the working directory. Raises NotPossible."""
    if answers.asks and not sys.stdin.isatty():
        raise NotPossible(WRONG, NO_ONE_TO_ASK)
    writes_env, writes_policy = (_may_write(file, answers) for file in (ENV_FILE, POLICY_FILE))
    try:
        if writes_env:
            write_out(env_text(settings_from(environ, asks=answers.asks)), ENV_FILE)
        if writes_policy:
            POLICY_FILE.write_text(_policy(answers), encoding="utf-8")
            say(f"Written to {POLICY_FILE}")
    except OSError as error:
        raise NotPossible(WRONG, f"{error.filename} could not be written: {error.strerror}.") from None
    if answers.asks:
        say("\nIn Slack, invite Muster to the channel where its cards are to stand: `/invite @Muster`.")
        click.prompt("Enter when that is done", default="", show_default=False, err=True)


def _may_write(file: Path, answers: Answers) -> bool:
    """Whether a file is new, or may be replaced. Raises NotPossible where nobody can be asked."""
    if not file.exists() or answers.replaces:
        return True
    if not answers.asks:
        text = f"{file} is there already and was left as it is. --replace writes it anew."
        raise NotPossible(WRONG, text)
    return click.confirm(f"{file} is there already. Replace it?", default=False, err=True)


def env_text(settings: Mapping[str, str]) -> str:
    """The settings as a `.env` file."""
    return ENV_HEAD + "".join(f"{name}={value}\n" for name, value in {**settings, "MUSTER_POLICY": POLICY_FILE}.items())


def settings_from(environ: Mapping[str, str], *, asks: bool) -> dict[str, str]:
    """What is to stand in `.env`, from the environment and from whoever is asked. Raises NotPossible."""
    given = {name: environ[name] for name in TAKEN_OVER if environ.get(name)}
    if wrong := [problem for name, value in given.items() if (problem := what_is_wrong(name, value))]:
        raise NotPossible(WRONG, "\n".join(wrong))
    is_by_http = "SLACK_SIGNING_SECRET" in given and "SLACK_APP_TOKEN" not in given
    is_socket = "SLACK_APP_TOKEN" in given
    if not asks:
        if "SLACK_BOT_TOKEN" not in given or not (is_socket or is_by_http):
            raise NotPossible(WRONG, NO_TOKENS)
        return given
    if not is_socket and not is_by_http:
        is_by_http = _asked_for_http()
    if is_by_http and "MUSTER_PUBLIC_URL" not in given:
        given["MUSTER_PUBLIC_URL"] = _asked("MUSTER_PUBLIC_URL", "Your address, such as https://muster.example")
    if "SLACK_BOT_TOKEN" not in given:
        _show_the_app(given["MUSTER_PUBLIC_URL"].rstrip("/") + "/slack/events" if is_by_http else None)
        place = "“OAuth & Permissions”, “Bot User OAuth Token”"
        given["SLACK_BOT_TOKEN"] = _asked("SLACK_BOT_TOKEN", f"Bot token, xoxb-…, from {place}", hidden=True)
    if is_by_http and "SLACK_SIGNING_SECRET" not in given:
        place = "“Basic Information”, “App Credentials”"
        given["SLACK_SIGNING_SECRET"] = _asked("SLACK_SIGNING_SECRET", f"Signing secret, from {place}", hidden=True)
    if not is_by_http and "SLACK_APP_TOKEN" not in given:
        say("On “Basic Information”, “App-Level Tokens”, generate a token with the scope connections:write.")
        given["SLACK_APP_TOKEN"] = _asked("SLACK_APP_TOKEN", "App-level token, xapp-…", hidden=True)
    return given


def _asked_for_http() -> bool:
    say("Slack reaches Muster in one of two ways:")
    say("  socket  by a connection that Muster opens; nothing of yours has to be reachable from outside")
    say("  http    by calling an address of yours, with https")
    return bool(click.prompt("Which", type=click.Choice(["socket", "http"]), default="socket", err=True) == "http")


def _show_the_app(request_url: str | None) -> None:
    """Lead to Slack's page that makes the app."""
    link = link_to_create(build_manifest(request_url=request_url))
    if click.confirm("\nHave you made Muster's app in Slack already?", default=False, err=True):
        return
    say("Slack makes it from a link that holds everything the app needs.")
    if not click.confirm("Open the link in a browser on this machine?", default=True, err=True) or click.launch(link):
        say(f"Open it where you are signed in to Slack:\n\n{link}\n")
    say("There, choose your workspace, “Next”, “Create”; then “Install App”, “Install to Workspace”, “Allow”.\n")


def _asked(variable: str, question: str, *, hidden: bool = False) -> str:
    """What somebody answers, once it can be used. Of what is hidden only the length is told, so that whoever pasted it
    sees that it came through."""
    while True:
        value = str(click.prompt(question, hide_input=hidden, err=True)).strip()
        if (problem := what_is_wrong(variable, value)) is None:
            if hidden:
                say(f"  Taken: {len(value)} characters.")
            return value
        say(f"  {problem}")


def _policy(answers: Answers) -> str:
    zone, broadcast, on_call = answers.zone, answers.broadcast, answers.on_call
    if answers.asks and zone is None:
        zone = _until_right("Your time zone", a_zone, str(local_zone()))
    if answers.asks and broadcast is None:
        question = "Channel for one card per incident (- for none)"
        broadcast = _until_right(question, a_channel, "incidents")
    if answers.asks and on_call is None:
        say("Who is on call? Slack ids, in the order of their weeks; Enter for nobody yet.")
        say("An id stands in a person's Slack profile: ⋮, “Copy member ID”.")
        on_call = _until_right("On call", people, "")
    today = datetime.now(local_zone()).date()
    return policy_text(zone or "UTC", "incidents" if broadcast is None else broadcast, on_call or (), today)


def _until_right(question: str, read: Callable[[str], T], default: str) -> T:
    """What somebody answers, read; asked again until it can be. The mistake is said by `click`."""
    found: T = click.prompt(question, default=default, show_default=bool(default), value_proc=read, err=True)
    return found


def policy_text(zone: str, broadcast: str, on_call: tuple[str, ...], today: date) -> str:
    """A policy of a few lines. The first of those on call has this week."""
    policy: dict[str, object] = {"timezone": zone, "channels": {"broadcast": broadcast or None}}
    if on_call:
        rotation = {"rotation": "weekly", "start": today - timedelta(days=today.weekday()), "handover": "mon 09:00"}
        policy |= {"default_schedule": "main", "schedules": {"main": {**rotation, "members": list(on_call)}}}
    written = yaml.safe_dump(policy, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)
    return POLICY_HEAD + written + ("" if on_call else POLICY_OF_NOBODY)


def a_zone(typed: str) -> str:
    """The name of a time zone. Raises click.BadParameter."""
    try:
        return str(ZoneInfo(typed.strip()))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"“{typed}” is no time zone. For example Europe/Madrid or UTC.") from None


def a_channel(typed: str) -> str:
    """The name of a channel without its #; empty for `-`. Raises click.BadParameter."""
    if typed.strip() == "-":
        return ""
    try:
        return channel_name(typed.strip())
    except ValueError:
        raise click.BadParameter(f"“{typed}” is no channel; write its name in lower case: incidents.") from None


def people(typed: str) -> tuple[str, ...]:
    """Slack ids, separated by commas or spaces, each once. Raises click.BadParameter."""
    found = tuple(dict.fromkeys(re.findall(r"[^\s,]+", typed)))
    for one in found:
        if not PERSON.fullmatch(one):
            raise click.BadParameter(f"“{one}” is no Slack id of a person. They look like U0123ABCD.")
    return found
