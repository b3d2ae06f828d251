"""Runbooks are looked for again while an incident begins, as words arrive."""

import re

from bot.domain.ids import ChannelId, IncidentNumber
from bot.domain.incident import Incident
from bot.domain.offering import OFFERED_WITHIN, is_offered_runbooks, offer_anew, words_of
from bot.store import Reading
from bot.workflows.context import Context, load, record
from bot.workflows.runbook_index import RunbookIndex

MESSAGES = 100
"""Those that were written first: what comes later is seldom about what it is."""
MESSAGE = 400
"""Characters of one of them, of a note, and of an alert's title."""
MARKUP = re.compile(r"<[^>]*>")
"""Mentions, channels and links."""


async def offer_runbooks(context: Context, index: RunbookIndex, where: IncidentNumber | ChannelId) -> bool:
    """Have an incident's card offer what fits by now; whether that is something else than before. `where`: an incident,
    or the channel of one. The words are looked up before anything is locked."""
    async with context.store.read() as tx:
        number = await tx.number_of_channel(where) if isinstance(where, str) else where
        incident = await _beginning(context, tx, number) if number is not None else None
        talk = await _talk(tx, incident) if incident is not None else ""
    if number is None or incident is None:
        return False
    told = await index.told(words_of(incident), talk)
    if offer_anew(incident, context.runbooks, context.policy, told, context.now()) is None:
        return False
    async with context.store.write() as tx:
        incident = await load(tx, number)
        decision = offer_anew(incident, context.runbooks, context.policy, told, context.now())
        if decision is not None:
            await record(context, tx, number, decision)
    return decision is not None


async def _beginning(context: Context, tx: Reading, number: IncidentNumber) -> Incident | None:
    """None where nothing is offered any more. Of an old incident, only the row of its list is read."""
    summary = await tx.summary(number)
    if summary is None or context.now() >= summary.declared_at + OFFERED_WITHIN:
        return None
    incident = await tx.incident(number)
    is_open = incident is not None and incident.is_readable and is_offered_runbooks(incident, context.now())
    return incident if is_open else None


async def _talk(tx: Reading, incident: Incident) -> str:
    """What monitoring and people have said of it since it was declared."""
    said = [one.title for one in incident.alerts[-MESSAGES:]]
    said += [one.text for one in incident.notes if not one.is_retracted]
    said += await tx.first_said(incident.channel, MESSAGES) if incident.channel else ()
    return "\n".join(MARKUP.sub(" ", one)[:MESSAGE] for one in said)
