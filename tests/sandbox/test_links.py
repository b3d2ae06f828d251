"""Links in messages: the app is told of those to its own domains, and says what they lead to."""

from typing import Any

from tests.sandbox.bolt_app import office
from tests.sandbox.test_conversations import refusal

MANIFEST: dict[str, Any] = {
    "features": {"unfurl_domains": ["a.example"]},
    "oauth_config": {"scopes": {"bot": ["links:read", "links:write", "chat:write", "channels:history"]}},
    "settings": {"event_subscriptions": {"bot_events": ["link_shared"]}},
}


async def test_links_to_the_apps_domains_are_told_of_and_unfurled() -> None:
    async with office(manifest=MANIFEST) as found:
        ts = await found.dana.says(
            "https://a.example/1 https://shop.a.example/2?x=1&y=2 https://nota.example a.example/3", in_="general"
        )
        reply = await found.bo.says("https://a.example/1 again https://a.example/1", in_="general", thread_of=ts)
        await found.bo.says("https://b.example", in_="general")
        await found.client.chat_postMessage(channel=found.general, text="<https://a.example/mine>")
        await found.sandbox.settled()
        first, second = sorted(found.heard("link_shared"), key=lambda one: str(one["event_ts"]))
        unfurl_id = first["unfurl_id"]
        assert first == {
            "type": "link_shared",
            "channel": found.general,
            "is_bot_user_member": True,
            "user": found.dana.id,
            "message_ts": ts,
            "unfurl_id": unfurl_id,
            "source": "conversations_history",
            "links": [
                {"domain": "a.example", "url": "https://a.example/1"},
                {"domain": "a.example", "url": "https://shop.a.example/2?x=1&y=2"},
            ],
            "event_ts": first["event_ts"],
        }
        assert (second["message_ts"], second["thread_ts"], len(second["links"])) == (reply, ts, 1)
        soup = {"https://a.example/1": {"text": "Soup"}}
        await found.client.chat_unfurl(unfurl_id=unfurl_id, source="conversations_history", unfurls=soup)
        message = found.sandbox.channel("general").message(ts)
        assert [one["from_url"] for one in message.attachments] == ["https://a.example/1"]
        unknown = found.client.chat_unfurl(unfurl_id="C1", source="conversations_history", unfurls=soup)
        assert await refusal(unknown) == "invalid_unfurl_id"


async def test_the_app_is_told_of_links_where_it_is_no_member_but_not_in_private() -> None:
    async with office(manifest=MANIFEST) as found:
        found.sandbox.add_channel("tea", members=[found.dana])
        found.sandbox.add_channel("secret", members=[found.dana], is_private=True)
        for channel in ("tea", "secret"):
            await found.dana.says("https://a.example/1", in_=channel)
        await found.sandbox.settled()
        (told,) = found.heard("link_shared")
        assert (told["channel"], told["is_bot_user_member"]) == (found.sandbox.channel("tea").id, False)
        soup = {"https://a.example/1": {"text": "Soup"}}
        await found.client.chat_unfurl(unfurl_id=told["unfurl_id"], source=told["source"], unfurls=soup)
        assert found.sandbox.channel("tea").messages[-1].attachments[0]["text"] == "Soup"


async def test_without_the_domain_nothing_is_told() -> None:
    async with office(manifest={**MANIFEST, "features": {}}) as found:
        await found.dana.says("https://a.example/1", in_="general")
        await found.sandbox.settled()
        assert found.events == []
