"""Later answers go to Slack and nowhere else: they may hold a personal link."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.door.reply import Say
from bot.slack.answering import leads_to_slack, send

SLACK, LOCAL = "https://slack.com/api/", "http://127.0.0.1:4010/api/"


@pytest.mark.parametrize(
    ("url", "api", "does"),
    [
        ("https://hooks.slack.com/commands/T1/1/x", SLACK, True),
        ("https://hooks.slack.com/commands/T1/1/x", LOCAL, True),
        ("http://127.0.0.1:4010/response/1", LOCAL, True),
        ("http://127.0.0.1:4011/response/1", LOCAL, True),
        ("https://127.0.0.1:4010/response/1", LOCAL, False),
        ("http://127.0.0.2:4010/response/1", LOCAL, False),
        ("http://hooks.slack.com/commands/T1/1/x", SLACK, False),
        ("https://hooks.slack.com.evil.example/x", SLACK, False),
        ("https://hooks.slack.com@evil.example/x", SLACK, False),
        ("https://evil.example/hooks.slack.com", SLACK, False),
        ("http://169.254.169.254/latest/meta-data", SLACK, False),
        ("http://127.0.0.1:8080/metrics", SLACK, False),
        ("https://hooks.slack.com:8443/x", SLACK, False),
        ("", SLACK, False),
        ("https://[", SLACK, False),
    ],
)
def test_an_answer_goes_only_to_slack(url: str, api: str, does: bool) -> None:
    assert leads_to_slack(url, api) == does


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_an_answer_is_not_led_on_to_another_address(status: int) -> None:
    asked: list[str] = []

    async def lead_on(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_route("*", "/{name}", lead_on)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        await send(session, str(server.make_url("/response")), Say("https://muster.example/reviews/INC-1?key=x"))
    assert asked == ["/response"]
