"""`muster trackers check`, and what the check-up says of trackers: nothing is written there."""

import asyncio
import json
from dataclasses import dataclass

import click

from bot.config.settings import Settings
from bot.domain.policy import Policy
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Refused, Stopped
from bot.integrations.trackers import Tracker, trackers_of
from bot.operator.commands import DONE, NO, say, settings_or_stop, what_was_agreed
from bot.operator.finding import Finding

ASKED_WITHIN = 10.0
"""Seconds for which an answer is waited for."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at one tracker showed."""

    name: str
    """In the policy."""
    kind: str
    ways: tuple[str, ...] = ()
    """How each change of state would be made."""
    wrong: tuple[str, ...] = ()
    away: str = ""
    """Why nobody can tell for now; empty where it answered."""


async def check(*, as_json: bool) -> int:
    """Say of each tracker how work would be closed and opened again, and what stands in the way."""
    policy, _ = what_was_agreed()
    settings = settings_or_stop()
    looked = await look(policy, settings)
    missing = [one for name, one in policy.trackers.items() if one.token not in settings.tracker_secrets]
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in looked], indent=2, ensure_ascii=False))
    elif not policy.trackers:
        say("The policy names no tracker.")
    for one in missing:
        say(f"{one.name}: {one.token} is not set, so it was not looked at.")
    for found in () if as_json else looked:
        click.echo(f"{found.name} ({found.kind})")
        for line in (*found.ways, *(f"to mend: {why}" for why in found.wrong)):
            click.echo(f"  {line}")
        if found.away:
            click.echo(f"  cannot be reached from here: {found.away}")
    is_well = not missing and not any(one.wrong or one.away for one in looked)
    return DONE if is_well else NO


async def examine_trackers(policy: Policy, settings: Settings) -> list[Finding]:
    """For the check-up."""
    findings = []
    for one in await look(policy, settings):
        findings += [Finding("tracker", f"The tracker {one.name} cannot be used as it is: {why}.") for why in one.wrong]
        if one.away:
            text = f"The tracker {one.name} cannot be reached from here: {one.away}."
            findings.append(Finding("tracker_away", text, must_mend=False))
    return findings


async def look(policy: Policy, settings: Settings) -> list[Looked]:
    """All of them at once, in the policy's order; one whose token is not set is not there."""
    secrets = {name: one.get_secret_value() for name, one in settings.tracker_secrets.items()}
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        trackers = trackers_of(policy, secrets, outgoing)
        return list(await asyncio.gather(*(_looked_at(name, one) for name, one in trackers.items())))


async def _looked_at(name: str, tracker: Tracker) -> Looked:
    try:
        checked = await tracker.check()
    except Refused as no:
        return Looked(name, tracker.name, wrong=(tracker.why(no),))
    except Stopped as stopped:
        return Looked(name, tracker.name, away=str(stopped))
    return Looked(name, tracker.name, checked.ways, checked.missing)


def _as_json(one: Looked) -> dict[str, object]:
    return {"name": one.name, "kind": one.kind, "ways": one.ways, "to_mend": one.wrong, "away": one.away or None}
