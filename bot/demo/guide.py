"""What the page suggests to try next, in each channel, as the incidents of the live demo go on: from an empty channel
to a published review."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app import Started
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.vocabulary import ReviewState, Status
from bot.sandbox import Sandbox, Suggestion

LOOKS_EVERY = 0.3
"""Seconds."""
SHOWN = 20
"""Incidents that still get suggestions, the newest."""
AGREED_FOR = timedelta(days=14)
"""Until when a follow-up is due."""

TO_BEGIN_WITH = (
    ("Declare a P1", "declare checkout returns 500s service:checkout impact:high urgency:high"),
    ("Declare a P2", "declare card payments time out service:payments impact:high urgency:medium"),
    ("Declare a P3", "declare P3 search is slow service:search"),
)
TO_LOOK = ("What is open?", "status")


@dataclass(frozen=True, slots=True)
class Course:
    """How an incident of a service may go on, in the words of those who see to it."""

    update: str
    mitigated: str
    resolved: str
    verified: str
    follow_up: str


COURSES = {
    "checkout": Course(
        "Conditions: one payment in five fails. Actions: rolling back to 4.2. next:15m",
        "rolled back to 4.2",
        "4.2 runs everywhere again",
        "error rate flat for ten minutes",
        "Try each release on one shop first",
    ),
    "payments": Course(
        "Conditions: card payments time out in Europe. Actions: failing over to the standby. "
        "Needs: somebody to watch replication. next:15m",
        "payments go through on the standby",
        "the old primary is repaired and follows the standby",
        "no time-out for ten minutes",
        "Alert when replication falls behind",
    ),
    "search": Course(
        "Conditions: a search takes eight seconds. Actions: adding a second node. next:1h",
        "a second node takes half of the searches",
        "the query that scanned everything is gone",
        "searches answer within 300 ms",
        "Cancel queries that run longer than two seconds",
    ),
}
ANY = Course(
    "Conditions: we see it too, and are looking for the cause. Actions: going through today's changes. "
    "Needs: anyone who changed something today. next:30m",
    "today's change is taken back, and nobody is affected any more",
    "the change is mended and out again",
    "no new reports for ten minutes",
    "Test this before the next change goes out",
)


async def guide(sandbox: Sandbox, bot: Started) -> None:
    """Keep the suggestions fitting, until cancelled."""
    while True:
        async with bot.context.store.read() as tx:
            newest = await tx.incidents(open_only=False, limit=SHOWN)
            incidents = [one for row in newest if (one := await tx.incident(row.number))]
        found = suggestions(sandbox, incidents, bot.context.now())
        if found != sandbox.suggestions:
            sandbox.suggest(found)
        await asyncio.sleep(LOOKS_EVERY)


def suggestions(sandbox: Sandbox, incidents: Iterable[Incident], now: datetime) -> list[Suggestion]:
    """For #general, and for the channel of each incident that has one."""
    shown = [one for one in incidents if one.channel]
    begin = (*TO_BEGIN_WITH, TO_LOOK) if shown else TO_BEGIN_WITH
    found = [Suggestion(f"/incident {text}", "general", label) for label, text in begin]
    for incident in shown:
        found += [
            Suggestion(f"/incident {text}", incident.channel_name, label, by)
            for label, text, by in _next(sandbox, incident, now)
        ]
    return found


Step = tuple[str, str, str | None]
"""A label, what is typed after `/incident`, and the name of who is to type it; None: whoever looks."""


def _next(sandbox: Sandbox, incident: Incident, now: datetime) -> Iterator[Step]:
    """What may be typed next in an incident's channel, the way on first."""
    course = COURSES.get(incident.service or "", ANY)
    update: Step = ("Post an update", f"update {course.update}", None)
    match incident.status:
        case Status.DECLARED:
            yield "Accept command", "accept", _name(sandbox, incident.asked)
            yield update
        case Status.INVESTIGATING:
            if incident.last_update is None:
                yield update
            yield "Mitigate", f"mitigate {course.mitigated}", None
            yield "Open the runbook", "runbook", None
        case Status.MITIGATED:
            yield "Resolve", f"resolve {course.resolved}", None
            yield "How does it stand?", "status", None
        case Status.RESOLVED:
            if incident.verified_at is None:
                yield "Verify", f"verify {course.verified}", None
            if not incident.follow_ups:
                due = (now + AGREED_FOR).date()
                owner = _name(sandbox, incident.commander or incident.contact)
                yield "Agree on a follow-up", f"followup {course.follow_up} @{owner} due:{due}", None
            if incident.verified_at is not None:
                yield "Close", "close", None
        case Status.CLOSED:
            yield from _review(sandbox, incident)
            yield "See the timeline", "timeline", None
        case _:
            return


def _review(sandbox: Sandbox, incident: Incident) -> Iterator[Step]:
    """Started by one, approved by another, published."""
    match incident.review_state:
        case ReviewState.DRAFT:
            yield "Start the review", "review start", None
        case ReviewState.IN_REVIEW:
            if reader := _another(sandbox, incident):
                yield "Approve the review", "review approve anyway", reader
            yield "Write in the review", "review edit", None
        case ReviewState.APPROVED:
            yield "Publish the review", "review publish", None
        case _:
            return


def _name(sandbox: Sandbox, user: SlackUserId | None) -> str | None:
    return sandbox.person(user).who.name if user else None


def _another(sandbox: Sandbox, incident: Incident) -> str | None:
    """Somebody who may approve the review, as whoever started it may not: one of the channel, else of the company."""
    channel = sandbox.channel(incident.channel or "")
    people = [one for one in sandbox.workspace.people.values() if not (one.is_bot or one.is_guest)]
    near = [one for one in people if one.id in channel.members]
    able = near if channel.is_private else [*near, *people]
    return next((one.name for one in able if one.id != incident.review_started_by), None)
