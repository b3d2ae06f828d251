"""What an incident teaches about runbooks: what is found, what is proposed where, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.domain import lessons, review, working
from bot.domain import timeline as t
from bot.domain.amending import Amendment, Where
from bot.domain.decision import Decision
from bot.domain.effects import OpenPullRequest, PostRunbookChange
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.lessons import Kind, Lesson
from bot.domain.policy import Policy, RunbookRepository
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.sections import Written
from bot.domain.vocabulary import Offer, ReviewState, Section, StepOutcome
from tests.domain.given import BAD_CHANGE, BO, CHEN, DANA, FAILOVER, NOON, POLICY, after_events, commanded, effects, run

ALL = (BAD_CHANGE, FAILOVER)
REPOSITORY = RunbookRepository("example/runbooks", "MUSTER_GITHUB_RUNBOOKS", folder="docs/")
WITH_REPOSITORY = replace(POLICY, runbook_repository=REPOSITORY)


def written(text: str) -> Mapping[Section, Written]:
    return {Section.LESSONS: Written(Section.LESSONS, 1, text, BO, NOON)}


def reported(number: int, outcome: StepOutcome, note: str, slug: str = "database-failover") -> t.StepReported:
    title = FAILOVER.steps[number - 1].title
    return t.StepReported(at=NOON, by=BO, slug=slug, number=number, step=title, outcome=outcome, note=note)


def worked(*events: t.AnyEvent) -> Incident:
    started = working.start(commanded(), BO, ALL, "database-failover", NOON)
    return after_events(run(commanded(), started), *events)


def test_lessons_are_what_did_not_go_as_written_what_people_wrote_and_what_they_did_by_hand() -> None:
    judged = t.RunbookJudged(
        at=NOON, by=BO, runbook=t.LinkedRunbook("database-failover", "F", ""), helped=False, note="too old"
    )
    opened = t.ActionOpened(at=NOON, by=BO, text="tell support")
    incident = worked(
        reported(1, StepOutcome.SKIPPED, "it was stopped already"),
        reported(2, StepOutcome.FAILED, "no replica"),
        reported(2, StepOutcome.DONE, ""),
        judged,
        opened,
    )
    incident = after_events(incident, t.ActionDone(at=NOON, by=BO, of=incident.actions[0].seq, text="tell support"))
    assert lessons.lessons(incident, written("* Ask *first*.\n  more\n2. Then act.")) == (
        Lesson("database-failover/1", Kind.SKIPPED, "it was stopped already", "database-failover", 1, "Stop writes"),
        Lesson("database-failover/verdict", Kind.NOT_HELPFUL, "too old", "database-failover"),
        Lesson("lesson/1", Kind.WRITTEN, "Ask *first*."),
        Lesson("lesson/2", Kind.WRITTEN, "Then act."),
        Lesson("action/1", Kind.BY_HAND, "tell support"),
    )
    assert [one.text for one in lessons.lessons(worked(), written("One\nthing.\n\nAnother."))] == [
        "One thing.",
        "Another.",
    ]


SKIPPED = Lesson(
    "database-failover/2", Kind.SKIPPED, "<@UBO> has no key", "database-failover", 2, "Promote the replica"
)
FAILED = replace(SKIPPED, kind=Kind.FAILED)
HAND = Lesson("action/1", Kind.BY_HAND, "Tell support. ")


@pytest.mark.parametrize(
    ("lesson", "slug", "words", "wanted"),
    [
        (SKIPPED, "database-failover", "", Amendment(Where.NOTE, "Skipped in INC-42: the commander has no key", 2)),
        (FAILED, "database-failover", "other", Amendment(Where.NOTE, "Did not work in INC-42: other", 2)),
        (replace(FAILED, step=1), "database-failover", "x", Amendment(Where.NOTE, "Did not work in INC-42: x", 2)),
        (
            FAILED,
            "bad-change",
            "other",
            Amendment(Where.LESSON, "“Promote the replica” – did not work in INC-42: other"),
        ),
        (HAND, "bad-change", "", Amendment(Where.STEP, "Tell support. (Done in INC-42.)")),
        (replace(HAND, kind=Kind.WRITTEN), "bad-change", "", Amendment(Where.LESSON, "Tell support. (INC-42)")),
        (replace(HAND, kind=Kind.NOT_HELPFUL), "bad-change", "x", Amendment(Where.LESSON, "Did not help in INC-42: x")),
    ],
)  # fmt: skip
def test_each_kind_is_written_where_it_belongs_and_names_nobody(
    lesson: Lesson, slug: str, words: str, wanted: Amendment
) -> None:
    runbook = next(one for one in ALL if one.slug == slug)
    assert lessons.amendment(lesson, runbook, commanded(), words, str) == wanted


def test_secrets_are_taken_out_before_words_are_made_markdown() -> None:
    said = replace(HAND, text="use hunter2_ and <@UCHEN>")
    made = lessons.amendment(said, BAD_CHANGE, worked(), "", lambda text: text.replace("hunter2_", "[redacted]"))
    assert made.text == r"use \[redacted] and somebody. (Done in INC-42.)"


def proposal(incident: Incident, policy: Policy = POLICY, words: str = "", by: SlackUserId = BO) -> Decision:
    change = lessons.amendment(HAND, BAD_CHANGE, incident, words, str)
    amended = BAD_CHANGE.amended(change)
    return lessons.propose(incident, by, BAD_CHANGE, HAND, change, amended.before, amended.after, NOON, policy)


def test_a_proposal_is_a_file_in_the_channel_or_a_pull_request_and_made_once() -> None:
    incident = worked()
    decision = proposal(incident)
    for policy, kind, path in (
        (POLICY, PostRunbookChange, "bad-change.md"),
        (WITH_REPOSITORY, OpenPullRequest, "docs/bad-change.md"),
    ):
        decision = proposal(incident, policy)
        (event,) = decision.events
        assert isinstance(event, t.RunbookProposed)
        assert (event.path, event.to) == (path, None if policy is POLICY else "example/runbooks")
        assert f"+++ b/{path}\n" in event.diff
        assert "+step: Tell support. (Done in INC-42.)\n" in event.diff
        assert [type(one) for one in effects(incident, decision, policy)] == [kind]
    incident = run(incident, decision)
    with pytest.raises(NothingToChange, match="proposed for “Roll back a bad change” already; nothing"):
        proposal(incident, by=CHEN)
    assert proposal(incident, words="Tell everybody").events
    incident = run(incident, lessons.opened(incident.last_seq, "https://x.example/1", 1, NOON))
    with pytest.raises(NothingToChange, match=r"already: https://x\.example/1;"):
        proposal(incident)


def test_what_a_repository_refuses_is_posted_as_a_file() -> None:
    incident = run(worked(), proposal(worked(), WITH_REPOSITORY))
    refused = lessons.refused(incident.last_seq, "there is no branch main", NOON)
    assert [type(one) for one in effects(incident, refused)] == [PostRunbookChange]


def test_a_private_incident_goes_to_a_repository_only_where_the_policy_says_that_it_may() -> None:
    private = replace(worked(), is_private=True)
    for is_private, to in ((False, None), (True, "example/runbooks")):
        policy = replace(POLICY, runbook_repository=replace(REPOSITORY, is_private=is_private))
        (event,) = proposal(private, policy).events
        assert isinstance(event, t.RunbookProposed)
        assert event.to == to


def test_what_cannot_be_proposed_is_refused_in_words() -> None:
    incident, nothing = worked(reported(1, StepOutcome.FAILED, "no")), worked()
    gone = replace(FAILOVER, is_withdrawn=True)
    for wanted, words in (
        (lambda: lessons.taught(nothing, {}, "x"), "INC-42 has nothing yet that a runbook could learn from"),
        (
            lambda: lessons.taught(incident, {}, "x"),
            "no `x` among what INC-42 teaches. There is: `database-failover/1`",
        ),
        (lambda: lessons.meant(HAND, ALL, None), "for example `/incident review lesson action/1 bad-change`"),
        (lambda: lessons.meant(HAND, ALL, "bad-chance"), "Did you mean `bad-change`"),
        (lambda: lessons.meant(SKIPPED, [BAD_CHANGE, gone], None), "The file of “Database failover” is gone"),
    ):
        with pytest.raises(Refusal, match=words):
            wanted()
    huge = lessons.amendment(HAND, BAD_CHANGE, nothing, "", str)
    with pytest.raises(Refusal, match="are too long to be proposed"):
        lessons.propose(nothing, BO, BAD_CHANGE, HAND, huge, "x" * 90_000, "x" * 90_000 + "\ny", NOON, POLICY)


def approved(incident: Incident) -> Offer | None:
    (event,) = review.approve(incident, CHEN, NOON, POLICY).events
    assert isinstance(event, t.ReviewApproved)
    return event.offers


def test_an_approved_review_offers_once_what_a_runbook_could_learn() -> None:
    resolved = t.IncidentResolved(at=NOON, by=BO, what="rolled back")
    started = t.ReviewStarted(at=NOON, by=DANA)
    without = after_events(commanded(), resolved, started)
    assert without.review_state is ReviewState.IN_REVIEW
    assert approved(without) is Offer.RUNBOOK
    assert approved(replace(without, is_drill=True)) is None
    again = after_events(
        run(without, review.approve(without, CHEN, NOON, POLICY)), t.ReviewReopened(at=NOON, by=BO, reason="more")
    )
    assert approved(again) is None
    assert approved(worked(reported(1, StepOutcome.DONE, ""), resolved, started)) is None
    assert approved(worked(reported(1, StepOutcome.FAILED, "no"), resolved, started)) is Offer.CHANGE
