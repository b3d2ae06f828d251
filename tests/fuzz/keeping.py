"""Texts that once went wrong, or nearly: one line of JSON each, tried again with every run of the tests."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
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


def line(kept: Kept) -> str:
    """As it stands in the corpus: plain ASCII, so that what cannot be seen is seen."""
    said: dict[str, Any] = {name: value for name, value in asdict(kept).items() if value not in ("", 1)}
    return json.dumps(said)


def kept() -> Iterator[Kept]:
    for file in sorted(FOLDER.glob("*.jsonl")):
        for one in file.read_text(encoding="ascii").splitlines():
            yield Kept(**json.loads(one))
