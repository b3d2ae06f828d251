"""Regulators' clocks: what is asked, what is due, and how each stands."""

from datetime import datetime

from bot.blocks import facts
from bot.blocks.message import Rendered, paragraphs, rendered, section
from bot.blocks.text import code, mention, safe, time_since
from bot.domain import timeline as t
from bot.domain.clock import missing
from bot.domain.incident import Incident, Reporting
from bot.domain.policy import Policy, RegulationRules
from bot.domain.reporting_draft import MISSING, Draft
from bot.domain.reporting_draft import NOT_ADVICE as DRAFT_IS_NO_ADVICE
from bot.domain.telling import awaited as what_is_awaited
from bot.domain.telling import how_late
from bot.domain.vocabulary import DeadlineKind, DeadlineStep


def awaited(event: t.ReportsAwaited, ref: str = "") -> str:
    """What somebody is to answer or to submit, and how it is typed. `ref`: of the incident, where it is told outside
    its channel."""
    before = f"/incident {ref} clock".replace("  ", " ")
    if event.deadline is DeadlineKind.REPORTABLE:
        return _question(event, before)
    lines = [_stage(one, event, before) for one in event.reports]
    return "\n".join(lines)


def _question(event: t.ReportsAwaited, before: str) -> str:
    if event.step is DeadlineStep.OVERDUE:
        head = ":scales: Does this have to be reported? People decide that; Muster only asks."
    else:
        waits = time_since(min(one.due_at for one in event.reports))
        head = f":scales: Nobody has said yet whether this has to be reported; it was asked at {waits}."
    lines = []
    for one in event.reports:
        yes = " / ".join(code(f"{before} {one.regulation} {name} at:14:05 <why>") for name in one.answers)
        no = code(f"{before} {one.regulation} none <reason>")
        lines.append(f"• *{safe(one.name)}*: {safe(one.question)} Yes: {yes}. No: {no}.")
    return "\n".join((head, *lines))


def _stage(one: t.AwaitedReport, event: t.ReportsAwaited, before: str) -> str:
    what, due = safe(what_is_awaited(one)), facts.when(one.due_at, event.at)
    then = code(f"{before} {one.regulation} submitted {one.stage} ref:<reference>")
    match event.step:
        case DeadlineStep.REMIND:
            draft = code(f"{before} {one.regulation} draft {one.stage}")
            return f":scales: *{what}* is due by {due}. A draft: {draft}. Once it is submitted: {then}."
        case DeadlineStep.OVERDUE:
            return f":rotating_light: *{what}* was due by {due} and is not recorded as submitted. If it is: {then}."
        case DeadlineStep.ESCALATE:
            return (
                f":rotating_light: *{what}* is still not recorded as submitted; it was due by {due}. If it is: {then}."
            )


def line(incident: Incident) -> str:
    """What is to be submitted next under each regulation that runs; empty while none does."""
    return " · ".join(_next(one, incident.declared_at) for one in incident.reporting if one.is_running)


def _next(one: Reporting, near: datetime) -> str:
    stage = one.next_due
    if stage is None or stage.due_at is None:
        left = next(stage for stage in one.stages if one.is_open(stage))
        return f"{safe(one.name)} {safe(left.title)}: {safe(left.basis)}"
    if one.is_overdue(stage):
        return f"{safe(one.name)} {safe(stage.title)} overdue since {time_since(stage.due_at)}"
    return f"{safe(one.name)} {safe(stage.title)} by {facts.when(stage.due_at, near)}"


def standing(incident: Incident, policy: Policy) -> Rendered:
    """Every regulation of the policy, and how it stands for the incident."""
    known = {one.regulation: one for one in incident.reporting}
    keys = dict.fromkeys((*policy.regulations, *known))
    told = [_regulation(key, known.get(key), policy.regulations.get(key), incident) for key in keys]
    head = f"Reporting deadlines of {incident.ref}. They keep running whatever happens to the incident."
    return rendered(head, [section(head), *map(section, told), section(f"_{NOT_ADVICE}_")])


NOT_ADVICE = (
    "Not legal advice: Muster keeps the times that people record; whether and what to report is for them to say."
)


def drafted(found: Draft) -> Rendered:
    """What a report could say, with what is left to be written; for whoever asked alone."""
    head = f"*{safe(found.title)}*\n_{DRAFT_IS_NO_ADVICE}_"
    parts = [f"*{safe(title)}*\n{_words(text) or f'_{MISSING}_'}" for title, text in found.parts]
    text = "\n\n".join((head, *(parts or [_words(found.words)])))
    return rendered(found.title, [*paragraphs(text)])


def _words(text: str) -> str:
    return safe(text, keep_mentions=True)


def _regulation(key: str, one: Reporting | None, rules: RegulationRules | None, incident: Incident) -> str:
    name = rules.regulation.name if rules else one.name if one else key
    law = f" · {safe(rules.regulation.law)}" if rules and rules.regulation.law else ""
    lines = [f"*{safe(name)}* ({code(key)}){law}"]
    if one is None or not (one.is_answered or one.triggers):
        asked = f", asked at {facts.when(one.asked_at, incident.declared_at)}" if one and one.asked_at else ""
        answers = [trigger.name for trigger in rules.regulation.triggers if trigger.answers] if rules else []
        yes = " / ".join(code(f"/incident clock {key} {answer} at:14:05 <why>") for answer in answers)
        lines.append(
            f"Nobody has said whether it applies{asked}. {yes} or {code(f'/incident clock {key} none <reason>')}"
        )
        return "\n".join(lines)
    if one.ruled_out is not None:
        lines.append(f"Nothing to report: {safe(facts.one_line(one.ruled_out))}")
    for trigger, at in one.triggers:
        found = rules.regulation.trigger(trigger) if rules else None
        lines.append(f"{safe(found.words if found else trigger).capitalize()}: {facts.when(at, incident.declared_at)}")
    if one.ruled_out is None:
        lines += [_stage_line(one, stage, incident) for stage in one.stages]
    lines += [
        f"Not recorded: {safe(name)}. {code(f'/incident clock {key} {trigger} at:14:05 <why>')}"
        for trigger, name in (missing(rules.regulation, one) if rules and one.is_running else ())
    ]
    if rules and (rules.authority or rules.portal):
        lines.append(f"To: {' · '.join(part for part in (safe(rules.authority), rules.portal or '') if part)}")
    return "\n".join(lines)


def _stage_line(one: Reporting, stage: t.StageDue, incident: Incident) -> str:
    near = incident.declared_at
    due = f"due by {facts.when(stage.due_at, near)}" if stage.due_at else f"due {safe(stage.basis)}"
    submission = one.submission(stage.stage)
    name = f"{safe(stage.title)} ({code(stage.stage)})"
    if submission is None:
        mark = ":rotating_light: overdue, " if one.is_overdue(stage) else ""
        why = f" ({safe(stage.basis)})" if stage.due_at else ""
        return f"• {name}: {mark}{due}{why}"
    reference = f", reference {safe(submission.reference)}" if submission.reference else ""
    late = f", {how_late(submission.at, stage.due_at)}" if stage.due_at else ""
    by = f" by {mention(submission.by)}" if submission.by else ""
    return f"• :white_check_mark: {name}: submitted {facts.when(submission.at, near)}{late}{reference}, recorded{by}"
