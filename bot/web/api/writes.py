"""What can be done: a route for each request of the verbs' table, and its body from the request's own fields."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from bot.door.token import Scope
from bot.verbs import requests as r
from bot.verbs.table import VERBS
from bot.verbs.verb import About
from bot.web.api import documents as d
from bot.web.api import reads, telling
from bot.web.api.route import Ask, Route
from bot.web.api.values import shape_of
from bot.workflows.context import Outcome
from bot.workflows.seeing import readable

OURS: Final = frozenset({"evidence", "shown", "today", "begun"})
"""Fields that nobody sends: what Slack knows, which day it is where somebody is, and what was done without a
database."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a request is asked for: after the verb's name, if it is one of several of that name; and what it does."""

    request: type[r.Request[Any]]
    summary: str
    after: str = ""

    @property
    def verb(self) -> str:
        return VERBS[self.request].name

    @property
    def path(self) -> str:
        if VERBS[self.request].about is About.NOTHING:
            return f"/{self.verb}s/{self.after}"
        return f"/incidents/{{ref}}/{self.verb}{f'/{self.after}' if self.after else ''}"


WAYS: Final = (
    Way(r.PostUpdate, "Post an update and restart the clock; `status` and `priority` change in the same act"),
    Way(r.Accept, "Take command, when asked or while nobody commands"),
    Way(r.Decline, "Say that you cannot take command, when you are asked"),
    Way(r.AskCommander, "Ask somebody to take command"),
    Way(r.OfferHandover, "Offer command to somebody; it passes when they accept"),
    Way(r.TakeOver, "Take command from a silent commander"),
    Way(r.AssignRole, "Give somebody a role"),
    Way(r.SetPriority, "Set the priority by hand"),
    Way(r.SetImpact, "Change the impact; the priority follows"),
    Way(r.SetUrgency, "Change the urgency; the priority follows"),
    Way(r.SetSeverity, "Set the technical severity; the priority stays"),
    Way(r.CorrectAffected, "Correct the affected service, by name or slug"),
    Way(r.CorrectCategory, "Correct the category"),
    Way(r.CorrectTitle, "Correct the title; with `renames_channel`, the channel is named after it too"),
    Way(r.CorrectDrill, "Say that it is a drill after all, or none"),
    Way(r.Mitigate, "Say that the impact has stopped, and how"),
    Way(r.Resolve, "Say that the fault is gone, and what fixed it"),
    Way(r.Verify, "Confirm that the resolution holds"),
    Way(r.Close, "Close a resolved and verified incident"),
    Way(r.Reopen, "Go back to investigating; the clocks start anew"),
    Way(r.Cancel, "There was no incident after all"),
    Way(r.Merge, "Go on as another incident"),
    Way(r.AddNote, "Add to the timeline; `happened_at` says when it happened"),
    Way(r.AmendNote, "Say a note otherwise", "amend"),
    Way(r.RetractNote, "Take a note back", "retract"),
    Way(r.MarkMessage, "A message of its channel counts for the review"),
    Way(r.CorrectTime, "Say when it truly began, was detected, mitigated or resolved"),
    Way(r.OpenRunbook, "Link a runbook, by its slug or by words, and see its steps"),
    Way(r.StartRunbook, "Work through a runbook: its steps are shown in the channel", "start"),
    Way(r.StopRunbook, "Work through a runbook no further, and say why; what was not reached is not done", "stop"),
    Way(r.JudgeRunbook, "Say whether a runbook helped; what it is found by takes that into account", "feedback"),
    Way(r.ReportStep, "Report a step of a runbook as done, skipped or failed"),
    Way(r.TakeStep, "Have a step of a runbook that is worked through, and be reminded of it after `wait`", "take"),
    Way(r.ProposeRun, "Have the action of a step run, once somebody else approves it", "propose"),
    Way(r.ApproveRun, "Approve exactly what was proposed for a step; not what you proposed yourself", "approve"),
    Way(r.DeclineRun, "Decline what was proposed for a step, or take it back", "decline"),
    Way(r.Escalate, "Tell the next people"),
    Way(r.SetBridge, "Say where people talk"),
    Way(r.Snooze, "Hold reminders for a while; what was promised stays due"),
    Way(r.StateDegraded, "Say what part of the service is degraded, by which it uses its error budget"),
    Way(r.Hold, "Put its record on legal hold: nothing is taken out of it"),
    Way(r.LiftHold, "Lift the legal hold on its record", "off"),
    Way(r.Page, "Call whoever is on call for a service into the incident"),
    Way(r.TryPagers, "Have your own pagers called, or hear how far that came", "test"),
    Way(r.Invite, "Add people to its channel"),
    Way(r.Disclose, "Let others know of a private incident"),
    Way(r.Follow, "Get its updates by direct message"),
    Way(r.Unfollow, "Stop getting its updates"),
    Way(r.Join, "Be added to its channel; with `saw`, as another report of the same"),
    Way(r.JoinAlert, "An alert, by its number, belongs to it"),
    Way(r.IgnoreAlert, "Ask nobody about an alert for a while", "ignore"),
    Way(r.OpenAction, "Somebody is to do something now"),
    Way(r.FinishAction, "An action is done", "finish"),
    Way(r.MakeDecision, "Keep what was decided"),
    Way(r.AgreeFollowUp, "Agree on what is to be done afterwards"),
    Way(r.ChangeFollowUp, "Say anew whose a follow-up is, or when it is due", "change"),
    Way(r.EndFollowUp, "A follow-up is done or dropped", "end"),
    Way(
        r.TakeReviewStep,
        "Start, approve, publish, waive or reopen the review; `anyway` approves one with empty sections",
    ),
    Way(r.AskForApproval, "Ask somebody to approve the review", "approval"),
    Way(
        r.DecideOverwriting, "Say what becomes of the published review at a place where people changed it", "documents"
    ),
    Way(r.ProposeChange, "Propose that a runbook says what was learned, by the key of a lesson", "lessons"),
    Way(r.ProposeRunbook, "Propose a runbook from what was done, where there was none", "runbook"),
    Way(r.MoveReviewMeeting, "Meet about the review at another time", "meeting"),
    Way(r.WriteSections, "Write in the review: all of the texts, or none", "sections"),
    Way(r.CurateEntry, "Hide an entry of the timeline in the review, show it, or reword it", "entries"),
    Way(r.DraftForCustomers, "Write what customers are to read on the status page", "draft"),
    Way(r.AskForCustomerReview, "Have somebody else read the draft for customers", "review"),
    Way(r.ApproveForCustomers, "Approve that version of the draft for customers", "approve"),
    Way(r.PublishForCustomers, "Have the status page say what was approved", "publish"),
    Way(r.TriggerClock, "Say since when a regulation applies; said again, it is corrected"),
    Way(r.RuleOutReporting, "Say that there is nothing to report under a regulation, and why", "none"),
    Way(r.RecordSubmission, "A stage of a regulation was submitted; said again, it is corrected", "submitted"),
    Way(r.OpenProblem, "Open the problem behind it"),
    Way(r.LinkProblem, "It has the cause of a known problem", "link"),
    Way(r.UnlinkProblem, "It has another cause", "unlink"),
    Way(r.ExplainProblem, "Write down the problem's cause or workaround", "explain"),
    Way(r.SolveProblem, "The problem's cause is removed", "solve"),
)
"""Every request but the declaration, which is about no incident yet."""


