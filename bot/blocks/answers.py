"""What the person who asked sees, and nobody else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from bot.blocks import clock, facts
from bot.blocks.card import review_way
from bot.blocks.documents import FOLLOWS
from bot.blocks.limits import BUTTON_TEXT
from bot.blocks.message import (
    Block,
    Rendered,
    actions,
    button,
    context,
    fields,
    fits_button,
    rendered,
    said,
    section,
)
from bot.blocks.run import going_on
from bot.blocks.text import channel_link, code, date_and_time, escape, link, mention, plain, plural, safe, shorten, size
from bot.blocks.updates import for_whom, next_for
from bot.domain import timeline as t
from bot.domain.dates import a_date
from bot.domain.grace import is_late
from bot.domain.ids import ChannelId, SlackUserId, problem_ref, ref
from bot.domain.incident import Incident
from bot.domain.policy import Service
from bot.domain.reach import why_out_of_reach
from bot.domain.telling import MARKS, OUTCOMES, ended, mentions, spell_percent, what_runs
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import Priority

LAST_UPDATE = 900
"""Characters of each part of the last update that the status shows."""
TYPED = 300
"""Characters of a command that is shown for typing; its button carries it whole."""
QUOTED = 7_000
"""Characters of a refused command that are quoted: with the refusal, what a message holds."""
REFUSED = "Not done: "
"""How every refusal begins, so that nobody takes it for a confirmation."""


def declared(incident: Incident, channel_name: str, then: SlackUserId | None = None) -> Rendered:
    """What was declared, and how it was read; and one tap for each part of it that is easily misread. `then`: who is
    asked to command next, if nobody accepts in time."""
    first = (
        f"{incident.ref} declared, {incident.priority}: {ended(facts.title(incident))} "
        f"Opening #{channel_name}, you will be invited."
    )
    why = facts.why(incident)
    read = [f"Priority {incident.priority}: {ended(safe(why))}"] if why else []
    if incident.is_private:
        read.append("Private: only the channel's members see it.")
    if incident.is_drill:
        read.append("A drill.")
    if incident.service_name:
        read.append(f"Service: {safe(incident.service_name)}.")
    if incident.category:
        read.append(f"Category: {safe(incident.category)}.")
    if incident.severity:
        read.append(f"Severity: {incident.severity}.")
    if incident.asked:
        read.append(_asked(incident, incident.asked, then))
    return rendered(
        f"{first} {' '.join(read)}", [section(first), context(" ".join(read)), actions(_corrections(incident))]
    )


def _asked(incident: Incident, asked: SlackUserId, then: SlackUserId | None) -> str:
    """Who is asked to command; where that is not whoever declared it, also what happens if they do not accept: until
    the declarer is in the channel, nothing else says so."""
    told = f"{mention(asked)} is asked to take command{facts.asked_because(incident)}"
    due_at = incident.acknowledge_due_at
    if asked == incident.declared_by or due_at is None:
        return f"{told}."
    due = facts.when(due_at, incident.declared_at)
    if then is None or then == asked:
        return f"{told}, by {due}."
    is_next = f"{mention(then)} is {'invited and asked' if incident.is_private else 'asked'} next"
    return f"{told}. If they don't accept by {due}, {is_next}."


def _corrections(incident: Incident) -> list[Block]:
    """Buttons for another priority, and for what is no drill."""
    others = [one for one in Priority if one is not incident.priority]
    ways = [
        button(f"Make it {one}", f"{incident.ref} priority {one} corrected right after the declaration")
        for one in others
    ]
    if incident.is_drill:
        ways.insert(0, button("Not a drill", f"{incident.ref} drill off declared as a drill by mistake"))
    return ways


def duplicate(title: str, reference: str, channel: ChannelId | None, joining: str, anyway: str) -> Rendered:
    """The open incident that a declaration may be about. `joining`, `anyway`: the commands of the two buttons."""
    where = f" in {channel_link(channel)}" if channel else ""
    text = (
        f"Nothing is declared yet: {reference}{where} looks like the same: {ended(safe(facts.one_line(title)))} "
        "Join it, and your report is noted there; or declare yours anyway, with `--anyway` before its title."
    )
    ways = [button(f"Join {reference}", joining, "primary"), button("Declare anyway", anyway)]
    return rendered(text, [section(text), actions([one for one in ways if fits_button(one)])])


def channel_ready(incident: Incident) -> Rendered:
    """The link that follows once the channel is open."""
    return said(f"{incident.ref}: {facts.channel(incident) or 'its channel'} is open.")


def done(incident: Incident, events: tuple[Recorded, ...]) -> Rendered:
    """Confirms what was recorded, one short sentence per event; and where it is told, if not in the channel."""
    sentences = [_done(incident, one.event) for one in events]
    return said(f"{incident.ref}: {' '.join((*sentences, _instead(incident, events)))}".rstrip())


def _instead(incident: Incident, events: Sequence[Recorded]) -> str:
    """What does not arrive in the channel, and where it goes instead; empty while it can arrive."""
    announced = [one.event for one in events if not isinstance(one.event, t.ToldToNobody | t.ToldDirectly)]
    if not incident.is_out_of_reach or incident.is_moving or not announced:
        return ""
    why = why_out_of_reach(incident)
    is_said = isinstance(announced[0], t.ReviewPublished | t.IncidentClosed)  # who gets it, by those themselves
    by_dm = incident.reader if incident.reader != announced[0].by and not is_said else None
    instead = f" {mention(by_dm)} gets it by DM." if by_dm else ""
    return f"The channel can't be told: {why}.{instead} {facts.way_back(incident)}".rstrip()


IN_REVIEW = "In review: anyone in the channel who did not write it may approve it."


def _told_of_merge(incident: Incident, event: t.IncidentMerged) -> str:
    """Which of the two channels hear of it; what becomes of this one's news is said behind it."""
    if event.is_unreachable:
        return "Muster can't post in the other channel now; it's told once Muster is back."
    return "The other channel is told." if incident.is_out_of_reach else "Both channels are told."


