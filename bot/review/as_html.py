"""The review as one self-contained page: no script, no address but those people wrote, light and dark, printable.

What people wrote is escaped where it is put in, never trusted; only http, https and mailto become links.
"""

from collections.abc import Iterable
from io import StringIO
from typing import TextIO, assert_never

from markupsafe import Markup, escape

from bot.review.page import write_page
from bot.review.picture import picture
from bot.review.reading import read
from bot.review.secrets import Redacted
from bot.review.wording import Code, Fence, Link, Name, Piece, Plain, Reader, Styled

LINK = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')

STYLES = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
}


def write_html(review: Redacted, out: TextIO) -> None:
    reading = read(review)
    told, typed = Reader(review.people, is_escaped=False), Reader(review.people, is_escaped=True)
    write_page(
        out,
        "review.html",
        reading,
        told=lambda text: shown(told.read(text)),
        typed=lambda text: shown(typed.read(text)),
        picture=picture(reading),
    )


def render_html(review: Redacted) -> str:
    written = StringIO()
    write_html(review, written)
    return written.getvalue()


def shown(pieces: Iterable[Piece]) -> Markup:
    return Markup("").join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> Markup:
    match piece:
        case Plain(text):
            return escape(text)
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Fence(text):
            return Markup("<pre><code>{}</code></pre>").format(text)
        case Name(text):
            return Markup('<span class="name">{}</span>').format(text)
        case Link(url, text):
            return LINK.format(url, text)
        case Styled(style, parts):
            return STYLES[style].format(shown(parts))
        case unexpected:
            assert_never(unexpected)
