"""What an incident teaches about runbooks, and proposing it: as a change to a runbook, or as a runbook of its own."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.amending import Amendment, Where, inert
from bot.domain.decision import Decision
from bot.domain.diffs import unified
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.labels import unmarked
from bot.domain.named import MENTION
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.runbook import Runbook, find
from bot.domain.sections import Written
from bot.domain.telling import few
from bot.domain.timeline import PullRequestOpened, PullRequestRefused, RunbookProposed
from bot.domain.vocabulary import Offer, Section, StepOutcome

LONGEST_DIFF = 60_000
"""Characters of a diff; the timeline keeps it."""
BULLET = re.compile(r"^\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+")
MOST_NAMED = 10


class Kind(StrEnum):
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_HELPFUL = "not_helpful"
    WRITTEN = "written"
    """A line under “Lessons” in the review."""
    BY_HAND = "by_hand"
    """An action that people did and no runbook told them to do."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that a runbook could say from now on."""

    key: str
    """By which it is typed: `database-failover/3`, `lesson/1`, `action/2`."""
    kind: Kind
    text: str
    """In the words of whoever said it."""
    slug: str | None = None
    """The runbook that it is about; None: any."""
    step: int = 0
    title: str = ""
    """Of that step."""


class NoSuchLesson(Refusal):
    """There is no `{key}` among what {ref} teaches. There is: {known}."""


class NothingLearned(Refusal):
    """{ref} has nothing yet that a runbook could learn from: no step that was skipped or failed, no action that was
    done, nothing under “Lessons” in its review."""


class WhichRunbookLearns(Refusal):
    """Say which runbook is to say so, for example `/incident review lesson {key} {slug}`."""


class RunbookIsGone(Refusal):
    """The file of “{title}” is gone, so nothing can be added to it. Choose another runbook."""


class TooLongToPropose(Refusal):
    """The lines of “{title}” around the change are too long to be proposed. Change its file by hand."""


def lessons(incident: Incident, written: Mapping[Section, Written]) -> tuple[Lesson, ...]:
    """Everything that it teaches, first what is about runbooks. Of a step counts what was said of it last."""
    return (*_of_steps(incident), *_of_judgements(incident), *_of_review(written), *_of_actions(incident))


def _of_steps(incident: Incident) -> Iterator[Lesson]:
    last = {(one.slug, one.number): one for one in incident.steps}
    for (slug, number), one in last.items():
        if one.outcome is not StepOutcome.DONE:
            kind = Kind.SKIPPED if one.outcome is StepOutcome.SKIPPED else Kind.FAILED
            yield Lesson(f"{slug}/{number}", kind, one.note, slug, number, one.step)


def _of_judgements(incident: Incident) -> Iterator[Lesson]:
    for one in incident.judgements:
        if not one.helped and one.note:
            yield Lesson(f"{one.runbook.slug}/verdict", Kind.NOT_HELPFUL, one.note, one.runbook.slug)


def _of_review(written: Mapping[Section, Written]) -> Iterator[Lesson]:
    """Each bullet, or each paragraph where there are none."""
    text = written[Section.LESSONS].text if Section.LESSONS in written else ""
    bullets = [BULLET.sub("", line) for line in text.splitlines() if BULLET.match(line)]
    said = bullets or [one for one in re.split(r"\n\s*\n", text) if one.strip()]
    for number, one in enumerate(said, start=1):
        yield Lesson(f"lesson/{number}", Kind.WRITTEN, " ".join(one.split()))


def _of_actions(incident: Incident) -> Iterator[Lesson]:
    for one in incident.actions:
        if one.done_at is not None:
            yield Lesson(f"action/{one.number}", Kind.BY_HAND, one.text)


def without_names(text: str, incident: Incident) -> str:
    """A text for a file that outlives the incident: whoever is mentioned in it by what they were, not by name."""

    def called(found: re.Match[str]) -> str:
        held = [one.role for one in reversed(incident.roles) if one.person == found["user"]]
        return f"the {held[0]}" if held else "somebody"

    return unmarked(MENTION.sub(called, text))


def taught(incident: Incident, written: Mapping[Section, Written], key: str) -> Lesson:
    """Raises NothingLearned, NoSuchLesson."""
    known = lessons(incident, written)
    if not known:
        raise NothingLearned(ref=incident.ref)
    found = next((one for one in known if one.key == key), None)
    if found is None:
        raise NoSuchLesson(key=key, ref=incident.ref, known=few([f"`{one.key}`" for one in known], MOST_NAMED))
    return found


