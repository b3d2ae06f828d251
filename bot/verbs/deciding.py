"""Verbs that have to know more than their incident: other incidents, problems, who is in a channel, what is written."""

from collections.abc import Sequence

from bot.domain import action, approval, curating, review, status
from bot.domain import problem as problems
from bot.domain import runbook as runbooks
from bot.domain.access import APPROVE
from bot.domain.alerts import Alert
from bot.domain.decision import Decision
from bot.domain.effectiveness import LATELY, Effectiveness
from bot.domain.ids import problem_ref
from bot.domain.incident import Incident
from bot.domain.matching import search
from bot.domain.paging import Tried
from bot.domain.problem import NoSuchProblem, NotLinked, Problem
from bot.domain.reach import go_on_elsewhere
from bot.domain.reason import Reason, RunbookFits, Stated
from bot.domain.refusal import Refusal
from bot.domain.sections import Written
from bot.domain.spans import shown
from bot.domain.vocabulary import ReasonCode, ReviewStep, Section
from bot.store import Writing
from bot.verbs import requests as r
from bot.verbs.reading import ShowRunbookMetrics, show_runbook_metrics
from bot.verbs.verb import Call
from bot.workflows import alerts, duplicates, mark, pages, sections
from bot.workflows import merge as merging
from bot.workflows.approving import approving, empty_sections, knows_who_is_there, to_be_told
from bot.workflows.context import Decided, Outcome, answer_once, load, look_at, require_writable
from bot.workflows.seeing import find_visible, known_problems, readable


class NoRunbook(Refusal):
    """No runbook matches “{words}”. There are: {known}."""


class NoRunbookLinked(Refusal):
    """No runbook is linked to {ref} yet. Search for one, for example `/incident runbook database`. There are:
    {known}."""


async def merge(call: Call, want: r.Merge) -> Outcome:
    into = await find_visible(call.context, want.into, call.viewer)
    return await merging.merge(call.context, call.caller, call.number, into)


async def join_alert(call: Call, want: r.JoinAlert) -> Outcome:
    return await alerts.join(call.context, call.caller, call.number, want.alert)


async def ignore_alert(call: Call, want: r.IgnoreAlert) -> Alert:
    return await alerts.ignore(call.context, call.caller, call.person, want.alert, want.span)


async def try_pagers(call: Call, _: r.TryPagers) -> tuple[Tried, ...]:
    return await pages.try_pagers(call.context, call.person)


async def join(call: Call, want: r.Join) -> Outcome:
    may_read = call.number in await readable(call.context, call.viewer, [call.number])
    return await duplicates.join(call.context, call.caller, call.number, want.saw, may_read=may_read)


async def reopen(tx: Writing, want: r.Reopen, incident: Incident, call: Call) -> Decision:
    """Back to work; of one that is not over, in another channel where its own is lost."""
    people = await tx.members(incident.channel) if incident.is_out_of_reach and incident.channel else frozenset()
    if incident.channel_lost is not None and not incident.status.is_calm:
        return go_on_elsewhere(incident, call.by, want.reason, call.now, sorted(people))
    return status.reopen(incident, call.by, want.reason, call.now, call.policy, sorted(people))


async def mark_message(tx: Writing, want: r.MarkMessage, incident: Incident, call: Call) -> Decision:
    return await mark.mark_message(tx, incident, call.person, want.mark, want.channel, want.ts, call.now)


async def open_action(tx: Writing, want: r.OpenAction, incident: Incident, call: Call) -> Decision:
    of = await mark.message_of(tx, incident, want.message) if want.message else None
    return action.open_action(incident, call.by, want.text, want.owner, call.now, of)


async def make_decision(tx: Writing, want: r.MakeDecision, incident: Incident, call: Call) -> Decision:
    of = await mark.message_of(tx, incident, want.message) if want.message else None
    return action.decide(incident, call.by, want.text, call.now, of)