async def declare(ask: Ask) -> d.DoneDocument:
    return await _done(ask, await ask.perform(ask.body))


async def do(ask: Ask) -> d.DoneDocument:
    return await _done(ask, await ask.perform(ask.body))


async def agree(ask: Ask) -> d.DoneDocument:
    return await _done(ask, await ask.perform(replace(ask.body, today=ask.today)))


async def open_runbook(ask: Ask) -> d.OpenedRunbookDocument:
    opened = await ask.perform(ask.body)
    return d.OpenedRunbookDocument(telling.runbook(opened.runbook), await reads.told(ask, opened.incident))


async def ignore_alert(ask: Ask) -> d.AlertDocument:
    alert = await ask.perform(ask.body)
    return await telling.shown(ask.store, telling.alert(alert))


async def try_pagers(ask: Ask) -> d.TriedPagersDocument:
    return d.TriedPagersDocument(tuple(d.TriedPagerDocument.of(one) for one in await ask.perform(ask.body)))


async def write_sections(ask: Ask) -> d.WrittenDocument:
    written = await ask.perform(ask.body)
    told = tuple(d.SectionDocument(one.section, one.revision, one.text, one.by, one.at) for one in written)
    return d.WrittenDocument(told)


async def _done(ask: Ask, outcome: Outcome) -> d.DoneDocument:
    """What came of it, as far as whoever asked may read it: who asks to be let in is told no more than before."""
    number, context = outcome.incident.number, ask.dependencies.verbs.context
    if number not in await readable(context, ask.dependencies.verbs.viewer(ask.caller), [number]):
        return d.DoneDocument(telling.outline(outcome.incident), ())
    entries = tuple(telling.entry(one) for one in outcome.recorded)
    told = await reads.told(ask, outcome.incident, [one.text for one in entries])
    return d.DoneDocument(told, await telling.shown(ask.store, entries))


DOES: Final[dict[type[r.Request[Any]], tuple[Any, Callable[[Ask], Any]]]] = {
    r.AgreeFollowUp: (d.DoneDocument, agree),
    r.ChangeFollowUp: (d.DoneDocument, agree),
    r.IgnoreAlert: (d.AlertDocument, ignore_alert),
    r.TryPagers: (d.TriedPagersDocument, try_pagers),
    r.OpenRunbook: (d.OpenedRunbookDocument, open_runbook),
    r.WriteSections: (d.WrittenDocument, write_sections),
}
"""Requests that are answered otherwise than by what was recorded, or that know what day it is."""


def _route(way: Way) -> Route:
    answers, does = DOES.get(way.request, (d.DoneDocument, do))
    kind: Any = way.request
    name = kind.__name__
    return Route(
        way.path,
        f"{name[0].lower()}{name[1:]}",
        way.summary,
        answers,
        does,
        method="POST",
        scope=Scope.WRITE,
        body=shape_of(kind, OURS),
        about="Verbs",
    )


WRITES: Final = (
    Route(
        "/incidents",
        "declare",
        "Declare an incident; refused where it looks like an open one, unless `anyway`",
        d.DoneDocument,
        declare,
        method="POST",
        scope=Scope.DECLARE,
        body=shape_of(r.Declare, OURS),
        status=HTTPStatus.CREATED,
    ),
    *(_route(way) for way in WAYS),
)
"""The routes that change something."""
