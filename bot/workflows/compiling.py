"""Compile the review of an incident from everything that is recorded."""

import asyncio
from datetime import datetime

from bot.domain.compiling import Material, compile_review, with_names
from bot.domain.document import Review
from bot.domain.incident import Incident
from bot.domain.labels import nameless
from bot.domain.texts import texts
from bot.domain.transcript import Message
from bot.domain.vocabulary import Mark
from bot.store.transaction import Reading
from bot.workflows.budgets import used_of_budget
from bot.workflows.context import Context


async def compile_for(
    context: Context, incident: Incident, complete_to: datetime | None = None, *, with_transcript: bool = True
) -> Review:
    """`complete_to`: everything said in the channel up to then is known; None: as far as was last kept. Sections and
    findings need no transcript but the messages that are key moments, and a long one takes seconds."""
    now = context.now()
    async with context.store.read() as tx:
        workspace = await tx.workspace()
        heard_to = complete_to or await tx.heard_to() or incident.declared_at
        if incident.channel is None or incident.is_archived:
            heard_to = now  # there is nothing more to hear
        elif incident.channel_lost_at is not None:
            heard_to = min(heard_to, incident.channel_lost_at)
        material = Material(
            timeline=await tx.timeline(incident.number),
            transcript=await _said(tx, incident, with_transcript=with_transcript),
            came=[one for channel in incident.channels for one in await tx.came(channel)],
            written=await tx.written(incident.number),
            runbook_steps={runbook.slug: len(runbook.steps) for runbook in context.runbooks},
            workspace_url=workspace.url if workspace else None,
            timezone=context.policy.timezone.key,
            services=context.policy.services,
            budget=await used_of_budget(tx, incident, context.policy.budgets, now),
        )
    review = await asyncio.to_thread(compile_review, material, generated_at=now, complete_to=min(heard_to, now))
    async with context.store.read() as tx:
        people, names = await tx.people(review.people), await tx.names(nameless(texts(review)))
    return with_names(review, people, names)


async def _said(tx: Reading, incident: Incident, *, with_transcript: bool) -> list[Message]:
    if with_transcript:
        return [one for channel in incident.channels for one in await tx.transcript(channel)]
    marked = [await tx.message(one.channel, one.ts) for one in incident.marked if one.mark is Mark.KEY_MOMENT]
    return [one for one in marked if one is not None]
