"""Asking Slack about user groups."""

from collections.abc import Mapping
from typing import Any

from bot.delivery.outcomes import Done, Gone, Retry, Unknown
from bot.domain.people import Group
from bot.slack.events import UserGroup
from bot.slack.gateway import Gateway


async def fetch_groups(gateway: Gateway) -> list[Group] | Retry | Unknown | Gone:
    """Every user group of the workspace with its members, as Slack knows them now."""
    answer = await gateway.call("usergroups.list", include_users=True)
    return [_group(one) for one in answer.result.get("usergroups", [])] if isinstance(answer, Done) else answer


def _group(described: Mapping[str, Any]) -> Group:
    group = UserGroup.model_validate(described)
    return Group(group.id, group.handle, group.users or ())
