"""The written review: pure rendering of a compiled review as Markdown, HTML and JSON, and in a few sentences."""

from bot.review.as_html import render_html
from bot.review.as_json import render_json
from bot.review.as_markdown import render_markdown
from bot.review.summary import summary

__all__ = ["render_html", "render_json", "render_markdown", "summary"]
