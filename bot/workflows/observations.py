"""What deliveries found out comes back as facts, in the same transaction that finishes the effect."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, assert_never

from bot.domain import bridge, declaration, lessons, paging, running, working
from bot.domain import effects as e
from bot.domain.decision import Decision
from bot.domain.emergency import Room
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.reason import Stated
from bot.domain.roles import undo_choice
from bot.domain.timeline import NotAdded
from bot.domain.vocabulary import ReasonCode, RunOutcome
from bot.store import Claimed, Writing
from bot.store.session import machine_now
from bot.workflows import documents, trackers
from bot.workflows.context import Context, record

Result = dict[str, Any]
Observation = Callable[[Incident], Decision]

UNFIT = {
    code.value: Stated(code) for code in (ReasonCode.UNKNOWN_TO_SLACK, ReasonCode.IS_A_BOT, ReasonCode.IS_DEACTIVATED)
}
"""Why somebody can have no part in an incident, by the code in the result of an effect."""
STAMP = "stamp"
"""Stands in the result of a head that an authority has stamped, in base64."""
ANSWERED = "answered"
"""Stands in the result of an effect that is done and whose fact is still to be recorded."""
OPENED_AT = "opened_at"
"""Stands in the result of an effect whose channel was open before: since when (incident time)."""
ADOPTS = "the journal"
"""Who holds the effect that ends so, within one transaction."""
ADOPTED_WITHIN = timedelta(seconds=30)
LEFT_FOR = timedelta(seconds=5)
"""How long such an effect is left to others before we look again whether we can record its fact."""


async def finish(context: Context, tx: Writing, claimed: Claimed, result: Result, at: datetime) -> bool:
    """Mark an effect as done, and record what it observed. False when the lease was lost: then somebody else has it.

    While a newer version has written the incident's timeline the answer is kept with the effect, and whoever can read
    the timeline records the fact; for older versions the outcome is unknown, so that they look before they call. `at`:
    machine time.
    """
    if isinstance(claimed.effect, e.AlertEffect):
        await tx.lock_alerts()
        if not await tx.finish_effect(claimed, result):
            return False
        await alert_posted(tx, claimed.effect, result)
        return True
    if isinstance(claimed.effect, e.ProposalEffect):
        await proposal_posted(tx, claimed.effect, result)
        return await tx.finish_effect(claimed, result)
    if isinstance(claimed.effect, e.TryPager | e.DigestEffect):
        return await tx.finish_effect(claimed, result)
    if isinstance(claimed.effect, e.PublishHead):
        if (stamp := result.get(STAMP)) is not None:
            await tx.keep_proof(claimed.effect.head, stamp=b64decode(stamp))
        return await tx.finish_effect(claimed, {})
    observe = (
        None
        if isinstance(claimed.effect, e.UnknownEffect)
        else observation(claimed.effect, result, context.now(), context.policy)
    )
    if observe is None or claimed.number is None:
        return await tx.finish_effect(claimed, result)
    incident = await tx.load(claimed.number)
    if incident is None:
        return await tx.finish_effect(claimed, result)
    if not incident.is_readable:
        if not await tx.effect_partial(claimed, {**result, ANSWERED: True}):
            return False
        why = "done; a newer version of Muster must record it"
        return await tx.retry_effect(claimed, at + LEFT_FOR, why, unknown=True)
    if not await tx.finish_effect(claimed, result):
        return False
    await record(context, tx, claimed.number, observe(incident), f"effect/{claimed.id}")
    return True


async def adopt(context: Context, tx: Writing, number: IncidentNumber, room: Room) -> bool:
    """Have a channel that is open already be the incident's: the effect that would open one ends with it, as if it had
    been delivered. False where that effect is under way, or over."""
    incident = await tx.load(number)
    if incident is None or incident.channel is not None:
        return False
    now = machine_now()
    result = {"channel": room.channel, "name": room.name, OPENED_AT: room.opened_at.isoformat()}
    for head in await tx.claim_effects(ADOPTS, now, ADOPTED_WITHIN, 1, lane=e.channel_lane(number)):
        if isinstance(head.effect, e.OpenChannel):
            return await finish(context, tx, head, result, now)
        await tx.retry_effect(head, now, "", unknown=head.is_unknown)
    return False


async def alert_posted(tx: Writing, effect: e.AlertEffect, result: Result) -> None:
    """Slack shows the question: from now on it is edited in place."""
    if not isinstance(effect, e.AskAboutAlert) or "ts" not in result:
        return
    alert = await tx.alert(effect.alert)
    if alert is not None:
        await tx.keep_alerts([replace(alert, posted_in=str(result["channel"]), posted_as=str(result["ts"]))])


async def proposal_posted(tx: Writing, effect: e.ProposalEffect, result: Result) -> None:
    """The same of a proposal. What became of it meanwhile comes after it in its lane."""
    if isinstance(effect, e.AskAboutProposal) and "ts" in result:
        proposal = await tx.lock_proposal(effect.proposal)
        if proposal is not None:
            channel, ts = ChannelId(result["channel"]), MessageTs(result["ts"])
            await tx.keep_proposal(replace(proposal, posted_in=channel, posted_as=ts))


def observation(effect: e.Effect, result: Result, now: datetime, policy: Policy) -> Observation | None:
    """The fact that an effect brought to light, if any."""
    match effect:
        case e.OpenChannel() if "channel" in result:
            channel, name = ChannelId(result["channel"]), str(result["name"])
            before = result.get(OPENED_AT)
            at = datetime.fromisoformat(before) if before else now
            return lambda _: declaration.channel_opened(channel, name, at, is_provisional=before is not None)
        case e.PostCard(place=place) if "ts" in result:
            posted = partial(declaration.card_posted, place, ChannelId(result["channel"]), MessageTs(result["ts"]), now)
            return lambda _: posted()
        case e.PostRunbook(slug=slug) if "ts" in result:
            shown = partial(working.posted, slug, ChannelId(result["channel"]), MessageTs(result["ts"]), now)
            return lambda _: shown()
        case e.RefreshRunbook(slug=slug) if gone := result.get("lost"):
            return lambda incident: working.lost(incident, slug, MessageTs(gone), now)
        case e.InvitePeople() if result.get("not_added"):
            missing = tuple(NotAdded(SlackUserId(one["user"]), one["why"]) for one in result["not_added"])
            return lambda _: declaration.people_not_added(missing, now)
        case e.CheckPerson(person=person) if why := result.get("unfit"):
            reason = UNFIT.get(str(result.get("unfit_code")))
            return lambda incident: undo_choice(incident, person, why, now, (reason,) if reason else ())
        case e.ArchiveChannel() if archived := result.get("archived"):
            return lambda _: declaration.channel_archived(ChannelId(archived), now)
        case e.RefreshCard(place=place) if lost := result.get("lost"):
            return lambda incident: declaration.card_lost(incident, place, MessageTs(lost), now)
        case e.RenameChannel() if renamed := result.get("name"):
            return lambda incident: declaration.channel_renamed(incident, str(renamed), now)
        case e.RenameChannel():
            return None
        case e.OpenChannel() | e.PostCard() | e.PostRunbook() | e.InvitePeople() | e.CheckPerson() | e.ArchiveChannel():
            return None
        case e.PagePerson(to=to, pager=pager) if "page" in result:
            asked_at = effect.of.at
            return lambda incident: paging.taken(incident, int(result["page"]), to, pager, asked_at, now)
        case e.PagePerson() | e.StopPage():
            return None
        case e.ReadBack() | e.PinCard() | e.AddBookmark() | e.Announce() | e.EditAnnouncements() | e.TellPerson():
            return None
        case e.OpenPullRequest() if url := result.get("url"):
            return lambda _: lessons.opened(int(result["of"]), str(url), int(result["number"]), now)
        case e.OpenPullRequest() if refused := result.get("refused"):
            return lambda _: lessons.refused(int(result["of"]), str(refused), now)
        case e.ShareReview() if "document" in result:
            return partial(documents.observed, result["document"], effect.of.by, now)
        case e.SettleAsks() | e.PostReview() | e.PostInvitation() | e.ShareReview() | e.TellBroadcast():
            return None
        case e.PostRunbookChange() | e.OpenPullRequest():
            return None
        case e.FileIssue() if "issue" in result:
            return partial(trackers.filed, result, now)
        case e.UpdateIssue() if "told" in result or "lost" in result:
            return partial(trackers.seen, result, now, policy)
        case e.PublishStatus() | e.SendWebhook() | e.FileIssue() | e.UpdateIssue() | e.TellChannel():
            return None
        case e.OpenBridge():
            link = result.get("url")
            return (lambda incident: bridge.opened(incident, str(link), now)) if link else None
        case e.StartRun(of=event) if "handle" in result:
            handle, link = str(result["handle"]), str(result.get("link", ""))
            return lambda incident: running.started(incident, event.run.number, handle, link, now)
        case e.StartRun(of=event) | e.WatchRun(of=event) if "outcome" in result:
            ended = partial(running.ended, run=event.run.number, outcome=RunOutcome(result["outcome"]), now=now)
            said = str(result.get("why", "")), str(result.get("link", "")), tuple(map(str, result.get("lines", ())))
            return lambda incident: ended(incident, why=said[0], link=said[1], lines=said[2])
        case e.StartRun() | e.WatchRun():
            return None
        case e.RefreshCard() | e.RefreshRunbook() | e.RefreshTopic():
            return None
        case _:
            assert_never(effect)


async def is_stopped(tx: Writing, claimed: Claimed) -> bool:
    """Whether a page was called off while it was being sent: what stops it waits behind it."""
    effect, cause = claimed.effect, claimed.cause
    if not isinstance(effect, e.PagePerson) or claimed.number is None or cause is None:
        return False
    incident = await tx.load(claimed.number)
    return incident is not None and not paging.is_wanted(incident, cause.seq, effect.to, effect.pager)


async def not_sent(context: Context, tx: Writing, claimed: Claimed) -> None:
    """A page that did not go out so far is a fact: the ladder does not wait for it."""
    if not isinstance(claimed.effect, e.PagePerson) or claimed.number is None or claimed.cause is None:
        return
    incident = await tx.load(claimed.number)
    if incident is not None and incident.is_readable:
        to, pager = claimed.effect.to, claimed.effect.pager
        decision = paging.not_sent(incident, claimed.cause.seq, to, pager, context.now())
        if decision.events:
            await record(context, tx, claimed.number, decision)
