"""A repository as a place for documents: each review is a Markdown file on a branch of its own, in a pull or merge
request.

While the request is open, a further publication is a further commit on its branch; once it is merged, another request.
The file is what counts: it is Muster's as long as it holds what Muster put there. The trace is a comment at its end.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from bot.blocks.channel_name import file_name
from bot.integrations.documents.keeper import CONFLICT, Draft, Page, refused, trace_in
from bot.integrations.rest import Refused
from bot.review.as_markdown import escaped

MOST_COMMENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A pull or merge request."""

    number: int
    url: str
    branch: str
    is_open: bool
    is_merged: bool


@dataclass(frozen=True, slots=True)
class File:
    """How it stands on a branch."""

    version: str
    text: str
    commit: str = ""
    """The last one that changed it, where the host wants to know that."""


class Host(Protocol):
    """Who keeps the repository. Each raises Refused, Stopped; a file that is another by then is Refused with the status
    CONFLICT."""

    name: str

    async def request(self, number: int) -> Asked | None: ...

    async def request_of(self, branch: str) -> Asked | None:
        """The last one from there, open or not."""
        ...

    async def ask_for(self, branch: str, title: str, body: str) -> Asked: ...

    async def file(self, path: str, branch: str) -> File | None: ...

    async def begin(self, branch: str) -> None:
        """Have that branch; the same if it is there."""
        ...

    async def write(self, path: str, branch: str, text: str, message: str, was: File | None) -> None: ...

    async def comments(self, number: int) -> frozenset[str]: ...

    async def look(self) -> None: ...

    def said(self, no: Refused) -> str:
        """What it says itself."""
        ...


class InRepository:
    """The keeper. An id is the number of the request and the path of the file: `12 docs/reviews/INC-42.md`."""

    def __init__(self, host: Host, base: str, folder: str) -> None:
        self.name = host.name
        self._host = host
        self._base = base
        self._folder = folder

    async def find(self, draft: Draft) -> Page | None:
        asked = await self._host.request_of(_branch(draft, draft.trace.document))
        return await self._page(asked, self._path(draft)) if asked is not None else None

    async def read(self, id_: str) -> Page | None:
        number, _, path = id_.partition(" ")
        asked = await self._host.request(int(number))
        return await self._page(asked, path) if asked is not None else None

    async def create(self, draft: Draft) -> Page:
        path, branch = self._path(draft), _branch(draft, draft.trace.document)
        there = await self._host.file(path, self._base)
        if there is not None and _document(there) != draft.trace.document:
            raise Refused(f"{path} is there already, and is not Muster's; move it away, or name another `folder`")
        return await self._written(draft, path, branch, there)

    async def replace(self, page: Page, draft: Draft) -> Page:
        """Where nobody wants the request any more, or it is merged, there is another one."""
        number, _, path = page.id.partition(" ")
        asked = await self._host.request(int(number))
        is_open = asked is not None and asked.is_open
        branch = asked.branch if asked is not None and is_open else _branch(draft, draft.trace.edition)
        was = await self._host.file(path, branch if is_open else self._base)
        if was is None or was.version != page.version:
            raise Refused(f"status {CONFLICT}", CONFLICT)
        return await self._written(draft, path, branch, was, asked if is_open else None)

    async def comments(self, page: Page) -> frozenset[str]:
        return await self._host.comments(int(page.id.partition(" ")[0]))

    async def who(self, page: Page) -> str:
        return page.by

    async def look(self) -> None:
        await self._host.look()

    def why(self, no: Refused) -> str:
        return refused("`space` or `base`", no, self._host.said(no))

    async def _written(
        self, draft: Draft, path: str, branch: str, was: File | None, asked: Asked | None = None
    ) -> Page:
        """What an earlier attempt came to is gone on with."""
        if asked is None:
            await self._host.begin(branch)
            there = await self._host.file(path, branch)
            was = there or was
        if was is None or trace_in(was.text) != draft.trace:
            await self._host.write(path, branch, _text(draft), f"Review of {draft.ref}", was)
        if asked is None:
            body = f"The review of {draft.ref}, published by Muster. What is changed here stays here."
            known = await self._host.request_of(branch)
            asked = known or await self._host.ask_for(branch, f"Review of {draft.ref}", body)
        now = await self._host.file(path, branch)
        if now is None or trace_in(now.text) != draft.trace:
            raise Refused(f"the branch {branch} holds something else")
        return Page(f"{asked.number} {path}", asked.url, now.version, draft.trace, title=draft.title)

    async def _page(self, asked: Asked, path: str) -> Page | None:
        if not asked.is_open and not asked.is_merged:
            return None
        file = await self._host.file(path, asked.branch if asked.is_open else self._base)
        return Page(f"{asked.number} {path}", asked.url, file.version, trace_in(file.text)) if file else None

    def _path(self, draft: Draft) -> str:
        name = file_name(draft.ref, draft.title.removeprefix(f"{draft.ref}: "))
        return f"{self._folder}{name if draft.beside is None else f'{name[:-3]}-{draft.trace.document[:6]}.md'}"


def _document(file: File) -> str:
    trace = trace_in(file.text)
    return trace.document if trace else ""


def _branch(draft: Draft, of: str) -> str:
    return f"muster/{draft.ref.lower()}-{of[:12]}"


def _text(draft: Draft) -> str:
    return f"# {escaped(draft.title)}\n\n{draft.markdown.rstrip()}\n\n<!-- {draft.trace} -->\n"
