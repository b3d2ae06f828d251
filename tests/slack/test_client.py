"""The connection to Slack."""

import subprocess
import sys

import pytest

from bot.slack.client import build_client, is_loopback, open_client, proxy_for

PROXIED = {"HTTP_PROXY": "http://proxy.example:3128", "PATH": ""}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:80/api/", "http://localhost/", "ws://[::1]:9/x", "http://a.localhost"]
)
def test_an_address_of_this_machine_is_known(url: str) -> None:
    assert is_loopback(url)
    assert proxy_for(url) is None


@pytest.mark.parametrize(
    "url", ["https://slack.com/api/", "http://127.0.0.1.example.com/", "http://10.0.0.1/", "nonsense"]
)
def test_an_address_elsewhere_is_known(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("url", "proxy"), [("http://127.0.0.1:1/api/", "None"), ("https://slack.com/api/", PROXIED["HTTP_PROXY"])]
)
def test_the_environments_proxy_is_used_but_never_for_this_machine(url: str, proxy: str) -> None:
    code = f"from bot.slack.client import build_client; print(build_client({url!r}, 'xoxb-1', None).proxy)"
    ran = subprocess.run([sys.executable, "-c", code], env=PROXIED, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == proxy


async def test_nothing_is_sent_twice_behind_our_back_and_one_session_serves_all_calls() -> None:
    async with open_client("http://127.0.0.1:1/api/", "xoxb-1") as client:
        assert client.retry_handlers == []
        assert client.session is not None
        assert client.session.timeout.total == 10
    assert client.session.closed


def test_a_client_says_who_it_is() -> None:
    assert build_client("http://127.0.0.1:1/api/", None, None).headers["User-Agent"].startswith("Muster")
