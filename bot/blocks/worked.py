"""The message of a runbook that is worked through: one per runbook, edited in place, with buttons at the steps in
hand."""

from collections.abc import Collection, Mapping, Sequence

from bot.blocks import facts, limits
from bot.blocks import run as runs
from bot.blocks.message import (
    Block,
    Rendered,
    actions,
    button,
    context,
    fits_button,
    header,
    menu,
    pages,
    rendered,
    room_beside,
    section,
)
from bot.blocks.text import at_time, bold, code, mention, plural, safe, shorten, size
from bot.domain.automation import named_action
from bot.domain.incident import Incident
from bot.domain.run import Run, of_step
from bot.domain.telling import OUTCOMES, ended
from bot.domain.timeline import StepReported
from bot.domain.vocabulary import StepOutcome
from bot.domain.worked import Worked, WorkedStep
from bot.domain.working import runs_of

NOTE = 200
"""Characters of a note beside its step."""
BELOW = 500
"""Characters for what stands below the steps."""
MOST_IN_HAND = 5
"""Steps in hand that are shown with their text and buttons; the others are listed."""
MARKS = {
    StepOutcome.DONE: ":white_check_mark:",
    StepOutcome.SKIPPED: ":fast_forward:",
    StepOutcome.FAILED: ":x:",
}
WAITS = (("Remind me in 5 minutes", "5m"), ("Remind me in 10 minutes", "10m"), ("Remind me in 30 minutes", "30m"))


def progress(runbook: Worked) -> str:
    """`2 of 8`, and how many of its steps failed."""
    failed = f", {runbook.failed} failed" if runbook.failed else ""
    return f"{runbook.behind} of {len(runbook.steps)}{failed}"


def worked(
    incident: Incident, runbook: Worked, texts: Mapping[int, str], actions_known: Collection[str] = ()
) -> Rendered:
    """How far a runbook is. `texts`: what is to be done at each step, as mrkdwn, as far as it is known.
    `actions_known`: those of the policy."""
    far = f"stopped at {progress(runbook)}" if runbook.stopped else progress(runbook)
    head = f"{facts.one_line(runbook.title)}: {far}"
    is_open = not incident.status.is_over
    is_over = runbook.stopped is not None or not is_open
    in_hand = runbook.in_hand[:MOST_IN_HAND] if is_open else ()
    heads = _headings(runbook)
    blocks: list[Block | None] = [header(head), context(_footer(incident, runbook))]
    for step in in_hand:
        last = _last_run(incident, runbook, step)
        blocks.append(section(heads.get(step.number, "") + _in_hand(step, texts.get(step.number, ""))))
        blocks += [section(runs.state(last)), actions(runs.ways(incident, last))] if last else ()
        blocks.append(actions(_ways(incident, runbook, step, last, actions_known)))
    others = [step for step in runbook.steps if step not in in_hand]
    lines = [heads.get(step.number, "") + _line(step, is_over=is_over) for step in others]
    first = _before(runbook, in_hand)
    before, after = _fitting(lines[:first], lines[first:], room_beside(blocks) - BELOW)
    blocks[2:2] = [section(page) for page in pages(before)]
    blocks += [section(page) for page in pages(after)]
    if runbook.stopped:
        blocks += [section(runs.state(run)) for run in runs_of(incident, runbook) if run.is_under_way]
    if is_open:
        blocks.append(actions(_ways_with_all(incident, runbook)))
    text = "\n".join([safe(head), *(_line(step, is_over=is_over) for step in runbook.steps)])
    return rendered(text, blocks)


def _headings(runbook: Worked) -> dict[int, str]:
    """What stands above the first step of each section, where they are of several."""
    found: dict[int, str] = {}
    last = ""
    for step in runbook.steps:
        if step.section and step.section != last:
            found[step.number] = f"{bold(safe(facts.one_line(step.section)))}\n"
        last = step.section
    return found if len({step.section for step in runbook.steps}) > 1 else {}


