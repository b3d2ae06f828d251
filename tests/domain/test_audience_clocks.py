"""The clocks of audiences: each by its own cadence, told of together where they are due together, never lost and never
doubled, whatever happens to the incident."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import correcting, customers, reclassify, snooze, status
from bot.domain import timeline as t
from bot.domain.audience_clocks import (
    CUSTOMERS,
    STAKEHOLDERS,
    CustomersReadThePage,
    NoSuchAudience,
    after_reclassification,
    audiences_named,
)
from bot.domain.cadence import TooLong
from bot.domain.decision import Decision
from bot.domain.effects import Announce, TellChannel, TellPerson
from bot.domain.escalation import UPDATES, fire
from bot.domain.folding import fold
from bot.domain.incident import AudienceClock, Deadline, Incident
from bot.domain.policy import AudienceRules, Cadence, EscalationStep
from bot.domain.reclassify import Change
from bot.domain.refusal import Refusal
from bot.domain.roles import accept
from bot.domain.timeline import Update
from bot.domain.update import post_update
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority, Role, Stage
from tests.domain.given import (
    A_CRITICAL_ONE,
    BO,
    CHEN,
    DANA,
    PAGE,
    POLICY,
    XENIA,
    after,
    declaring,
    effects,
    hours,
    minutes,
)

EXECUTIVES, PARTNERS = "executives", "partners"
RULES = {
    EXECUTIVES: AudienceRules(
        EXECUTIVES,
        {
            Priority.P1: Cadence(minutes(15), minutes(30), hours(2)),
            Priority.P2: Cadence(hours(1), hours(2), hours(4)),
        },
        tell=("executives",),
        headings=("Impact", "Outlook"),
        ladder=(
            EscalationStep(timedelta(), ("channel", "liaison")),
            EscalationStep(minutes(10), ("commander_dm",)),
        ),
    ),
    PARTNERS: AudienceRules(PARTNERS, {Priority.P1: Cadence(hours(1), hours(1), hours(4))}, channels=("partners",)),
    CUSTOMERS: AudienceRules(CUSTOMERS, {Priority.P1: Cadence(minutes(30), minutes(30), hours(2))}),
}
KEPT = replace(POLICY, audiences=RULES, status_page=PAGE)


class Course:
    """A timeline as it grows, and the time by now."""

    def __init__(self, priority: Priority | None = None, *, is_private: bool = False, is_drill: bool = False) -> None:
        report = replace(A_CRITICAL_ONE, priority=priority, is_private=is_private, is_drill=is_drill)
        self.now = after(0)
        self.timeline: list[t.Recorded] = []
        self.record(declaring(report, policy=KEPT))

    def record(self, decision: Decision) -> None:
        first = len(self.timeline) + 1
        self.timeline += [t.Recorded(seq, self.now, one) for seq, one in enumerate(decision.events, start=first)]

    @property
    def incident(self) -> Incident:
        return fold(self.timeline)

    @property
    def events(self) -> list[t.AnyEvent]:
        return [one.event for one in self.timeline]

    def at(self, minute: float) -> "Course":
        """Time passes, and every deadline of an update fires in its turn."""
        self.pass_until(after(minute))
        return self

    def pass_until(self, until: datetime) -> None:
        def next_one() -> Deadline | None:
            found = [one for one in self.incident.open_deadlines() if one.kind in UPDATES and one.due_at <= until]
            return min(found, key=lambda one: one.due_at, default=None)

        while (due := next_one()) is not None:
            self.now = max(self.now, due.due_at)
            self.record(fire(self.incident, due, self.now, KEPT))
        self.now = until

    def update(self, *whom: str, next_in: timedelta | None = None) -> t.UpdatePosted:
        people = {EXECUTIVES: (XENIA,)}
        decision = post_update(
            self.incident, BO, Update("down"), next_in, self.now, KEPT, whom=whom or (STAKEHOLDERS,), people=people
        )
        self.record(decision)
        posted = decision.events[-1]
        assert isinstance(posted, t.UpdatePosted)
        return posted

    def tell_customers(self, next_in: timedelta | None = None) -> None:
        """What stands on the page is written, approved and published."""
        stage = customers.offered_stages(self.incident)[0]
        text = f"We are on it, {self.now:%H:%M}."
        self.record(customers.draft(self.incident, BO, stage, "Problems", text, None, next_in, self.now, KEPT))
        self.record(customers.ask_for_review(self.incident, BO, None, (), (CHEN,), self.now, KEPT))
        self.record(customers.approve(self.incident, CHEN, None, self.now, KEPT))
        self.record(customers.publish(self.incident, BO, None, self.now, KEPT))

    def clock(self, audience: str) -> AudienceClock:
        found = self.incident.clock_of(audience)
        assert found is not None
        return found

    def shown_to_customers(self) -> datetime | None:
        return self.incident.customers_next_at

    def due(self) -> dict[str, datetime]:
        return {one.audience: one.due_at for one in self.incident.audiences if one.due_at is not None}


def test_each_audience_has_its_own_clock_from_the_declaration_on() -> None:
    course = Course()
    assert course.due() == {EXECUTIVES: after(15), PARTNERS: after(60), CUSTOMERS: after(30)}
    assert course.incident.update_due_at == after(15)


def test_at_a_priority_without_a_cadence_an_audience_is_owed_nothing() -> None:
    assert Course(Priority.P3).due() == {}
    assert Course(Priority.P2).due() == {EXECUTIVES: after(60)}


def test_an_update_restarts_the_clocks_of_those_whom_it_is_for_and_no_other() -> None:
    course = Course().at(5)
    posted = course.update(EXECUTIVES)
    assert posted.next_update is None
    assert course.due() == {EXECUTIVES: after(35), PARTNERS: after(60), CUSTOMERS: after(30)}
    assert course.incident.update_due_at == after(15)
    assert course.incident.last_update is None, "stakeholders were told nothing"

    course.update(STAKEHOLDERS, PARTNERS, next_in=minutes(20))
    assert course.due()[PARTNERS] == course.incident.update_due_at == after(25)
    course.update()
    assert course.due()[EXECUTIVES] == after(35)
    assert course.incident.update_due_at == after(20)


def test_who_follows_hears_nothing_of_what_is_for_others() -> None:
    course = Course()
    course.record(Decision((t.Followed(at=course.now, by=CHEN),)))
    course.update(EXECUTIVES)
    assert course.incident.news == ()
    course.update(STAKEHOLDERS, EXECUTIVES)
    assert len(course.incident.news) == 1


def test_what_is_published_for_customers_restarts_their_clock() -> None:
    course = Course().at(10)
    course.tell_customers()
    assert course.due()[CUSTOMERS] == after(40)
    assert (course.clock(CUSTOMERS).updates_due, course.clock(CUSTOMERS).updates_on_time) == (1, 1)
    assert course.due()[EXECUTIVES] == after(15)


def test_customers_read_when_they_hear_next_and_their_clock_goes_by_that() -> None:
    course = Course().at(10)
    course.tell_customers()
    assert course.shown_to_customers() == course.due()[CUSTOMERS] == after(40)
    course.at(12).tell_customers(minutes(20))
    assert course.shown_to_customers() == course.due()[CUSTOMERS] == after(32)
    course.at(14).tell_customers(timedelta())
    assert course.shown_to_customers() is None
    assert course.due()[CUSTOMERS] == after(44), "they are owed one, though nobody said so"
    with pytest.raises(TooLong):
        course.tell_customers(timedelta(days=30))
    course.record(status.resolve(course.incident, BO, "rolled back", course.now, KEPT))
    course.tell_customers()
    told = course.incident.customers_told
    assert told is not None
    assert (told.stage, told.next_in) == (Stage.RESOLVED, None)


def test_what_the_page_names_is_not_put_off_by_a_milder_priority() -> None:
    course = Course().at(10)
    course.tell_customers(minutes(15))
    of_p2 = {Priority.P2: Cadence(hours(1), hours(4), hours(4))}
    rules = replace(RULES[CUSTOMERS], cadence={**RULES[CUSTOMERS].cadence, **of_p2})
    calmer = replace(KEPT, audiences={**RULES, CUSTOMERS: rules})
    found = after_reclassification(course.incident, Priority.P2, course.incident.service, course.now, calmer)
    assert {one.audience: one.promised.due_at for one in found if one.promised}[CUSTOMERS] == after(25)


def test_a_mitigated_incident_has_a_calmer_cadence_from_the_next_update_on() -> None:
    course = Course().at(5)
    course.record(status.mitigate(course.incident, BO, "moved", course.now, KEPT))
    assert course.due()[EXECUTIVES] == after(15), "they have not heard of it yet"
    course.update(EXECUTIVES)
    assert course.due()[EXECUTIVES] == after(5 + 120)


def test_when_it_is_resolved_nobody_is_owed_more_and_reopened_everybody_anew() -> None:
    course = Course().at(5)
    course.record(status.resolve(course.incident, BO, "rolled back", course.now, KEPT))
    assert course.due() == {}
    assert not [one for one in course.incident.open_deadlines() if one.kind is DeadlineKind.AUDIENCE]
    course.at(90)
    course.record(status.reopen(course.incident, BO, "it is back", course.now, KEPT))
    assert course.due() == {EXECUTIVES: after(105), PARTNERS: after(150), CUSTOMERS: after(120)}


def test_another_priority_counts_again_from_when_an_audience_was_told_and_for_the_worse_never_longer() -> None:
    course = Course(Priority.P2).at(10)
    course.update(EXECUTIVES)
    assert course.due() == {EXECUTIVES: after(130)}
    course.at(20)
    course.record(reclassify.reclassify(course.incident, BO, Change(priority=Priority.P1), "all", course.now, KEPT))
    assert course.due() == {EXECUTIVES: after(40), PARTNERS: after(80), CUSTOMERS: after(50)}
    course.record(reclassify.reclassify(course.incident, BO, Change(priority=Priority.P3), "few", course.now, KEPT))
    assert course.due() == {}


def test_of_a_private_incident_only_customers_are_owed_anything_and_of_a_drill_they_are_not() -> None:
    assert Course(is_private=True).due() == {CUSTOMERS: after(30)}
    course = Course(is_drill=True)
    assert set(course.due()) == {EXECUTIVES, PARTNERS}
    course.record(correcting.correct_drill(course.incident, BO, False, "it is real", course.now, KEPT))
    assert course.due()[CUSTOMERS] == after(30)
    course.record(correcting.correct_drill(course.incident, BO, True, "it is not", course.now, KEPT))
    assert CUSTOMERS not in course.due()


def test_an_update_of_a_private_incident_is_for_its_members_alone() -> None:
    with pytest.raises(Refusal, match="is private, so executives hear nothing"):
        Course(is_private=True).update(EXECUTIVES)


def test_who_is_due_together_is_told_of_together() -> None:
    course = Course()
    course.record(accept(course.incident, BO, course.now))
    course.at(10)
    reminded = course.events[-1]
    assert isinstance(reminded, t.DeadlineReminded)
    assert (reminded.deadline, reminded.due_at) == (DeadlineKind.UPDATE, after(15))
    assert [(one.audience, one.due_at) for one in reminded.audiences] == [(EXECUTIVES, after(15))]
    assert [one.to for one in effects(course.incident, Decision((reminded,)), KEPT) if isinstance(one, TellPerson)] == [
        BO
    ]

    course.at(16)
    overdue = course.events[-1]
    assert isinstance(overdue, t.UpdateOverdue)
    assert overdue.rungs is not None
    assert [(one.audience, one.rungs.in_channel) for one in overdue.audiences] == [(EXECUTIVES, True)]
    assert sum(isinstance(one, Announce) for one in effects(course.incident, Decision((overdue,)), KEPT)) == 1
    assert sum(isinstance(one, t.UpdateOverdue) for one in course.events) == 1


def test_a_reminder_takes_in_who_is_due_within_five_minutes() -> None:
    course = Course().at(3)
    course.update(STAKEHOLDERS, next_in=minutes(16))
    course.at(10)
    reminded = course.events[-1]
    assert isinstance(reminded, t.DeadlineReminded)
    assert [one.audience for one in reminded.audiences] == [EXECUTIVES]
    assert reminded.due_at == after(19)
    course.at(15)
    assert course.events[-1] is reminded, "nobody is reminded twice"


def test_the_liaison_is_reminded_of_what_others_are_owed() -> None:
    course = Course().at(1)
    course.record(accept(course.incident, BO, course.now))
    course.record(Decision((t.RoleAssigned(at=course.now, by=BO, role=Role.LIAISON, person=CHEN),)))
    course.update()
    course.at(10)
    reminded = course.events[-1]
    assert isinstance(reminded, t.DeadlineReminded)
    told = [one.to for one in effects(course.incident, Decision((reminded,)), KEPT) if isinstance(one, TellPerson)]
    assert set(told) == {BO, CHEN}


def test_the_ladder_of_an_audience_is_climbed_to_its_end_and_an_update_ends_it() -> None:
    course = Course().at(1)
    course.record(accept(course.incident, BO, course.now))
    course.update(next_in=hours(3))
    course.at(16)
    overdue = course.events[-1]
    assert isinstance(overdue, t.UpdateOverdue)
    assert overdue.deadline is DeadlineKind.AUDIENCE
    assert overdue.audiences[0].rungs.nobody == ("liaison",)
    course.at(25)
    told = course.events[-1]
    assert isinstance(told, t.EscalationTold)
    assert told.audiences[0].rungs.told == (BO,)
    course.at(40)
    left = [one for one in course.events if isinstance(one, t.LeftUnattended)]
    assert [[one.audience for one in event.audiences] for event in left] == [[EXECUTIVES]]
    assert course.clock(EXECUTIVES).ladder is not None

    course.update(EXECUTIVES)
    assert course.clock(EXECUTIVES).ladder is None
    assert (course.clock(EXECUTIVES).updates_due, course.clock(EXECUTIVES).updates_on_time) == (1, 0)


def test_a_snooze_holds_the_reminders_of_all() -> None:
    course = Course().at(5)
    course.record(snooze.snooze(course.incident, BO, minutes(30), "reading logs", course.now, KEPT))
    count = len(course.events)
    course.at(34)
    assert len(course.events) == count
    course.at(36)
    overdue = course.events[count]
    assert isinstance(overdue, t.UpdateOverdue)
    assert [one.audience for one in overdue.audiences] == [EXECUTIVES, CUSTOMERS]
    assert course.clock(EXECUTIVES).due_at == after(15), "what was promised stays"


def test_an_update_goes_to_the_people_and_channels_of_its_audiences_once() -> None:
    course = Course().at(2)
    posted = course.update(STAKEHOLDERS, EXECUTIVES, PARTNERS)
    found = effects(course.incident, Decision((posted,)), KEPT)
    assert [one.to for one in found if isinstance(one, TellPerson)] == [XENIA]
    assert [one.to for one in found if isinstance(one, TellChannel)] == ["partners"]
    assert posted.headings == ()
    assert course.update(EXECUTIVES).headings == ("Impact", "Outlook")


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("executives", (EXECUTIVES,)),
        ("Stakeholders, executives", (STAKEHOLDERS, EXECUTIVES)),
        ("all", (STAKEHOLDERS, EXECUTIVES, PARTNERS)),
        ("executives,executives", (EXECUTIVES,)),
    ],
)
def test_whom_an_update_is_for_is_read_as_it_is_typed(typed: str, whom: tuple[str, ...]) -> None:
    assert audiences_named(typed, KEPT) == whom


def test_an_unknown_audience_is_refused_with_those_that_there_are_and_customers_are_told_elsewhere() -> None:
    with pytest.raises(NoSuchAudience, match=r"“execs”\. There are: stakeholders, executives, partners, all"):
        audiences_named("execs", KEPT)
    with pytest.raises(CustomersReadThePage, match="status-page draft"):
        audiences_named("customers", KEPT)
    with pytest.raises(NoSuchAudience, match="There are: stakeholders, all"):
        audiences_named("executives", POLICY)


def test_a_policy_without_audiences_has_no_clocks_but_that_of_the_priority() -> None:
    [event] = declaring().events
    assert isinstance(event, t.IncidentDeclared)
    assert event.audiences == ()


ACTS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.5, 45)),
    st.tuples(
        st.just("update"),
        st.lists(st.sampled_from([STAKEHOLDERS, EXECUTIVES, PARTNERS]), min_size=1, max_size=3, unique=True),
    ),
    st.tuples(st.just("customers"), st.none()),
    st.tuples(st.just("priority"), st.sampled_from(list(Priority))),
    st.tuples(st.just("snooze"), st.integers(1, 60)),
    st.tuples(st.sampled_from(["mitigate", "resolve", "reopen", "drill", "accept"]), st.none()),
)


def act(course: Course, name: str, how: object) -> None:
    it, now = course.incident, course.now
    match name, how:
        case "wait", float(span):
            course.pass_until(now + timedelta(minutes=span))
        case "update", list(whom):
            course.update(*whom)
        case "customers", _:
            course.tell_customers()
        case "priority", Priority() as priority:
            course.record(reclassify.reclassify(it, BO, Change(priority=priority), "as seen", now, KEPT))
        case "snooze", int(span):
            course.record(snooze.snooze(it, DANA, minutes(span), "busy", now, KEPT))
        case "mitigate", _:
            course.record(status.mitigate(it, BO, "moved", now, KEPT))
        case "resolve", _:
            course.record(status.resolve(it, BO, "fixed", now, KEPT))
        case "reopen", _:
            course.record(status.reopen(it, BO, "back", now, KEPT))
        case "drill", _:
            course.record(correcting.correct_drill(it, BO, not it.is_drill, "after all", now, KEPT))
        case _:
            course.record(accept(it, BO, now))


def said(events: list[t.AnyEvent], kind: type[t.AnyEvent]) -> Iterator[tuple[str, datetime]]:
    for one in events:
        if isinstance(one, t.DeadlineReminded | t.UpdateOverdue | t.LeftUnattended) and isinstance(one, kind):
            yield from ((waiting.audience, waiting.due_at) for waiting in one.audiences)


@given(st.lists(ACTS, max_size=25))
def test_whatever_happens_no_deadline_of_an_audience_is_lost_or_doubled(acts: list[tuple[str, object]]) -> None:
    course = Course()
    for name, how in acts:
        try:
            act(course, name, how)
        except Refusal:
            continue
        incident = course.incident
        keys = Counter(one.key for one in incident.waiting)
        assert max(keys.values(), default=1) == 1
        for clock in incident.audiences:
            waiting = [one for one in incident.waiting if one.audience == clock.audience]
            if clock.due_at is None:
                assert waiting == []
                continue
            assert not incident.status.is_calm
            assert {one.promised_at for one in waiting} <= {clock.due_at}
            steps = Counter(one.step for one in waiting)
            is_at_the_end = clock.ladder is not None and clock.ladder.is_unattended
            assert steps[DeadlineStep.OVERDUE] == (0 if clock.is_overdue else 1)
            assert steps[DeadlineStep.ESCALATE] == (1 if clock.is_overdue and not is_at_the_end else 0)
            assert clock.held <= KEPT.max_snooze
        for kind in (t.DeadlineReminded, t.UpdateOverdue, t.LeftUnattended):
            times = Counter((audience, due_at) for audience, due_at in said(course.events, kind))
            assert max(times.values(), default=1) == 1, kind
        for clock in incident.audiences:
            assert 0 <= clock.updates_on_time <= clock.updates_due
