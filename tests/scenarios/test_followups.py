"""Follow-ups on the wire: agreed, changed, done, reminded of, listed, exported, and shown in the review."""

from pathlib import Path

from bot.sandbox import Channel, Person
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import review_of
from tests.scenarios.test_forms import form_of

DEPLOY = "followup Deploy in stages <@{}> due:2026-03-06 priority:P3 link:https://tracker.example/7"


def told(person: Person, words: str) -> int:
    return len([one for one in person.dms if words in one.plain])


async def agreed(company: Company) -> Channel:
    channel = await company.declares("checkout fails service:checkout")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types(f"/incident {DEPLOY.format(company.eli.id)}", in_=channel.id)
    await company.dana.types("/incident followup Alert on locks", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.settle()
    return channel


async def test_a_list_shows_each_by_its_number_with_owner_date_priority_link_and_state(company: Company) -> None:
    channel = await agreed(company)
    await company.dana.types("/incident followup drop 2 it was there already", in_=channel.id)
    answer = await company.chen.types("/incident INC-1 followup", in_="general")
    assert "2 follow-ups of INC-1, 1 open" in answer.text
    assert (
        f"1. Deploy in stages (<@{company.eli.id}>, due 6 Mar 2026, P3, <https://tracker.example/7|tracked here>)"
        in (answer.text)
    )
    assert "2. Alert on locks (no owner, no due date, *dropped*)" in answer.text
    states = [(one["text"], one["state"]) for one in (await review_of(company))["follow_ups"]]
    assert states == [("Deploy in stages", "open"), ("Alert on locks", "dropped")]


async def test_addresses_are_kept_as_they_were_typed(tmp_path: Path, sqlite_url: str) -> None:
    """Slack marks up bare hosts and mail addresses in what it sends."""
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares("checkout.example.com fails, ask ops@shop.example")
        assert channel.name == "inc-1-checkout-example-com-fails-ask-ops-shop-example"
        await company.dana.types("/incident followup Fix a.io/x link:tracker.example.com/T-2?a=1&b=2", in_=channel.id)
        await company.dana.says("shop.example.com answers again, see https://a.io/d/1", in_=channel.id)
        await company.dana.says("it was postgres://app:s3cr3t@db1.shop.com/orders", in_=channel.id)
        await company.settle()
        sent = [one.arguments["event"] for one in company.sandbox.journal.events("message")]
        assert "<http://shop.example.com|shop.example.com> answers again, see <https://a.io/d/1>" in [
            one.get("text") for one in sent
        ]
        review = await review_of(company)
        assert (await company.incident()).title == "checkout.example.com fails, ask ops@shop.example"
        assert [(one["text"], one["link"]) for one in review["follow_ups"]] == [
            ("Fix a.io/x", "http://tracker.example.com/T-2?a=1&b=2")
        ]
        assert review["transcript"][0]["text"] == "shop.example.com answers again, see https://a.io/d/1"
        assert "s3cr3t" not in str(review)


async def test_done_with_one_tap_in_the_reminder_ends_the_reminders(company: Company) -> None:
    channel = await agreed(company)
    await company.later(hours=24 * 2 + 7)
    assert told(company.eli, "is due 6 Mar 2026: Deploy in stages.") == 1
    await company.eli.clicks("Done")
    await company.settle()
    assert channel.shows("finished the follow-up")
    await company.later(hours=24 * 14)
    assert told(company.eli, "Deploy in stages") == 1


async def test_what_is_not_done_is_asked_for_each_week_and_a_manager_hears_of_it(company: Company) -> None:
    await agreed(company)
    await company.later(hours=24 * 10)
    assert (told(company.eli, "is due today"), told(company.fay, "Deploy in stages")) == (1, 0)
    await company.later(hours=24 * 4)
    assert told(company.eli, "A follow-up of yours is due since 6 Mar 2026") == 1
    assert told(company.fay, f"A follow-up of <@{company.eli.id}> is due since") == 1


async def test_another_owner_is_reminded_instead_and_home_lists_what_is_open(company: Company) -> None:
    channel = await agreed(company)
    await company.dana.types(f"/incident followup change 1 <@{company.bo.id}> due:2026-03-09", in_=channel.id)
    await company.later(hours=24 * 8)
    assert (told(company.eli, "Deploy in stages"), told(company.bo, "is due today: Deploy in stages.")) == (0, 1)
    await company.bo.opens_home()
    await company.sandbox.until(lambda: company.bo.home and "Deploy in stages" in company.bo.home.plain)
    await company.bo.types("/incident INC-1 followup done 1", in_="general")
    await company.bo.opens_home()
    await company.sandbox.until(lambda: company.bo.home and "Deploy in stages" not in company.bo.home.plain)


async def test_what_cannot_be_said_of_a_follow_up_is_refused_with_what_can(company: Company) -> None:
    channel = await agreed(company)
    for typed, words in {
        "followup done 7": "It has 2, from 1",
        "followup drop 1": "Say why",
        "followup change 1": "Say owner, due date, priority or link",
        "followup change 1 somebody else": "Say owner, due date, priority or link",
        "followup Do it link:tracker": "isn't a web address",
        "followup Do it priority:P9": "`priority:` does not know",
        "followup Do it due:2020-01-01": "has passed",
    }.items():
        answer = await company.dana.types(f"/incident {typed}", in_=channel.id)
        assert answer.text.startswith("Not done: "), typed
        assert words in answer.text, (typed, answer.text)


async def test_the_form_records_a_follow_up_with_everything_it_may_say(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    answer = await company.dana.types("/incident followup", in_=channel.id)
    assert "Add a follow-up" in str(answer.blocks)
    await company.dana.types("/incident followup add", in_=channel.id)
    await form_of(company, company.dana)
    said = {"text": "Alert on empty carts", "owner": company.chen.id, "due": "2026-04-01", "priority": "P2"}
    refused = await company.dana.submits({**said, "link": "OPS-7"})
    assert "isn't a web address" in refused.errors["link"]
    assert (await company.dana.submits({**said, "link": "https://tracker.example/OPS-7"})).ok
    (agreed,) = (await company.incident()).follow_ups
    assert (agreed.text, agreed.owner, str(agreed.due)) == ("Alert on empty carts", company.chen.id, "2026-04-01")
    assert (agreed.priority, agreed.link) == ("P2", "https://tracker.example/OPS-7")
