"""Who is not there any more: whoever left the channel or was deactivated has no part in the incident from then on."""

from collections.abc import Iterable

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.reason import Reason, Stated
from bot.domain.roles import lose
from bot.domain.transcript import MemberLeft, PersonChanged, SlackEvent
from bot.domain.vocabulary import ReasonCode
from bot.store import Reading, Writing
from bot.workflows.context import Context, record

LEFT = Stated(ReasonCode.LEFT_CHANNEL)
DEACTIVATED = Stated(ReasonCode.DEACTIVATED)


Gone = dict[tuple[IncidentNumber, SlackUserId], Reason]
"""Everybody who is gone, by incident, and why: several may leave the same channel at once."""


async def notice(context: Context, tx: Writing, gone: Gone) -> None:
    """Act on who is gone, in the transaction that took it in; incidents in ascending order."""
    for (number, user), why in sorted(gone.items()):
        await _without(context, tx, number, user, why)


async def who_is_gone(tx: Reading, events: Iterable[SlackEvent]) -> Gone:
    """What the events tell of people who left or were deactivated."""
    gone: Gone = {}
    for event in events:
        match event.seen:
            case MemberLeft(channel=channel, user=user) if user not in await tx.members(channel):
                number = await tx.number_of_channel(channel)
                if number is not None:
                    gone[number, user] = LEFT
            case PersonChanged(person=person) if person.is_deactivated:
                gone |= {(number, person.user): DEACTIVATED for number in await _open_ones_of(tx, person.user)}
            case _:
                pass
    return gone


async def _open_ones_of(tx: Reading, user: SlackUserId) -> list[IncidentNumber]:
    """The open incidents that somebody commands, is asked to command, or is in the channel of."""
    channels = await tx.channels_of(user)
    return [one.number for one in await tx.incidents() if user in (one.commander, one.asked) or one.channel in channels]


async def _without(context: Context, tx: Writing, number: IncidentNumber, user: SlackUserId, why: Reason) -> None:
    incident = await tx.load(number)
    if incident is None or not incident.is_readable:
        return
    decision = lose(incident, user, why, context.now(), context.policy)
    if decision is not None:
        await record(context, tx, number, decision)
