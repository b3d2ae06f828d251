"""The transcript: what people did in the channel, whatever the order in which Slack tells of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.domain.ids import ChannelId, MessageTs
from bot.domain.transcript import (
    ChannelGone,
    File,
    MemberJoined,
    MemberLeft,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
    Reaction,
    Seen,
    SlackEvent,
)
from bot.domain.vocabulary import ChannelLoss
from bot.store import Store
from tests.store.given import BO, CHANNEL, DANA, NOON, declare_with_channel, message, minutes

TS = MessageTs("1772625660.000100")
POSTED_AT = datetime.fromtimestamp(float(TS), UTC)
GRAPH = File("graph.png", "png", 12_345, "https://acme.slack.com/files/F1")

POSTED = message(TS, "it is the cache")
EDITED = replace(POSTED, text="it is the database", edited_at=NOON + minutes(3))
EDITED_AGAIN = replace(POSTED, text="it is a missing index", edited_at=NOON + minutes(4), files=(GRAPH,))
DELETED = MessageDeleted(CHANNEL, TS, NOON + minutes(5))
TOMBSTONE = replace(POSTED, text="", deleted_at=NOON + minutes(5))


def reacted(user: str = "UBO", name: str = "eyes", *, is_removed: bool = False) -> Reacted:
    return Reacted(CHANNEL, TS, {"UBO": BO, "UDANA": DANA}[user], name, is_removed)


async def apply(store: Store, *told: Seen) -> None:
    for one in told:
        async with store.write() as tx:
            await tx.apply(one)


async def transcript(store: Store) -> tuple[Message, ...]:
    async with store.read() as tx:
        return await tx.transcript(CHANNEL)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ([MessagePosted(POSTED)], POSTED),
        ([MessagePosted(POSTED), MessagePosted(replace(POSTED, text="again"))], POSTED),
        ([MessagePosted(POSTED), MessageEdited(EDITED)], EDITED),
        ([MessagePosted(POSTED), MessageEdited(EDITED_AGAIN), MessageEdited(EDITED)], EDITED_AGAIN),
        ([MessageEdited(EDITED), MessagePosted(POSTED)], EDITED),
        ([MessagePosted(POSTED), MessageEdited(EDITED), MessageEdited(POSTED)], EDITED),
        ([MessagePosted(POSTED), MessageEdited(replace(POSTED, files=(GRAPH,)))], replace(POSTED, files=(GRAPH,))),
        ([MessagePosted(POSTED), DELETED], TOMBSTONE),
        ([MessagePosted(EDITED_AGAIN), reacted(), DELETED], replace(TOMBSTONE, edited_at=EDITED_AGAIN.edited_at)),
        ([MessagePosted(POSTED), DELETED, MessageEdited(EDITED), reacted()], TOMBSTONE),
        ([DELETED], replace(TOMBSTONE, author=None)),
        ([DELETED, MessagePosted(replace(POSTED, files=(GRAPH,)))], TOMBSTONE),
        ([DELETED, MessageEdited(EDITED), MessagePosted(POSTED)], TOMBSTONE),
        ([MessagePosted(POSTED), reacted()], replace(POSTED, reactions=(Reaction("eyes", (BO,)),))),
        ([MessagePosted(POSTED), reacted(), reacted()], replace(POSTED, reactions=(Reaction("eyes", (BO,)),))),
        (
            [MessagePosted(POSTED), reacted(), reacted("UDANA"), reacted("UDANA", "fire")],
            replace(POSTED, reactions=(Reaction("eyes", (BO, DANA)), Reaction("fire", (DANA,)))),
        ),
        (
            [MessagePosted(POSTED), reacted(), reacted("UDANA"), reacted(is_removed=True)],
            replace(POSTED, reactions=(Reaction("eyes", (DANA,)),)),
        ),
        ([MessagePosted(POSTED), reacted(), reacted(is_removed=True)], POSTED),
        ([MessagePosted(POSTED), reacted(is_removed=True)], POSTED),
        (
            [MessagePosted(POSTED), reacted(), MessageEdited(EDITED)],
            replace(EDITED, reactions=(Reaction("eyes", (BO,)),)),
        ),
    ],
    ids=[
        "posted",
        "posted twice",
        "edited",
        "an older edit comes late",
        "the edit comes first",
        "what is older than the edit comes late",
        "changed without an edit",
        "deleted",
        "deleted with files and reactions",
        "nothing counts after a deletion",
        "the deletion of a message never seen",
        "the deletion comes first",
        "the deletion comes first, then an edit",
        "a reaction",
        "the same reaction twice",
        "several reactions",
        "a reaction taken back",
        "the last reaction taken back",
        "a reaction taken back that was never seen",
        "an edit leaves the reactions",
    ],
)
async def test_what_slack_tells_becomes_one_message(store: Store, told: Sequence[Seen], kept: Message) -> None:
    await declare_with_channel(store)
    await apply(store, *told)
    assert await transcript(store) == (kept,)


async def test_a_reaction_to_a_message_never_seen_is_let_go(store: Store) -> None:
    await declare_with_channel(store)
    await apply(store, reacted())
    assert await transcript(store) == ()


async def test_the_order_of_deliveries_changes_nothing_about_the_words(store: Store) -> None:
    await declare_with_channel(store)
    for turn, order in enumerate(permutations([POSTED, EDITED, EDITED_AGAIN])):
        ts = MessageTs(f"17726256{turn}0.000100")
        for one in order:
            told = replace(one, ts=ts)
            await apply(store, MessageEdited(told) if one.edited_at else MessagePosted(told))
    assert [one.text for one in await transcript(store)] == [EDITED_AGAIN.text] * 6


async def test_every_field_of_a_message_is_kept(store: Store) -> None:
    await declare_with_channel(store)
    full = Message(
        channel=CHANNEL,
        ts=TS,
        author=None,
        text="“quoted” – 数据库 🔥 <@UBO>",
        posted_at=POSTED_AT,
        thread_ts=MessageTs("1772625600.000100"),
        edited_at=NOON + minutes(9),
        files=(GRAPH, replace(GRAPH, name="log.txt")),
        reactions=(Reaction("eyes", (DANA, BO)),),
        is_bot=True,
        shown_as="Alertmanager",
    )
    await apply(store, MessagePosted(full))
    async with store.read() as tx:
        assert await tx.message(CHANNEL, TS) == full
        assert await tx.message(CHANNEL, MessageTs("1.0")) is None


async def test_a_channel_is_read_in_its_order(store: Store) -> None:
    await declare_with_channel(store)
    told = ["1772625660.000200", "999999999.000100", "1772625660.000100", "10000000000.000001"]
    await apply(store, *(MessagePosted(message(ts)) for ts in told))
    assert [one.ts for one in await transcript(store)] == [told[1], told[2], told[0], told[3]]


async def test_only_the_channels_of_incidents_are_kept(store: Store) -> None:
    await declare_with_channel(store)
    lunch = ChannelId("CLUNCH")
    elsewhere = replace(POSTED, channel=lunch)
    deleted = MessageDeleted(lunch, TS, NOON)
    told: list[Seen] = [MessagePosted(elsewhere), MessageEdited(elsewhere), deleted, Reacted(lunch, TS, BO, "eyes")]
    await apply(store, *told)
    async with store.write() as tx:
        await tx.apply_all([SlackEvent(f"Ev{turn}", one) for turn, one in enumerate(told)])
    async with store.read() as tx:
        assert await tx.transcript(lunch) == ()


async def test_many_deliveries_are_applied_together_in_their_order_and_once(store: Store) -> None:
    await declare_with_channel(store)
    other = message("1772625661.000100", "me too")
    told: list[Seen | None] = [
        MessagePosted(POSTED),
        MessageEdited(EDITED),
        MessagePosted(other),
        None,
        reacted(),
        MemberJoined(CHANNEL, BO, NOON),
    ]
    events = [SlackEvent(f"Ev{turn}", one) for turn, one in enumerate(told)]
    async with store.write() as tx:
        assert await tx.apply_all([*events, events[0], events[4]]) == 6
    async with store.write() as tx:
        assert await tx.apply_all(events) == 0
        assert await tx.apply_all([]) == 0
    assert await transcript(store) == (replace(EDITED, reactions=(Reaction("eyes", (BO,)),)), other)
    async with store.read() as tx:
        assert await tx.members(CHANNEL) == {BO}


async def test_a_deletion_with_an_unreadable_ts_harms_nothing(store: Store) -> None:
    await declare_with_channel(store)
    await apply(store, MessageDeleted(CHANNEL, MessageTs("yesterday"), NOON))
    assert [one.posted_at for one in await transcript(store)] == [NOON]


@pytest.mark.parametrize(
    ("told", "is_in"),
    [
        ([MemberJoined(CHANNEL, BO, NOON)], True),
        ([MemberJoined(CHANNEL, BO, NOON), MemberLeft(CHANNEL, BO, NOON + minutes(1))], False),
        ([MemberLeft(CHANNEL, BO, NOON + minutes(1)), MemberJoined(CHANNEL, BO, NOON)], False),
        ([MemberJoined(CHANNEL, BO, NOON + minutes(2)), MemberLeft(CHANNEL, BO, NOON + minutes(1))], True),
        ([MemberLeft(CHANNEL, BO, NOON), MemberJoined(CHANNEL, BO, NOON + minutes(1))], True),
        ([MemberJoined(CHANNEL, BO, NOON), ChannelGone(CHANNEL, NOON + minutes(1), ChannelLoss.ARCHIVED)], True),
        ([MemberLeft(CHANNEL, BO, NOON)], False),
    ],
    ids=[
        "joined",
        "joined and left",
        "the joining is told late",
        "the leaving is told late",
        "came back",
        "archived",
        "left",
    ],
)
async def test_who_is_in_a_channel_follows_from_when_they_came_and_went(
    store: Store, told: Sequence[Seen], is_in: bool
) -> None:
    await apply(store, *told)
    async with store.read() as tx:
        assert await tx.members(CHANNEL) == ({BO} if is_in else set())
        assert await tx.channels_of(BO) == ({CHANNEL} if is_in else set())
