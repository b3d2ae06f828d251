"""Who is on call, as somebody asks for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.demo.clock import SteppedClock
from bot.domain.ids import SlackUserId
from bot.sandbox import Sandbox
from tests.config.test_catalog import CHECKOUT, TEAM
from tests.scenarios.conftest import Company, at_work, company_at_work, eventually
from tests.scenarios.looking import review_of, said_by_bot
from tests.serving import serving


async def test_it_says_who_until_when_who_is_next_and_who_is_second(company: Company) -> None:
    answer = await company.eli.types("/incident oncall checkout", in_="general")
    dana, bo = f"<@{company.dana.id}>", f"<@{company.bo.id}>"
    assert f"{dana} until <!date^1773014400^" in answer.text  # Monday 9 March, 00:00 UTC
    assert f"then {bo}. Secondary: {bo}." in answer.text


async def test_without_a_service_every_schedule_is_listed_with_what_it_is_for(company: Company) -> None:
    answer = await company.eli.types("/incident oncall", in_="general")
    assert "*shop* (Checkout, Payments): " in answer.text


async def test_a_service_that_is_not_there_gets_the_nearest(company: Company) -> None:
    answer = await company.eli.types("/incident oncall chekout", in_="general")
    assert "Did you mean `checkout`?" in answer.text


async def test_without_schedules_it_says_who_is_asked_instead(tmp_path: Path) -> None:
    policy = {"default_schedule": None, "schedules": None, "services": {"checkout": {"name": "Checkout"}}}
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, policy) as company:
        answer = await company.eli.types("/incident oncall", in_="general")
        assert "whoever declares an incident is asked to command it" in answer.text


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
SUMMARY:{who}
DTSTART:20260301T000000Z
DTEND:20260401T000000Z
END:VEVENT
END:VCALENDAR
"""


class Calendar:
    """A calendar server on this machine."""

    def __init__(self) -> None:
        self.text, self.status, self.url = ICS.format(who="Chen"), 200, ""

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(text=self.text.replace("\n", "\r\n"), status=self.status)


@pytest.fixture
async def calendar() -> AsyncIterator[Calendar]:
    served = Calendar()
    async with serving(web.get("/ops.ics", served.answer)) as port:
        served.url = f"http://127.0.0.1:{port}/ops.ics"
        yield served


async def test_a_calendar_feed_says_who_is_asked_and_its_last_good_copy_stays(
    calendar: Calendar, tmp_path: Path
) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    ops = {"ical": calendar.url, "people": {"Chen": "UCHEN", "Eli": "UELI"}, "refresh_every": "1s"}
    policy = {"default_schedule": "ops", "schedules": {"shop": None, "ops": ops}, "services": None}
    async with company_at_work(tmp_path, database, policy) as company:
        await company.bot.refresh_on_call()
        answer = await company.eli.types("/incident oncall", in_="general")
        assert "<@UCHEN>" in answer.text
        assert "(from a calendar feed, read <!date^" in answer.text
        assert "cannot be read now" not in answer.text
        assert (await company.bot.readiness()).warnings == ()

        for text, status, why in (("no calendar", 200, "no calendar that can be read"), ("", 503, "answered 503")):
            calendar.text, calendar.status = text, status
            await eventually(lambda why=why: warned(company, why))  # type: ignore[misc]
            answer = await company.eli.types("/incident oncall", in_="general")
            assert "<@UCHEN>" in answer.text
            assert "; it cannot be read now)" in answer.text

        odd = "BEGIN:VEVENT\nUID:2\nSUMMARY:Eli and Chen\nDTSTART:20260302T000000Z\nDURATION:P1D\nEND:VEVENT\n"
        calendar.text = "\ufeff" + ICS.format(who="Eli").replace("END:VCALENDAR", f"{odd}END:VCALENDAR")
        calendar.status = 200
        await eventually(lambda: warned(company, "“Eli and Chen” (2026-03-02) names Eli and Chen"))
        assert [one.code for one in (await company.bot.readiness()).warnings] == ["oncall_left_out"]
        answer = await company.eli.types("/incident oncall", in_="general")
        assert "<@UELI>" in answer.text


async def test_between_two_shifts_nobody_is_on_call_and_it_says_until_when(calendar: Calendar, tmp_path: Path) -> None:
    calendar.text = ICS.format(who="Chen").replace("20260301T", "20260303T")  # it is the 2nd of March
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    ops = {"ical": calendar.url, "people": {"Chen": "UCHEN"}}
    policy = {"default_schedule": "ops", "schedules": {"shop": None, "ops": ops}, "services": None}
    async with company_at_work(tmp_path, database, policy) as company:
        await company.bot.refresh_on_call()
        answer = await company.eli.types("/incident oncall", in_="general")
        assert "nobody until <!date^1772496000^" in answer.text  # Tuesday 3 March, 00:00 UTC
        assert ", then <@UCHEN>." in answer.text


