"""Before a review is written: the names of everybody and everything in it, in full, that Slack has not told of yet."""

from bot.delivery.outcomes import Done
from bot.domain.ids import ChannelId
from bot.domain.incident import Incident
from bot.domain.labels import nameless
from bot.domain.named import mentioned
from bot.domain.people import Profile
from bot.domain.texts import texts
from bot.slack.gateway import Gateway
from bot.slack.groups import fetch_groups
from bot.slack.people import fetch_person
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context

MOST = 200
"""Of people, and of channels, that Slack is asked about for one review."""


async def learn_names(context: Context, gateway: Gateway, incident: Incident) -> None:
    """Whoever wrote, came or was mentioned, and groups and channels that were; who is not found keeps their id."""
    review = await compile_for(context, incident, with_transcript=False)
    async with context.store.read() as tx:
        written = [text for channel in incident.channels for text in await tx.with_markup(channel)]
        authors = {user for channel in incident.channels for user in await tx.authors(channel)}
        people = {*review.people, *authors, *mentioned(written)}
        known = {user for user, person in (await tx.people(people)).items() if person.full_name is not None}
        unknown = sorted(people - known)
        ids = nameless([*texts(review), *written])
        nameless_now = sorted(ids - (await tx.names(ids)).keys())
    for user in unknown[:MOST]:
        person = await fetch_person(gateway, user)
        if isinstance(person, Profile):
            async with context.store.write() as tx:
                await tx.keep_person(person, context.now())
    await _groups(context, gateway, {key for key in nameless_now if key.startswith("S")})
    for channel in [ChannelId(key) for key in nameless_now if key.startswith(("C", "G"))][:MOST]:
        answer = await gateway.call("conversations.info", channel=channel)
        if isinstance(answer, Done) and (name := answer.result["channel"].get("name")):
            async with context.store.write() as tx:
                await tx.keep_channel_name(channel, name)


async def _groups(context: Context, gateway: Gateway, wanted: set[str]) -> None:
    listed = await fetch_groups(gateway) if wanted else []
    if isinstance(listed, list):
        async with context.store.write() as tx:
            for group in listed:
                if group.id in wanted:
                    await tx.keep_group(group)
