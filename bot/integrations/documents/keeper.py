"""What every service that keeps documents can be asked: to make one, to find and read it, to write it again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from bot.domain.policy import DocumentPlace
from bot.integrations import rest
from bot.integrations.rest import LONGEST_SAID, Refused
from bot.review.blocks import Block

CONFLICT: Final = 409
"""Somebody wrote it in between."""
TRACE: Final = re.compile(r"muster-([0-9a-f]{16})-([0-9a-f]{16})")


Line = rest.Line[DocumentPlace]
"""A place of the policy, and the way to it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Stands in what Muster writes, and nobody else would write it. It tells nothing about the incident."""

    document: str
    """Which document it is: by this one is found whose answer was lost."""
    edition: str
    """What it was written for: by this it is known that it was written."""

    def __str__(self) -> str:
        return f"muster-{self.document}-{self.edition}"


def trace_in(text: str) -> Trace | None:
    found = TRACE.search(text)
    return Trace(found[1], found[2]) if found else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it is to be."""

    ref: str
    title: str
    trace: Trace
    markdown: str
    """Below its title."""
    blocks: tuple[Block, ...]
    """The same."""
    beside: str | None = None
    """The id of a document that people changed, and that this one belongs to; None: it stands for itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it stands there."""

    id: str
    url: str
    version: str
    """Another one as soon as anybody changed it."""
    trace: Trace | None
    by: str = ""
    """Who changed it last, as the place tells it; empty where it does not."""
    title: str = ""
    """As it stands there."""
    is_unfinished: bool = False
    """Muster was interrupted while it wrote it, and nobody else touched it since."""


class Keeper(Protocol):
    """One kind of service. Each raises Refused, Stopped; a conflict is Refused with the status CONFLICT."""

    name: str
    """As people call it."""

    async def find(self, draft: Draft) -> Page | None:
        """The document with the draft's trace, whatever was written there last."""
        ...

    async def read(self, id_: str) -> Page | None:
        """How a document stands; None where it is not there, or may not be seen."""
        ...

    async def create(self, draft: Draft) -> Page: ...

    async def replace(self, page: Page, draft: Draft) -> Page:
        """`page`: how it stands; where it stands otherwise by then, that is a conflict."""
        ...

    async def comments(self, page: Page) -> frozenset[str]:
        """The ids of what people commented, as far as it is not settled."""
        ...

    async def who(self, page: Page) -> str:
        """The name of who changed it last; empty where that is not told."""
        ...

    async def look(self) -> None:
        """Read the place. Raises Refused where it is not there, or the token is no good."""
        ...

    def why(self, no: Refused) -> str:
        """A refusal, for people: what is wrong, and what to do."""
        ...


Kind = Callable[[Line], Keeper]


def refused(where: str, no: Refused, said: str = "") -> str:
    """What any service means by a refusal. `where`: the key of the policy that says where; `said`: what it says
    itself."""
    match no.status:
        case None:
            return no.why
        case 401:
            return "the token is not accepted; make a new one and set it anew"
        case 403:
            return f"the token may not do that there; give it the right to read and write where {where} leads"
        case 404 | 410:
            return f"what {where} of the policy names is not there, or the token may not see it"
        case 413:
            return "the review is too long for it"
    return said[:LONGEST_SAID] or no.why
