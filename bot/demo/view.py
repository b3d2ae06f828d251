"""What the terminal shows of a replay."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from difflib import SequenceMatcher

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.demo.mrkdwn import emoji, read
from bot.demo.story import Story, StoryEvent
from bot.demo.truth import Finding

CLOCK, NAME = 8, 6
"""Columns of the time and of who speaks."""
WIDEST = 120
"""Columns of a whole line; longer ones are hard to read."""
AGAIN = 4
"""So many words in a row that were just typed are not shown a second time."""
WORD = re.compile(r"\S+")
MARK = re.compile(r"^(?:[-•↳⤷] )?")
"""What a line begins with that is no part of its first word."""


class View:
    """Prints a replay line by line as it happens."""

    def __init__(self, console: Console, story: Story, handles: dict[str, str]) -> None:
        """`handles`: what people are called, by their Slack ids."""
        self._console = console
        self._story = story
        self._handles = handles
        self._width = min(console.width, WIDEST)
        self._day: date = story.starts_at.date()
        self._clock = ""
        self._typed = ""

    def opening(self) -> None:
        source = self._story.source
        self._console.print(f"[bold]{escape(self._story.title)}[/bold]", highlight=False)
        self._console.print(
            escape(f"Retold after: {source.publisher}, {source.title} ({source.year})"), highlight=False, end="\n\n"
        )

    def event(self, at: datetime, event: StoryEvent) -> None:
        """What a person does."""
        match event.do:
            case "declare":
                self._command(at, event.by, f"declare {event.text}", "bold cyan")
            case "command":
                self._command(at, event.by, event.text, "cyan")
            case "say":
                file = f" [file {event.file.name}]" if event.file else ""
                said = read(event.text, self._handles).append(file, style="dim")
                self._line(at, event.by, _reply(said) if event.thread_of else said)
            case "edit":
                self._line(at, event.by, Text.assemble(("(edits) ", "dim"), read(event.text, self._handles)))
            case "delete":
                self._line(at, event.by, Text("(deletes a message)", "dim"))
            case _:
                shown = emoji(event.react.emoji) if event.react else ""
                self._line(at, event.by, Text(f"(reacts with {shown})", "dim"))

    def _command(self, at: datetime, by: str, text: str, style: str) -> None:
        self._typed = text
        self._line(at, by, Text(f"/incident {text}"), style)

    def refused(self, at: datetime, text: str) -> None:
        """What the bot answers to one person only, where it is a refusal. Other answers say what is seen anyway."""
        self._line(at, "", Text.assemble("⤷ ", read(text, self._handles)), "yellow")

    def bot_said(self, at: datetime, text: str, is_reply: bool) -> None:
        """What the bot says in the channel, or in a thread; what was just typed is not shown again."""
        said = _without(read(text, self._handles), self._typed)
        self._line(at, "Muster", _reply(said) if is_reply else said, "green")

    def _line(self, at: datetime, who: str, text: Text, style: str = "") -> None:
        """The time stands beside the first of several lines at once; a new day has a line of its own."""
        if at.date() != self._day:
            self._day, self._clock = at.date(), ""
            self._console.print(f"\n[dim]{at:%A} {at.day} {at:%B %Y}[/dim]", highlight=False)
        clock = f"{at:%H:%M:%S}"
        text.stylize_before(style)
        front = Text.assemble(("" if clock == self._clock else clock).ljust(CLOCK), f" {who:>{NAME}} ")
        front.stylize("dim", 0, CLOCK)
        front.stylize("bold", CLOCK)
        for line in self._wrapped(text):
            whole = front + line
            whole.rstrip()
            self._console.print(whole, highlight=False, soft_wrap=True)
            front = Text(" " * len(front))
        self._clock = clock

    def _wrapped(self, text: Text) -> Iterator[Text]:
        """The lines of a text; what goes on from a list's item or a reply stands beneath its first word."""
        for paragraph in text.split("\n", allow_blank=True):
            mark = len(MARK.findall(paragraph.plain)[0])
            room = self._width - CLOCK - NAME - 2 - mark
            for number, line in enumerate(paragraph[mark:].wrap(self._console, room, overflow="fold")):
                line.rstrip()
                yield (Text(" " * mark) if number else paragraph[:mark]) + line

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


def _reply(said: Text) -> Text:
    return Text.assemble(("↳ ", "dim"), said)


def _without(said: Text, typed: str) -> Text:
    """The text with […] for what repeats the words that were typed."""
    words = list(WORD.finditer(said.plain))
    wanted = list(_compared(typed))
    match = SequenceMatcher(None, list(_compared(said.plain)), wanted, autojunk=False).find_longest_match()
    if match.size < AGAIN:
        return said
    first, last = words[match.a], words[match.a + match.size - 1]
    return said[: first.start()] + "[…]" + said[last.end() :]


def _compared(text: str) -> Iterator[str]:
    """The words of a text, without what marks and sentences put around them."""
    return (word.strip(".,;:“”\"'()`*_").casefold() for word in WORD.findall(text))
