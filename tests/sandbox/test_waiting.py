"""People wait for what they want to read, click or fill in; nobody waits for time to pass."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import NotThere, Sandbox, Suggestion

BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "choices",
        "elements": [
            {"type": "button", "action_id": name.lower(), "text": {"type": "plain_text", "text": name}}
            for name in ("Agree", "Object")
        ],
    }
]


async def test_what_comes_later_is_read_when_it_comes(slack: Sandbox) -> None:
    dana, bo = slack.user("dana"), slack.user("bo")
    reading = asyncio.create_task(dana.reads("lunch"))
    await asyncio.sleep(0)
    assert not reading.done()

    ts = await bo.says("lunch is there", in_="general")
    assert (await reading).ts == ts


async def test_the_newest_message_with_the_words_is_read(slack: Sandbox) -> None:
    dana = slack.user("dana")
    await dana.says("lunch one", in_="general")
    newest = await dana.says("lunch two", in_="general")
    assert (await dana.reads("lunch")).ts == newest


async def test_nobody_reads_what_is_private_to_others() -> None:
    async with Sandbox() as slack:
        dana, bo = slack.user("dana"), slack.user("bo")
        slack.add_channel("board", members=[dana], is_private=True)
        await dana.says("secret", in_="board")
        slack.events.show_only_to(dana.id, slack.channel("board"), "for dana alone", [])

        assert (await dana.reads("for dana alone")).is_ephemeral
        for words in ("secret", "for dana alone"):
            with pytest.raises(NotThere, match="bo reads"):
                await bo.reads(words)


async def test_without_patience_it_is_said_at_once_and_with_what_is_there() -> None:
    async with Sandbox() as slack:
        dana = slack.user("dana")
        slack.events.say_as_app(slack.add_channel("general", members=[dana, slack.bot]), "Well?", BUTTONS)
        with pytest.raises(NotThere, match="dana sees no “Abstain” in general; there is “Agree”, “Object”"):
            await dana.clicks("Abstain", in_="general")
        with pytest.raises(NotThere, match="dana reads “yes” nowhere"):
            await dana.reads("yes")


async def test_patience_has_an_end() -> None:
    async with Sandbox(patience=0.05) as slack:
        with pytest.raises(NotThere, match="nothing to click"):
            await slack.user("dana").clicks("Agree")


async def test_somebody_new_comes_into_general_once(slack: Sandbox) -> None:
    dana = slack.user("dana", tz="Europe/Madrid")
    assert dana.id in slack.channel("general").members
    assert slack.user("dana").id == dana.id
    assert dana.who.tz == "Europe/Madrid"
    assert slack.channel("general").members.count(dana.id) == 1


async def test_suggestions_are_replaced_as_a_whole(slack: Sandbox) -> None:
    slack.suggest([Suggestion("/lunch", "general"), Suggestion("hello")])
    slack.suggest([Suggestion("/lunch", "general")])
    assert slack.suggestions == [Suggestion("/lunch", "general")]
