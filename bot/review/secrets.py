"""Secrets that people pasted are taken out of a review before it is written, in every format.

Tokens and keys are recognised by how they begin, by the patterns of detect-secrets, and by what stands before them. Its
entropy plugins are left out: they take commit hashes and request ids for secrets. Card numbers and IBANs are checked by
their check digits.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from itertools import chain
from typing import NewType

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector

from bot.domain.document import Facts, Review
from bot.domain.texts import rewritten
from bot.review import secret_shapes as shapes

Redacted = NewType("Redacted", Review)
"""A review that may be written: whatever looks like a secret is out of it."""

IN_PLACE = "[redacted]"

NOT_ASKED = frozenset(
    {"Public IP (ipv4)", "Private Key", "Basic Auth Credentials", "JSON Web Token", "NPM tokens", "OpenAI Token"}
)
"""Plugins of detect-secrets that are not used. People need to read addresses; of the next two it finds a part; and the
last three take time that grows with the square of what is pasted, so that we have patterns of our own for them."""

SLACKS_OWN = frozenset({"permalink", "ts", "thread_ts"})
"""Fields that Slack fills: nobody types there, and a transcript has many."""

LONG_WORD = re.compile(r"[A-Za-z0-9_=+/-]{16}")
REST_OF_TOKEN = re.compile(r"[\w+/=-]*(?:\.[\w+/=-]+)*", re.ASCII)
"""Some patterns stop early: what follows without a break belongs to the same secret."""
NEAR_A_SECRET = re.compile(
    r"key|pass|pwd|secret|token|bearer|basic|contrase|kennwort|senha|credential|cookie|curl|mysql|mariadb|redis-cli|auth"
    r"|dsn|private|pw\b|login|user|creds|identified|rabbitmqctl|ldap|smbclient|rpcclient|smbget|sqlcmd|zip\b|mongo|etcdctl|lftp|@tcp|@unix|wachtwoord"
    r"|has[lł]o|пароль|パスワード|密码|비밀번호|sig(?:nature)?=|webhook|hooks|:\d{2,5}:|://[^\s/]*@",
    re.IGNORECASE,
)
"""Most messages have none of these, and are not looked at more closely."""

WINDOW, OVERLAP = 1_024, 256
"""Characters. The patterns of detect-secrets are others' work, and some have repetitions within repetitions: they see a
piece at a time, so that a text of any length takes time in proportion to it. What they recognise is no longer than the
overlap."""
GAP = re.compile(r"\n|\s{8,}")
"""No token goes across."""

KEPT = 100_000
"""Texts of which is known where the secrets are: as many as the messages of the largest review; about 20 MB."""

NUMBERED = re.compile(r".*?-[0-9]+(?=-|$)")
"""What the name of an incident's channel begins with, such as `inc-42`."""

Places = tuple[tuple[int, int], ...]
"""Where secrets begin and end in a text, in order and apart."""


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


def find_secrets(text: str) -> Places:
    """Where something looks like a secret."""
    spans = [
        *(_shaped(text) if NEAR_A_SECRET.search(text) else ()),
        *(_tokens(text) if LONG_WORD.search(text) else ()),
        *(match.span() for match in shapes.CARD.finditer(text) if shapes.is_card(match[0])),
        *(match.span() for match in shapes.IBAN.finditer(text) if shapes.is_iban(match[0])),
    ]
    apart: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if apart and start < apart[-1][1]:  # within another, or across its end: the same place
            apart[-1] = (apart[-1][0], max(stop, apart[-1][1]))
        else:
            apart.append((start, stop))
    return tuple(apart)


_SEEN = Seen(find_secrets)


def _shaped(text: str) -> Iterator[tuple[int, int]]:
    """What stands where secrets stand."""
    for pattern in shapes.SHAPED:
        for match in pattern.finditer(text):
            if match["secret"] and match["secret"] != IN_PLACE:
                yield match.span("secret")
    for match in shapes.ALONE.finditer(text):
        if not shapes.SAID_OF_PASSWORDS.search(match["secret"]):
            yield match.span("secret")
    for match in chain(shapes.ASSIGNED.finditer(text), shapes.HEADER.finditer(text)):
        if not shapes.NO_SECRET_KEYS.search(match["name"]) and match["secret"] != IN_PLACE:
            yield match.span("secret")
    for header in shapes.COOKIES.finditer(text):
        for match in shapes.COOKIE.finditer(text, *header.span("pairs")):
            if match["name"].lower() not in shapes.ABOUT_COOKIES:
                yield match.span("secret")


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """What is a secret wherever it stands."""
    for match in shapes.WITH_PREFIX.finditer(text):
        if shapes.has_letter_and_digit(match["random"]):
            yield match.span()
    for match in shapes.NPM_LOGIN.finditer(text):
        yield match.span("secret")
    for match in shapes.AWS_SECRET.finditer(text):
        if shapes.is_random(match[0]):
            yield match.span()
    for pattern in (shapes.JSON_WEB_TOKEN, *shapes.OTHER_TOKENS, *_patterns()):
        end = 0
        for match in _in_pieces(pattern, text):
            if match.end() > end:  # else it lies within the last one, whose rest need not be sought again
                rest = REST_OF_TOKEN.match(text, match.end())
                end = rest.end() if rest else match.end()
                yield match.start(), end


def _in_pieces(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for start, stop in _pieces(text):
        yield from pattern.finditer(text, start, stop)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the windows lie in which a token is looked for."""
    begin = 0
    for gap in (*(match.span() for match in GAP.finditer(text)), (len(text), len(text))):
        while gap[0] - begin > WINDOW:
            yield begin, begin + WINDOW
            begin += WINDOW - OVERLAP
        if LONG_WORD.search(text, begin, gap[0]):
            yield begin, gap[0]
        begin = gap[1]


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    known: dict[str, type] = get_mapping_from_secret_type_to_class()
    plugins = (plugin() for kind, plugin in sorted(known.items()) if kind not in NOT_ASKED)
    return tuple(pattern for plugin in plugins if isinstance(plugin, RegexBasedDetector) for pattern in plugin.denylist)
