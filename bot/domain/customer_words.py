"""What a text for customers should not hold: machines, references, people, Slack's markup, our names of services."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.policy import Policy, StatusPage
from bot.domain.timeline import CustomerUpdate

MARKUP: Final = re.compile(r"<[@#!][^>\s]*>|<https?://[^>]*>|(?<!\S)@\w[\w.-]*|(?<![\w:]):[a-z0-9_+-]{2,}:(?![\w:])")
REFERENCE: Final = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-\d+\b")
SLACK_ID: Final = re.compile(r"\b[UWCGDTB](?=[A-Z0-9]*\d)[A-Z0-9]{8,}\b")
CHANNEL: Final = re.compile(r"(?<![\w/&])#[a-z][\w-]+")
ADDRESS: Final = re.compile(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\b(?:[0-9a-f]{1,4}:){3,}[0-9a-f:]*", re.IGNORECASE
)
MACHINE: Final = re.compile(r"\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:[a-z]*\d+[a-z0-9]*)\b", re.IGNORECASE)
"""`db-02`, `web-prod-3a`: a name that ends in a number."""
HOST: Final = re.compile(r"\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b", re.IGNORECASE)
INSIDE: Final = frozenset(
    {"internal", "local", "localdomain", "lan", "corp", "intranet", "svc", "cluster", "home", "arpa"}
)
"""Last parts of names that nobody outside can look up."""
SHORTEST_NAME: Final = 4
"""Characters of a person's name of one word that is looked for: shorter ones are words of the language."""


def inside_words(
    update: CustomerUpdate, page: StatusPage, policy: Policy, people: Iterable[str] = ()
) -> tuple[str, ...]:
    """What people inside would say, each once, as half a sentence. `people`: what those of the workspace are called."""
    text = f"{update.title}\n{update.text}"
    return tuple(dict.fromkeys((*_by_shape(text, page), *_services(text, page, policy), *_people(text, people))))


def _by_shape(text: str, page: StatusPage) -> Iterator[str]:
    for pattern, what in ((MARKUP, "is Slack's markup"), (SLACK_ID, "is an id of Slack's")):
        yield from (f"“{found[0]}” {what}" for found in pattern.finditer(text))
    yield from (f"“{found[0]}” is a reference of ours" for found in REFERENCE.finditer(text))
    yield from (f"“{found[0]}” is a channel" for found in CHANNEL.finditer(text))
    yield from (f"“{found[0]}” is the address of a machine" for found in ADDRESS.finditer(text))
    references = {found[0] for found in REFERENCE.finditer(text)}
    for found in MACHINE.finditer(text):
        if found[0] not in references:
            yield f"“{found[0]}” looks like the name of a machine"
    own = _domain(page.url)
    for found in HOST.finditer(text):
        name = found[0].lower()
        is_own = own != "" and (name == own or name.endswith(f".{own}")) and name.count(".") <= own.count(".") + 1
        last = name.rpartition(".")[2]
        if last in INSIDE or (not is_own and name.count(".") >= 2):
            yield f"“{found[0]}” looks like the name of a host"


def _domain(url: str) -> str:
    """`example.com` of `https://status.example.com`."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    return ".".join(host.split(".")[-2:]) if not host.replace(".", "").isdecimal() else ""


def _services(text: str, page: StatusPage, policy: Policy) -> Iterator[str]:
    """The names by which we know services, unless customers know a component by the same word, or it is a word of the
    language, as which it stands in the name that people read."""
    known = " ".join(f"{one.id} {one.name} {one.group or ''}" for one in page.components).casefold()
    outside = set(re.findall(r"[\w-]+", known)) | {one.name.casefold() for one in page.components}
    for slug, service in policy.services.items():
        is_known = slug.casefold() in outside or service.name.casefold() == slug.casefold()
        if not is_known and _holds(text, slug):
            yield f"“{slug}” is our name of a service"


def _people(text: str, people: Iterable[str]) -> Iterator[str]:
    for name in people:
        parts = name.split()
        if (len(parts) > 1 or len(name) >= SHORTEST_NAME) and _holds(text, name, is_exact=len(parts) == 1):
            yield f"“{name}” is a person"


def _holds(text: str, word: str, *, is_exact: bool = False) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, 0 if is_exact else re.IGNORECASE) is not None
