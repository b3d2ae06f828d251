"""Lunch: a small Bolt app with a command, a form, a button and an event, to try a Slack with.

With SLACK_APP_TOKEN it works by Socket Mode, without one it listens on 127.0.0.1:PORT, at /slack/events.
"""

import asyncio
import os

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

SLACK = os.environ.get("SLACK_API_URL", "https://slack.com/api/")
client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=SLACK)
app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])


def plain(text):
    return {"type": "plain_text", "text": text}


def field(name, label):
    element = {"type": "plain_text_input", "action_id": name}
    return {"type": "input", "block_id": name, "label": plain(label), "element": element}


@app.command("/lunch")
async def order(ack, body, client):
    await ack()
    blocks = [field("dish", "What do you want to eat?"), field("guests", "For how many?")]
    words = {"title": plain("Lunch"), "submit": plain("Order"), "private_metadata": body["channel_id"]}
    form = {"type": "modal", "callback_id": "lunch", **words, "blocks": blocks}
    await client.views_open(trigger_id=body["trigger_id"], view=form)


@app.view("lunch")
async def ordered(ack, body, view, client):
    dish, guests = (view["state"]["values"][name][name]["value"] for name in ("dish", "guests"))
    if not guests.isdecimal():
        await ack(response_action="errors", errors={"guests": "Write a number, such as 3."})
        return
    await ack()
    text = f"<@{body['user']['id']}> orders {dish} for {guests}."
    button = {"type": "button", "action_id": "join", "text": plain("Me too"), "value": dish}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}, {"type": "actions", "elements": [button]}]
    await client.chat_postMessage(channel=view["private_metadata"], text=text, blocks=blocks)


@app.action("join")
async def joined(ack, body, action, client):
    await ack()
    text = f"<@{body['user']['id']}> eats {action['value']} too."
    await client.chat_postMessage(channel=body["channel"]["id"], thread_ts=body["message"]["ts"], text=text)


@app.event("app_mention")
async def asked(event, say):
    await say(text="Type /lunch to order.", thread_ts=event["ts"])


async def by_sockets(token):
    await AsyncSocketModeHandler(app, token, web_client=AsyncWebClient(token, base_url=SLACK)).start_async()


if __name__ == "__main__":
    if app_token := os.environ.get("SLACK_APP_TOKEN"):
        asyncio.run(by_sockets(app_token))
    else:
        app.server(port=int(os.environ.get("PORT", "3000")), host="127.0.0.1").start()
