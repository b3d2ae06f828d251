"""Where in a text something looks like a secret.

Tokens and keys are recognised by how they begin, by the patterns of detect-secrets, and by what stands before them. Its
entropy plugins are left out: they take commit hashes and request ids for secrets. Card numbers and IBANs are checked by
their check digits.
"""

import re
from collections.abc import Iterator
from itertools import chain

from bot.review import secret_shapes as shapes
from bot.review.blacked_out import IN_PLACE, Places
from bot.review.detect_secrets_patterns import TOKENS

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
    for pattern in (shapes.JSON_WEB_TOKEN, *shapes.OTHER_TOKENS, *TOKENS):
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
