"""Every message as one reads it, kept in `golden/` so that its wording is reviewed like any prose.

`python -m tests.blocks.wording` writes the files anew.
"""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.blocks import answers, lists
from bot.blocks.announce import announcement
from bot.blocks.card import card
from bot.blocks.direct import direct
from bot.blocks.message import Rendered
from bot.blocks.runbook import runbook_view
from bot.blocks.topic import topic
from bot.domain import timeline as t
from bot.domain.folding import fold
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import Place
from tests.blocks.reading import as_read
from tests.blocks.story import BO, CHEN, RUNBOOK, XENIA, after, at, moments, recorded

GOLDEN = Path(__file__).with_name("golden")
Named = Iterator[tuple[str, Rendered]]

CARDS: tuple[type[t.AnyEvent], ...] = (
    t.IncidentDeclared,
    t.UpdateOverdue,
    t.LeftUnattended,
    t.UpdatePosted,
    t.HandoverOffered,
    t.IncidentResolved,
    t.IncidentClosed,
)
TOLD: tuple[tuple[type[t.AnyEvent], SlackUserId], ...] = (
    (t.IncidentDeclared, BO),
    (t.IncidentDeclared, XENIA),
    (t.ChannelLost, XENIA),
    (t.DeadlineReminded, BO),
    (t.AcknowledgementOverdue, XENIA),
    (t.EscalationTold, BO),
    (t.EscalationTold, CHEN),
    (t.CommanderAsked, CHEN),
    (t.HandoverOffered, BO),
    (t.ServicePaged, CHEN),
    (t.Escalated, XENIA),
    (t.IncidentResolved, XENIA),
)


def announcements() -> Named:
    for incident, one in moments():
        yield type(one.event).__name__, announcement(incident, one)


def cards() -> Named:
    for kind in CARDS:
        for place in Place:
            yield f"{kind.__name__}, {place}", card(after(kind), place)
        yield f"{kind.__name__}, topic", Rendered(topic(after(kind)))


def direct_messages() -> Named:
    for kind, to in TOLD:
        incident, one = next((state, one) for state, one in moments() if isinstance(one.event, kind))
        yield f"{kind.__name__} to {to}", direct(incident, one, to)
    incident, one = [(state, one) for state, one in moments() if isinstance(one.event, t.DeadlineReminded)][1]
    in_madrid = at(31).astimezone(ZoneInfo("Europe/Madrid"))
    yield f"DeadlineReminded to {CHEN}, who commands", direct(incident, one, CHEN, in_madrid)


def answered() -> Named:
    declared = after(t.IncidentDeclared)
    yield "declared", answers.declared(declared, "inc-42-checkout-returns-500s", CHEN)
    yield "channel ready", answers.channel_ready(after(t.ChannelOpened))
    for incident, one in moments():
        yield f"done {type(one.event).__name__}", answers.done(incident, (one,))
    yield "refusal", answers.refusal("INC-42 is closed. Reopen it with `/incident reopen <reason>`.")
    yield "defect", answers.defect("7F3A")
    yield "working", answers.working()
    yield "status", answers.status(after(t.UpdatePosted), at(20))
    yield "status, late", answers.status(after(t.UpdatePosted), at(40))
    yield "help", answers.help_index({"During": ("update", "resolve")}, after(t.UpdatePosted), ("update", "resolve"))
    yield "help verb", answers.help_verb("declare <title>", "declare an incident", ["new"], "declare it is down")


def listings() -> Named:
    yield "no incident", lists.incident_list([], at(0))
    yield "incidents", lists.incident_list([after(t.UpdatePosted), after(t.IncidentDeclared)], at(20))
    whole = recorded()
    yield "timeline", lists.timeline_list(fold(whole), whole)
    yield "runbook", runbook_view(RUNBOOK, after(t.StepReported))


FILES = {
    "announcements.txt": announcements,
    "cards.txt": cards,
    "direct.txt": direct_messages,
    "answers.txt": answered,
    "lists.txt": listings,
}


def written(name: str) -> str:
    """What stands in a golden file."""
    return "\n".join(f"== {title}\n{as_read(rendered)}\n" for title, rendered in FILES[name]())


if __name__ == "__main__":
    for name in FILES:
        (GOLDEN / name).write_text(written(name), encoding="utf-8")
