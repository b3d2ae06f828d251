"""Asks for one address at a steady rate, whatever the answers take, and uses little of the processors that it shares
with the server. It prints what came of it as JSON:

    python -m tests.bench.asking HOST PORT PATH COUNT PER_SECOND [HEADER…]
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import dataclass, field

CONNECTIONS = 50
LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")


@dataclass
class Tally:
    wanted: int
    spans: list[float] = field(default_factory=list)
    """Seconds from when each was due until its answer was there whole."""
    statuses: set[int] = field(default_factory=set)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self, status: int, span: float) -> None:
        self.statuses.add(status)
        self.spans.append(span)
        if len(self.spans) == self.wanted:
            self.is_over.set()


class Connection(asyncio.Protocol):
    """One request after the other, whose answers come in the order in which they were asked for."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._due: list[float] = []
        self._found = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def ask(self, request: bytes, due: float) -> None:
        self._due.append(due)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._found += data
        while self._due and (end := self._end()):
            status = int(self._found[9:12])
            self._found = self._found[end:]
            self._tally.answered(status, time.perf_counter() - self._due.pop(0))

    def _end(self) -> int:
        """Where the first answer ends; 0 while it is not there whole."""
        head = self._found.find(b"\r\n\r\n") + 4
        if head < 4:
            return 0
        length = LENGTH.search(self._found, 0, head)
        has_body = length is not None and self._found[9:12] != b"304"
        end = head + (int(length[1]) if length is not None and has_body else 0)
        return end if len(self._found) >= end else 0


async def ask(host: str, port: int, request: bytes, count: int, per_second: int) -> dict[str, object]:
    tally = Tally(count)
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Connection(tally), host, port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for number in range(count):
        due = began + number / per_second
        if (rest := due - time.perf_counter()) > 0:
            await asyncio.sleep(rest)
        made[number % CONNECTIONS][1].ask(request, due)
    await tally.is_over.wait()
    took = time.perf_counter() - began
    return {"took": took, "spans": tally.spans, "statuses": sorted(tally.statuses)}


if __name__ == "__main__":
    _, host, port, path, count, per_second, *headers = sys.argv
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]
    print(json.dumps(asyncio.run(ask(host, int(port), "\r\n".join(lines).encode(), int(count), int(per_second)))))
