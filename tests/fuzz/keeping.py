"""Texts that once went wrong, or nearly: one line of JSON each, tried again with every run of the tests."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("corpus")


@dataclass(frozen=True, slots=True)
class Kept:
    """One text. `where` it is typed, or the `parser` that reads it."""

    why: str
    text: str = ""
    where: str = ""
    parser: str = ""
    times: int = 1
    """So often the last `piece` is said, for what is long."""
    piece: str = ""

    @property
    def whole(self) -> str:
        return self.text + self.piece * self.times


ENDLESS = re.compile(r"(?P<piece>.{1,20}?)(?P=piece){20,}\Z", re.DOTALL)


def line(kept: Kept) -> str:
    """As it stands in the corpus: plain ASCII, so that one sees what is unseen; what is repeated to the end, once."""
    if (found := ENDLESS.search(kept.text)) is not None:
        piece = found["piece"]
        kept = replace(kept, text=kept.text[: found.start()], piece=piece, times=len(found[0]) // len(piece))
    said: dict[str, Any] = {name: value for name, value in asdict(kept).items() if value not in ("", 1)}
    return json.dumps(said)


def kept() -> Iterator[Kept]:
    for file in sorted(FOLDER.glob("*.jsonl")):
        for one in file.read_text(encoding="ascii").splitlines():
            yield Kept(**json.loads(one))
