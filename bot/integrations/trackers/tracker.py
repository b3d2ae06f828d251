"""What every tracker can be asked: to make an issue, to find and read it, to change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from bot.domain.policy import TrackerPlace
from bot.domain.vocabulary import FollowUpState
from bot.integrations import rest
from bot.integrations.rest import LONGEST_SAID, Refused, text_of
from bot.integrations.trackers.form import Block, Form, fitting

T = TypeVar("T")


Line = rest.Line[TrackerPlace]
"""A place of the policy, and the way to it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody there."""

    id: str
    name: str
    email: str = ""
    """Empty where the tracker does not tell it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue that is to be made."""

    mark: str
    """Stands in it, and nobody else would write it: by this it is found again."""
    title: str
    words: tuple[Block, ...]
    """What people wrote."""
    facts: tuple[Block, ...]
    """What Muster says of it; never cut."""
    since: datetime
    """No such issue was made before."""
    owner: str | None = None
    """The id of an account."""
    due: date | None = None

    def written(self, form: Form[T], longest: int) -> T:
        """Words and facts in a tracker's own form, cut to what it takes."""
        return fitting(form, self.words, self.facts, longest)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An issue as it stands there."""

    id: str
    key: str
    url: str
    title: str
    state: FollowUpState
    owner: Account | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What it is to say from now on; None leaves it as it is. `owner`: the id of an account."""

    title: str | None = None
    state: FollowUpState | None = None
    owner: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the project showed."""

    ways: tuple[str, ...]
    """How each change of state would be made."""
    missing: tuple[str, ...] = ()
    """What stands in the way, and has to be mended."""


class Tracker(Protocol):
    """One kind of tracker. Each raises Refused, Stopped."""

    name: str
    """As people call it."""
    longest_title: int
    tells_dropped: bool
    """Whether it can say that work was given up, and not done."""

    async def create(self, draft: Draft) -> Ticket: ...

    async def find(self, draft: Draft) -> Ticket | None:
        """The issue of this draft, if it was made before."""
        ...

    async def read(self, id_: str) -> Ticket | None:
        """How an issue stands; None where it is not there, or may not be seen."""
        ...

    async def update(self, ticket: Ticket, change: Change) -> None:
        """`ticket`: how it stands. `change`: only what is otherwise by that."""
        ...

    async def account(self, email: str) -> str | None:
        """The id of the account with an e-mail address, where the tracker tells that."""
        ...

    async def myself(self) -> str:
        """The id of Muster's own account; empty where that cannot be known."""
        ...

    async def look(self) -> None:
        """Read the project. Raises Refused where it is not there, or the token is no good."""
        ...

    async def check(self) -> Checked:
        """How work would be closed and opened again, and what a new issue would lack."""
        ...

    def why(self, no: Refused) -> str:
        """A refusal, for people: what is wrong, and what to do."""
        ...


Kind = Callable[[Line], Tracker]


def refused(project: str, no: Refused, said: str = "") -> str:
    """What any tracker means by a refusal. `said`: what it says itself."""
    match no.status:
        case None:
            return no.why
        case 401:
            return "the token is not accepted; make a new one and set it anew"
        case 403:
            return f"the token may not do that in {project}; give it the right to read and write issues"
        case 404 | 410:
            return f"{project} is not there, or the token may not see it; look at `project` in the policy"
    return said[:LONGEST_SAID] or no.why


def day_of(found: Any, name: str) -> date | None:
    try:
        return date.fromisoformat(text_of(found, name))
    except ValueError:
        return None