async def warned(company: Company, why: str) -> bool:
    await company.bot.refresh_on_call()
    return any(why in one.text for one in (await company.bot.readiness()).warnings)


async def test_a_user_group_says_who_is_asked(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    context = {
        "default_schedule": "context",
        "schedules": {"shop": None, "context": {"group": "@helpdesk"}},
        "services": None,
    }
    async with company_at_work(tmp_path, database, context) as company:
        await company.declares("nobody is in the group yet", by="eli")
        assert "nobody is on call in context now" in (await company.incident()).asked_because
        company.sandbox.add_group("helpdesk", [company.chen, company.fay])
        await company.settle()
        await company.bot.refresh_on_call()
        await company.declares("printer burns", by="eli")
        assert (await company.incident(2)).asked == company.chen.id
        answer = await company.eli.types("/incident oncall", in_="general")
        assert f"<@{company.chen.id}>. Secondary: <@{company.fay.id}>." in answer.text
        assert "(from @helpdesk)" in answer.text
        told = [one.plain for one in company.chen.dms if "You are on call in context now" in one.plain]
        assert len(told) == 1
        assert "nobody is in the group yet" in told[0]


async def test_a_group_and_people_that_were_there_before_us_are_known_soon_after_the_start(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path
) -> None:
    eve = slack.add_person("eve", real_name="Eve Evans")
    slack.add_group("helpdesk", [eve])
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    context = {
        "default_schedule": "context",
        "schedules": {"shop": None, "context": {"group": "@helpdesk"}},
        "services": None,
    }
    async with at_work(slack, clock, tmp_path, database, {**context, "people": {"executives": [eve.id]}}) as company:

        async def is_known() -> bool:
            answer = await company.eli.types("/incident oncall", in_="general")
            async with company.bot.context.store.read() as tx:
                person = await tx.person(SlackUserId(eve.id))
            return f"<@{eve.id}>" in answer.text and person is not None and person.name == "eve"

        await eventually(is_known)


async def test_whoever_comes_on_call_is_told_of_what_is_open_once(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout", by="eli")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident followup Alert on empty carts @chen", in_=channel.id)
    await company.later(days=7)
    for _ in range(2):
        await company.bot.refresh_on_call()
    await company.settle()
    told = [one.plain for one in company.bo.dms if "You are on call in shop now" in one.plain]
    assert len(told) == 1
    assert f"<@{company.dana.id}> was before you." in told[0]
    assert "Alert on empty carts" in told[0]


async def test_a_critical_one_invites_the_resolver_group_and_tells_the_manager(tmp_path: Path) -> None:
    """By the policy as it is shipped, at its declaration and when it becomes one."""
    policy = {"services": {"checkout": {"resolver_group": "@helpdesk"}}}
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, policy) as company:
        company.sandbox.add_group("helpdesk", [company.chen, company.bo])
        await company.settle()
        channel = await company.declares("P3 checkout is slow service:checkout", by="eli")
        assert company.chen.id not in channel.members
        assert company.fay.dms == []
        await company.eli.types("/incident priority P1 it is down", in_=channel.id)
        await company.settle()
        assert {company.chen.id, company.bo.id} <= set(channel.members)
        assert len(company.fay.dms) == 1
        assert "Raised from P3: it is down" in company.fay.dms[0].plain


async def test_a_service_of_the_catalogue_is_known_with_its_owner_also_after_a_start_without_it(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path
) -> None:
    catalogue = tmp_path / "catalog-info.yaml"
    catalogue.write_text(f"{CHECKOUT}---\n{TEAM}")
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    policy = {"catalog": {"from": str(catalogue)}, "services": {"checkout": {"oncall": "shop"}}}
    told = "Owner: Shop team · Slack group: @shop-sre · System: storefront · Tier: 1"
    async with at_work(slack, clock, tmp_path, database, policy) as company:
        await company.bot.refresh_catalog()
        answer = await company.eli.types("/incident oncall checkout", in_="general")
        assert told in str(answer.blocks)
    catalogue.unlink()
    async with at_work(slack, clock, tmp_path, database, policy) as company:
        answer = await company.eli.types("/incident declare P2 Checkout is slow service:checkout", in_="general")
        assert "Service: Checkout." in answer.text
        status = await company.eli.types("/incident INC-1 status", in_="general")
        assert told in str(status.blocks)
        link = "<https://grafana.example/d/checkout|Dashboard>"
        assert link in str(status.blocks)
        assert f"Owner: Shop team · {link}" in str(said_by_bot(company, await company.channel())[0].blocks)
        about = (await review_of(company))["incident"]["about_service"]
        assert (about["owned_by"], about["system"], about["tier"]) == ("Shop team", "storefront", 1)
