"""What is easily forgotten is asked for at its time, by name, and not for ever."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.effects import ArchiveChannel, TellPerson
from bot.domain.followup import agree
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.incident import Incident
from bot.domain.nudges import fire
from bot.domain.policy import Policy
from bot.domain.review import start as start_review
from bot.domain.roles import accept
from bot.domain.status import cancel, close, reopen, resolve, verify
from bot.domain.vocabulary import DeadlineKind, Place, Priority
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    NOON,
    POLICY,
    after,
    after_events,
    days,
    declared,
    due,
    effects,
    hours,
    kinds,
    run,
)

CAREFUL = replace(
    POLICY,
    priorities={
        name: replace(rules, quiet_after=days(1), verify_within=hours(1)) for name, rules in POLICY.priorities.items()
    },
)


def commanded(policy: Policy = CAREFUL) -> Incident:
    return run(declared(policy=policy), lambda it: accept(it, BO, NOON))


def resolved(at: datetime = NOON) -> Incident:
    return run(commanded(), lambda it: resolve(it, CHEN, "rolled back", at, CAREFUL))


def closed(priority: Priority = Priority.P4) -> Incident:
    """Of a priority that owes no review."""
    return run(
        declared(priority, policy=CAREFUL),
        after_opening,
        lambda it: resolve(it, CHEN, "rolled back", NOON, CAREFUL),
        lambda it: close(it, CHEN, "nobody can test", NOON, CAREFUL),
    )


def after_opening(_: Incident) -> Decision:
    return Decision((t.ChannelOpened(at=NOON, channel=ChannelId("C042"), name="inc-42"),))


def next_of(incident: Incident, kind: DeadlineKind, last_at: datetime = NOON) -> tuple[Decision, datetime]:
    """What the next deadline of a kind leads to at its time."""
    one = min((one for one in incident.open_deadlines() if one.kind is kind), key=lambda one: one.due_at)
    return fire(incident, one, one.due_at, CAREFUL, last_at), one.due_at


def told(incident: Incident, decision: Decision) -> list[SlackUserId]:
    return [one.to for one in effects(incident, decision, CAREFUL) if isinstance(one, TellPerson)]


def nudge(decision: Decision) -> t.Nudged:
    (event,) = decision.events
    assert isinstance(event, t.Nudged)
    return event


def test_a_quiet_incident_asks_its_commander_whether_it_is_over() -> None:
    decision, at = next_of(commanded(), DeadlineKind.QUIET)
    assert at == NOON + days(1)
    assert (nudge(decision).due_at, told(commanded(), decision)) == (NOON, [BO])
    assert kinds(effects(commanded(), decision, CAREFUL)) == ["Announce", "TellPerson"]


def test_an_incident_with_something_going_on_is_looked_at_again_when_that_is_a_day_ago() -> None:
    decision, at = next_of(commanded(), DeadlineKind.QUIET, last_at=NOON + hours(20))
    assert decision == Decision((t.ActivitySeen(at=at, last_at=NOON + hours(20), next_at=NOON + hours(44)),))
    incident = run(commanded(), decision)
    assert due(incident, DeadlineKind.QUIET) == NOON + hours(44)


def test_the_pauses_between_questions_grow_to_eight_days_and_begin_anew_after_a_sign_of_life() -> None:
    incident, pauses = commanded(), []
    for _ in range(5):
        decision, at = next_of(incident, DeadlineKind.QUIET)
        incident = run(incident, decision)
        next_at = due(incident, DeadlineKind.QUIET)
        assert next_at is not None
        pauses.append(next_at - at)
    assert pauses == [days(2), days(4), days(8), days(8), days(8)]
    decision, _ = next_of(incident, DeadlineKind.QUIET, last_at=NOON + days(30))
    assert nudge(decision).nth == 1


def test_what_is_resolved_is_not_asked_whether_it_is_over() -> None:
    assert due(resolved(), DeadlineKind.QUIET) is None


def test_a_policy_that_gave_it_up_asks_nobody() -> None:
    one = next(one for one in commanded().open_deadlines() if one.kind is DeadlineKind.QUIET)
    decision = fire(commanded(), one, one.due_at, POLICY, NOON)
    assert effects(commanded(), decision) == ()
    assert due(run(commanded(), decision), DeadlineKind.QUIET) is None


def test_a_verification_that_does_not_come_is_asked_for_three_times() -> None:
    incident, times = resolved(), []
    while any(one.kind is DeadlineKind.VERIFY for one in incident.open_deadlines()):
        decision, at = next_of(incident, DeadlineKind.VERIFY)
        assert told(incident, decision) == [BO]
        times.append(at)
        incident = run(incident, decision)
    assert times == [NOON + hours(1), NOON + hours(3), NOON + hours(7)]


def test_verifying_ends_the_questions_and_reopening_does_too() -> None:
    assert due(run(resolved(), lambda it: verify(it, DANA, "graphs are flat", after(5))), DeadlineKind.VERIFY) is None
    again = run(resolved(), lambda it: reopen(it, CHEN, "it is back", after(5), CAREFUL))
    assert due(again, DeadlineKind.VERIFY) is None
    assert due(again, DeadlineKind.QUIET) == after(5) + days(1)


def test_a_closed_channel_is_told_an_hour_ahead_and_then_archived() -> None:
    incident = closed()
    decision, at = next_of(incident, DeadlineKind.ARCHIVE)
    assert at == datetime(2026, 3, 9, 9, tzinfo=UTC)  # three days later is a Saturday
    assert (kinds(effects(incident, decision, CAREFUL)), nudge(decision).next_at) == (["Announce"], at + hours(1))
    decision, at = next_of(run(incident, decision), DeadlineKind.ARCHIVE)
    assert at == datetime(2026, 3, 9, 10, tzinfo=UTC)
    assert decision == Decision((t.ArchivingDecided(at=at),))
    assert effects(incident, decision, CAREFUL) == (ArchiveChannel(t.ArchivingDecided(at=at)),)


def test_after_a_standstill_the_channel_is_still_told_an_hour_ahead() -> None:
    incident = closed()
    (one,) = [one for one in incident.open_deadlines() if one.kind is DeadlineKind.ARCHIVE]
    late = NOON + days(40)
    assert nudge(fire(incident, one, late, CAREFUL, NOON)).next_at == late + hours(1)


def test_a_channel_whose_review_is_open_or_owed_is_not_archived() -> None:
    assert due(closed(Priority.P1), DeadlineKind.ARCHIVE) is None
    begun = run(closed(), lambda it: start_review(it, CHEN, after(5), CAREFUL))
    assert due(begun, DeadlineKind.ARCHIVE) is None


def test_a_cancelled_incident_owes_no_review_and_its_channel_is_archived() -> None:
    assert due(run(declared(), lambda it: cancel(it, CHEN, "a test", NOON, CAREFUL)), DeadlineKind.ARCHIVE) is not None


def test_a_policy_may_archive_nothing() -> None:
    keeping = replace(CAREFUL, channels=replace(CAREFUL.channels, archive_after=None))
    incident = run(declared(), lambda it: cancel(it, CHEN, "a test", NOON, keeping))
    assert due(incident, DeadlineKind.ARCHIVE) is None


def test_reopening_an_archived_incident_opens_another_channel_and_brings_its_people() -> None:
    archived = after_events(closed(), t.ChannelArchived(at=after(9), channel=ChannelId("C042")))
    assert archived.is_archived
    decision = reopen(archived, DANA, "it is back", after(10), CAREFUL)
    assert kinds(effects(archived, decision, CAREFUL))[:4] == ["OpenChannel", "InvitePeople", "PostCard", "Announce"]
    again = run(archived, decision)
    assert (again.channel, again.earlier_channels, again.is_archived) == (None, (ChannelId("C042"),), False)
    assert again.card(Place.CHANNEL) is None
    opened = after_events(again, t.ChannelOpened(at=after(11), channel=ChannelId("C043"), name="inc-42-2"))
    assert opened.channels == (ChannelId("C042"), ChannelId("C043"))


def test_reopening_before_the_channel_is_archived_keeps_it() -> None:
    again = run(closed(), lambda it: reopen(it, DANA, "it is back", after(10), CAREFUL))
    assert again.channel == "C042"
    assert due(again, DeadlineKind.ARCHIVE) is None


def test_a_follow_up_reminds_its_owner_two_days_ahead_and_on_its_day_in_business_hours() -> None:
    incident = run(closed(), lambda _: agree(CHEN, "test the WAF", ELI, date(2026, 3, 12), NOON, CAREFUL))
    decision, at = next_of(incident, DeadlineKind.FOLLOW_UP)
    assert (at, told(incident, decision)) == (datetime(2026, 3, 10, 9, tzinfo=UTC), [ELI])
    decision, at = next_of(run(incident, decision), DeadlineKind.FOLLOW_UP)
    assert (at, told(incident, decision), kinds(effects(incident, decision, CAREFUL))) == (
        datetime(2026, 3, 12, 9, tzinfo=UTC),
        [ELI],
        ["TellPerson"],
    )


def test_of_two_follow_ups_due_on_one_day_each_reminds_its_own_owner() -> None:
    incident = run(
        closed(),
        lambda _: agree(CHEN, "test the WAF", ELI, date(2026, 3, 5), NOON, CAREFUL),
        lambda _: agree(CHEN, "page earlier", DANA, date(2026, 3, 5), NOON, CAREFUL),
    )
    reminded = []
    for _ in range(2):
        decision, _at = next_of(incident, DeadlineKind.FOLLOW_UP)
        reminded += told(incident, decision)
        incident = run(incident, decision)
    assert reminded == [ELI, DANA]


def test_a_follow_up_that_is_due_today_and_has_no_owner_is_no_deadline_or_falls_to_the_commander() -> None:
    today = run(commanded(), lambda _: agree(CHEN, "now", None, NOON.date(), NOON, CAREFUL))
    assert due(today, DeadlineKind.FOLLOW_UP) is None  # business opened hours ago
    tomorrow = run(commanded(), lambda _: agree(CHEN, "soon", None, date(2026, 3, 5), NOON, CAREFUL))
    assert told(tomorrow, next_of(tomorrow, DeadlineKind.FOLLOW_UP)[0]) == [BO]


def test_the_review_is_reminded_of_a_business_day_ahead_and_when_it_is_due() -> None:
    incident = run(resolved(), lambda it: start_review(it, CHEN, NOON, CAREFUL))
    decision, at = next_of(incident, DeadlineKind.REVIEW)
    assert (at, told(incident, decision)) == (datetime(2026, 3, 6, 9, tzinfo=UTC), [BO])
    decision, at = next_of(run(incident, decision), DeadlineKind.REVIEW)
    asked = kinds(effects(incident, decision, CAREFUL))
    assert (at, asked) == (datetime(2026, 3, 9, 9, tzinfo=UTC), ["Announce", "TellPerson"])
    assert at - NOON > timedelta(days=3)


def test_of_a_private_incident_no_owner_hears_who_was_not_let_in() -> None:
    secret = run(declared(policy=CAREFUL, is_private=True), lambda it: accept(it, BO, NOON))
    asked = run(secret, lambda _: agree(CHEN, "rotate the keys", ELI, date(2026, 3, 12), NOON, CAREFUL))
    assert told(asked, next_of(asked, DeadlineKind.FOLLOW_UP)[0]) == [BO]
    inside = run(asked, Decision((t.PeopleInvited(at=NOON, by=BO, people=(ELI,)),)))
    assert told(inside, next_of(inside, DeadlineKind.FOLLOW_UP)[0]) == [ELI]