def approvers(want: r.TakeReviewStep) -> tuple[str, ...]:
    """What the policy may narrow of a step: everybody who may work on a review may start it."""
    return () if want.step is ReviewStep.START else (APPROVE,)


async def take_review_step(call: Call, want: r.TakeReviewStep) -> Outcome:
    """Raises HasEmptySections where some are to be asked about. What the record says is read before anything is locked,
    as of a long incident that takes a while; so is who is in its channel, as Slack may have to be asked."""
    async with call.context.store.read() as tx:
        seen = await look_at(tx, call.number)
    is_asked = want.step is ReviewStep.APPROVE and not want.anyway
    empty = await empty_sections(call.context, seen) if is_asked else ()
    is_known = want.step is ReviewStep.START and await knows_who_is_there(call.context, seen)

    async def decide(tx: Writing) -> Decided:
        incident = await load(tx, call.number)
        decision = await _review_step(tx, want, incident, call, empty, is_known=is_known)
        return Decided(call.number, incident, decision)

    return await answer_once(call.context, call.caller, decide)


async def _review_step(
    tx: Writing, want: r.TakeReviewStep, incident: Incident, call: Call, empty: Sequence[Section], *, is_known: bool
) -> Decision:
    """`empty`: the sections to be asked about; `is_known`: whether it is known who is in the channel."""
    match want.step:
        case ReviewStep.START:
            told = await to_be_told(call.context, tx, incident, call.by, is_known=is_known)
            return review.start(incident, call.by, call.now, call.policy, told)
        case ReviewStep.APPROVE:
            written = await tx.written(incident.number)
            authors = frozenset(one.by for one in written.values() if one.text)
            still_empty = [one for one in empty if one not in written or not written[one].text]
            return review.approve(incident, call.person, call.now, call.policy, authors, still_empty)
        case ReviewStep.PUBLISH:
            return review.publish(incident, call.person, call.now)
        case ReviewStep.REOPEN:
            return review.reopen(incident, call.person, want.reason, call.now)
        case ReviewStep.WAIVE:
            return review.waive(incident, call.person, want.reason, call.now, call.policy)


async def ask_for_approval(call: Call, want: r.AskForApproval) -> Outcome:
    async with call.context.store.read() as tx:
        seen = await look_at(tx, call.number)
    is_known = await knows_who_is_there(call.context, seen)

    async def decide(tx: Writing) -> Decided:
        incident = await load(tx, call.number)
        known = await approving(call.context, tx, incident, is_known=is_known)
        why_not = known.why_not(call.profiles[want.person])
        return Decided(call.number, incident, approval.ask(incident, call.person, want.person, why_not, call.now))

    return await answer_once(call.context, call.caller, decide)


async def curate_entry(tx: Writing, want: r.CurateEntry, incident: Incident, call: Call) -> Decision:
    return curating.curate(
        incident,
        await tx.timeline(incident.number),
        call.by,
        want.number,
        call.now,
        is_hidden=want.is_hidden,
        text=want.text,
        reason=want.reason,
    )


async def write_sections(call: Call, want: r.WriteSections) -> tuple[Written, ...]:
    """Raises NotSaved, ReviewIsSettled, MovedOn."""
    return await sections.write_sections(call.context, call.number, call.person, want.texts, call.caller.seen)


