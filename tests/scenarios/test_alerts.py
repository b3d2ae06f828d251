"""Monitoring speaks to Muster over HTTP: people are asked, incidents get evidence, and nothing is lost or doubled."""

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.timeline import AlertAttached, AlertFiresAgain, AlertsQuiet, ChangeSeen, IncidentDeclared
from bot.domain.vocabulary import AlertState, Status
from tests.integrations.alerts.given import payload
from tests.scenarios.conftest import Company, build_bot, company_at_work, eventually
from tests.scenarios.looking import everything_said_by_bot, recorded, review_of, said_by_bot

SECRET = "a-secret-of-alertmanager"
ENVIRONMENT = {"MUSTER_ALERTS_ALERTMANAGER": SECRET}
ALERTS = {"Authorization": f"Bearer {SECRET}"}
DECLARES = {"alerts": [{"source": "alertmanager", "when": {"severity": "critical"}, "do": "declare", "priority": "P2"}]}

SAID = itertools.count(1)


def fired(
    *instances: str,
    status: str = "firing",
    name: str = "HighErrorRate",
    service: str = "checkout",
    at: str = "2026-03-02T02:50:00Z",
    **more: Any,
) -> dict[str, Any]:
    """A message of Alertmanager about alerts of one group; each started at that time."""
    alerts = [
        {
            "status": status,
            "labels": {"alertname": name, "instance": one, "service": service, "severity": "critical"},
            "annotations": {"summary": "5xx above 5 %", "runbook_url": "https://runbooks.example/checkout"}
            if status == "firing"
            else {},
            "startsAt": at,
            "endsAt": "2026-03-02T02:58:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example/graph",
            "fingerprint": f"{name}-{service}-{one}",
            **more,
        }
        for one in instances
    ]
    group = f'{{}}:{{alertname="{name}", service="{service}"}}'
    said = f"the {next(SAID)}. message"  # the same body twice is the same delivery
    return {"version": "4", "status": status, "groupKey": group, "alerts": alerts, "receiver": said}


