"""Asking Slack about a person."""

from bot.delivery.outcomes import Done, Gone, Retry, Unknown
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.slack.events import read_person
from bot.slack.gateway import Gateway


async def fetch_person(gateway: Gateway, user: SlackUserId) -> Profile | Retry | Unknown | Gone:
    """What Slack knows of a person now."""
    answer = await gateway.call("users.info", user=user)
    return read_person(answer.result["user"], gateway.organisation) if isinstance(answer, Done) else answer
