"""What the terminal shows of a replay."""

import re
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.demo.story import Story, StoryEvent
from bot.demo.truth import Finding

LEFT = 24
"""Columns taken by the time and the name."""


class View:
    """Prints a replay line by line as it happens."""

    def __init__(self, console: Console, story: Story, names: dict[str, str]) -> None:
        self._console = console
        self._story = story
        self._names = names

    def opening(self) -> None:
        source = self._story.source
        self._console.print(f"[bold]{escape(self._story.title)}[/bold]")
        self._console.print(f"Retold after: {escape(source.publisher)}, {escape(source.title)} ({source.year})\n")

    def event(self, at: datetime, event: StoryEvent) -> None:
        """What a person does."""
        match event.do:
            case "declare":
                text, style = f"/incident declare {event.text}", "bold cyan"
            case "command":
                text, style = f"/incident {event.text}", "cyan"
            case "say":
                file = f" [file {event.file.name}]" if event.file else ""
                text, style = f"{'↳ ' if event.thread_of else ''}{event.text}{file}", "default"
            case "edit":
                text, style = f"(edits) {event.text}", "dim"
            case "delete":
                text, style = "(deletes a message)", "dim"
            case _:
                text, style = f"(reacts with :{event.react.emoji if event.react else ''}:)", "dim"
        self._line(at, f"{event.by:>6}", text, style)

    def answer(self, text: str) -> None:
        """What the bot answers to one person only."""
        self._console.print(f"{'':11} {'':>6}   [dim]⤷ {escape(self._short(text))}[/dim]", highlight=False)

    def bot_said(self, at: datetime, text: str) -> None:
        """What the bot says in the channel."""
        self._line(at, "Muster", text, "green")

    def _line(self, at: datetime, who: str, text: str, style: str) -> None:
        day = (at.date() - self._story.starts_at.date()).days
        clock = f"{f'+{day}d' if day else '':>3}{at:%H:%M:%S}"
        self._console.print(
            f"[dim]{clock}[/dim] [bold]{who}[/bold]  [{style}]{escape(self._short(text))}[/]", highlight=False
        )

    def _short(self, text: str) -> str:
        readable = re.sub(r"<@(\w+)(?:\|[^>]*)?>", lambda found: f"@{self._names.get(found[1], found[1])}", text)
        readable = re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", readable)
        readable = re.sub(r"<#\w+\|([^>]*)>", r"#\1", readable)
        readable = " ".join(readable.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())
        room = max(40, self._console.width - LEFT)
        return readable if len(readable) <= room else readable[: room - 1] + "…"

    def summary(self, rows: Sequence[tuple[str, str]]) -> None:
        table = Table(title="The incident in figures", title_justify="left", show_header=False)
        for name, value in rows:
            table.add_row(name, value)
        self._console.print()
        self._console.print(table)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Whether the review tells what happened; only what does not hold is spelt out."""
        failed = [one for one in findings if not one.holds]
        held = len(findings) - len(failed)
        self._console.print(f"\nThe review was held against the public record: {held} of {len(findings)} claims hold.")
        for one in failed:
            self._console.print(f"[red]✗ {escape(one.claim)}[/red] – found: {escape(one.found[:300])}", highlight=False)

    def closing(self, lines: Sequence[str]) -> None:
        self._console.print()
        for line in lines:
            self._console.print(escape(line), highlight=False)
