"""Each kind of effect as the Slack calls that bring it about."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.blocks.announce import announcement
from bot.blocks.card import card
from bot.blocks.channel_name import channel_name, next_name
from bot.blocks.digest import digest
from bot.blocks.direct import direct
from bot.blocks.message import Rendered
from bot.blocks.review_form import meeting
from bot.blocks.topic import topic
from bot.domain import declaration as rules
from bot.domain.cadence import usual_next
from bot.domain.decision import Decision
from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.review import MEETING_LASTS
from bot.domain.roles import undo_choice
from bot.domain.timeline import FollowersTold, NotAdded, ReviewMeetingMoved, ReviewStarted
from bot.domain.transcript import permalink
from bot.domain.vocabulary import Place
from bot.jobs.catching_up import CatchingUp
from bot.jobs.destinations import destinations
from bot.jobs.review_file import ReviewFile, write_review
from bot.jobs.scene import Scene
from bot.review import redact, render_invitation
from bot.slack.gateway import Gateway
from bot.slack.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.slack.people import fetch_person
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context

Result = dict[str, Any]
Keep = Callable[[Result], Awaitable[None]]
"""Stores what one call of several brought, before the next call."""

NAMES_TRIED = 20
NOBODY = ("user_not_found", "user_not_visible")
NOT_WORTH_TELLING = frozenset({"already_in_channel", "cant_invite_self"})


class Performed(NamedTuple):
    """The effect is done: what to remember of it, and the fact to record, if any."""

    result: Result
    observed: Callable[[Incident], Decision] | None = None


Performance = Performed | Retry | Unknown | Gone


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one effect."""

    scene: Scene
    keep: Keep


