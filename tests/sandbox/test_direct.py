"""Direct messages of the app with one person and with several."""

from tests.sandbox.bolt_app import Office, workspace
from tests.sandbox.test_conversations import refusal


async def opened(office: Office, *people: str) -> str:
    users = [office.sandbox.person(one).id for one in people]
    return str((await office.client.conversations_open(users=users))["channel"]["id"])


async def test_the_same_people_have_the_same_conversation() -> None:
    async with workspace() as office:
        both = await opened(office, "dana", "bo")
        assert await opened(office, "bo", "dana") == both
        assert await opened(office, "dana") != both
        again = await office.client.conversations_open(users=[office.dana.id], return_im=True)
        assert (again["already_open"], again["channel"]["is_im"]) == (True, True)


async def test_a_group_is_listed_as_such_and_can_be_written_to() -> None:
    async with workspace() as office:
        both = await opened(office, "dana", "bo")
        await office.client.chat_postMessage(channel=both, text="Lunch?")
        [message] = (await office.client.conversations_history(channel=both))["messages"]
        assert message["text"] == "Lunch?"
        [found] = (await office.client.conversations_list(types="mpim"))["channels"]
        assert (found["id"], found["is_mpim"], found["name"].startswith("mpdm-dana--bo")) == (both, True, True)
        assert (await office.client.conversations_list(types="im"))["channels"] == []
        assert await refusal(office.client.conversations_setTopic(channel=both, topic="x")) == (
            "method_not_supported_for_channel_type"
        )


async def test_what_is_closed_is_listed_no_more_until_it_is_opened_again() -> None:
    async with workspace() as office:
        found = await opened(office, "dana")
        await office.client.conversations_close(channel=found)
        assert (await office.client.conversations_close(channel=found))["already_closed"]
        assert (await office.client.conversations_list(types="im"))["channels"] == []
        assert await opened(office, "dana") == found
        assert len((await office.client.conversations_list(types="im"))["channels"]) == 1
        close = office.client.conversations_close(channel=office.general)
        assert await refusal(close) == "method_not_supported_for_channel_type"


async def test_who_cannot_be_written_to_is_named_by_the_error() -> None:
    async with workspace() as office:
        gone = office.sandbox.add_person("gone", deactivated=True).id
        many = [office.sandbox.add_person(f"p{number}").id for number in range(9)]
        open_ = office.client.conversations_open
        assert await refusal(open_(users=[gone])) == "user_disabled"
        assert await refusal(open_(users=["U0NOBODY"])) == "user_not_found"
        assert await refusal(open_(users=[office.sandbox.bot.id])) == "invalid_user_combination"
        assert await refusal(open_(users=many)) == "too_many_users"
        assert await refusal(open_(users=[])) == "users_list_not_supplied"
        assert await refusal(open_(users=[office.bo.id], prevent_creation=True)) == "channel_not_found"


async def test_each_kind_asks_for_its_own_scope() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["im:write", "im:read"]}}}
    async with workspace(manifest) as office:
        assert await opened(office, "dana")
        several = office.client.conversations_open(users=[office.dana.id, office.bo.id])
        assert await refusal(several) == "missing_scope"


async def test_an_app_without_a_messages_tab_cannot_write_to_people() -> None:
    manifest = {
        "features": {"app_home": {"messages_tab_enabled": False}},
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    }
    async with workspace(manifest) as office:
        post = office.client.chat_postMessage
        assert await refusal(post(channel=office.dana.id, text="x")) == "messages_tab_disabled"
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        assert await refusal(office.client.views_publish(user_id=office.dana.id, view=view)) == "not_enabled"
