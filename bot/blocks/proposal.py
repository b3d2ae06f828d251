"""A proposal as people see it: the question, edited in place to what became of it, and the list of those that wait."""

from collections.abc import Sequence
from itertools import groupby

from bot.blocks.facts import one_line
from bot.blocks.message import Block, Rendered, actions, button, context, paragraphs, rendered, said
from bot.blocks.text import at_time, code, mention, safe
from bot.domain.proposals import Proposal, became, is_waiting
from bot.domain.vocabulary import ProposalState

SHORT = 40
"""Characters that need no paragraph."""
NAMES = {
    "next in": "Next update",
    "happened at": "When",
    "user impact": "Users notice",
    "anyway": "Also if one is open",
}
"""Fields as people call them, where that is not their own name."""


def question(proposal: Proposal) -> Rendered:
    """What is proposed, with all of its words, and two ways on; or what became of it."""
    head = _head(proposal)
    ended = became(proposal)
    told = f"{ended[0].upper()}{ended[1:]}" if ended and not ended.startswith("<") else ended
    quoted = [part for text in _words(proposal) for part in paragraphs(text)]
    ways: list[Block] = []
    if is_waiting(proposal):
        typed = f"{code(f'/incident proposal {proposal.number} do')} or {code('no')}"
        told = f"Nothing happens unless somebody says yes by {at_time(proposal.ends_at)}. Typed: {typed}."
        ways = [
            button("Do it", f"proposal {proposal.number} do", "primary"),
            button("No", f"proposal {proposal.number} no"),
        ]
    return rendered(f"{head} {told}", [*paragraphs(head), *quoted, context(told), actions(ways)])


def _head(proposal: Proposal) -> str:
    return f"*{safe(one_line(proposal.program))}*, for {mention(proposal.by)}, proposes to {safe(proposal.wish)}."


def _words(proposal: Proposal) -> list[str]:
    """What else is given: what is short in a line of its own, all else quoted. Once it is done, what was done says
    it."""
    if proposal.state is ProposalState.DONE:
        return []
    return ["\n".join(lines) for _, lines in groupby(map(_shown, proposal.words), key=lambda shown: "\n" in shown)]


def _shown(given: tuple[str, str]) -> str:
    name, text = given
    label = f"*{safe(NAMES.get(name, name.capitalize()))}*"
    if len(text) <= SHORT and "\n" not in text:
        return f"{label}: {safe(text)}"
    return "\n".join([label, *(f"> {line}" for line in safe(text).splitlines())])


def listed(proposals: Sequence[Proposal]) -> Rendered:
    """Those that wait for somebody, with what to type."""
    if not proposals:
        return said("No proposal waits for you.")
    lines = [f"{code(f'proposal {one.number}')} {_head(one)} Until {at_time(one.ends_at)}." for one in proposals]
    example = code(f"/incident proposal {proposals[0].number} do")
    return said("\n".join(["Proposals that wait for an answer:", *lines, f"For example: {example}"]))


def declined(proposal: Proposal) -> Rendered:
    return said(f"Proposal {proposal.number} was declined; nothing was done.")
