"""What scenarios look at besides one channel: what was recorded, what the review says, everything the bot said."""

import json
from typing import Any

from bot.domain.ids import IncidentNumber
from bot.domain.timeline import AnyEvent
from bot.review import redact, render_json
from bot.sandbox import Channel, Message
from bot.workflows.compiling import compile_for
from tests.scenarios.conftest import Company


async def recorded(company: Company, number: int = 1) -> list[AnyEvent]:
    """The timeline of an incident; empty when there is none."""
    async with company.bot.context.store.read() as tx:
        return [one.event for one in await tx.timeline(IncidentNumber(number))]


async def review_of(company: Company, number: int = 1) -> dict[str, Any]:
    """The review as it stands now, as JSON."""
    incident = await company.incident(number)
    found: dict[str, Any] = json.loads(render_json(redact(await compile_for(company.bot.context, incident))))
    return found


def said_by_bot(company: Company, channel: Channel) -> list[Message]:
    """What the bot posted in a channel and its threads, the card first."""
    return [message for message in channel.posted if message.is_said and message.user == company.sandbox.bot.id]


def everything_said_by_bot(company: Company) -> list[Message]:
    """Every message of the bot: in channels, in direct messages, to one person alone."""
    posted = [message for channel in company.sandbox.channels for message in said_by_bot(company, channel)]
    alone = [message for one in company.sandbox.workspace.ephemerals.values() for message in one]
    return [*posted, *alone]


async def traces(company: Company) -> tuple[object, ...]:
    """Everything a command could change: timelines, and what others see. Equal before and after a refusal."""
    await company.settle()
    async with company.bot.context.store.read() as tx:
        numbers = sorted(one.number for one in await tx.incidents(open_only=False))
        timelines = [await tx.timeline(number) for number in numbers]
    shown = [
        (channel.id, channel.name, channel.topic, tuple(channel.members), [one.plain for one in channel.posted])
        for channel in company.sandbox.channels
    ]
    return timelines, shown
