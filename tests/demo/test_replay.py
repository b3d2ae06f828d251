"""Every shipped story, replayed through the local Slack by the real bot."""

import json
import os
import re
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.replay import DONE, NO, Replaying
from bot.demo.story import Fact, Story, StoryError, read, shipped

GOLDEN = Path(__file__).parent / "golden" / "cloudflare-2019-07-02-waf.md"
JOINED = re.compile(r"\| from \d\d:\d\d \|$", re.MULTILINE)
"""When people came into the channel: on a busy machine a second later, and so another minute."""
LINK = re.compile(r"\[↗\]\(<[^>]*>\)")
"""Addresses of messages: their host is whatever port was free."""

RAW = re.compile(r"<[@#!]|\{ref\}|&(?:amp|lt|gt);|:[a-z_]{3,}:|(?<!\w)\*\w[^*\n]*\*|…$", re.MULTILINE)
"""Marks of Slack's, and lines that were cut."""


async def replay(story: Story, folder: Path) -> tuple[int, str]:
    """Exit code, and what the terminal showed."""
    scratch = folder / "scratch"
    scratch.mkdir()
    with (folder / "terminal.txt").open("w+", encoding="utf-8") as terminal:
        code = await Replaying(story, folder, scratch, Console(file=terminal, width=120), None).run()
        terminal.seek(0)
        return code, terminal.read()


@pytest.mark.long
@pytest.mark.parametrize("name", shipped())
async def test_the_review_of_a_story_tells_what_happened(name: str, tmp_path: Path) -> None:
    code, shown = await replay(read(name), tmp_path)

    assert code == DONE, shown[-2000:]
    review = json.loads((tmp_path / "review.json").read_text(encoding="utf-8"))
    assert review["incident"]["status"] == "closed"
    assert (tmp_path / "review.md").read_text(encoding="utf-8").startswith("# INC-1: ")
    assert "<script" not in (tmp_path / "review.html").read_text(encoding="utf-8")
    assert "The incident in figures" in shown
    assert not RAW.search(shown)
    assert not re.search(r"@(\w+) paged @\1\b", shown)
    if name == GOLDEN.stem:
        _reads_as_agreed(tmp_path / "review.md")


def _reads_as_agreed(file: Path) -> None:
    """One story word for word; `MUSTER_TEST_WRITE_GOLDEN=1` writes it anew."""
    written = LINK.sub("[↗](link)", file.read_text(encoding="utf-8"))
    if os.environ.get("MUSTER_TEST_WRITE_GOLDEN"):
        GOLDEN.write_text(written, encoding="utf-8")
    assert JOINED.sub("| joined |", written) == JOINED.sub("| joined |", GOLDEN.read_text(encoding="utf-8"))


async def test_a_claim_that_does_not_hold_is_found(tmp_path: Path) -> None:
    story = read("pypi-2025-04-14-team-privileges")
    wrong = Fact(at=story.truth.declared_at, says="words that nobody said")
    truth = story.truth.model_copy(update={"facts": (*story.truth.facts, wrong), "commanders": ("kit",)})

    code, shown = await replay(story.model_copy(update={"truth": truth}), tmp_path)

    assert code == NO
    assert "words that nobody said" in shown
    assert "commanders were kit – found: dana" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("story: [", "not readable as YAML"),
        ("story: x\n", "Field required"),
        ("just words", "valid dictionary"),
    ],
)
def test_a_story_that_cannot_be_read_says_why(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(StoryError, match=said):
        read(str(file))


def test_an_unknown_story_names_the_known_ones() -> None:
    with pytest.raises(StoryError, match="gitlab-2017-01-31-database"):
        read("nosuch")
