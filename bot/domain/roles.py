"""Who commands and who does what: asking, accepting, handing over, taking over."""

from datetime import datetime

from bot.domain import cadence
from bot.domain.decision import Decision
from bot.domain.explaining import explained
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.oncall import on_call
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.reason import Reason, Reasons, Stated, StatedCode
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.status import require_not_over
from bot.domain.telling import own_time
from bot.domain.timeline import (
    ChoiceUndone,
    CommandAccepted,
    CommandDeclined,
    CommanderAsked,
    CommanderLost,
    CommandTakenOver,
    HandoverOffered,
    RoleAssigned,
)
from bot.domain.vocabulary import ReasonCode as Code
from bot.domain.vocabulary import Role


class AskedOfAnother(Refusal):
    """<@{commander}> commands {ref}. Ask for a handover, or use `/incident takeover` when an update is overdue."""


class OnlyTheCommander(Refusal):
    """<@{commander}> commands {ref}, and only the commander may hand it over. Ask them to, or use
    `/incident takeover` when an update is overdue."""


class NobodyCommands(Refusal):
    """Nobody commands {ref}, so there is nothing to hand over. Ask somebody with `/incident commander @name`, or take
    it yourself with `/incident accept`."""


class NotAPerson(Refusal):
    """<@{user}> is {what} and cannot take a role in an incident. Name a person of this workspace."""


class AcceptInstead(Refusal):
    """To take command yourself, type `/incident accept`."""


class NotAsked(Refusal):
    """You haven't been asked to command {ref}, so there is nothing to decline."""


class MayNotTakeOver(Refusal):
    """Only the deputy, whoever is on call, or a manager can take over {ref}. Ask one of them, or
    `/incident escalate <reason>`."""


class NothingOverdue(Refusal):
    """Nothing is overdue in {ref}, so command cannot be taken over yet: {when}."""


def require_person(person: Profile) -> None:
    """Never a bot, never a deactivated user."""
    if person.is_bot or person.is_deactivated:
        raise NotAPerson(user=person.user, what="a bot" if person.is_bot else "deactivated")


def accept(incident: Incident, by: SlackUserId, now: datetime) -> Decision:
    """Command passes to whoever was asked; to anyone while nobody commands."""
    require_not_over(incident)
    if incident.commander == by:
        raise NothingToChange(text=f"You already command {incident.ref}; nothing was changed.")
    if incident.commander is not None and incident.asked != by:
        raise AskedOfAnother(ref=incident.ref, commander=incident.commander)
    return Decision((CommandAccepted(at=now, by=by, previous=incident.commander),))


def decline(incident: Incident, by: SlackUserId, why: str, now: datetime, policy: Policy) -> Decision:
    """Whoever was asked to command cannot: the next one is asked at once. Command that was only offered stays where it
    is."""
    require_not_over(incident)
    if incident.asked != by:
        raise NotAsked(ref=incident.ref)
    asked = None if incident.commander else _instead_of(incident, by, now, policy)
    return Decision((CommandDeclined(at=now, by=by, why=why, asked=asked),))


def ask_commander(incident: Incident, by: SlackUserId, person: Profile, now: datetime) -> Decision:
    """Ask somebody to command; nothing changes until they accept."""
    require_not_over(incident)
    if incident.commander is not None and incident.commander != by:
        raise OnlyTheCommander(ref=incident.ref, commander=incident.commander)
    _require_new(incident, by, person)
    return Decision((CommanderAsked(at=now, by=by, asked=person.user),), unconfirmed=_unconfirmed(person))


def offer_handover(incident: Incident, by: SlackUserId, person: Profile, now: datetime) -> Decision:
    """The commander offers command with a brief; nothing changes until it is accepted."""
    require_not_over(incident)
    if incident.commander is None:
        raise NobodyCommands(ref=incident.ref)
    if incident.commander != by:
        raise OnlyTheCommander(ref=incident.ref, commander=incident.commander)
    _require_new(incident, by, person)
    return Decision((HandoverOffered(at=now, by=by, asked=person.user),), unconfirmed=_unconfirmed(person))


def _unconfirmed(person: Profile) -> tuple[SlackUserId, ...]:
    return () if person.is_confirmed else (person.user,)


def undo_choice(incident: Incident, person: SlackUserId, why: str, now: datetime, reasons: Reasons = ()) -> Decision:
    """Somebody who cannot take a part in the incident has none any more. Nothing when they have none by now.
    `reasons`: what `why` says; an older version has found out only the words."""
    if not incident.has_part(person):
        return Decision(())
    return Decision((ChoiceUndone(at=now, person=person, why=why, reasons=reasons),))


