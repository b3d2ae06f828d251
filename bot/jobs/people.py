"""Once at the start and once a day: whom the policy names, as Slack knows them now."""

from datetime import datetime, timedelta

import structlog

from bot.delivery.outcomes import Gone, Retry, Unknown
from bot.domain.people import Profile
from bot.domain.policy_people import named_people
from bot.slack.gateway import Gateway
from bot.slack.groups import fetch_groups
from bot.slack.people import fetch_person
from bot.workflows.context import Context

log = structlog.get_logger(__name__)

EVERY = timedelta(days=1)
AT_ONCE = 100
"""User groups that are written in one transaction."""
MOST_PEOPLE = 200
"""More are left for the day after: `users.info` is a method of Slack's fourth tier, about 100 calls a minute."""


async def refresh_people(context: Context, gateway: Gateway) -> None:
    """Ask Slack about the people of the policy and about all user groups, which are mentioned without their names, and
    keep what it says. Never raises."""
    try:
        await _groups(context, gateway)
        await _people(context, gateway, context.now())
    except Exception:  # tomorrow is another day: what was known stays
        log.exception("acquaintances.failed")


async def _groups(context: Context, gateway: Gateway) -> None:
    found = await fetch_groups(gateway)
    if isinstance(found, Retry | Unknown | Gone):
        return
    for first in range(0, len(found), AT_ONCE):
        async with context.store.write() as tx:
            for group in found[first : first + AT_ONCE]:
                await tx.keep_group(group)


async def _people(context: Context, gateway: Gateway, now: datetime) -> None:
    found = [await fetch_person(gateway, user) for user in list(named_people(context.policy, now))[:MOST_PEOPLE]]
    people = [one for one in found if isinstance(one, Profile)]
    if people:
        async with context.store.write() as tx:
            for person in people:
                await tx.keep_person(person, now)
