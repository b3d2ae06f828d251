"""The same thing reported twice: offer the open incident, join it, and notice when it is many."""

from bot.domain import duplicates as rules
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.door.caller import Caller
from bot.store import Writing
from bot.workflows.context import Context, Decided, Outcome, answer_once, load, record


async def join(context: Context, caller: Caller, number: IncidentNumber, saw: str, *, may_read: bool) -> Outcome:
    """Be added to the channel; with what one saw, as somebody who was about to declare the same. `may_read`: whether
    the caller may come in without being asked in."""

    async def decide(tx: Writing) -> Decided:
        if saw and may_read:
            await _lock_reports(tx, number)
        incident = await load(tx, number)
        present = await tx.members(incident.channel) if incident.channel else frozenset()
        decision = rules.join(incident, caller.person, saw, context.now(), present, may_read=may_read)
        return Decided(number, incident, decision, then=look_around if saw and may_read else None)

    async def look_around(tx: Writing, incident: Incident) -> None:
        await suggest_major(context, tx, incident)

    return await answer_once(context, caller, decide)


async def _lock_reports(tx: Writing, number: IncidentNumber) -> None:
    """The oldest report may hear that there are many: the older ones are locked first, in ascending order."""
    reported = await tx.summary(number)
    if reported is not None and reported.service is not None:
        for older in sorted(await _reports(tx, reported.service)):
            if older < number:
                await tx.load(older)


async def _reports(tx: Writing, service: str) -> list[IncidentNumber]:
    """The open incidents of a service that count."""
    open_ones = await tx.incidents(open_only=True, service=service)
    return [one.number for one in open_ones if not one.is_hidden and not one.is_drill]


async def suggest_major(context: Context, tx: Writing, reported: Incident) -> None:
    """Tell somebody when many reports of a service came in a short time. Drills and private ones do not count."""
    if reported.service is None or reported.is_hidden or reported.is_drill:
        return
    found = [await tx.incident(number) for number in sorted(await _reports(tx, reported.service))]
    readable = [one for one in found if one is not None and one.is_readable]
    suggested = rules.suggest_major(readable, context.now(), context.policy.duplicates)
    if suggested is not None:
        oldest, decision = suggested
        await _record_once(context, tx, oldest.number, decision)


async def _record_once(context: Context, tx: Writing, number: IncidentNumber, decision: Decision) -> None:
    """The incident may have changed since it was read: once it is locked, the first suggestion wins."""
    incident = await tx.load(number)
    if incident is not None and incident.is_readable and not incident.is_major_suggested:
        await record(context, tx, number, decision)
