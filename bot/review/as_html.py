"""The review as one self-contained page: no script, no address but those people wrote, light and dark, printable.

What people wrote is escaped where it is put in, never trusted; only http, https and mailto become links.
"""

from collections.abc import Iterable, Mapping
from io import StringIO
from typing import TextIO, assert_never

from markupsafe import Markup, escape

from bot.domain.document import Participant, ReviewSection
from bot.domain.ids import SlackUserId
from bot.review.page import write_page
from bot.review.picture import picture
from bot.review.prose import Block, Heading, Items, Paragraph, Quote, read_prose
from bot.review.reading import read
from bot.review.secrets import Redacted
from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Reader, Styled, one_line

LINK = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')

STYLES = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
}


def write_html(review: Redacted, out: TextIO, *, editor: str | None = None) -> None:
    """`editor`: the address where the review is written, for whoever reads it there."""
    reading = read(review)
    told, typed = reading.reader(is_escaped=False), reading.reader(is_escaped=True)
    write_page(
        out,
        "review.html",
        reading,
        told=lambda text: shown(told.read(text)),
        typed=lambda text: shown(typed.read(text)),
        linked=lambda one: LINK.format(one.url, one_line(one.title)),
        prose=lambda one: section(one, review.people),
        picture=picture(reading),
        editor=editor,
    )


def render_html(review: Redacted, *, editor: str | None = None) -> str:
    written = StringIO()
    write_html(review, written, editor=editor)
    return written.getvalue()


def section(one: ReviewSection, people: Mapping[SlackUserId, Participant]) -> Markup:
    """A section as it is read: the Markdown that people wrote, else the words of the draft."""
    if one.is_written:
        return section_html(one.text, people)
    return Markup('<div class="text" dir="auto">{}</div>').format(
        shown(Reader(people, is_escaped=False).read(one.text))
    )


def section_html(text: str, people: Mapping[SlackUserId, Participant]) -> Markup:
    """What people wrote in a section."""
    return Markup('<div class="prose">{}</div>').format(_prose(read_prose(text, people)))


def _prose(blocks: Iterable[Block]) -> Markup:
    return Markup("").join(map(_block, blocks))


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(pieces, is_tight=True):
            return shown(pieces)
        case Paragraph(pieces):
            return Markup('<p dir="auto">{}</p>').format(shown(pieces))
        case Heading(pieces):
            return Markup('<h3 dir="auto">{}</h3>').format(shown(pieces))
        case Items(items, None):
            return Markup('<ul dir="auto">{}</ul>').format(_items(items))
        case Items(items, first):
            return Markup('<ol dir="auto" start="{}">{}</ol>').format(first, _items(items))
        case Quote(blocks):
            return Markup('<blockquote dir="auto">{}</blockquote>').format(_prose(blocks))
        case Fence(text):
            return Markup("<pre><code>{}</code></pre>").format(text)
        case unexpected:
            assert_never(unexpected)


def _items(items: Iterable[tuple[Block, ...]]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(_prose(item)) for item in items)


def shown(pieces: Iterable[Piece]) -> Markup:
    return Markup("").join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> Markup:
    match piece:
        case Plain(text):
            return escape(text)
        case Break():
            return Markup("<br>")
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
