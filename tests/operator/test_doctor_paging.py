"""What the check-up says of paging, without calling anybody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.config.settings import Settings, load
from bot.domain.policy import EscalationStep, PagerDuty, Paging, Policy
from bot.domain.vocabulary import Priority
from bot.operator.doctor_paging import examine_paging
from tests.domain.given import BO, CHEN, POLICY, SAM
from tests.integrations.pagers import KEY, TOKEN, TOKEN_VARIABLE, VARIABLE, pagerduty_events

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