class Performer:
    """Performs effects: one Slack method to one destination, each by its kind."""

    def __init__(self, context: Context, gateway: Gateway, catching_up: CatchingUp | None = None) -> None:
        self._context = context
        self._gateway = gateway
        self._catching_up = catching_up
        self._destinations = destinations(context.policy, gateway)
        self._kinds: dict[str, Callable[[Attempt], Awaitable[Performance]]] = {
            "OpenChannel": self._open_channel,
            "InvitePeople": self._invite,
            "PostCard": self._post_card,
            "PinCard": self._pin_card,
            "AddBookmark": self._add_bookmark,
            "Announce": self._announce,
            "TellPerson": self._tell_person,
            "CheckPerson": self._check_person,
            "PostReview": self._post_review,
            "PostInvitation": self._post_invitation,
            "ShareReview": self._share_review,
            "ArchiveChannel": self._archive_channel,
            "RefreshCard": self._refresh_card,
            "RefreshTopic": self._refresh_topic,
        }

    async def perform(self, scene: Scene, keep: Keep) -> Performance:
        """Bring the effect about, or say what stood in the way."""
        perform = self._kinds.get(scene.effect.kind)
        if perform is None:
            return Gone(f"this version does not know the effect {scene.effect.kind}")
        if scene.now.is_archived and scene.effect.lane.startswith(f"inc:{scene.now.number}"):
            return Performed({})  # nobody reads there any more; the timeline has it
        return await perform(Attempt(scene, keep))

    async def tell_of_loss(self, scene: Scene, error: str) -> None:
        """A line about an effect that was given up; sent once, and may itself fail."""
        text = (
            f":warning: Warning: Slack did not take something Muster had to do for {scene.now.ref} "
            f"({scene.effect.kind}: {error}). It is kept; `muster outbox retry` tries it again."
        )
        if scene.now.channel is not None:
            await self._gateway.call("chat.postMessage", channel=scene.now.channel, text=text)
            return
        opened = await self._gateway.call("conversations.open", users=scene.now.declared_by)
        if isinstance(opened, Done):
            await self._gateway.call("chat.postMessage", channel=opened.result["channel"]["id"], text=text)

    async def _open_channel(self, attempt: Attempt) -> Performance:
        incident = attempt.scene.then
        for name in self.channel_names(incident):
            outcome = await self._gateway.call("conversations.create", name=name, is_private=incident.is_private)
            match outcome:
                case Gone(error="name_taken"):
                    continue
                case Done(result=result):
                    return self.opened(ChannelId(result["channel"]["id"]), result["channel"]["name"])
                case Retry() | Unknown() | Gone():
                    return outcome
        return Gone("name_taken")

    def channel_names(self, incident: Incident) -> tuple[str, ...]:
        """The names its channel may have, in the order they are tried."""
        first = channel_name(
            self._context.policy.channels.prefix, incident.number, incident.title, private=incident.is_private
        )
        return (first, *(next_name(first, n) for n in range(2, NAMES_TRIED + 1)))

    def opened(self, channel: ChannelId, name: str) -> Performed:
        """The channel is there, under the name that Slack gave it."""
        return Performed(
            {"channel": channel, "name": name},
            lambda incident: rules.channel_opened(incident, channel, name, self._context.now()),
        )

    async def _invite(self, attempt: Attempt) -> Performance:
        people: list[str] = attempt.scene.effect.body["people"]
        outcome = await self._gateway.call(
            "conversations.invite", channel=attempt.scene.channel, users=",".join(people), force=True
        )
        match outcome:
            case Done(result=result):
                return self._invited(result.get("errors", []))
            case Gone(error=error, result=result) if result is not None and result.get("errors"):
                return self._invited(result["errors"])
            case Gone(error=error) if len(people) == 1:
                return self._invited([{"user": people[0], "error": error}])
            case Retry() | Unknown() | Gone():
                return outcome

    def _invited(self, errors: list[dict[str, Any]]) -> Performed:
        missing = tuple(
            NotAdded(SlackUserId(one.get("user", "")), one["error"])
            for one in errors
            if one.get("error") not in NOT_WORTH_TELLING and one.get("user")
        )
        if not missing:
            return Performed({})
        return Performed({}, lambda _: rules.people_not_added(missing, self._context.now()))

    async def _post_card(self, attempt: Attempt) -> Performance:
        place = Place(attempt.scene.effect.body["place"])
        channel = await self.channel_of(attempt.scene, place)
        if not isinstance(channel, str):
            return channel
        outcome = await self._post(attempt.scene, channel, card(attempt.scene.then, place))
        if isinstance(outcome, Done):
            return self.posted_card(place, ChannelId(outcome.result["channel"]), MessageTs(outcome.result["ts"]))
        return outcome

    def posted_card(self, place: Place, channel: ChannelId, ts: MessageTs) -> Performed:
        return Performed(
            {"channel": channel, "ts": ts},
            lambda _: rules.card_posted(place, channel, ts, self._context.now()),
        )

    async def channel_of(self, scene: Scene, place: Place) -> ChannelId | Retry | Unknown | Gone:
        """Where the card of a place stands."""
        if place is Place.CHANNEL:
            return scene.channel
        wanted = (scene.then.broadcast or "").lstrip("#")
        found = await self._gateway.own_channel(wanted)
        match found:
            case None:
                return Gone(f"#{wanted} was not found; invite Muster to it")
            case Retry() | Unknown() | Gone():
                return found
            case _:
                return found

    async def _pin_card(self, attempt: Attempt) -> Performance:
        place = attempt.scene.now.card(Place.CHANNEL)
        if place is None:
            return Performed({})
        return _plain(await self._gateway.call("pins.add", channel=place.channel, timestamp=place.ts))

    async def _add_bookmark(self, attempt: Attempt) -> Performance:
        found = self.bookmark(attempt.scene)
        if found is None:
            return Performed({})
        title, link = found
        return _plain(
            await self._gateway.call(
                "bookmarks.add", channel_id=attempt.scene.channel, title=title, type="link", link=link
            )
        )

    def bookmark(self, scene: Scene) -> tuple[str, str] | None:
        """Title and link of the bookmark an effect stands for; None when there is nothing to link to."""
        if scene.effect.body["what"] == "bridge":
            return ("Bridge", scene.now.bridge_url) if scene.now.bridge_url else None
        place = scene.now.card(Place.CHANNEL)
        url = self._gateway.workspace_url
        if place is None or not url:
            return None
        return f"{scene.now.ref} card", permalink(url, place.channel, place.ts)

    async def _announce(self, attempt: Attempt) -> Performance:
        scene = attempt.scene
        return _plain(await self._post(scene, scene.channel, announcement(scene.then, scene.cause)))

    async def _tell_person(self, attempt: Attempt) -> Performance:
        person = SlackUserId(attempt.scene.effect.body["to"])
        opened = await self._gateway.call("conversations.open", users=person)
        if not isinstance(opened, Done):
            # Opening twice is harmless, so an unknown outcome here is only tried again.
            return Retry(None, opened.why) if isinstance(opened, Unknown) else opened
        channel = ChannelId(opened.result["channel"]["id"])
        await attempt.keep({"dm": channel})
        # The brief in a direct message is about the present: by the time it arrives things may have moved on.
        rendered = await self._told(attempt.scene, person)
        return _plain(await self._post(attempt.scene, channel, rendered))

    async def _told(self, scene: Scene, person: SlackUserId) -> Rendered:
        event = scene.cause.event
        if isinstance(event, FollowersTold):
            return digest(scene.now, [one for one in scene.timeline if one.seq in event.of], self._context.policy)
        next_at = usual_next(scene.now, self._context.now(), self._context.policy)
        if next_at is None or person != scene.now.commander:  # the time stands on the commander's button alone
            return direct(scene.now, scene.cause, person)
        async with self._context.store.read() as tx:
            reader = await tx.person(person)
        return direct(scene.now, scene.cause, person, next_at.astimezone(ZoneInfo(reader.tz if reader else "UTC")))

    async def _check_person(self, attempt: Attempt) -> Performance:
        user = SlackUserId(attempt.scene.effect.body["person"])
        person = await fetch_person(self._gateway, user)
        if isinstance(person, Retry | Unknown) or (isinstance(person, Gone) and person.error not in NOBODY):
            return person
        why = _unfit(person)
        if isinstance(person, Profile):
            async with self._context.store.write() as tx:
                await tx.keep_person(person, self._context.now())
        if not why:
            return Performed({})
        return Performed({}, lambda incident: undo_choice(incident, user, why, self._context.now()))

    async def _post_review(self, attempt: Attempt) -> Performance:
        scene = attempt.scene
        complete_to = None
        if self._catching_up is not None:
            complete_to = await self._catching_up.complete_to(scene.now, is_again=bool(scene.effect.result))
        await self._get_to_know_everybody(scene)
        written = await write_review(self._context, scene.now, complete_to)
        return await self._post_files(attempt, written.files, written.summary)

    async def _post_files(self, attempt: Attempt, files: Sequence[ReviewFile], comment: str) -> Performance:
        """Reserve, send, complete; each result is kept before the next call."""
        scene = attempt.scene
        reserved: dict[str, str] = dict(scene.effect.result.get("files", {}))
        for file in files:
            if file.name not in reserved:
                outcome = await self._upload(file)
                if not isinstance(outcome, Done):
                    return outcome
                reserved[file.name] = outcome.result["file_id"]
                await attempt.keep({"files": reserved})
        outcome = await self._gateway.call(
            "files.completeUploadExternal",
            files=[{"id": reserved[file.name], "title": file.title} for file in files],
            channel_id=scene.channel,
            initial_comment=("(may be a repeat) " if scene.is_repeat else "") + comment,
        )
        return _plain(outcome)

    async def _post_invitation(self, attempt: Attempt) -> Performance:
        """The meeting as the event set it: a later one has a file of its own."""
        scene, event = attempt.scene, attempt.scene.cause.event
        begins = event.meeting_at if isinstance(event, ReviewStarted | ReviewMeetingMoved) else None
        if begins is None:
            return Performed({})
        review = await asyncio.to_thread(redact, await compile_for(self._context, scene.now))
        content = render_invitation(review, begins, MEETING_LASTS, scene.cause.seq, self._context.store.workspace)
        name = f"{scene.now.ref}-review-meeting.ics"
        file = ReviewFile(name, f"Meeting about {scene.now.ref}", content)
        return await self._post_files(attempt, (file,), meeting(scene.now, begins))

    async def _share_review(self, attempt: Attempt) -> Performance:
        destination = self._destinations.get(attempt.scene.effect.body["to"])
        if destination is None:
            return Gone("the policy names this place no more")
        incident = attempt.scene.now
        heard_to = self._catching_up.heard_to(incident) if self._catching_up else None
        review = await asyncio.to_thread(redact, await compile_for(self._context, incident, heard_to))
        return _plain(await destination.put(incident, review))

    async def _get_to_know_everybody(self, scene: Scene) -> None:
        """So that the review names those who only wrote; who is not found keeps their id."""
        async with self._context.store.read() as tx:
            authors = {message.author for message in await tx.transcript(scene.channel) if message.author}
            known = await tx.people(authors)
        for user in sorted(authors - known.keys()):
            person = await fetch_person(self._gateway, user)
            if isinstance(person, Profile):
                async with self._context.store.write() as tx:
                    await tx.keep_person(person, self._context.now())

    async def _upload(self, file: ReviewFile) -> Outcome:
        """Reserve a place and send the bytes. Nothing shows in Slack yet, so an unknown outcome is only tried again."""
        reserved = await self._gateway.call("files.getUploadURLExternal", filename=file.name, length=len(file.content))
        if not isinstance(reserved, Done):
            return Retry(None, reserved.why) if isinstance(reserved, Unknown) else reserved
        sent = await self._gateway.upload(reserved.result["upload_url"], file.content)
        if not isinstance(sent, Done):
            return Retry(None, sent.why) if isinstance(sent, Unknown) else sent
        return Done({"file_id": reserved.result["file_id"]})

    async def _archive_channel(self, attempt: Attempt) -> Performance:
        """Unless it was reopened meanwhile. For a bot archiving is final (docs.slack.dev, `conversations.archive`)."""
        incident, channel = attempt.scene.now, attempt.scene.channel
        if not incident.status.is_over:
            return Performed({})
        outcome = await self._gateway.call("conversations.archive", channel=channel)
        if isinstance(outcome, Done) or (isinstance(outcome, Gone) and outcome.error == "already_archived"):
            return self.archived(channel)
        return outcome

    def archived(self, channel: ChannelId) -> Performed:
        return Performed({}, lambda _: rules.channel_archived(channel, self._context.now()))

    async def _refresh_card(self, attempt: Attempt) -> Performance:
        incident = attempt.scene.now
        place = Place(attempt.scene.effect.body["place"])
        shown = incident.card(place)
        if shown is None:  # it is refreshed again as soon as it is posted
            return Performed({})
        rendered = card(incident, place)
        return _plain(
            await self._gateway.call(
                "chat.update", channel=shown.channel, ts=shown.ts, text=rendered.text, blocks=list(rendered.blocks)
            )
        )

    async def _refresh_topic(self, attempt: Attempt) -> Performance:
        return _plain(
            await self._gateway.call(
                "conversations.setTopic", channel=attempt.scene.channel, topic=topic(attempt.scene.now)
            )
        )

    async def _post(self, scene: Scene, channel: ChannelId, rendered: Rendered) -> Outcome:
        """One message that can be found again: its metadata holds the effect's random key, and nothing else."""
        send = partial(self._gateway.call, "chat.postMessage", channel=channel)
        blocks = list(rendered.blocks)
        text = rendered.text
        if scene.is_repeat:
            text = f"(may be a repeat) {text}"
            blocks.insert(0, {"type": "context", "elements": [{"type": "plain_text", "text": "(may be a repeat)"}]})
        return await send(
            text=text,
            blocks=blocks,
            metadata={"event_type": "muster_effect", "event_payload": {"key": scene.effect.key}},
            unfurl_links=False,
            unfurl_media=False,
        )


def _unfit(person: Profile | Gone) -> str:
    """Why somebody can have no part in an incident; empty when they can."""
    if isinstance(person, Gone):
        return "Slack knows nobody with that id here"
    if person.is_bot:
        return "they are a bot"
    return "they were deactivated in Slack" if person.is_deactivated else ""


def _plain(outcome: Outcome) -> Performance:
    """Nothing is observed of it but where it went."""
    match outcome:
        case Done(result=result):
            kept = {name: result[name] for name in ("channel", "ts") if isinstance(result.get(name), str)}
            return Performed(kept)
        case Retry() | Unknown() | Gone():
            return outcome
