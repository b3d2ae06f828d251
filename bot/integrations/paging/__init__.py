"""Pagers: how people are called who do not look at Slack. Another one joins by a file and a line in `pagers_of`."""

from collections.abc import Mapping

from bot.domain.policy import Paging
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.apprise import Apprise
from bot.integrations.paging.jira import Jira
from bot.integrations.paging.pager import Pager
from bot.integrations.paging.pagerduty import PagerDuty

__all__ = ["Pager", "pagers_of"]


def pagers_of(policy: Paging, client: Outgoing) -> Mapping[str, Pager]:
    """By name, those that the policy has."""
    found: dict[str, Pager] = {}
    if policy.pagerduty is not None:
        found["pagerduty"] = PagerDuty(policy.pagerduty, client)
    if policy.jira is not None:
        found["jira"] = Jira(policy.jira, client)
    if policy.apprise is not None:
        found["apprise"] = Apprise(policy.apprise)
    return found