def retitled(incident: Incident, events: tuple[Recorded, ...], rename: str | None) -> Rendered:
    """Confirms the new title; `rename`: the command of the button that names the channel after it."""
    told = done(incident, events)
    if rename is None or not fits_button(ways := button("Rename the channel too", rename)):
        return told
    return rendered(told.text, [section(told.text), actions([ways])])


def _published(incident: Incident) -> str:
    """Where the review arrives; nowhere in Slack where the channel is archived and nobody sees to the incident."""
    if not incident.is_out_of_reach:
        return "Published in the channel."
    if incident.reader is None:
        return "Published, but nobody gets it in Slack for now."
    return f"Published; {mention(incident.reader)} gets the review by DM."


def _closed(incident: Incident) -> str:
    """Where the review of an incident that was just closed arrives."""
    if not incident.is_out_of_reach:
        return "Closed. The review follows in the channel."
    if incident.reader is None:
        return "Closed. The review is posted once the channel is back."
    return f"Closed. {mention(incident.reader)} gets the review by DM."


def _added(incident: Incident, who: str) -> str:
    """That people are added to the channel, now or once that can be done."""
    where = facts.channel(incident) or "its channel"
    return f"{who} added to {where}{' once that is possible' if incident.is_out_of_reach else ''}."


def _done(incident: Incident, event: t.AnyEvent) -> str:
    match event:
        case t.CommandAccepted() | t.CommandTakenOver():
            return f"You have command.{_due(incident)}"
        case t.CommandDeclined(asked=asked):
            now = f"{mention(asked)} is asked now." if asked else "The channel has been told."
            return f"Noted. {now}"
        case t.CommanderAsked(asked=asked) | t.HandoverOffered(asked=asked):
            return f"{mention(asked)} has been asked; nothing changes until they accept."
        case t.BridgeSet(url=url):
            return f"The bridge is {facts.bridge(url)} now; it stands on the card."
        case t.RoleAssigned(role=role, person=person):
            return f"{mention(person)} is {role} now."
        case t.UpdatePosted():
            return f"Update{for_whom(event)} {'recorded' if incident.is_out_of_reach else 'posted'}.{next_for(event)}"
        case t.Reclassified():
            return f"{_classified(event)}{_due(incident)}"
        case t.IncidentMitigated():
            return f"Mitigated.{_due(incident)}"
        case t.RemindersSnoozed(until=until):
            return f"Reminders are snoozed until {facts.when(until, event.at)}.{_due(incident)}"
        case t.IncidentResolved():
            return f"Resolved. Next: {code('/incident verify <by whom or what>')}."
        case t.IncidentVerified():
            return f"Verified. Next: {code('/incident close')}."
        case t.IncidentClosed():
            return _closed(incident)
        case t.IncidentReopened():
            return f"Open again.{_due(incident)}"
        case t.IncidentCancelled():
            return "Cancelled."
        case t.IncidentMerged(into=into, channel=channel):
            where = f"{ref(into)}{f', {channel_link(channel)}' if channel else ''}"
            return f"Merged into {where}. {_told_of_merge(incident, event)}"
        case t.IncidentListed():
            return "Everybody can see it in lists now, with its title; the channel stays private."
        case t.TitleCorrected(title=title) if title:
            return f"The title is now: {ended(safe(facts.one_line(title)))}"
        case t.TitleCorrected():
            return "The channel will be named after the title."
        case t.DrillCorrected(is_drill=is_drill):
            return (
                "It's a drill now, and no longer counts in metrics."
                if is_drill
                else "It's no longer a drill, and counts in metrics."
            )
        case t.LegalHoldSet(is_held=True):
            return "Nothing is erased from its record from now on, and nobody who stands in it."
        case t.LegalHoldSet():
            return "Its record is kept as long as any other again."
        case t.DegradedShareStated(percent=percent):
            return f"It counts as {spell_percent(percent)} degraded, from the beginning of its impact."
        case t.Followed():
            return _followed(incident)
        case t.Unfollowed():
            return f"You won't get {incident.ref} updates by DM any more."
        case t.ReportedAgain():
            return f"Your report is noted, and {_added(incident, 'you are')}"
        case t.JoinAsked():
            return "It's private, so its members decide who joins. They've been asked and can invite you."
        case t.NoteAdded(at=at):
            return f"Noted at {date_and_time(at)}."
        case t.TimeCorrected(name=name, value=value):
            return f"Time corrected: it {_was(name)} {date_and_time(value)}."
        case t.RunbookLinked(runbook=runbook):
            return f"“{safe(runbook.title)}” is linked."
        case t.RunbookStarted(runbook=runbook):
            return f"“{safe(runbook.title)}” is started; its steps are in the channel."
        case t.RunbookStopped():
            return _stopped(incident, event)
        case t.RunbookJudged(runbook=runbook, helped=helped):
            return f"Noted: “{safe(runbook.title)}” {'helped' if helped else 'did not help'}."
        case t.StepTaken(slug=slug, number=number, remind_at=remind_at):
            reminds = f" You're reminded at {facts.when(remind_at, event.at)}." if remind_at else ""
            return f"You have step {number} of {slug}.{reminds}"
        case t.RunProposed(run=run):
            return f"Proposed: {safe(what_runs(run))}. Somebody else has to approve it."
        case t.RunApproved(run=run):
            return f"Approved: {safe(what_runs(run))} is being started."
        case t.RunDeclined(run=run):
            return f"Declined: {safe(what_runs(run))} is not run."
        case t.StepReported(slug=slug, number=number, outcome=outcome):
            return f"Step {number} of {slug}: {OUTCOMES[outcome]}."
        case t.PeopleInvited(people=people):
            invited = plural(len(people), "person", "people")
            if incident.is_out_of_reach:
                return _added(incident, f"{invited} {'is' if len(people) == 1 else 'are'}")
            return "You are being added to the channel." if people == (event.by,) else f"{invited} invited."
        case t.ChannelReplaced():
            return "A new channel is being opened; everyone in the old one is invited."
        case t.ServicePaged(person=person, service_name=name):
            return f"{mention(person)} has been paged for {safe(name)}."
        case t.Escalated(told=told):
            return f"Told: {mentions(told)}." if told else "Recorded. The policy names nobody to tell."
        case t.ActionOpened(owner=owner):
            whose = f" Owner: {mention(owner)}." if owner else " No owner yet."
            number = incident.actions_opened
            return f"Action {number} recorded.{whose} When it's done: {code(f'/incident action {number} done')}."
        case t.ActionDone(text=text):
            return f"Action done: {ended(safe(facts.one_line(text)))}"
        case t.DecisionMade():
            return "Decision recorded."
        case t.FollowUpChanged(text=text):
            return f"Follow-up changed: {safe(facts.one_line(text))}."
        case t.FollowUpEnded(state=state, text=text):
            return f"Follow-up {state}: {ended(safe(facts.one_line(text)))}"
        case t.FollowUpAgreed(owner=owner, due=due):
            whose = f" Owner: {mention(owner)}." if owner else " No owner yet."
            return f"Follow-up recorded.{whose}{f' Due {a_date(due)}.' if due else ' No due date yet.'}"
        case t.MessageMarked(mark=mark):
            return f"The message is marked as {MARKS[mark]}."
        case t.NoteAmended():
            return "Note changed."
        case t.NoteRetracted():
            return "Note retracted; the review leaves it out."
        case t.EntryCurated(of=of, is_hidden=True):
            return f"Entry {of} is left out of the review; its JSON keeps it. To show it: `/incident review show {of}`."
        case t.EntryCurated(of=of, text=text):
            return f"The review now has entry {of} {'in your words' if text else 'as it was recorded'}."
        case t.ApprovalAsked(asked=asked):
            return f"{mention(asked)} is asked to approve the review."
        case t.ReviewApproved():
            return "Approved."
        case t.RunbookProposed(title=title, to=to):
            follows = f"the pull request follows in {safe(to)}" if to else "the file follows below the card"
            return f"Proposed for “{safe(title)}”: {follows}."
        case t.CustomerUpdateDrafted():
            return f"The draft for customers is saved. Next: {code('/incident status-page review')}."
        case t.CustomerUpdateInReview(asked=asked):
            return f"{mentions(asked)} {'is' if len(asked) == 1 else 'are'} asked to read it." if asked else IN_REVIEW
        case t.CustomerUpdateApproved():
            return f"Approved. Next: {code('/incident status-page publish')}."
        case t.CustomerUpdatePublished():
            return "Published on the status page."
        case t.ReportingTriggered() | t.ReportingRuledOut() | t.ReportSubmitted():
            return facts.told(event)
        case t.ReviewPublished():
            return _published(incident)
        case t.OverwritingDecided(place=place, choice=choice):
            return f"{FOLLOWS[choice]} in {safe(place)}."
        case t.ReviewWaived():
            return "Waived."
        case t.ReviewStarted():
            return "The review has started."
        case t.ReviewReopened():
            return "The review is open again; somebody has to approve it again."
        case t.ReviewMeetingMoved(meeting_at=meeting_at):
            return f"The meeting is now at {date_and_time(meeting_at)}; {_calendar_file(incident)}."
        case t.ProblemLinked(problem=problem, title=title, is_new=is_new):
            did = "is open; the incident is linked to it" if is_new else "is linked"
            return f"{problem_ref(problem)} {did}: {ended(safe(facts.one_line(title)))}"
        case t.ProblemUnlinked(problem=problem):
            return f"The incident is no longer linked to {problem_ref(problem)}."
        case t.ProblemExplained(problem=problem):
            return f"Added to {problem_ref(problem)}."
        case t.ProblemSolved(problem=problem):
            return f"{problem_ref(problem)} is solved."
        case t.AnsweredPlainly():
            return "Recorded."
        case unexpected:
            assert_never(unexpected)


