"""The check-up of paging: whether keys and tokens are what they should be, and who could not be called. Nobody is."""

import re
from collections.abc import Iterable

from bot.config.settings import Settings
from bot.domain.ids import SlackUserId
from bot.domain.paging import TARGET
from bot.domain.policy import PagerDuty, Policy
from bot.domain.telling import few
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.apprise import INSTALL, NotInstalled, addresses_of
from bot.integrations.paging.oncalls import OnCalls
from bot.integrations.rest import Refused, Stopped
from bot.operator.finding import SHOWN, Finding

ASKED_WITHIN = 5.0
"""Seconds for which PagerDuty is waited for."""
ROUTING_KEY = re.compile(r"[A-Za-z0-9]{32}")
"""An integration key of its Events API, version 2 (PagerDuty/developer-docs, August 2026)."""


async def examine_paging(policy: Policy, settings: Settings) -> list[Finding]:
    held = {name: one.get_secret_value() for name, one in settings.page_secrets.items()}
    found = [*_keys(policy, held), *_addresses(policy, held), *_unpaged(policy)]
    if (pagerduty := policy.paging.pagerduty) and pagerduty.token and (token := held.get(pagerduty.token)):
        found += await _token(policy, settings, pagerduty, token)
    return found


def _keys(policy: Policy, held: dict[str, str]) -> Iterable[Finding]:
    for variable in _variables(policy, held, "pagerduty"):
        if not ROUTING_KEY.fullmatch(held[variable]):
            text = f"{variable} is no integration key of PagerDuty's Events API v2: those are 32 letters and digits."
            yield Finding("pager_key", text)


def _addresses(policy: Policy, held: dict[str, str]) -> Iterable[Finding]:
    """Apprise reads them; it sends nothing."""
    for variable in _variables(policy, held, "apprise"):
        try:
            if addresses_of(held[variable]) is None:
                text = f"{variable} holds an address that Apprise does not know"
                yield Finding("pager_key", f"{text}; `apprise --details` lists the kinds there are.")
        except NotInstalled:
            text = f"The policy pages people by Apprise, and the extra `apprise` is not installed: {INSTALL}"
            yield Finding("pager_not_installed", text)
            return


def _variables(policy: Policy, held: dict[str, str], pager: str) -> list[str]:
    """Those that are set of the ones whose keys a pager is given."""
    paging = policy.paging
    general = paging.pagers[pager].key if pager in paging.pagers else None
    own = (keys.get(pager) for keys in paging.people.values())
    return sorted({one for one in (general, *own) if one in held})


def _unpaged(policy: Policy) -> Iterable[Finding]:
    """People whom a step of a ladder would page and for whom there is no pager."""
    steps = [step for ladder in policy.escalation.values() for step in ladder if TARGET in step.tell]
    if not steps or not policy.paging.is_on:
        return
    turns = policy.schedules.values()
    on_call = {who for one in turns for who in (*one.members, *(shift.who for shift in one.shifts))}
    behind: dict[str, Iterable[SlackUserId]] = {
        "secondary": (who for one in turns for who in one.secondary),
        "manager": policy.people.managers,
        "executives": policy.people.executives,
    }
    told = {target for step in steps for target in step.tell}
    people = {*on_call, *(who for target in told for who in behind.get(target, ()))}
    none = sorted(one for one in people if not policy.paging.pagers_of(one, is_on_call=one in on_call))
    if none:
        text = f"A step of a ladder pages {few(none, SHOWN)}, and the policy names no pager for them"
        yield Finding("pager_missing", f"{text}: put one under `paging: {{people: …}}`.", must_mend=False)


async def _token(policy: Policy, settings: Settings, pagerduty: PagerDuty, token: str) -> list[Finding]:
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        try:
            await OnCalls(pagerduty, token, outgoing).check()
        except Refused as no:
            return [Finding("pager_token", f"PagerDuty refuses the token in {pagerduty.token} ({no.why}).")]
        except Stopped as no:
            text = f"PagerDuty cannot be asked from here whether it takes {pagerduty.token} ({no.outcome.why})."
            return [Finding("pager_token", text, must_mend=False)]
    return []
