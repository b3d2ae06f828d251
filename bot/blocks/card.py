"""The live card: one message per place, edited in place, that shows where an incident stands."""

from collections.abc import Sequence

from bot.blocks import budgets, clock, facts, limits
from bot.blocks.alert import on_card
from bot.blocks.message import (
    Block,
    Rendered,
    actions,
    button,
    context,
    header,
    menu,
    rendered,
    section,
)
from bot.blocks.text import date_and_time, link, plain, plural, safe, shorten, size
from bot.blocks.worked import progress
from bot.domain.alerts import Alert
from bot.domain.budgets import Budget
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Service
from bot.domain.timeline import LinkedRunbook
from bot.domain.transcript import permalink
from bot.domain.vocabulary import Place, Status, StepOutcome

SHORT = 600
NAME = 200
MOST_RUNBOOKS = 5
NEXT_ACT = {
    Status.DECLARED: ("Accept command", "accept"),
    Status.INVESTIGATING: ("Mitigate", "mitigate"),
    Status.MITIGATED: ("Resolve", "resolve"),
    Status.RESOLVED: ("Verify", "verify"),
}
"""Status → what comes next: the label of the primary button, and the verb behind it."""
CLOSE = ("Close", "close")
"""What comes next once it is verified."""
UNDER_WAY = (("Resolve…", "resolve"), ("Runbook", "runbook"), ("Follow-up…", "followup add"), ("Note…", "note add"))
MORE = {
    Status.DECLARED: (("Mitigate…", "mitigate"), *UNDER_WAY),
    Status.INVESTIGATING: (*UNDER_WAY, ("Cancel…", "cancel")),
    Status.MITIGATED: (*UNDER_WAY[1:], ("Cancel…", "cancel")),
    Status.RESOLVED: (*UNDER_WAY[1:], ("Reopen…", "reopen")),
}
"""Status → what else may be done about the incident: five at the most."""
PEOPLE = (("Give a role…", "role"), ("Page…", "page"), ("Escalate…", "escalate"))
"""What may be done about its people, beside asking one to command it."""


def card(
    incident: Incident,
    place: Place,
    then: SlackUserId | None = None,
    alerts: Sequence[Alert] = (),
    workspace_url: str | None = None,
    service: Service | None = None,
    budget: Budget | None = None,
) -> Rendered:
    """The card of a place. In the broadcast channel one can only follow: people act in the incident's channel.
    `then`: who is asked to command next, if nobody accepts in time. `alerts`: what belongs to it. `workspace_url`: for
    links to messages; None: there are none. `service`: what is known of the one it is about. `budget`: the error budget
    that it uses."""
    text = f"{facts.headline(incident)} · {facts.title(incident)}"
    head = f"{facts.headline(incident)} · {plain(facts.one_line(incident.title))}"
    is_cut = size(head) > limits.HEADER_TEXT
    blocks = [header(head), section(facts.title(incident)) if is_cut else None]
    if place is Place.BROADCAST and incident.is_private:
        told = [context(f"Next update {facts.next_update(incident)}")] if incident.update_due_at else []
        return rendered(text, [*blocks, *told, actions(_ways_to_follow(incident))])
    ways = _buttons(incident) if place is Place.CHANNEL else _ways_to_follow(incident)
    due = section(_labelled(("Reporting", clock.line(incident) if place is Place.CHANNEL else "")))
    if incident.status.is_over:
        return rendered(
            text, [*blocks, due, section(facts.latest(incident, SHORT)), actions([*ways, *review_way(incident)])]
        )
    blocks += [section(one) for one in (facts.unattended(incident), facts.snoozed(incident))]
    blocks.append(section(facts.channel_lost(incident)))
    if not incident.status.is_calm:
        blocks.append(_facts(incident, place, then, workspace_url))
        blocks.append(section(_labelled(("Error budget", budgets.line(budget, incident) if budget else ""))))
        if place is Place.CHANNEL and service is not None:
            blocks.append(context(facts.at_hand(service)))
    blocks += [due, section(facts.latest(incident, SHORT))]
    if place is Place.CHANNEL:
        blocks.append(section(on_card(alerts, len(incident.alerts))))
    if place is Place.CHANNEL and not incident.status.is_calm:
        blocks.append(section(facts.open_actions(incident)))
    return rendered(text, [*blocks, context(_footer(incident, place)), actions(ways)])


