"""A proposal as people see it: the question, edited in place to what became of it, and the list of those that wait."""

from collections.abc import Sequence

from bot.blocks.facts import one_line
from bot.blocks.message import Block, Rendered, actions, button, context, paragraphs, rendered, said
from bot.blocks.text import at_time, code, mention, safe
from bot.domain.proposals import Proposal, became, is_waiting


def question(proposal: Proposal) -> Rendered:
    """What is proposed, with all of its words, and two ways on; or what became of it."""
    head = _head(proposal)
    ended = became(proposal)
    told = f"{ended[0].upper()}{ended[1:]}" if ended and not ended.startswith("<") else ended
    quoted = [part for name, text in proposal.words for part in paragraphs(f"*{safe(name)}*\n{_quoted(text)}")]
    ways: list[Block] = []
    if is_waiting(proposal):
        typed = f"{code(f'/incident proposal {proposal.number} do')} or {code('no')}"
        told = f"Nothing is done until somebody says so, by {at_time(proposal.ends_at)}. Typed: {typed}."
        ways = [
            button("Do it", f"proposal {proposal.number} do", "primary"),
            button("No", f"proposal {proposal.number} no"),
        ]
    return rendered(f"{head} {told}", [*paragraphs(head), *quoted, context(told), actions(ways)])


def _head(proposal: Proposal) -> str:
    return f"*{safe(one_line(proposal.program))}*, for {mention(proposal.by)}, proposes to {safe(proposal.wish)}."


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in safe(text).splitlines())


def listed(proposals: Sequence[Proposal]) -> Rendered:
    """Those that wait for somebody, with what to type."""
    if not proposals:
        return said("No proposal waits for you.")
    lines = [f"{code(f'proposal {one.number}')} {_head(one)} Until {at_time(one.ends_at)}." for one in proposals]
    example = code(f"/incident proposal {proposals[0].number} do")
    return said("\n".join(["Proposals that wait for an answer:", *lines, f"For example: {example}"]))


def declined(proposal: Proposal) -> Rendered:
    return said(f"Proposal {proposal.number} was declined; nothing was done.")