def _calendar_file(incident: Incident) -> str:
    """Where the calendar file of the meeting is."""
    if not incident.is_out_of_reach:
        return "a new calendar file is in the channel"
    return f"{mention(incident.reader)} gets the calendar file" if incident.reader else "its calendar file waits"


def _stopped(incident: Incident, event: t.RunbookStopped) -> str:
    """With what goes on all the same."""
    told = f"“{safe(event.title)}” is stopped."
    return f"{told} {going_on(incident, event.slug)}".rstrip()


def _followed(incident: Incident) -> str:
    where = facts.channel(incident)
    if incident.is_hidden:
        return f"You follow it. It is private, so you read it in {where or 'its channel'} alone."
    if incident.is_private:
        return "You'll get a DM when its status changes, unless you are in its channel."
    return f"You'll get {incident.ref} updates by DM, unless you are in {where or 'its channel'}."


def _classified(event: t.Reclassified) -> str:
    why = f" ({safe(because)})" if (because := facts.why(event)) else ""
    if event.changed in ("priority", "impact", "urgency") and event.priority is not event.was:
        return f"It is {event.priority} now{why}."
    moved = f"It is {event.priority} now{why}." if event.priority is not event.was else f"It stays {event.priority}."
    asked = f" {mention(event.asked)} is asked to take command." if event.asked else ""
    return f"The {event.changed} is {safe(event.value)} now. {moved}{asked}"


