"""Runs of actions as people see them: the line at their step, who is asked to approve, how one ended, and the form for
what is still to be chosen."""

from collections.abc import Collection, Mapping, Sequence

from bot.blocks import facts, limits
from bot.blocks.forms import View, choice, option, text_input, view
from bot.blocks.message import Block, Rendered, button, fits_button, said
from bot.blocks.text import FENCE, at_time, code, escape, link, mention, plain, safe, shorten
from bot.domain import timeline as t
from bot.domain.automation import NO, YES, possible
from bot.domain.incident import Incident
from bot.domain.policy import Automation
from bot.domain.run import Run
from bot.domain.telling import ended, listed, run_ended, what_runs
from bot.domain.vocabulary import ParameterKind, RunOutcome
from bot.domain.working import runs_of

WHY = 200
"""Characters of a reason beside a run."""
LOG = 2_400
"""Characters of a log's last lines in one message."""
CALLED = 5
"""So many people are mentioned at the most."""
MARKS = {
    RunOutcome.SUCCEEDED: ":white_check_mark:",
    RunOutcome.FAILED: ":x:",
    RunOutcome.TIMED_OUT: ":warning:",
    RunOutcome.UNKNOWN: ":grey_question:",
    RunOutcome.NOT_STARTED: ":x:",
}


def state(run: Run) -> str:
    """How a run stands, in a line."""
    what, proposed = f"*{safe(what_runs(run.planned))}*", run.proposed
    if run.ended is not None:
        return f"{MARKS[run.ended.outcome]} {_how(run.ended)}, {at_time(run.ended.at)}{_look(run.link)}"
    if run.declined is not None:
        return f":no_entry_sign: {facts.told(run.declined)}"
    if run.approved is None:
        where = safe(proposed.place)
        until = f"it can be approved until {at_time(proposed.answer_by)}, by somebody else"
        return f":raised_hand: {facts.who(proposed.actor)} proposes {what} in {where}; {until}."
    by = f"approved by {facts.who(run.approved.actor)}"
    if run.started is None:
        return f":hourglass: {what} is being started, {by} at {at_time(run.approved.at)}."
    return f":gear: {what} is running since {at_time(run.started.at)}, {by}{_look(run.link)}"


def ways(incident: Incident, run: Run) -> list[Block]:
    """What can be answered to a proposal. The command names the run, so that nobody says yes to another one."""
    planned = run.planned
    typed = f"{incident.ref} step {planned.slug} {planned.step}"
    found = [
        button("Approve", f"{typed} approve {planned.number}", "primary"),
        button("Decline", f"{typed} decline {planned.number}"),
    ]
    return [one for one in found if fits_button(one)] if run.is_waiting else []


def run_proposed(event: t.RunProposed) -> Rendered:
    """Calls those who may approve it; the buttons stand in the message above."""
    run = event.run
    called = [mention(one) for one in event.asked[:CALLED]]
    whom = f"{listed(called)}, please look" if called else "Please look, somebody else"
    until = f"it is not run unless you approve it before {at_time(event.answer_by)}"
    typed = code(f"/incident step {run.slug} {run.step} approve {run.number}")
    return said(f"{facts.told(event)} {whom}: {until}, with the button above or {typed}.")


def run_ended_told(event: t.RunEnded) -> Rendered:
    """How it ended, with the last lines of its log."""
    text = f"{MARKS[event.outcome]} {_how(event)}.{_look(event.link)}"
    lines = "\n".join(event.lines).replace(FENCE, "'''")
    log = f"\n{FENCE}\n{shorten(escape(plain(lines)), LOG)}\n{FENCE}" if lines.strip() else ""
    return said(f"{text}{log}")


def going_on(incident: Incident, slug: str) -> str:
    """What an engine goes on with, for whoever stopped the runbook; empty where it does nothing for it."""
    runbook = incident.working(slug)
    found = [what_runs(one.planned) for one in runs_of(incident, runbook) if one.is_under_way] if runbook else []
    if not found:
        return ""
    them = "it" if len(found) == 1 else "them"
    return f"Still running: {safe(listed(found))}. Stopping the runbook does not stop {them}."


def _how(event: t.RunEnded) -> str:
    return safe(shorten(facts.one_line(run_ended(event)), WHY + 100)).rstrip(".")


def _look(address: str) -> str:
    return f" ({link(address, 'open it')})" if address else ""


def parameters_form(
    incident: Incident,
    slug: str,
    number: int,
    action: Automation,
    values: Mapping[str, str],
    services: Collection[str],
) -> View:
    """Asks for what an action is to be given. `values`: what is chosen already."""
    about = {"type": "section", "text": {"type": "plain_text", "text": _about(action, number)}}
    blocks: list[View] = [about]
    for one in action.parameters:
        options = _options(one.kind, one.options, services)
        label, chosen = one.name.replace("_", " ").capitalize(), values.get(one.name)
        if options:
            several = [option(name, value) for name, value in options]
            blocks += choice(one.name, label, several, chosen=chosen, optional=False)
        else:
            hint = f"{possible(one)[0].upper()}{possible(one)[1:]}"
            blocks.append(text_input(one.name, label, hint, optional=False, multiline=False, initial=chosen or ""))
    return view("Propose an action", blocks, "step", "Propose", f"{incident.ref} step {slug} {number} propose")


def _about(action: Automation, number: int) -> str:
    text = ended(f"{action.name}, for step {number}. It is run only if somebody else approves just these values")
    return shorten(plain(text), limits.SECTION_TEXT)


def _options(kind: ParameterKind, listed_ones: Sequence[str], services: Collection[str]) -> list[tuple[str, str]]:
    match kind:
        case ParameterKind.BOOL:
            return [("Yes", YES), ("No", NO)]
        case ParameterKind.ONE_OF:
            return [(one, one) for one in listed_ones]
        case ParameterKind.SERVICE:
            return [(one, one) for one in services]
        case ParameterKind.INT:
            return []
