"""What the page suggests to try next, in each channel, as the incidents of the live demo go on."""

import asyncio
from collections.abc import Iterable

from bot.app import Started
from bot.domain.incident import Incident
from bot.domain.vocabulary import Status
from bot.sandbox import Sandbox, Suggestion

LOOKS_EVERY = 0.3
"""Seconds."""
SHOWN = 20
"""Incidents that still get suggestions, the newest."""

TO_BEGIN_WITH = (
    "/incident declare checkout returns 500s service:checkout impact:high urgency:high",
    "/incident declare P3 search is slow service:search",
)
TO_LOOK = "/incident status"
UPDATE = "/incident update Conditions: one payment in five fails. Actions: rolling back to 4.2. Needs: none. next:15m"
NEXT: dict[Status, tuple[str, ...]] = {
    Status.DECLARED: ("/incident accept", UPDATE),
    Status.INVESTIGATING: (UPDATE, "/incident runbook", "/incident mitigate rolled back to 4.2"),
    Status.MITIGATED: ("/incident status", "/incident resolve 4.2 runs everywhere again"),
    Status.RESOLVED: ("/incident verify error rate flat for ten minutes",),
    Status.CLOSED: ("/incident timeline", "/incident review"),
}
ONCE_VERIFIED = ("/incident close",)


async def guide(sandbox: Sandbox, bot: Started) -> None:
    """Keep the suggestions fitting, until cancelled."""
    while True:
        async with bot.context.store.read() as tx:
            newest = await tx.incidents(open_only=False, limit=SHOWN)
            found = suggestions([one for row in newest if (one := await tx.incident(row.number))])
        if found != sandbox.suggestions:
            sandbox.suggest(found)
        await asyncio.sleep(LOOKS_EVERY)


def suggestions(incidents: Iterable[Incident]) -> list[Suggestion]:
    """For #general, and for the channel of each incident that has one."""
    shown = [one for one in incidents if one.channel_name]
    to_look = (TO_LOOK,) if shown else ()
    begin = [Suggestion(text, "general") for text in (*TO_BEGIN_WITH, *to_look)]
    return begin + [Suggestion(text, one.channel_name) for one in shown for text in next_for(one)]


def next_for(incident: Incident) -> tuple[str, ...]:
    """What may be typed next in an incident's channel."""
    if incident.status is Status.RESOLVED and incident.verified_at is not None:
        return ONCE_VERIFIED
    return NEXT.get(incident.status, ())
