"""Hostile texts typed in the local Slack, with the whole of Muster behind it; then everything it said is read."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from structlog.testing import capture_logs

from bot.sandbox import Message
from tests.blocks.reading import CALLS_ALL, mrkdwn
from tests.scenarios.conftest import Company, company_at_work

IN_ONE_COMPANY = 100
"""Texts, after which everybody begins anew."""


async def over_the_wire(texts: Sequence[str], folder: Path) -> AsyncIterator[str]:
    """What is wrong: a defect, an answer that did not come, a call to everybody, an effect that Slack did not take."""
    for first in range(0, len(texts), IN_ONE_COMPANY):
        place = folder / f"company-{first}"
        place.mkdir()
        async with company_at_work(place, f"sqlite:///{place / 'muster.db'}") as company:
            with capture_logs() as logged:
                channel = await company.declares("checkout fails service:checkout")
                for number, text in enumerate(texts[first : first + IN_ONE_COMPANY]):
                    answer = await company.dana.types(f"/incident {text}", in_=channel.id if number % 3 else "general")
                    if answer.timed_out or not answer.ok:
                        yield f"no answer to {text[:300]!a}: {answer}"
                    if CALLS_ALL.search(answer.text):
                        yield f"an answer calls everybody: {answer.text[:300]!a}"
                await company.settle()
            for what in await _said(company):
                yield what
            for one in logged:
                if one["log_level"] in ("error", "critical") or "defect" in one["event"]:
                    yield f"logged: {str(one)[:600]!a}"


async def _said(company: Company) -> list[str]:
    readiness = await company.bot.readiness()
    found = [f"not all could be told: {one}" for one in readiness.warnings if one.code == "dead_effects"]
    for channel in company.sandbox.channels:
        for message in channel.posted:
            if message.user == company.sandbox.bot.id and (calls := _calls(message)):
                found.append(f"in #{channel.name} everybody is called: {calls[:300]!a}")
        if CALLS_ALL.search(channel.topic):
            found.append(f"the topic of #{channel.name} calls everybody: {channel.topic!a}")
    return found


def _calls(message: Message) -> str:
    return next((text for text in (message.text, *mrkdwn(message.blocks)) if CALLS_ALL.search(text)), "")
