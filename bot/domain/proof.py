"""Proof that the record was not altered: a chain of digests over it, and heads of that chain that leave the house.

Each incident's timeline is a book of its own, and so is the audit log. Every entry of a book has a link:

    digest = SHA-256(salt + content)
    link   = SHA-256(link before + "INC-42/7" + digest)

so an entry that is changed, taken out or put in breaks the chain at its place. The content is salted, so that erasing
an entry's words and its salt leaves a digest from which nothing can be guessed, and a chain that still holds.

Once a day a head is made: the ends of all books that have grown since the head before, and a digest over both. A head
that was published where Muster cannot write later shows that not even whoever owns the database has rewritten it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.ids import IncidentNumber, ref
from bot.domain.timeline import AnyEvent, RecordRedacted, WordsErased

NO_LINK = bytes(32)
"""What stands before the first link of a book, and before the first head."""
AUDIT_LOG = 0
"""The book of the audit log; every other number is that of an incident."""


def name_of(book: int) -> str:
    """What a book is called in links and heads: `INC-42`, or `audit`."""
    return "audit" if book == AUDIT_LOG else ref(IncidentNumber(book))


def digest_of(salt: bytes, content: str) -> bytes:
    return hashlib.sha256(salt + content.encode()).digest()


def link_of(before: bytes, book: int, position: int, digest: bytes) -> bytes:
    return hashlib.sha256(before + f"{name_of(book)}/{position}".encode() + digest).digest()


def content_of(values: Sequence[object]) -> str:
    """The values of a row as one text that both engines give alike. Instants are in UTC."""
    told = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in values]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a book as it stands, beside its link."""

    book: int
    position: int
    """Counts from 1 in each book; in that of an incident it is the `seq` of the event."""
    salt: bytes
    """Empty: the words of the entry were erased."""
    digest: bytes
    link: bytes
    kind: str | None
    """What the row says that it is; None: it is not there."""
    content: str | None
    event: AnyEvent | None = None
    """Of an incident's event that says that others were erased."""

    @property
    def name(self) -> str:
        """Such as `INC-42 entry 7 (NoteAdded)`."""
        return f"{name_of(self.book)} entry {self.position}" + (f" ({self.kind})" if self.kind else "")


@dataclass(frozen=True, slots=True)
class End:
    """How far a book went when a head was made."""

    book: int
    position: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of everything at one time."""

    number: int
    text: str
    """What it tells, as JSON: when it was made, and the ends of the books that had grown."""
    digest: bytes
    signature: bytes | None = None
    """Ed25519, over the digest; None where Muster has no key."""
    stamp: bytes | None = None
    """What a time-stamping authority answered for the digest (RFC 3161); None where none was asked."""

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(json.loads(self.text)["at"])

    @property
    def ends(self) -> tuple[End, ...]:
        told = json.loads(self.text)["ends"]
        return tuple(End(_book(name), position, bytes.fromhex(link)) for name, position, link in told)


def _book(name: str) -> int:
    return AUDIT_LOG if name == name_of(AUDIT_LOG) else int(name.removeprefix("INC-"))


def head_of(before: Head | None, at: datetime, ends: Sequence[End]) -> Head:
    """The next head. Its digest is SHA-256(digest of the head before + text)."""
    number = before.number + 1 if before else 1
    told = [[name_of(one.book), one.position, one.link.hex()] for one in ends]
    text = json.dumps({"number": number, "at": at.astimezone(UTC).isoformat(), "ends": told}, separators=(",", ":"))
    return Head(number, text, head_digest(before.digest if before else NO_LINK, text))


def head_digest(before: bytes, text: str) -> bytes:
    return hashlib.sha256(before + text.encode()).digest()


class Checking:
    """Checks entries in the order of their books and positions, and says what is not as it was.

    What it holds grows with the erased entries of one book, and with the findings, not with the record.
    """

    def __init__(self, ends: Sequence[End]) -> None:
        """`ends`: what heads say of the books; each is looked for among the entries."""
        self.findings: list[str] = []
        self.entries = 0
        self.erased = 0
        self.deleted_by_age = 0
        self.waiting = 0
        """Entries that have no link yet."""
        self._wanted: dict[tuple[int, int], list[bytes]] = {}
        for one in ends:
            self._wanted.setdefault((one.book, one.position), []).append(one.link)
        self._book: int | None = None
        self._last = 0
        self._link = NO_LINK
        self._is_any_there = False
        self._without_words: dict[int, str] = {}
        self._named: set[int] = set()

    def take(self, entry: Entry) -> None:
        """The next entry."""
        if entry.book != self._book:
            self._begin(entry.book)
        self.entries += 1
        self._check_place(entry)
        self._check_content(entry)
        for link in self._wanted.pop((entry.book, entry.position), []):
            if link != entry.link:
                self.findings.append(f"{entry.name} is not what a head says of it: the chain was rewritten")
        self._last, self._link = entry.position, entry.link

    def end(self) -> None:
        """There are no more entries."""
        self._begin(None)
        for book, position in sorted(self._wanted):
            self.findings.append(f"{name_of(book)} entry {position} is named by a head and is gone, and its link too")
        self._wanted.clear()

    def _begin(self, book: int | None) -> None:
        if self._book is not None:
            for position, name in self._without_words.items():
                if position not in self._named and self._book != AUDIT_LOG:
                    self.findings.append(f"{name} was replaced, and no entry says that its words were erased")
        self._book, self._last, self._link = book, 0, NO_LINK
        self._is_any_there = False
        self._without_words, self._named = {}, set()

    def _check_place(self, entry: Entry) -> None:
        if entry.position != self._last + 1:
            missing = f"entry {self._last + 1}"
            if entry.position > self._last + 2:
                missing = f"entries {self._last + 1} to {entry.position - 1}"
            self.findings.append(f"{name_of(entry.book)}: the link of {missing} is gone")
        elif link_of(self._link, entry.book, entry.position, entry.digest) != entry.link:
            self.findings.append(f"{entry.name}: its link does not follow from the one before")

    def _check_content(self, entry: Entry) -> None:
        if entry.content is None:
            if entry.book == AUDIT_LOG and not entry.salt and not self._is_any_there:
                self.deleted_by_age += 1
            else:
                self.findings.append(f"{entry.name} is gone")
            return
        self._is_any_there = True
        if not entry.salt:
            self.erased += 1
            self._without_words[entry.position] = entry.name
        elif digest_of(entry.salt, entry.content) != entry.digest:
            self.findings.append(f"{entry.name} was changed")
        elif isinstance(entry.event, WordsErased | RecordRedacted):
            self._named |= set(entry.event.entries)


def check_heads(heads: Sequence[Head]) -> list[str]:
    """What is not as it was among the heads, all of them in order."""
    findings: list[str] = []
    before = NO_LINK
    for place, one in enumerate(heads, start=1):
        if one.number != place:
            findings.append(f"head {place} is gone")
            return findings
        if head_digest(before, one.text) != one.digest:
            findings.append(f"head {one.number} was changed")
        before = one.digest
    return findings
