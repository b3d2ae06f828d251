"""`python -m tests.demo.picture`: makes docs/demo.svg, the README's picture of a replay, from one that really runs."""

import asyncio
import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.demo.replay import DONE, Replaying
from bot.demo.story import read

PICTURE = Path("docs/demo.svg")
STORY = "cloudflare-2019-07-02-waf"
WIDTH = 100
PASSAGES = (
    ("Cloudflare:", "made @fay deputy"),
    ("/incident mitgate", "reacts with 🎉"),
    ("dana /incident close", "claims hold"),
)
"""What is shown: words of the first and of the last line of each passage."""
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
"""What machines have: rich's own choice would be fetched from elsewhere."""


async def shown() -> str:
    """All that the terminal shows, with its colours."""
    with tempfile.TemporaryDirectory() as folder:
        file = io.StringIO()
        console = Console(file=file, width=WIDTH, force_terminal=True, color_system="truecolor")
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        if await Replaying(read(STORY), Path(folder), scratch, console, None).run() != DONE:
            raise SystemExit("the replay does not hold")
        return file.getvalue()


def picture(terminal: str) -> str:
    """Its passages as SVG."""
    lines = terminal.splitlines()
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    for number, (first, last) in enumerate(PASSAGES):
        begin, end = _where(lines, first), _where(lines, last)
        for line in ([] if number == 0 else ["", "   ⋮", ""]) + lines[begin : end + 1]:
            console.print(Text.from_ansi(line), soft_wrap=True)
    svg = console.export_svg(title="make demo", unique_id="demo")
    without = re.sub(r"@font-face\s*\{.*?\}\s*|<!--.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"font-family: Fira Code[^;]*;", f"font-family: {FONT};", without)


def _where(lines: list[str], words: str) -> int:
    return next(at for at, line in enumerate(lines) if words in Text.from_ansi(line).plain)


def main() -> int:
    PICTURE.write_text(picture(asyncio.run(shown())), encoding="utf-8")
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
