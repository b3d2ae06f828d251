"""The live card and the topic."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from bot.blocks import limits
from bot.blocks.card import card
from bot.blocks.facts import SIGNS
from bot.blocks.message import Rendered
from bot.blocks.text import plain, size
from bot.blocks.topic import topic
from bot.domain import timeline as t
from bot.domain.folding import evolve
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import RoleHeld
from bot.domain.policy import Link, Service
from bot.domain.reason import LevelTold, PriorityGiven
from bot.domain.vocabulary import Axis, Level, Place, Priority, Role, StepOutcome
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import CALLS_ALL, as_read, called, fits
from tests.blocks.story import DANA, FAILOVER, NOON, ROLLBACK, XENIA, after, at, moments

MANY = replace(
    after(t.UpdatePosted),
    title="a title as long as Slack lets one be typed in the form: " + "checkout and payments " * 5,
    service_name="payments " * 40,
    roles=tuple(RoleHeld(Role.RESPONDER, SlackUserId(f"U{n}"), NOON) for n in range(50)),
    runbooks=tuple(t.LinkedRunbook(f"r{n}", "A runbook with a long name " * 9, "") for n in range(20)),
)


def primary(shown: Rendered) -> str:
    """The command of the primary button, of which a card has one at the most."""
    found = [
        one["value"]
        for block in shown.blocks
        for one in block.get("elements", ())
        if isinstance(one, dict) and one.get("style") == "primary"
    ]
    assert len(found) <= 1
    return found[0] if found else ""


NEXT_ACTS = {(n, place): primary(card(incident, place)) for n, (incident, _) in enumerate(moments()) for place in Place}
"""Of each moment of the story, by its number."""


@given(text)
def test_any_incident_fits_its_card_and_its_topic_and_the_next_act_stays_on_it(words: str) -> None:
    for n, (incident, _) in enumerate(moments(story_with(words))):
        for place in Place:
            fits(shown := card(incident, place, XENIA))
            assert primary(shown) == NEXT_ACTS[n, place]
        assert size(topic(incident)) <= limits.TOPIC
        assert not CALLS_ALL.search(topic(incident))
        assert "\n" not in topic(incident)


def test_fifty_roles_and_long_names_are_cut_at_a_word_or_counted_and_the_next_act_stays() -> None:
    shown = card(MANY, Place.CHANNEL)
    fits(shown)
    read = as_read(shown)
    assert primary(shown) == "INC-42 mitigate"
    assert "and 40 more" in read
    assert f"{MANY.title[:60]}" in read
    assert re.search(r" (A|runbook|with|a|long|name)…, ", read)
    assert "15 linked earlier" in read
    assert re.search(r"payments… · ", read)


@pytest.mark.parametrize("word", ["checkout ", "קופה ", "\u202eexe.gnp\u202c ", "決済 "])
def test_titles_of_150_characters_stand_whole_or_end_with_an_ellipsis_in_any_script(word: str) -> None:
    title = (word * 150)[:150].strip()
    for place in Place:
        fits(shown := card(replace(after(t.UpdatePosted), title=title), place))
        head = str(shown.blocks[0]["text"]["text"])
        assert head.endswith("…") or plain(title).split()[-1] in head
        assert primary(shown) == NEXT_ACTS[0, place].replace("accept", "mitigate")


def test_the_card_is_as_long_after_five_hundred_updates_as_after_one() -> None:
    once = after(t.UpdatePosted)
    often = once
    for n in range(500):
        one = t.UpdatePosted(at=at(20 + n), by=DANA, update=t.Update(f"update number {n}", "rolling back", "none"))
        often = evolve(often, t.Recorded(often.last_seq + 1, one.at, one))
    shown = card(often, Place.CHANNEL)
    assert len(shown.blocks) == len(card(once, Place.CHANNEL).blocks)
    assert "update number 499" in as_read(shown)
    assert "update number 498" not in as_read(shown)


@pytest.mark.parametrize(
    ("kind", "verb"),
    [
        (t.IncidentDeclared, "accept"),
        (t.CommandAccepted, "mitigate"),
        (t.IncidentMitigated, "resolve"),
        (t.IncidentResolved, "verify"),
        (t.IncidentVerified, "close"),
        (t.IncidentClosed, "review"),
    ],
)
def test_the_one_primary_button_is_what_comes_next(kind: type[t.AnyEvent], verb: str) -> None:
    assert primary(card(after(kind), Place.CHANNEL)) == f"INC-42 {verb}"


def test_the_card_of_a_channel_says_whom_to_ask_about_the_service_and_where_to_look() -> None:
    links = tuple(Link(f"Board {n}", f"https://grafana.example/d/{n}") for n in range(5))
    service = Service("checkout", "Checkout", tier=1, owner="Shop team", system="Storefront", links=links)
    declared = after(t.IncidentDeclared)
    shown = as_read(card(declared, Place.CHANNEL, service=service))
    assert "Owner: Shop team · <https://grafana.example/d/0|Board 0>" in shown
    assert "Board 2" in shown
    assert "Board 3" not in shown
    assert "Storefront" not in shown
    assert "Shop team" not in as_read(card(declared, Place.BROADCAST, service=service))
    assert "Shop team" not in as_read(card(after(t.IncidentResolved), Place.CHANNEL, service=service))
    bare = Service("checkout", "Checkout", oncall="shop")
    assert card(declared, Place.CHANNEL, service=bare) == card(declared, Place.CHANNEL)


@given(text)
def test_any_service_fits_the_card(words: str) -> None:
    links = tuple(Link(words, f"https://grafana.example/{'d' * 1_900}{n}") for n in range(6))
    fits(card(after(t.IncidentDeclared), Place.CHANNEL, service=Service("x", words, owner=words, links=links)))


def test_each_status_has_one_sign_with_its_word() -> None:
    for incident, _ in moments():
        for place in Place:
            head = str(card(incident, place).blocks[0]["text"]["text"])
            name = f"{SIGNS[incident.status]} INC-42 · {incident.priority} {incident.status} · "
            assert head.removeprefix("DRILL · ").startswith(name)


def test_while_it_is_declared_the_card_says_who_was_asked_until_when_and_who_comes_next() -> None:
    declared = after(t.IncidentDeclared)
    assert "*Commander*: <@UBO> asked, until 12:05 UTC; then <@UXENIA>\n" in as_read(
        card(declared, Place.CHANNEL, XENIA)
    )
    private = replace(declared, is_private=True)
    assert "then <@UXENIA> is invited" in as_read(card(private, Place.CHANNEL, XENIA))
    assert "<@UXENIA> asked, overdue since" in as_read(card(after(t.AcknowledgementOverdue), Place.CHANNEL))


def test_from_its_resolution_on_it_says_what_fixed_it_and_nothing_of_the_outage() -> None:
    """A card that stays must not go on saying that payments fail, who commands and what is needed."""
    for place in Place:
        for kind in (t.IncidentResolved, t.IncidentClosed):
            read = as_read(card(after(kind), place))
            assert "*Resolved* 4 Mar 2026 12:" in read
            for gone in ("Commander", "Needs", "payments fail", "Next update", "Users notice", "Target"):
                assert gone not in read
    assert "*Resolved* 4 Mar 2026 12:40 UTC after 40 min: 4.2 runs everywhere" in as_read(
        card(after(t.IncidentResolved), Place.CHANNEL)
    )
    reopened = as_read(card(after(t.IncidentReopened), Place.CHANNEL))
    assert "Resolved*" not in reopened
    assert "a third of payments fail" in reopened


def test_a_closed_card_is_two_lines_and_the_way_to_the_review() -> None:
    for place in Place:
        head, what, ways = card(after(t.IncidentClosed), place).blocks
        assert (head["type"], what["type"], ways["type"]) == ("header", "section", "actions")
        assert [one["value"] for one in ways["elements"]] == ["INC-42 review"]


def test_a_cancelled_one_says_why_and_a_merged_one_where_it_goes_on() -> None:
    incident, one = moments()[0]
    cancelled = evolve(incident, replace(one, seq=2, event=t.IncidentCancelled(at=at(3), by=DANA, reason="a test")))
    assert "*Cancelled* 4 Mar 2026 12:03 UTC after 3 min: a test" in as_read(card(cancelled, Place.CHANNEL))
    merged = t.IncidentMerged(at=at(3), by=DANA, into=IncidentNumber(41), title="search", channel=None)
    gone_on = card(evolve(incident, replace(one, seq=2, event=merged)), Place.CHANNEL)
    assert "Continued as INC-41." in as_read(gone_on)
    assert not primary(gone_on)


def test_a_mitigated_one_says_what_stopped_the_impact_until_somebody_says_more() -> None:
    mitigated = after(t.IncidentMitigated)
    assert "*Mitigated* 4 Mar 2026 12:28 UTC after 28 min: traffic moved" in as_read(card(mitigated, Place.CHANNEL))
    assert "payments fail" not in as_read(card(mitigated, Place.CHANNEL))
    said = t.UpdatePosted(at=at(30), by=DANA, update=t.Update("all is well"))
    read = as_read(card(evolve(mitigated, t.Recorded(mitigated.last_seq + 1, at(30), said)), Place.CHANNEL))
    assert "traffic moved" in read
    assert "all is well" in read


def test_a_runbook_is_named_with_how_far_it_was_followed() -> None:
    of_three = replace(after(t.StepReported), runbooks=(replace(ROLLBACK, steps=3), FAILOVER))
    read = as_read(card(of_three, Place.CHANNEL))
    assert "*Runbooks*: Roll back a bad change (1 of 3), Fail over a database\n" in read
    assert ROLLBACK.why not in read
    failed = replace(of_three.steps[0], number=2, outcome=StepOutcome.FAILED, note="no access")
    broken = replace(of_three, steps=of_three.steps.with_item(failed))
    assert "Roll back a bad change (1 of 3, 1 failed)" in as_read(card(broken, Place.CHANNEL))


def test_a_reason_for_the_priority_stands_there_only_where_it_changes_something() -> None:
    declared = after(t.IncidentDeclared)
    same, other = (replace(declared, why_reasons=(PriorityGiven(one),)) for one in (Priority.P1, Priority.P2))
    assert "suggest" not in as_read(card(same, Place.CHANNEL))
    assert " · impact and urgency suggest P2" in as_read(card(other, Place.CHANNEL))
    told = replace(declared, why_reasons=(LevelTold(Axis.IMPACT, Level.HIGH), LevelTold(Axis.URGENCY, Level.HIGH)))
    assert "suggest" not in as_read(card(told, Place.CHANNEL))
    assert "impact high" not in as_read(card(told, Place.CHANNEL))


def test_a_fresh_card_is_six_lines_and_says_nothing_of_what_is_unknown() -> None:
    """Who, when and what have a line each."""
    declared = replace(after(t.IncidentDeclared), user_impact=None, severity=None, category=None, bridge_url=None)
    head, people, clocks, about, menu, footer, ways = as_read(card(declared, Place.CHANNEL)).splitlines()[1:]
    assert head.startswith("# 🔴 INC-42 · P1 declared")
    assert people.startswith("*Commander*: <@UBO> asked")
    assert clocks == "*Next update*: by 12:15 UTC"
    assert about == "*Service*: Checkout · *Runbook*: Roll back a bad change"
    assert menu.startswith("[⋯ ")
    assert footer.startswith("Declared by <@UDANA>")
    assert ways.startswith("[Accept command")
    bare = replace(declared, service=None, service_name=None, runbooks=())
    read = as_read(card(bare, Place.CHANNEL))
    for gone in ("Service", "Runbook*", "Roles", "Bridge", "Category", "unknown", "none"):
        assert gone not in read
    assert "*Bridge*: <https://meet.example|https://meet.example>\n" in as_read(
        card(replace(bare, bridge_url="https://meet.example"), Place.CHANNEL)
    )


def test_people_named_in_a_title_are_not_called_by_the_card() -> None:
    incident = replace(after(t.IncidentDeclared), title="<@UEVE> did it")
    assert "UEVE" not in called(card(incident, Place.CHANNEL)) | called(card(incident, Place.BROADCAST))


def test_command_can_be_accepted_only_while_nobody_commands() -> None:
    assert "[Accept command = INC-42 accept]" in as_read(card(after(t.IncidentDeclared), Place.CHANNEL))
    assert "Accept" not in as_read(card(after(t.CommandAccepted), Place.CHANNEL))


def test_on_the_broadcast_channels_card_one_can_follow_and_find_the_channel() -> None:
    read = as_read(card(after(t.UpdatePosted), Place.BROADCAST))
    assert "[Follow = INC-42 follow]" in read
    assert "Accept" not in read
    assert "<#C042>" in read


def test_an_overdue_update_is_overdue_until_one_is_posted() -> None:
    assert "overdue since 12:15 UTC" in as_read(card(after(t.UpdateOverdue), Place.CHANNEL))
    assert "overdue" not in as_read(card(after(t.UpdatePosted), Place.CHANNEL))


def test_a_drill_says_so_before_anything_else() -> None:
    incident = replace(after(t.IncidentDeclared), is_drill=True, is_private=True)
    for place in Place:
        assert "# DRILL · 🔴 INC-42 · P1 declared (private) · checkout" in as_read(card(incident, place))
    assert topic(incident).startswith("DRILL · P1 · declared (private)")


def test_a_due_time_on_another_day_has_its_date() -> None:
    incident = replace(after(t.IncidentDeclared), update_due_at=at(60 * 24))
    assert "by 5 Mar 2026 12:00 UTC" in as_read(card(incident, Place.CHANNEL))
