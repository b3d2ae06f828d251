"""The policy file: laid over the shipped one, and every mistake named with its line."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.domain.ids import SlackUserId
from bot.domain.policy import (
    Audience,
    ContextRule,
    Days,
    EscalationStep,
    OnCallHours,
    Override,
    Policy,
    Reviews,
    RunbookRepository,
    Webhook,
)
from bot.domain.vocabulary import Axis, Clock, DataClass, Level, Priority, Window

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DANA, BO = SlackUserId("U123"), SlackUserId("U456")

EVERYTHING = """\
timezone: Europe/Madrid
business_hours: {days: [mon, tue], from: 8:30, to: 17:00, holidays: ES-CT}
channels: {prefix: ops, broadcast: "#outages", archive_after: 1h30m, bridge_url: https://meet.example/major}
priorities: {P1: {warn_before: 2m, max_next: 1h}}
escalation: {P3: [{after: 0m, tell: [channel, "@shop-sre", U9]}]}
matrix: {low: {low: P3}}
context:
- {when: {service: checkout, calendar: month_end, tier: 1, category: outage}, raise: urgency}
- {when: {calendar: {from: 2026-11-27, to: 2026-11-30}}, raise: impact}
sources: [alert, phone]
private_categories: [outage]
audience: {P1: {tell: [managers, U9]}, P4: {broadcast: false}}
access: {close: [commander, "@leads", U9], open: managers}
elsewhere: {request: "Ask in #it-help."}
services:
  checkout: {name: Checkout, tier: 1, oncall: shop, manager: U9, resolver_group: "@shop-sre", tags: [web, payments]}
default_schedule: shop
schedules:
  shop:
    rotation: 2w
    start: 2026-01-05
    handover: "tue 10:00"
    timezone: Asia/Tokyo
    members: [U123, U456]
    secondary: [U456]
    overrides: [{from: 2026-12-24T09:00, to: 2026-12-27T09:00+01:00, who: U123}]
people: {managers: [U1], executives: [U2, W3]}
categories: [outage, sécurité]
max_snooze: 30m
templates: {P1: {stakeholders: "{ref}: {title}. Next at {next_due}."}}
"""


def policy(text: str, folder: Path) -> Policy:
    path = folder / "policy.yml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def problems(text: str, folder: Path) -> list[str]:
    """Everything that is wrong with a text, as `line: what`."""
    with pytest.raises(PolicyProblems) as found:
        policy(text, folder)
    assert {one.file for one in found.value.problems} == {str(folder / "policy.yml")}
    return [f"{one.line}: {one.text}" for one in found.value.problems]


def test_the_shipped_policy_names_no_person_service_or_country() -> None:
    shipped = load(None)
    assert (shipped.services, shipped.schedules, shipped.default_schedule) == ({}, {}, None)
    assert (shipped.people.managers, shipped.people.executives) == ((), ())
    assert date(2026, 12, 25) not in shipped.business_hours.holidays
    assert shipped.timezone == ZoneInfo("UTC")


def test_the_shipped_priorities_are_as_documented() -> None:
    p1, p2, p3, p4 = (load(None).priorities[name] for name in Priority)
    assert (p1.acknowledge_within, p1.first_update_within, p1.update_every) == (5 * MINUTE, 15 * MINUTE, 15 * MINUTE)
    assert (p1.warn_before, p1.resolve_within, p1.review_within) == (5 * MINUTE, 4 * HOUR, 3 * DAY)
    assert (p1.bridge, p1.notify_executives, p2.bridge) == (True, True, False)
    assert p1.notify == p2.notify == ("resolver_group", "manager")
    assert p3.notify == p4.notify == ()
    assert (p2.clock, p3.clock) == (Clock.ALWAYS, Clock.BUSINESS)
    assert (p3.first_update_within, p3.review_within) == (4 * HOUR, None)
    assert (p4.acknowledge_within, p4.update_every) == (DAY, DAY)


def test_what_a_priority_leaves_out_follows_from_its_cadence() -> None:
    p1, p2, p3, p4 = (load(None).priorities[name] for name in Priority)
    assert [one.mitigated_update_every for one in (p1, p2, p3, p4)] == [HOUR, 2 * HOUR, 4 * HOUR, DAY]
    assert [one.max_next for one in (p1, p2, p3, p4)] == [4 * HOUR, 4 * HOUR, 8 * HOUR, 2 * DAY]


def test_the_shipped_matrix_is_worst_where_both_are_high() -> None:
    matrix = load(None).matrix
    rows = [[matrix[row][column] for column in Level] for row in Level]
    assert rows == [["P1", "P2", "P3"], ["P2", "P3", "P4"], ["P3", "P4", "P4"]]


def test_a_priority_without_a_ladder_tells_the_channel_and_the_commander(tmp_path: Path) -> None:
    plain = (EscalationStep(timedelta(0), ("channel", "commander")),)
    assert load(None).escalation[Priority.P3] == plain
    assert [len(load(None).escalation[name]) for name in Priority] == [4, 4, 1, 1]
    assert policy("escalation: {P1: null}", tmp_path).escalation[Priority.P1] == plain


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n", "\ufefftimezone: UTC\n"])
def test_a_file_that_says_nothing_new_is_the_shipped_policy(text: str, tmp_path: Path) -> None:
    assert policy(text, tmp_path) == load(None)


def test_mappings_merge_and_lists_replace(tmp_path: Path) -> None:
    found = policy("business_hours: {days: [sat]}\npriorities: {P1: {update_every: 20m}}\n", tmp_path)
    assert (found.business_hours.days, found.business_hours.opens) == (frozenset({5}), time(9))
    assert found.priorities[Priority.P1].update_every == 20 * MINUTE
    assert found.priorities[Priority.P1].acknowledge_within == 5 * MINUTE
    assert found.priorities[Priority.P2] == load(None).priorities[Priority.P2]


def test_null_removes(tmp_path: Path) -> None:
    found = policy("channels: {broadcast: null, archive_after: null}\npriorities: {P1: {warn_before: null}}", tmp_path)
    assert (found.channels.broadcast, found.channels.archive_after) == (None, None)
    assert found.priorities[Priority.P1].warn_before is None


def test_everything_can_be_written(tmp_path: Path) -> None:
    found = policy(EVERYTHING, tmp_path)
    assert (found.business_hours.opens, found.business_hours.closes) == (time(8, 30), time(17))
    assert date(2026, 9, 11) in found.business_hours.holidays  # Catalonia's day
    assert (found.channels.prefix, found.channels.broadcast) == ("ops", "outages")
    assert found.channels.archive_after == 90 * MINUTE
    assert found.priorities[Priority.P1].max_next == HOUR
    assert found.escalation[Priority.P3][0].tell == ("channel", "@shop-sre", "U9")
    assert found.matrix[Level.LOW][Level.LOW] is Priority.P3
    assert found.context == (
        ContextRule("checkout", "outage", 1, Window.MONTH_END),
        ContextRule(calendar=Days(date(2026, 11, 27), date(2026, 11, 30)), raises=Axis.IMPACT),
    )
    assert found.audience == {Priority.P1: Audience(tell=("managers", "U9")), Priority.P4: Audience(broadcast=False)}
    assert found.access == {"close": ("commander", "@leads", "U9"), "open": ("managers",)}
    assert found.private_categories == {"outage"}
    assert found.sources == ("alert", "phone")
    assert found.elsewhere.request == "Ask in #it-help."
    assert found.elsewhere.problem.startswith("The cause of repeated incidents")
    assert found.services["checkout"].tags == ("web", "payments")
    assert found.people.executives == ("U2", "W3")
    assert found.templates[Priority.P1]["stakeholders"].startswith("{ref}")


def test_integrations_are_let_in_by_name(tmp_path: Path) -> None:
    assert policy("access: {declare: [managers, integrations]}", tmp_path).access == {
        "declare": ("managers", "integrations")
    }


def test_an_override_stands_in_for_the_primary_unless_it_says_secondary(tmp_path: Path) -> None:
    times = "from: 2026-01-01, to: 2026-01-02, who: U1"
    text = f"schedules: {{shop: {{members: [U1], overrides: [{{{times}}}, {{{times}, role: secondary}}]}}}}"
    overrides = policy(text, tmp_path).schedules["shop"].overrides
    assert [one.is_secondary for one in overrides] == [False, True]


@pytest.mark.parametrize("scheme", ["https", "webcal", "WEBCAL", "webcals"])
def test_a_calendar_is_read_from_the_web_whatever_calendars_call_that(scheme: str, tmp_path: Path) -> None:
    text = f"schedules: {{shop: {{ical: '{scheme}://x.example/a.ics', people: {{Dana: U1}}}}}}"
    feed = policy(text, tmp_path).schedules["shop"].feed
    assert feed is not None
    assert feed.url == "https://x.example/a.ics"


def test_a_schedule_lives_in_its_own_time_zone(tmp_path: Path) -> None:
    shop = policy(EVERYTHING, tmp_path).schedules["shop"]
    tokyo = ZoneInfo("Asia/Tokyo")
    assert (shop.turn, shop.handover_day, shop.handover_time, shop.timezone) == (timedelta(days=14), 1, time(10), tokyo)
    begins, ends = datetime(2026, 12, 24, 9, tzinfo=tokyo), datetime(2026, 12, 27, 8, tzinfo=UTC)
    assert shop.overrides == (Override(begins, ends, DANA),)


@pytest.mark.parametrize(
    ("text", "turn", "day", "clock"),
    [
        ("", timedelta(days=7), 0, time(9)),
        ("rotation: daily", timedelta(days=1), None, time(9)),
        ("rotation: daily, handover: 08:00", timedelta(days=1), None, time(8)),
        ("rotation: 10d", timedelta(days=10), None, time(9)),
        ("rotation: monthly", None, None, time(9)),
        ("rotation: 12h, handover: 07:00", timedelta(hours=12), None, time(7)),
        ("rotation: weekly, handover: fri 17:30", timedelta(days=7), 4, time(17, 30)),
    ],
)
def test_a_rotation_hands_over_on_its_day(
    text: str, turn: timedelta | None, day: int | None, clock: time, tmp_path: Path
) -> None:
    comma = ", " if text else ""
    found = policy(f"schedules: {{shop: {{members: [U1]{comma}{text}}}}}", tmp_path).schedules["shop"]
    assert (found.turn, found.handover_day, found.handover_time) == (turn, day, clock)
    assert found.timezone == ZoneInfo("UTC")


HOURS = """
schedules:
  shop:
    members: [U1]
    timezone: Europe/Madrid
    hours: {days: [mon, fri], from: 22:00, to: 06:00, otherwise: early}
  early: {members: [U2], hours: {from: "06:00", to: "14:00", otherwise: ops}}
  ops: {group: "@ops"}
"""


def test_a_rotation_may_have_hours_and_name_who_has_the_rest(tmp_path: Path) -> None:
    schedules = policy(HOURS, tmp_path).schedules
    early = OnCallHours(frozenset(range(7)), time(6), time(14), schedules["ops"])
    assert schedules["early"].hours == early
    assert schedules["shop"].hours == OnCallHours(frozenset({0, 4}), time(22), time(6), schedules["early"])


def test_hours_that_lead_back_to_themselves_are_refused_in_their_lines(tmp_path: Path) -> None:
    circle = HOURS.replace(
        'ops: {group: "@ops"}', "ops: {members: [U3], hours: {from: 9:00, to: 10:00, otherwise: shop}}"
    )
    way = ("early → ops → shop → early", "ops → shop → early → ops", "shop → early → ops → shop")
    assert problems(circle, tmp_path) == [
        f"{line}: `schedules.{name}.hours.otherwise`: outside their hours these schedules name each other: {found}"
        for line, name, found in zip((6, 7, 8), ("shop", "early", "ops"), way, strict=True)
    ]
    (alone,) = problems("schedules: {shop: {members: [U1], hours: {from: 9:00, to: 10:00, otherwise: shop}}}", tmp_path)
    assert alone.endswith("name each other: shop → shop")


def test_what_becomes_of_reviews_can_be_written(tmp_path: Path) -> None:
    text = "review: {canvas: true, repository: /srv/reviews, meeting: false, keep_deleted_text: 7d}\n"
    whole = policy(text, tmp_path)
    found = whole.reviews
    assert found == Reviews(canvas=True, repository="/srv/reviews", meeting=False)
    assert whole.retention.deleted_words == 7 * DAY
    assert found.destinations(is_private=False) == ("canvas", "repository")
    assert found.destinations(is_private=True) == ("canvas",)
    assert policy("", tmp_path).reviews.destinations(is_private=False) == ()


@pytest.mark.parametrize(("text", "holiday"), [("NO", date(2026, 5, 17)), ("de", date(2026, 10, 3))])
def test_a_country_is_a_country_however_it_is_written(text: str, holiday: date, tmp_path: Path) -> None:
    hours = policy(f"business_hours: {{holidays: {text}}}", tmp_path).business_hours
    assert holiday in hours.holidays
    assert date(2026, 3, 4) not in hours.holidays


def test_holidays_can_be_listed(tmp_path: Path) -> None:
    hours = policy("business_hours: {holidays: [2026-03-04]}", tmp_path).business_hours
    assert date(2026, 3, 4) in hours.holidays


def test_24_hours_and_a_day_differ_on_the_business_clock_alone(tmp_path: Path) -> None:
    text = "priorities: {P2: {resolve_within: 24h}, P3: {resolve_within: 24h}, P4: {resolve_within: 1d}}"
    found = policy(text, tmp_path).priorities
    assert found[Priority.P2].resolve_within == DAY
    assert found[Priority.P3].resolve_within == 2 * DAY + 6 * HOUR  # of nine hours each
    assert found[Priority.P4].resolve_within == DAY


MISTAKES = [
    ("chanels: {}", "there is no key `chanels`; did you mean `channels`?"),
    ("channels: {prefx: ops}", "there is no key `channels.prefx`; did you mean `prefix`?"),
    ("priorities: {P1: {update_evry: 5m}}", "no key `priorities.P1.update_evry`; did you mean `update_every`?"),
    ("priorities: {P5: {name: x}}", "there is no key `priorities.P5`; known: P1, P2, P3, P4"),
    ("schedules: {a: {members: [U1], ovrrides: []}}", "no key `schedules.a.ovrrides`; did you mean `overrides`?"),
    ("escalation: {P1: [{after: 0m, tell: [], tel: []}]}", "no key `escalation.P1.0.tel`; did you mean `tell`?"),
    ("context: [{when: {servce: x}, raise: urgency}]", "no key `context.0.when.servce`; did you mean `service`?"),
    ("timezone: Europe/Madird", "did you mean Europe/Madrid?"),
    ("timezone: Europe", "there is no time zone 'Europe'"),
    ("timezone: null", "`timezone`: is missing"),
    ("priorities: {P3: null}", "`priorities.P3`: is missing"),
    ("matrix: {low: {low: null}}", "`matrix.low.low`: is missing"),
    ("matrix: {low: {low: P7}}", "`matrix.low.low`: input should be 'P1', 'P2', 'P3' or 'P4'"),
    ("priorities: {P1: {update_every: 15 minutes}}", "'15 minutes' is no duration; write for example 45s, 15m"),
    ("priorities: {P1: {update_every: 0m}}", "`priorities.P1.update_every`: must be longer than zero"),
    ("priorities: {P1: {update_every: -5m}}", "'-5m' is no duration"),
    ("priorities: {P1: {update_every: 15}}", "15 is no duration"),
    ("priorities: {P1: {update_every: 9999d}}", "9999d is longer than ten years"),
    ("priorities: {P1: {warn_before: 15m}}", "`priorities.P1.warn_before`: must be shorter than `update_every`"),
    ("priorities: {P1: {max_next: 10m}}", "`priorities.P1.max_next`: must not be shorter than `update_every`"),
    ("priorities: {P1: {resolve_within: 2m}}", "must not be shorter than `acknowledge_within`"),
    ("priorities: {P1: {mitigate_within: 5h}}", "`priorities.P1.resolve_within`: must not be shorter than `mitigate"),
    ("tiers: {1: {P1: {mitigate_within: 2h, resolve_within: 1h}}}", "must not be shorter than `mitigate_within`"),
    ("tiers: {1: {P1: {update_every: 2m}}}", "there is no key `tiers.1.P1.update_every`; known: acknowledge_within"),
    ("tiers: {one: {}}", "`tiers.one"),
    ("quiet_after: 0d", "`quiet_after`: must be longer than zero"),
    ("max_snooze: never", "'never' is no duration"),
    ("priorities: {P1: {bridge: maybe}}", "`priorities.P1.bridge`: expected true or false"),
    ("priorities: {P1: {clock: office}}", "`priorities.P1.clock`: input should be 'always' or 'business'"),
    ("priorities: 5", "`priorities`: expected `key: value` lines"),
    ("business_hours: {days: []}", "the business hours never open; name at least one day"),
    ("business_hours: {days: [moonday]}", "'moonday' is no day; write one of mon, tue"),
    ("business_hours: {from: 19:00}", "the business hours never open; `to` must be later than `from`"),
    ("business_hours: {to: 25:00}", "'25:00' is no time of day"),
    ("business_hours: {holidays: XX}", "no holidays are known for 'XX'"),
    ("business_hours: {holidays: ES-XX}", "no part 'XX' of ES is known; known: AN, AR"),
    ("business_hours: {holidays: [2026-02-30]}", "'2026-02-30' is no date"),
    ("channels: {prefix: In Cident}", "`channels.prefix`: a prefix has up to 20 lower-case letters"),
    ("channels: {broadcast: In Cidents}", "'In Cidents' is no channel"),
    ("channels: {bridge_url: javascript:alert(1)}", "isn't a web address"),
    ("escalation: {P1: [{after: 0m, tell: [comander]}]}", "'comander' is nobody to tell; did you mean `commander`?"),
    ("escalation: {P1: [{after: 5m, tell: []}, {after: 5m, tell: []}]}", "must come later than the one before"),
    (
        "services: {checkout: {oncall: shp}}\nschedules: {shop: {members: [U1]}}",
        "no schedule `shp`; did you mean `shop`?",
    ),
    ("services: {check out: {}}", "'check out' is no plain word"),
    ("services: {checkout: {manager: dana}}", "'dana' is no Slack user id; it looks like U0123ABCD"),
    ('services: {checkout: {resolver_group: "shop sre"}}', "'shop sre' is no user group"),
    ("default_schedule: shop", "there is no schedule `shop`; known: none"),
    ("schedules: {shop: {members: [U1, U2]}}", "`start` is needed when there is more than one member"),
    ("schedules: {shop: {members: [U1], hours: {from: 09:00}}}", "`schedules.shop.hours.to`: is missing"),
    (
        "schedules: {shop: {members: [U1], hours: {from: 09:00, to: 18:00, day: [mon]}}}",
        "no key `schedules.shop.hours.day`",
    ),
    (
        "schedules: {shop: {members: [U1], hours: {from: 09:00, to: 18:00, otherwise: night}}}",
        "there is no schedule `night`; known: shop",
    ),
    ("schedules: {shop: {members: [U1], hours: {days: [], from: 09:00, to: 18:00}}}", "`schedules.shop.hours.days`"),
    (
        "schedules: {shop: {group: '@shop', hours: {from: 09:00, to: 18:00}}}",
        "`hours` belong to a rotation of `members`; a feed or a group can be its `otherwise`",
    ),
    ("paging: {people: {U1: env:MUSTER_PAGE_X}}", "need a pager: `paging: {pagerduty: …}`"),
    ("paging: {jira: {}, pagerduty: {}, people: {U1: env:MUSTER_PAGE_X}}", "say which pager the key of U1 is for"),
    (
        "paging: {jira: {}, people: {U1: {pagerduty: env:MUSTER_PAGE_X}}}",
        "the key of U1 needs `paging: {pagerduty: {}}`",
    ),
    ("paging: {apprise: {url: json://ops.example}}", "name the environment variable that holds the key"),
    ("paging: {jira: {}, people: {U1: R0UT1NGKEY}}", "name the environment variable that holds the key"),
    ("schedules: {shop: {members: []}}", "a schedule needs `members`, `ical`, `pagerduty` or `group`"),
    (
        "schedules: {shop: {pagerduty: PSHOP01}}",
        "the schedule `shop` needs `paging: {pagerduty: {token: env:MUSTER_PAGE_…}}`",
    ),
    ("schedules: {shop: {pagerduty: 'https://x.pagerduty.com/P1'}}", "write the id of the schedule"),
    ("schedules: {shop: {ical: 'https://x.example/a.ics'}}", "`people` is needed with `ical`"),
    ("schedules: {shop: {group: '@ops', secondary: [U1]}}", "of a feed or a group are made there"),
    ("schedules: {shop: {}}", "exactly one of them"),
    (
        "schedules: {shop: {members: [U1], rotation: yearly}}",
        "'yearly' is no rotation; write daily, weekly, monthly, 2w",
    ),
    ("schedules: {shop: {members: [U1], rotation: daily, handover: mon 09:00}}", "has no weekday"),
    ("schedules: {shop: {members: [U1], rotation: monthly, handover: mon 09:00}}", "has no weekday"),
    ("schedules: {shop: {members: [U1], rotation: 0h}}", "'0h' is no rotation"),
    ("schedules: {shop: {members: [U1], overrides: [{from: 2026-01-02, to: 2026-01-01, who: U1}]}}", "ends before it"),
    (
        "schedules: {shop: {members: [U1], overrides: [{from: 2026-01-01, to: 2026-01-02, who: U1, role: second}]}}",
        "input should be 'primary' or 'secondary'",
    ),
    ("schedules: {shop: {members: [U1], overrides: [{from: soon, to: 2026-01-01, who: U1}]}}", "'soon' is no date and"),
    ("context: [{when: {service: chekout}, raise: urgency}]\nservices: {checkout: {}}", "did you mean `checkout`?"),
    ("context: [{when: {category: outge}, raise: urgency}]", "no category `outge`; did you mean `outage`?"),
    ("context: [{when: {}, raise: priority}]", "`context.0.raise`: input should be 'impact' or 'urgency'"),
    ("context: [{when: {calendar: monthend}, raise: impact}]", "input should be 'month_end', 'quarter_end', 'weekend'"),
    (
        "context: [{when: {calendar: {from: 2026-11-27}}, raise: impact}]",
        "write a window, for example month_end",
    ),
    (
        "context: [{when: {calendar: {from: 2026-11-27, to: 2026-11-26}}, raise: impact}]",
        "the days end before they begin",
    ),
    ("audience: {P1: {tell: [mangers]}}", "'mangers' is nobody to tell; did you mean `managers`?"),
    ("access: {clsoe: managers}", "there is no verb `clsoe`; did you mean `close`?"),
    ("access: {close: mangers}", "'mangers' is nobody who could be let in; did you mean `managers`?"),
    ("access: {declare: commander}", "`declare` is about no incident that has a commander yet; name managers"),
    ("access: {close: []}", "`access.close`"),
    ("duplicates: {major_after: 1}", "`duplicates.major_after`"),
    ("duplicates: {within: 0m}", "must be longer than zero"),
    ("private_categories: [secruity]", "no category `secruity`; did you mean `security`?"),
    ("sources: [two words]", "'two words' is no plain word"),
    ('elsewhere: {request: ""}', "write what people are to read, in 500 characters at the most"),
    ("categories: [two words]", "'two words' is no plain word"),
    ("categories: [3]", "`categories.0`: expected text; put it in quotes"),
    ('templates: {P1: {stakeholders: "{titel}"}}', "the template names {titel}; did you mean `title`?"),
    ('templates: {P1: {stakeholders: "{title.__class__}"}}', "the template names {title.__class__}"),
    ('templates: {P1: {stakeholders: "{title:>99999}"}}', "write {title} without : or ! in it"),
    ('templates: {P1: {stakeholders: "{title"}}', "the template cannot be read"),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_is_named_with_what_to_write_instead(text: str, told: str, tmp_path: Path) -> None:
    (only,) = problems(text, tmp_path)
    assert told in only


def test_every_mistake_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    text = """\
timezone: Europe/Madird
priorities:
  P1:
    update_every: 15m

    warn_before: 20m
default_schedule: shp
schedules:
  shop:
    members: [U1, bob]
    start: 2026-13-01
chanels: {}
"""
    found = problems(text, tmp_path)
    assert [one.partition(":")[0] for one in found] == ["1", "6", "7", "10", "11", "12"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("timezone: UTC\nchannels: [\nb: 2", "3: column 5: not readable as YAML"),
        ("timezone: UTC\npeople: {managers: [@dana]}", "2: column 21: not readable as YAML"),
        ("timezone: UTC\nchannels: {}\ntimezone: UTC", "3: `timezone` stands twice; first on line 1"),
        ("channels:\n  prefix: a\n  prefix: b", "3: `prefix` stands twice; first on line 2"),
        ("- timezone: UTC", "1: expected `key: value` lines; see the shipped policy.yml"),
        ("timezone: &a [*a]", "1: column 15: not readable as YAML: the alias `*a` is not read here"),
        ("[" * 5000, "1: not readable as YAML"),
        ("a: 1\n---\nb: 2", "not readable as YAML"),
        ("timezone: \x07", "1: not readable as YAML"),
    ],
)
def test_what_is_no_yaml_is_named_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    (only,) = problems(text, tmp_path)
    assert told in only


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyProblems, match="cannot be read: No such file"):
        load(tmp_path / "nowhere.yml")
    (tmp_path / "latin.yml").write_bytes("timezone: España".encode("latin-1"))
    with pytest.raises(PolicyProblems, match="is not UTF-8 text"):
        load(tmp_path / "latin.yml")


def test_the_services_of_a_tier_may_have_service_levels_of_their_own(tmp_path: Path) -> None:
    text = """
        tiers: {1: {P1: {acknowledge_within: 2m, resolve_within: 2h}}}
        services: {checkout: {tier: 1}, search: {tier: 2}}
    """
    found = policy(text, tmp_path)
    checkout, search = found.rules_for(Priority.P1, "checkout"), found.rules_for(Priority.P1, "search")
    assert (checkout.acknowledge_within, checkout.resolve_within) == (2 * MINUTE, 2 * HOUR)
    assert (checkout.update_every, checkout.name) == (search.update_every, search.name)
    assert search == found.priorities[Priority.P1] == found.rules_for(Priority.P1, None)
    assert found.rules_for(Priority.P2, "checkout") == found.priorities[Priority.P2]


def test_quiet_incidents_are_asked_about_by_the_clock_of_their_priority_or_not_at_all(tmp_path: Path) -> None:
    shipped = policy("{}", tmp_path).priorities
    assert {rules.quiet_after for rules in shipped.values()} == {DAY}
    hours = policy("quiet_after: 12h", tmp_path).priorities
    assert hours[Priority.P1].quiet_after == 12 * HOUR
    assert hours[Priority.P3].quiet_after == DAY + 3 * HOUR  # one business day of nine hours, and three
    never = policy("quiet_after: null", tmp_path).priorities
    assert {rules.quiet_after for rules in never.values()} == {None}


WEBHOOKS = """
services: {checkout: {}}
webhooks:
  - {name: cmdb, url: "https://cmdb.example/muster?key=hush", secret: MUSTER_WEBHOOK_CMDB}
  - name: near
    url: http://127.0.0.1:9000/
    secret: MUSTER_WEBHOOK_NEAR
    allow_private_address: true
    events: [incident.declared, incident.resolved]
    services: [checkout]
    priorities: [P1, P2]
    private: true
"""


def test_webhooks_are_for_all_unless_they_say_otherwise(tmp_path: Path) -> None:
    cmdb, near = policy(WEBHOOKS, tmp_path).webhooks
    assert cmdb == Webhook("cmdb", "https://cmdb.example/muster?key=hush", "MUSTER_WEBHOOK_CMDB")
    assert near.events == frozenset({"incident.declared", "incident.resolved"})
    assert (near.services, near.priorities) == (frozenset({"checkout"}), frozenset({Priority.P1, Priority.P2}))
    assert (near.is_private, near.allow_private_address) == (True, True)
    of_all = policy(WEBHOOKS.replace("[incident.declared, incident.resolved]", "all"), tmp_path).webhooks[1]
    assert of_all.events is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("name: cmdb", "3: `webhooks`: two webhooks are called `cmdb`; each needs a name of its own"),
        ("url: ftp://127.0.0.1/", "6: `webhooks.1.url`: 'ftp://127.0.0.1/' isn't a web address that begins"),
        ("url: https://me:hush@x.example/", "6: `webhooks.1.url`: write no user or password into the address"),
        ("url: https://x.example:port/", "6: `webhooks.1.url`: the address cannot be read; write for example"),
        ("secret: whsec_hush", "7: `webhooks.1.secret`: name the environment variable that holds the secret"),
        ("allow_private_address: false", "6: `webhooks.1.url`: the address must begin with https://, unless"),
        ("events: []", "9: `webhooks.1.events`: "),
        ("events: [incident.solved]", "9: `webhooks.1.events.0`: 'incident.solved' is no kind of event; did you mean"),
        ("services: [chekout]", "10: `webhooks.1.services.0`: there is no service `chekout`; did you mean `checkout`?"),
        ("priorities: [P9]", "11: `webhooks.1.priorities.0`: "),
        ("privat: true", "12: there is no key `webhooks.1.privat`; did you mean `private`?"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_named_with_its_line_and_without_secrets(
    wrong: str, told: str, tmp_path: Path
) -> None:
    key = wrong.partition(":")[0]
    old = {"privat": "private"}.get(key, key)
    head, second = WEBHOOKS.split("- name: near")
    lines = [
        f"{line[:4]}{wrong}" if line.strip().startswith(f"{old}:") else line
        for line in f"    name: near{second}".splitlines()
    ]
    (found,) = problems(head + "\n".join(lines).replace("    name", "- name", 1), tmp_path)
    assert found.startswith(told)
    assert "hush" not in found


def test_a_webhook_leads_into_a_private_network_only_where_it_says_so(tmp_path: Path) -> None:
    for host in ("10.0.0.1", "localhost", "[::1]", "169.254.169.254"):
        text = WEBHOOKS.replace("https://cmdb.example/muster?key=hush", f"https://{host}/")
        (found,) = problems(text, tmp_path)
        assert found == (
            "4: `webhooks.0.url`: the address is a private one; `allow_private_address: true` lets Muster go there"
        )


REPOSITORY = """\
runbooks:
  repository:
    name: example/runbooks
    token: env:MUSTER_RUNBOOKS_TOKEN
    folder: docs/runbooks
    api: https://github.example/api/v3/
"""


def test_a_repository_of_runbooks_is_at_github_and_takes_nothing_private_unless_it_says_otherwise(
    tmp_path: Path,
) -> None:
    found = policy(REPOSITORY, tmp_path).runbook_repository
    api = "https://github.example/api/v3"
    assert found == RunbookRepository("example/runbooks", "MUSTER_RUNBOOKS_TOKEN", folder="docs/runbooks/", api=api)
    assert policy("", tmp_path).runbook_repository is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("name: ../etc", "3: `runbooks.repository.name`: "),
        ("token: ghp_hush", "4: `runbooks.repository.token`: name the environment variable that holds the token"),
        ("folder: docs/../..", "5: `runbooks.repository.folder`: 'docs/../..' is no folder of a repository"),
        ("folder: /etc", "5: `runbooks.repository.folder`: '/etc' is no folder of a repository"),
        ("api: http://github.example", "6: `runbooks.repository.api`: the address must begin with https://, unless"),
    ],
)
def test_what_is_wrong_with_a_repository_of_runbooks_is_told_and_no_token_is(
    wrong: str, told: str, tmp_path: Path
) -> None:
    key = wrong.partition(":")[0]
    text = "\n".join(f"    {wrong}" if line.strip().startswith(f"{key}:") else line for line in REPOSITORY.splitlines())
    (found,) = problems(f"{text}\n", tmp_path)
    assert found.startswith(told)
    assert "hush" not in found


def test_records_are_kept_as_the_file_says(tmp_path: Path) -> None:
    shipped = policy("", tmp_path).retention
    assert shipped.spans == {DataClass.TRANSCRIPT: 400 * DAY, DataClass.FILES: 400 * DAY, DataClass.PEOPLE: 1095 * DAY}
    assert (shipped.audit, shipped.alerts, shipped.by_priority) == (400 * DAY, 30 * DAY, {})
    found = policy(
        "retention:\n  transcript: 90d\n  people: null\n  timeline: 730d\n  audit: forever\n"
        "  by_priority: {P1: {transcript: forever, timeline: forever}, P4: {files: 30d, reviews: 60d}}\n",
        tmp_path,
    ).retention
    assert found.spans == {DataClass.TRANSCRIPT: 90 * DAY, DataClass.FILES: 90 * DAY, DataClass.TIMELINE: 730 * DAY}
    assert found.of(Priority.P1) == {}
    assert found.of(Priority.P4) == {**found.spans, DataClass.FILES: 30 * DAY, DataClass.REVIEWS: 60 * DAY}
    assert found.audit is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("transcript: -3d", "1: `retention.transcript`: '-3d' is no duration; write for example 400d, or forever"),
        ("transcript: 0d", "1: `retention.transcript`: must be longer than zero"),
        ("people: 29d", "1: `retention.people`: must be at least 30d"),
        ("audit: 1d", "1: `retention.audit`: must be at least 30d"),
        ("alerts: 6d", "1: `retention.alerts`: must be at least 7d"),
        ("by_priority: {P1: {reviews: 1h}}", "1: `retention.by_priority.P1.reviews`: must be at least 30d"),
    ],
)
def test_spans_that_cannot_be_are_refused(text: str, told: str, tmp_path: Path) -> None:
    assert problems(f"retention: {{{text}}}", tmp_path) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("transcripts: 3d", "transcript"),
        ("by_priority: {P1: {audit: 90d}}", "audit"),
        ("timeline: 365d", "`transcript` is kept longer than `timeline`"),
        ("{transcript: 90d, files: 91d}", "`files` are kept longer than `transcript`"),
        ("by_priority: {P2: {timeline: 90d}}", "at P2 `transcript` is kept longer than `timeline`"),
    ],
)
def test_what_makes_no_sense_about_them_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (found,) = problems(f"retention: {text if text.startswith('{') else f'{{{text}}}'}", tmp_path)
    assert told in found
