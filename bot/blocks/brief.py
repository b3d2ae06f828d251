"""The brief for who joins late, on one screen; and the offer of it."""

from datetime import datetime

from bot.blocks import facts
from bot.blocks.message import Rendered, actions, button, fields, pages, rendered, section
from bot.blocks.text import date_and_time, mention, safe, shorten, span
from bot.domain.brief import MOST, Brief, Moment
from bot.domain.incident import Incident, MadeDecision

LINE = 240
"""Characters of a moment."""
UPDATE = 600
"""Characters of each part of the last update."""


def brief(found: Brief, now: datetime) -> Rendered:
    """What it is, since when, who does what, what happened, what was said last and what comes next."""
    incident = found.incident
    head = f"{facts.headline(incident)}: {facts.title(incident)}"
    since = f"Declared by {facts.who(incident.declarer)} {date_and_time(incident.declared_at)}"
    open_for = "" if incident.status.is_calm else f", {span(now - incident.declared_at)} ago"
    users = facts.user_impact(incident)
    commander = "" if incident.status.is_over else facts.commander(incident)
    due = facts.next_updates(incident) if not incident.status.is_calm else ""
    pairs = [
        ("Commander", commander),
        ("Next update", due),
        ("Roles", "\n".join(facts.other_roles(incident))),
        ("Service", safe(incident.service_name or "")),
    ]
    moments = [f"• {_moment(one, now)}" for one in found.moments]
    told = [
        section("\n".join([f"*{head}*", f"{since}{open_for}.", f"Users notice: {users}" if users else ""]).strip()),
        *fields(pairs),
        *(section(page) for page in pages(["*So far*", *moments] if moments else [])),
        section(facts.last_update(incident, UPDATE)),
        section(facts.open_actions(incident)),
        section(_listed("Decisions", [f"• {_decision(one, now)}" for one in incident.decisions])),
    ]
    notice = [head, f"Commander: {commander}" if commander else "", f"Next update: {due}" if due else ""]
    return rendered("".join(f"{one}. " for one in notice if one).rstrip(), told)


def _listed(title: str, lines: list[str]) -> str:
    """The last of them under their title; empty where there are none."""
    earlier = [f"… and {len(lines) - MOST} earlier"] if len(lines) > MOST else []
    return "\n".join([f"*{title}*", *earlier, *lines[-MOST:]]) if lines else ""


def _decision(one: MadeDecision, now: datetime) -> str:
    return f"{facts.when(one.at, near=now)} {facts.words(facts.one_line(one.text), LINE)}"


def _moment(one: Moment, now: datetime) -> str:
    by = f" ({mention(one.by)})" if one.by else ""
    words = facts.closed(shorten(safe(facts.one_line(one.text), keep_mentions=True), LINE))
    return f"{facts.when(one.at, near=now)} {words}{by}"


def offer(incident: Incident) -> Rendered:
    """What somebody is told who joins the channel of an open incident."""
    text = f"Welcome. {facts.headline(incident)}: {facts.title(incident)}"
    ways = [button("Catch me up", f"{incident.ref} catchup", "primary")]
    return rendered(text, [section(text), actions(ways)])
