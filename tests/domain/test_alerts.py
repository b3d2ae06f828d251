"""Signals find their route, alerts count them, and what becomes of an alert is decided from values alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import alerting
from bot.domain import alerts as rules
from bot.domain.alerts import Alert, Around, Counted, KnownSignal, Signal, count, decide, opened
from bot.domain.audience import of_alert
from bot.domain.effects import AskAboutAlert, RefreshAlert
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.policy import AlertRoute, Often
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import AlertsQuiet
from bot.domain.vocabulary import AlertState, Handling, SignalState, Status
from tests.domain.given import POLICY, in_status

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ASK = AlertRoute()
DECLARE = AlertRoute(do=Handling.DECLARE)
FIRING, RESOLVED = SignalState.FIRING, SignalState.RESOLVED


def signal(key: str = "web-1", state: SignalState = FIRING, **more: object) -> Signal:
    values = {"severity": "critical", "labels": {"service": "checkout", "team": "shop-eu"}, **more}
    return replace(Signal("alertmanager", key, "group", state, "5xx above 5 %"), **values)  # type: ignore[arg-type]


def alert(route: AlertRoute = ASK, **more: object) -> Alert:
    return replace(opened(1, signal(), route, NOW, POLICY), **more)  # type: ignore[arg-type]


def counted(one: Alert, *signals: Signal, route: AlertRoute = ASK, at: datetime = NOW) -> Counted:
    """Counted one after the other, each remembered for the next."""
    known: dict[str, KnownSignal] = {}
    found = Counted(one, {})
    for each in signals:
        found = count(found.alert, [each], known, route, at)
        known |= found.signals
    return found


@pytest.mark.parametrize(
    ("route", "matches"),
    [
        (AlertRoute(source="alertmanager"), True),
        (AlertRoute(source="grafana"), False),
        (AlertRoute(when={"severity": "critical"}), True),
        (AlertRoute(when={"team": "shop-*"}), True),
        (AlertRoute(when={"team": "shop-*", "severity": "warning"}), False),
        (AlertRoute(when={"title": "5xx*"}), True),
        (AlertRoute(when={"region": "*"}), False),
    ],
)
def test_all_labels_of_a_route_must_match(route: AlertRoute, *, matches: bool) -> None:
    assert rules.route_of(signal(), [route]) == ((1, route) if matches else (None, rules.DEFAULT_ROUTE))


def test_an_alert_has_the_labels_that_all_its_signals_have() -> None:
    other = signal("web-2", labels={"service": "checkout", "team": "shop-us"})
    assert counted(alert(), signal()).alert.labels == (("service", "checkout"), ("team", "shop-eu"))
    assert counted(alert(), signal(), other).alert.labels == (("service", "checkout"),)


def test_what_is_quiet_again_after_the_verification_asks_for_none() -> None:
    quiet = alert(signals=1, times=1, quiet_since=NOW, is_quiet_told=True)
    resolved = in_status(Status.RESOLVED)
    for incident, asks in (
        (in_status(Status.INVESTIGATING), False),
        (resolved, True),
        (replace(resolved, verified_at=NOW), False),
    ):
        (told,) = alerting.all_quiet(incident, [quiet], NOW).events
        assert isinstance(told, AlertsQuiet)
        assert told.is_after_resolution is asks


def test_the_first_route_that_matches_counts() -> None:
    routes = (AlertRoute(do=Handling.IGNORE, when={"team": "search"}), DECLARE, ASK)
    assert rules.route_of(signal(), routes) == (2, DECLARE)


def test_routes_that_never_apply_are_named() -> None:
    routes = (
        AlertRoute(source="grafana"),
        AlertRoute(when={"severity": "critical"}),
        AlertRoute(source="alertmanager", when={"severity": "critical", "team": "shop"}),
        AlertRoute(),
        AlertRoute(source="alertmanager"),
    )
    found = dict(rules.unreachable(routes, ["alertmanager"]))
    assert found == {
        1: "Grafana is not switched on",
        3: "route 2 matches all of it before",
        5: "route 4 matches all of it before",
    }


def test_a_service_is_known_by_slug_or_name_and_by_nothing_else() -> None:
    said = {label: rules.service_of(signal(labels={"service": label}), ASK, POLICY) for label in ("CHECKOUT", "x")}
    assert said == {"CHECKOUT": "checkout", "x": None}
    assert rules.service_of(signal(labels={}), AlertRoute(service="payments"), POLICY) == "payments"
    assert rules.service_of(signal(labels={"service": "x"}), ASK, replace(POLICY, services={})) == "x"


def test_labels_group_where_the_route_says_so() -> None:
    by_team = AlertRoute(group_by=("team",))
    one, other = signal("web-1", group="a"), signal("web-2", group="b")
    assert rules.key_of(one, by_team) == rules.key_of(other, by_team)
    assert rules.key_of(one, ASK) != rules.key_of(other, ASK)


def test_a_group_is_quiet_when_each_of_its_signals_is() -> None:
    """Alertmanager's last message holds only what was resolved since the one before."""
    two = counted(alert(), signal("web-1"), signal("web-2"))
    assert (two.alert.firing, two.alert.signals, two.alert.quiet_since) == (2, 2, None)
    known = {"web-1": KnownSignal(FIRING, None), "web-2": KnownSignal(FIRING, None)}
    first = count(two.alert, [signal("web-1", RESOLVED)], known, ASK, NOW)
    assert (first.alert.firing, first.alert.settles_at) == (1, None)
    second = count(first.alert, [signal("web-2", RESOLVED, ended_at=NOW - timedelta(minutes=1))], known, ASK, NOW)
    assert (second.alert.firing, second.alert.quiet_since) == (0, NOW - timedelta(minutes=1))
    assert second.alert.settles_at == NOW + ASK.settle


