"""What trackers say comes back as facts: from the deliveries that wrote there, and from looking."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.domain import tracking
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident, Issue
from bot.domain.policy import Policy
from bot.domain.tracking import Told
from bot.domain.vocabulary import FollowUpState
from bot.workflows.context import Context, record

Result = Mapping[str, Any]


def as_result(of: int, as_of: int, *, issue: Issue | None = None, told: Told | None = None) -> dict[str, Any]:
    """What a delivery keeps with its effect: an issue that is there, or what is said of one; of neither, that it is
    gone. `as_of`: the `seq` of the last event that was known then."""
    found: dict[str, Any] = {"of": of, "as_of": as_of}
    if issue is not None:
        names = ("tracker", "id", "key", "url")
        return {**found, "issue": {name: getattr(issue, name) for name in names}, "holds": list(issue.holds)}
    if told is None:
        return {**found, "lost": True}
    due = told.due.isoformat() if told.due else None
    said = {"state": told.state.value, "owner": told.owner, "owner_name": told.owner_name, "due": due}
    return {**found, "told": said}


def filed(result: Result, now: datetime, incident: Incident) -> Decision:
    """The fact of an issue that is there."""
    issue = Issue(**result["issue"], holds=tuple(result["holds"]))
    return tracking.filed(incident, int(result["of"]), issue, int(result["as_of"]), now)


def seen(result: Result, now: datetime, policy: Policy, incident: Incident) -> Decision:
    """The fact of what is said of an issue, or that it is gone. What people changed since then is on its way there, and
    is no news from there."""
    of, as_of = int(result["of"]), int(result["as_of"])
    follow_up = incident.follow_up(of)
    if follow_up is not None and follow_up.touched > as_of:
        return Decision(())
    if result.get("lost"):
        return tracking.lost(incident, of, now)
    said = result["told"]
    owner = SlackUserId(said["owner"]) if said["owner"] else None
    due = date.fromisoformat(said["due"]) if said["due"] else None
    return tracking.seen(incident, of, Told(FollowUpState(said["state"]), owner, said["owner_name"], due), now, policy)


async def looked(context: Context, number: IncidentNumber, lane: str, result: Result) -> bool:
    """Record what somebody found who looked; whether it was news. While something is on its way there it is not what
    will stand there, and is left to whoever looks afterwards. `lane`: in which it is brought there."""
    async with context.store.write() as tx:
        incident = await tx.load(number)
        if incident is None or not incident.is_readable or await tx.is_under_way(lane):
            return False
        decision = seen(result, context.now(), context.policy, incident)
        if decision.events:
            await record(context, tx, number, decision)
        return bool(decision.events)