def _fitting(before: Sequence[str], after: Sequence[str], room: int) -> tuple[list[str], list[str]]:
    """Of very many steps, those nearest to the steps in hand, and how many others there are. Either side has half of
    the room, and what the other one leaves."""
    wanted, following = (sum(size(line) + 1 for line in lines) for lines in (before, after))
    earlier = _first(before[::-1], max(room // 2, room - following), "earlier step")
    return earlier[::-1], _first(after, max(room // 2, room - wanted), "more step")


def _first(lines: Sequence[str], room: int, what: str) -> list[str]:
    kept = list[str]()
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            return [*kept, f"… {plural(len(lines) - len(kept), what)}"]
        kept.append(line)
    return kept


def _before(runbook: Worked, in_hand: Sequence[WorkedStep]) -> int:
    """How many of the lines stand above the steps in hand: those of the steps before the first of them."""
    return next((at for at, step in enumerate(runbook.steps) if step in in_hand), len(runbook.steps))


def _footer(incident: Incident, runbook: Worked) -> str:
    told = f"Started by {facts.who(runbook.actor)} at {at_time(runbook.started_at)}"
    if incident.status.is_over:
        return (
            f"{told}. {incident.ref} is {incident.status}, so nothing more is done here.{_verdict(incident, runbook)}"
        )
    if (stopped := runbook.stopped) is not None:
        why = safe(shorten(facts.one_line(stopped.reason), NOTE))
        end = ended(f"stopped by {facts.who(stopped.actor)} at {at_time(stopped.at)}: {why}")
        return f"{told}, {end}{_verdict(incident, runbook)}"
    if runbook.is_finished:
        return f"{told}. Every step has been reported.{_verdict(incident, runbook)}"
    return f"{told}. To type instead: {code(f'/incident step {runbook.slug} {runbook.in_hand[0].number} done')}."


def _verdict(incident: Incident, runbook: Worked) -> str:
    """Whether it helped, once somebody said so."""
    judged = incident.judgement(runbook.slug)
    if judged is None:
        return ""
    note = f": {safe(shorten(facts.one_line(judged.note), NOTE))}" if judged.note else ""
    return ended(f" {'It helped' if judged.helped else 'It did not help'}, says {facts.who(judged.actor)}{note}")


def _ways_with_all(incident: Incident, runbook: Worked) -> list[Block]:
    """To stop it, which asks why; to begin one anew that was stopped; and once it is through, to say whether it helped,
    until somebody did. Each stands for a typed command, which can say why too."""
    typed = f"{incident.ref} runbook {runbook.slug}"
    ways = [button("Stop this runbook…", f"{incident.ref} runbook stop {runbook.slug}")] if runbook.is_under_way else []
    if runbook.stopped:
        ways.append(button("Start again", f"{typed} start"))
    if not runbook.is_under_way and incident.judgement(runbook.slug) is None:
        ways += [button("It helped", f"{typed} helped"), button("It did not help", f"{typed} not helpful")]
    return [one for one in ways if fits_button(one)]


def _line(step: WorkedStep, *, is_over: bool) -> str:
    """A step in one line: what became of it, or that it is still to do. `is_over`: nobody will do it any more."""
    title = f"{step.number}. {_title(step)}"
    if step.report is None and is_over:
        return f":white_circle: {title} – not done"
    if step.report is None:
        return f":white_circle: {title}{f' – {_has(step)}' if step.holder else ''}"
    return f"{MARKS[step.report.outcome]} {title} – {_became(step.report)}"


def _title(step: WorkedStep) -> str:
    return safe(facts.one_line(step.title))


def _became(report: StepReported) -> str:
    note = f": {safe(shorten(facts.one_line(report.note), NOTE))}" if report.note else ""
    return f"{OUTCOMES[report.outcome]} by {facts.who(report.actor)}, {at_time(report.at)}{note}"


def _in_hand(step: WorkedStep, text: str) -> str:
    head = f":arrow_right: *{step.number}. {_title(step)}*{f' – {_has(step)}' if step.holder else ''}"
    return f"{head}\n{text}" if text else head


def _has(step: WorkedStep) -> str:
    """Who has it, and until when they wait."""
    who = mention(step.holder or "")
    if step.remind_at is None:
        return f"{who} has it"
    waits_for = f": {safe(shorten(facts.one_line(step.waits_for), NOTE))}" if step.waits_for else ""
    return f"{who} is waiting until {at_time(step.remind_at)}{waits_for}"


def _last_run(incident: Incident, runbook: Worked, step: WorkedStep) -> Run | None:
    """The last that became of its action; None where nobody has proposed it yet."""
    return next(iter(of_step(incident.runs, runbook.slug, step.number, runbook.started_at)[-1:]), None)


def _ways(
    incident: Incident, runbook: Worked, step: WorkedStep, last: Run | None, actions_known: Collection[str]
) -> list[Block]:
    """Each stands for a typed command; skipping and failing ask why."""
    typed = f"{incident.ref} step {runbook.slug} {step.number}"
    ways = [
        button("Done", f"{typed} done", None if last and last.is_waiting else "primary"),
        button("Skip…", f"{typed} skip"),
        button("Fail…", f"{typed} fail"),
    ]
    if step.holder is None:
        ways.append(button("I'm on it", f"{typed} take"))
    named = named_action(step.action)
    if named is not None and named.name in actions_known and not (last and last.is_open):
        ways.insert(0, button(shorten(f"Propose {named.name}", limits.BUTTON_TEXT), f"{typed} propose"))
    return [*ways, menu("wait", [(label, f"{typed} wait {span}") for label, span in WAITS])]
