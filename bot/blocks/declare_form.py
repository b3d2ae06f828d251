"""The form of a declaration: it shows the priority that follows, and why, as its fields change."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.blocks import limits
from bot.blocks.forms import View, choice, option, person, text_input, ticks, view
from bot.blocks.past import line
from bot.blocks.suggested import suggestions_in_form
from bot.blocks.text import safe, shorten, span
from bot.domain.business_context import Circumstances
from bot.domain.declaration import Declaration
from bot.domain.policy import Policy
from bot.domain.priority import Assessment, assess
from bot.domain.suggesting import History
from bot.domain.timeline import PastIncident
from bot.domain.vocabulary import Level, Matter, Priority, Severity, Suggestible

TITLE = "Declare an incident"
MORE = "more"
"""The button that unfolds the form."""
UNFOLDED = "options"
"""A field that the form has once it is unfolded."""
SUGGEST = "suggest"
"""The button that looks for similar incidents."""
NOTHING_SUGGESTED = "No similar incident suggests anything yet. Say in the title what is wrong and where."
NAME = 60
"""Characters of a priority's name."""
MATTERS = {
    Matter.INCIDENT: "An incident: something is broken or slow now",
    Matter.REQUEST: "A request: I need something",
    Matter.PROBLEM: "A problem: the cause of repeated incidents",
}


def declare_form(
    policy: Policy,
    draft: Declaration,
    at: datetime,
    matter: Matter = Matter.INCIDENT,
    carried: str = "",
    alike: Sequence[PastIncident] = (),
    history: History | None = None,
    *,
    is_unfolded: bool = False,
    same: str = "",
    taken: Collection[Suggestible] = (),
    is_asked: bool = False,
) -> View:
    """What a declaration may say; only the title is needed. `draft`: what is known of it already. `alike`: incidents of
    the past that look like it. What is rarely said stands there once it is unfolded, or where the draft says some of
    it. `history`: what similar incidents suggest for what is still open; None where there are none to learn from, or
    whoever declares may not know of them. `same`: the open incident that it may be about, as one sentence; then a tick
    declares it all the same. `taken`: what of the draft was suggested: Slack keeps what stands in a field of the same
    id. `is_asked`: whether somebody asked for suggestions."""
    levels = [option(level.value.capitalize(), level.value) for level in Level]
    services = [option(service.name, slug) for slug, service in policy.services.items()]
    blocks = [
        *_same(same),
        text_input(
            "title",
            "What is wrong?",
            "Checkout returns 500s",
            optional=False,
            multiline=False,
            initial=draft.title,
            is_focused=True,
        ),
        *_alike(alike),
        *_suggested(policy, draft, at, history, is_asked=is_asked),
        *choice(
            "impact",
            "Impact: how many are affected?",
            levels,
            "Medium, if you don't know",
            chosen=draft.impact,
            watched=True,
        ),
        *choice(
            "urgency",
            "Urgency: how fast does it get worse?",
            levels,
            "High, if you don't know",
            chosen=draft.urgency,
            watched=True,
        ),
        _section(_outcome(policy, draft, at)),
        *choice("service", "Service", services, chosen=draft.service, watched=True),
        text_input("users", "What do users notice?", "Nobody can pay", initial=draft.user_impact or ""),
        *(_details(policy, draft, matter) if is_unfolded or _says_more(draft, matter) else [_unfolding()]),
    ]
    for block in blocks:
        if block.get("block_id") in taken:
            block["block_id"] = f"{block['block_id']}:taken"
    return view(TITLE, blocks, "declare", "Declare", carried)


def _suggested(
    policy: Policy, draft: Declaration, at: datetime, history: History | None, *, is_asked: bool
) -> list[View]:
    if history is None:
        return []
    if found := suggestions_in_form(history, policy, _assessed(policy, draft, at).priority):
        return found
    press: View = {"type": "button", "action_id": SUGGEST, "text": {"type": "plain_text", "text": "Suggest"}}
    text = NOTHING_SUGGESTED if is_asked else "From the title, similar incidents may suggest the rest."
    return [{**_section(text, SUGGEST), "accessory": press}]