def test_what_fires_again_before_it_settled_is_the_same_and_counts_as_flapping() -> None:
    at = NOW - timedelta(minutes=1)
    again = counted(alert(), signal(), signal(state=RESOLVED), signal(started_at=at))
    assert (again.alert.flaps, again.alert.firing, again.alert.settles_at, again.is_back) == (1, 1, None, False)


def test_what_comes_back_after_it_was_told_to_be_quiet_is_back() -> None:
    quiet = replace(counted(alert(), signal(), signal(state=RESOLVED)).alert, is_quiet_told=True, settles_at=None)
    back = count(quiet, [signal()], {"web-1": KnownSignal(RESOLVED, None, NOW)}, ASK, NOW)
    assert back.is_back
    assert not back.alert.is_quiet_told


def test_a_repetition_that_comes_after_the_recovery_changes_nothing() -> None:
    at = NOW - timedelta(minutes=5)
    late = counted(alert(), signal(started_at=at), signal(state=RESOLVED), signal(started_at=at))
    assert (late.fired, late.alert.firing, late.alert.times) == (0, 0, 1)


def test_a_recovery_of_what_nobody_knows_changes_nothing() -> None:
    assert counted(alert(), signal(state=RESOLVED)).alert == alert()


@pytest.mark.parametrize("at", [NOW + timedelta(hours=1), NOW - timedelta(days=40), None])
def test_a_time_that_cannot_be_is_not_believed(at: datetime | None) -> None:
    assert counted(alert(), signal(started_at=at)).alert.began_at is None


def test_nobody_is_asked_before_it_fired_often_enough() -> None:
    route = AlertRoute(after=Often(3, timedelta(minutes=10)))
    twice = counted(alert(route), signal(), signal(), route=route).alert
    assert decide(twice, route, Around(), NOW, POLICY).state is AlertState.NOTED
    later = count(twice, [signal()], {"web-1": KnownSignal(FIRING, None)}, route, NOW + timedelta(minutes=9)).alert
    assert decide(later, route, Around(), NOW + timedelta(minutes=9), POLICY).state is AlertState.ASKED
    too_late = count(twice, [signal()], {"web-1": KnownSignal(FIRING, None)}, route, NOW + timedelta(minutes=11)).alert
    assert decide(too_late, route, Around(), NOW + timedelta(minutes=11), POLICY).state is AlertState.NOTED


