"""Who may approve the review of an incident, by what is stored; and what of it is still empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import approval
from bot.domain.access import APPROVE, Groups, groups_in
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.sections import HEADINGS
from bot.domain.vocabulary import Section
from bot.store import Reading
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context


@dataclass(frozen=True, slots=True)
class Approving:
    """One review, and what says who may approve it."""

    incident: Incident
    authors: frozenset[SlackUserId]
    present: frozenset[SlackUserId]
    """Who is in the incident's channel; of a private one only where that is known."""
    policy: Policy
    groups: Groups
    now: datetime

    def why_not(self, person: Profile) -> str:
        """Why somebody may not, as the end of a sentence; empty where they may."""
        known = self.present, self.policy, self.groups, self.now
        return approval.why_not(self.incident, person, self.authors, *known)

    def likely(self) -> tuple[SlackUserId, ...]:
        return approval.likely(self.incident, self.present, self.policy, self.groups, self.now)

    def told_of_it(self) -> tuple[SlackUserId, ...]:
        return approval.told_of_it(self.incident, self.present, self.policy, self.groups, self.now)


async def knows_who_is_there(context: Context, incident: Incident) -> bool:
    """Whether it is known who is in its channel. Of a private one Slack is asked where that is in doubt."""
    return seems_to_know(context, incident) or await context.presence.confirm(incident.number)


def seems_to_know(context: Context, incident: Incident) -> bool:
    """The same, without asking."""
    known = incident.channel is not None and context.presence.is_known(incident.number, incident.channel)
    return known or not incident.is_private


async def approving(context: Context, tx: Reading, incident: Incident, *, is_known: bool) -> Approving:
    """`is_known`: whether it is known who is in its channel."""
    written = await tx.written(incident.number)
    channel = incident.channel
    present = await tx.members(channel) if channel is not None and is_known else frozenset[SlackUserId]()
    found = {handle: await tx.group(handle) for handle in groups_in(context.policy, APPROVE)}
    groups = {handle: group.users for handle, group in found.items() if group is not None}
    authors = frozenset(one.by for one in written.values() if one.text)
    return Approving(incident, authors, present, context.policy, groups, context.now())


async def to_be_told(
    context: Context, tx: Reading, incident: Incident, by: SlackUserId | None, *, is_known: bool
) -> list[SlackUserId]:
    """Who hears that the review, which `by` starts now, is ready to be approved."""
    known = await approving(context, tx, incident, is_known=is_known)
    able = await _able(tx, known, [one for one in known.told_of_it() if one != by])
    return [one.user for one in able][: approval.MOST_TOLD]


async def to_ask(context: Context, incident: Incident, by: SlackUserId) -> list[Profile]:
    """Whom somebody can ask to approve the review, the likeliest first; who was asked already is left out."""
    is_known = await knows_who_is_there(context, incident)
    async with context.store.read() as tx:
        known = await approving(context, tx, incident, is_known=is_known)
        others = [one for one in known.likely() if one != by and not approval.was_asked(incident, one)]
        return (await _able(tx, known, others))[: approval.MOST_OFFERED]


async def _able(tx: Reading, known: Approving, people: Iterable[SlackUserId]) -> list[Profile]:
    wanted = list(people)
    profiles = await tx.people(wanted)
    found = (profiles.get(one) or Profile(one, one) for one in wanted)
    return [one for one in found if not known.why_not(one)]


async def empty_sections(context: Context, incident: Incident) -> tuple[Section, ...]:
    """Those about which nobody wrote and the record says nothing, in the order in which they are read."""
    compiled = await compile_for(context, incident, with_transcript=False)
    empty = {one.name for one in compiled.sections if not one.text}
    return tuple(section for section in HEADINGS if section in empty)
