"""A tracker as a destination: one issue per follow-up and per incident, however often it is asked for.

Trackers cannot make an issue twice as one. What is made therefore carries a mark that nobody else would write, and each
time it is looked first whether it is there.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome
from bot.domain import tracking
from bot.domain.dates import a_date
from bot.domain.document import Participant
from bot.domain.effects import FileIssue
from bot.domain.ids import SlackUserId
from bot.domain.incident import FollowUp, Incident, Issue
from bot.domain.labels import labelled, nameless
from bot.domain.named import mentioned
from bot.domain.policy import TrackerPlace
from bot.domain.tracking import Told, Wanted
from bot.domain.vocabulary import FollowUpState
from bot.integrations.rest import Refused, Stopped
from bot.integrations.trackers.form import Block, blocks_of, quiet, said, texts
from bot.integrations.trackers.tracker import Account, Change, Draft, Ticket, Tracker
from bot.review import without_secrets
from bot.review.wording import Link, Reader, name_of, one_line
from bot.workflows.context import Context
from bot.workflows.trackers import as_result

AT_ONCE: Final = 4
"""So many requests of ours a tracker answers at a time."""
LONGEST_NAME: Final = 200
"""Characters of an incident's title within a sentence."""
BEFORE: Final = timedelta(minutes=10)
"""How far the tracker's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class Emails:
    """What Slack tells of e-mail addresses; nothing of them is kept."""

    of: Callable[[SlackUserId], Awaitable[str | None]]
    whose: Callable[[str], Awaitable[SlackUserId | None]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The names of whom texts speak of."""

    people: Mapping[SlackUserId, Participant]
    names: Mapping[str, str]

    def title(self, text: str, most: int) -> str:
        """On one line, without markup, and quiet wherever it is shown."""
        pieces = Reader(self.people, is_escaped=False).read(self._clean(text))
        line = quiet(one_line("".join(texts(pieces))))
        return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"

    def blocks(self, text: str) -> tuple[Block, ...]:
        return blocks_of(Reader(self.people, is_escaped=False).read(self._clean(text)))

    def _clean(self, text: str) -> str:
        return without_secrets(labelled(text, self.names))[0]


class Owners:
    """Who is who there and in Slack: by the policy, else by e-mail."""

    def __init__(self, place: TrackerPlace, tracker: Tracker, emails: Emails) -> None:
        self._by_policy = place.people
        self._tracker = tracker
        self._emails = emails
        self._known: dict[SlackUserId, str] = {}
        """Accounts that were found by e-mail; asked for anew after a start."""

    async def account(self, user: SlackUserId | None) -> str | None:
        """Somebody's account; None where they are not known to have one. Raises Refused, Stopped."""
        if user is None:
            return None
        if (known := self._by_policy.get(user)) is not None:
            return known
        if user not in self._known and (email := await self._emails.of(user)):
            account = await self._tracker.account(email)
            if account is not None:
                self._known[user] = account
        return self._known.get(user)

    async def told(self, ticket: Ticket, owner_here: SlackUserId | None) -> Told:
        """What a tracker says, with people as Slack knows them. Whoever has it here may be found there by an address
        that the tracker does not tell back. Raises Refused, Stopped."""
        owner = await self._person(ticket.owner) if ticket.owner is not None else None
        if owner is None and ticket.owner is not None and await self.account(owner_here) == ticket.owner.id:
            owner = owner_here
        name = _plain(ticket.owner.name) if ticket.owner is not None and owner is None else ""
        return Told(ticket.state, owner, name, ticket.due)

    async def _person(self, account: Account) -> SlackUserId | None:
        named = {one.lower(): user for user, one in self._by_policy.items()}
        for one in (account.id, account.email):
            if one and (user := named.get(one.lower())) is not None:
                return user
        return await self._emails.whose(account.email) if account.email else None


