"""The control API from Python: for tests of an app whose local Slack runs in another process.

async with Client("http://127.0.0.1:8090") as slack:
    dana = slack.user("dana")
    await dana.types("/lunch", in_="general")
    await dana.reads("Who is hungry?")
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession

from bot.sandbox.answers import NotThere

Answer = dict[str, Any]


class Client:
    """A local Slack by its address. What it refuses is raised as NotThere, in its own words."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, verb: str, path: str, body: Answer | None = None, **query: Any) -> Answer:
        """One request below `/sandbox/api/`; fields that are None are left out. Raises NotThere."""
        if self._session is None:
            raise RuntimeError("a Client is used as `async with Client(…) as slack`")
        given = {name: value for name, value in (body or {}).items() if value is not None}
        params = {name: str(value) for name, value in query.items() if value is not None}
        address = f"{self._url}/sandbox/api/{path}"
        async with self._session.request(verb, address, json=given or None, params=params) as response:
            answer: Answer = await response.json()
        if response.status != 200:
            raise NotThere(str(answer.get("error")))
        return answer

    def user(self, name: str) -> "User":
        """Somebody of the workspace, by name or id."""
        return User(self, name)

    async def state(self) -> Answer:
        """The whole workspace."""
        return await self.ask("GET", "state")

    async def journal(
        self, kind: str | None = None, method: str | None = None, since: int | None = None, limit: int | None = None
    ) -> list[Answer]:
        """What went over the wire, the oldest first."""
        answer = await self.ask("GET", "journal", kind=kind, method=method, since=since, limit=limit)
        return list(answer["entries"])

    async def fault(self, method: str, kind: str, **more: Any) -> None:
        """Order a failure; `more` as in `bot.sandbox.Fault`."""
        await self.ask("POST", "faults", {"method": method, "kind": kind, **more})

    async def no_faults(self) -> None:
        await self.ask("DELETE", "faults")

    async def break_connections(self, act: str, number: int | None = None, seconds: float | None = None) -> list[int]:
        """Do something to one of the app's connections, or to all; the numbers of those it was done to."""
        answer = await self.ask("POST", f"connections/{act}", {"number": number, "seconds": seconds})
        return list(answer["numbers"])

    async def outage(self, seconds: float, kind: str = "drop") -> None:
        """The whole of Slack is out for so many seconds from now."""
        await self.ask("POST", "outage", {"seconds": seconds, "kind": kind})

    async def end_outage(self) -> None:
        await self.ask("DELETE", "outage")


class User:
    """Somebody in the workspace; the same verbs as `bot.sandbox.Person`."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self.name = name

    async def act(self, verb: str, **fields: Any) -> Answer:
        """Any act of the control API, with its fields."""
        return await self._client.ask("POST", f"people/{self.name}/{verb}", fields)

    async def types(self, text: str, in_: str) -> Answer:
        return await self.act("types", text=text, **{"in": in_})

    async def says(
        self,
        text: str,
        in_: str,
        thread_of: str | None = None,
        broadcast: bool | None = None,
        files: Sequence[tuple[str, str]] = (),
    ) -> str:
        """The message's ts. `files`: names and texts."""
        listed = [{"name": name, "text": content} for name, content in files] or None
        more = {"in": in_, "thread_of": thread_of, "broadcast": broadcast, "files": listed}
        return str((await self.act("says", text=text, **more))["ts"])

    async def edits(self, ts: str, text: str, in_: str) -> None:
        await self.act("edits", ts=ts, text=text, **{"in": in_})

    async def deletes(self, ts: str, in_: str) -> None:
        await self.act("deletes", ts=ts, **{"in": in_})

    async def reacts(self, emoji: str, to: str, in_: str) -> None:
        await self.act("reacts", emoji=emoji, ts=to, **{"in": in_})

    async def unreacts(self, emoji: str, to: str, in_: str) -> None:
        await self.act("unreacts", emoji=emoji, ts=to, **{"in": in_})

    async def joins(self, channel: str) -> None:
        await self.act("joins", channel=channel)

    async def leaves(self, channel: str) -> None:
        await self.act("leaves", channel=channel)

    async def invites(self, person: str, to: str) -> None:
        await self.act("invites", person=person, to=to)

    async def reads(self, words: str, in_: str | None = None) -> str:
        """Wait until the words are shown; the message's text."""
        return str((await self.act("reads", text=words, **{"in": in_}))["text"])

    async def clicks(
        self, what: str, in_: str | None = None, message: str | None = None, *, view: str | None = None
    ) -> Answer:
        """`view`: the id of one, or `home`."""
        return await self.act("clicks", what=what, message=message, view=view, **{"in": in_})

    async def chooses(self, action_id: str, value: Any, in_: str | None = None) -> Answer:
        return await self.act("chooses", action_id=action_id, value=value, **{"in": in_})

    async def submits(self, values: Answer | None = None) -> Answer:
        return await self.act("submits", values=values)

    async def closes(self) -> None:
        await self.act("closes")

    async def runs_shortcut(self, callback_id: str, on: str | None = None, in_: str | None = None) -> Answer:
        return await self.act("runs_shortcut", callback_id=callback_id, on=on, **{"in": in_})

    async def opens_home(self) -> None:
        await self.act("opens_home")
