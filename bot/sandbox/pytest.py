"""A plugin for pytest: `pytest_plugins = ["bot.sandbox.pytest"]` in your conftest.py, or `-p bot.sandbox.pytest`.

    async def test_lunch_is_ordered_by_a_form(slack: Sandbox, app: None) -> None:
        dana, general = slack.user("dana"), slack.channel("general")
        await dana.types("/lunch", in_="general")
        await dana.submits({"dish": "soup", "guests": "3"})
        await dana.clicks("Me too")
        await dana.reads("eats soup too")

Waits are on conditions: whoever wants to click, choose, fill in or read something waits until it is there. The plugin
needs pytest-asyncio, in either of its modes.
"""

from collections.abc import AsyncIterator, Callable, Generator, Mapping
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.delivering import ACK_WITHIN
from bot.sandbox.server import Sandbox

PATIENCE = 20.0
"""Seconds for which people wait for what they want to click, choose, fill in or read."""
LINES = 20
"""Of the journal, in the report of a test that failed."""


@pytest.fixture
def slack_manifest() -> Mapping[str, Any] | None:
    """The app's manifest. Override it; without one, everything is granted, subscribed to and known."""
    return None


@pytest.fixture
def slack_now() -> Callable[[], datetime] | None:
    """What dates everything in the workspace. Override it; without one, the machine's clock does."""
    return None


@pytest.fixture
def slack_ack_within() -> float:
    """Seconds that Slack waits for an acknowledgement. Override it where the machine may be busy; triggers then live
    as long."""
    return ACK_WITHIN


@pytest_asyncio.fixture
async def slack(
    slack_manifest: Mapping[str, Any] | None, slack_now: Callable[[], datetime] | None, slack_ack_within: float
) -> AsyncIterator[Sandbox]:
    """A local Slack with a channel #general that the app is in. `slack.environment()` points an app at it."""
    async with Sandbox(slack_now, slack_manifest, ack_within=slack_ack_within, patience=PATIENCE) as sandbox:
        sandbox.add_channel("general", members=[sandbox.bot])
        yield sandbox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failure what went over the wire last."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            if isinstance(value, Sandbox):
                report.sections.append((f"last in the journal of {name}", value.journal.last(LINES)))
    return report
