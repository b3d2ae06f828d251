"""What the pages of reviews look like: templates filled, and the files they load."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from bot.domain.dates import a_date
from bot.domain.document import Entry, LeftOut, Line, Participant, ReviewSection
from bot.domain.ids import MessageTs, SlackUserId, ref
from bot.domain.sections import HEADINGS, LONGEST, OPEN, Heading, mark_of
from bot.domain.vocabulary import ReviewState, Section
from bot.review import Redacted
from bot.review.as_html import section, shown
from bot.review.picture import picture
from bot.review.reading import Reading, moment, read
from bot.review.wording import Reader, name_of, tidy
from bot.workflows.review_links import Destination

if TYPE_CHECKING:
    from jinja2 import Environment

SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
KINDS = {"js": "text/javascript", "css": "text/css"}

MOST_MESSAGES: Final = 500
"""So many are offered on the page; any other is marked by its reaction or with `/incident mark`."""

STEPS = {
    ReviewState.NONE: (),
    ReviewState.DRAFT: (("start", "Start the review"),),
    ReviewState.IN_REVIEW: (("approve", "Approve"),),
    ReviewState.APPROVED: (("publish", "Publish"),),
    ReviewState.PUBLISHED: (),
    ReviewState.WAIVED: (),
}
"""What can be done next with a review, as buttons."""


@cache
def templates() -> "Environment":
    """Made for the first page that somebody opens: an idle bot does without the library."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("bot.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"tidy": tidy, "moment": moment, "a_date": a_date}
    return made


@dataclass(frozen=True, slots=True)
class Learning:
    """What runbooks could learn, and what was proposed."""

    lessons: Sequence[tuple[str, str]] = ()
    """Each by its key, as a text."""
    runbooks: Sequence[tuple[str, str]] = ()
    """Those that could say so, by slug, with their titles; those of the incident first."""
    proposed: Sequence[tuple[str, str, str | None]] = ()
    """The runbook's title, what it is to say, and the address of the pull request."""
    is_new: bool = False
    """Whether a runbook could be made of what was done."""


@dataclass(frozen=True, slots=True)
class Page:
    """A review to write in. `written`: its sections, with everything that people wrote, so that they can mend it."""

    review: Redacted
    written: Sequence[ReviewSection]
    token: str
    last_seq: int = 0
    """Of the incident's timeline, as it is shown here."""
    may_go_on: bool = True
    """Whether whoever looks may take the next step."""
    key_moments: frozenset[MessageTs] = frozenset()
    """The messages that are marked so already."""
    to_ask: Sequence[tuple[SlackUserId, str]] = ()
    """Whom the one who looks can ask to approve it, by name, where they may not themselves."""
    learning: Learning = field(default_factory=Learning)

    @property
    def is_open(self) -> bool:
        return self.review.incident.review in OPEN

    @property
    def reading(self) -> Reading:
        return read(self.review)

    def steps(self) -> tuple[tuple[str, str], ...]:
        return STEPS[self.review.incident.review] if self.may_go_on else ()

    def sections(self) -> Iterator["Part"]:
        both = {told.name: (told, one) for told, one in zip(self.review.sections, self.written, strict=True)}
        for name in HEADINGS:
            told, one = both[name]
            yield Part(one.name, HEADINGS[one.name], told, one.text if one.is_written else "", self.review.people)

    def progress(self) -> tuple[int, int]:
        """How many sections somebody wrote, and how many there are."""
        return sum(one.is_written for one in self.written), len(self.written)

    def entries(self) -> list[Entry]:
        """Those that documents show."""
        return [one for one in self.review.timeline if not one.is_bookkeeping]

    def hidden(self) -> list[LeftOut]:
        return [one for one in self.review.left_out if one.original and not one.original.is_bookkeeping]

    def messages(self) -> list[Line]:
        """The newest that may become key moments."""
        said = [one for one in self.review.transcript if one.text and not one.is_deleted]
        return said[-MOST_MESSAGES:]

    def typed(self, text: str) -> Markup:
        """The words of a message."""
        return shown(Reader(self.review.people, is_escaped=True).read(text))

    def owners(self) -> list[tuple[SlackUserId, str]]:
        """Whoever stands in the review, by name."""
        return sorted(((user, self.name(user)) for user in self.review.people), key=lambda one: one[1].casefold())

    def name(self, user: SlackUserId | None) -> str:
        return name_of(user, self.review.people) if user else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section on the page: as it is read, and `words` as they are written, with everything, to be mended."""

    name: Section
    heading: Heading
    shown: ReviewSection
    words: str
    people: Mapping[SlackUserId, Participant]

    @property
    def html(self) -> Markup:
        return section(self.shown, self.people)

    @property
    def mark(self) -> str:
        return mark_of(self.words)


def record(page: Page) -> dict[str, str]:
    """The parts of the page that follow the timeline: follow-ups, entries and messages; what is worth a look."""
    reading = page.reading
    return {
        name: templates().get_template(f"{name}.html").render(page=page, reading=reading)
        for name in ("record", "findings")
    }


def editor(page: Page) -> str:
    reading = page.reading
    return (
        templates()
        .get_template("review.html")
        .render(page=page, review=page.review, reading=reading, longest=LONGEST, picture=picture(reading))
    )


def link_page(name: str, to: Destination, key: str) -> str:
    """Whose link it is, and the button that opens the place it leads to."""
    reference = ref(to.number) if to.number is not None else None
    return templates().get_template("link.html").render(name=name, to=to, reference=reference, key=key)


def link_policy() -> dict[str, str]:
    """The page of a link sends its form home, and says from where: with `no-referrer` a browser would call the origin
    `null` (https://fetch.spec.whatwg.org/#append-a-request-origin-header). Its address, which holds the key, goes
    nowhere."""
    sends = SECURITY["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
    return {"Content-Security-Policy": sends, "Referrer-Policy": "strict-origin"}


def notice(text: str, sign_in: str = "") -> str:
    """A page that says why there is no other, and where one can sign in."""
    return templates().get_template("notice.html").render(parts=text.split("`"), sign_in=sign_in)


@cache
def asset(name: str) -> tuple[str, str] | None:
    """A file that pages load, and its kind; None when there is none of that name."""
    found = files("bot.web").joinpath("static", name)
    kind = KINDS.get(name.rpartition(".")[2])
    return (found.read_text(encoding="utf-8"), kind) if kind and found.is_file() else None


def document_policy() -> str:
    """The written review brings its own style and runs nothing."""
    return "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
