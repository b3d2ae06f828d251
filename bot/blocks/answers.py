"""What the person who asked sees, and nobody else."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import facts
from bot.blocks.message import Rendered, context, fields, header, rendered, said, section
from bot.blocks.text import at_time, channel_link, date_and_time, mention, plural, safe
from bot.domain import timeline as t
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import Role

REFUSED = "Not done: "
"""How every refusal begins, so that nobody takes it for a confirmation."""


def declared(incident: Incident, channel_name: str) -> Rendered:
    """What was declared, and how it was read."""
    kind = f" as a {' and '.join(_kinds(incident))}" if _kinds(incident) else ""
    first = (
        f"{incident.ref} declared{kind}, {incident.priority}: {facts.title(incident)}. "
        f"Opening #{channel_name}, you will be invited."
    )
    read = [f"Priority {incident.priority}: {safe(incident.why)}."]
    if incident.service_name:
        read.append(f"Service: {safe(incident.service_name)}.")
    if incident.category:
        read.append(f"Category: {safe(incident.category)}.")
    if incident.asked:
        read.append(f"{mention(incident.asked)} is asked to take command ({safe(incident.asked_because)}).")
    return rendered(f"{first} {' '.join(read)}", [section(first), context(" ".join(read))])


def _kinds(incident: Incident) -> list[str]:
    kinds = [word for word, holds in (("private", incident.is_private), ("drill", incident.is_drill)) if holds]
    return [" ".join([*kinds, *([] if incident.is_drill else ["incident"])])] if kinds else []


def channel_ready(incident: Incident) -> Rendered:
    """The link that follows once the channel is open."""
    where = channel_link(incident.channel) if incident.channel else ""
    return said(f"{incident.ref}: {where} is open.")


def done(incident: Incident, events: tuple[Recorded, ...]) -> Rendered:
    """Confirms what was recorded, one short sentence per event."""
    return said(f"{incident.ref}: {' '.join(_done(incident, one.event) for one in events)}")


def _done(incident: Incident, event: t.AnyEvent) -> str:
    match event:
        case t.CommandAccepted() | t.CommandTakenOver():
            return f"You have command. The next update is {facts.next_update(incident)}."
        case t.CommanderAsked(asked=asked) | t.HandoverOffered(asked=asked):
            return f"{mention(asked)} is asked; nothing changes until they accept."
        case t.RoleAssigned(role=role, person=person):
            return f"{mention(person)} is {role} now."
        case t.UpdatePosted(next_update=promised):
            due = f" The next one is due at {at_time(promised.due_at)}." if promised else ""
            return f"Update posted.{due}"
        case t.Reclassified(priority=priority, why=why):
            return f"It is {priority} now ({safe(why)})."
        case t.IncidentMitigated():
            return f"Mitigated. The next update is {facts.next_update(incident)}."
        case t.IncidentResolved():
            return "Resolved. Next: `/incident verify <by whom or what>`."
        case t.IncidentVerified():
            return "Verified. Next: `/incident close`."
        case t.IncidentClosed():
            return "Closed. The review follows in the channel."
        case t.IncidentReopened():
            return f"Open again. The next update is {facts.next_update(incident)}."
        case t.IncidentCancelled():
            return "Cancelled."
        case t.NoteAdded(at=at):
            return f"Noted at {date_and_time(at)}."
        case t.TimeCorrected(name=name, value=value):
            return f"The time it {_was(name)} is {date_and_time(value)} now."
        case t.RunbookLinked(runbook=runbook):
            return f"{safe(runbook.title)} is linked."
        case t.StepReported(slug=slug, number=number, outcome=outcome):
            return f"Step {number} of {slug}: {outcome}."
        case t.PeopleInvited(people=people):
            return f"{plural(len(people), 'person', 'people')} invited."
        case t.ServicePaged(person=person, service_name=name):
            return f"{mention(person)} is called, on call for {safe(name)}."
        case t.Escalated(told=told):
            return f"Told: {_mentions(told)}." if told else "Recorded; the policy names nobody to tell."
        case t.FollowUpAgreed(owner=owner, due=due):
            whose = f" Owner: {mention(owner)}." if owner else " It has no owner yet."
            return f"Follow-up recorded.{whose}{f' Due {due.isoformat()}.' if due else ' It has no due date yet.'}"
        case t.ReviewStarted():
            return "The review has started."
        case _:
            return "Recorded."


def _mentions(people: Sequence[SlackUserId]) -> str:
    return ", ".join(mention(one) for one in people)


def _was(name: str) -> str:
    return "began" if name == "began" else f"was {name}"


def refusal(text: str) -> Rendered:
    """Why not, and what to do instead. Mentions in it are shown; it calls nobody, for only one person sees it."""
    return said(f"{REFUSED}{safe(text, keep_mentions=True)}")


def is_refusal(text: str) -> bool:
    return text.startswith(REFUSED)


def defect(reference: str) -> Rendered:
    return said(
        f"Something went wrong on our side (ref {reference}). Try again; if it stays, tell whoever runs Muster the "
        "reference."
    )


def working() -> Rendered:
    return said("Working on it…")


def status(incident: Incident, now: datetime) -> Rendered:
    """Where an incident stands."""
    text = f"{incident.ref}, {incident.priority}, {incident.status}{facts.marks(incident)}: {facts.title(incident)}"
    roles = [
        f"{role} {', '.join(mention(one) for one in incident.holders(role))}"
        for role in Role
        if role is not Role.COMMANDER and incident.holders(role)
    ]
    overdue = incident.update_due_at is not None and incident.update_due_at < now
    pairs = [
        ("Commander", facts.commander(incident)),
        (
            "Next update",
            f"overdue since {at_time(incident.update_due_at)}"
            if overdue and incident.update_due_at
            else facts.next_update(incident),
        ),
        ("Service", safe(incident.service_name or "")),
        ("Channel", facts.channel(incident)),
        ("Roles", "\n".join(roles)),
        ("Declared", date_and_time(incident.declared_at)),
    ]
    last = ""
    if incident.last_update is not None:
        last = f"*Last update*, {date_and_time(incident.last_update.at)}\n" + safe(
            incident.last_update.update.conditions, keep_mentions=True
        )
    plain_facts = f"Commander: {facts.commander(incident)}. Next update: {pairs[1][1]}."
    return rendered(f"{text}. {plain_facts}", [section(f"*{text}*"), fields(pairs), section(last)])


def review_state(incident: Incident) -> Rendered:
    """How the review stands, and how to read it."""
    if incident.review_started_at is not None:
        started = f"It was started {date_and_time(incident.review_started_at)}."
    else:
        started = "It has not been started; `/incident review start` does, once the incident is resolved."
    drafted = "A draft exists since it was resolved, and is posted when it is closed."
    not_yet = "A draft is kept from the moment it is resolved."
    draft = drafted if incident.resolved_at is not None else not_yet
    if incident.closed_at is not None:
        draft = "It was posted in the channel when the incident was closed."
    return said(f"Review of {incident.ref}: {started} {draft}")


def help_index(commands: Sequence[tuple[str, str]]) -> Rendered:
    """Everything that can be typed."""
    lines = [f"`/incident {safe(usage)}` – {safe(summary)}" for usage, summary in commands]
    half = len(lines) // 2
    footer = "Type them in the incident's channel, or begin with its reference: `/incident INC-42 status`."
    return rendered(
        "What you can type after /incident\n" + "\n".join(lines),
        [
            header("What you can type"),
            section("\n".join(lines[:half])),
            section("\n".join(lines[half:])),
            context(footer),
        ],
    )


def help_verb(usage: str, summary: str, aliases: Sequence[str], example: str) -> Rendered:
    """More about one command."""
    others = f"\nAlso: {', '.join(f'`{alias}`' for alias in aliases)}" if aliases else ""
    return said(f"`/incident {safe(usage)}`\n{safe(summary)}{others}\nFor example: `/incident {safe(example)}`")
