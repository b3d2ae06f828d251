"""Who may use which verb, where the policy narrows it; and what of a timeline belongs into the audit log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain import timeline as t
from bot.domain.actor import Actor, Integration, Muster, Person
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.oncall import on_call
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import Role

SENSITIVE = (
    *(t.CommanderAsked, t.HandoverOffered, t.CommandAccepted, t.CommandTakenOver, t.RoleAssigned, t.CommanderLost),
    *(t.CommandDeclined,),
    *(t.CustomerUpdateApproved, t.CustomerUpdatePublished),
    *(t.RunProposed, t.RunApproved, t.RunDeclined, t.RunEnded),
    *(t.IncidentCancelled, t.IncidentReopened, t.IncidentMerged, t.IncidentListed, t.DrillCorrected),
    t.LegalHoldSet,
)
"""Kinds of events that are audited whatever stands in them."""

APPROVE = "review approve"
"""The verb of those who approve, publish and waive reviews; the policy names them in a part of its own."""

INTEGRATIONS = "integrations"
"""What the policy calls every program that acts."""

Groups = Mapping[str, Sequence[SlackUserId]]


class NotForYou(Refusal):
    """`{verb}` is for {who} here. Ask one of them."""


def is_sensitive(event: t.AnyEvent) -> bool:
    """Whether an auditor asks for it: command and roles, secrecy, endings, a priority or a closure by hand."""
    match event:
        case t.IncidentDeclared():
            return event.is_private or event.is_priority_given
        case t.Reclassified(changed=changed):
            return changed == "priority"
        case t.IncidentClosed(unverified_because=why):
            return why is not None
        case _:
            return isinstance(event, SENSITIVE)


def require_access(
    verb: str,
    actor: Actor,
    incident: Incident | None,
    present: Collection[SlackUserId],
    policy: Policy,
    groups: Groups,
    now: datetime,
) -> None:
    """Raises NotForYou, naming who may. `present`: who is in the incident's channel. Muster itself may everything, an
    integration what the policy leaves to anyone or to integrations.

    While nobody commands, whoever is in the channel stands in for the commander: else nothing could be ended.
    """
    targets = policy.access.get(verb)
    if targets is None or "anyone" in targets or isinstance(actor, Muster):
        return
    if isinstance(actor, Integration) and INTEGRATIONS in targets:
        return
    service = incident.service if incident else None
    behind = {target: _behind(target, incident, present, policy, groups, now, service) for target in targets}
    if not any(actor == Person(one) for people in behind.values() for one in people):
        raise NotForYou(verb=verb, who=_named(behind, has_commander=bool(incident and incident.commander)))


def named_for(
    verb: str,
    incident: Incident,
    present: Collection[SlackUserId],
    policy: Policy,
    groups: Groups,
    now: datetime,
    targets: Sequence[str] | None = None,
) -> tuple[SlackUserId, ...] | None:
    """The people for whom a verb is, in the order of the policy; None where it is for anyone. `targets`: those of them
    that are meant; None: all."""
    named = policy.access.get(verb)
    if named is None or "anyone" in named:
        return None
    wanted = [one for one in named if targets is None or one in targets]
    found = [
        one for target in wanted for one in _behind(target, incident, present, policy, groups, now, incident.service)
    ]
    return tuple(dict.fromkeys(found))


def groups_of(targets: Iterable[str]) -> tuple[str, ...]:
    """The user groups among those who may do something, as `@handle`."""
    return tuple(one for one in targets if one.startswith("@"))


def groups_in(policy: Policy, verb: str) -> tuple[str, ...]:
    """The user groups that the policy names for a verb, as `@handle`."""
    return groups_of(policy.access.get(verb, ()))


def _behind(
    target: str,
    incident: Incident | None,
    present: Collection[SlackUserId],
    policy: Policy,
    groups: Groups,
    now: datetime,
    service: str | None,
) -> tuple[SlackUserId, ...]:
    """The people that a target stands for."""
    roles = tuple(one.person for one in incident.roles if one.until is None) if incident else ()
    responders = (*present, *roles, *((incident.declared_by,) if incident and incident.declared_by else ()))
    match target:
        case "responders":
            return responders
        case "integrations":
            return ()
        case "commander":
            return (incident.commander,) if incident and incident.commander else responders
        case "deputy":
            return incident.holders(Role.DEPUTY) if incident else ()
        case "liaison":
            return (incident.holders(Role.LIAISON) or responders) if incident else ()
        case "managers":
            return (*policy.managers_of(service), *policy.people.managers)
        case "executives":
            return policy.people.executives
        case "oncall":
            schedule = policy.schedule_for(service)
            turn = on_call(schedule, now) if schedule else None
            return (turn.primary,) if turn else ()
        case group if group.startswith("@"):
            return tuple(groups.get(group, ()))
        case user:
            return (SlackUserId(user),)


def people_behind(
    targets: Sequence[str],
    incident: Incident,
    present: Collection[SlackUserId],
    policy: Policy,
    groups: Groups,
    now: datetime,
) -> tuple[SlackUserId, ...] | None:
    """The people that an action's approvers stand for; None where anyone is meant. Unlike with verbs nobody stands in
    for a commander who is not there."""
    if "anyone" in targets:
        return None
    named = [one for one in targets if one != "commander" or incident.commander is not None]
    found = [one for each in named for one in _behind(each, incident, present, policy, groups, now, incident.service)]
    return tuple(dict.fromkeys(found))


def named_people(
    targets: Sequence[str],
    incident: Incident,
    present: Collection[SlackUserId],
    policy: Policy,
    groups: Groups,
    now: datetime,
) -> str:
    """The same in words."""
    behind = {one: people_behind([one], incident, present, policy, groups, now) or () for one in targets}
    return _named(behind, has_commander=True)


WORDS = {
    "responders": "whoever is in its channel",
    "commander": "the commander",
    "deputy": "the deputy",
    "liaison": "the communications liaison",
    "managers": "a manager",
    "executives": "an executive",
    "oncall": "whoever is on call",
    INTEGRATIONS: "an integration",
}


def _named(behind: Mapping[str, Sequence[SlackUserId]], *, has_commander: bool) -> str:
    """`the commander (<@U1>) or a manager (<@U2>)`."""
    named = [_one(target, people, has_commander=has_commander) for target, people in behind.items()]
    return " or ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]


def _one(target: str, people: Sequence[SlackUserId], *, has_commander: bool) -> str:
    if target == "commander" and not has_commander:
        return "whoever is in its channel, as nobody commands yet,"
    if target not in WORDS:
        return target if target.startswith("@") else f"<@{target}>"
    few = 0 < len(people) <= 3 and target != "responders"
    return f"{WORDS[target]} ({', '.join(f'<@{one}>' for one in dict.fromkeys(people))})" if few else WORDS[target]
