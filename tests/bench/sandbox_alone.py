"""A local Slack as a process of its own, which does on request, a line of standard input each, what is to be measured.

`fill CHANNELS MESSAGES`: so many channels with so many messages each. `say MESSAGES`: so many in #general, a hundred at
a time, until each was acknowledged. After each request it writes one line of JSON, and before them all how to reach it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from bot.sandbox import Person, Sandbox

AT_ONCE = 100
"""Events that wait for their acknowledgement at the same time."""
TEXT = "Error rate on checkout is at 14 %, the graph shows a step at 02:56, right after the deploy of the gateway."
PEOPLE = tuple(f"person{number:02}" for number in range(20))


async def _fill(sandbox: Sandbox, channels: int, messages: int) -> dict[str, object]:
    """In turns, as people talk; the last channel's id and its newest message."""
    people = [sandbox.person(name) for name in PEOPLE]
    newest = ""
    for number in range(channels):
        name = f"filled-{number:03}"
        sandbox.add_channel(name, members=[*people, sandbox.bot])
        newest = await _talk(people, name, messages)
    return {"channel": sandbox.channel(f"filled-{channels - 1:03}").id, "newest": newest}


async def _talk(people: list[Person], channel: str, messages: int) -> str:
    ts = ""
    for number in range(messages):
        ts = await people[number % len(people)].says(f"{number}: {TEXT}", in_=channel)
    return ts


async def _say(sandbox: Sandbox, messages: int) -> dict[str, object]:
    """How many seconds passed until all were acknowledged, and how many were."""
    people, began = [sandbox.person(name) for name in PEOPLE], time.perf_counter()
    for _ in range(messages // AT_ONCE):
        await _talk(people, "general", AT_ONCE)
        await sandbox.settled()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "acks": sum(entry.kind == "ack" for entry in sandbox.journal.entries)}


REQUESTS: dict[str, Callable[..., Awaitable[dict[str, object]]]] = {"fill": _fill, "say": _say}


async def main() -> None:
    async with Sandbox() as sandbox:
        people = [sandbox.add_person(name) for name in PEOPLE]
        sandbox.add_channel("general", members=[*people, sandbox.bot])
        print(json.dumps(sandbox.environment()), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            request, *numbers = line.split()
            print(json.dumps(await REQUESTS[request](sandbox, *map(int, numbers))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