def meant(lesson: Lesson, runbooks: Iterable[Runbook], slug: str | None) -> Runbook:
    """The runbook that is to say so. Raises WhichRunbookLearns, UnknownRunbook, RunbookIsGone."""
    known = [*runbooks]
    wanted = slug or lesson.slug
    if wanted is None:
        example = next((one.slug for one in known if not one.is_withdrawn), "database-failover")
        raise WhichRunbookLearns(key=lesson.key, slug=example)
    runbook = find(known, wanted)
    if runbook.is_withdrawn:
        raise RunbookIsGone(title=runbook.title)
    return runbook


def amendment(
    lesson: Lesson, runbook: Runbook, incident: Incident, words: str, clean: Callable[[str], str]
) -> Amendment:
    """What is written where. `words`: instead of those of the lesson, where there are any; `clean` takes secrets out of
    a text."""
    said = inert(clean(without_names(words or lesson.text, incident)))
    ref = incident.ref
    match lesson.kind:
        case Kind.WRITTEN:
            return Amendment(Where.LESSON, f"{said} ({ref})")
        case Kind.BY_HAND:
            return Amendment(Where.STEP, f"{said.rstrip('.')}. (Done in {ref}.)")
        case Kind.NOT_HELPFUL:
            return Amendment(Where.LESSON, f"Did not help in {ref}: {said}")
        case Kind.SKIPPED | Kind.FAILED:
            told = f"{'Skipped' if lesson.kind is Kind.SKIPPED else 'Did not work'} in {ref}: {said}"
            numbers = [one.number for one in runbook.steps if one.title == lesson.title]
            if runbook.slug != lesson.slug or not numbers:
                return Amendment(Where.LESSON, f"“{inert(lesson.title)}” – {told[0].lower()}{told[1:]}")
            return Amendment(Where.NOTE, told, lesson.step if lesson.step in numbers else numbers[0])


def propose(
    incident: Incident,
    by: SlackUserId | None,
    runbook: Runbook,
    lesson: Lesson,
    change: Amendment,
    before: str,
    after: str,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Propose a change to a runbook. The same again is refused."""
    proposed = RunbookProposed(
        at=now,
        by=by,
        slug=runbook.slug,
        title=runbook.title,
        path=_path(runbook.path, incident, policy),
        lesson=lesson.key,
        text=change.text,
        diff="",
        to=_place(incident, policy),
    )
    return _proposed(incident, replace(proposed, diff=unified(proposed.path, before, after)))


def propose_new(
    incident: Incident, by: SlackUserId | None, slug: str, title: str, content: str, now: datetime, policy: Policy
) -> Decision:
    """Propose a runbook that is not there yet."""
    path = _path(f"{slug}.md", incident, policy)
    return _proposed(
        incident,
        RunbookProposed(
            at=now,
            by=by,
            slug=slug,
            title=title,
            path=path,
            lesson="",
            text="",
            diff=unified(path, None, content),
            to=_place(incident, policy),
        ),
    )


def _proposed(incident: Incident, event: RunbookProposed) -> Decision:
    before = incident.proposal(event.slug, event.lesson)
    if before is not None and before.text == event.text:
        where = f": {before.url}" if before.url else ""
        raise NothingToChange(text=f"That is proposed for “{event.title}” already{where}; nothing was changed.")
    if len(event.diff) > LONGEST_DIFF:
        raise TooLongToPropose(title=event.title)
    return Decision((event,))


def _place(incident: Incident, policy: Policy) -> str | None:
    """The repository that it goes to; None: it is a file in Slack."""
    repository = policy.runbook_repository
    if repository is None or (incident.is_private and not repository.is_private):
        return None
    return repository.name


def _path(path: str, incident: Incident, policy: Policy) -> str:
    repository = policy.runbook_repository
    return f"{repository.folder}{path}" if repository is not None and _place(incident, policy) else path


def opened(of: int, url: str, number: int, now: datetime) -> Decision:
    """Its pull request is there."""
    return Decision((PullRequestOpened(at=now, of=of, url=url, number=number),))


def refused(of: int, why: str, now: datetime) -> Decision:
    """The repository does not take it; people get it as a file."""
    return Decision((PullRequestRefused(at=now, of=of, why=why),))


def offer(incident: Incident) -> Offer | None:
    """What is offered once, when the review is approved; None for what teaches nothing, or was offered before."""
    if incident.is_drill or incident.offered is not None or incident.resolved_at is None:
        return None
    was_used = incident.worked or len(incident.steps) or any(one.helped for one in incident.judgements)
    if not was_used:
        return Offer.RUNBOOK
    about = (*_of_steps(incident), *_of_judgements(incident))
    return Offer.CHANGE if any(incident.proposal(one.slug or "", one.key) is None for one in about) else None
