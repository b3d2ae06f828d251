"""What can be done to the app's WebSockets: one of them by its number, or all."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.connection import Connection
from bot.sandbox.journal import Journal
from bot.sandbox.socket_mode import SocketMode

WARNING_BEFORE = 10.0
"""Seconds between Slack's warning and the end of a connection; docs.slack.dev, "Using Socket Mode"."""


@dataclass(frozen=True, slots=True)
class ConnectionAct:
    """Something that becomes of a connection, and how long it takes when nothing is said (None: it takes no time)."""

    what: str
    seconds: float | None = None


ACTS: Mapping[str, ConnectionAct] = {
    "latency": ConnectionAct(
        "everything that is sent on it is `seconds` late, in order; for all: also on those that come", 0.2
    ),
    "half_open": ConnectionAct("the line stays, and nothing is sent, read or answered on it any more"),
    "refresh": ConnectionAct(
        "Slack's renewal: `disconnect` with `warning`, after `seconds` with `refresh_requested`, then closed",
        WARNING_BEFORE,
    ),
    "cut": ConnectionAct("the line is torn, without goodbye"),
    "link_disabled": ConnectionAct("`disconnect` with `link_disabled`, then closed. Assumed: a new one may be opened"),
}


class Breaking:
    """Carries out ACTS."""

    def __init__(self, sockets: SocketMode, journal: Journal, touched: Callable[[], None]) -> None:
        self._sockets = sockets
        self._journal = journal
        self._touched = touched
        self._under_way: set[asyncio.Task[None]] = set()
        self._carry_out: Mapping[str, Callable[[Connection, float], None]] = {
            "latency": self._delay,
            "half_open": self._half_open,
            "refresh": self._refresh,
            "cut": self._cut,
            "link_disabled": self._disable,
        }

    def act(self, name: str, number: int | None = None, seconds: float | None = None) -> list[int]:
        """Do it to the connection of that number, or to all; their numbers. What takes time goes on by itself.

        Raises ValueError for an unknown act, a connection that is not open, or seconds where there are none.
        """
        about = ACTS.get(name)
        if about is None:
            raise ValueError(f"there is no {name!r} for connections; there are: {', '.join(ACTS)}")
        if seconds is not None and about.seconds is None:
            raise ValueError(f"{name} takes no seconds")
        lasts = about.seconds or 0.0 if seconds is None else seconds
        meant = self._meant(number)
        self._journal.note("fault", "socket", {"kind": name, "numbers": [one.number for one in meant]})
        if name == "latency" and number is None:
            self._sockets.latency = lasts
        for connection in meant:
            self._carry_out[name](connection, lasts)
        self._sockets.look_again()
        return [one.number for one in meant]

    def _meant(self, number: int | None) -> list[Connection]:
        meant = [one for one in self._sockets.open if number in (None, one.number)]
        if number is not None and not meant:
            there = ", ".join(str(one.number) for one in self._sockets.open) or "none"
            raise ValueError(f"connection {number} is not open; open: {there}")
        return meant

    def cut_all(self) -> None:
        """Tear every line."""
        self.act("cut")

    def _delay(self, connection: Connection, seconds: float) -> None:
        connection.latency = seconds

    def _half_open(self, connection: Connection, _: float) -> None:
        connection.is_half_open = True
        connection.why = "the app left a half-open connection"

    def _cut(self, connection: Connection, _: float) -> None:
        connection.cut("cut")

    def _refresh(self, connection: Connection, seconds: float) -> None:
        self._in_background(self._renewed(connection, seconds))

    async def _renewed(self, connection: Connection, seconds: float) -> None:
        await self._sockets.dismiss(connection, "warning")
        await asyncio.sleep(seconds)
        if not connection.is_closed:
            await self._sockets.dismiss(connection, "refresh_requested")

    def _disable(self, connection: Connection, _: float) -> None:
        self._in_background(self._sockets.dismiss(connection, "link_disabled"))

    def _in_background(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
