"""What the terminal shows of a replay: all that was said, at any width, once, and without marks."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from bot.demo.story import StoryEvent, read
from bot.demo.view import View

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
STORY = read("cloudflare-2019-07-02-waf").model_copy(update={"starts_at": NOON})
LONG = "one payment in five fails, and " * 12 + "https://dashboards.example/" + "x" * 120 + " shows it since noon"


class Terminal:
    """A view, and what stands on it."""

    def __init__(self, width: int = 80) -> None:
        self._file = io.StringIO()
        self.view = View(Console(file=self._file, width=width), STORY, {"U1": "dana", "U2": "bo"})

    @property
    def lines(self) -> list[str]:
        return self._file.getvalue().splitlines()

    @property
    def words(self) -> str:
        return " ".join(self._file.getvalue().split())


def event(do: str, text: str = "", **more: object) -> StoryEvent:
    return StoryEvent.model_validate({"at": "+0m", "by": "dana", "do": do, "text": text, **more})


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_what_is_said_is_wrapped_and_never_cut(width: int) -> None:
    terminal = Terminal(width)
    terminal.view.event(NOON, event("say", LONG))
    assert max(len(line) for line in terminal.lines) <= width
    assert all(line == line.rstrip() for line in terminal.lines)
    assert "".join(LONG.split()) in terminal.words.replace(" ", "")
    assert {line[:16] for line in terminal.lines[1:]} == {" " * 16}


def test_a_list_and_a_block_of_code_keep_their_lines() -> None:
    terminal = Terminal(60)
    terminal.view.event(
        NOON, event("say", "Factors:\n- a rule that " + "backtracks " * 6 + "\n```\n  91 % pcre\n\n```")
    )
    assert [line[16:] for line in terminal.lines] == [
        "Factors:",
        "- a rule that backtracks backtracks",
        "  backtracks backtracks backtracks",
        "  backtracks",
        "  91 % pcre",
        "",
    ]
    assert terminal.lines[-1] == ""


def test_marks_are_read() -> None:
    terminal = Terminal(200)
    said = (
        "*INC-1* <!date^1772625600^{time}|12:00 UTC>: <@U2|bo> in <#C1|shop>, `.*=` &amp; <https://a.example|the page>"
        " :white_check_mark: _now_ at 10.0.0.1:443:"
    )
    terminal.view.bot_said(NOON, said, is_reply=False)
    assert terminal.lines == ["12:00:00 Muster INC-1 12:00 UTC: @bo in #shop, .*= & the page ✅ now at 10.0.0.1:443:"]


def test_what_was_just_typed_is_not_said_again() -> None:
    terminal = Terminal(120)
    terminal.view.event(NOON, event("command", "update Conditions: one in five fails. Needs: none. next:15m"))
    terminal.view.bot_said(
        NOON, "Update by <@U1>:\n*Conditions:* one in five fails.\n*Needs:* none.\nNext by 12:15.", is_reply=True
    )
    assert terminal.lines == [
        "12:00:00   dana /incident update Conditions: one in five fails. Needs: none. next:15m",
        "         Muster ↳ Update by @dana:",
        "                […]",
        "                Next by 12:15.",
    ]


def test_a_new_day_is_said_and_reactions_are_pictures_or_words() -> None:
    terminal = Terminal()
    terminal.view.event(NOON, event("react", react={"to": "x", "emoji": "face_palm"}))
    terminal.view.event(NOON + timedelta(days=1), event("react", react={"to": "x", "emoji": "our_own"}))
    assert terminal.lines == [
        "12:00:00   dana (reacts with 🤦)",
        "",
        "Thursday 5 March 2026",
        "12:00:00   dana (reacts with our own)",
    ]


def test_what_is_typed_stands_out_on_every_line() -> None:
    file = io.StringIO()
    view = View(Console(file=file, width=60, force_terminal=True, color_system="standard"), STORY, {})
    view.event(NOON, event("command", "update " + "still down, " * 12))
    assert all("\x1b[36m" in line for line in file.getvalue().splitlines())


def test_only_the_arrow_of_a_reply_is_dim() -> None:
    file = io.StringIO()
    view = View(Console(file=file, width=60, force_terminal=True, color_system="standard"), STORY, {})
    view.event(NOON, event("say", "Go.", thread_of="x"))
    assert file.getvalue().endswith("\x1b[2m↳ \x1b[0mGo.\n")


def test_brackets_that_look_like_styles_are_text() -> None:
    terminal = Terminal()
    terminal.view.event(NOON, event("say", "[bold]not bold[/bold] libpcre [.] match"))
    assert re.search(r"\[bold\]not bold\[/bold\] libpcre \[\.\] match$", terminal.lines[0])
