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
    try:
        return await person_by_email(gateway, email)
    except ConnectionError:
        return None


async def person_by_email(gateway: Gateway, email: str) -> SlackUserId | None:
    """Who has that address; None: nobody, or Muster may not see addresses. Raises ConnectionError while Slack cannot be
    asked."""
    answer = await gateway.call("users.lookupByEmail", email=email)
    if isinstance(answer, Done):
        found = read_person(answer.result["user"], gateway.organisation)
        return None if found.is_bot or found.is_deactivated else found.user
    if isinstance(answer, Gone):
        return None
    raise ConnectionError(answer.why)
