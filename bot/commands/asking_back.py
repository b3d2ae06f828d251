"""What is asked back: something was typed that can be read in two ways, so nothing is done until one is chosen."""

from dataclasses import dataclass

from bot.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Way:
    """One reading: a button, and the command that it stands for, which can be typed as well."""

    label: str
    command: str
    """What would be typed after `/incident`."""


class Question(Refusal):
    """{text}"""

    def __init__(self, ways: tuple[Way, ...], **facts: object) -> None:
        self.ways = ways
        super().__init__("", **facts)
