"""The written review: pure rendering of a compiled review, in every format. It is redacted before it is written."""

from bot.review.as_html import render_html
from bot.review.as_json import render_json
from bot.review.as_markdown import render_markdown
from bot.review.as_pdf import NoPdf, render_pdf
from bot.review.as_png import render_png
from bot.review.invitation import render_invitation
from bot.review.secrets import Redacted, redact
from bot.review.summary import summary

RENDERERS = {"md": render_markdown, "html": render_html, "json": render_json}
"""Ending of the file → what writes it."""

__all__ = [
    "RENDERERS",
    "NoPdf",
    "Redacted",
    "redact",
    "render_html",
    "render_invitation",
    "render_json",
    "render_markdown",
    "render_pdf",
    "render_png",
    "summary",
]
