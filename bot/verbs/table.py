"""Every verb that changes something, with the rule that decides on it. One that no line can hold has a file of its
own beside this one."""

from collections.abc import Mapping
from typing import Any, Final

from bot.domain import (
    action,
    bridge,
    bringing_in,
    clock,
    correcting,
    customers,
    degrading,
    disclosing,
    follow,
    followup,
    holding,
    notes_and_times,
    publishing,
    reclassify,
    review,
    roles,
    running,
    snooze,
    status,
    working,
)
from bot.domain.access import APPROVE
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.domain.offering import words_of
from bot.domain.reclassify import Change
from bot.domain.vocabulary import Status
from bot.domain.who_may_know import Need
from bot.store import Writing
from bot.verbs import requests as r
from bot.verbs.budgets import BUDGETS
from bot.verbs.deciding import (
    approvers,
    ask_for_approval,
    curate_entry,
    explain_problem,
    ignore_alert,
    join,
    join_alert,
    link_problem,
    make_decision,
    mark_message,
    merge,
    open_action,
    open_problem,
    open_runbook,
    reopen,
    solve_problem,
    take_review_step,
    try_pagers,
    unlink_problem,
    write_sections,
)
from bot.verbs.declaring import declare
from bot.verbs.learning import propose_change, propose_runbook
from bot.verbs.naming import category_named, service_named, service_to_page
from bot.verbs.reading import READS
from bot.verbs.running import approve_run, propose_run
from bot.verbs.telling_audiences import post_update
from bot.verbs.telling_customers import ask_for_customer_review
from bot.verbs.trends import LOOKING_BACK
from bot.verbs.verb import About, Call, Verb, decided, ruled, verb
from bot.workflows.context import Decided, Outcome, answer_once, load, look_at
from bot.workflows.resolvers import resolver_groups


async def _changed(tx: Writing, change: Change, reason: str, it: Incident, call: Call) -> Decision:
    groups = await resolver_groups(tx, call.policy, change.service or it.service)
    return reclassify.reclassify(it, call.by, change, reason, call.now, call.policy, groups=groups)


async def _corrected(call: Call, change: Change, reason: str) -> Outcome:
    """Of another service or category, other runbooks fit: which hold the words is looked up before anything is
    locked."""
    async with call.context.store.read() as tx:
        words = words_of(await look_at(tx, call.number))
    told = await call.told(words)

    async def decide(tx: Writing) -> Decided:
        it = await load(tx, call.number)
        groups = await resolver_groups(tx, call.policy, change.service or it.service)
        decision = reclassify.reclassify(
            it, call.by, change, reason, call.now, call.policy, call.runbooks, groups, told
        )
        return Decided(call.number, it, decision)

    return await answer_once(call.context, call.caller, decide)


def _besides(want: r.PostUpdate) -> tuple[str, ...]:
    """The verbs that an update stands for besides."""
    steps = {Status.MITIGATED: ("mitigate",), Status.RESOLVED: ("resolve",)}
    change = ("priority",) if want.besides.priority is not None else ()
    return (*change, *(steps.get(want.besides.status, ()) if want.besides.status else ()))


