"""What the places for documents on this machine have in common: pages, and what people do to them. What each of them
answers is written from its documentation, in a file of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.domain.policy import DocumentPlace
from bot.domain.vocabulary import DocumentKind
from tests.integrations.failing import Failing
from tests.serving import everything
from tests.serving import serving as answering

TOKEN, VARIABLE = "token-of-a-test", "MUSTER_DOCUMENT_TOKEN"
MUSTER, SOMEBODY = "u-muster", "u-fay"
"""Accounts there: that of the token, and one of somebody else."""
NAMES = {MUSTER: "Muster", SOMEBODY: "Fay Okafor"}


@dataclass
class Kept:
    """A page there."""

    id: str
    title: str
    text: Any
    """As it was sent."""
    parent: str = ""
    version: int = 1
    by: str = MUSTER
    is_gone: bool = False
    comments: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Fake(Failing):
    """A place with one space."""

    kind: DocumentKind
    pages: dict[str, Kept] = field(default_factory=dict)
    has_space: bool = True
    is_written_in_steps: bool = False
    """Whether it takes several requests; what was interrupted is then known to be, and gone on with."""

    def place(self, **more: Any) -> DocumentPlace:
        here: dict[str, Any] = {"api": f"http://127.0.0.1:{self.port}", "allow_private_address": True}
        return DocumentPlace("wiki", self.kind, token=VARIABLE, **{**here, **self.needs(), **more})

    def part(self, **more: Any) -> dict[str, Any]:
        """As the policy file has it."""
        here = {"url": f"http://127.0.0.1:{self.port}", "allow_private_address": True}
        return {"kind": self.kind.value, "token": f"env:{VARIABLE}", **here, **self.needs(), **more}

    def needs(self) -> dict[str, Any]:
        """What this kind has to be told besides."""
        raise NotImplementedError

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    def add(self, title: str, text: Any, parent: str = "") -> Kept:
        number = str(100 + len(self.pages))
        self.pages[number] = made = Kept(number, title, text, parent)
        return made

    def there(self) -> list[Kept]:
        """What is not in the trash."""
        return [one for one in self.pages.values() if not one.is_gone]

    def says(self, one: Kept) -> str:
        """What people read on a page, and what stands in it unseen."""
        return str(one.text)

    def overwrite(self, one: Kept, title: str, text: Any) -> None:
        """Muster writes it again."""
        one.title, one.text, one.version, one.by = title, text, one.version + 1, MUSTER

    def edit(self, one: Kept, by: str = SOMEBODY) -> None:
        """Somebody writes something else there."""
        one.text, one.version, one.by = f"{one.text}<p>And more.</p>", one.version + 1, by

    def comment(self, one: Kept, id_: str = "c1") -> None:
        one.comments.append(id_)

    def is_look_at_comments(self, method: str, path: str) -> bool:
        return "comment" in path

    def delete(self, one: Kept) -> None:
        one.is_gone = True


@asynccontextmanager
async def serving(fake: Fake) -> AsyncIterator[Fake]:
    async with answering(everything(fake.answer)) as fake.port:
        yield fake
