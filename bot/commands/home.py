"""App Home: what one person should look at. Shown whenever they open it, and after a button that they pressed in it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.blocks.home import home
from bot.commands.command import Dependencies
from bot.domain.access import APPROVE
from bot.domain.home import Call, OwnReview, overview
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.vocabulary import DeadlineKind, ReviewState, Wanted
from bot.door.caller import Caller
from bot.door.reply import ShowHome
from bot.store import Summary
from bot.workflows.approving import approving, seems_to_know
from bot.workflows.context import Context
from bot.workflows.seeing import readable, visible

KEPT_FOR = timedelta(days=180)
"""Follow-ups that were agreed longer ago are in their reviews."""
REVIEWED_WITHIN = timedelta(days=60)
"""Reviews of incidents that were declared longer ago wait for nobody any more."""


MOST_CALLS = 20
"""Incidents without a commander of which it is shown who was asked: the worst and the oldest."""


async def show_home(dependencies: Dependencies, caller: Caller, notice: str = "") -> ShowHome:
    """The Home tab of one person, as things stand."""
    context, now, viewer = dependencies.context, dependencies.context.now(), dependencies.viewer(caller)
    user = caller.person
    if user is None:
        raise LookupError("only a person has a Home tab")
    seen = await visible(context, viewer, open_only=True)
    async with context.store.read() as tx:
        channels = await tx.channels_of(user)
        agreed = await tx.follow_ups_of(user, since=now - KEPT_FOR)
    reviews = await _reviews(context, user, channels, now)
    read = await readable(context, viewer, {*(one.number for one in agreed), *(one.number for one in reviews)})
    own = [one for one in agreed if one.number in read]
    reviews = [one for one in reviews if one.number in read]
    shown = overview(user, now, seen, channels, own, context.policy, reviews, await _calls(context, seen))
    return ShowHome(home(shown, context.policy, notice))


async def _calls(context: Context, seen: Iterable[Summary]) -> dict[IncidentNumber, Call]:
    """How far it has come with those that nobody commands, as far as they may be read."""
    unled = [one for one in seen if one.commander is None and not (one.status.is_calm or one.is_outline)]
    async with context.store.read() as tx:
        found = [await tx.incident(one.number) for one in unled[:MOST_CALLS]]
    return {one.number: _call(one) for one in found if one is not None and one.commander is None}


def _call(one: Incident) -> Call:
    due_at = one.acknowledge_due_at
    is_overdue = due_at is not None and one.missed_at(DeadlineKind.ACKNOWLEDGE) == due_at
    return Call(one.declined, one.asked, due_at, is_overdue)


async def _reviews(
    context: Context, user: SlackUserId, channels: Collection[ChannelId], now: datetime
) -> list[OwnReview]:
    """The reviews that wait for an approval which is theirs to give."""
    async with context.store.read() as tx:
        incidents = [
            found for number in await tx.in_review(now - REVIEWED_WITHIN) if (found := await tx.incident(number))
        ]
    waiting = []
    for one in incidents:
        if one.review_state is not ReviewState.IN_REVIEW:
            continue
        asked = [ask for ask in one.asks if ask.wanted is Wanted.APPROVAL and ask.person == user]
        if not asked and not _concerns(user, one, channels, context.policy):
            continue
        async with context.store.read() as tx:
            reader = await tx.person(user) or Profile(user, user)
            is_theirs = not (await approving(context, tx, one, is_known=seems_to_know(context, one))).why_not(reader)
        if is_theirs:
            waiting.append(OwnReview(one.number, one.title, one.review_started_by, asked[-1].by if asked else None))
    return waiting


def _concerns(user: SlackUserId, one: Incident, channels: Collection[ChannelId], policy: Policy) -> bool:
    """Whether they took part, or manage what was affected. Whom the policy names as approvers, all of them concern."""
    is_named = APPROVE in policy.access
    took_part = any(held.person == user for held in one.roles) or one.declared_by == user or one.channel in channels
    return is_named or took_part or user in (*policy.managers_of(one.service), *policy.people.managers)
