"""Whom the policy names and may turn to, and where: what only Slack can tell of them is asked for each."""

from dataclasses import replace

from bot.domain.ids import SlackUserId
from bot.domain.policy import Audience, EscalationStep, Feed, Override, People, Policy, Schedule, Service
from bot.domain.policy_people import named_groups, named_people
from bot.domain.vocabulary import Priority
from tests.domain.given import BO, CHEN, DANA, ELI, MIA, NOON, POLICY, SAM, XENIA, days, hours

NOBODY = replace(POLICY, people=People(), services={}, schedules={}, escalation={}, audience={}, access={})


def ladder(*targets: str) -> dict[Priority, tuple[EscalationStep, ...]]:
    return {Priority.P1: (EscalationStep(days(0), targets), EscalationStep(days(1), targets))}


def test_a_policy_that_names_nobody_names_nobody() -> None:
    assert named_people(NOBODY, NOON) == {}
    assert named_groups(NOBODY) == {}


def test_each_person_is_listed_once_with_every_place_that_names_them() -> None:
    policy = replace(
        NOBODY,
        people=People(managers=(MIA, MIA), executives=(XENIA, MIA)),
        services={"search": Service("search", "Search", manager=ELI), "web": Service("web", "Web")},
        schedules={"shop": Schedule("shop", members=(BO, BO), secondary=(SAM, BO))},
    )
    assert named_people(policy, NOON) == {
        MIA: ["people.managers", "people.executives"],
        XENIA: ["people.executives"],
        ELI: ["services.search.manager"],
        BO: ["schedules.shop"],
        SAM: ["schedules.shop"],
    }


def test_people_who_would_be_told_or_let_in_by_their_id_are_named_too() -> None:
    policy = replace(
        NOBODY,
        escalation=ladder("channel", "commander_dm", CHEN, "@shop-sre"),
        audience={Priority.P2: Audience(tell=("managers", DANA))},
        access={"close": ("commander", "@leads", ELI, "anyone")},
    )
    assert named_people(policy, NOON) == {
        CHEN: ["escalation.P1"],
        DANA: ["audience.P2"],
        ELI: ["access.close"],
    }


def test_a_stand_in_counts_until_their_time_is_over() -> None:
    past, now = Override(NOON - days(2), NOON - days(1), CHEN), Override(NOON - hours(1), NOON + hours(1), ELI)
    policy = replace(NOBODY, schedules={"shop": Schedule("shop", members=(BO,), overrides=(past, now))})
    assert named_people(policy, NOON) == {BO: ["schedules.shop"], ELI: ["schedules.shop.overrides"]}
    assert ELI not in named_people(policy, NOON + hours(1))


def test_whom_a_calendar_may_mean_is_named_by_the_schedule() -> None:
    feed = Feed("https://calendar.example/a.ics", {"Dana": DANA, "dana@acme.example": DANA}, hours(1))
    policy = replace(NOBODY, schedules={"ops": Schedule("ops", feed=feed)})
    assert named_people(policy, NOON) == {DANA: ["schedules.ops.people"]}


def test_groups_are_named_by_ladders_access_and_schedules() -> None:
    policy: Policy = replace(
        NOBODY,
        escalation=ladder("channel", "@shop-sre", CHEN),
        access={"close": ("@leads", "managers"), "open": ("@leads",)},
        schedules={"ops": Schedule("ops", group="@ops-team"), "shop": Schedule("shop", members=(BO,))},
    )
    policy = replace(policy, services={"search": Service("search", "Search", resolver_group="@shop-sre")})
    assert named_groups(policy) == {
        "@shop-sre": ["escalation.P1", "services.search.resolver_group"],
        "@leads": ["access.close", "access.open"],
        "@ops-team": ["schedules.ops"],
    }


def test_no_word_of_the_policy_is_taken_for_a_person() -> None:
    words = ("channel", "commander", "commander_dm", "deputy", "secondary", "oncall", "manager", "executives")
    policy = replace(
        NOBODY,
        escalation=ladder(*words),
        audience={Priority.P1: Audience(tell=("managers", "executives"))},
        access={"close": ("anyone", "responders", "integrations")},
    )
    assert named_people(policy, NOON) == {}
    assert SlackUserId("U1") in named_people(replace(policy, escalation=ladder(*words, "U1")), NOON)
