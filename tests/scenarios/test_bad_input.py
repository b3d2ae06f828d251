"""What people type by accident or in bad faith: it is shown, never executed, and harms nothing."""

import json
import re
from typing import Any

from bot.domain.timeline import ChannelOpened
from bot.sandbox import Message
from tests.scenarios.conftest import Company
from tests.scenarios.looking import everything_said_by_bot, recorded, review_of

PINGS = re.compile(r"<!(?:channel|here|everyone|subteam)|(?<!\w)@(?:channel|here|everyone)\b")
"""What would call many people: Slack's markup, and the words that an app's message is searched for."""
LEGAL = re.compile(r"[a-z0-9_-]{1,80}")


def wire(message: Message) -> str:
    """Everything of a message that Slack would act on."""
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


async def test_nothing_that_somebody_typed_calls_a_crowd(company: Company) -> None:
    group = company.sandbox.add_group("shop-sre", [company.bo])
    hostile = f"@channel <!here> @everyone <!subteam^{group.id}|@shop-sre> & <!channel>"
    channel = await company.declares(f"{hostile} is down")
    for typed in (
        f"update Conditions: {hostile}. Actions: {hostile} Needs: {hostile}",
        f"note {hostile}",
        f"priority P1 {hostile}",
        f"runbook {hostile}",
        f"role king {hostile}",
        f"{hostile}",
        f"escalate {hostile}",
        f"mitigate {hostile}",
        f"followup {hostile.replace('@everyone', '')} @bo",
        f"resolve {hostile}",
        f"verify {hostile}",
        f"close unverified {hostile}",
    ):
        await company.dana.types(f"/incident {typed}", in_=channel.id)
    await company.settle()

    said = everything_said_by_bot(company)
    assert len(said) > 10
    assert [wire(one) for one in said if PINGS.search(wire(one))] == []
    assert not PINGS.search(channel.topic)
    assert channel.shows("channel")
    assert len(channel.files) == 3


async def test_people_named_in_a_title_are_shown_by_name_and_not_called(company: Company) -> None:
    channel = await company.declares("@chen broke checkout")
    await company.settle()

    assert (await company.incident()).title == f"<@{company.chen.id}|chen> broke checkout"
    assert channel.shows("@chen broke checkout")
    called = f"<@{company.chen.id}"
    assert [one.text for one in everything_said_by_bot(company) if called in wire(one)] == []


TITLES = {
    "🔥🔥🔥": "inc-1",
    "データベース 停止 中": "inc-1-",
    "Überfällige Größe: “50 % weniger”": "inc-1-uberfallige-grosse-50-weniger",
    "x" * 3000: "inc-1-xxxx",
    "the " * 750: "inc-1-the-the",
    "<script>alert(1)</script> {{7*7}} %s ${x}": "inc-1-",
    "\u202egnissecorp\u202c": "inc-1-gnissecorp",
}
"""Title → how the channel's name begins."""


async def test_titles_of_any_length_and_script_become_legal_channel_names(company: Company) -> None:
    for number, (title, begins) in enumerate(TITLES.items(), start=1):
        channel = await company.declares(title)
        assert LEGAL.fullmatch(channel.name), channel.name
        assert channel.name.startswith(begins.replace("inc-1", f"inc-{number}", 1))
        assert channel.name.strip("-") == channel.name
        assert (await company.incident(number)).title == " ".join(title.split())
        assert len(channel.topic) <= 250


async def test_a_message_as_long_as_slack_takes_stands_whole_in_the_review(company: Company) -> None:
    channel = await company.declares("checkout fails")
    long = " ".join(f"line {number}" for number in range(4000))[:40_000]
    await company.dana.says(long, in_=channel.id)
    await company.dana.types(f"/incident update {long}", in_=channel.id)
    await company.settle()

    review = await review_of(company)
    assert review["transcript"][0]["text"] == long
    assert review["updates"][0]["conditions"] == long
    assert channel.shows("line 1 line 2")


async def test_a_name_that_is_taken_gets_a_number(company: Company) -> None:
    for name in ("inc-1-checkout-fails", "inc-1-checkout-fails-2"):
        company.sandbox.add_channel(name, members=[company.eli])
    channel = await company.declares("checkout fails")
    assert channel.name == "inc-1-checkout-fails-3"
    assert company.dana.id in channel.members
    opened = [one.name for one in await recorded(company) if isinstance(one, ChannelOpened)]
    assert opened == [channel.name]


async def test_a_command_that_slack_delivers_twice_counts_once(company: Company) -> None:
    payload = {
        "command": "/incident",
        "text": "declare checkout fails",
        "user_id": company.dana.id,
        "channel_id": company.general.id,
        "trigger_id": company.sandbox.new_trigger(company.dana.id),
    }
    first = await company.sandbox.deliveries.ask("slash_commands", payload)
    second = await company.sandbox.deliveries.ask("slash_commands", payload)
    channel = await company.channel()

    assert first["text"] == second["text"]
    assert "INC-1 declared" in first["text"]
    assert await recorded(company, 2) == []
    note = {**payload, "text": "INC-1 note once", "trigger_id": company.sandbox.new_trigger(company.dana.id)}
    for _ in range(3):
        assert "Noted" in (await company.sandbox.deliveries.ask("slash_commands", note))["text"]
    await company.settle()
    assert len([one for one in channel.posted if "once" in one.plain]) == 1


async def test_people_whom_slack_does_not_add_are_told_of_once(company: Company) -> None:
    guest = company.sandbox.add_person("gil", is_guest=True)
    gone = company.sandbox.add_person("gone", deactivated=True)
    channel = await company.declares("checkout fails")

    await company.dana.types("/incident invite @gil @gone @bo", in_=channel.id)
    await company.settle()

    assert company.bo.id in channel.members
    told = [one for one in channel.messages if "didn't add" in one.plain]
    assert len(told) == 1
    for person in (guest, gone):
        assert f"<@{person.id}>" in told[0].text
        assert person.id not in channel.members
    assert f"<@{company.bo.id}>" not in told[0].text


MALFORMED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("slash_commands", {"command": "/incident"}),
    ("slash_commands", {"command": "/incident", "user_id": 7, "text": None}),
    ("interactive", {"type": "block_actions", "actions": []}),
    ("interactive", {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "command:close"}]}),
    ("interactive", {"type": "view_submission", "view": {"id": "V1"}}),
    ("interactive", {"type": "message_action", "callback_id": "nobody_knows"}),
    ("events_api", {"type": "event_callback", "event": {"type": "message", "channel": 5}}),
    ("events_api", {"type": "event_callback", "event": {"type": "nobody_knows"}}),
)


async def test_a_malformed_payload_is_acknowledged_and_harms_nothing(company: Company) -> None:
    channel = await company.declares("checkout fails")
    before = await recorded(company)
    for kind, payload in MALFORMED:
        await company.sandbox.deliveries.ask(kind, payload)
    assert await recorded(company) == before
    assert "Noted" in (await company.dana.types("/incident note all is well", in_=channel.id)).text
