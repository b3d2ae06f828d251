"""Every answer, event and payload has the fields, the types and the ids that Slack's documentation gives them."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.methods import METHODS
from tests.sandbox.bolt_app import BUTTON, FORM, Office, office, workspace
from tests.sandbox.schema.tables import OBJECTS, problems, read
from tests.sandbox.test_every_method import CALLS, REFUSED, Stage

ANSWERS, EVENTS, PAYLOADS = read("methods"), read("events"), read("payloads")


def test_every_method_has_a_table() -> None:
    assert sorted(ANSWERS) == sorted({*METHODS} - {*REFUSED})


def test_every_object_and_payload_names_its_source() -> None:
    tables = {**OBJECTS, **PAYLOADS}
    assert [name for name, table in tables.items() if "docs.slack.dev" not in table["source"]] == []


@pytest.mark.parametrize("name", sorted(ANSWERS))
async def test_an_answer_is_as_documented(name: str) -> None:
    async with workspace() as found:
        ts = str((await found.client.chat_postMessage(channel=found.general, text="x"))["ts"])
        await found.client.pins_add(channel=found.general, timestamp=ts)
        await found.dana.reacts("eyes", to=ts, in_="general")
        await found.client.bookmarks_add(channel_id=found.general, title="x", type="link", link="https://a.example")
        await found.bo.says("a reply", in_="general", thread_of=ts, files=[("a.png", b"a")])
        found.sandbox.add_group("cooks", [found.dana])
        on = Stage(found, ts, await found.dana.says("hello", in_="general"))
        if name in ("pins.add", "pins.remove"):  # their calls begin with a message that is not pinned
            await found.client.pins_remove(channel=found.general, timestamp=ts)
        await CALLS[name](on)
        answer = dict(found.sandbox.journal.calls(name)[-1].answer or {})
    assert answer.pop("ok") is True
    assert list(problems(answer, ANSWERS[name])) == []


async def _everything_happens(sandbox: Sandbox, app: Office) -> None:
    """Every kind of event, through the people and the app."""
    dana, bo, client = sandbox.person("dana"), sandbox.person("bo"), app.client
    root = await dana.says("hello", in_="general")
    await bo.says("a reply", in_="general", thread_of=root)
    await bo.says("for all", in_="general", thread_of=root, broadcast=True)
    await bo.says("see https://a.example/menu", in_="general")
    await bo.says("<@> and a file", in_="general", files=[("a.txt", b"a")])
    await dana.says(f"@{sandbox.bot.name} are you there?", in_="general")
    await dana.reacts("eyes", to=root, in_="general")
    await dana.unreacts("eyes", to=root, in_="general")
    await dana.pins(root, in_="general")
    await dana.unpins(root, in_="general")
    await dana.edits(root, "hello all", in_="general")
    await dana.deletes(root, in_="general")
    await dana.deletes(await dana.says("never mind", in_="general"), in_="general")
    await client.chat_postMessage(channel=app.general, text="x", blocks=[BUTTON])
    for is_private, name in ((False, "lunch"), (True, "dinner")):
        made = str((await client.conversations_create(name=name, is_private=is_private))["channel"]["id"])
        await client.conversations_invite(channel=made, users=[dana.id, bo.id])
        await client.conversations_setTopic(channel=made, topic="soup")
        await client.conversations_setPurpose(channel=made, purpose="eating")
        await client.conversations_rename(channel=made, name=f"{name}-2")
        await bo.leaves(made)
        await client.conversations_archive(channel=made)
        if not is_private:
            await dana.unarchives(made)
        else:
            await dana.unarchives(made)
            await dana.invites(sandbox.bot, to=made)
            await dana.removes(sandbox.bot, from_=made)
    sandbox.add_channel("tea", members=[dana, sandbox.bot])
    await dana.removes(sandbox.bot, from_="tea")
    for is_private in (False, True):
        doomed = sandbox.add_channel(f"doomed-{is_private}".lower(), members=[dana, sandbox.bot], is_private=is_private)
        await dana.deletes_channel(doomed.id)
    sandbox.add_group("cooks", [dana])
    sandbox.events.group_changed(next(iter(sandbox.workspace.groups.values())))
    sandbox.add_person("zoe")
    sandbox.deactivate("zoe")
    await dana.opens_home()


def _kind(event: dict[str, Any]) -> str:
    subtype = event.get("subtype")
    return f"{event['type']}.{subtype}" if event["type"] == "message" and subtype else str(event["type"])


async def test_every_event_is_as_documented_and_every_table_is_used() -> None:
    async with office() as app:
        await _everything_happens(app.sandbox, app)
        await app.sandbox.settled()
        sent = [dict(one.arguments["event"]) for one in app.sandbox.journal.events()]
        wrong = [line for one in app.events for line in problems(one, OBJECTS["wrapper"], _kind(one["event"]))]
    assert app.events
    for event in sent:
        kind = _kind(event)
        assert kind in EVENTS, f"there is no table for {kind}"
        own = {name: value for name, value in event.items() if name not in ("type", "event_ts", "subtype")}
        wrong += problems(own, EVENTS[kind], kind)
    assert wrong == []
    assert {_kind(event) for event in sent} == set(EVENTS)


async def test_every_payload_is_as_documented() -> None:
    async with office() as app:
        sandbox, dana = app.sandbox, app.dana
        await dana.types("/lunch now", in_="general")
        ts = str((await app.client.chat_postMessage(channel=app.general, text="x", blocks=[BUTTON]))["ts"])
        await dana.clicks("Agree", in_="general", message=ts)
        await dana.runs_shortcut("order")
        await dana.runs_shortcut("order", on=ts, in_="general")
        view = {**FORM, "notify_on_close": True}
        await app.client.views_open(trigger_id=sandbox.new_trigger(dana.id), view=view)
        await dana.submits({"dish": "soup"})
        if dana.view is None:
            await app.client.views_open(trigger_id=sandbox.new_trigger(dana.id), view=view)
        await dana.closes()
        await app.client.views_open(trigger_id=sandbox.new_trigger(dana.id), view=ASKING)
        await dana.asks_options("dish_by_name", "so", view=dana.view)
        sent = {str(one.get("type", "slash_commands")): one for one in app.asked}
    assert set(sent) == set(PAYLOADS)
    assert [line for name, one in sent.items() for line in problems(one, PAYLOADS[name], name)] == []


ASKING: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Search"},
    "blocks": [
        {
            "type": "actions",
            "block_id": "search",
            "elements": [{"type": "external_select", "action_id": "dish_by_name", "min_query_length": 1}],
        }
    ],
}