def _due(incident: Incident) -> str:
    """When the next update is due, as one more sentence; empty when none is."""
    if incident.update_due_at is None:
        return ""
    if facts.update_is_overdue(incident):
        return f" An update has been overdue since {facts.update_due(incident)}."
    return f" The next update is due by {facts.update_due(incident)}."


def _was(name: str) -> str:
    return "began" if name == "began" else f"was {name}"


def refusal(text: str, ways: Sequence[tuple[str, str]] = ()) -> Rendered:
    """Why not, and what to do instead. Mentions in it are shown; it calls nobody, for only one person sees it. `ways`:
    the label and the command of each reading to choose from, as plain text; each is a button and can be typed."""
    told = f"{REFUSED}{safe(text, keep_mentions=True, keep_times=True)}"
    if not ways:
        return said(told)
    typed = [f"• {safe(label)}: {code(shorten(f'/incident {plain(command)}', TYPED))}" for label, command in ways]
    buttons = [button(label, escape(command)) for label, command in ways]
    whole = "\n".join([told, *typed])
    return rendered(whole, [section(whole), actions([one for one in buttons if fits_button(one)])])


def ready_to_send(text: str) -> Rendered:
    """A command that was refused, whole and as it was typed: to copy, mend and send again. `text`: what stands after
    `/incident`."""
    whole = shorten(f"/incident {text}", QUOTED)
    cut = "" if size(f"/incident {text}") <= QUOTED else " The end of it does not fit here."
    head = f"Your words, ready to send again:{cut}"
    words = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": whole}]}
    return rendered(head, [context(head), {"type": "rich_text", "elements": [words]}])