def _facts(incident: Incident, place: Place, then: SlackUserId | None, workspace_url: str | None) -> Block | None:
    """Who does what, what comes when, and what it is about: a line each. The menu beside them is about people."""
    is_broadcast = place is Place.BROADCAST
    about = [
        ("Service", safe(shorten(incident.service_name or "", NAME))),
        ("Channel", facts.channel(incident) if is_broadcast else ""),
        ("Severity", "" if is_broadcast else incident.severity or ""),
        ("Category", "" if is_broadcast else safe(shorten(incident.category or "", NAME))),
        (
            "Runbooks" if len(incident.runbooks) > 1 else "Runbook",
            "" if is_broadcast else _runbooks(incident, workspace_url),
        ),
    ]
    lines = [
        _labelled(("Commander", facts.commander(incident, then))),
        _labelled(("Paged", "" if is_broadcast else facts.paged(incident))),
        _labelled(("Roles", "" if is_broadcast else " · ".join(facts.other_roles(incident)))),
        _labelled(
            ("Next update", facts.next_update(incident) if is_broadcast else facts.next_updates(incident)),
            ("Target", "" if is_broadcast else facts.service_levels(incident)),
        ),
        _labelled(*about),
        _labelled(("Users notice", facts.user_impact(incident))),
        _labelled(("Bridge", "" if is_broadcast else facts.bridge(incident.bridge_url))),
    ]
    return section("\n".join(filter(None, lines)), None if is_broadcast else _people_menu(incident))


def _labelled(*pairs: tuple[str, str]) -> str:
    """Facts in one line, each after its name; what is unknown is left out."""
    return " · ".join(f"*{name}*: {value}" for name, value in pairs if value)


def _people_menu(incident: Incident) -> Block:
    ask = ("Hand over…", "handover") if incident.commander else ("Ask somebody to command…", "commander")
    return menu("people", _commands(incident, (ask, *PEOPLE)))


def _runbooks(incident: Incident, workspace_url: str | None) -> str:
    """Their names, and how far each was followed."""
    named = [_followed(incident, one, workspace_url) for one in incident.runbooks[-MOST_RUNBOOKS:]]
    earlier = len(incident.runbooks) - len(named)
    named += [f"{earlier} linked earlier"] if earlier else []
    return ", ".join(named)


def _followed(incident: Incident, one: LinkedRunbook, workspace_url: str | None) -> str:
    """One that is worked through leads to its message: `Roll back a bad change: 2 of 8`."""
    title = shorten(facts.one_line(one.title), NAME)
    if runbook := incident.working(one.slug):
        told = f"{title} (stopped)" if runbook.stopped else f"{title}: {progress(runbook)}"
        return link(permalink(workspace_url, *runbook.shown), told) if workspace_url and runbook.shown else safe(told)
    name = safe(title)
    became = {report.number: report.outcome for report in incident.steps if report.slug == one.slug}
    if not became:
        return name
    failed = sum(outcome is StepOutcome.FAILED for outcome in became.values())
    of = f"{len(became) - failed} of {one.steps}" if one.steps else plural(len(became) - failed, "step")
    return f"{name} ({of}{f', {failed} failed' if failed else ''})"


def _footer(incident: Incident, place: Place) -> str:
    parts = [f"Declared by {facts.who(incident.declarer)}, {date_and_time(incident.declared_at)}"]
    if place is Place.CHANNEL and not incident.status.is_calm and (why := facts.why_otherwise(incident)):
        parts.append(why)
    if reported := facts.reported(incident):
        parts.append(f"reported {reported}" if incident.reported_by else reported)
    if incident.verified_at:
        parts.append(f"verified {date_and_time(incident.verified_at)}")
    if incident.follow_ups:
        parts.append(plural(len(incident.follow_ups), "follow-up"))
    if incident.issue and place is Place.CHANNEL:
        parts.append(link(incident.issue.url, incident.issue.key))
    if incident.status.is_calm and place is Place.BROADCAST:
        parts.append(facts.channel(incident))
    return " · ".join(part for part in parts if part)


def _ways_to_follow(incident: Incident) -> list[Block]:
    return [] if incident.status.is_over else [button("Follow", f"{incident.ref} follow")]


def review_way(incident: Incident) -> list[Block]:
    """The way to its review, for whoever may read it."""
    if incident.status is not Status.CLOSED:
        return []
    return [button("Open the review", f"{incident.ref} review", "primary")]


def _buttons(incident: Incident) -> list[Block]:
    """What comes next, an update while one is owed, and what else can be done; each stands for a typed command."""
    if incident.status.is_over:
        return []
    label, verb = _next_act(incident)
    found = [button(label, f"{incident.ref} {verb}", "primary")]
    if incident.update_due_at is not None:
        found.append(button("Update", f"{incident.ref} update"))
    if not incident.status.is_calm and any(incident.working(one.slug) is None for one in incident.runbooks):
        found.append(button("Start runbook", f"{incident.ref} runbook start"))
    return [*found, menu("more", _commands(incident, MORE[incident.status]))]


def _next_act(incident: Incident) -> tuple[str, str]:
    if incident.commander is None and not incident.status.is_calm:
        return NEXT_ACT[Status.DECLARED]
    if incident.verified_at is not None:
        return CLOSE
    return NEXT_ACT[incident.status]


def _commands(incident: Incident, acts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, f"{incident.ref} {verb}") for label, verb in acts]
