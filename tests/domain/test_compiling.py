"""Compiling the review: what is in it, what is not, and in which order."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.compiling import Material, compile_review, named, with_names
from bot.domain.document import Participant, Review, ServiceFacts
from bot.domain.folding import fold
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.people import Profile
from bot.domain.policy import Service
from bot.domain.sections import Written
from bot.domain.transcript import Came, File, Message, Reaction
from bot.domain.vocabulary import FollowUpState, Mark, Place, Priority, Role, Section, Status, StepOutcome, TimeName
from bot.review.reading import read

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DANA, BO, CHEN, ELI = (SlackUserId(f"U{name}") for name in ("DANA", "BO", "CHEN", "ELI"))
PEOPLE = {DANA: Profile(DANA, "Dana"), BO: Profile(BO, "Bo"), CHEN: Profile(CHEN, "Chen")}
CHANNEL = ChannelId("C1")


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


DECLARED = t.IncidentDeclared(
    at=NOON,
    by=DANA,
    number=IncidentNumber(42),
    title="checkout returns 500s",
    priority=Priority.P1,
    why="impact high, urgency high",
    asked=BO,
    acknowledge=t.Promise(after(5)),
    next_update=t.Promise(after(15)),
    runbooks=(t.LinkedRunbook("bad-change", "Roll back a bad change", "for service Checkout"),),
)


def recorded(*events: t.AnyEvent) -> tuple[t.Recorded, ...]:
    return tuple(t.Recorded(seq, event.at, event) for seq, event in enumerate((DECLARED, *events), start=1))


def review_of(*events: t.AnyEvent, transcript: Sequence[Message] = (), url: str | None = None) -> Review:
    material = Material(recorded(*events), transcript, PEOPLE, runbook_steps={"bad-change": 5}, workspace_url=url)
    return compile_review(material, after(600), after(599))


def message(seconds: int, text: str, thread: int | None = None) -> Message:
    def ts(offset: int) -> MessageTs:
        return MessageTs(f"{1772625600 + offset}.000100")

    thread_ts = ts(thread) if thread is not None else None
    return Message(CHANNEL, ts(seconds), CHEN, text, NOON + timedelta(seconds=seconds), thread_ts=thread_ts)


def update(minutes: float, due: float | None) -> t.UpdatePosted:
    due_at = after(due) if due is not None else None
    return t.UpdatePosted(at=after(minutes), by=DANA, update=t.Update("down", "looking", "none"), due_at=due_at)


def test_a_service_of_which_nothing_is_known_but_its_name_has_no_facts() -> None:
    listed = replace(DECLARED, service="checkout", service_name="Checkout")
    timeline = (t.Recorded(1, NOON, listed),)

    def facts(*services: Service) -> ServiceFacts | None:
        material = Material(timeline, services={one.slug: one for one in services})
        return compile_review(material, after(9), after(9)).incident.about_service

    assert facts() is None
    assert facts(Service("checkout", "Checkout", oncall="shop"), Service("search", "Search", owner="Find")) is None
    assert facts(Service("checkout", "Checkout", tier=0)) == ServiceFacts("Checkout", None, None, 0, ())


def test_an_update_is_on_time_up_to_the_moment_it_was_due() -> None:
    early, exact, late, undue = review_of(update(10, 15), update(20, 20), update(31.5, 30), update(40, None)).updates
    assert [one.is_on_time for one in (early, exact, late, undue)] == [True, True, False, True]
    assert [one.late_by for one in (exact, late, undue)] == [timedelta(), timedelta(seconds=90), timedelta()]


def test_durations_count_from_the_declaration() -> None:
    events = (
        t.ChannelOpened(at=after(0.02), channel=CHANNEL, name="inc-42"),
        t.CommandAccepted(at=after(2), by=BO),
        t.IncidentMitigated(at=after(25 * 60), by=BO, what="rule off"),
        t.IncidentResolved(at=after(26 * 60), by=BO, what="rule out"),
    )
    spans = review_of(*events).durations
    assert spans.time_to_acknowledge == timedelta(minutes=2)
    assert spans.time_to_mitigate == timedelta(hours=25)
    assert spans.time_to_resolve == timedelta(hours=26)
    assert spans.time_to_close is None


def test_a_resolution_without_mitigation_marks_the_time_as_inferred() -> None:
    review = review_of(t.IncidentResolved(at=after(30), by=BO, what="restarted"))
    assert review.times.mitigated_at == after(30)
    assert review.times.inferred == ("mitigated_at",)


def test_a_note_stands_at_the_time_it_happened() -> None:
    late = t.NoteAdded(at=after(-4), by=BO, text="deployed")
    review = review_of(t.CommandAccepted(at=after(1), by=BO), late)
    assert [entry.kind for entry in review.timeline] == ["NoteAdded", "IncidentDeclared", "CommandAccepted"]


def test_machine_bookkeeping_is_left_out_and_says_so() -> None:
    review = review_of(t.CardPosted(at=NOON, place=Place.CHANNEL, channel=CHANNEL, ts=MessageTs("1.0")))
    assert [entry.seq for entry in review.timeline] == [1]
    assert [(one.seq, one.why) for one in review.left_out] == [(2, "machine bookkeeping: where the card stands")]


def test_roles_have_the_time_they_were_held() -> None:
    handed = (t.CommandAccepted(at=after(1), by=BO), t.CommandAccepted(at=after(60), by=CHEN, previous=BO))
    people = review_of(*handed, t.RoleAssigned(at=after(2), by=BO, role=Role.SCRIBE, person=DANA)).people
    assert [(one.role, one.since, one.until) for one in people[BO].roles] == [(Role.COMMANDER, after(1), after(60))]
    assert [(one.role, one.until) for one in people[CHEN].roles] == [(Role.COMMANDER, None)]
    assert [one.role for one in people[DANA].roles] == [Role.SCRIBE]


def test_everybody_who_is_spoken_of_has_a_name() -> None:
    agreed = t.FollowUpAgreed(at=after(9), by=DANA, text="Alert", owner=ELI, due=date(2026, 3, 20))
    review = review_of(agreed, transcript=[message(5, "ask <@UFAY|fay>")])
    assert {user: one.name for user, one in review.people.items()} == {
        DANA: "Dana",
        BO: "Bo",
        ELI: "UELI",
        CHEN: "Chen",
        SlackUserId("UFAY"): "UFAY",
    }


def test_the_transcript_is_in_the_channels_order() -> None:
    review = review_of(transcript=[message(30, "third"), message(10, "first"), message(20, "second", thread=10)])
    assert [line.text for line in review.transcript] == ["first", "second", "third"]
    assert review.transcript[1].thread_ts == review.transcript[0].ts


def test_of_a_deleted_message_only_author_and_time_are_left() -> None:
    gone = replace(
        message(10, "secret"),
        edited_at=after(1),
        deleted_at=after(2),
        files=(File("secret.txt", "text", 6, "https://files.example/secret"),),
        reactions=(Reaction("eyes", (BO,)),),
    )
    (line,) = review_of(transcript=[gone]).transcript
    assert (line.author, line.at, line.is_deleted) == (CHEN, gone.posted_at, True)
    assert (line.text, line.is_edited, line.files, line.reactions) == ("", False, (), ())


def test_permalinks_have_slacks_form_and_need_the_workspaces_address() -> None:
    lines = [message(0, "one"), message(10, "two", thread=0)]
    first, reply = review_of(transcript=lines, url="https://acme.slack.com/").transcript
    assert first.permalink == "https://acme.slack.com/archives/C1/p1772625600000100"
    assert reply.permalink == (
        "https://acme.slack.com/archives/C1/p1772625610000100?thread_ts=1772625600.000100&cid=C1"
    )
    assert review_of(transcript=lines).transcript[0].permalink is None


def test_a_step_begins_when_it_is_taken_else_with_the_report_before_it() -> None:
    planned = tuple(t.PlannedStep(number, f"step {number}") for number in (1, 2, 3))
    started = t.RunbookStarted(at=NOON, by=BO, runbook=t.LinkedRunbook("own", "Own", ""), steps=planned)

    def step(minutes: int, number: int) -> t.StepReported:
        at = NOON + timedelta(minutes=minutes)
        return t.StepReported(at=at, by=BO, slug="own", number=number, step="", outcome=StepOutcome.DONE)

    taken = t.StepTaken(at=NOON + timedelta(minutes=1), by=CHEN, slug="own", number=3, step="")
    review = review_of(step(0, 1), started, taken, step(4, 1), step(5, 2), step(9, 3))
    (used,) = [one for one in review.runbooks if one.slug == "own"]
    began = [one.began_at and (one.began_at - NOON) // timedelta(minutes=1) for one in used.steps]
    assert (began, used.step_count) == ([None, 0, 4, 1], 3)


def test_what_was_last_done_before_the_impact_stopped_and_what_was_proposed_afterwards_are_told() -> None:
    def step(minutes: int, number: int, outcome: StepOutcome = StepOutcome.DONE) -> t.StepReported:
        return t.StepReported(
            at=after(minutes), by=BO, slug="bad-change", number=number, step="", outcome=outcome, note="x"
        )

    planned = tuple(t.PlannedStep(number, f"step {number}") for number in (1, 2, 3, 4))
    linked = t.LinkedRunbook("bad-change", "Roll back", "")
    proposed = t.RunbookProposed(
        at=after(20), by=CHEN, slug="bad-change", title="Roll back", path="a.md", lesson="x/1", text="new", diff="--- a"
    )
    events = (
        t.RunbookStarted(at=NOON, by=BO, runbook=linked, steps=planned),
        *(step(3, 1), step(5, 2), step(6, 3, StepOutcome.FAILED)),
        t.IncidentMitigated(at=after(7), by=BO, what="moved"),
        t.RunbookStopped(at=after(9), by=CHEN, slug="bad-change", title="Roll back", reason="mitigated", not_done=(4,)),
        t.IncidentResolved(at=after(10), by=BO, what="fixed"),
        proposed,
        t.PullRequestOpened(at=after(21), of=9, url="https://github.example/7", number=7),
    )
    review = review_of(*events)
    (used,) = review.runbooks
    assert used.mitigated_after == 2
    assert [(one.number, one.text) for one in used.not_done] == [(4, "step 4")]
    assert [(one.reason, one.by) for one in used.stops] == [("mitigated", CHEN)]
    (change,) = review.runbook_changes
    assert (change.text, change.diff, change.by, change.url) == ("new", "--- a", CHEN, "https://github.example/7")


def test_runbooks_have_their_steps_in_the_order_reported() -> None:
    def step(minutes: int, slug: str, number: int) -> t.StepReported:
        return t.StepReported(
            at=after(minutes), by=BO, slug=slug, number=number, step="Stop", outcome=StepOutcome.DONE, note="ok"
        )

    known, unlinked = review_of(step(3, "bad-change", 2), step(4, "bad-change", 1), step(5, "other", 1)).runbooks
    assert (known.slug, [one.number for one in known.steps], known.step_count) == ("bad-change", [2, 1], 5)
    assert (unlinked.slug, [one.number for one in unlinked.steps], unlinked.step_count) == ("other", [1], None)


def test_findings_name_what_a_reader_should_ask_about() -> None:
    assert review_of(t.IncidentResolved(at=after(30), by=BO, what="restarted")).findings == (
        "Nobody has said what the impact was.",
        "Nobody accepted command.",
        "No update was posted.",
        "Targets missed: to accept command and post the first update.",
        "Nobody said when the impact stopped, so the time of the resolution is used.",
        "The resolution was not verified.",
        "Nobody recorded when the incident began or when it was detected.",
        "No follow-up was agreed; a P1 needs at least one.",
    )


def test_a_well_run_incident_has_no_findings() -> None:
    def told(name: TimeName) -> t.TimeCorrected:
        return t.TimeCorrected(at=after(50), by=BO, name=name, value=after(-2), was=None, reason="graphs")

    events = (
        t.CommandAccepted(at=after(1), by=BO),
        update(10, 15),
        t.IncidentMitigated(at=after(20), by=BO, what="rule off"),
        t.IncidentResolved(at=after(30), by=BO, what="rule out"),
        t.IncidentVerified(at=after(40), by=BO, how="by Chen"),
        told(TimeName.BEGAN),
        told(TimeName.DETECTED),
        t.FollowUpAgreed(at=after(51), by=BO, text="Alert on it", owner=CHEN, due=date(2026, 3, 20)),
    )
    impact = Written(Section.IMPACT, 1, "One payment in three failed.", BO, after(60))
    material = Material(recorded(*events), people=PEOPLE, written={Section.IMPACT: impact})
    assert compile_review(material, after(600), after(599)).findings == ()


def test_times_that_contradict_each_other_are_asked_about() -> None:
    def corrected(name: TimeName, minutes: float) -> t.TimeCorrected:
        return t.TimeCorrected(at=after(50), by=BO, name=name, value=after(minutes), was=None, reason="from the logs")

    mitigated = t.IncidentMitigated(at=after(20), by=BO, what="rule off")
    found = review_of(mitigated, corrected(TimeName.BEGAN, -5), corrected(TimeName.DETECTED, 25)).findings
    assert "It was mitigated before it was detected: is one of the two times wrong?" in found
    assert "It was declared before it was detected: is the time of detection right?" in found
    assert "It was detected before it began: is one of the two times wrong?" in (
        review_of(corrected(TimeName.BEGAN, -5), corrected(TimeName.DETECTED, -9)).findings
    )


def test_an_open_follow_up_needs_an_owner_and_a_date() -> None:
    bare = t.FollowUpAgreed(at=after(51), by=BO, text="Alert on it")
    assert "Follow-up 1 still needs an owner and a due date." in review_of(bare).findings
    done = t.FollowUpEnded(at=after(52), by=BO, of=2, text="Alert on it", state=FollowUpState.DONE)
    assert not [one for one in review_of(bare, done).findings if "still needs" in one]


@pytest.mark.parametrize(
    "words",
    [
        "It was human error.",
        "Chen should have known better.",
        "He forgot to run the migration.",
        "This is <@UCHEN>'s fault.",
        "The team failed to notice the alarm.",
    ],
)
def test_words_that_blame_are_asked_about(words: str) -> None:
    written = {Section.FACTORS: Written(Section.FACTORS, 1, words, BO, after(60))}
    found = compile_review(Material(recorded(), written=written), after(600), after(599)).findings
    assert [one for one in found if one.startswith("“Contributing factors” says “") and "made that likely" in one]


def test_words_about_systems_blame_nobody() -> None:
    text = "The cache failed to start, the default was wrong, and nobody could have seen it on the dashboard."
    written = {Section.FACTORS: Written(Section.FACTORS, 1, text, BO, after(60))}
    found = compile_review(Material(recorded(), written=written), after(600), after(599)).findings
    assert not [one for one in found if "Contributing factors" in one]


def test_a_transcript_that_may_have_gaps_says_so() -> None:
    found = compile_review(Material(recorded()), after(600), after(10)).findings
    assert "What was said after 12:10:00 UTC may be missing: the channel was not read since." in found


def test_what_people_wrote_stands_and_the_rest_is_drafted() -> None:
    text = "The pool was too small."
    written = {Section.SUMMARY: Written(Section.SUMMARY, 3, text, BO, after(60))}
    events = (
        t.NoteAdded(at=after(-3), by=DANA, text="the first alert"),
        t.IncidentMitigated(at=after(20), by=BO, what="rule off"),
    )
    review = compile_review(Material(recorded(*events), written=written), after(600), after(599))
    summary, detection, luck = map(review.section, (Section.SUMMARY, Section.DETECTION, Section.LUCK))
    assert (summary.text, summary.is_written, summary.by, summary.revision) == (text, True, BO, 3)
    assert (detection.text, detection.is_written) == (
        "3 min before it was declared, <@UDANA> noted: the first alert.",
        False,
    )
    assert (luck.text, luck.is_written) == ("", False)


def test_marked_messages_are_evidence_at_their_own_time() -> None:
    said = message(300, "The pool is full")
    marked = t.MessageMarked(
        at=said.posted_at, by=BO, mark=Mark.KEY_MOMENT, channel=said.channel, ts=said.ts, author=CHEN
    )
    (one,) = review_of(marked, transcript=[said], url="https://acme.slack.com/").evidence
    assert (one.at, one.by, one.text, one.mark) == (said.posted_at, CHEN, "The pool is full", Mark.KEY_MOMENT)
    assert one.permalink == "https://acme.slack.com/archives/C1/p1772625900000100"
    (gone,) = review_of(marked, transcript=[replace(said, deleted_at=after(9))]).evidence
    assert (gone.text, gone.permalink) == ("", None)


def test_what_it_hangs_together_with_is_named_once() -> None:
    past = t.PastIncident(IncidentNumber(12), "checkout fails", "rolled back")
    linked = t.ProblemLinked(at=after(3), by=BO, problem=3, title="the pool is small", is_new=True)
    other = t.ProblemLinked(at=after(2), by=BO, problem=2, title="the cache is cold")
    merged = t.OtherMergedIn(at=after(4), by=BO, other=IncidentNumber(43), title="cannot pay")
    found = review_of(t.PastRecalled(at=after(1), alike=(past,)), other, linked, linked, merged).related
    assert [(one.ref, one.how) for one in found] == [
        ("INC-12", "it looked alike"),
        ("PRB-3", "the problem behind it"),
        ("INC-43", "merged into this incident"),
    ]


def test_late_updates_are_counted() -> None:
    assert "1 of 2 updates came late." in review_of(update(10, 15), update(32, 30)).findings
    assert "No update came on time." in review_of(update(32, 30)).findings


def test_a_cancelled_incident_owes_no_explanation() -> None:
    assert review_of(t.IncidentCancelled(at=after(1), by=DANA, reason="a test")).findings == ()


def test_mentions_become_names() -> None:
    people = {DANA: Participant("Dana")}
    assert named("<@UDANA> asked <@UBO|bo> & <b>", people) == "@Dana asked @UBO & <b>"


def strategy_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values for a field of an event, by its type."""
    if isinstance(hint, NewType):
        return st.just("U1") if hint is SlackUserId else strategy_of(hint.__supertype__)
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(strategy_of, get_args(hint)))
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is tuple and get_args(hint)[-1] is not Ellipsis:
        return st.tuples(*map(strategy_of, get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(strategy_of(get_args(hint)[0]), max_size=2).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: strategy_of(hints[field.name]) for field in fields(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=20),
        int: st.integers(1, 9),
        float: st.floats(0, 100),
        bool: st.booleans(),
        NoneType: st.none(),
        date: st.dates(),
        timedelta: st.integers(0, 60).map(lambda seconds: timedelta(seconds=seconds)),
        datetime: st.integers(-600, 600).map(after),
    }
    return simple[hint]


def can_be(event: t.AnyEvent) -> bool:
    """By somebody; and reports are awaited only where there are some."""
    return event.by is not None and (not isinstance(event, t.ReportsAwaited) or bool(event.reports))


ANY_EVENT: st.SearchStrategy[t.AnyEvent] = st.one_of(
    *(strategy_of(kind).filter(can_be) for kind in get_args(t.AnyEvent) if kind is not t.IncidentDeclared)
)


@given(st.lists(ANY_EVENT, max_size=8))
def test_every_event_is_in_the_review_exactly_once_or_listed_as_left_out(events: list[t.AnyEvent]) -> None:
    review = review_of(*events)
    shown = [entry.seq for entry in review.timeline]
    assert sorted(shown + [one.seq for one in review.left_out]) == list(range(1, len(events) + 2))
    assert [(entry.at, entry.seq) for entry in review.timeline] == sorted(
        (entry.at, entry.seq) for entry in review.timeline
    )
    assert all(entry.text for entry in review.timeline)
    assert all(one.why for one in review.left_out)


def test_a_note_stands_in_its_last_wording_and_a_retracted_one_is_left_out_and_listed() -> None:
    found = review_of(
        t.NoteAdded(at=after(5), by=BO, text="locks"),
        t.NoteAdded(at=after(6), by=BO, text="the moon"),
        t.NoteAmended(at=after(7), by=BO, of=2, text="deadlocks"),
        t.NoteRetracted(at=after(8), by=BO, of=3, reason="it was not"),
    )
    assert [one.text for one in found.timeline if one.kind == "NoteAdded"] == ["<@UBO> noted: deadlocks."]
    assert "the moon" not in str(found)
    assert {one.seq: one.why for one in found.left_out}[3] == "the note was retracted"


LIFE: dict[Status, tuple[type[t.AnyEvent], ...]] = {
    Status.DECLARED: (t.CommandAccepted, t.IncidentMitigated, t.IncidentResolved, t.IncidentCancelled),
    Status.INVESTIGATING: (t.UpdatePosted, t.IncidentMitigated, t.IncidentResolved, t.IncidentCancelled),
    Status.MITIGATED: (t.UpdatePosted, t.IncidentResolved, t.IncidentCancelled),
    Status.RESOLVED: (t.IncidentVerified, t.IncidentClosed, t.IncidentReopened),
    Status.CLOSED: (t.NoteAdded, t.IncidentReopened),
    Status.CANCELLED: (t.NoteAdded,),
}
"""What may happen next in each status."""


def next_event(kind: type[t.AnyEvent], at: datetime) -> t.AnyEvent:
    given_: dict[type[t.AnyEvent], dict[str, Any]] = {
        t.IncidentMitigated: {"what": "rule off"},
        t.IncidentResolved: {"what": "rule out"},
        t.IncidentVerified: {"how": "graphs"},
        t.IncidentCancelled: {"reason": "a test"},
        t.IncidentReopened: {"reason": "errors are back", "next_update": t.Promise(at)},
        t.UpdatePosted: {"update": t.Update("down")},
        t.NoteAdded: {"text": "seen"},
    }
    made: t.AnyEvent = kind(at=at, by=BO, **given_.get(kind, {}))
    return made


@given(st.data())
def test_the_statuses_follow_each_other_without_a_gap_and_each_is_another(data: st.DataObject) -> None:
    events: list[t.AnyEvent] = []
    status = Status.DECLARED
    for number in range(data.draw(st.integers(0, 12))):
        kind = data.draw(st.sampled_from(LIFE[status]))
        events.append(next_event(kind, after(number + 1)))
        status = fold(recorded(*events)).status
    found = review_of(*events).statuses
    assert (found[0].status, found[0].since) == (Status.DECLARED, NOON)
    assert (found[-1].status, found[-1].until) == (status, None)
    for earlier, later in pairwise(found):
        assert earlier.until == later.since
        assert earlier.status is not later.status


def test_a_status_that_comes_back_stands_again() -> None:
    kinds = (t.CommandAccepted, t.IncidentResolved, t.IncidentReopened, t.IncidentResolved)
    events = [next_event(kind, after(number * 10)) for number, kind in enumerate(kinds, start=1)]
    assert [(one.status, one.since) for one in review_of(*events).statuses] == [
        (Status.DECLARED, NOON),
        (Status.INVESTIGATING, after(10)),
        (Status.RESOLVED, after(20)),
        (Status.INVESTIGATING, after(30)),
        (Status.RESOLVED, after(40)),
    ]


def test_whoever_came_and_went_is_told_in_order_and_has_a_name() -> None:
    came = (
        Came(BO, after(5), is_joining=False),
        Came(ELI, after(1), is_joining=True),
        Came(BO, after(1), is_joining=True),
    )
    review = compile_review(Material(recorded(), people=PEOPLE, came=came), after(600), after(599))
    assert [(one.user, one.is_joining) for one in review.presence] == [(BO, True), (ELI, True), (BO, False)]
    assert review.people[ELI].name == "UELI"


def test_messages_of_a_later_epoch_come_after_those_of_today() -> None:
    """Seconds since 1970 get an eleventh digit in the year 2286; as texts they would come before those of ten."""
    late = replace(message(0, "in 2286"), ts=MessageTs("10000000000.000100"))
    assert [line.text for line in review_of(transcript=[late, message(10, "today")]).transcript] == ["today", "in 2286"]


def test_bots_have_the_name_that_slack_shows_and_are_not_among_those_who_were_there() -> None:
    robot, nameless = SlackUserId("UROBOT"), SlackUserId("UOTHER")
    written = [
        replace(message(1, "disk full"), author=None, is_bot=True, shown_as="Alertmanager"),
        replace(message(2, "still full"), author=robot, is_bot=True, shown_as="On call"),
        replace(message(3, "full again"), author=robot, is_bot=True),
        replace(message(4, "and again"), author=nameless, is_bot=True),
        replace(message(5, "seen"), author=DANA),
    ]
    people = {**PEOPLE, robot: Profile(robot, "Robot", is_bot=True)}
    came = (Came(robot, after(1), is_joining=True), Came(CHEN, after(1), is_joining=True))
    review = compile_review(Material(recorded(), written, people, came), after(600), after(599))
    reading = read(review)
    assert [reading.author(line) for line in review.transcript] == ["Alertmanager", "On call", "Robot", "A bot", "Dana"]
    assert [one.user for one in review.presence] == [CHEN]
    assert reading.took_part() == (DANA,)


def test_groups_and_channels_that_were_mentioned_are_named_in_every_text() -> None:
    noted = t.NoteAdded(at=after(1), by=DANA, text="asked <!subteam^S1> in <#C1>")
    review = review_of(noted, transcript=[message(1, "see <#C1|>")])
    named_now = with_names(review, PEOPLE, {"S1": "shop-sre", "C1": "general"})
    assert read(named_now).names(named_now.timeline[-1].text).endswith("asked @shop-sre in #general.")
    assert named_now.transcript[0].text == "see <#C1|general>"
