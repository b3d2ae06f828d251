"""Socket Mode: the door over real WebSockets, and people in front of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.delivery.outcomes import Done
from bot.domain.refusal import AlreadyOver
from bot.domain.transcript import MessagePosted, SlackEvent
from bot.door.inbound import Inbound, Submitted
from bot.door.reply import FormErrors, OpenForm, Reply, Say, View
from bot.sandbox import Fault, Sandbox
from bot.sandbox.socket_mode import LIVES
from bot.slack.answering import PATIENCE
from bot.slack.client import open_client
from bot.slack.gateway import Gateway
from bot.slack.listeners import build_app
from bot.slack.manifest import build_manifest
from bot.slack.preflight import preflight
from bot.slack.socket import CONNECTIONS, Sockets
from bot.slack.tasks import Tasks

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FORM: View = {
    "type": "modal",
    "callback_id": "update",
    "title": {"type": "plain_text", "text": "Post an update"},
    "submit": {"type": "plain_text", "text": "Post"},
    "blocks": [
        {
            "type": "input",
            "block_id": "conditions",
            "label": {"type": "plain_text", "text": "Conditions"},
            "element": {"type": "plain_text_input", "action_id": "conditions"},
        }
    ],
}


@dataclass
class Workplace:
    sandbox: Sandbox
    gateway: Gateway
    sockets: Sockets
    asked: list[Inbound] = field(default_factory=list)
    taken: list[SlackEvent] = field(default_factory=list)


Answer = Callable[[Inbound], Coroutine[Any, Any, Reply]]


async def well(_: Inbound) -> Reply:
    return Say("Noted.")


async def form() -> View:
    return FORM


@asynccontextmanager
async def working(
    answer: Answer = well, patience: float = PATIENCE, failures: int = 0, connections_live: float = LIVES
) -> AsyncIterator[Workplace]:
    """A bot's door on two WebSockets of a local Slack, where dana is in #general with the bot."""
    async with Sandbox(now=lambda: NOW, manifest=build_manifest()) as sandbox:
        sandbox.connections_live(connections_live)
        given = sandbox.environment()
        url, app_token = given["SLACK_API_URL"], given["SLACK_APP_TOKEN"]
        sandbox.add_channel("general", members=[sandbox.add_person("dana"), sandbox.bot])
        async with open_client(url, given["SLACK_BOT_TOKEN"]) as client:
            identity = await preflight(client, app_token)
            tasks = Tasks()

            async def ask(inbound: Inbound) -> Reply:
                place.asked.append(inbound)
                return await answer(inbound)

            async def take(event: SlackEvent) -> None:
                place.taken.append(event)
                said = [one for one in place.taken if isinstance(one.seen, MessagePosted)]
                if isinstance(event.seen, MessagePosted) and len(said) <= failures:
                    raise OSError("the disk is full")

            app = build_app(
                signing_secret=None,
                client=client,
                identity=identity,
                ask=ask,
                take=take,
                now=lambda: NOW,
                tasks=tasks,
                patience=patience,
            )
            async with Sockets(app, app_token, url).running() as sockets:
                place = Workplace(sandbox, Gateway(client, identity), sockets)
                await connected(sockets)
                yield place
                await tasks.drain(5)


async def connected(sockets: Sockets) -> None:
    async with asyncio.timeout(20):
        while not sockets.is_connected:
            await asyncio.sleep(0.005)


def shown(view: Any) -> str:
    return str(view.blocks) if view is not None else ""


async def test_a_command_is_answered_over_the_socket() -> None:
    async with working() as place:
        answer = await place.sandbox.person("dana").types("/incident note x", in_="general")
        assert answer.ok
        assert answer.text == "Noted."
        assert answer.response_type == "ephemeral"


async def test_what_people_say_is_taken_in_and_what_we_say_is_not() -> None:
    async with working() as place:
        await place.gateway.call("chat.postMessage", channel=place.sandbox.channel("general").id, text="from the bot")
        await place.sandbox.person("dana").says("from dana", in_="general")
        await place.sandbox.settled()
        posted = [event.seen.message.text for event in place.taken if isinstance(event.seen, MessagePosted)]
        assert posted == ["from dana"]


async def test_a_form_opens_is_filled_and_gives_way_to_its_result() -> None:
    async def answer(inbound: Inbound) -> Reply:
        return Say("Posted.") if isinstance(inbound, Submitted) else OpenForm("Post an update", form)

    async with working(answer) as place:
        dana = place.sandbox.person("dana")
        assert (await dana.types("/incident update", in_="general")).ok
        await place.sandbox.until(lambda: "conditions" in shown(dana.view))
        submitted = await dana.submits({"conditions": "all is well"})
        assert submitted.ok
        sent = place.asked[-1]
        assert isinstance(sent, Submitted)
        assert sent.values == {"conditions": "all is well"}
        assert "Posted." in shown(dana.view)


async def test_a_form_with_a_wrong_field_stays_open_and_says_so() -> None:
    async def answer(inbound: Inbound) -> Reply:
        if isinstance(inbound, Submitted):
            return FormErrors({"conditions": "Say more."})
        return OpenForm("Post an update", form)

    async with working(answer) as place:
        dana = place.sandbox.person("dana")
        await dana.types("/incident update", in_="general")
        await place.sandbox.until(lambda: "conditions" in shown(dana.view))
        submitted = await dana.submits({"conditions": "x"})
        assert submitted.errors == {"conditions": "Say more."}