class Issues:
    """Makes issues and brings them up to date."""

    def __init__(
        self, place: TrackerPlace, tracker: Tracker, owners: Owners, context: Context, workspace_url: str
    ) -> None:
        self.name = tracker.name
        self._place = place
        self._tracker = tracker
        self._owners = owners
        self._context = context
        self._workspace_url = workspace_url.rstrip("/")
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._own: str | None = None

    async def deliver(self, job: Job) -> Outcome:
        async with self._slots:
            try:
                return await (self._file(job) if isinstance(job.effect, FileIssue) else self._update(job))
            except Refused as no:
                return Gone(self._tracker.why(no))
            except Stopped as stopped:
                return stopped.outcome

    async def find(self, job: Job) -> Finding:
        """An update is read before it is written, so that it does no harm again."""
        if not isinstance(job.effect, FileIssue):
            return Absent()
        async with self._slots:
            try:
                draft = await self._draft(job)
                found = await self._tracker.find(draft) if draft else None
            except (Refused, Stopped):
                return CannotTell()
        return Found(self._filed(job, found)) if found else Absent()

    async def myself(self) -> str:
        """The id of Muster's own account there; empty where that cannot be known. Raises Refused, Stopped."""
        if self._own is None:
            self._own = await self._tracker.myself()
        return self._own

    async def look_at(self, incident: Incident, of: int, issue: Issue) -> dict[str, Any]:
        """What the tracker says of an issue, as a delivery would keep it. Raises Refused, Stopped, also where the whole
        project cannot be seen: then nobody can tell whether an issue is gone."""
        async with self._slots:
            ticket = await self._tracker.read(issue.id)
            if ticket is None:
                await self._tracker.look()
                return as_result(of, incident.last_seq)
            return await self._told(incident, of, ticket)

    async def _file(self, job: Job) -> Outcome:
        draft = await self._draft(job)
        if draft is None:
            return Done({})
        there = await self._tracker.find(draft)
        return Done(
            self._filed(job, there) if there else self._filed(job, await self._tracker.create(draft), is_new=True)
        )

    def _filed(self, job: Job, ticket: Ticket, *, is_new: bool = False) -> dict[str, Any]:
        """One that was there already was written from what was known then; so it is brought up to date afterwards."""
        holds = [name for name, value in (("owner", ticket.owner), ("due", ticket.due)) if value]
        issue = Issue(self._place.name, ticket.id, ticket.key, ticket.url, tuple(holds))
        as_of = job.now.last_seq if is_new else 0
        return as_result(tracking.about(job.cause.event, job.cause.seq), as_of, issue=issue)

    async def _update(self, job: Job) -> Outcome:
        of = tracking.about(job.cause.event, job.cause.seq)
        issue = tracking.issue_of(job.now, of)
        if issue is None or issue.tracker != self._place.name:
            return Done({})
        ticket = await self._tracker.read(issue.id)
        if ticket is None:
            await self._tracker.look()
            return Done(as_result(of, job.now.last_seq))
        change = await self._change(job.now.ref, tracking.wanted(job.cause.event, job.now), ticket)
        if change == Change():
            return Done(await self._told(job.now, of, ticket))
        await self._tracker.update(ticket, change)
        after = await self._tracker.read(issue.id)
        return Done(await self._told(job.now, of, after or ticket))

    async def _told(self, incident: Incident, of: int, ticket: Ticket) -> dict[str, Any]:
        follow_up = incident.follow_up(of)
        told = await self._owners.told(ticket, follow_up.owner if follow_up else None)
        if follow_up is not None and self._is_as_given_up(ticket.state, follow_up.state):
            told = replace(told, state=follow_up.state)
        return as_result(of, incident.last_seq, told=told)

    def _is_as_given_up(self, there: FollowUpState, here: FollowUpState | None) -> bool:
        """Whether done there may mean given up."""
        return not self._tracker.tells_dropped and (there, here) == (FollowUpState.DONE, FollowUpState.DROPPED)

    async def _change(self, ref: str, wanted: Wanted, ticket: Ticket) -> Change:
        """Only what is not so already: to say it again would notify everybody who watches."""
        title = wanted.title
        if title is not None:
            spoken = await self._spoken((title,))
            title = spoken.title(f"{ref}: {title}", self._tracker.longest_title)
        owner = await self._owners.account(wanted.owner)
        is_so = wanted.state is ticket.state or self._is_as_given_up(ticket.state, wanted.state)
        return Change(
            title=title if title != ticket.title else None,
            state=None if is_so else wanted.state,
            owner=owner if ticket.owner is None or owner != ticket.owner.id else None,
            due=wanted.due if wanted.due != ticket.due else None,
        )

    async def _draft(self, job: Job) -> Draft | None:
        """What is to be made; None where it is there by now, or nobody wants it any more. Raises Refused, Stopped."""
        incident, of = job.now, tracking.about(job.cause.event, job.cause.seq)
        follow_up = incident.follow_up(of)
        is_over = follow_up.state is not FollowUpState.OPEN if follow_up else incident.status.is_over
        may_go_there = self._place.is_private or not incident.is_private
        if tracking.issue_of(incident, of) is not None or is_over or not may_go_there:
            return None
        owner = await self._owners.account(follow_up.owner) if follow_up else None
        people = [follow_up.owner] if follow_up and follow_up.owner else []
        text = follow_up.text if follow_up else f"{incident.ref}: {incident.title}"
        spoken = await self._spoken((text, incident.title), people)
        if follow_up is not None:
            whose = name_of(follow_up.owner, spoken.people) if follow_up.owner else "nobody yet"
            facts = about_follow_up(follow_up, incident.ref, spoken.title(incident.title, LONGEST_NAME), whose)
        else:
            facts = about_incident(incident)
        return Draft(
            mark=self._mark(incident, of),
            title=await asyncio.to_thread(spoken.title, text, self._tracker.longest_title),
            words=await asyncio.to_thread(spoken.blocks, text) if follow_up else (),
            facts=(*facts, *self._way_back(incident)),
            since=((follow_up.agreed_at if follow_up else None) or incident.declared_at) - BEFORE,
            owner=owner,
            due=follow_up.due if follow_up else None,
        )

    async def _spoken(self, texts: Sequence[str], people: Sequence[SlackUserId] = ()) -> "Spoken":
        async with self._context.store.read() as tx:
            known = await tx.people({*people, *mentioned(texts)})
            names = await tx.names(nameless(texts))
        return Spoken({user: Participant(one.name, full_name=one.full_name) for user, one in known.items()}, names)

    def _mark(self, incident: Incident, of: int) -> str:
        return sha256(f"{self._context.store.workspace}/{incident.number}/{of}".encode()).hexdigest()[:16]

    def _way_back(self, incident: Incident) -> tuple[Block, ...]:
        channel = incident.channel
        if channel is None or not self._workspace_url:
            return ()
        return (said(Link(f"{self._workspace_url}/archives/{channel}", f"{incident.ref} in Slack")),)


def _plain(name: str) -> str:
    """Somebody's name as they chose it over there, so that it calls nobody in Slack."""
    return one_line(re.sub("[<>&`]", "", name))[:LONGEST_NAME]


def about_follow_up(one: FollowUp, ref: str, title: str, whose: str) -> tuple[Block, ...]:
    """What Muster says of it, for whoever reads it there and knows nothing of Muster."""
    due = f" Due {a_date(one.due)}." if one.due else ""
    priority = f" {one.priority}." if one.priority else ""
    told = f"Follow-up {one.number} of {ref}: {title}. Owner: {whose}.{due}{priority}"
    return (said(told), said("Close this issue when it is done; Muster sees it and stops reminding of it."))


def about_incident(incident: Incident) -> tuple[Block, ...]:
    service = f" Service: {incident.service}." if incident.service else ""
    told = f"{incident.priority} incident {incident.ref}, declared {a_date(incident.declared_at.date())}.{service}"
    return (said(told), said("It is handled in Slack; Muster closes this issue when it is over."))