TABLE: Final = (
    verb("declare", r.Declare, declare, About.NOTHING),
    decided("update", r.PostUpdate, post_update, further=_besides),
    ruled("accept", r.Accept, lambda _, it, call: roles.accept(it, call.person, call.now)),
    ruled("decline", r.Decline, lambda want, it, call: roles.decline(it, call.person, want.why, call.now, call.policy)),
    ruled(
        "commander",
        r.AskCommander,
        lambda want, it, call: roles.ask_commander(it, call.person, call.profiles[want.person], call.now),
    ),
    ruled(
        "handover",
        r.OfferHandover,
        lambda want, it, call: roles.offer_handover(it, call.person, call.profiles[want.person], call.now),
    ),
    ruled("takeover", r.TakeOver, lambda _, it, call: roles.take_over(it, call.person, call.now, call.policy)),
    ruled(
        "role",
        r.AssignRole,
        lambda want, it, call: roles.assign_role(it, call.person, want.role, call.profiles[want.person], call.now),
    ),
    decided(
        "priority",
        r.SetPriority,
        lambda tx, want, it, call: _changed(tx, Change(priority=want.priority), want.reason, it, call),
        need=Need.BELONG,
    ),
    decided(
        "impact",
        r.SetImpact,
        lambda tx, want, it, call: _changed(tx, Change(impact=want.impact), want.reason, it, call),
        need=Need.BELONG,
    ),
    decided(
        "urgency",
        r.SetUrgency,
        lambda tx, want, it, call: _changed(tx, Change(urgency=want.urgency), want.reason, it, call),
        need=Need.BELONG,
    ),
    decided(
        "severity",
        r.SetSeverity,
        lambda tx, want, it, call: _changed(tx, Change(severity=want.severity), want.reason, it, call),
        need=Need.BELONG,
    ),
    verb(
        "service",
        r.CorrectAffected,
        lambda call, want: _corrected(call, Change(service=service_named(call.policy, want.service)), want.reason),
        need=Need.BELONG,
    ),
    verb(
        "category",
        r.CorrectCategory,
        lambda call, want: _corrected(call, Change(category=category_named(call.policy, want.category)), want.reason),
        need=Need.BELONG,
    ),
    ruled(
        "title",
        r.CorrectTitle,
        lambda want, it, call: correcting.correct_title(
            it, call.by, want.title, call.now, renames_channel=want.renames_channel
        ),
    ),
    ruled(
        "drill",
        r.CorrectDrill,
        lambda want, it, call: correcting.correct_drill(it, call.by, want.is_drill, want.reason, call.now, call.policy),
        need=Need.BELONG,
    ),
    ruled(
        "mitigate",
        r.Mitigate,
        lambda want, it, call: status.mitigate(it, call.by, want.what, call.now, call.policy),
        need=Need.BELONG,
    ),
    ruled(
        "resolve",
        r.Resolve,
        lambda want, it, call: status.resolve(it, call.by, want.what, call.now, call.policy),
        need=Need.BELONG,
    ),
    ruled("verify", r.Verify, lambda want, it, call: status.verify(it, call.by, want.how, call.now)),
    ruled(
        "close",
        r.Close,
        lambda want, it, call: status.close(it, call.by, want.unverified_because, call.now, call.policy),
        need=Need.BELONG,
    ),
    decided("reopen", r.Reopen, reopen),
    ruled(
        "cancel",
        r.Cancel,
        lambda want, it, call: status.cancel(it, call.by, want.reason, call.now, call.policy),
        need=Need.BELONG,
    ),
    verb("merge", r.Merge, merge, need=Need.BELONG),
    ruled(
        "note",
        r.AddNote,
        lambda want, _, call: notes_and_times.add_note(
            call.by, want.text, want.happened_at or call.now, call.now, is_aloud=want.aloud
        ),
    ),
    ruled(
        "note",
        r.AmendNote,
        lambda want, it, call: notes_and_times.amend_note(it, call.by, want.number, want.text, call.now),
    ),
    ruled(
        "note",
        r.RetractNote,
        lambda want, it, call: notes_and_times.retract_note(it, call.by, want.number, want.reason, call.now),
    ),
    decided("mark", r.MarkMessage, mark_message),
    ruled(
        "time",
        r.CorrectTime,
        lambda want, it, call: notes_and_times.correct_time(it, call.by, want.name, want.value, want.reason, call.now),
    ),
    verb("runbook", r.OpenRunbook, open_runbook),
    ruled(
        "runbook",
        r.StartRunbook,
        lambda want, it, call: working.start(it, call.by, call.runbooks, want.slug, call.now),
    ),
    ruled(
        "runbook",
        r.StopRunbook,
        lambda want, it, call: working.stop(it, call.by, want.slug, want.reason, call.now),
    ),
    ruled(
        "runbook",
        r.JudgeRunbook,
        lambda want, it, call: working.judge(
            it, call.by, call.runbooks, want.slug, want.note, call.now, helped=want.helped
        ),
    ),
    ruled(
        "step",
        r.ReportStep,
        lambda want, it, call: working.report(
            it,
            call.by,
            call.runbooks,
            want.slug,
            want.number,
            want.outcome,
            want.note,
            call.now,
            is_in_hand=want.is_in_hand,
        ),
    ),
    ruled(
        "step",
        r.TakeStep,
        lambda want, it, call: working.take(it, call.person, want.slug, want.number, call.now, want.wait, want.note),
    ),
    verb("step", r.ProposeRun, propose_run),
    verb("step", r.ApproveRun, approve_run),
    ruled(
        "step",
        r.DeclineRun,
        lambda want, it, call: running.decline(it, call.person, want.slug, want.number, want.run, want.note, call.now),
    ),
    ruled(
        "escalate",
        r.Escalate,
        lambda want, it, call: bringing_in.escalate(it, call.by, want.reason, call.now, call.policy),
    ),
    ruled("bridge", r.SetBridge, lambda want, it, call: bridge.set_bridge(it, call.by, want.url, call.now)),
    ruled(
        "snooze",
        r.Snooze,
        lambda want, it, call: snooze.snooze(it, call.person, want.span, want.reason, call.now, call.policy),
    ),
    ruled(
        "degraded",
        r.StateDegraded,
        lambda want, it, call: degrading.state_degraded(it, call.by, want.percent, want.reason, call.now),
    ),
    ruled("hold", r.Hold, lambda want, it, call: holding.hold(it, call.person, want.reason, call.now)),
    ruled("hold", r.LiftHold, lambda want, it, call: holding.lift(it, call.person, want.reason, call.now)),
    ruled(
        "page",
        r.Page,
        lambda want, it, call: bringing_in.page(
            it, call.by, service_to_page(call.policy, want.service), call.now, call.policy
        ),
    ),
    verb("page", r.TryPagers, try_pagers, About.NOTHING),
    ruled("invite", r.Invite, lambda want, it, call: bringing_in.invite(it, call.by, want.people, call.now)),
    ruled(
        "open",
        r.Disclose,
        lambda want, it, call: disclosing.disclose(it, call.person, want.reason, call.now, call.policy),
    ),
    ruled("follow", r.Follow, lambda _, it, call: follow.follow(it, call.person, call.now), need=Need.KNOW),
    ruled("unfollow", r.Unfollow, lambda _, it, call: follow.unfollow(it, call.person, call.now), need=Need.KNOW),
    verb("join", r.Join, join, need=Need.KNOW),
    verb("alert", r.JoinAlert, join_alert),
    verb("alert", r.IgnoreAlert, ignore_alert, About.NOTHING),
    decided("action", r.OpenAction, open_action),
    ruled(
        "action", r.FinishAction, lambda want, it, call: action.finish(it, call.by, want.number, want.note, call.now)
    ),
    decided("decision", r.MakeDecision, make_decision),
    ruled(
        "followup",
        r.AgreeFollowUp,
        lambda want, _, call: followup.agree(
            call.by, want.text, want.owner, want.due, call.now, call.policy, want.priority, want.link, want.today
        ),
    ),
    ruled(
        "followup",
        r.ChangeFollowUp,
        lambda want, it, call: followup.change(
            it, call.by, want.number, want.owner, want.due, call.now, call.policy, want.priority, want.link, want.today
        ),
    ),
    ruled(
        "followup",
        r.EndFollowUp,
        lambda want, it, call: followup.end(it, call.by, want.number, want.state, want.note, call.now),
    ),
    verb("review", r.TakeReviewStep, take_review_step, further=approvers),
    verb("review", r.AskForApproval, ask_for_approval),
    ruled(
        "review",
        r.DecideOverwriting,
        lambda want, it, call: publishing.decide(it, call.person, want.place, want.choice, call.now),
        further=lambda _: (APPROVE,),
    ),
    verb("review", r.ProposeChange, propose_change),
    verb("review", r.ProposeRunbook, propose_runbook),
    ruled(
        "review",
        r.MoveReviewMeeting,
        lambda want, it, call: review.move_meeting(it, call.person, want.meeting_at, call.now),
    ),
    verb("review", r.WriteSections, write_sections),
    decided("review", r.CurateEntry, curate_entry),
    ruled(
        "status-page",
        r.DraftForCustomers,
        lambda want, it, call: customers.draft(
            it, call.by, want.stage, want.title, want.text, want.components, want.next_in, call.now, call.policy
        ),
    ),
    verb("status-page", r.AskForCustomerReview, ask_for_customer_review),
    ruled(
        "status-page",
        r.ApproveForCustomers,
        lambda want, it, call: customers.approve(it, call.person, want.version, call.now, call.policy),
        further=lambda _: (customers.APPROVE_CUSTOMERS,),
    ),
    ruled(
        "status-page",
        r.PublishForCustomers,
        lambda want, it, call: customers.publish(it, call.person, want.version, call.now, call.policy),
    ),
    ruled(
        "clock",
        r.TriggerClock,
        lambda want, it, call: clock.trigger(
            it,
            call.by,
            want.regulation,
            want.trigger,
            want.happened_at or call.now,
            want.reason,
            call.now,
            call.policy,
        ),
    ),
    ruled(
        "clock",
        r.RuleOutReporting,
        lambda want, it, call: clock.rule_out(it, call.by, want.regulation, want.reason, call.now, call.policy),
    ),
    ruled(
        "clock",
        r.RecordSubmission,
        lambda want, it, call: clock.submit(
            it,
            call.by,
            want.regulation,
            want.stage,
            want.submitted_at or call.now,
            want.reference,
            want.note,
            call.now,
            call.policy,
        ),
    ),
    verb("problem", r.OpenProblem, open_problem),
    verb("problem", r.LinkProblem, link_problem),
    decided("problem", r.UnlinkProblem, unlink_problem),
    decided("problem", r.ExplainProblem, explain_problem),
    decided("problem", r.SolveProblem, solve_problem),
)

VERBS: Final[Mapping[type[r.Request[Any]], Verb]] = {
    one.request: one for one in (*TABLE, *READS, *LOOKING_BACK, *BUDGETS)
}


def need_of(name: str) -> Need:
    """What everybody must be allowed who comes with a verb's name, before a door reads what they want of it."""
    return min((one.need for one in VERBS.values() if one.name == name), default=Need.READ)
