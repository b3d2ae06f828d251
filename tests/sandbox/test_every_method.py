"""slack_sdk's unmodified client drives every method that is there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.methods import METHODS
from tests.sandbox.bolt_app import FORM, NOW, Office, plain, workspace

HOME = {"type": "home", "blocks": [{"type": "section", "text": plain("Hello")}]}
DOCUMENT = {"type": "markdown", "markdown": "# Plan\n\nEat."}


@dataclass
class Stage:
    """A workspace with a message of the app in #general, and one of a person."""

    office: Office
    ts: str
    said: str

    @property
    def client(self) -> AsyncWebClient:
        return self.office.client

    @property
    def general(self) -> str:
        return self.office.general

    @property
    def dana(self) -> str:
        return self.office.dana.id

    @property
    def trigger(self) -> str:
        return self.office.sandbox.new_trigger(self.dana)

    async def channel(self) -> str:
        """A new channel of the app's own."""
        return str((await self.client.conversations_create(name="lunch"))["channel"]["id"])

    async def file(self) -> str:
        """Its bytes are there; it is not complete yet."""
        place = await self.client.files_getUploadURLExternal(filename="a.txt", length=1)
        async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=b"a"):
            return str(place["file_id"])

    async def complete_file(self) -> str:
        file = await self.file()
        await self.client.files_completeUploadExternal(files=[{"id": file, "title": "A"}], channel_id=self.general)
        return file

    async def bookmark(self) -> str:
        made = await self.client.bookmarks_add(
            channel_id=self.general, title="x", type="link", link="https://a.example"
        )
        return str(made["bookmark"]["id"])

    async def canvas(self) -> str:
        return str((await self.client.canvases_create(title="Plan", document_content=DOCUMENT))["canvas_id"])

    async def later(self) -> str:
        made = await self.client.chat_scheduleMessage(channel=self.general, text="x", post_at=self.time + 3600)
        return str(made["scheduled_message_id"])

    @property
    def time(self) -> int:
        return int(NOW.timestamp())

    async def view(self) -> str:
        return str((await self.client.views_open(trigger_id=self.trigger, view=FORM))["view"]["id"])


async def kick(on: Stage) -> Any:
    made = await on.channel()
    await on.client.conversations_invite(channel=made, users=on.dana)
    return await on.client.conversations_kick(channel=made, user=on.dana)


async def join(on: Stage) -> Any:
    made = on.office.sandbox.add_channel("others", members=[on.office.dana])
    return await on.client.conversations_join(channel=made.id)


async def unarchive(on: Stage) -> Any:
    """A bot never can: the refusal is what Slack says."""
    made = await on.channel()
    await on.client.conversations_archive(channel=made)
    return await on.client.conversations_unarchive(channel=made)


async def unpin(on: Stage) -> Any:
    await on.client.pins_add(channel=on.general, timestamp=on.ts)
    return await on.client.pins_remove(channel=on.general, timestamp=on.ts)


async def unreact(on: Stage) -> Any:
    await on.client.reactions_add(channel=on.general, timestamp=on.ts, name="eyes")
    return await on.client.reactions_remove(channel=on.general, timestamp=on.ts, name="eyes")


async def sign_in(on: Stage) -> Any:
    """The code is what a browser brings back. The client's own method warns of what aiohttp deprecates."""
    sandbox, back = on.office.sandbox, "http://127.0.0.1/back"
    client_id, secret = sandbox.client
    asked = {"client_id": client_id, "response_type": "code", "scope": "openid", "redirect_uri": back, "as": "dana"}
    there = f"{sandbox.url}/openid/connect/authorize"
    async with aiohttp.ClientSession() as http, http.get(there, params=asked, allow_redirects=False) as answer:
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    given = {"client_id": client_id, "client_secret": secret, "code": code, "redirect_uri": back}
    return await on.client.api_call("openid.connect.token", data=given)


async def close(on: Stage) -> Any:
    made = (await on.client.conversations_open(users=on.dana))["channel"]["id"]
    return await on.client.conversations_close(channel=made)


async def push(on: Stage) -> Any:
    await on.view()
    return await on.client.views_push(trigger_id=on.trigger, view=FORM)


async def group_users(on: Stage) -> Any:
    group = on.office.sandbox.add_group("cooks", [on.office.dana])
    return await on.client.usergroups_users_list(usergroup=group.id)


async def unfurl(on: Stage) -> Any:
    address = "https://a.example/menu"
    ts = await on.office.dana.says(f"see {address}", in_="general")
    return await on.client.chat_unfurl(channel=on.general, ts=ts, unfurls={address: {"text": "Soup"}})


