"""From Slack events to what they tell us."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.people import Group, Profile
from bot.domain.transcript import (
    ChannelGone,
    ChannelNamed,
    ChannelUnarchived,
    File,
    GroupChanged,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonChanged,
    Reacted,
    Reaction,
    Seen,
)
from bot.domain.vocabulary import ChannelLoss
from bot.slack.events import READERS, read_event, read_person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TS = "1772442000.000100"
BOT = SlackUserId("UBOT")


def wrapped(event: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event_time": 1, "event": event}


def seen(**event: Any) -> Seen | None:
    read = read_event(wrapped(event), NOW, BOT)
    assert read is not None
    assert read.event_id == "Ev1"
    return read.seen


def message(**fields: Any) -> Seen | None:
    given = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": TS, "text": "hello"}
    return seen(**{**given, **fields})


def text_of(told: Seen | None) -> str:
    assert isinstance(told, MessagePosted)
    return told.message.text


def test_a_message_is_read_with_who_when_and_where() -> None:
    told = message()
    assert isinstance(told, MessagePosted)
    assert (told.message.channel, told.message.author, told.message.text) == ("C1", "U1", "hello")
    assert told.message.posted_at == NOW.replace(microsecond=100)
    assert told.message.thread_ts is None
    assert not told.message.is_bot


def test_a_reply_knows_its_parent_and_a_parent_is_no_reply() -> None:
    reply, parent = message(thread_ts="1772441000.000100"), message(thread_ts=TS)
    assert isinstance(reply, MessagePosted)
    assert isinstance(parent, MessagePosted)
    assert reply.message.thread_ts == "1772441000.000100"
    assert parent.message.thread_ts is None


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_somebodys_words_count_whatever_their_subtype(subtype: str) -> None:
    assert text_of(message(subtype=subtype)) == "hello"


@pytest.mark.parametrize("subtype", ["channel_join", "channel_leave", "channel_topic", "pinned_item", "never_seen_yet"])
def test_notices_that_are_nobodys_words_tell_nothing(subtype: str) -> None:
    assert message(subtype=subtype) is None


def test_files_stand_in_their_message() -> None:
    shared = {"id": "F1", "name": "graph.png", "filetype": "png", "size": 12, "permalink": "https://x.example/f"}
    told = message(subtype="file_share", text="", files=[shared, {"id": "F2", "mode": "tombstone"}])
    assert isinstance(told, MessagePosted)
    assert told.message.files == (File("graph.png", "png", 12, "https://x.example/f"), File("(file)", "", 0, ""))


def test_our_own_messages_tell_nothing() -> None:
    assert message(user="UBOT", bot_id="B1") is None
    assert message(subtype="message_changed", message={"user": "UBOT", "ts": TS, "text": "x"}) is None
    assert message(subtype="message_deleted", deleted_ts=TS, previous_message={"user": "UBOT", "ts": TS}) is None
    assert seen(type="reaction_added", user="UBOT", reaction="eyes", item={"type": "message", "channel": "C1"}) is None


def test_an_alert_without_text_is_read_from_its_attachments_and_blocks() -> None:
    alert: dict[str, Any] = {"subtype": "bot_message", "user": None, "bot_id": "B9", "text": ""}
    attachments = [{"title": "Checkout", "fields": [{"title": "Errors", "value": "12 %"}], "fallback": "unread"}]
    assert text_of(message(**alert, attachments=attachments)) == "Checkout\nErrors\n12 %"
    assert text_of(message(**alert, attachments=[{"fallback": "Disk full"}])) == "Disk full"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Latency*"}, "fields": [{"text": "p99 2 s"}]}
    line = [{"type": "text", "text": "ask "}, {"type": "user", "user_id": "U2"}, {"type": "emoji", "name": "eyes"}]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": line}]}
    buttons = {"type": "actions", "elements": [{"type": "button", "text": {"text": "Silence"}}]}
    assert text_of(message(**alert, blocks=[section, rich, buttons])) == "*Latency*\np99 2 s\nask <@U2>:eyes:"
    told = message(**alert, blocks=[section])
    assert isinstance(told, MessagePosted)
    assert told.message.is_bot
    assert told.message.author is None


SHARED = {"is_share": True, "author_id": "U2", "author_name": "Bo", "text": "the disk is full", "fallback": "[..] Bo"}
UNFURLED = {"service_name": "GitHub", "title": "Fix the cart", "title_link": "https://x.example", "text": "Merged"}
WHOLE = [
    ({"text": "look at this", "attachments": [SHARED]}, "look at this\n<@U2>: the disk is full"),
    ({"text": "", "attachments": [SHARED]}, "<@U2>: the disk is full"),
    ({"text": "", "attachments": [{**SHARED, "author_id": "B7"}]}, "Bo: the disk is full"),
    (
        {"text": "<!channel>", "attachments": [{"title": "Checkout", "text": "12 % errors"}]},
        "<!channel>\nCheckout\n12 % errors",
    ),
    ({"text": "see <https://x.example>", "attachments": [UNFURLED]}, "see <https://x.example>\nFix the cart\nMerged"),
    ({"text": "two", "attachments": [SHARED, UNFURLED]}, "two\n<@U2>: the disk is full\nFix the cart\nMerged"),
    ({"text": "Disk full", "attachments": [{"fallback": "Disk full"}]}, "Disk full"),
    (
        {"text": "", "attachments": [{**SHARED, "text": "", "fallback": "", "files": [{"name": "a.png"}]}]},
        "<@U2>: (a.png)",
    ),
    ({"text": "x", "attachments": [{"text": 3, "author_id": 4, "author_name": 5, "files": 6, "fields": None}]}, "x"),
]


@pytest.mark.parametrize(("fields", "text"), WHOLE)
def test_a_message_says_its_words_and_what_is_attached_to_them(fields: dict[str, Any], text: str) -> None:
    assert text_of(message(**fields)) == text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"subtype": "bot_message", "user": None, "bot_id": "B9", "username": "Alertmanager"}, "Alertmanager"),
        ({"bot_id": "B9", "bot_profile": {"name": "PagerDuty"}}, "PagerDuty"),
        ({"bot_id": "B9", "bot_profile": {"name": "PagerDuty"}, "username": "On call"}, "On call"),
        ({"bot_id": "B9"}, None),
        ({"username": "somebody else"}, None),
    ],
)
def test_a_bot_is_named_as_slack_shows_it(fields: dict[str, Any], name: str | None) -> None:
    told = message(**fields)
    assert isinstance(told, MessagePosted)
    assert told.message.shown_as == name


def test_an_edit_tells_the_last_wording() -> None:
    edited: dict[str, Any] = {
        "user": "U1",
        "ts": TS,
        "text": "better",
        "edited": {"user": "U1", "ts": "1772442060.000000"},
    }
    edited["reactions"] = [{"name": "eyes", "users": ["U2"], "count": 1}]
    told = message(subtype="message_changed", message=edited, previous_message={"text": "worse"})
    assert isinstance(told, MessageEdited)
    assert told.message.text == "better"
    assert told.message.edited_at == datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    assert told.message.reactions == (Reaction("eyes", (SlackUserId("U2"),)),)


def test_a_deletion_is_told_also_when_the_replies_stay() -> None:
    gone = MessageDeleted(ChannelId("C1"), MessageTs(TS), NOW)
    assert message(subtype="message_deleted", deleted_ts=TS, text=None) == gone
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "ts": TS, "text": "This message was deleted."}
    assert message(subtype="message_changed", message=tombstone) == gone


def test_reactions_come_and_go() -> None:
    item = {"type": "message", "channel": "C1", "ts": TS}
    added = seen(type="reaction_added", user="U1", reaction="eyes", item=item)
    removed = seen(type="reaction_removed", user="U1", reaction="eyes", item=item)
    assert added == Reacted(ChannelId("C1"), MessageTs(TS), SlackUserId("U1"), "eyes")
    assert removed == Reacted(ChannelId("C1"), MessageTs(TS), SlackUserId("U1"), "eyes", is_removed=True)
    assert seen(type="reaction_added", user="U1", reaction="eyes", item={"type": "file", "file": "F1"}) is None


def test_people_join_and_leave_when_slack_says_so_the_bot_included() -> None:
    at = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
    joined = seen(type="member_joined_channel", user="U1", channel="C1", event_ts="1772442030.000000")
    assert joined == MemberJoined(ChannelId("C1"), SlackUserId("U1"), at)
    assert seen(type="member_left_channel", user="U1", channel="C1") == MemberLeft(
        ChannelId("C1"), SlackUserId("U1"), NOW
    )
    assert seen(type="member_joined_channel", user="UBOT", channel="C1") == MemberJoined(ChannelId("C1"), BOT, NOW)


def test_people_are_read_under_the_name_they_show() -> None:
    user = {
        "id": "U1",
        "name": "dana.k",
        "real_name": "Dana K",
        "tz": "Europe/Madrid",
        "profile": {"display_name": "Dana"},
    }
    dana = Profile(SlackUserId("U1"), "Dana", "Europe/Madrid", full_name="Dana K")
    assert seen(type="user_change", user=user) == PersonChanged(dana)
    assert seen(type="team_join", user=user) == PersonChanged(dana)
    assert read_person({"id": "U2", "profile": {"display_name": ""}, "name": "eli"}).name == "eli"
    assert read_person({"id": "U2", "is_ultra_restricted": True}).is_guest
    assert read_person({"id": "U2", "deleted": True}).is_deactivated
    assert read_person({"id": "USLACKBOT"}).is_bot


def test_of_a_person_neither_mail_address_nor_telephone_is_read() -> None:
    user = {
        "id": "U1",
        "name": "dana",
        "profile": {
            "display_name": "Dana",
            "email": "dana@acme.example",
            "phone": "+34 600 000 000",
            "skype": "dana.k",
        },
    }
    assert read_person(user) == Profile(SlackUserId("U1"), "Dana", full_name="")
    assert {field.name for field in fields(Profile)} == {
        *("user", "name", "tz", "is_bot", "is_guest", "is_deactivated", "is_confirmed", "full_name"),
    }


@pytest.mark.parametrize("tz", ["", None, "Mars/Olympus", "../etc/passwd", "/etc/localtime"])
def test_a_time_zone_that_nobody_knows_is_utc(tz: str | None) -> None:
    assert read_person({"id": "U1", "tz": tz}).tz == "UTC"


def test_user_groups_are_read_with_their_members() -> None:
    sre = {"id": "S1", "handle": "shop-sre", "users": ["U1", "U2"], "date_delete": 0}
    group = Group("S1", "shop-sre", (SlackUserId("U1"), SlackUserId("U2")))
    assert seen(type="subteam_updated", subteam=sre) == GroupChanged(group)
    assert seen(type="subteam_created", subteam={"id": "S1", "handle": "shop-sre"}) is None
    assert seen(type="subteam_updated", subteam={**sre, "date_delete": 5}) == GroupChanged(Group("S1", "shop-sre", ()))


@pytest.mark.parametrize("kind", ["channel_archive", "channel_left", "group_archive", "group_left", "channel_deleted"])
def test_a_channel_that_we_lose_is_gone(kind: str) -> None:
    why = {"archive": ChannelLoss.ARCHIVED, "left": ChannelLoss.REMOVED, "deleted": ChannelLoss.DELETED}
    lost = why[kind.partition("_")[2]]
    assert seen(type=kind, channel="C1") == ChannelGone(ChannelId("C1"), NOW, lost)
    assert seen(type=kind, channel="C1", user="U1") == ChannelGone(ChannelId("C1"), NOW, lost, SlackUserId("U1"))
    assert seen(type=kind, channel="C1", actor_id="U1") == ChannelGone(ChannelId("C1"), NOW, lost, SlackUserId("U1"))
    assert seen(type=kind, channel="C1", user=BOT) is None


@pytest.mark.parametrize("kind", ["channel_rename", "group_rename"])
def test_a_channel_that_is_renamed_has_another_name(kind: str) -> None:
    about = {"id": "C1", "name": "inc-1-by-hand", "created": 1360782804}
    assert seen(type=kind, channel=about) == ChannelNamed(ChannelId("C1"), NOW, "inc-1-by-hand")


@pytest.mark.parametrize("subtype", ["channel_name", "group_name"])
def test_the_line_in_the_channel_says_who_renamed_it(subtype: str) -> None:
    line = {"type": "message", "subtype": subtype, "channel": "C1", "ts": "1.0", "old_name": "inc-1", "name": "by-hand"}
    assert seen(**line, user="U1") == ChannelNamed(ChannelId("C1"), NOW, "by-hand", SlackUserId("U1"))
    assert seen(**line, user=BOT) is None


def test_a_channel_comes_back_when_it_is_unarchived_and_when_we_are_in_it_again() -> None:
    back = ChannelUnarchived(ChannelId("C1"), NOW, SlackUserId("U1"))
    assert seen(type="channel_unarchive", channel="C1", user="U1") == back
    joined = seen(type="member_joined_channel", channel="C1", user=BOT, inviter="U1")
    assert joined == MemberJoined(ChannelId("C1"), BOT, NOW, SlackUserId("U1"))


def test_what_cannot_be_stored_is_taken_out_at_the_door() -> None:
    assert text_of(message(text="a\x00b\ud800c")) == "abc"


def test_an_unknown_event_is_only_acknowledged() -> None:
    assert seen(type="emoji_changed") is None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": "C1", "ts": "yesterday", "user": "U1", "text": "x"},
        {"type": "message", "channel": "C1", "ts": "nan", "user": "U1", "text": "x"},
        {"type": "message", "channel": "C1", "ts": "1e300", "user": "U1", "text": "x"},
        {"type": "message"},
        {"type": "message", "channel": {"id": "C1"}, "ts": TS},
        {"type": "reaction_added", "user": "U1"},
        {"type": "user_change", "user": []},
        {"type": "channel_left"},
        [],
        None,
    ],
)
def test_a_malformed_event_is_none_and_raises_nothing(event: Any) -> None:
    assert read_event(wrapped(event), NOW, BOT) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "ts", "user", "item"]), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(["subtype", "channel", "user", "ts", "text", "message", "files", "blocks", "item", "subteam"])


@given(st.sampled_from(sorted(READERS)), st.dictionaries(FIELDS, JSON, max_size=6))
def test_no_event_however_odd_raises(kind: str, fields: dict[str, Any]) -> None:
    read_event(wrapped({**fields, "type": kind}), NOW, BOT)
