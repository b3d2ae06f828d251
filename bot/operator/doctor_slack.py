"""The check-up of Slack: tokens and what they allow, the clock, and whom and what the policy names there."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from bot.blocks.text import plural
from bot.config.settings import Settings
from bot.config.yaml_lines import nearest
from bot.delivery.outcomes import Done, Gone
from bot.domain.ids import SlackUserId
from bot.domain.policy import Policy
from bot.domain.policy_people import named_groups, named_people
from bot.domain.telling import few
from bot.operator.finding import SHOWN, CheckUp, Finding
from bot.slack.client import open_client
from bot.slack.events import read_person
from bot.slack.gateway import Gateway
from bot.slack.groups import fetch_groups
from bot.slack.manifest import BOT_SCOPES
from bot.slack.preflight import Identity, Refused, Unreachable, preflight

TOLD_TO_THE_SECOND = timedelta(seconds=1)
APART = timedelta(seconds=5)
"""So far the clock may differ from Slack's: a request may have been under way for as long."""
TOO_FAR = timedelta(minutes=1)
"""Slack's requests count as forged when they are five minutes old (bot/slack/http.py), and every time that people are
told is this machine's."""


async def examine_slack(
    settings: Settings, policy: Policy | None, now: Callable[[], datetime], check_up: CheckUp
) -> None:
    """Add what is found. `now`: the machine's clock."""
    app_token = settings.app_token.get_secret_value() if settings.app_token else None
    async with open_client(settings.slack_api_url, settings.bot_token.get_secret_value()) as client:
        asked_at = now()
        try:
            identity = await preflight(client, app_token)
        except Refused as no:
            check_up.findings += [Finding(finding.code, finding.text) for finding in no.findings]
            return
        except Unreachable as error:
            check_up.findings.append(Finding("slack_unreachable", str(error)))
            return
        way = "Socket Mode" if settings.mode == "socket" else "HTTP mode"
        scopes = f", with all {len(BOT_SCOPES)} scopes" if identity.scopes is not None else ""
        check_up.fine.append(f"Slack: Muster is in {identity.name} ({identity.workspace}), by {way}{scopes}.")
        check_up.findings += [*_scopes(identity), *_clock(identity, asked_at, now())]
        if policy is not None:
            findings = await _named(Gateway(client, identity), settings, policy)
            check_up.findings += findings
            if not any(one.must_mend for one in findings):
                check_up.fine.append("Slack: the channels, people and groups that the policy names are there.")


def _scopes(identity: Identity) -> Iterable[Finding]:
    """Scopes that are missing are refused before."""
    if more := sorted((identity.scopes or set()) - set(BOT_SCOPES) - {""}):
        text = (
            f"The bot token may do more than Muster needs: {few(more, SHOWN)}. Update the app from `muster manifest`."
        )
        yield Finding("more_scopes", text, must_mend=False)


def _clock(identity: Identity, asked_at: datetime, answered_at: datetime) -> Iterable[Finding]:
    """Slack's clock stood somewhere between the question and the answer, as far as this machine's is right."""
    theirs = identity.answered_at
    if theirs is None:
        return
    behind = theirs - answered_at
    ahead = asked_at - TOLD_TO_THE_SECOND - theirs
    away, where = max((behind, "behind"), (ahead, "ahead of"))
    if away > APART:
        text = (
            f"This machine's clock is {plural(round(away.total_seconds()), 'second')} {where} Slack's; let NTP set it."
        )
        yield Finding("slack_clock_skew", text, must_mend=away > TOO_FAR)


async def _named(gateway: Gateway, settings: Settings, policy: Policy) -> list[Finding]:
    findings = await _broadcast(gateway, policy.channels.broadcast)
    if settings.alert_secrets:
        findings += await _is_in(
            gateway, policy.channels.triage, "no_triage_channel", "people are to be asked about alerts"
        )
    if policy.digest is not None:
        findings += await _is_in(gateway, policy.digest.channel, "no_digest_channel", "each week is to be told of")
    for user, places in named_people(policy, datetime.now(UTC)).items():
        findings += await _person(gateway, user, ", ".join(places))
    return findings + await _groups(gateway, policy)


async def _groups(gateway: Gateway, policy: Policy) -> list[Finding]:
    """User groups that the policy names: there, and with somebody in them."""
    named = named_groups(policy)
    found = await fetch_groups(gateway) if named else []
    if not isinstance(found, list):
        return [Finding("not_asked", "Slack could not be asked about user groups; try again.", must_mend=False)]
    known = {f"@{one.handle}": one for one in found}
    findings = []
    for handle, places in named.items():
        if handle not in known:
            near = nearest(handle, list(known))
            text = f"There is no user group {handle}, named under {few(places, SHOWN)}; {near}."
            findings.append(Finding("unknown_group", text))
        elif not known[handle].users:
            findings.append(Finding("empty_group", f"Nobody is in {handle}, named under {few(places, SHOWN)}."))
    return findings


async def _broadcast(gateway: Gateway, name: str | None) -> list[Finding]:
    found = await gateway.own_channel(name) if name else ""
    if found is None:
        text = f"Muster is not in #{name}, where the policy wants a card per incident. Invite it there, or set "
        return [Finding("no_broadcast_channel", f"{text}`channels.broadcast` to another channel or to null.")]
    if not isinstance(found, str):
        return [Finding("not_asked", f"Slack could not be asked about #{name}; try again.", must_mend=False)]
    return []


async def _is_in(gateway: Gateway, name: str | None, code: str, what: str) -> list[Finding]:
    if name is None or await gateway.own_channel(name) is not None:
        return []
    return [Finding(code, f"Muster is not in #{name}, where {what}. Invite it there.")]


async def _person(gateway: Gateway, user: SlackUserId, places: str) -> list[Finding]:
    answer = await gateway.call("users.info", user=user)
    if isinstance(answer, Gone):
        text = f"Slack knows nobody with the id {user} ({answer.error}), named under {places}."
        return [Finding("unknown_person", text)]
    if not isinstance(answer, Done):
        return [Finding("not_asked", f"Slack could not be asked about {user}; try again.", must_mend=False)]
    person = read_person(answer.result["user"])
    if person.is_deactivated:
        return [Finding("left", f"{person.name} ({user}), named under {places}, has left the workspace.")]
    if person.is_bot:
        return [Finding("is_bot", f"{person.name} ({user}), named under {places}, is a bot. Name a person.")]
    return []
