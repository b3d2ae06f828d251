"""What customers are told, as people inside see it: the draft with what it changes, its form, and who is to read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks import facts, limits
from bot.blocks.forms import SPANS, View, choice, option, text_input, view
from bot.blocks.message import Block, Rendered, actions, button, paragraphs, rendered, section
from bot.blocks.text import code, date_and_time, mention, safe, size, span
from bot.domain import timeline as t
from bot.domain.cadence import spelled
from bot.domain.customers import (
    LONGEST_TEXT,
    changes,
    is_resolution_owed,
    likely,
    longest_pause,
    offered_stages,
    page_of,
    usual_pause,
    wording,
)
from bot.domain.incident import CustomerDraft, Incident
from bot.domain.policy import Component, Policy, StatusPage
from bot.domain.telling import listed
from bot.domain.vocabulary import Health, Stage

COMPONENT = "component-"
"""What the name of a field of the form begins with that asks how a component is."""
MOST_COMPONENTS = 20
LABELS = {
    Stage.INVESTIGATING: "Say we are investigating",
    Stage.IDENTIFIED: "Say the cause is found",
    Stage.MONITORING: "Say a fix is being watched",
    Stage.RESOLVED: "Say it is resolved",
}
FIRST = "Nothing has been said to customers yet."
NO_TIME = "No time given"


def draft_button(incident: Incident, stage: Stage, style: str | None = None) -> Block:
    return button(LABELS[stage], f"{incident.ref} status-page draft {stage}", style)


def standing(incident: Incident, findings: Sequence[str] = ()) -> Rendered:
    """What customers were told last, the draft, and the ways on. `findings`: what they should not read in it."""
    told, found = incident.customers_told, incident.customer_draft
    said = FIRST
    if told is not None and incident.customers_told_at is not None:
        said = f"Customers were told {date_and_time(incident.customers_told_at)} ({told.stage}): *{safe(told.title)}*"
    if (next_at := incident.customers_next_at) is not None:
        said = f"{said}\nThe page promises the next update by {date_and_time(next_at)}."
    if found is None:
        ways = [draft_button(incident, one) for one in offered_stages(incident)]
        return rendered(said, [section(said), actions([] if incident.is_drill else ways)])
    head = f"{_state(incident, found)} {_next(found)}"
    warned = f":warning: Customers should not read this: {safe('; '.join(findings))}." if findings else ""
    blocks = [section(said), section(head), *draft_shown(incident, found.update), section(warned)]
    return rendered(f"{said}\n{head}", [*blocks, actions(_ways(incident, found, findings))])


def _state(incident: Incident, found: CustomerDraft) -> str:
    by = f" by {mention(found.by)}" if found.by else ""
    if found.approved_by is not None:
        return f"The draft of {incident.ref}{by} is approved by {mention(found.approved_by)}."
    return f"The draft of {incident.ref}{by} is {'in review' if found.is_in_review else 'not in review yet'}."


def _next(found: CustomerDraft) -> str:
    if found.is_approved:
        return f"Next: {code('/incident status-page publish')}."
    if found.is_in_review:
        return f"Next: somebody else reads it, then {code(f'/incident status-page approve {found.version}')}."
    return f"Next: {code('/incident status-page review')}."


def _ways(incident: Incident, found: CustomerDraft, findings: Sequence[str]) -> list[Block]:
    typed = f"{incident.ref} status-page"
    change = button("Change it", f"{typed} draft {found.update.stage}")
    if found.is_approved:
        return [button("Publish", f"{typed} publish {found.version}", "primary"), change]
    if found.is_in_review:
        return [button("Approve", f"{typed} approve {found.version}", "primary"), change]
    if findings:
        return [change, button("It is meant to be there", f"{typed} review anyway")]
    return [button("Send for approval", f"{typed} review", "primary"), change]


def draft_shown(incident: Incident, update: t.CustomerUpdate) -> list[Block | None]:
    """The exact words, and what is different on the page then."""
    quoted = "\n".join(f"> {safe(line)}" for line in update.text.splitlines())
    differs = "\n".join(f"• {safe(line)}" for line in changes(incident, update))
    words = f"*{safe(update.title)}* · {update.stage}\n{quoted}"
    return [*paragraphs(words), section(f"What changes on the page:\n{differs}")]


def in_review(incident: Incident, event: t.CustomerUpdateInReview, told: str) -> Rendered:
    """For the channel: the words, and who is to approve them. An older version has no button any more."""
    found = incident.customer_draft
    if found is None or found.version != event.version:
        return rendered(told, [section(told)])
    author = f" by {mention(found.by)}" if found.by else ""
    who = listed([mention(one) for one in event.asked]) if event.asked else "somebody else"
    text = f"A draft for customers{author}, for {who} to approve:"
    way = button("Approve", f"{incident.ref} status-page approve {found.version}", "primary")
    change = button("Change it", f"{incident.ref} status-page draft {found.update.stage}")
    return rendered(text, [section(text), *draft_shown(incident, found.update), actions([way, change])])


def published(event: t.CustomerUpdatePublished) -> str:
    """For the channel; the words stand in the timeline, and whoever approved them read them here."""
    what = f"*{safe(event.update.title)}*, {event.update.stage}"
    next_in = event.update.next_in
    due = f" Next update by {facts.when(event.at + next_in, event.at)}." if next_in else ""
    return f":loudspeaker: {facts.who(event.actor)} told customers on the status page: {what}.{due}".rstrip()


def resolving(incident: Incident) -> list[Block | None]:
    """The way to tell customers that it is over, where they were told that it is not."""
    if not is_resolution_owed(incident):
        return []
    told = "The status page still says that customers are affected."
    return [section(told), actions([draft_button(incident, Stage.RESOLVED)])]


def form(incident: Incident, policy: Policy, stage: Stage, now: datetime) -> View:
    """What customers read at one stage: title, text, how each component is, and when they read more. It opens with the
    words of the draft of that stage, else with those of the template."""
    page = page_of(policy)
    found, last = incident.customer_draft, incident.customers_told
    known = found.update if found else last
    components = likely(incident, page)
    same = found.update if found and found.update.stage is stage else None
    text = same.text if same else wording(page, stage, [one.name for one in components])
    title = known.title if known else ""
    ask = _field(
        "title", "Title, as customers see it", f"Problems with {page.components[0].name}", title, is_long=False
    )
    blocks = [ask, _field("text", "Text", "What customers notice, and what you do about it", text, is_long=True)]
    if stage is not Stage.RESOLVED:
        health = {one.id: one.health for one in known.components} if known else {}
        health = health or {one.id: Health.DEGRADED for one in components}
        blocks += [field for one in _offered(page, components) for field in _component(one, health.get(one.id))]
        blocks += _next_field(incident, policy, now)
    carried = f"{incident.ref} status-page draft {stage}"
    return view(f"Status page, {incident.ref}", blocks, "status-page", "Save the draft", carried)


def _next_field(incident: Incident, policy: Policy, now: datetime) -> list[View]:
    """When the next entry comes: as the draft has it, else by the clock of customers."""
    found, usual = incident.customer_draft, usual_pause(incident, now, policy)
    given = found.update.next_in if found else usual
    spans = {*SPANS, *(one for one in (given, usual) if one)}
    offered = sorted(one for one in spans if one <= longest_pause(incident, policy))
    options = [option(NO_TIME, "none"), *(option(f"Within {span(one)} of publishing", spelled(one)) for one in offered)]
    return choice("next", "Next update", options, chosen=spelled(given) if given else "none")


def _field(name: str, label: str, hint: str, initial: str, *, is_long: bool) -> View:
    fitting = initial if size(initial) <= limits.PLAIN_TEXT_INPUT else ""
    block = text_input(name, label, hint, optional=not is_long, multiline=is_long, initial=fitting)
    if is_long:
        block["element"]["max_length"] = min(LONGEST_TEXT, limits.PLAIN_TEXT_INPUT)
    return block


def _offered(page: StatusPage, likely_ones: Sequence[Component]) -> list[Component]:
    """What is probably affected stands first; what no longer fits can be typed."""
    rest = [one for one in page.components if one not in likely_ones]
    return [*likely_ones, *rest][:MOST_COMPONENTS]


def _component(component: Component, health: Health | None) -> list[View]:
    options = [option(one.words.capitalize(), one.value) for one in Health]
    return choice(f"{COMPONENT}{component.id}", component.name, options, "Not affected", chosen=health)


def health_in(values: Mapping[str, object]) -> dict[str, Health]:
    """How components are, as a form says it."""
    chosen = {name.removeprefix(COMPONENT): one for name, one in values.items() if name.startswith(COMPONENT)}
    return {id_: Health(str(one)) for id_, one in chosen.items() if one}
