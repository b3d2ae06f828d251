"""What the check-up says of paging, without calling anybody."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.config.settings import Settings, load
from bot.domain.policy import Apprise, EscalationStep, PagerDuty, Paging, Policy
from bot.domain.vocabulary import Priority
from bot.operator.doctor_paging import examine_paging
from tests.domain.given import BO, CHEN, POLICY, SAM
from tests.integrations.pagers import KEY, TOKEN, TOKEN_VARIABLE, VARIABLE, pagerduty_events
from tests.integrations.test_pagers import by_apprise

ROOT = Path(__file__).parents[2]

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-1-x", "SLACK_APP_TOKEN": "xapp-1-A-1-x", "SLACK_SIGNING_SECRET": "x" * 32}


def given(**held: str) -> Settings:
    return load({**SLACK, **held}, env_file=None)


def paging(*tell: str, people: Mapping[Any, Mapping[str, str]] | None = None, **how: Any) -> Policy:
    ladder = (EscalationStep(timedelta(0), tell),)
    pagers = Paging(PagerDuty(**how), people or {})
    return replace(POLICY, escalation={Priority.P1: ladder}, paging=pagers)


async def told(policy: Policy, settings: Settings) -> list[tuple[str, bool, str]]:
    return [(one.code, one.must_mend, one.text) for one in await examine_paging(policy, settings)]


async def test_a_key_that_can_be_none_is_said_without_showing_it() -> None:
    policy = paging("channel", key=VARIABLE)
    assert await told(policy, given(**{VARIABLE: KEY})) == []
    ((code, must_mend, text),) = await told(policy, given(**{VARIABLE: "u+api-token-of-rest"}))
    assert (code, must_mend) == ("pager_key", True)
    assert "u+api" not in text


async def test_a_token_is_tried_and_nothing_rings() -> None:
    async with pagerduty_events() as service:
        policy = paging("channel", token=TOKEN_VARIABLE, api=service.api, allow_private_address=True)
        assert await told(policy, given(**{TOKEN_VARIABLE: TOKEN})) == []
        refused = await told(policy, given(**{TOKEN_VARIABLE: "wrong"}))
        assert refused == [("pager_token", True, f"PagerDuty refuses the token in {TOKEN_VARIABLE} (status 401).")]
        service.answers = [503]
        ((_, must_mend, text),) = await told(policy, given(**{TOKEN_VARIABLE: TOKEN}))
        assert (must_mend, "(status 503)" in text) == (False, True)
        assert service.rang == 0


async def test_whom_no_pager_reaches_is_named_beforehand() -> None:
    managed = replace(
        paging("secondary", "manager", "page", key=VARIABLE), people=replace(POLICY.people, managers=(CHEN,))
    )
    ((code, _, text),) = await told(managed, given(**{VARIABLE: KEY}))
    assert code == "pager_missing"
    assert (CHEN in text, SAM in text, BO in text) == (True, True, False)
    own = {CHEN: {"pagerduty": VARIABLE}, SAM: {"pagerduty": VARIABLE}}
    assert await told(replace(managed, paging=replace(managed.paging, people=own)), given(**{VARIABLE: KEY})) == []
    assert await told(paging("secondary", key=VARIABLE), given(**{VARIABLE: KEY})) == []


async def test_what_apprise_does_not_know_is_said_without_showing_it_and_nothing_is_sent() -> None:
    async with by_apprise() as it:
        policy = replace(POLICY, paging=Paging(people={CHEN: {"apprise": VARIABLE}}, apprise=Apprise()))
        assert await told(policy, given(**{VARIABLE: it.call.secret})) == []
        assert it.service.received == []
        ((code, must_mend, text),) = await told(policy, given(**{VARIABLE: "pagerr://Ab3Token"}))
        assert (code, must_mend, VARIABLE in text, "Token" in text) == ("pager_key", True, True, False)


def test_apprise_that_is_not_installed_is_said_with_the_way_to_have_it() -> None:
    script = (
        "import asyncio, sys; sys.modules['apprise'] = None\n"
        "from tests.operator.test_doctor_paging import *\n"
        "policy = replace(POLICY, paging=Paging(apprise=Apprise(VARIABLE)))\n"
        "print(asyncio.run(told(policy, given(**{VARIABLE: 'json://x.example'}))))"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "pager_not_installed', True" in said
    assert "pip install 'muster-bot[apprise]'" in said
