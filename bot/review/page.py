"""Filling the templates; what ends in `.html` is escaped by itself, and an unknown name is an error."""

from io import StringIO
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.review import reading as shown
from bot.review.reading import Reading

TEMPLATES = Environment(
    loader=PackageLoader("bot.review"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def page(template: str, reading: Reading, **context: Any) -> str:
    """The template filled with the review and the format's own functions.

    Written part by part, because a long transcript makes millions of parts.
    """
    written = StringIO()
    filled = TEMPLATES.get_template(template).generate(reading=reading, review=reading.review, shown=shown, **context)
    written.writelines(filled)
    return written.getvalue()
