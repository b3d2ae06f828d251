"""`muster demo`: one story from declaration to review, held against what is publicly known."""

import asyncio
import json
import logging
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console

from bot.app import Bot, Started
from bot.config import policy_loading as policies
from bot.config import runbooks as runbook_files
from bot.config.settings import load
from bot.config.shipped import shipped
from bot.demo.clock import SteppedClock
from bot.demo.company import move_in, write_policy
from bot.demo.player import Player, StoryStalled
from bot.demo.story import Story, StoryError, read
from bot.demo.truth import Finding, Replay, check
from bot.demo.view import View
from bot.domain.telling import spell
from bot.operator.run import set_up_logging
from bot.review import RENDERERS, redact
from bot.sandbox import Sandbox
from bot.slack.manifest import build_manifest
from bot.workflows.compiling import compile_for

DONE, NO, WRONG = 0, 1, 2

GOING_ON = (
    "To go on: `muster demo --list` lists the stories; `--speed 600` plays one slowly.",
    "`muster demo --live` lets you play yourself, in the browser.",
    "`muster sandbox` runs the local Slack alone, for any app that speaks to Slack.",
    "`muster init` connects Muster to a real workspace, in five minutes.",
)


async def demo(name: str, out: Path | None, speed: float | None) -> int:
    """Replay a story; DONE only when everything its truth claims holds."""
    try:
        story = read(name)
    except StoryError as error:
        click.echo(str(error), err=True)
        return WRONG
    set_up_logging("console", logging.WARNING)
    folder = out or Path("muster-demo") / story.story
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="muster-demo-") as scratch:
        return await Replaying(story, folder, Path(scratch), Console(), speed).run()


class Replaying:
    """One replay, from an empty sandbox to the findings."""

    def __init__(self, story: Story, folder: Path, scratch: Path, console: Console, speed: float | None) -> None:
        self._story = story
        self._folder = folder
        self._scratch = scratch
        self._console = console
        self._speed = speed

    async def run(self) -> int:
        began = time.monotonic()
        clock = SteppedClock(self._story.starts_at)
        async with Sandbox(now=clock.now, manifest=build_manifest()) as sandbox:
            people = move_in(sandbox, self._story)
            bot = self._hire(sandbox, people, clock)
            view = View(self._console, self._story, {user: handle for handle, user in people.items()})
            view.opening()
            async with bot.running() as started:
                clock.on_step(started.wake)
                player = Player(self._story, sandbox, started, clock, view, self._speed)
                try:
                    await player.play()
                except StoryStalled as stalled:
                    click.echo(f"The replay stopped: {stalled}", err=True)
                    return NO
                findings, document = await self._write(started, player, people)
                posted = [file.name for file in sandbox.channel(player.channel).files]
        view.summary(figures(document))
        view.findings(findings)
        view.closing(
            (
                f"In the channel: {', '.join(name for name in posted if 'review' in name) or 'no review'}.",
                f"The review is in {self._folder.resolve()}: review.md, review.html, review.json.",
                f"Replayed in {time.monotonic() - began:.1f} s.",
                "",
                *GOING_ON,
            )
        )
        return DONE if all(one.holds for one in findings) else NO

    def _hire(self, sandbox: Sandbox, people: Mapping[str, str], clock: SteppedClock) -> Bot:
        """The real bot, with the company's policy, on a database of its own."""
        policy_file = self._scratch / "policy.yml"
        write_policy(self._story, dict(people), policy_file)
        settings = load(
            {
                **sandbox.environment(),
                "MUSTER_DATABASE_URL": f"sqlite:///{self._scratch / 'muster.db'}",
                "MUSTER_POLICY": str(policy_file),
                "MUSTER_HTTP_PORT": "0",
                "MUSTER_SLACK_PACE": "off",  # its Slack allows everything, and days pass in seconds
            },
            env_file=None,
        )
        return Bot(settings, policies.load(policy_file), runbook_files.load(shipped("runbooks")), clock.now)

    async def _write(
        self, bot: Started, player: Player, people: Mapping[str, str]
    ) -> tuple[list[Finding], Mapping[str, object]]:
        """The review in all its formats, and what holds of it."""
        incident = await player.incident()
        if incident is None:
            raise LookupError("the incident is gone")
        review = redact(await compile_for(bot.context, incident, bot.catching_up.heard_to(incident)))
        texts = {ending: render(review) for ending, render in RENDERERS.items()}
        for ending, text in texts.items():
            await asyncio.to_thread((self._folder / f"review.{ending}").write_text, text, encoding="utf-8")
        document = json.loads(texts["json"])
        handles = {user: handle for handle, user in people.items()}
        return check(self._story, Replay(document, tuple(texts.values()), handles, player.accepted)), document


def figures(document: Mapping[str, object]) -> list[tuple[str, str]]:
    """The figures of the summary table."""
    durations: Mapping[str, float | None] = document["durations"]  # type: ignore[assignment]
    updates: list[Mapping[str, object]] = document["updates"]  # type: ignore[assignment]
    on_time = sum(1 for one in updates if one["on_time"])
    spans = {
        "time to channel": durations["time_to_channel"],
        "time to acceptance": durations["time_to_acknowledge"],
        "time to mitigation": durations["time_to_mitigate"],
        "time to resolution": durations["time_to_resolve"],
        "time to closure": durations["time_to_close"],
    }
    return [
        *((name, "unknown" if span is None else spell(timedelta(seconds=span))) for name, span in spans.items()),
        ("updates on time", f"{on_time} of {len(updates)}"),
        ("follow-ups agreed", str(len(document["follow_ups"]))),  # type: ignore[arg-type]
    ]
