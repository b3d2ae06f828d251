"""The written review: pure rendering of a compiled review, in every format. It is redacted before it is written."""

from collections.abc import Callable, Mapping
from io import BytesIO, TextIOWrapper
from typing import TextIO

from bot.review.as_html import render_html, section_html, write_html
from bot.review.as_json import render_json, write_json
from bot.review.as_markdown import render_markdown, write_markdown
from bot.review.as_pdf import NoPdf, as_pdf, has_pdf, render_pdf
from bot.review.as_png import render_png
from bot.review.invitation import render_invitation
from bot.review.secrets import Redacted, load_patterns, redact, without_secrets

RENDERERS: Mapping[str, Callable[[Redacted], str]] = {"md": render_markdown, "html": render_html, "json": render_json}
"""Ending of the file → what gives its text."""
WRITERS: Mapping[str, Callable[[Redacted, TextIO], None]] = {
    "md": write_markdown,
    "html": write_html,
    "json": write_json,
}


def written(review: Redacted, ending: str) -> bytes:
    """The file, made without ever holding it as text: a text with one emoji in it takes four bytes per character."""
    file = BytesIO()
    text = TextIOWrapper(file, encoding="utf-8", errors="replace", newline="\n", write_through=True)
    WRITERS[ending](review, text)
    text.detach()
    return file.getvalue()


__all__ = [
    "RENDERERS",
    "WRITERS",
    "NoPdf",
    "Redacted",
    "as_pdf",
    "has_pdf",
    "load_patterns",
    "redact",
    "render_html",
    "render_invitation",
    "render_json",
    "render_markdown",
    "render_pdf",
    "render_png",
    "section_html",
    "without_secrets",
    "written",
]
