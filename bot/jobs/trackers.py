"""The issues of trackers: as destinations, and what is said of them there without being asked."""

from collections.abc import Mapping
from functools import partial

from bot.integrations.trackers import Tracker
from bot.integrations.trackers.destination import Emails, Issues, Owners
from bot.slack.gateway import Gateway
from bot.slack.people import email_of, whose_email
from bot.workflows.context import Context


def issues_of(context: Context, gateway: Gateway, trackers: Mapping[str, Tracker]) -> dict[str, Issues]:
    """By the name of their tracker, as the policy has it."""
    emails = Emails(partial(email_of, gateway), partial(whose_email, gateway))
    places = context.policy.trackers
    return {
        name: Issues(places[name], one, Owners(places[name], one, emails), context, gateway.workspace_url)
        for name, one in trackers.items()
    }
