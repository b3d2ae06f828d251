"""`review`: start the post-incident review, write in it, approve and publish it, waive it, or see how it stands."""

import re
from dataclasses import replace

from bot.blocks.lessons import lesson_form, lesson_list
from bot.blocks.review_form import has_empty_sections, may_not_approve, review_form, review_state, saved, seen
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, Named, SubmittedInvocation, TypedInvocation, done, require, say
from bot.commands.dates_and_times import clock_time
from bot.commands.forms import field, known_names
from bot.commands.grammar import split
from bot.commands.people import person_in
from bot.domain.access import NotForYou
from bot.domain.amending import CannotBeAmended, ChangedMeanwhile
from bot.domain.ids import ref
from bot.domain.lessons import NothingLearned, RunbookIsGone
from bot.domain.named import by_mention
from bot.domain.refusal import Refusal
from bot.domain.review import ApprovedByAnother, ApprovedByItsAuthor, HasEmptySections
from bot.domain.runbook import UnknownRunbook
from bot.domain.sections import HEADINGS, OPEN, ReviewIsSettled
from bot.domain.vocabulary import Overwriting, ReviewStep, Section
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.reading import ReadLessons
from bot.verbs.requests import (
    AskForApproval,
    CurateEntry,
    DecideOverwriting,
    MoveReviewMeeting,
    ProposeChange,
    ProposeRunbook,
    TakeReviewStep,
    WriteSections,
)
from bot.workflows.approving import to_ask
from bot.workflows.compiling import compile_for
from bot.workflows.context import require_writable
from bot.workflows.review_links import Destination
from bot.workflows.sections import NotSaved, Text
from bot.workflows.seeing import may_have_link


async def handle(invocation: TypedInvocation) -> Reply:
    what, rest = cut_first_word(invocation.text)
    match what.lower(), rest:
        case "", "":
            return await _state(invocation)
        case "edit", "":
            return OpenForm("Write the review", lambda: form(invocation))
        case "approve", rest if rest.lower() in ("", "anyway", "--anyway"):
            return await _approve(invocation, anyway=bool(rest))
        case "ask", whom:
            return done(await invocation.perform(AskForApproval(person_in(whom, ASK))))
        case "start" | "publish" as step, "":
            return done(await invocation.perform(TakeReviewStep(ReviewStep(step))))
        case "meet", when if when:
            meeting_at = clock_time(when, await invocation.timezone(), invocation.context.now())
            return done(await invocation.perform(MoveReviewMeeting(meeting_at)))
        case "document", words:
            return done(await invocation.perform(_overwriting(words)))
        case "lesson" | "lessons", words:
            return await _lesson(invocation, words, is_list=what.lower() == "lessons")
        case "runbook", "":
            return done(await invocation.perform(ProposeRunbook()))
        case "hide" | "show" | "reword" as act, words:
            return done(await invocation.perform(_curation(act, words)))
        case "reopen", reason:
            why = require(reason, "Say what needs changing, for example", "review reopen the impact was larger")
            return done(await invocation.perform(TakeReviewStep(ReviewStep.REOPEN, why)))
        case "waive", reason:
            why = require(reason, "Say why there won't be one, for example", "review waive a drill of ten minutes")
            return done(await invocation.perform(TakeReviewStep(ReviewStep.WAIVE, why)))
        case _:
            raise Missing(what="A review can be started, edited, approved, published and waived; type", example=EXAMPLE)


async def _approve(invocation: TypedInvocation, *, anyway: bool) -> Reply:
    """Where sections are empty, asked back; nothing is recorded until then. Whoever may not approve it can ask somebody
    who may."""
    try:
        return done(await invocation.perform(TakeReviewStep(ReviewStep.APPROVE, anyway=anyway)))
    except HasEmptySections as empty:
        return say(has_empty_sections(str(empty), ref(invocation.number)))
    except (NotForYou, ApprovedByAnother, ApprovedByItsAuthor) as no:
        incident = await invocation.incident()
        others = await to_ask(invocation.context, incident, invocation.user)
        return say(may_not_approve(str(no), incident, others))


async def _lesson(invocation: TypedInvocation, words: str, *, is_list: bool) -> Reply:
    """`lesson database-failover/3 [slug] [other words]`; alone a form, and `lessons` what there is."""
    if not words and not is_list:
        return OpenForm("Change a runbook", lambda: _lesson_form(invocation))
    if not words:
        known = await invocation.perform(ReadLessons())
        incident = await invocation.incident()
        if not known:
            raise NothingLearned(ref=incident.ref)
        return say(lesson_list(incident, known))
    key, rest = cut_first_word(words)
    slug, said = cut_first_word(rest)
    if slug.lower() not in {one.slug for one in invocation.context.runbooks}:
        slug, said = "", rest
    return done(await invocation.perform(ProposeChange(key.lower(), slug.lower() or None, said)))