async def test_a_slow_form_shows_its_errors_in_the_end_and_keeps_what_was_filled_in() -> None:
    may_go_on = asyncio.Event()

    async def answer(inbound: Inbound) -> Reply:
        if not isinstance(inbound, Submitted):
            return OpenForm("Post an update", form)
        await may_go_on.wait()
        return FormErrors({"conditions": "Say more."})

    async with working(answer, patience=0.05) as place:
        dana = place.sandbox.person("dana")
        await dana.types("/incident update", in_="general")
        await place.sandbox.until(lambda: "conditions" in shown(dana.view))
        await dana.submits({"conditions": "half a word"})
        assert "Working on it" in shown(dana.view)
        may_go_on.set()
        await place.sandbox.until(lambda: "Say more." in shown(dana.view))
        assert "half a word" in shown(dana.view)


async def test_a_form_that_may_not_be_opened_says_why() -> None:
    async def refused() -> View:
        raise AlreadyOver(ref="INC-1", status="closed")

    async def answer(_: Inbound) -> Reply:
        return OpenForm("Post an update", refused)

    async with working(answer) as place:
        dana = place.sandbox.person("dana")
        await dana.types("/incident update", in_="general")
        await place.sandbox.until(lambda: "INC-1 is closed" in shown(dana.view))


async def test_when_a_form_cannot_be_opened_the_person_is_told() -> None:
    async def answer(_: Inbound) -> Reply:
        return OpenForm("Post an update", form)

    async with working(answer) as place:
        place.sandbox.faults.add(Fault("views.open", "error", error="expired_trigger_id"))
        dana = place.sandbox.person("dana")
        await dana.types("/incident update", in_="general")
        await place.sandbox.until(lambda: any("could not be opened" in one.text for one in dana.ephemerals))


async def test_a_click_is_the_command_it_stands_for() -> None:
    async with working() as place:
        general = place.sandbox.channel("general")
        button = {
            "type": "button",
            "action_id": "command:accept",
            "value": "INC-1 accept",
            "text": {"type": "plain_text", "text": "Accept command"},
        }
        blocks = [{"type": "actions", "elements": [button]}]
        assert isinstance(
            await place.gateway.call("chat.postMessage", channel=general.id, text="card", blocks=blocks), Done
        )
        dana = place.sandbox.person("dana")
        assert (await dana.clicks("Accept command", in_="general")).ok
        await place.sandbox.until(lambda: any(one.text == "Noted." for one in dana.ephemerals))
        assert general.shows("card")


async def test_a_command_that_is_given_up_by_a_stopping_bot_was_finished_first() -> None:
    began, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Inbound) -> Reply:
        began.set()
        await may_go_on.wait()
        return Say("Finished.")

    async with working(slow) as place:
        typing = asyncio.create_task(place.sandbox.person("dana").types("/incident note x", in_="general"))
        await began.wait()
        asyncio.get_running_loop().call_soon(may_go_on.set)
    assert (await typing).text == "Finished."


async def test_once_stopped_nothing_is_connected() -> None:
    async with working() as place:
        assert place.sockets.is_connected
    assert not place.sockets.is_connected


async def test_slack_may_renew_the_connections_and_people_notice_nothing() -> None:
    async with working() as place:
        opened = len(place.sandbox.journal.calls("apps.connections.open"))
        await place.sandbox.disconnect()
        await place.sandbox.until(lambda: len(place.sandbox.journal.calls("apps.connections.open")) > opened)
        await connected(place.sockets)
        answer = await place.sandbox.person("dana").types("/incident note x", in_="general")
        assert answer.text == "Noted."


async def test_two_connections_that_were_opened_together_are_not_renewed_together() -> None:
    """The second is renewed at half its age, while the first serves; from then on they are apart."""
    async with working(connections_live=2.0) as place:
        journal = place.sandbox.journal
        await place.sandbox.until(lambda: len(journal.find("connect")) == CONNECTIONS + 1)
        await place.sandbox.until(lambda: place.sockets.alive == CONNECTIONS)
        opened = {one.arguments["number"]: one.at for one in journal.find("connect")}
        assert len(journal.find("disconnect")) == 1
        assert opened[3] - opened[2] >= 0.5  # half their life, less than the second that looking takes
        assert place.sockets.counted == CONNECTIONS
        assert (await place.sandbox.person("dana").types("/incident note x", in_="general")).text == "Noted."


async def test_an_event_that_could_not_be_kept_comes_again() -> None:
    async with working(failures=1) as place:
        await place.sandbox.person("dana").says("from dana", in_="general")
        await place.sandbox.settled()
        first, second = [event for event in place.taken if isinstance(event.seen, MessagePosted)]
        assert first == second


async def test_the_environment_cannot_switch_oauth_on() -> None:
    switches = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    os.environ.update(switches)
    async with working() as place:
        assert not switches.keys() & os.environ.keys()
        assert (await place.sandbox.person("dana").types("/incident note x", in_="general")).text == "Noted."
