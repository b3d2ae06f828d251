"""Everybody whom the policy names and may turn to, the services it names, and where it does."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.domain.access import groups_of
from bot.domain.ids import SlackUserId
from bot.domain.policy import Policy


def named_people(policy: Policy, now: datetime) -> dict[SlackUserId, list[str]]:
    """People by their ids, each with the places that name them. Overrides that are over do not count."""
    named: list[tuple[str, Iterable[SlackUserId | None]]] = [
        ("people.managers", policy.people.managers),
        ("people.executives", policy.people.executives),
    ]
    named += [(f"services.{slug}.manager", [service.manager]) for slug, service in policy.services.items()]
    for name, schedule in policy.schedules.items():
        named.append((f"schedules.{name}", (*schedule.members, *schedule.secondary)))
        named.append((f"schedules.{name}.overrides", [one.who for one in schedule.overrides if one.ends > now]))
        if schedule.feed is not None:
            named.append((f"schedules.{name}.people", schedule.feed.people.values()))
    for priority, steps in policy.escalation.items():
        named.append((f"escalation.{priority}", _people(target for step in steps for target in step.tell)))
    for name, rules in policy.regulations.items():
        targets = (*rules.decide, *(target for step in rules.ladder for target in step.tell))
        named.append((f"regulations.{name}", _people(targets)))
    named += [(f"audience.{priority}", _people(one.tell)) for priority, one in policy.audience.items()]
    named += [(f"access.{verb}", _people(targets)) for verb, targets in policy.access.items()]
    named += [(f"actions.{name}.approve", _people(one.approvers)) for name, one in policy.actions.items()]
    found: defaultdict[SlackUserId, list[str]] = defaultdict(list)
    for place, users in named:
        for user in dict.fromkeys(users):
            if user is not None:
                found[user].append(place)
    return dict(found)


def _people(targets: Iterable[str]) -> list[SlackUserId]:
    """Of the targets as the policy writes them those that are ids: capitals and digits, as no word of it is."""
    return [SlackUserId(target) for target in targets if target.isupper()]


def named_groups(policy: Policy) -> dict[str, list[str]]:
    """User groups as `@handle`, each with the places that name them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for priority, steps in policy.escalation.items():
        for target in dict.fromkeys(target for step in steps for target in step.tell if target.startswith("@")):
            found[target].append(f"escalation.{priority}")
    for name, rules in policy.regulations.items():
        targets = (*rules.decide, *(target for step in rules.ladder for target in step.tell))
        for target in dict.fromkeys(target for target in targets if target.startswith("@")):
            found[target].append(f"regulations.{name}")
    for slug, service in policy.services.items():
        if service.resolver_group is not None:
            found[service.resolver_group].append(f"services.{slug}.resolver_group")
    for verb, targets in policy.access.items():
        for target in targets:
            if target.startswith("@"):
                found[target].append(f"access.{verb}")
    for name, action in policy.actions.items():
        for target in groups_of(action.approvers):
            found[target].append(f"actions.{name}.approve")
    for name, schedule in policy.schedules.items():
        if schedule.group is not None:
            found[schedule.group].append(f"schedules.{name}")
    return dict(found)


def named_services(policy: Policy) -> list[tuple[str, str]]:
    """Where the policy names a service that is listed elsewhere, and its slug."""
    routes = [(f"Route {place} of `alerts`", one.service) for place, one in enumerate(policy.alerting.routes, 1)]
    context = [(f"Rule {place} of `context`", one.service) for place, one in enumerate(policy.context, 1)]
    webhooks = [(f"The webhook {one.name}", slug) for one in policy.webhooks for slug in sorted(one.services)]
    return [(place, slug) for place, slug in (*routes, *context, *webhooks) if slug is not None]