async def open_runbook(call: Call, want: r.OpenRunbook) -> r.OpenedRunbook:
    """An exact slug, or the best match for the words, is linked; without words, the one last touched is shown."""
    known = runbooks.named(call.runbooks)
    async with call.context.store.read() as tx:
        incident = require_writable(await tx.incident(call.number), call.number)
    wanted = want.wanted or incident.last_runbook
    if not wanted:
        raise NoRunbookLinked(ref=incident.ref, known=known)
    in_use = [one for one in call.runbooks if not one.is_withdrawn or incident.linked(one.slug) is not None]
    runbook, part = _part(in_use, wanted)
    why: Reason = Stated(ReasonCode.ASKED_FOR_BY_NAME)
    if runbook is None:
        runbook, why = await _fitting(call, in_use, wanted)
    if runbook is None:
        raise NoRunbook(words=shown(wanted), known=known)
    did = await _did(call, runbook.slug) if part is None else None
    if incident.linked(runbook.slug) is not None and runbook.slug == incident.last_runbook:
        return r.OpenedRunbook(runbook, incident, part, did)

    async def decide(tx: Writing) -> Decided:
        before = await load(tx, call.number)
        return Decided(call.number, before, runbooks.link(before, call.by, runbook, why, call.now))

    return r.OpenedRunbook(runbook, (await answer_once(call.context, call.caller, decide)).incident, part, did)


async def _did(call: Call, slug: str) -> Effectiveness | None:
    found = await show_runbook_metrics(call, ShowRunbookMetrics(LATELY))
    return next((one for one in found.runbooks if one.slug == slug), None)


def _part(known: Sequence[runbooks.Runbook], wanted: str) -> tuple[runbooks.Runbook | None, runbooks.Part | None]:
    """What is meant by a slug and the number of a step, or the heading of a section, after it."""
    slug, _, words = wanted.partition(" ")
    runbook = next((one for one in known if one.slug == slug.lower()), None)
    part = runbook.part(words) if runbook else None
    return (runbook, part) if part else (None, None)


async def _fitting(
    call: Call, known: Sequence[runbooks.Runbook], wanted: str
) -> tuple[runbooks.Runbook | None, Reason]:
    """The runbook meant, and why."""
    exact = next((one for one in known if one.slug == wanted.lower()), None)
    if exact is not None:
        return exact, Stated(ReasonCode.ASKED_FOR_BY_NAME)
    found = search(known, await call.told(wanted))
    return (found[0] if found else None), RunbookFits((wanted,), code=ReasonCode.FOUND_BY)


async def open_problem(call: Call, want: r.OpenProblem) -> Outcome:
    """The workspace, whose number it takes, is locked before the incident, as by whoever declares: in the other order
    the two could wait for each other."""

    async def decide(tx: Writing) -> Decided:
        await tx.lock_workspace()
        incident = await load(tx, call.number)
        decision = problems.open_problem(incident, call.by, await tx.next_problem(), want.title, call.now)
        return Decided(call.number, incident, decision)

    return await answer_once(call.context, call.caller, decide)


async def link_problem(call: Call, want: r.LinkProblem) -> Outcome:
    """Raises NoSuchProblem also for one that the caller may not read."""
    problem = (await known_problems(call.context, call.viewer)).get(want.number)
    if problem is None:
        raise NoSuchProblem(named=problem_ref(want.number))

    async def decide(tx: Writing) -> Decided:
        incident = await load(tx, call.number)
        return Decided(call.number, incident, problems.link(incident, call.by, problem, call.now))

    return await answer_once(call.context, call.caller, decide)


async def unlink_problem(tx: Writing, want: r.UnlinkProblem, incident: Incident, call: Call) -> Decision:
    return problems.unlink(call.by, await _linked(tx, incident), want.reason, call.now)


async def explain_problem(tx: Writing, want: r.ExplainProblem, incident: Incident, call: Call) -> Decision:
    problem = await _linked(tx, incident)
    return problems.explain(call.by, problem, call.now, cause=want.cause, workaround=want.workaround)


async def solve_problem(tx: Writing, want: r.SolveProblem, incident: Incident, call: Call) -> Decision:
    return problems.solve(call.by, await _linked(tx, incident), want.how, call.now)


async def _linked(tx: Writing, incident: Incident) -> Problem:
    """The problem that the incident is linked to. Raises NotLinked."""
    problem = (await tx.problems()).get(incident.problem) if incident.problem is not None else None
    if problem is None:
        raise NotLinked(ref=incident.ref)
    return problem
