"""Secrets that people pasted are taken out of a review before it is written, in every format."""

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from typing import NewType

from bot.domain.document import Facts, Review
from bot.domain.texts import rewritten
from bot.review.blacked_out import IN_PLACE, Places

Redacted = NewType("Redacted", Review)
"""A review that may be written: whatever looks like a secret is out of it."""

SLACKS_OWN = frozenset({"permalink", "ts", "thread_ts"})
"""Fields that Slack fills: nobody types there, and a transcript has many."""

KEPT = 100_000
"""Texts of which is known where the secrets are: as many as the messages of the largest review; about 20 MB."""

NUMBERED = re.compile(r".*?-[0-9]+(?=-|$)")
"""What the name of an incident's channel begins with, such as `inc-42`."""


def redact(review: Review) -> Redacted:
    """The review without secrets; how many places were blacked out stands in it, and is one of its findings."""
    found = 0

    def without(text: str) -> str:
        nonlocal found
        clean, places = without_secrets(text)
        found += places
        return clean

    clean = rewritten(review, without, leave=SLACKS_OWN)
    if clean.incident.title != review.incident.title:
        clean = replace(clean, incident=_without_derived(clean.incident))
    if found:
        places = "place" if found == 1 else "places"
        told = f"{found} {places} looked like a secret and {'was' if found == 1 else 'were'} redacted."
        advice = "Revoke what was posted: it still stands in Slack."
        clean = replace(clean, redacted=found, findings=(*clean.findings, f"{told} {advice}"))
    return Redacted(clean)


def _without_derived(facts: Facts) -> Facts:
    """The channel was named after a title with a secret, which cannot be recognised in the name: of that, the part
    before the title stays."""
    if facts.channel is None or (own := NUMBERED.match(facts.channel.name)) is None:
        return facts
    return replace(facts, channel=replace(facts.channel, name=own[0]))


def without_secrets(text: str) -> tuple[str, int]:
    """The text with `[redacted]` in place of each secret, and how many there were."""
    places = _SEEN.places(text)
    if not places:
        return text, 0
    parts, end = list[str](), 0
    for start, stop in places:
        parts += [text[end:start], IN_PLACE]
        end = stop
    return "".join([*parts, text[end:]]), len(places)


class Seen:
    """What was looked at once is not looked at again: a review is compiled at each visit, and hardly changes.

    Kept by the digest of the text, never the text itself: what was edited is another text, and what was deleted is not
    kept here either. When half of what may be kept is new, the older half goes. May be asked from several threads: at
    worst two of them look at the same text.
    """

    def __init__(self, look: Callable[[str], Places], most: int = KEPT) -> None:
        self._look = look
        self._half = most // 2
        self._new: dict[bytes, Places] = {}
        self._old: dict[bytes, Places] = {}

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def places(self, text: str) -> Places:
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        places = self._new.get(key, self._old.get(key))
        if places is None:
            places = self._look(text)
            if len(self._new) >= self._half:
                self._old, self._new = self._new, {}
            self._new[key] = places
        return places


def load_patterns() -> None:
    """Load what secrets are found with, before anybody waits for it."""
    _look("password 0123456789abcdef")


def _look(text: str) -> Places:
    from bot.review.secret_places import find_secrets  # what it looks with takes a tenth of the start to load

    return find_secrets(text)


_SEEN = Seen(_look)
