"""The pytest plugin, in a small project that has nothing but the sample app."""

from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "docs" / "sample_app.py"

CONFTEST = """
import os, subprocess, sys
import pytest, pytest_asyncio

pytest_plugins = ["bot.sandbox.pytest"]

@pytest_asyncio.fixture
async def app(slack):
    environment = {"PATH": os.environ["PATH"], **slack.environment()}
    process = subprocess.Popen([sys.executable, "sample_app.py"], env=environment)
    await slack.until(lambda: slack.connections == 1, timeout=20)
    yield
    process.terminate()
    process.wait()
"""

STORY = """
import pytest

@pytest.mark.asyncio
async def test_lunch(slack, app):
    dana, general = slack.user("dana"), slack.channel("general")
    await dana.types("/lunch", in_="general")
    await dana.submits({"dish": "soup", "guests": "3"})
    await dana.clicks("Me too")
    await dana.reads("eats soup too")
    assert general.shows("orders soup for 3")
"""

OVERRIDES = """
from datetime import UTC, datetime
import pytest

@pytest.fixture
def slack_manifest():
    return {"features": {"slash_commands": [{"command": "/tea", "description": "Tea"}]}}

@pytest.fixture
def slack_now():
    return lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

async def test_the_overrides_are_used(slack):
    dana = slack.user("dana")
    answer = await dana.types("/lunch", in_="general")
    assert "/lunch" in answer.text and not answer.ok
    assert (await dana.says("hello", in_="general")).startswith("1772442000.")
"""

FAILURE = """
async def test_nothing_comes(slack):
    dana = slack.user("dana")
    await dana.says("anybody there?", in_="general")
    await slack.until(lambda: slack.channel("general").shows("yes"), timeout=0.1)

def test_without_a_slack():
    assert False
"""


WITHOUT = ("no:schemathesis", "no:hypothesispytest")
"""The project does not have these, and to load them takes longer than its tests do."""


def run(pytester: pytest.Pytester, mode: str, *plugins: str) -> pytest.RunResult:
    arguments = [argument for plugin in (*plugins, *WITHOUT) for argument in ("-p", plugin)]
    pytester.makeini(
        f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    return pytester.runpytest_subprocess(*arguments, "-p", "no:cacheprovider")


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_a_story_is_told_in_either_mode_of_pytest_asyncio(pytester: pytest.Pytester, mode: str) -> None:
    (pytester.path / "sample_app.py").write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(STORY)
    run(pytester, mode).assert_outcomes(passed=1)


def test_a_manifest_and_a_clock_are_given_by_overriding_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OVERRIDES)
    run(pytester, "auto", "bot.sandbox.pytest").assert_outcomes(passed=1)


def test_a_failure_shows_what_went_over_the_wire_last(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILURE)
    result = run(pytester, "auto", "bot.sandbox.pytest")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*last in the journal of slack*", "*event message*anybody there?*"])
    assert str(result.stdout).count("in the journal of slack") == 1
