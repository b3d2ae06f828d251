"""What was learned: problems that incidents have in common, and what is kept of an incident to be found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import timeline as t
from bot.domain.actor import Actor
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId, problem_ref
from bot.domain.incident import Incident
from bot.domain.reason import LevelTold
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.sections import Written
from bot.domain.vocabulary import ReasonCode, Section, Suggestible

TITLE = 200
"""Characters of a problem's title."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The cause that several incidents have in common."""

    number: int
    title: str
    opened_by: Actor
    opened_at: datetime
    cause: str = ""
    workaround: str = ""
    solved_at: datetime | None = None
    incidents: tuple[IncidentNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a search for incidents looks through. `version`: the highest is the current one."""

    number: IncidentNumber
    version: int
    title: str
    service: str
    words: str
    """Whatever people said about it that tells what it was like: impact, updates, causes, lessons."""
    fixed_by: str
    problem: int | None = None
    runbooks: Mapping[str, bool | None] = field(default_factory=dict)
    """By their slugs, those that were used or judged: whether each helped; None where nobody said so."""
    said: Mapping[Suggestible, str] = field(default_factory=dict)
    """How it was classified in the end, as far as people said so: what was only assumed tells nothing."""
    paged: frozenset[str] = frozenset()
    """The services whose on-call was called into it."""
    kept: Mapping[Suggestible, bool] = field(default_factory=dict)
    """Of what similar incidents suggested for it: whether it was so in the end."""
    declared_at: datetime | None = None


class NoSuchProblem(Refusal):
    """There is no problem {named}. `/incident problem list` lists the open ones."""


class NotLinked(Refusal):
    """{ref} is linked to no problem. `/incident problem <title>` opens one, `/incident problem PRB-1` links it to one
    that is known."""


class ProblemIsPublic(Refusal):
    """{ref} is private, and everybody can read problems. List it first: `/incident open <reason>`."""


def open_problem(incident: Incident, by: SlackUserId | None, number: int, title: str, now: datetime) -> Decision:
    """Begin the record of a cause, with this incident as its first."""
    _require_public(incident)
    if incident.problem is not None:
        raise NothingToChange(
            text=f"{incident.ref} is already linked to {problem_ref(incident.problem)}; "
            f"`/incident problem unlink` unlinks it first."
        )
    return Decision((t.ProblemLinked(at=now, by=by, problem=number, title=title[:TITLE], is_new=True),))


def link(incident: Incident, by: SlackUserId | None, problem: Problem, now: datetime) -> Decision:
    """The incident has the same cause as others."""
    _require_public(incident)
    if incident.problem == problem.number:
        raise NothingToChange(text=f"{incident.ref} is already linked to {problem_ref(problem.number)}.")
    event = t.ProblemLinked(at=now, by=by, problem=problem.number, title=problem.title, workaround=problem.workaround)
    return Decision((event,))


def unlink(by: SlackUserId | None, problem: Problem, reason: str, now: datetime) -> Decision:
    """The incident had another cause."""
    event = t.ProblemUnlinked(at=now, by=by, problem=problem.number, title=problem.title, reason=reason)
    return Decision((event,))


def explain(
    by: SlackUserId | None,
    problem: Problem,
    now: datetime,
    *,
    cause: str = "",
    workaround: str = "",
) -> Decision:
    """Write down what is known of the cause, or what helps until it is gone."""
    if cause in ("", problem.cause) and workaround in ("", problem.workaround):
        raise NothingToChange(text=f"{problem_ref(problem.number)} already says that; nothing was changed.")
    event = t.ProblemExplained(
        at=now, by=by, problem=problem.number, title=problem.title, cause=cause, workaround=workaround
    )
    return Decision((event,))


def solve(by: SlackUserId | None, problem: Problem, how: str, now: datetime) -> Decision:
    """The cause is gone."""
    if problem.solved_at is not None:
        raise NothingToChange(text=f"{problem_ref(problem.number)} is already solved.")
    return Decision((t.ProblemSolved(at=now, by=by, problem=problem.number, title=problem.title, how=how),))


def recall(alike: Sequence[t.PastIncident], now: datetime) -> Decision | None:
    """Tell the channel of incidents of the past that look alike; None when there are none."""
    if not alike:
        return None
    event = t.PastRecalled(at=now, alike=tuple(alike))
    return Decision((event,))


def lesson(incident: Incident, timeline: Sequence[t.Recorded], written: Mapping[Section, Written]) -> Lesson:
    """What an incident leaves behind. What people wrote in its review counts once that is approved."""
    events = [one.event for one in timeline]
    fixes = [one.what for one in events if isinstance(one, t.IncidentMitigated | t.IncidentResolved)]
    said = [incident.user_impact or "", incident.category or ""]
    said += [one.update.conditions for one in events if isinstance(one, t.UpdatePosted)]
    if incident.review_approved_at is not None:
        said += [one.text for one in written.values()]
    return Lesson(
        number=incident.number,
        version=incident.last_seq,
        title=incident.title,
        service=incident.service or "",
        words="\n".join(one for one in said if one),
        fixed_by=fixes[-1] if fixes else "",
        problem=incident.problem,
        runbooks={one.slug: None for one in incident.worked}
        | {one.slug: None for one in incident.steps}
        | {one.runbook.slug: one.helped for one in incident.judgements},
        said=_said(incident),
        paged=frozenset(one.service for one in events if isinstance(one, t.ServicePaged)),
        kept={
            one.what: getattr(incident, one.what) == one.value
            for event in events
            if isinstance(event, t.ClassificationSuggested)
            for one in event.suggested
        },
        declared_at=incident.declared_at,
    )


def _said(incident: Incident) -> dict[Suggestible, str]:
    told = {
        Suggestible.SERVICE: incident.service,
        Suggestible.CATEGORY: incident.category,
        Suggestible.PRIORITY: incident.priority,
    }
    levels = {
        Suggestible(one.axis): one.level
        for one in incident.why_reasons
        if isinstance(one, LevelTold) and one.code is ReasonCode.LEVEL_TOLD
    }
    return {what: value for what, value in (told | levels).items() if value}


def _require_public(incident: Incident) -> None:
    if incident.is_hidden:
        raise ProblemIsPublic(ref=incident.ref)
