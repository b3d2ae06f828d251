"""“Did you mean …?”: the nearest of the words that are known."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; None when nothing is close."""
    return next(iter(difflib.get_close_matches(word[:60], list(known), n=1)), None)
