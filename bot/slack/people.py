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


async def email_of(gateway: Gateway, user: SlackUserId) -> str | None:
    """Somebody's e-mail address; None where Slack does not tell it, or not now."""
    answer = await gateway.call("users.info", user=user)
    profile = answer.result["user"].get("profile", {}) if isinstance(answer, Done) else {}
    return profile.get("email") or None


async def whose_email(gateway: Gateway, email: str) -> SlackUserId | None:
    """Who has an e-mail address; None where Slack knows nobody, or does not tell it now."""
    answer = await gateway.call("users.lookupByEmail", email=email)
    return SlackUserId(answer.result["user"]["id"]) if isinstance(answer, Done) else None