def test_an_open_incident_takes_in_what_would_be_declared_and_is_offered_to_those_who_are_asked() -> None:
    around = Around(IncidentNumber(7))
    taken = decide(alert(DECLARE), DECLARE, around, NOW, POLICY)
    assert (taken.state, taken.incident) == (AlertState.TAKEN, 7)
    asked = decide(alert(), ASK, around, NOW, POLICY)
    assert (asked.state, asked.incident, asked.offers) == (AlertState.ASKED, None, 7)


def test_what_is_private_never_goes_where_everybody_reads() -> None:
    private = alert(DECLARE, is_private=True)
    umbrella = alert(DECLARE, number=9, incident=IncidentNumber(3), is_umbrella=True)
    found = decide(private, DECLARE, Around(IncidentNumber(7), 99, umbrella), NOW, POLICY)
    assert (found.state, found.incident, found.joins, found.is_umbrella) == (AlertState.DECLARING, None, None, False)


def test_in_a_storm_one_incident_takes_in_the_others() -> None:
    own = decide(alert(DECLARE), DECLARE, Around(declared_lately=4), NOW, POLICY)
    assert (own.state, own.is_umbrella) == (AlertState.DECLARING, False)
    umbrella = decide(alert(DECLARE), DECLARE, Around(declared_lately=5), NOW, POLICY)
    assert umbrella.is_umbrella
    waiting = decide(alert(DECLARE, number=2), DECLARE, Around(None, 6, umbrella), NOW, POLICY)
    assert (waiting.state, waiting.joins) == (AlertState.DECLARING, 1)
    declared = replace(umbrella, state=AlertState.TAKEN, incident=IncidentNumber(6))
    joined = decide(alert(DECLARE, number=3), DECLARE, Around(None, 6, declared), NOW, POLICY)
    assert (joined.state, joined.incident) == (AlertState.TAKEN, 6)


def test_an_alert_that_became_an_incident_is_decided_on_no_more() -> None:
    with pytest.raises(rules.AlertTaken):
        rules.ignore(alert(incident=IncidentNumber(7)), SlackUserId("U1"), timedelta(hours=1), NOW)
    with pytest.raises(NothingToChange):
        rules.ignore(alert(state=AlertState.DECLARING), SlackUserId("U1"), timedelta(hours=1), NOW)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(SignalState)), st.integers(0, 3)), max_size=30))
def test_whatever_comes_in_whatever_order_what_fires_is_counted_right(came: list[tuple[str, SignalState, int]]) -> None:
    signals = [signal(key, state, started_at=NOW - timedelta(minutes=at)) for key, state, at in came]
    known: dict[str, KnownSignal] = {}
    found = Counted(alert(), {})
    for one in signals:
        found = count(found.alert, [one], known, ASK, NOW)
        known |= found.signals
    after = found.alert
    assert after.firing == sum(one.state is FIRING for one in known.values())
    assert after.signals == len(known)
    assert (after.quiet_since is None) == (after.firing > 0 or not known)
    assert after.times >= after.signals


def test_in_a_storm_one_question_lists_all_others() -> None:
    waiting = [alert(ASK, number=number, state=AlertState.ASKED) for number in range(1, 10)]
    own = decide(alert(ASK, number=10), ASK, Around(asked_lately=waiting), NOW, POLICY)
    assert (own.state, own.channel, own.gathers) == (AlertState.ASKED, POLICY.channels.for_triage, False)
    gatherer = decide(alert(ASK, number=11), ASK, Around(asked_lately=(*waiting, own)), NOW, POLICY)
    assert (gatherer.channel, gatherer.gathers) == (POLICY.channels.for_triage, True)
    assert of_alert(None, gatherer) == (AskAboutAlert(11),)
    gathered = decide(alert(ASK, number=12), ASK, Around(asked_lately=(*waiting, own, gatherer)), NOW, POLICY)
    assert (gathered.state, gathered.channel, gathered.gathered_by) == (AlertState.ASKED, None, 11)
    assert of_alert(None, gathered) == (RefreshAlert(11),)
    assert of_alert(gathered, replace(gathered, times=2)) == (RefreshAlert(11),)
    assert of_alert(gathered, gathered) == ()
    taken_up = replace(gathered, state=AlertState.TAKEN, incident=IncidentNumber(3))
    assert of_alert(gathered, taken_up) == (RefreshAlert(11),)
