"""Ids in Slack's form: a letter that tells the kind, then ten capitals and digits."""

import itertools

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Counts up, so that a run is the same every time."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def new(self, kind: str) -> str:
        """`kind` is the first letter or letters: U people, C channels, D direct messages, F files, V views, B bots."""
        number, text = next(self._count) * 7919 + 1_000_003, ""
        while number:
            number, digit = divmod(number, 36)
            text = _DIGITS[digit] + text
        return f"{kind}0{text.rjust(9, '0')}"
