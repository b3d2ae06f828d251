"""People, groups, pins, bookmarks, reactions, files, tokens and scopes, over the wire."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.bolt_app import workspace
from tests.sandbox.test_conversations import refusal


async def test_the_token_tells_who_the_app_is() -> None:
    async with workspace() as office:
        found = await office.client.auth_test()
        assert found["user_id"] == office.sandbox.bot.id
        assert found["team_id"] == office.sandbox.team_id
        assert (await office.client.bots_info(bot=found["bot_id"]))["bot"]["user_id"] == office.sandbox.bot.id
        assert (await office.client.team_info())["team"]["id"] == office.sandbox.team_id


async def test_tokens_are_looked_at() -> None:
    async with workspace() as office:
        given = office.sandbox.environment()
        url = given["SLACK_API_URL"]
        bot, app = given["SLACK_BOT_TOKEN"], given["SLACK_APP_TOKEN"]
        assert await refusal(AsyncWebClient("xoxb-wrong", base_url=url).auth_test()) == "invalid_auth"
        assert await refusal(AsyncWebClient(base_url=url).auth_test()) == "not_authed"
        assert await refusal(AsyncWebClient(app, base_url=url).auth_test()) == "not_allowed_token_type"
        call = AsyncWebClient(bot, base_url=url).apps_connections_open(app_token=bot)
        assert await refusal(call) == "not_allowed_token_type"
        assert (await AsyncWebClient(base_url=url).apps_connections_open(app_token=app))["url"].startswith("ws://")


async def test_a_missing_scope_is_named() -> None:
    async with workspace({"oauth_config": {"scopes": {"bot": ["chat:write"]}}}) as office:
        with pytest.raises(Exception, match="missing_scope") as refused:
            await office.client.users_info(user=office.dana.id)
        answer = refused.value.response  # type: ignore[attr-defined]
        assert (answer["needed"], answer["provided"]) == ("users:read", "chat:write")


async def test_people_are_found_by_id_and_by_address() -> None:
    async with workspace() as office:
        office.sandbox.add_person("gone", deactivated=True)
        found = (await office.client.users_info(user=office.dana.id))["user"]
        assert (found["name"], found["deleted"]) == ("dana", False)
        assert (found["tz"], found["tz_offset"]) == ("Europe/Madrid", 3600)
        assert (await office.client.users_lookupByEmail(email="dana@sandbox.example"))["user"]["id"] == office.dana.id
        assert await refusal(office.client.users_lookupByEmail(email="gone@sandbox.example")) == "users_not_found"
        assert await refusal(office.client.users_info(user="U0NOBODY")) == "user_not_found"
        assert {"dana", "bo", "gone"} <= {one["name"] for one in (await office.client.users_list())["members"]}


async def test_groups_can_be_read() -> None:
    async with workspace() as office:
        group = office.sandbox.add_group("@cooks", [office.dana])
        listed = (await office.client.usergroups_list(include_users=True))["usergroups"]
        assert [(one["handle"], one["users"]) for one in listed] == [("cooks", [office.dana.id])]
        assert (await office.client.usergroups_users_list(usergroup=group.id))["users"] == [office.dana.id]
        assert await refusal(office.client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"


async def test_pins() -> None:
    async with workspace() as office:
        where = {"channel": office.general, "timestamp": await office.dana.says("x", in_="general")}
        await office.client.pins_add(**where)
        assert await refusal(office.client.pins_add(**where)) == "already_pinned"
        assert len((await office.client.pins_list(channel=office.general))["items"]) == 1
        await office.client.pins_remove(**where)
        assert await refusal(office.client.pins_remove(**where)) == "no_pin"
        assert await refusal(office.client.pins_add(channel=office.general, timestamp="1.0")) == "message_not_found"


async def test_bookmarks() -> None:
    async with workspace() as office:
        add, general = office.client.bookmarks_add, office.general
        made = (await add(channel_id=general, title="Menu", type="link", link="https://a.example"))["bookmark"]
        edit = office.client.bookmarks_edit
        await edit(channel_id=general, bookmark_id=made["id"], title="Dinner", link="https://b.example")
        listed = (await office.client.bookmarks_list(channel_id=general))["bookmarks"]
        assert [(one["title"], one["link"]) for one in listed] == [("Dinner", "https://b.example")]
        assert await refusal(add(channel_id=general, title="x", type="link", link="javascript:1")) == "invalid_link"
        assert await refusal(add(channel_id=general, title="x", type="folder")) == "invalid_bookmark_type"
        await office.client.bookmarks_remove(channel_id=general, bookmark_id=made["id"])
        assert not office.sandbox.channel("general").bookmarks


async def test_reactions() -> None:
    async with workspace() as office:
        where: dict[str, Any] = {"channel": office.general, "timestamp": await office.dana.says("x", in_="general")}
        await office.bo.reacts("eyes", to=where["timestamp"], in_="general")
        await office.client.reactions_add(**where, name="eyes")
        assert await refusal(office.client.reactions_add(**where, name="eyes")) == "already_reacted"
        found = (await office.client.reactions_get(**where))["message"]["reactions"]
        assert found == [{"name": "eyes", "users": [office.bo.id, office.sandbox.bot.id], "count": 2}]
        await office.client.reactions_remove(**where, name="eyes")
        await office.bo.unreacts("eyes", to=where["timestamp"], in_="general")
        assert await refusal(office.client.reactions_remove(**where, name="eyes")) == "no_reaction"


async def test_a_file_is_reserved_sent_and_completed() -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        content = b"# The review\n"
        place = await office.client.files_getUploadURLExternal(filename="review.md", length=len(content))
        assert await refusal(office.client.files_info(file=place["file_id"])) == "file_not_found"
        async with session.post(place["upload_url"], data=content) as response:
            assert response.status == 200
        files = [{"id": place["file_id"], "title": "The review"}]
        await office.client.files_completeUploadExternal(files=files, channel_id=office.general, initial_comment="Done")
        shared = office.sandbox.channel("general")
        assert [(one.name, one.title, one.content) for one in shared.files] == [("review.md", "The review", content)]
        assert shared.shows("Done")
        assert (await office.client.files_info(file=place["file_id"]))["file"]["size"] == len(content)
        await office.client.files_delete(file=place["file_id"])
        assert not shared.files


async def test_the_libraries_own_upload_works() -> None:
    async with workspace() as office:
        await office.client.files_upload_v2(channel=office.general, filename="a.txt", content="hello")
        assert [one.content for one in office.sandbox.channel("general").files] == [b"hello"]


async def test_a_file_of_another_length_than_reserved_is_refused() -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        place = await office.client.files_getUploadURLExternal(filename="a.txt", length=5)
        async with session.post(place["upload_url"], data=b"far too long") as response:
            assert response.status == 400
        call = office.client.files_completeUploadExternal(files=[{"id": place["file_id"]}])
        assert await refusal(call) == "file_not_found"


async def test_an_address_is_shown_only_to_an_app_that_may_read_it() -> None:
    async with workspace({"oauth_config": {"scopes": {"bot": ["users:read", "users.profile:read"]}}}) as office:
        found = (await office.client.users_info(user=office.dana.id))["user"]
        assert "email" not in found["profile"]
        assert all("email" not in one["profile"] for one in (await office.client.users_list())["members"])
        assert "email" not in (await office.client.users_profile_get(user=office.dana.id))["profile"]
    async with workspace() as office:
        profile = (await office.client.users_profile_get(user=office.dana.id))["profile"]
        assert profile["email"] == "dana@sandbox.example"


async def test_a_token_that_was_given_back_is_good_for_nothing() -> None:
    async with workspace() as office:
        assert (await office.client.auth_revoke(test=True))["revoked"] is False
        assert (await office.client.auth_revoke())["revoked"] is True
        assert await refusal(office.client.auth_test()) == "token_revoked"


async def test_lists_come_in_pages_whose_cursors_are_opaque() -> None:
    async with workspace() as office:
        names: list[str] = []
        async for page in await office.client.users_list(limit=1):
            names += [one["name"] for one in page["members"]]
        assert sorted(names) == ["bo", "dana", "sandbox_app"]
        assert await refusal(office.client.users_list(cursor="page:2")) == "invalid_cursor"
        assert await refusal(office.client.users_list(limit=-1)) == "invalid_limit"
        assert await refusal(office.client.conversations_list(limit=1001)) == "invalid_limit"


async def test_what_is_not_a_ts_is_refused() -> None:
    async with workspace() as office:
        assert await refusal(office.client.pins_add(channel=office.general, timestamp="now")) == "bad_timestamp"
        add = office.client.reactions_add
        assert await refusal(add(channel=office.general, timestamp="x", name="eyes")) == "bad_timestamp"
        assert await refusal(office.client.conversations_mark(channel=office.general, ts="x")) == "invalid_timestamp"
        history = office.client.conversations_history
        assert await refusal(history(channel=office.general, oldest="nan")) == "invalid_ts_oldest"


async def test_blocks_can_be_looked_at_without_being_sent() -> None:
    async with workspace() as office:
        validate = office.client.blocks_validate
        assert await refusal(validate(blocks=[{"type": "section"}])) == "invalid_blocks"
        assert await refusal(validate(view={"type": "modal"})) == "invalid_view"
        assert await refusal(validate()) == "invalid_arguments"
        assert await refusal(validate(message={"blocks": [{"type": "section"}]})) == "invalid_message"
        assert not office.sandbox.channel("general").messages


async def test_the_last_one_in_a_private_channel_stays() -> None:
    async with workspace() as office:
        made = (await office.client.conversations_create(name="diary", is_private=True))["channel"]["id"]
        assert await refusal(office.client.conversations_leave(channel=made)) == "last_member"