async def sockets(on: Stage) -> Any:
    return await on.client.apps_connections_open(app_token=on.office.sandbox.environment()["SLACK_APP_TOKEN"])


async def bookmarked(on: Stage, act: str, **more: Any) -> Any:
    """An act on a bookmark that is there."""
    return await getattr(on.client, act)(channel_id=on.general, bookmark_id=await on.bookmark(), **more)


async def canvas(on: Stage, act: str, **more: Any) -> Any:
    """An act on a canvas that is there."""
    return await getattr(on.client, act)(canvas_id=await on.canvas(), **more)


AT_END = {"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": "Drink."}}

CALLS: dict[str, Callable[[Stage], Awaitable[Any]]] = {
    "api.test": lambda on: on.client.api_test(),
    "apps.connections.open": sockets,
    "auth.revoke": lambda on: on.client.auth_revoke(),
    "auth.teams.list": lambda on: on.client.auth_teams_list(),
    "auth.test": lambda on: on.client.auth_test(),
    "blocks.validate": lambda on: on.client.blocks_validate(blocks=HOME["blocks"]),  # type: ignore[arg-type]
    "bookmarks.add": lambda on: on.client.bookmarks_add(
        channel_id=on.general, title="Menu", type="link", link="https://a.example", emoji=":bread:"
    ),
    "bookmarks.edit": lambda on: bookmarked(on, "bookmarks_edit", title="Dinner"),
    "bookmarks.list": lambda on: on.client.bookmarks_list(channel_id=on.general),
    "bookmarks.remove": lambda on: bookmarked(on, "bookmarks_remove"),
    "bots.info": lambda on: on.client.bots_info(bot=on.office.sandbox.workspace.bot_id),
    "canvases.access.set": lambda on: canvas(on, "canvases_access_set", access_level="read", user_ids=[on.dana]),
    "canvases.create": lambda on: on.client.canvases_create(title="Plan", document_content=DOCUMENT),
    "canvases.delete": lambda on: canvas(on, "canvases_delete"),
    "canvases.edit": lambda on: canvas(on, "canvases_edit", changes=[AT_END]),
    "canvases.sections.lookup": lambda on: canvas(
        on, "canvases_sections_lookup", criteria={"section_types": ["any_header"], "contains_text": "plan"}
    ),
    "chat.delete": lambda on: on.client.chat_delete(channel=on.general, ts=on.ts),
    "chat.getPermalink": lambda on: on.client.chat_getPermalink(channel=on.general, message_ts=on.ts),
    "chat.meMessage": lambda on: on.client.chat_meMessage(channel=on.general, text="is hungry"),
    "chat.postEphemeral": lambda on: on.client.chat_postEphemeral(channel=on.general, user=on.dana, text="x"),
    "chat.postMessage": lambda on: on.client.chat_postMessage(
        channel=on.general, text="x", thread_ts=on.ts, reply_broadcast=True, username="Cook", icon_emoji=":bread:"
    ),
    "chat.scheduleMessage": lambda on: on.client.chat_scheduleMessage(
        channel=on.general, text="x", post_at=on.time + 60
    ),
    "chat.scheduledMessages.list": lambda on: on.client.chat_scheduledMessages_list(channel=on.general),
    "chat.unfurl": unfurl,
    "chat.update": lambda on: on.client.chat_update(channel=on.general, ts=on.ts, text="y"),
    "conversations.archive": lambda on: _with(on.channel(), lambda made: on.client.conversations_archive(channel=made)),
    "conversations.canvases.create": lambda on: on.client.conversations_canvases_create(
        channel_id=on.general, document_content=DOCUMENT
    ),
    "conversations.close": close,
    "conversations.create": lambda on: on.client.conversations_create(name="dinner", is_private=True),
    "conversations.history": lambda on: on.client.conversations_history(
        channel=on.general, oldest="0", latest=str(on.time + 60), inclusive=True, include_all_metadata=True, limit=1
    ),
    "conversations.info": lambda on: on.client.conversations_info(channel=on.general, include_num_members=True),
    "conversations.invite": lambda on: _with(
        on.channel(), lambda made: on.client.conversations_invite(channel=made, users=[on.dana])
    ),
    "conversations.join": join,
    "conversations.kick": kick,
    "conversations.leave": lambda on: _with(on.channel(), lambda made: on.client.conversations_leave(channel=made)),
    "conversations.list": lambda on: on.client.conversations_list(
        types="public_channel,private_channel,im,mpim", exclude_archived=True, limit=5
    ),
    "conversations.mark": lambda on: on.client.conversations_mark(channel=on.general, ts=on.ts),
    "conversations.members": lambda on: on.client.conversations_members(channel=on.general),
    "conversations.open": lambda on: on.client.conversations_open(users=[on.dana, on.office.bo.id], return_im=True),
    "conversations.rename": lambda on: _with(
        on.channel(), lambda made: on.client.conversations_rename(channel=made, name="supper")
    ),
    "conversations.replies": lambda on: on.client.conversations_replies(channel=on.general, ts=on.ts),
    "conversations.setPurpose": lambda on: on.client.conversations_setPurpose(channel=on.general, purpose="Eating"),
    "conversations.setTopic": lambda on: on.client.conversations_setTopic(channel=on.general, topic=""),
    "conversations.unarchive": unarchive,
    "chat.deleteScheduledMessage": lambda on: _with(
        on.later(),
        lambda made: on.client.chat_deleteScheduledMessage(channel=on.general, scheduled_message_id=made),
    ),
    "dnd.info": lambda on: on.client.dnd_info(user=on.dana),
    "dnd.teamInfo": lambda on: on.client.dnd_teamInfo(users=[on.dana]),
    "emoji.list": lambda on: on.client.emoji_list(),
    "files.completeUploadExternal": lambda on: _with(
        on.file(),
        lambda made: on.client.files_completeUploadExternal(
            files=[{"id": made, "title": "A"}], channel_id=on.general, initial_comment="Look", thread_ts=on.ts
        ),
    ),
    "files.delete": lambda on: _with(on.complete_file(), lambda made: on.client.files_delete(file=made)),
    "files.getUploadURLExternal": lambda on: on.client.files_getUploadURLExternal(filename="a.txt", length=1),
    "files.info": lambda on: _with(on.complete_file(), lambda made: on.client.files_info(file=made)),
    "files.list": lambda on: on.client.files_list(channel=on.general, user=on.dana, count=5, page=1),
    "openid.connect.token": sign_in,
    "pins.add": lambda on: on.client.pins_add(channel=on.general, timestamp=on.ts),
    "pins.list": lambda on: on.client.pins_list(channel=on.general),
    "pins.remove": unpin,
    "reactions.add": lambda on: on.client.reactions_add(channel=on.general, timestamp=on.said, name="eyes"),
    "reactions.get": lambda on: on.client.reactions_get(channel=on.general, timestamp=on.ts, full=True),
    "reactions.list": lambda on: on.client.reactions_list(user=on.dana),
    "reactions.remove": unreact,
    "team.info": lambda on: on.client.team_info(),
    "usergroups.list": lambda on: on.client.usergroups_list(include_users=True, include_count=True),
    "usergroups.users.list": group_users,
    "users.conversations": lambda on: on.client.users_conversations(user=on.dana, types="public_channel"),
    "users.getPresence": lambda on: on.client.users_getPresence(user=on.dana),
    "users.info": lambda on: on.client.users_info(user=on.dana, include_locale=True),
    "users.list": lambda on: on.client.users_list(limit=2),
    "users.lookupByEmail": lambda on: on.client.users_lookupByEmail(email="dana@sandbox.example"),
    "users.profile.get": lambda on: on.client.users_profile_get(user=on.dana),
    "views.open": lambda on: on.client.views_open(trigger_id=on.trigger, view=FORM),
    "views.publish": lambda on: on.client.views_publish(user_id=on.dana, view=HOME),
    "views.push": push,
    "views.update": lambda on: _with(on.view(), lambda made: on.client.views_update(view_id=made, view=FORM)),
}
"""Method → a call of it that does what it is for."""

REFUSED = {"conversations.unarchive": "not_in_channel"}
"""What a bot can never do, and the answer."""


async def _with(made: Awaitable[str], act: Callable[[str], Awaitable[Any]]) -> Any:
    return await act(await made)


def test_every_method_has_a_call_here() -> None:
    assert sorted(CALLS) == sorted(METHODS)


@pytest.mark.parametrize("name", sorted(CALLS))
async def test_the_unmodified_client_drives(name: str) -> None:
    async with workspace() as office:
        ts = str((await office.client.chat_postMessage(channel=office.general, text="x"))["ts"])
        on = Stage(office, ts, await office.dana.says("hello", in_="general"))
        if name in REFUSED:
            with pytest.raises(Exception, match=REFUSED[name]):
                await CALLS[name](on)
        else:
            assert (await CALLS[name](on))["ok"] is True
        assert office.sandbox.journal.calls(name), "another method was called"


async def test_any_other_name_is_unknown() -> None:
    async with workspace() as office:
        with pytest.raises(Exception, match="unknown_method"):
            await office.client.api_call("search.messages")
