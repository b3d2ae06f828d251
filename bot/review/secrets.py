"""Secrets that people pasted are taken out of a review before it is written, in every format.

Tokens and keys are recognised by the patterns of detect-secrets; its keyword list names what stands before a password.
Its entropy plugins are left out: they take commit hashes and request ids for secrets. Card numbers are checked by their
last digit (ISO/IEC 7812-1, annex B).
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, NewType

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.keyword import DENYLIST

from bot.domain.document import Review

Redacted = NewType("Redacted", Review)
"""A review that may be written: whatever looks like a secret is out of it."""

IN_PLACE = "[redacted]"

NOT_ASKED = frozenset({"Public IP (ipv4)", "Private Key", "Basic Auth Credentials"})
"""Plugins of detect-secrets that are not used: people need to read addresses, and of the other two it finds a part."""

PASSWORD = re.compile(
    rf"""(?:{"|".join(DENYLIST)}|\b(?:pass|token|passphrase|credentials?)\b)[\w-]{{0,20}}['"`”\]*_]{{0,3}}
    (?:\s*(?:=>|:=|=|:)\s*|\s+is\s+)['"`“*_]{{0,3}}
    (?P<secret>(?=[^\s'"`]*[\d!#$%^&*+/=?~@])[^\s'"`,;<>]{{6,}})""",
    re.IGNORECASE | re.VERBOSE,
)
"""A word of the kind "password", then something that is no word of a language: with a digit or a sign in it."""

QUOTED_PASSWORD = re.compile(
    rf"""(?:{"|".join(DENYLIST)})[\w-]{{0,20}}['"]?\s*(?:=>|:=|=|:)\s*(?P<quote>['"])(?P<secret>[^\s'"]{{4,}})(?P=quote)""",
    re.IGNORECASE,
)

PRIVATE_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----(?P<secret>.*?)(?:-----END (?P=kind)-----|\Z)",
    re.DOTALL,
)
BEARER = re.compile(r"\b(?:bearer|basic)\s+(?P<secret>[A-Za-z0-9._~+/-]{16,}=*)", re.IGNORECASE)
IN_ADDRESS = re.compile(r"://[^\s:/@]{1,64}:(?P<secret>[^\s:/@]{1,128})@")
SLACKS_OWN = frozenset({"permalink", "ts", "thread_ts"})
"""Fields that Slack fills: nobody types there, and a transcript has many."""
SHAPED = (PRIVATE_KEY, BEARER, IN_ADDRESS, QUOTED_PASSWORD, PASSWORD)

CARD = re.compile(r"(?<![\d.-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\d.-]?\d)")

LONG_WORD = re.compile(r"[A-Za-z0-9_=-]{16}")
REST_OF_TOKEN = re.compile(r"[\w+/=-]*(?:\.[\w+/=-]+)*", re.ASCII)
"""Some patterns stop early: what follows without a break belongs to the same secret."""
NEAR_A_SECRET = re.compile(r"key|pass|pwd|secret|token|bearer|basic|contrase|credential|://[^\s/]*@", re.IGNORECASE)
"""Most messages have neither, and are not looked at more closely."""


def redact(review: Review) -> Redacted:
    """The review without secrets; how many places were blacked out stands in it, and is one of its findings."""
    counter = _Counter()
    clean: Review = counter.without(review)
    if counter.found:
        places = "place" if counter.found == 1 else "places"
        told = f"{counter.found} {places} looked like a secret and {'was' if counter.found == 1 else 'were'} redacted."
        advice = "Revoke what was posted: it still stands in Slack."
        clean = replace(clean, redacted=counter.found, findings=(*clean.findings, f"{told} {advice}"))
    return Redacted(clean)


def without_secrets(text: str) -> tuple[str, int]:
    """The text with `[redacted]` in place of each secret, and how many there were."""
    spans = [
        *(_shaped(text) if NEAR_A_SECRET.search(text) else ()),
        *(_known(text) if LONG_WORD.search(text) else ()),
        *_cards(text),
    ]
    if not spans:
        return text, 0
    parts, end, found = list[str](), 0, 0
    for start, stop in sorted(spans):
        if start >= end:
            parts += [text[end:start], IN_PLACE]
            found += 1
        end = max(end, stop)  # one within another, or across its end, is the same place
    return "".join([*parts, text[end:]]), found


def _shaped(text: str) -> Iterator[tuple[int, int]]:
    for pattern in SHAPED:
        for found in pattern.finditer(text):
            if found["secret"] and found["secret"] != IN_PLACE:
                yield found.span("secret")


def _known(text: str) -> Iterator[tuple[int, int]]:
    """What detect-secrets has a pattern for."""
    for pattern in _patterns():
        for found in pattern.finditer(text):
            rest = REST_OF_TOKEN.match(text, found.end())
            yield found.start(), rest.end() if rest else found.end()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in CARD.finditer(text):
        if _is_card([int(char) for char in found[0] if char.isdigit()]):
            yield found.span()


def _is_card(digits: list[int]) -> bool:
    """Luhn's check."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[::-2])) % 10 == 0


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    known: dict[str, type] = get_mapping_from_secret_type_to_class()
    plugins = (plugin() for kind, plugin in sorted(known.items()) if kind not in NOT_ASKED)
    return tuple(pattern for plugin in plugins if isinstance(plugin, RegexBasedDetector) for pattern in plugin.denylist)


class _Counter:
    """Walks through a value and takes secrets out of every text in it."""

    def __init__(self) -> None:
        self.found = 0

    def without(self, value: Any) -> Any:
        match value:
            case Enum():
                return value
            case str():
                text, found = without_secrets(value)
                self.found += found
                return text
            case tuple():
                clean = tuple(map(self.without, value))
                return value if all(one is other for one, other in zip(clean, value, strict=True)) else clean
            case dict():
                return {key: self.without(one) for key, one in value.items()}
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changed = {
            one.name: clean
            for one in fields(value)
            if one.name not in SLACKS_OWN and (clean := self.without(before := getattr(value, one.name))) is not before
        }
        return replace(value, **changed) if changed else value
