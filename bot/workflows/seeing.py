"""Which incident is meant, and what somebody may do with it: someone who may not even know of it gets the answer of one
that does not exist. `bot.domain.who_may_know` has the rule; here are the facts that it decides on."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.domain.actor import Integration, Muster, Person
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, number_of, ref
from bot.domain.people import Profile
from bot.domain.problem import Problem
from bot.domain.refusal import NotFound, Refusal
from bot.domain.who_may_know import Need, Tie, depends_on_who_asks, may
from bot.door.caller import Caller
from bot.store import Reading, Summary, Wanted
from bot.workflows.context import Context

READ_AT_LEAST = 20
"""Rows of the list that are read together."""
ASKED_AT_ONCE = 10
"""Private incidents of which Slack is asked for one list: after a restart there may be many."""


class ForItsMembers(Refusal):
    """{ref} is private: only members of its channel can read it and work on it. `/incident {ref} join` asks them to let
    you in; `/incident {ref} follow` tells you when its status changes."""


class JoinFirst(Refusal):
    """Only people in the channel of {ref}, or a manager, can do this. {how}"""


class Viewer:
    """Whoever asks, for as long as one request takes."""

    def __init__(self, caller: Caller, look_up: Callable[[SlackUserId], Awaitable[Profile]]) -> None:
        """`look_up` asks Slack about a person whom the store does not know."""
        self._look_up = look_up
        self.actor = caller.actor
        self.channel = caller.channel
        self._is_outsider = True if caller.is_from_outside else None
        self._profile: Profile | None = None

    @property
    def user(self) -> SlackUserId | None:
        return self.actor.user if isinstance(self.actor, Person) else None

    @property
    def surely_belongs(self) -> bool:
        """Whether they are of this workspace and no guest, as far as is known without asking anybody."""
        if self._is_outsider is not None:
            return not self._is_outsider
        return self._profile is not None and not _is_outside(self._profile)

    async def is_outsider(self, context: Context) -> bool:
        """Whether they are a guest, of another organisation, or somebody of whom Slack does not say who it is."""
        if self._is_outsider is None:
            self._is_outsider = self.user is not None and await self._is_stranger(context, self.user)
        return self._is_outsider

    def know(self, profile: Profile | None) -> None:
        """Whom the store knows them as."""
        self._profile = self._profile or profile

    async def know_by(self, tx: Reading) -> None:
        """Find out who they are in a transaction that is open anyway."""
        if self._profile is None and self._is_outsider is None and self.user is not None:
            self._profile = await tx.person(self.user)

    async def _is_stranger(self, context: Context, user: SlackUserId) -> bool:
        if self._profile is None:
            async with context.store.read() as tx:
                await self.know_by(tx)
        try:
            person = self._profile or await self._look_up(user)
        except Refusal:
            return True
        return _is_outside(person)


def _is_outside(person: Profile) -> bool:
    return person.is_guest or person.is_deactivated or not person.is_confirmed


async def find_visible(context: Context, reference: str, viewer: Viewer, need: Need = Need.READ) -> IncidentNumber:
    """The number behind a reference, for somebody who may do with it what they need. Raises NotFound also for what they
    may not know of; ForItsMembers, JoinFirst.

    Where it is in doubt who is in a channel, Slack is asked before somebody is refused.
    """
    number = number_of(reference)
    found = await _look_at(context, number, viewer)
    if found is None:
        raise NotFound(ref=reference)
    summary, tie = found
    if await _may(context, need, tie, viewer):
        return number
    if _is_worth_asking(tie, need) and await context.presence.confirm(number):
        found = await _look_at(context, number, viewer, is_confirmed=True)
        if found is not None and await _may(context, need, found[1], viewer):
            return number
        tie = found[1] if found is not None else tie
    if not await _may(context, Need.KNOW, tie, viewer):
        raise NotFound(ref=reference)
    raise await _refusal(context, summary, tie, viewer)


async def may_have_link(context: Context, number: IncidentNumber, viewer: Viewer) -> bool:
    """Whether somebody may have a link to the review, which leads to all that was said: of a private incident Slack is
    asked first who is in its channel. Raises NotFound, ForItsMembers for whoever is not in it any more."""
    found = await _look_at(context, number, viewer)
    if found is None or not found[0].is_private:
        return found is not None
    if not await context.presence.confirm(number):
        return may(Need.READ, replace(found[1], is_in_doubt=True))
    await find_visible(context, ref(number), viewer)
    return True


async def visible(context: Context, viewer: Viewer, *, open_only: bool, since: datetime | None = None) -> list[Summary]:
    """The incidents that somebody may know of, of those declared since an instant; worst and oldest first. What they
    may not read is an outline."""
    summaries, ties = await _found(context, viewer, lambda tx: tx.incidents(open_only=open_only, since=since))
    known = [summary for summary in summaries if _allows(Need.KNOW, ties[summary.number], viewer)]
    shown = [one if _allows(Need.READ, ties[one.number], viewer) else one.outline() for one in known]
    return sorted(shown, key=lambda summary: (summary.priority, summary.number))


async def page_of(
    context: Context, viewer: Viewer, wanted: Wanted, limit: int, before: IncidentNumber | None = None
) -> tuple[list[Summary], IncidentNumber | None]:
    """So many of the incidents that somebody may know of, newest first, below a number; and below which number it goes
    on, None when there are no more. What they may not read is an outline, and no question about it is answered: of
    such a one only title, status, priority and drill may be asked for."""
    shown: list[Summary] = []
    while len(shown) <= limit:
        missing = limit + 1 - len(shown)
        batch = max(missing + missing // 10, READ_AT_LEAST)  # most may be known of
        summaries, ties = await _found(context, viewer, partial(_like, wanted=wanted, limit=batch, before=before))
        for summary in summaries:
            tie = ties[summary.number]
            if _allows(Need.READ, tie, viewer):
                shown.append(summary)
            elif _allows(Need.KNOW, tie, viewer) and not _asks_for_more(wanted):
                shown.append(summary.outline())
        if len(summaries) < batch:
            break
        before = summaries[-1].number
    more = len(shown) > limit
    return shown[:limit], shown[limit - 1].number if more else None


async def _like(tx: Reading, *, wanted: Wanted, limit: int, before: IncidentNumber | None) -> Sequence[Summary]:
    return await tx.incidents_like(wanted, limit, before)


def _asks_for_more(wanted: Wanted) -> bool:
    """Whether a question is about what an outline does not tell."""
    return any(one is not None for one in (wanted.service, wanted.category, wanted.since, wanted.until))


async def hidden(
    context: Context, viewer: Viewer, *, since: datetime, need: Need = Need.KNOW
) -> frozenset[IncidentNumber]:
    """The incidents that somebody may not know of, or not read, of those declared since an instant."""
    public = Tie(is_private=False, is_listed=False, has_channel=True, is_outsider=await viewer.is_outsider(context))
    private_only = _allows(need, public, viewer)  # nobody needs a tie for the others
    summaries, ties = await _found(
        context, viewer, lambda tx: tx.incidents(open_only=False, since=since, private_only=private_only)
    )
    return frozenset(one.number for one in summaries if not _allows(need, ties[one.number], viewer))


async def _found(
    context: Context, viewer: Viewer, incidents: Callable[[Reading], Awaitable[Sequence[Summary]]]
) -> tuple[Sequence[Summary], dict[IncidentNumber, Tie]]:
    """Incidents, and how somebody stands to them.

    Where it is in doubt who is in private channels – for an outsider, in any –, Slack is asked of the newest of them
    first.
    """
    async with context.store.read() as tx:
        summaries = await incidents(tx)
        ties = await _ties(context, tx, summaries, viewer)
    ties = await _with_standing(context, ties, viewer)
    matter = [number for number, tie in ties.items() if tie.is_in_doubt and (tie.is_private or tie.is_outsider)]
    doubtful = matter[:ASKED_AT_ONCE]
    if doubtful and isinstance(viewer.actor, Person):
        answers = await asyncio.gather(*(context.presence.confirm(number) for number in doubtful))
        confirmed = {number for number, is_known in zip(doubtful, answers, strict=True) if is_known}
        async with context.store.read() as tx:
            summaries = await incidents(tx)
            ties = await _ties(context, tx, summaries, viewer, confirmed)
        ties = await _with_standing(context, ties, viewer)
    return summaries, ties


async def readable(context: Context, viewer: Viewer, numbers: Iterable[IncidentNumber]) -> frozenset[IncidentNumber]:
    """Those incidents that somebody may read."""
    async with context.store.read() as tx:
        summaries = await tx.summaries(numbers)
        ties = await _ties(context, tx, summaries, viewer)
    ties = await _with_standing(context, ties, viewer)
    return frozenset(number for number, tie in ties.items() if _allows(Need.READ, tie, viewer))


async def known_problems(context: Context, viewer: Viewer) -> dict[int, Problem]:
    """The problems that somebody may read: those of which they may read an incident. One that no incident is linked to
    any more is there for everybody but outsiders."""
    async with context.store.read() as tx:
        problems = await tx.problems()
    read = await readable(context, viewer, {one for problem in problems.values() for one in problem.incidents})
    is_outsider = await viewer.is_outsider(context) if any(not one.incidents for one in problems.values()) else False
    return {
        number: problem
        for number, problem in problems.items()
        if read.intersection(problem.incidents) or not (problem.incidents or is_outsider)
    }


async def may_know(
    context: Context, tx: Reading, summary: Summary, people: Collection[SlackUserId]
) -> set[SlackUserId]:
    """Those of some people who may know of an incident, as far as the store knows them."""
    known = await tx.people(set(people))
    knowing = set()
    for user in people:
        is_guest = user in known and known[user].is_guest
        where = await tx.whereabouts(user, summary.channel) if is_guest or summary.is_hidden else {}
        if may(Need.KNOW, replace(_tie(context, summary, user, None, where), is_outsider=is_guest)):
            knowing.add(user)
    return knowing


async def _look_at(
    context: Context, number: IncidentNumber, viewer: Viewer, *, is_confirmed: bool = False
) -> tuple[Summary, Tie] | None:
    async with context.store.read() as tx:
        standing = await tx.standing(number, viewer.user)
    if standing is None:
        return None
    viewer.know(standing.person)
    summary = standing.summary
    where = {} if summary.channel is None or standing.is_there is None else {summary.channel: standing.is_there}
    tie = _tie(context, summary, viewer.user, viewer.channel, where)
    return summary, replace(tie, is_in_doubt=False) if is_confirmed else tie


async def _ties(
    context: Context,
    tx: Reading,
    summaries: Collection[Summary],
    viewer: Viewer,
    confirmed: set[IncidentNumber] | frozenset[IncidentNumber] = frozenset(),
) -> dict[IncidentNumber, Tie]:
    """How somebody stands to each of the incidents. `confirmed`: Slack has just said who is in their channels."""
    await viewer.know_by(tx)
    only = next((one.channel for one in summaries), None) if len(summaries) == 1 else None
    where = await tx.whereabouts(viewer.user, only) if viewer.user is not None else {}
    ties = {}
    for summary in summaries:
        tie = _tie(context, summary, viewer.user, viewer.channel, where)
        ties[summary.number] = replace(tie, is_in_doubt=False) if summary.number in confirmed else tie
    return ties


def _tie(
    context: Context,
    summary: Summary,
    user: SlackUserId | None,
    channel: ChannelId | None,
    where: Mapping[ChannelId, bool],
) -> Tie:
    """`channel`: where it was typed; Slack lets only members type there."""
    is_typed_there = channel is not None and channel == summary.channel
    is_there = is_typed_there or (where.get(summary.channel) if summary.channel is not None else None)
    policy = context.policy
    return Tie(
        is_private=summary.is_private,
        is_listed=summary.is_listed,
        has_channel=summary.channel is not None,
        is_declarer=user is not None and user == summary.declared_by and not summary.times_reopened,
        is_given=user is not None and user in (summary.asked, summary.commander),
        is_member=is_there is True,
        has_left=is_there is False,
        is_in_doubt=not is_typed_there
        and summary.channel is not None
        and not context.presence.is_known(summary.number, summary.channel),
        is_manager=user is None or user in (*policy.managers_of(summary.service), *policy.people.managers),
    )


async def _may(context: Context, need: Need, tie: Tie, viewer: Viewer) -> bool:
    return _allows(need, (await _with_standing(context, {IncidentNumber(0): tie}, viewer))[IncidentNumber(0)], viewer)


def _allows(need: Need, tie: Tie, viewer: Viewer) -> bool:
    """Muster may everything. An integration is nowhere a member, and its rights are a matter of the policy's `access`:
    here it counts as a manager. Of what is private it knows nothing, listed or not: that is for people."""
    if isinstance(viewer.actor, Integration) and tie.is_private:
        return False
    return isinstance(viewer.actor, Muster) or may(need, tie)


async def _with_standing(
    context: Context, ties: Mapping[IncidentNumber, Tie], viewer: Viewer
) -> dict[IncidentNumber, Tie]:
    """The same, for somebody of this workspace or an outsider; which of the two is asked only where it matters."""
    if viewer.surely_belongs:
        return dict(ties)
    matters = any(depends_on_who_asks(need, tie) for tie in ties.values() for need in Need)
    if not matters or not await viewer.is_outsider(context):
        return dict(ties)
    return {number: replace(tie, is_outsider=True) for number, tie in ties.items()}


def _is_worth_asking(tie: Tie, need: Need) -> bool:
    """Whether Slack may know of a membership that we have not heard of. Of a private incident only whoever declared it
    is worth the question: an answer that takes longer must not tell that there is something."""
    if not tie.has_channel or tie.is_in_doubt:
        return tie.has_channel
    was_never_seen = not (tie.is_member or tie.has_left)
    return was_never_seen and (tie.is_declarer or (need is Need.BELONG and not tie.is_private))


async def _refusal(context: Context, summary: Summary, tie: Tie, viewer: Viewer) -> Refusal:
    """Of what somebody may know of."""
    reference = ref(summary.number)
    if not await _may(context, Need.READ, tie, viewer):
        return ForItsMembers(ref=reference)
    if summary.channel is None:
        return JoinFirst(ref=reference, how="It is being opened; join it in a moment.")
    where = f"#{summary.channel_name}" if summary.channel_name else "it"
    return JoinFirst(ref=reference, how=f"Join {where} first: `/incident {reference} join`.")
