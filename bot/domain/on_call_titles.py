"""Whom an event of a calendar means: by who is invited to it, else by its title; in doubt nobody, and why."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.ids import SlackUserId

SECONDARY = re.compile(r"\bsecondary\b")
STANDING_BY = re.compile(
    r"[(\[]\s*(?P<role>{0})\s*[)\]]|\b(?P<last>{0})\s*$|^\s*(?P<first>{0})\s*[:–—-]".format(
        r"back-?up|stand-?by|shadow(?:ing)?"
    )
)
"""A role that is neither: in brackets, or at an end of the title. `Backup on-call: Dana` is about a service."""
AWAY = re.compile(
    r"\b(?:vacations?|holidays?|leave|sick|away|absent|unavailable|not available|(?:days?|time) off|pto|oo[of]"
    r"|out[ -]of[ -](?:the[ -])?office)\b"
)
MEMBER_ID = re.compile(r"[UW](?=[A-Z]*\d)[A-Z0-9]{8,}")
"""A Slack user id: https://docs.slack.dev/reference/objects/user-object. The shortest in use have nine characters."""
UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""Characters without a width, which come along when names are copied."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An event as it says who is meant. Addresses are in small letters; `is_away`: it is marked as out of office."""

    title: str
    addresses: tuple[str, ...] = ()
    """Of who is invited and has not declined."""
    organiser: str | None = None
    is_away: bool = False

    @property
    def is_secondary(self) -> bool:
        return SECONDARY.search(folded(self.title)) is not None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody is named, but it must not be guessed who is on call; `why` goes on from the title of the event."""

    why: str


def who_is_meant(event: Invited, people: Mapping[str, SlackUserId]) -> SlackUserId | Unclear | None:
    """None: nobody known is named. `people`: addresses and names → the person.

    Who is invited goes before the title, and before the organiser; of names the longest counts, `Bo Berg` before `Bo`.
    """
    title = folded(event.title)
    by_name = {folded(name): (user, name) for name, user in people.items()}
    named = _named(title, event.title, by_name)
    invited = _invited(event, by_name)
    if len(invited) > 1 and len(both := {user: name for user, name in invited.items() if user in named}) == 1:
        invited = both
    meant = invited or named
    if not meant:
        return None
    if event.is_away or AWAY.search(title):
        return Unclear("says that somebody is away")
    if len(meant) > 1:
        return Unclear(f"names {_listed(meant.values())}")
    if (role := STANDING_BY.search(title)) and not event.is_secondary:
        return Unclear(
            f"says “{role['role'] or role['last'] or role['first']}”; write “secondary” for who stands behind"
        )
    return next(iter(meant))


def folded(text: str) -> str:
    """A text as it is compared: composed, in small letters, with plain single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(UNSEEN)).casefold().split())


def _invited(event: Invited, by_name: Mapping[str, tuple[SlackUserId, str]]) -> dict[SlackUserId, str]:
    """Who is invited, each with their name; the organiser only when nobody else is known."""
    known = [address for address in event.addresses if address in by_name]
    others = [address for address in known if address != event.organiser]
    return dict(by_name[address] for address in others or known)


def _named(title: str, typed: str, by_name: Mapping[str, tuple[SlackUserId, str]]) -> dict[SlackUserId, str]:
    """Who stands in the title, each with their name."""
    longest_first = sorted(filter(None, by_name), key=len, reverse=True)
    names = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first) or r"(?!)")
    listed = dict(by_name[match[0]] for match in names.finditer(title))
    ids = {user for user, _ in by_name.values()}
    for word in re.findall(r"\w+", typed):
        if word in ids or MEMBER_ID.fullmatch(word):
            listed.setdefault(SlackUserId(word), word)
    return listed


def _listed(names: Iterable[str]) -> str:
    """`Dana, Bo and Chen`."""
    *others, last = names
    return f"{', '.join(others)} and {last}"