def _says_more(draft: Declaration, matter: Matter) -> bool:
    """Whether it says anything of what is folded away."""
    return bool(
        matter is not Matter.INCIDENT
        or draft.category
        or draft.priority
        or draft.severity
        or draft.source
        or draft.reported_by
        or draft.is_private
        or draft.is_drill
    )


def _unfolding() -> View:
    """The button that shows the rest."""
    label = {"type": "plain_text", "text": "More details"}
    press: View = {"type": "button", "action_id": MORE, "text": label, "value": MORE}
    return {"type": "actions", "block_id": MORE, "elements": [press]}


def _details(policy: Policy, draft: Declaration, matter: Matter) -> list[View]:
    """What few declarations say."""
    priorities = [option(f"{one} – {policy.priorities[one].name}", one.value) for one in Priority]
    marks = (("private", draft.is_private), ("drill", draft.is_drill))
    return [
        ticks(
            "options",
            "Options",
            [option("Private: only its members see it", "private"), option("Drill", "drill")],
            [name for name, holds in marks if holds],
        ),
        *choice(
            "priority",
            "Priority, to override the matrix",
            priorities,
            "From impact and urgency",
            chosen=draft.priority,
            watched=True,
        ),
        *choice("category", "Category", _words(policy.categories), chosen=draft.category, watched=True),
        *choice("severity", "Technical severity", [option(one, one) for one in Severity], chosen=draft.severity),
        *choice("source", "How was it noticed?", _words(policy.sources), chosen=draft.source),
        person("reporter", "Who reported it?", "You, if you leave it empty", draft.reported_by),
        *choice("matter", "What is this?", [option(MATTERS[one], one) for one in Matter], chosen=matter, watched=True),
        *_elsewhere(policy, matter),
    ]


def _same(same: str) -> list[View]:
    if not same:
        return []
    tick = ticks("anyway", "Is it another one?", [option("Yes, declare it as well", "anyway")])
    return [_section(safe(same), "same"), tick]


def _words(names: Sequence[str]) -> list[View]:
    return [option(one, one) for one in names]


def _alike(alike: Sequence[PastIncident]) -> list[View]:
    if not alike:
        return []
    told = "\n".join(["*This looks like something that happened before*", *map(line, alike)])
    return [_section(told, "past")]


def elsewhere(policy: Policy, matter: Matter) -> str:
    """Where what is no incident belongs; empty for an incident."""
    return {Matter.REQUEST: policy.elsewhere.request, Matter.PROBLEM: policy.elsewhere.problem}.get(matter, "")


def _elsewhere(policy: Policy, matter: Matter) -> list[View]:
    told = safe(elsewhere(policy, matter)).strip()
    return [_section(told, "elsewhere")] if told else []


def _outcome(policy: Policy, draft: Declaration, at: datetime) -> str:
    """The priority as it would be declared now, and what it asks for."""
    found = _assessed(policy, draft, at)
    rules = policy.priorities[found.priority]
    return (
        f"*{found.priority}, {safe(shorten(rules.name, NAME))}*: {safe(found.why)}. "
        f"Command should be accepted within {span(rules.acknowledge_within)}, and the first update is due within "
        f"{span(rules.first_update_within)}."
    )


def _assessed(policy: Policy, draft: Declaration, at: datetime) -> Assessment:
    around = Circumstances(draft.service, draft.category, at)
    return assess(policy, around, draft.impact, draft.urgency, draft.priority)


def _section(text: str, name: str = "outcome") -> View:
    return {"type": "section", "block_id": name, "text": {"type": "mrkdwn", "text": shorten(text, limits.SECTION_TEXT)}}