def _require_new(incident: Incident, by: SlackUserId, person: Profile) -> None:
    if person.user == incident.commander:
        raise NothingToChange(text=f"<@{person.user}> already commands {incident.ref}; nothing was changed.")
    if person.user == by:
        raise AcceptInstead
    if person.user == incident.asked:
        raise NothingToChange(
            text=f"<@{person.user}> has already been asked and has not answered yet; nothing was changed."
        )
    require_person(person)


def take_over(incident: Incident, by: SlackUserId, now: datetime, policy: Policy) -> Decision:
    """Take command at once from a silent commander."""
    require_not_over(incident)
    if incident.commander == by:
        raise NothingToChange(text=f"You already command {incident.ref}; nothing was changed.")
    capacity = _may_take_over(incident, by, now, policy)
    if capacity is None:
        raise MayNotTakeOver(ref=incident.ref)
    overdue = _overdue(incident, now)
    if overdue is None:
        raise NothingOverdue(ref=incident.ref, when=_next_due(incident))
    why = (Stated(capacity), Stated(overdue))
    return Decision(
        (CommandTakenOver(at=now, by=by, previous=incident.commander, because=explained(why), reasons=why),)
    )


def lose(incident: Incident, person: SlackUserId, why: Reason, now: datetime, policy: Policy) -> Decision | None:
    """Somebody left or was deactivated: every part they had ends. For a commander who is still needed somebody else is
    asked at once, and the ladder begins anew.

    None when nothing follows from it: they had no part, or it is over and everybody may read it. Of a private incident
    it is always recorded: nobody is called back into it by a policy.
    """
    if incident.status.is_over and not incident.is_private:
        return None
    if incident.commander == person and not incident.status.is_calm:
        return _lose_commander(incident, person, why, now, policy)
    has_part = incident.commander == person or incident.has_part(person)
    if not (has_part or incident.is_private):
        return None
    event = ChoiceUndone(at=now, person=person, why=explained((why,)), reasons=(why,))
    return Decision((event,))


def _lose_commander(incident: Incident, person: SlackUserId, why: Reason, now: datetime, policy: Policy) -> Decision:
    asked = _instead_of(incident, person, now, policy)
    acknowledge, _ = cadence.first_promises(
        now, policy.rules_for(incident.priority, incident.service), policy.business_hours
    )
    event = CommanderLost(
        at=now, person=person, why=explained((why,)), asked=asked, acknowledge=acknowledge, reasons=(why,)
    )
    return Decision((event,))


def _instead_of(incident: Incident, person: SlackUserId, now: datetime, policy: Policy) -> SlackUserId | None:
    """The deputy, else whoever is on call, else the secondary; nobody who has declined."""
    schedule = policy.schedule_for(incident.service)
    turn = on_call(schedule, now) if schedule else None
    people = (incident.holder(Role.DEPUTY), turn.primary if turn else None, turn.secondary if turn else None)
    out = {None, person, *incident.declined}
    able = (one for one in people if one is not None and one not in out and incident.may_be_called(one))
    return next(able, None)


def _may_take_over(incident: Incident, by: SlackUserId, now: datetime, policy: Policy) -> StatedCode | None:
    """As what somebody may."""
    if by in incident.holders(Role.DEPUTY):
        return Code.AS_DEPUTY
    schedule = policy.schedule_for(incident.service)
    turn = on_call(schedule, now) if schedule else None
    if turn is not None and by in (turn.primary, turn.secondary):
        return Code.AS_ON_CALL if by == turn.primary else Code.AS_SECONDARY
    managers = (*policy.managers_of(incident.service), *policy.people.managers)
    return Code.AS_MANAGER if by in managers else None


def _overdue(incident: Incident, now: datetime) -> StatedCode | None:
    if incident.update_due_at is not None and incident.update_due_at + incident.update_grace <= now:
        return Code.UPDATE_OVERDUE
    if incident.acknowledge_due_at is not None and incident.acknowledge_due_at <= now:
        return Code.ACCEPTANCE_OVERDUE
    return None


def _next_due(incident: Incident) -> str:
    dues = [due for due in (incident.update_due_at, incident.acknowledge_due_at) if due is not None]
    return f"the next deadline is {own_time(min(dues))}" if dues else "nothing is due"


def assign_role(incident: Incident, by: SlackUserId, role: Role, person: Profile, now: datetime) -> Decision:
    """Give a role other than command; the commander is asked, not assigned."""
    require_not_over(incident)
    if role is Role.COMMANDER:
        return ask_commander(incident, by, person, now)
    if person.user in incident.holders(role):
        raise NothingToChange(text=f"<@{person.user}> is already {role} of {incident.ref}; nothing was changed.")
    require_person(person)
    event = RoleAssigned(at=now, by=by, role=role, person=person.user)
    return Decision((event,), unconfirmed=_unconfirmed(person))