async def send(
    company: Company, content: Any, headers: Mapping[str, str] = ALERTS, source: str = "alertmanager"
) -> tuple[int, Any]:
    """What Alertmanager posts, and what it is answered once Muster has come to rest."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    url = f"http://127.0.0.1:{company.bot.port}/alerts/{source}"
    async with aiohttp.ClientSession() as client, client.post(url, data=io.BytesIO(body), headers=headers) as response:
        answer = await response.json()
    await company.settle()
    return response.status, answer


@asynccontextmanager
async def monitored(folder: Path, database_url: str, policy: Mapping[str, Any] | None = None) -> AsyncIterator[Company]:
    async with company_at_work(folder, database_url, policy, environment=ENVIRONMENT) as company:
        yield company


async def test_people_are_asked_once_and_the_question_counts(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url) as company:
        assert await send(company, fired("web-1")) == (202, {"accepted": 1, "repeated": False})
        (asked,) = said_by_bot(company, company.broadcast)
        assert "*Alertmanager*: 5xx above 5 %" in asked.plain
        assert "critical · Checkout · alertname: HighErrorRate, instance: web-1" in asked.plain

        await company.later(minutes=6)
        await send(company, fired("web-1", "web-2"))
        (asked,) = said_by_bot(company, company.broadcast)
        assert "×3, last <!date^" in asked.plain
        assert "|03:06 UTC> · 2 signals, all firing" in asked.plain

        answer = await company.bo.clicks("Declare", in_="incidents")
        assert answer.ok
        channel = await company.channel()
        asked, _ = said_by_bot(company, company.broadcast)
        assert "Linked to INC-1 by " in asked.plain
        assert channel.shows("Declared by ")
        assert channel.shows("|5xx above 5 %> · ×3, last ")
        assert channel.shows("runbook")
        incident = await company.incident()
        assert incident.declared_by == company.bo.id
        assert incident.detected_at is not None
        assert f"{incident.detected_at:%H:%M}" == "02:50"
        assert "detected_at" in incident.inferred


async def test_who_is_not_known_is_refused_and_nothing_is_kept(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url) as company:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "Basic ????"},
            {"X-Muster-Secret": "é"},
        ):
            status, answer = await send(company, fired("web-1"), headers)
            assert (status, answer["error"]) == (401, "The secret or the signature is missing or wrong.")
        assert (await send(company, fired("web-1"), source="grafana"))[0] == 404
        assert (await send(company, fired("web-1"), source="nobody"))[0] == 404
        assert (await send(company, b"x" * (1024 * 1024 + 1)))[0] == 413
        for body in (b"{", b"[" * 100_000, b"[]", b'{"alerts": 3}', b"\xff\xfe"):
            assert (await send(company, body))[0] == 400
        assert said_by_bot(company, company.broadcast) == []


@pytest.mark.both_engines
async def test_the_same_delivery_counts_once(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url) as company:
        first, second = fired("web-1"), fired("web-2")
        for repeated in (False, True):
            assert await send(company, first) == (202, {"accepted": 1, "repeated": repeated})
        together = await asyncio.gather(*(send(company, second) for _ in range(4)))
        assert sorted(answer["repeated"] for _, answer in together) == [False, True, True, True]
        async with company.bot.context.store.read() as tx:
            alert = await tx.alert(1)
        assert alert is not None
        assert (alert.times, alert.signals, alert.state) == (2, 2, AlertState.ASKED)


@pytest.mark.both_engines
async def test_an_integration_declares_and_recovery_is_evidence(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url, DECLARES) as company:
        await send(company, fired("web-1", "web-2"))
        channel = await company.channel()
        assert channel.shows("Declared by Alertmanager")
        assert set(channel.members) == {company.dana.id, company.sandbox.bot.id}
        assert "You are asked to take command" in company.dana.dms[-1].plain
        declared, attached = [
            one for one in await recorded(company) if isinstance(one, IncidentDeclared | AlertAttached)
        ]
        assert {declared.by, attached.by} == {None}
        assert (await company.incident()).priority == "P2"

        await send(company, fired("web-1", status="resolved"))
        await company.later(minutes=10)
        assert not [one for one in await recorded(company) if isinstance(one, AlertsQuiet)]

        await send(company, fired("web-2", status="resolved"))
        await company.later(minutes=4)
        assert not [one for one in await recorded(company) if isinstance(one, AlertsQuiet)]
        await company.later(minutes=2)
        (quiet,) = [one for one in await recorded(company) if isinstance(one, AlertsQuiet)]
        assert (quiet.signals, f"{quiet.since:%H:%M}") == (2, "02:58")
        assert (await company.incident()).status is Status.DECLARED

        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.settle()
        assert (await company.dana.clicks("Verify: alerts are quiet", in_=channel.id)).ok
        await company.settle()
        incident = await company.incident()
        assert incident.verified_at is not None
        assert incident.status is Status.RESOLVED
        assert channel.shows("verified the resolution: both signals from Alertmanager are quiet.")

        await send(company, fired("web-2", at="2026-03-02T03:20:00Z"))
        assert [one for one in await recorded(company) if isinstance(one, AlertFiresAgain)]
        assert (await company.dana.clicks("Reopen", in_=channel.id)).ok
        await company.settle()
        assert (await company.incident()).status is Status.INVESTIGATING
        told = [one["text"] for one in (await review_of(company))["timeline"]]
        assert any("Runbook: https://runbooks.example/checkout" in text and "instance: " not in text for text in told)


async def test_an_alert_of_a_service_with_an_open_incident_is_attached_without_noise(
    tmp_path: Path, database_url: str
) -> None:
    policy = {"alerts": [{"do": "attach"}]}
    async with monitored(tmp_path, database_url, policy) as company:
        await send(company, fired("web-1"))
        assert said_by_bot(company, company.broadcast) == []
        channel = await company.declares("checkout fails service:checkout")
        before = len(said_by_bot(company, channel))
        await send(company, fired("web-1", "web-2"))
        assert len(said_by_bot(company, channel)) == before
        assert channel.shows("2 signals, all firing")
        assert (await company.incident()).declared_by == company.dana.id


async def test_somebody_joins_it_or_ignores_it(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url) as company:
        await company.declares("checkout fails service:checkout")
        await send(company, fired("web-1"))
        assert (await company.bo.clicks("Join INC-1", in_="incidents")).ok
        channel = await company.channel()
        assert company.bo.id in channel.members
        refused = await company.eli.types("/incident alert 1 ignore 1h", in_="general")
        assert "The alert belongs to INC-1 already" in refused.text

        await send(company, fired("db-1", name="SlowQueries", service="payments"))
        answer = await company.eli.types("/incident alert 2 ignore 2h", in_="general")
        assert "Nobody is asked about it until" in answer.text
        shown = len(said_by_bot(company, company.broadcast))
        await company.later(minutes=90)
        await send(company, fired("db-1", name="SlowQueries", service="payments"))
        assert len(said_by_bot(company, company.broadcast)) == shown
        await company.later(minutes=31)
        await send(company, fired("db-1", name="SlowQueries", service="payments"))
        assert len(said_by_bot(company, company.broadcast)) == shown + 1
        listed = await company.eli.types("/incident alert", in_="general")
        assert "alert 3" in listed.text


async def test_of_a_private_alert_only_its_incidents_members_read_a_word(tmp_path: Path, database_url: str) -> None:
    asks = {"alerts": [{"when": {"title": "*payroll*"}, "do": "ask", "private": True}]}
    async with monitored(tmp_path, database_url, asks) as company:
        leaks: dict[str, Any] = {"annotations": {"summary": "the payroll leaks"}, "labels": {"alertname": "payroll"}}
        await send(company, fired("db-1", name="payroll", **leaks))
        listed = (await company.eli.types("/incident alert", in_="general")).text
        assert "a private alert" in listed
        assert (await company.bo.clicks("Declare", in_="incidents")).ok
        await company.settle()
        assert (await company.incident()).is_private

        await send(company, fired("web-1"))
        await company.bo.types("/incident alert 2 join INC-1", in_="general")
        await company.settle()
        for number in (1, 2):
            for typed in (f"alert {number}", f"alert {number} ignore 1h", f"alert {number} declare"):
                told = (await company.eli.types(f"/incident {typed}", in_="general")).text
                assert f"There is no alert {number}" in told
        assert "payroll" in str((await company.bo.types("/incident INC-1 timeline", in_="general")).blocks)
        everywhere = [one.plain for one in (*company.broadcast.posted, *company.eli.dms, *company.eli.ephemerals)]
        assert not [one for one in (listed, *everywhere) if "payroll" in one or "INC-1" in one]


async def test_hostile_labels_ping_nobody_and_break_nothing(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url, DECLARES) as company:
        eli = company.eli.id
        evil = f"<!channel> <@{eli}> \x1b[31mred\x1b[0m @here *bold* `{{title}}` \u202e"
        content = fired("web-1")
        content["alerts"][0]["annotations"] = {
            "summary": evil,
            "description": "x" * 100_000,
            "runbook_url": "javascript:x",
        }
        content["alerts"][0]["labels"]["team"] = evil * 1000
        assert (await send(company, content))[0] == 202
        await company.channel()
        said = [json.dumps([one.text, one.blocks]) for one in everything_said_by_bot(company)]
        assert said
        for text in said:
            assert "<!channel>" not in text
            assert "<!here>" not in text
            assert f"<@{eli}>" not in text
            assert "\\u001b" not in text
        assert company.eli.dms == []


async def test_what_comes_while_slack_is_down_is_worked_off_in_order(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url, DECLARES) as company:
        company.sandbox.outage(1.0)
        url = f"http://127.0.0.1:{company.bot.port}/alerts/alertmanager"
        async with aiohttp.ClientSession() as client:
            for service in ("checkout", "payments"):
                async with client.post(url, json=fired("a", service=service), headers=ALERTS) as response:
                    assert response.status == 202

        async def both_are_open() -> bool:
            async with company.bot.context.store.read() as tx:
                return len([one for one in await tx.incidents() if one.channel]) == 2

        await eventually(both_are_open)
        await company.settle()
        assert [(await company.incident(number)).service for number in (1, 2)] == ["checkout", "payments"]


async def test_a_storm_makes_so_many_channels_and_one_for_the_rest(tmp_path: Path, database_url: str) -> None:
    policy = {**DECLARES, "alerting": {"storm": {"channels": 2, "within": "10m"}}}
    async with monitored(tmp_path, database_url, policy) as company:
        for number in range(6):
            await send(company, fired("a", name=f"Alert{number}", service=f"unknown-{number}"))
        async with company.bot.context.store.read() as tx:
            titles = [one.title for one in await tx.incidents()]
        assert sorted(titles) == ["5xx above 5 %", "5xx above 5 %", "Many alerts at once"]
        attached = [one for one in await recorded(company, 3) if isinstance(one, AlertAttached)]
        assert [dict(one.labels)["alertname"] for one in attached] == ["Alert2", "Alert3", "Alert4", "Alert5"]
        assert (await company.channel(3)).shows("Alert5")


async def test_what_flaps_is_one_question_and_waits_until_it_is_often(tmp_path: Path, database_url: str) -> None:
    policy = {"alerts": [{"do": "ask", "after": "3 in 10m", "settle": "10m"}]}
    async with monitored(tmp_path, database_url, policy) as company:
        for minute in range(4):
            await send(company, fired("web-1", at=f"2026-03-02T03:0{minute}:00Z"))
            await send(company, fired("web-1", status="resolved"))
            assert len(said_by_bot(company, company.broadcast)) == (minute >= 2)
            await company.later(minutes=1)
        (asked,) = said_by_bot(company, company.broadcast)
        assert "×4, last " in asked.plain
        assert "on and off 3 times" in asked.plain


async def test_a_source_that_has_gone_silent_is_told_once(tmp_path: Path, database_url: str) -> None:
    policy = {"alerts": [{"do": "ignore"}], "alerting": {"silent_after": {"alertmanager": "1h"}}}
    async with monitored(tmp_path, database_url, policy) as company:
        await send(company, fired("watchdog"))
        await company.later(minutes=59)
        assert said_by_bot(company, company.broadcast) == []
        await company.later(minutes=90)
        (told,) = said_by_bot(company, company.broadcast)
        assert "*Muster*: Nothing has come from Alertmanager since 2026-03-02 03:00 UTC" in told.plain
        await send(company, fired("watchdog"))
        await company.later(minutes=1)
        assert "quiet since" in said_by_bot(company, company.broadcast)[0].plain


async def test_what_comes_before_slack_is_reached_is_kept(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url) as company:
        sandbox, clock = company.sandbox, company.clock
        policy = tmp_path / "policy.yml"
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    more = {**ENVIRONMENT, "SLACK_API_URL": "http://127.0.0.1:9/api/", "MUSTER_HTTP_PORT": str(port)}
    bot = build_bot(sandbox, clock, policy, database_url, more=more)

    async def answered() -> int:
        with suppress(aiohttp.ClientConnectionError):
            url = f"http://127.0.0.1:{port}/alerts/alertmanager"
            async with aiohttp.ClientSession() as client, client.post(url, json=fired("a"), headers=ALERTS) as response:
                return response.status
        return 0

    async def run() -> None:
        async with bot.running():
            raise AssertionError("there is no Slack")

    running = asyncio.create_task(run())
    statuses = []

    async def is_kept() -> bool:
        statuses.append(await answered())
        return statuses[-1] == 202

    await eventually(is_kept)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert set(statuses) <= {0, 503, 202}


async def test_what_was_deployed_stands_on_the_timeline_of_its_services_incidents(
    tmp_path: Path, database_url: str
) -> None:
    secret = {"MUSTER_CHANGES": SECRET}
    async with company_at_work(tmp_path, database_url, environment=secret) as company:
        deployed = payload("github-deployment-status")
        assert await change(company, deployed, at="2026-03-02T02:57:00Z") == (202, {"accepted": 1, "repeated": False})
        channel = await company.declares("checkout fails service:checkout")
        assert channel.shows(
            "GitHub: Checkout v4.2.0 was deployed to production by octocat, 3 min before it was noticed."
        )
        await company.declares("payments fail service:payments")

        await company.later(minutes=10)
        assert (await change(company, deployed, at="2026-03-02T03:08:00Z"))[0] == 202
        seen = [one for one in await recorded(company) if isinstance(one, ChangeSeen)]
        assert [one.before for one in seen] == [timedelta(minutes=3), None]
        assert not [one for one in await recorded(company, 2) if isinstance(one, ChangeSeen)]
        assert (await change(company, deployed, at="2026-03-02T03:09:00Z", signature="00"))[0] == 401
        texts = [one["text"] for one in (await review_of(company))["timeline"]]
        assert len([text for text in texts if "v4.2.0 was deployed" in text]) == 2


async def change(company: Company, content: Any, at: str, signature: str | None = None) -> tuple[int, Any]:
    """What GitHub posts about a deployment that ended then."""
    content["deployment_status"]["created_at"] = at
    body = json.dumps(content).encode()
    signed = signature or hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": "deployment_status", "X-Hub-Signature-256": f"sha256={signed}"}
    url = f"http://127.0.0.1:{company.bot.port}/changes"
    async with aiohttp.ClientSession() as client, client.post(url, data=body, headers=headers) as response:
        answer = await response.json()
    await company.settle()
    return response.status, answer


async def test_what_the_policy_refuses_an_integration_is_asked(tmp_path: Path, database_url: str) -> None:
    async with monitored(tmp_path, database_url, {**DECLARES, "access": {"declare": ["managers"]}}) as company:
        await send(company, fired("web-1"))
        assert await recorded(company) == []
        assert "5xx above 5 %" in said_by_bot(company, company.broadcast)[0].plain