def reading(text: str) -> Rendered:
    """How something was read that could have been meant otherwise; it follows an answer."""
    return rendered(safe(text), [context(safe(text))])


def is_refusal(text: str) -> bool:
    return text.startswith(REFUSED)


def defect(reference: str) -> Rendered:
    return said(
        f"Something went wrong on our side (ref {reference}). Try again; if it happens again, give whoever runs Muster "
        "that reference."
    )


def working() -> Rendered:
    return said("Working on it…")


def status(
    incident: Incident, now: datetime, then: SlackUserId | None = None, service: Service | None = None
) -> Rendered:
    """Where an incident stands. `then`: who is asked to command next, if nobody accepts in time. `service`: what is
    known of the one it is about."""
    text = f"{facts.headline(incident)} · {facts.title(incident)}"
    latest = section(facts.latest(incident, LAST_UPDATE))
    reporting, held = clock.line(incident), section(facts.held(incident))
    if incident.status.is_over:
        still_due = section(f"Reporting: {reporting}" if reporting else "")
        return rendered(f"{text}.", [section(f"*{text}*"), held, still_due, latest, actions(review_way(incident))])
    late = [section(facts.unattended(incident)), section(facts.snoozed(incident))]
    late += [section(facts.channel_lost(incident)), held]
    known = [
        ("Reporting", reporting),
        ("Service", safe(incident.service_name or "")),
        ("Service levels", facts.service_levels(incident, whole=True)),
        ("Channel", facts.channel(incident)),
        ("Bridge", facts.bridge(incident.bridge_url)),
        ("Declared", f"{facts.who(incident.declarer)}, {date_and_time(incident.declared_at)}"),
        ("Follow-ups", str(len(incident.follow_ups) or "")),
    ]
    if incident.status.is_calm:
        return rendered(f"{text}.", [section(f"*{text}*"), *late, latest, *fields(known)])
    is_overdue = is_late(incident.update_due_at, now, incident.update_grace)
    due = f"overdue since {facts.update_due(incident)}" if is_overdue else facts.next_update(incident)
    due = facts.next_updates(incident, due)
    commander = facts.commander(incident, then)
    under_way = [
        ("Commander", commander),
        ("Next update", due),
        ("Paged", facts.paged(incident)),
        ("Severity", incident.severity or ""),
        ("Users notice", facts.user_impact(incident)),
        ("Roles", "\n".join(facts.other_roles(incident))),
        ("Runbooks", ", ".join(code(one.slug) for one in incident.runbooks)),
    ]
    about = context(facts.about(service)) if service else None
    blocks = [section(f"*{text}*"), *late, *fields([*under_way, *known]), about, latest]
    return rendered(f"{text}. Commander: {commander}. Next update: {due}.", blocks)


