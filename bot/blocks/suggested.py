"""What similar incidents suggest for one that is declared: with what it comes from, and a button to take it."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.message import Block, actions, button, context, fits_button, section
from bot.blocks.text import code, plain, safe, shorten, size
from bot.domain.ids import ref
from bot.domain.policy import Policy
from bot.domain.suggesting import History, Suggestion
from bot.domain.telling import few
from bot.domain.vocabulary import Priority, Suggestible

TAKE = "take"
"""How the names of the buttons begin that take a suggestion."""
NAMED = 3
"""Incidents that are named."""
NAME = 40
"""Characters of a value on a button."""
HEADING = "*Suggested by similar incidents*"


def suggestions_in_form(history: History, policy: Policy, priority: Priority) -> list[Block]:
    """A line for each, with its button; none, where nothing is suggested."""
    if not history.suggestions:
        return []
    head = {"type": "section", "block_id": "suggested", "text": {"type": "mrkdwn", "text": HEADING}}
    lines = [_in_form(one, policy, priority) for one in history.suggestions]
    return [head, *lines, *([paged] if (paged := _paged(history, policy)) else [])]


def suggestions_in_answer(reference: str, history: History, policy: Policy, priority: Priority) -> list[Block]:
    """The same for an incident that was declared already: each button stands for a typed command."""
    if not history.suggestions:
        return []
    lines = "\n".join([HEADING, *(_line(one, policy, priority) for one in history.suggestions)])
    ways = [button(_label(one, policy), _command(reference, one)) for one in history.suggestions if _is_word(one)]
    return [
        block
        for block in (
            section(lines),
            actions([one for one in ways if fits_button(one)]),
            _paged(history, policy),
        )
        if block
    ]


def _in_form(one: Suggestion, policy: Policy, priority: Priority) -> Block:
    what = one.suggested.what
    text = {"type": "mrkdwn", "text": shorten(_line(one, policy, priority), limits.SECTION_TEXT)}
    found: Block = {"type": "section", "block_id": f"suggested:{what}", "text": text}
    name = f"{TAKE}:{what}:{one.suggested.value}"
    if size(name) > limits.IDENTIFIER:
        return found
    label = {"type": "plain_text", "text": f"Use {shorten(_value(one, policy), NAME)}"}
    return {**found, "accessory": {"type": "button", "action_id": name, "text": label, "value": what}}


def _line(one: Suggestion, policy: Policy, priority: Priority) -> str:
    """`*Service: Checkout* – likely: 3 of 4 similar incidents (INC-40, INC-31 and 1 more)`, and whom it calls."""
    like = [ref(number) for number in one.suggested.like]
    named = few(like, NAMED)
    told = f"as in {named}" if one.suggested.of == 1 else f"{len(like)} of {one.suggested.of} similar ones ({named})"
    surely = "likely" if one.is_likely else "possibly"
    group = policy.resolver_group_of(priority, one.suggested.value) if _is_service(one) else None
    calls = f". Calls {safe(group)}" if group else ""
    return f"*{safe(_label(one, policy))}* – {surely}, {told}{calls}"


def _label(one: Suggestion, policy: Policy) -> str:
    return f"{one.suggested.what.capitalize()}: {shorten(_value(one, policy), NAME)}"


def _value(one: Suggestion, policy: Policy) -> str:
    value = one.suggested.value
    if _is_service(one):
        service = policy.services.get(value)
        return plain(service.name if service else value)
    return value.capitalize() if one.suggested.what in (Suggestible.IMPACT, Suggestible.URGENCY) else plain(value)


def _is_service(one: Suggestion) -> bool:
    return one.suggested.what is Suggestible.SERVICE


def _is_word(one: Suggestion) -> bool:
    """Whether it can be typed before a reason."""
    return len(one.suggested.value.split()) == 1


def _command(reference: str, one: Suggestion) -> str:
    like = few([ref(number) for number in one.suggested.like], NAMED)
    return f"{reference} {one.suggested.what} {one.suggested.value} as in {like}"


def _paged(history: History, policy: Policy) -> Block | None:
    """Who else was needed."""
    told: Sequence[str] = [
        f"{safe(policy.services[slug].name)} was paged in {many} of {history.of} of them: "
        f"{code(f'/incident page {slug}')}."
        for slug, many in history.paged
    ]
    return context(" ".join(told)) if told else None
