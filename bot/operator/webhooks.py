"""`muster webhooks`: what other programs are told, and sending it again."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from bot.domain.actor import Integration, Person
from bot.domain.policy import Webhook
from bot.domain.webhooks import Subscription, all_of
from bot.operator.commands import DONE, NO, WRONG, NotPossible, moment, opened_store, say, what_was_agreed
from bot.operator.showing import table
from bot.store import Audited


async def listed(*, as_json: bool) -> int:
    """Every webhook: what it hears, whose it is, and how much waits for it or was given up."""
    policy, _ = what_was_agreed()
    async with opened_store() as store, store.read() as tx:
        made = {one.webhook.name: one for one in await tx.subscriptions()}
        counts = await tx.webhooks_waiting()
    found = [(one, made.get(one.name)) for one in all_of(policy, made.values())]
    found = [(one, by if by and by.webhook is one else None) for one, by in found]
    if as_json:
        click.echo(json.dumps([_as_json(*one, counts.get(one[0].name, {})) for one in found], indent=2))
        return DONE
    if not found:
        say("No other program is told anything: neither the policy nor the API has a webhook.")
        return DONE
    rows = [
        (one.name, _hears(one), _whose(by), *(str(counts.get(one.name, {}).get(state, 0)) for state in STATES))
        for one, by in found
    ]
    table(("NAME", "HEARS", "MADE BY", *(state.upper() for state in STATES)), rows)
    return DONE


STATES = ("waiting", "dead")


def _hears(webhook: Webhook) -> str:
    """In a few words."""
    kinds = "everything" if webhook.events is None else f"{len(webhook.events)} kind{'s' * (len(webhook.events) > 1)}"
    of = " ".join((*sorted(webhook.priorities), *sorted(webhook.services)))
    return f"{kinds}{f' of {of}' if of else ''}{', private too' if webhook.is_private else ''}"


def _whose(made: Subscription | None) -> str:
    match made.by if made else None:
        case Person(user=user):
            return user
        case Integration(name=name):
            return name
        case None:
            return "the policy"


def _as_json(webhook: Webhook, made: Subscription | None, counts: dict[str, int]) -> dict[str, object]:
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": sorted(webhook.events) if webhook.events is not None else None,
        "services": sorted(webhook.services),
        "priorities": sorted(webhook.priorities),
        "private": webhook.is_private,
        "id": made.id if made else None,
        "made_by": _whose(made) if made else None,
        **{state: counts.get(state, 0) for state in STATES},
    }


async def replay(since: str, names: Sequence[str]) -> int:
    """Send again what webhooks were told since an instant, or in a span up to now; those of the names, else all."""
    policy, _ = what_was_agreed()
    now = datetime.now(UTC)
    async with opened_store() as store, store.write() as tx:
        known = [one.name for one in all_of(policy, await tx.subscriptions())]
        if unknown := next((name for name in names if name not in known), None):
            raise NotPossible(WRONG, f"There is no webhook “{unknown}”. There are: {', '.join(known) or 'none'}.")
        again = await tx.send_again(names or known, moment(since, now))
        told = f"messages: {again}"
        await tx.keep_audit(Audited(now, "operator", "webhooks replay", None, "done", told, "operator"))
    say(f"{again:,} message{'' if again == 1 else 's'} will be sent again, each under its own id.")
    return DONE if again else NO