def dashboard_link(address: str) -> Rendered:
    """Somebody's own link to the dashboard."""
    told = f"{link(address, 'Open the dashboard in your browser')}. The link is yours alone and works for one hour."
    return said(told)


def bridge(incident: Incident) -> Rendered:
    """Where people talk."""
    if incident.bridge_url:
        return said(f"The bridge of {incident.ref}: {facts.bridge(incident.bridge_url)}")
    return said(f"{incident.ref} has no bridge. Set one: {code('/incident bridge https://…')}.")


def help_index(groups: Mapping[str, Sequence[str]], incident: Incident | None, now: Sequence[str]) -> Rendered:
    """What comes next, then every verb by group. `now`: the verbs that the incident's status calls for."""
    where = f" ({incident.ref} is {incident.status})" if incident else ""
    first = f"*Now*{where}: {_verbs(now)}"
    lines = [f"*{name}*: {_verbs(verbs)}" for name, verbs in groups.items()]
    example = code("/incident help update")
    footer = (
        f"{example} shows how a command is used. Outside its channel, start with the reference: "
        f"{code('/incident INC-42 status')}."
    )
    blocks = [section(first), section("\n".join(lines)), context(footer)]
    return rendered("\n".join(["What you can type after /incident", first, *lines]), blocks)


def _verbs(verbs: Sequence[str]) -> str:
    return " · ".join(code(verb) for verb in verbs)


def form_offered(title: str, command: str) -> Rendered:
    """What was said without words that it needs: the button opens the form, for which a message has no trigger."""
    text = "That needs a few words: type them after it, or fill in the form."
    way = button(shorten(title, BUTTON_TEXT), command)
    return rendered(text, [section(text), actions([way] if fits_button(way) else [])])


def help_verb(usage: str, summary: str, aliases: Sequence[str], example: str) -> Rendered:
    """More about one command."""
    others = f"\nAlso: {', '.join(code(alias) for alias in aliases)}" if aliases else ""
    return said(f"{code(f'/incident {usage}')}\n{safe(summary)}{others}\nFor example: {code(f'/incident {example}')}")
