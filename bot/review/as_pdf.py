"""The review as PDF, for paper. Needs the extra `pdf` (WeasyPrint, and with it the machine's Pango)."""

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from bot.review.as_html import render_html
from bot.review.secrets import Redacted

MOST_MESSAGES = 2_000
"""Longer transcripts are left out of the PDF: paper is not where they are read, and laying them out takes minutes."""


class NoPdf(Exception):
    """What PDFs are made with is not there."""


def render_pdf(review: Redacted) -> bytes:
    """The page of `as_html` on A4. Nothing is fetched. Raises NoPdf.

    Fonts are the machine's: Noto Color Emoji and Noto Sans CJK, where installed, show what Latin fonts cannot.
    """
    number = len(review.transcript)
    if number > MOST_MESSAGES:
        told = (
            f"The transcript of {number:,} messages is not part of this PDF; the Markdown, HTML and JSON files hold it."
        )
        review = Redacted(replace(review, transcript=(), findings=(*review.findings, told)))
    return as_pdf(render_html(review))


def has_pdf() -> bool:
    """Whether what PDFs are made with is installed, as far as can be said without loading it."""
    return find_spec("weasyprint") is not None


def as_pdf(page: str, address: str | None = None) -> bytes:
    """A page as it is printed. `address`: what its links are relative to; without it those lead nowhere and are plain
    text. Nothing is fetched. Raises NoPdf."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise NoPdf(
            f"PDFs need the extra: pip install 'muster-bot[pdf]', and the machine's Pango library "
            f"(Debian: libpango-1.0-0 libpangoft2-1.0-0). {type(error).__name__}"
        ) from error
    return bytes(HTML(string=page, base_url=address, url_fetcher=fetching_nothing()).write_pdf())


def fetching_nothing() -> Any:
    """What WeasyPrint asks for everything that a page names; here it gets nothing."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - as WeasyPrint calls it
            raise ValueError(f"nothing is fetched: {url[:80]}")

    return Nothing()