async def _lesson_form(invocation: TypedInvocation) -> View:
    incident = require_writable(await invocation.incident(), invocation.number)
    known = await invocation.perform(ReadLessons())
    if not known:
        raise NothingLearned(ref=incident.ref)
    return lesson_form(incident, known, invocation.context.runbooks)


async def _submit_lesson(invocation: SubmittedInvocation) -> Reply:
    """What the runbook's text was when the form was opened stands beside its slug. Refused at the field it is about."""
    sent = invocation.sent
    slug, _, seen = field(sent, "runbook").partition(":")
    wanted = ProposeChange(field(sent, "lesson"), slug or None, field(sent, "text"), seen)
    try:
        return done(await invocation.perform(wanted))
    except (ChangedMeanwhile, CannotBeAmended, RunbookIsGone, UnknownRunbook) as no:
        return FormErrors({"runbook": str(no)})


def _curation(act: str, words: str) -> CurateEntry:
    """`hide 12 <reason>`, `show 12`, `reword 12 <text>`; without a text, its own words again."""
    number, rest = cut_first_word(words)
    if not re.fullmatch(r"#?[0-9]{1,9}", number):
        example = f"review {act} 12{CURATIONS[act]}"
        raise Missing(what="Say which entry by its number on the review's page, for example", example=example)
    entry = int(number.lstrip("#"))
    if act == "reword":
        return CurateEntry(entry, text=rest)
    return CurateEntry(entry, is_hidden=act == "hide", reason=rest)


def _overwriting(words: str) -> DecideOverwriting:
    """`wiki replace`."""
    place, choice = cut_first_word(words)
    if choice.lower() not in set(Overwriting):
        raise Missing(what="Say where, and then `replace`, `child` or `leave`; for example", example=OVERWRITE)
    return DecideOverwriting(place.lower(), Overwriting(choice.lower()))


async def _state(invocation: TypedInvocation) -> Reply:
    incident = require_writable(await invocation.incident(), invocation.number)
    findings = (
        (await compile_for(invocation.context, incident, with_transcript=False)).findings
        if incident.review_state in OPEN
        else ()
    )
    is_given = await may_have_link(invocation.context, incident.number, invocation.viewer)
    link = await invocation.dependencies.link(invocation.user, Destination(incident.number)) if is_given else None
    can_learn = bool(await invocation.perform(ReadLessons()))
    return say(review_state(incident, findings, link, can_learn=can_learn))


async def form(invocation: TypedInvocation) -> View:
    incident = require_writable(await invocation.incident(), invocation.number)
    if incident.review_state not in OPEN:
        raise ReviewIsSettled(ref=incident.ref, state=incident.review_state)
    compiled = await compile_for(invocation.context, incident, with_transcript=False)
    return review_form(incident, compiled.sections, await known_names(invocation.context))


async def submit(invocation: SubmittedInvocation) -> Reply:
    if split(invocation.sent.carried).verb == "lesson":
        return await _submit_lesson(invocation)
    sent, names = invocation.sent, await known_names(invocation.context)
    revisions = seen(sent.carried)
    async with invocation.context.store.read() as tx:
        written = {section: one.text for section, one in (await tx.written(invocation.number)).items()}
    texts = {
        section: Text(by_mention(field(sent, section), names, written.get(section, "")), revision)
        for section, revision in revisions.items()
    }
    try:
        changed = await invocation.perform(WriteSections(texts))
    except NotSaved as why:
        return FormErrors({str(section): str(no) for section, no in why.why.items()})
    except Refusal as no:
        return FormErrors({str(next(iter(revisions), Section.SUMMARY)): str(no)})
    incident = require_writable(await invocation.incident(), invocation.number)
    told = saved(incident, [HEADINGS[one.section].title for one in changed])
    return replace(say(told), closes_form=bool(changed))


EXAMPLE = "review start"
ASK = "review ask @fay"
OVERWRITE = "review document wiki replace"
CURATIONS = {"hide": " it is about another service", "show": "", "reword": " The rollback began"}

COMMAND = Command(
    name="review",
    summary="start the post-incident review, write in it, approve it or ask somebody to, publish it, waive it; alone: "
    "see how it stands. hide 12 <reason>, show 12, reword 12 <text>: entries of its timeline. lesson, runbook: propose "
    "a change to a runbook, or a new one",
    usage="review [start|edit|meet 2026-12-03T10:00|approve [anyway]|ask @x|publish|reopen <reason>|waive <reason>|"
    "lesson|runbook|document wiki replace]",
    example=EXAMPLE,
    handle=handle,
    named=Named.TAKEN_ALONE,
    submit=submit,
    aliases=("postmortem", "retro"),
)
