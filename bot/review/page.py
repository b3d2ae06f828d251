"""Filling the templates; what ends in `.html` is escaped by itself, and an unknown name is an error."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

from bot.review import reading as shown
from bot.review.reading import Reading

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates() -> "Environment":
    """Made for the first review that is written: an idle bot does without the library."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("bot.review"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def write_page(out: TextIO, template: str, reading: Reading, **context: Any) -> None:
    """The template filled with the review and the format's own functions, written part by part, because a long
    transcript makes millions of parts. Ends with one newline."""
    filled = templates().get_template(template).generate(reading=reading, review=reading.review, shown=shown, **context)
    out.writelines(ending_once(filled))


def ending_once(parts: Iterable[str]) -> Iterator[str]:
    """Newlines are held back until something follows them."""
    held = ""
    for part in parts:
        text = part.rstrip("\n")
        if text:
            yield "".join((held, text))  # not `+`: of two parts one may be markup, which would escape the other
            held = part[len(text) :]
        else:
            held = "".join((held, part))
    yield "\n"
