"""The review on paper, as a picture and in a calendar."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from PIL import Image

from bot.domain.vocabulary import ReviewState
from bot.review import Redacted, render_html, render_invitation, render_pdf, render_png
from bot.review.as_pdf import MOST_MESSAGES, fetching_nothing
from tests.review.conftest import after


def test_the_picture_has_dots_of_many_colours_on_white(small_review: Redacted) -> None:
    picture = Image.open(io.BytesIO(render_png(small_review))).convert("RGB")
    assert picture.width == 1120
    assert picture.getpixel((3, 3)) == (255, 255, 255)
    colours = picture.getcolors(maxcolors=picture.width * picture.height)
    assert colours is not None
    dark = sum(number for number, colour in colours if isinstance(colour, tuple) and max(colour) < 60)
    assert dark > 500, "no text was drawn"


def test_the_pdf_is_one(review_with: Callable[[str | None], Redacted]) -> None:
    written = render_pdf(review_with("日本語 😀 עברית <script>"))
    assert written.startswith(b"%PDF-")
    assert len(written) > 10_000


def test_a_short_incident_takes_two_numbered_pages(small_review: Redacted) -> None:
    published = replace(small_review.incident, review=ReviewState.PUBLISHED)
    said = tuple(line for line in small_review.transcript if not line.files and "\n" not in line.text)[:4]
    short = replace(small_review, transcript=said, incident=published, actions=(), decisions=())
    weasyprint = pytest.importorskip("weasyprint")
    assert len(weasyprint.HTML(string=render_html(Redacted(short))).render().pages) == 2


def test_a_transcript_that_is_too_long_for_paper_is_left_out_and_that_is_said(small_review: Redacted) -> None:
    (line, *_) = small_review.transcript
    long = replace(small_review, transcript=(line,) * (MOST_MESSAGES + 1))
    short = replace(small_review, transcript=())
    assert abs(len(render_pdf(Redacted(long))) - len(render_pdf(Redacted(short)))) < 5_000


def event_of(written: bytes) -> Any:
    return Calendar.from_ical(written).events[0]


def test_the_meeting_is_an_event_that_calendars_replace_when_it_moves(small_review: Redacted) -> None:
    first, moved = (
        event_of(render_invitation(small_review, after(day * 1440), timedelta(minutes=45), day, "T1")) for day in (1, 2)
    )
    assert first["uid"] == moved["uid"] == "INC-42-review@T1.muster"
    assert (first["sequence"], moved["sequence"]) == (1, 2)
    assert first.start == after(1440)
    assert first.end - first.start == timedelta(minutes=45)
    assert "Dana, Bo, Chen" in first["description"]


def test_a_private_incident_does_not_tell_its_title_to_calendars(small_review: Redacted) -> None:
    private = Redacted(replace(small_review, incident=replace(small_review.incident, is_private=True)))
    written = render_invitation(private, after(1440), timedelta(minutes=45), 1, "T1")
    assert b"checkout" not in written


RESOURCES = """<link rel=stylesheet href="http://127.0.0.1:9/a.css"><link rel=attachment href="file:///etc/hostname">
<style>@import "http://127.0.0.1:9/b.css"; @font-face {font-family: x; src: url(http://127.0.0.1:9/x.woff)}
p {font-family: x; background: url(file:///etc/hostname)}</style><p>text<img src="http://127.0.0.1:9/a.png">
<object data="file:///etc/hostname"></object><svg><image href="http://127.0.0.1:9/a.png"/></svg>"""


def test_what_a_pdf_asks_for_is_refused_and_the_rest_is_there() -> None:
    """By a class of WeasyPrint's: it asks its fetcher whether errors end everything."""
    weasyprint = pytest.importorskip("weasyprint")
    page = weasyprint.HTML(string=RESOURCES, url_fetcher=fetching_nothing())
    assert bytes(page.write_pdf()).startswith(b"%PDF-")
    with pytest.raises(ValueError, match="nothing is fetched"):
        fetching_nothing().fetch("file:///etc/hostname")
