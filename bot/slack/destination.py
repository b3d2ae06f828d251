"""Slack as a destination: each kind of effect as the calls that bring it about."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Any, Protocol, assert_never
from zoneinfo import ZoneInfo

from bot.blocks.announce import announcement
from bot.blocks.card import card
from bot.blocks.digest import digest
from bot.blocks.direct import direct, for_channel, no_longer_asked, settled
from bot.blocks.lessons import proposed
from bot.blocks.message import Rendered
from bot.blocks.review_form import meeting
from bot.blocks.review_posted import elsewhere
from bot.blocks.runbook import step_text
from bot.blocks.topic import topic
from bot.blocks.updates import for_audience
from bot.blocks.worked import worked
from bot.delivery.destination import Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, OutOfReach, Retry, Unknown
from bot.domain import effects as e
from bot.domain.alerts import Alert
from bot.domain.budgets import Budget
from bot.domain.cadence import usual_next
from bot.domain.escalation import asked_after
from bot.domain.explaining import worded
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.incident import CardAt, Incident
from bot.domain.people import Profile
from bot.domain.pseudonyms import is_pseudonym
from bot.domain.reason import Stated, StatedCode
from bot.domain.review import MEETING_LASTS
from bot.domain.timeline import (
    ApprovalAsked,
    CustomerUpdateInReview,
    FollowersTold,
    IncidentClosed,
    PullRequestRefused,
    ReviewMeetingMoved,
    ReviewPublished,
    ReviewStarted,
    RunbookProposed,
    UpdatePosted,
)
from bot.domain.transcript import MessageAt
from bot.domain.vocabulary import Place, ReasonCode
from bot.domain.worked import Worked
from bot.review import redact, render_invitation
from bot.slack import reconciling
from bot.slack.gateway import Gateway
from bot.slack.naming import learn_names
from bot.slack.outcomes import of_channel
from bot.slack.people import fetch_person
from bot.slack.places import bookmark, broadcast_channel, thread_of
from bot.slack.posting import File, harmless, plain, post, post_files
from bot.slack.review_files import write_review
from bot.verbs.channel_naming import channel_names
from bot.workflows.approving import empty_sections
from bot.workflows.budgets import budget_of
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context

NOBODY = ("user_not_found", "user_not_visible")
TAKEN = Gone("name_taken")
CHANNEL_OPENS_WITHIN = timedelta(milliseconds=400)
MOST_WAITS = 12
"""So often a direct message waits for the link to the channel, five seconds in all; then it goes without."""
NOT_THERE = ("message_not_found", "channel_not_found")
NOT_WORTH_TELLING = frozenset({"already_in_channel", "cant_invite_self"})


class ReadsBack(Protocol):
    """Reads a channel back: before its review is written, and when Muster is in it again."""

    async def complete_to(self, incident: Incident, *, is_again: bool = False) -> Any: ...

    async def channel(self, incident: Incident) -> bool: ...


class SlackDestination:
    """Everything that is shown in Slack, but the canvas of a review."""

    name = "Slack"

    def __init__(self, context: Context, gateway: Gateway, reads_back: ReadsBack | None = None) -> None:
        """Without `reads_back` no channel is read back before its review is written."""
        self._context = context
        self._gateway = gateway
        self._reads_back = reads_back

    async def deliver(self, job: Job) -> Outcome | OutOfReach:
        outcome = await self._deliver(job)
        if e.needs_channel(job.effect):
            return outcome if job.now.is_out_of_reach else of_channel(outcome)
        return of_channel(outcome) if isinstance(job.effect, e.PostCard | e.RefreshCard | e.TellBroadcast) else outcome

    async def _deliver(self, job: Job) -> Outcome:
        if isinstance(job.effect, e.ELSEWHERE):
            raise LookupError("it has a destination of its own")
        match job.effect:
            case e.OpenChannel():
                return await self._open_channel(job)
            case e.InvitePeople(people=people):
                return await self._invite(job, people)
            case e.PostCard(place=place):
                return await self._post_card(job, place)
            case e.PostRunbook(slug=slug):
                return await self._post_runbook(job, slug)
            case e.RefreshRunbook(slug=slug):
                return await self._refresh_runbook(job, slug)
            case e.PinCard():
                return await self._pin_card(job)
            case e.AddBookmark(what=what):
                return await self._add_bookmark(job, what)
            case e.Announce():
                return await self._announce(job)
            case e.EditAnnouncements(of=erased):
                return await self._edit_announcements(job, erased.entries)
            case e.TellPerson(to=to):
                return await self._tell_person(job, to)
            case e.SettleAsks(to=to, asked=asked):
                return await self._settle_asks(job, to, asked)
            case e.CheckPerson(person=person):
                return await self._check_person(person)
            case e.PostReview():
                return await self._post_review(job)
            case e.PostInvitation():
                return await self._post_invitation(job)
            case e.TellBroadcast():
                return await self._tell_broadcast(job)
            case e.TellChannel(of=event, to=to):
                return await self._tell_channel(job, event, to)
            case e.ArchiveChannel():
                return await self._archive_channel(job)
            case e.RenameChannel():
                return await self._rename_channel(job)
            case e.ReadBack():
                return await self._read_back(job)
            case e.RefreshCard(place=place):
                return await self._refresh_card(job, place)
            case e.RefreshTopic():
                return await self._refresh_topic(job)
            case e.PostRunbookChange():
                return await self._post_runbook_change(job)
            case _:
                assert_never(job.effect)

    async def find(self, job: Job) -> Finding:
        return await reconciling.find(self._gateway, self._context, job)

    async def _open_channel(self, job: Job) -> Outcome:
        names = channel_names(job.then, self._context.policy)
        outcome = await self._under_free_name(job, names, "conversations.create", is_private=job.then.is_private)
        if not isinstance(outcome, Done):
            return outcome
        channel = outcome.result["channel"]
        return Done({"channel": channel["id"], "name": channel["name"]})

    async def _rename_channel(self, job: Job) -> Outcome:
        names, own = channel_names(job.now, self._context.policy), job.now.channel_name
        better = tuple(takewhile(lambda name: name != own, names))
        outcome = await self._under_free_name(job, better, "conversations.rename", channel=job.channel)
        if isinstance(outcome, Done):
            return Done({"name": outcome.result["channel"]["name"]})
        return Done({}) if outcome == TAKEN and own in names else outcome

    async def _under_free_name(self, job: Job, names: Sequence[str], method: str, **arguments: Any) -> Outcome:
        """Call the method with the first of the names that nobody has taken. Raises LeaseLost: then whoever has the
        lease may have taken the name for us."""
        for place, name in enumerate(names):
            if place:
                await job.keep({})
            outcome = await self._gateway.call(method, name=name, **arguments)
            if not (isinstance(outcome, Gone) and outcome.error == TAKEN.error):
                return outcome
        return TAKEN

    async def _invite(self, job: Job, named: tuple[SlackUserId, ...]) -> Outcome:
        people = [user for user in named if not is_pseudonym(user)]
        if not people:
            return Done({})
        outcome = await self._gateway.call(
            "conversations.invite", channel=job.channel, users=",".join(people), force=True
        )
        match outcome:
            case Done(result=result):
                return _invited(result.get("errors", []))
            case Gone(error=error, result=result) if result is not None and result.get("errors"):
                return _invited(result["errors"])
            case Gone(error=error) if len(people) == 1:
                return _invited([{"user": people[0], "error": error}])
            case Retry() | Unknown() | Gone():
                return outcome

    async def _post_card(self, job: Job, place: Place) -> Outcome:
        channel = job.channel if place is Place.CHANNEL else await broadcast_channel(self._gateway, job.then)
        if not isinstance(channel, str):
            return channel
        return await post(self._gateway, job, channel, await self._card(job.then, place))

    async def _card(self, incident: Incident, place: Place) -> Rendered:
        alerts: Sequence[Alert] = ()
        if incident.alerts and place is Place.CHANNEL:
            async with self._context.store.read() as tx:
                alerts = await tx.alerts_of(incident.number)
        policy = self._context.policy
        then, service = asked_after(incident, policy), policy.service_of(incident.service)
        budget = await self._budget(incident) if place is Place.CHANNEL else None
        return card(incident, place, then, alerts, self._gateway.workspace_url, service, budget)

    async def _budget(self, incident: Incident) -> Budget | None:
        """The error budget that the incident uses."""
        policy = self._context.policy.budgets
        if policy.of(incident.service) is None:
            return None
        async with self._context.store.read() as tx:
            return await budget_of(tx, incident, policy, self._context.now())

    async def _pin_card(self, job: Job) -> Outcome:
        place = job.now.card(Place.CHANNEL)
        if place is None:
            return Done({})
        outcome = plain(await self._gateway.call("pins.add", channel=place.channel, timestamp=place.ts))
        return Done({}) if _is_deleted(outcome) else outcome  # it is posted anew when it is next brought up to date

    async def _add_bookmark(self, job: Job, what: str) -> Outcome:
        wanted = bookmark(job.now, what, self._gateway.workspace_url)
        if wanted is None:
            return Done({})
        title, link = wanted
        stale = await self._stale_bookmark(job, what, title)
        if not isinstance(stale, str):
            return stale
        call = partial(self._gateway.call, channel_id=job.channel, title=title, link=link)
        return plain(await (call("bookmarks.edit", bookmark_id=stale) if stale else call("bookmarks.add", type="link")))

    async def _stale_bookmark(self, job: Job, what: str, title: str) -> str | Outcome:
        """The id of the bookmark of that title; empty where there is none. It can lead elsewhere only once a card was
        deleted, or where somebody has set another bridge."""
        if what == "card" and not job.now.cards_lost:
            return ""
        outcome = await self._gateway.call("bookmarks.list", channel_id=job.channel)
        if not isinstance(outcome, Done):
            return harmless(outcome)
        return next((str(one["id"]) for one in outcome.result.get("bookmarks", []) if one.get("title") == title), "")

    async def _announce(self, job: Job) -> Outcome:
        if job.now.is_out_of_reach and job.now.reader == job.cause.event.by:
            return Done({})  # they did it themselves, and were answered
        channel = await self._room(job)
        if not isinstance(channel, str):
            return channel
        told = announcement(job.then, job.cause)
        told = for_channel(job.now, told) if job.now.is_out_of_reach else told
        return await post(self._gateway, job, channel, told, thread_of(job))

    async def _read_back(self, job: Job) -> Outcome:
        if self._reads_back is None or await self._reads_back.channel(job.now):
            return Done({})
        return Retry(None, "the channel could not be read back")

    async def _edit_announcements(self, job: Job, seqs: Sequence[int]) -> Outcome:
        """Found by what the outbox keeps of their effects, so an old one stays as it is; a deleted one is let go.
        Whoever is asked to read a draft for customers has its words in that very message."""
        async with self._context.store.read() as tx:
            asking = [
                one.seq
                for one in await tx.timeline(job.now.number)
                if isinstance(one.event, CustomerUpdateInReview) and one.event.version in seqs
            ]
            places = await tx.announced_at(job.now.number, [*seqs, *asking])
            entries = await tx.events(job.now.number, list(places))
            then = {entry.seq: await tx.incident_as_of(job.now.number, entry.seq) for entry in entries}
        for entry in entries:
            outcome = await self._edit(places[entry.seq], announcement(then[entry.seq] or job.now, entry))
            is_gone = isinstance(outcome, Gone) and outcome.error in NOT_THERE
            if not is_gone and not isinstance(outcome, Done):
                return harmless(outcome)
        return Done({})

    async def _settle_asks(self, job: Job, person: SlackUserId, seqs: Sequence[int]) -> Outcome:
        """Found as announcements are; a message that is gone, or that Slack lets nobody change any more, is let go:
        its buttons do no harm."""
        async with self._context.store.read() as tx:
            places = await tx.told_at(job.now.number, seqs, person)
        told = no_longer_asked(job.now) if await self._is_gone(job.now, person) else settled(job.now, job.cause, person)
        for place in places.values():
            outcome = await self._edit(place, told)
            if isinstance(outcome, Retry | Unknown):
                return harmless(outcome)
        return Done({})

    async def _edit(self, place: MessageAt | CardAt, told: Rendered) -> Outcome:
        return await self._gateway.call(
            "chat.update", channel=place.channel, ts=place.ts, text=told.text, blocks=list(told.blocks)
        )

    async def _room(self, job: Job) -> ChannelId | Outcome:
        """Where the channel's news goes: to the channel; while nothing can be written there, to whoever sees to the
        incident."""
        if not job.now.is_out_of_reach:
            return job.channel
        return Done({}) if job.now.reader is None else await self._direct(job, job.now.reader)

    async def _direct(self, job: Job, person: SlackUserId) -> ChannelId | Outcome:
        """The direct message with somebody, noted before anything is sent to it. Whoever has left the channel of a
        private incident hears no more of it."""
        tells_an_outline = isinstance(job.cause.event, FollowersTold)
        if is_pseudonym(person) or (not tells_an_outline and await self._is_gone(job.now, person)):
            return Done({})
        opened = await self._gateway.call("conversations.open", users=person)
        if not isinstance(opened, Done):
            return harmless(opened)
        channel = ChannelId(opened.result["channel"]["id"])
        await job.keep({"dm": channel})
        return channel

    async def _is_gone(self, incident: Incident, person: SlackUserId) -> bool:
        if not incident.is_private or incident.channel is None:
            return False
        async with self._context.store.read() as tx:
            where = await tx.whereabouts(person, incident.channel)
        return where.get(incident.channel) is False

    async def _tell_person(self, job: Job, person: SlackUserId) -> Outcome:
        waited = int(job.result.get("waited", 0))
        if job.now.channel is None and waited < MOST_WAITS:
            await job.keep({"waited": waited + 1})
            return Retry(CHANNEL_OPENS_WITHIN, "its channel is opening")
        channel = await self._direct(job, person)
        if not isinstance(channel, str):
            return channel
        # The brief in a direct message is about the present: by the time it arrives things may have moved on.
        return await post(self._gateway, job, channel, await self._told(job, person))

    async def _told(self, job: Job, person: SlackUserId) -> Rendered:
        if isinstance(event := job.cause.event, FollowersTold):
            async with self._context.store.read() as tx:
                news = await tx.events(job.now.number, event.of)
            return digest(job.now, news, self._context.policy)
        if isinstance(event, ReviewStarted | ApprovalAsked):
            return direct(job.now, job.cause, person, empty=await empty_sections(self._context, job.now))
        next_at = usual_next(job.now, self._context.now(), self._context.policy)
        if next_at is None or person != job.now.commander:  # the time stands on the commander's button alone
            return direct(job.now, job.cause, person, then=asked_after(job.now, self._context.policy))
        async with self._context.store.read() as tx:
            reader = await tx.person(person)
        return direct(job.now, job.cause, person, next_at.astimezone(ZoneInfo(reader.tz if reader else "UTC")))

    async def _check_person(self, user: SlackUserId) -> Outcome:
        person = await fetch_person(self._gateway, user)
        if isinstance(person, Retry | Unknown) or (isinstance(person, Gone) and person.error not in NOBODY):
            return person
        if isinstance(person, Profile):
            async with self._context.store.write() as tx:
                await tx.keep_person(person, self._context.now())
        code = _unfit(person)
        return Done({"unfit": worded(Stated(code)), "unfit_code": code.value} if code else {})

    async def _post_review(self, job: Job) -> Outcome:
        complete_to = None
        if self._reads_back is not None:
            complete_to = await self._reads_back.complete_to(job.now, is_again=bool(job.result))
        await learn_names(self._context, self._gateway, job.now)
        event = job.cause.event
        if not isinstance(event, IncidentClosed | ReviewPublished):
            raise LookupError("a review is posted when an incident is closed and when the review is published")
        written = await write_review(self._context, job.now, complete_to, event)
        room = await self._room(job)
        if not isinstance(room, str):
            return room
        return await post_files(self._gateway, job, room, written.files, written.comment)

    async def _post_invitation(self, job: Job) -> Outcome:
        """The meeting as the event set it: a later one has a file of its own."""
        event = job.cause.event
        begins = event.meeting_at if isinstance(event, ReviewStarted | ReviewMeetingMoved) else None
        if begins is None:
            return Done({})
        review = await asyncio.to_thread(redact, await compile_for(self._context, job.now))
        content = render_invitation(review, begins, MEETING_LASTS, job.cause.seq, self._context.store.workspace)
        file = File(f"{job.now.ref}-review-meeting.ics", f"Meeting about {job.now.ref}", lambda: content)
        room = await self._room(job)
        if not isinstance(room, str):
            return room
        return await post_files(self._gateway, job, room, (file,), meeting(job.now, begins), thread_of(job))

    async def _post_runbook_change(self, job: Job) -> Outcome:
        """The diff that the event of the proposal holds: that event, or the one that says it was refused elsewhere."""
        event = job.cause.event
        if isinstance(event, PullRequestRefused):
            async with self._context.store.read() as tx:
                event = next((one.event for one in await tx.events(job.now.number, [event.of])), event)
        if not isinstance(event, RunbookProposed):
            return Done({})
        content = event.diff.encode("utf-8", "replace")
        file = File(f"{job.now.ref}-{event.slug}.diff", f"{event.title}, proposed", lambda: content)
        room = await self._room(job)
        if not isinstance(room, str):
            return room
        told = proposed(job.now, event, job.cause.event)
        return await post_files(self._gateway, job, room, (file,), told, thread_of(job))

    async def _tell_channel(self, job: Job, event: UpdatePosted, to: str) -> Outcome:
        """Where Muster was not invited it cannot write: that is told in the incident's channel."""
        channel = await self._gateway.own_channel(to)
        if not isinstance(channel, str):
            return Gone("channel_not_found") if channel is None else channel
        await job.keep({"channel": channel})
        told = next(one for one in event.audiences if to in one.channels)
        return await post(self._gateway, job, channel, for_audience(job.then, event, told))

    async def _tell_broadcast(self, job: Job) -> Outcome:
        """Below the card that all can see; nowhere where there is none."""
        shown = job.now.card(Place.BROADCAST)
        event = job.cause.event
        if shown is None or not isinstance(event, ReviewPublished):
            return Done({})
        await learn_names(self._context, self._gateway, job.now)
        review = await asyncio.to_thread(redact, await compile_for(self._context, job.now))
        return await post(self._gateway, job, shown.channel, elsewhere(review, event), shown.ts)

    async def _archive_channel(self, job: Job) -> Outcome:
        """Unless it was reopened meanwhile. For a bot archiving is final (docs.slack.dev, `conversations.archive`)."""
        if not job.now.status.is_over:
            return Done({})
        outcome = await self._gateway.call("conversations.archive", channel=job.channel)
        return Done({"archived": job.channel}) if isinstance(outcome, Done) else outcome

    async def _refresh_card(self, job: Job, place: Place) -> Outcome:
        shown = job.now.card(place)
        if shown is None:  # it is refreshed again as soon as it is posted
            return Done({})
        outcome = await self._edit(shown, await self._card(job.now, place))
        return Done({"lost": shown.ts}) if _is_deleted(outcome) else plain(outcome)

    async def _post_runbook(self, job: Job, slug: str) -> Outcome:
        """As it stands: what was done meanwhile is on it from the beginning."""
        runbook = job.now.working(slug)
        return Done({}) if runbook is None else await post(self._gateway, job, job.channel, self._worked(job, runbook))

    async def _refresh_runbook(self, job: Job, slug: str) -> Outcome:
        """One that is not posted yet, or stands in a channel that the incident has left, is not brought up to date."""
        runbook = job.now.working(slug)
        if runbook is None or runbook.shown is None or runbook.shown[0] != job.channel:
            return Done({})
        outcome = await self._edit(MessageAt(*runbook.shown), self._worked(job, runbook))
        return Done({"lost": runbook.shown[1]}) if _is_deleted(outcome) else plain(outcome)

    def _worked(self, job: Job, runbook: Worked) -> Rendered:
        """With the texts of those steps that are called in the file what they were called when it was started."""
        titles = {step.number: step.title for step in runbook.steps}
        texts = {
            step.number: step_text(known, step)
            for known in self._context.runbooks
            if known.slug == runbook.slug
            for step in known.steps
            if titles.get(step.number) == step.title
        }
        return worked(job.now, runbook, texts, self._context.policy.actions.keys())

    async def _refresh_topic(self, job: Job) -> Outcome:
        """Set where it differs: Slack writes a line in the channel each time, also where the topic stays as it was."""
        shown = topic(job.now)
        outcome = await self._gateway.call("conversations.info", channel=job.channel)
        if isinstance(outcome, Done) and outcome.result.get("channel", {}).get("topic", {}).get("value") == shown:
            return Done({})
        return plain(await self._gateway.call("conversations.setTopic", channel=job.channel, topic=shown))

    async def tell(self, incident: Incident, text: str) -> bool:
        """Say something about deliveries where it can be read: in the incident's channel; where that cannot be, to
        whoever sees to it by direct message. Sent once; whether somebody got it."""
        is_open = incident.channel is not None and not incident.is_out_of_reach
        if is_open and await self._says(incident.channel, text):
            return True
        for person in dict.fromkeys((incident.reader, incident.contact)):
            if person is None or not incident.may_hear(person) or await self._is_gone(incident, person):
                continue
            opened = await self._gateway.call("conversations.open", users=person)
            if isinstance(opened, Done) and await self._says(opened.result["channel"]["id"], text):
                return True
        return False

    async def _says(self, channel: str | None, text: str) -> bool:
        return isinstance(await self._gateway.call("chat.postMessage", channel=channel, text=text), Done)


def _is_deleted(outcome: Outcome) -> bool:
    """Whether the message that was meant is not there any more."""
    return isinstance(outcome, Gone) and outcome.error == "message_not_found"


def _invited(errors: list[dict[str, Any]]) -> Done:
    """Who could not be added, and why; somebody who is there already was."""
    missing = [
        {"user": one["user"], "why": one["error"]}
        for one in errors
        if one.get("user") and one.get("error") not in NOT_WORTH_TELLING
    ]
    return Done({"not_added": missing} if missing else {})


def _unfit(person: Profile | Gone) -> StatedCode | None:
    """Why somebody can have no part in an incident; None when they can."""
    if isinstance(person, Gone):
        return ReasonCode.UNKNOWN_TO_SLACK
    if person.is_bot:
        return ReasonCode.IS_A_BOT
    return ReasonCode.IS_DEACTIVATED if person.is_deactivated else None
