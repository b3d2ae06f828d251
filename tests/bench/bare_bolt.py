"""The least that an app can do: Bolt answers the command at once. A process of its own, as Muster is one.

`answering` measures it beside Muster, on the same local Slack.
"""

import asyncio
import os

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    """Serve until terminated; the environment says where Slack is."""
    url = os.environ["SLACK_API_URL"]
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=url)
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    @app.command("/incident")
    async def answer(ack: AsyncAck) -> None:
        await ack("Recorded.")

    token = os.environ["SLACK_APP_TOKEN"]
    sockets = AsyncWebClient(token, base_url=url)
    await AsyncSocketModeHandler(app, token, web_client=sockets).start_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    asyncio.run(main())
